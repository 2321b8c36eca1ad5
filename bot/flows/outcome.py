"""What came of a turn: what changed on the timeline, what the upstream made, what it added by itself."""

from collections.abc import AsyncGenerator, Sequence

import structlog

from bot.flows import timeline
from bot.flows.context import Job
from bot.flows.heard import Heard, said
from bot.flows.made import known_files, new_files, unasked
from bot.flows.suggestions import next_steps
from bot.nemo.errors import Unavailable
from bot.nemo.models import State
from bot.updates import Change, Changed, Deed, Offer, TimelineSummary, Unasked, Update
from bot.voice.phrase import phrase

log = structlog.stdlib.get_logger(__name__)

_UNDONE = frozenset({"failed", "no_credits", "rolled_back"})
"""Outcomes of a turn after which the timeline is as it was (our engine tells them)."""


async def snapshot(job: Job, before: State, **changes: object) -> None:
    """Keep how things stand before something is done to the project, for `told` to compare with."""
    await job.save(snapshot=before.digest, before=timeline.summary(before), before_files=known_files(before), **changes)


async def told(job: Job, after: State, heard: Heard) -> AsyncGenerator[Update, None]:
    """What changed, or that nothing did where nothing else was said; what a lost stream would have said."""
    job.state = after
    now = timeline.summary(after)
    ours = after.last_turn if after.last_turn is not None and after.last_turn.id != job.turn.newest else None
    heard.undone = ours is not None and ours.outcome in _UNDONE
    if heard.broken and not heard.said and ours is not None and ours.text:
        async for update in said(job, ours.text, heard):
            yield update
    able = job.context.capabilities
    made = new_files(job.turn.before_files, after, links=able.gives_links) if able.adds_unasked else []
    for one in made:
        yield one
    answered = heard.said or heard.asked or heard.doors or heard.files or made or heard.failed
    changed = after.digest != job.turn.snapshot
    changes = timeline.changes(job.turn.before or TimelineSummary(0), now) if changed else ()
    told_so = ours is not None and ours.outcome == "changed"
    if changed and not changes and (told_so or not answered):
        changes = (Change("other", ""),)
    heard.changed = bool(changes)
    if changes and job.thread is not None:
        await job.note_timeline(job.thread, now)
    if changes or not answered:
        yield Changed(changes, now, await next_steps(job, changes, now))
    if able.adds_unasked:
        async for update in _additions(job, changes, job.turn.words):
            yield update


async def before_upload(job: Job) -> None:
    """Remember the timeline, where the upstream may put something beside what is uploaded."""
    if job.context.capabilities.adds_unasked and job.turn.before is None:
        await snapshot(job, await job.client.state(job.session))


async def after_upload(job: Job) -> AsyncGenerator[Update, None]:
    """What the upstream put there by itself; an answer that does not come is no reason to stop."""
    before = job.turn.before
    if not job.context.capabilities.adds_unasked or before is None:
        return
    try:
        now = timeline.summary(await job.client.state(job.session))
    except Unavailable as error:
        log.info("additions could not be looked for", reason=str(error))
        return
    async for update in _additions(job, timeline.changes(before, now), ""):
        yield update


async def _additions(job: Job, changes: Sequence[Change], words: str) -> AsyncGenerator[Update, None]:
    extra = unasked(words, changes)
    if extra:
        names = ", ".join(f'"{change.name}"' for change in extra)
        wish = phrase(job.turn.place.locale, "strip.words", names=names)
        yield Unasked(extra, await job.offer(Offer(Deed.KEEP, words=names), Offer(Deed.STRIP, words=wish)))
