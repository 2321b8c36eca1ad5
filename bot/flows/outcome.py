"""What came of a turn: what changed on the timeline, what the upstream made, what it added by itself."""

from collections.abc import AsyncGenerator

from bot.flows import timeline
from bot.flows.context import Job
from bot.flows.heard import Heard, said
from bot.flows.made import known_files, new_files, unasked
from bot.nemo.models import State
from bot.updates import Change, Changed, Deed, Offer, TimelineSummary, Unasked, Update
from bot.voice.phrase import phrase


async def snapshot(job: Job, before: State, **changes: object) -> None:
    """Keep how things stand before something is done to the project, for `told` to compare with."""
    await job.save(snapshot=before.digest, before=timeline.summary(before), before_files=known_files(before), **changes)


async def told(job: Job, after: State, heard: Heard) -> AsyncGenerator[Update, None]:
    """What changed, or that nothing did where nothing else was said; what a lost stream would have said."""
    now = timeline.summary(after)
    ours = after.last_turn if after.last_turn is not None and after.last_turn.id != job.turn.newest else None
    if heard.broken and not heard.said and ours is not None and ours.text:
        async for update in said(job, ours.text, heard):
            yield update
    able = job.context.capabilities
    made = new_files(job.turn.before_files, after, links=able.gives_links) if able.adds_unasked else []
    for one in made:
        yield one
    answered = heard.said or heard.asked or heard.doors or heard.export is not None or made or heard.failed
    changed = after.digest != job.turn.snapshot
    changes = timeline.changes(job.turn.before or TimelineSummary(0), now) if changed else ()
    if changed and not changes and not answered:
        changes = (Change("other", ""),)
    heard.changed = bool(changes)
    if changes or not answered:
        yield Changed(changes, now)
    extra = unasked(job.turn.words, changes) if able.adds_unasked else ()
    if extra:
        names = ", ".join(f'"{change.name}"' for change in extra)
        words = phrase(job.turn.place.locale, "strip.words", names=names)
        yield Unasked(extra, await job.offer(Offer(Deed.KEEP), Offer(Deed.STRIP, words=words)))
