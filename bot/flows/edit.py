"""Words to the upstream: sent once, watched while it works, and what came of it told, whatever it says itself."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.flows import route, timeline
from bot.flows.context import Job
from bot.flows.settle import settle
from bot.nemo.errors import NemoError, SessionLost, TokenRejected, Unavailable
from bot.nemo.events import Event, Text, ToolCall
from bot.nemo.models import State
from bot.store.models import Export, TurnState
from bot.updates import Asked, Change, Changed, Choice, Said, Stage, TimelineSummary, Update, Working

log = structlog.stdlib.get_logger(__name__)

_STAGES = {stage.value: stage for stage in (Stage.LISTENING, Stage.UNDERSTANDING, Stage.EDITING)}
_DOORS = ("status", "credits", "cancel", "upload")
_MOST_CHOICES = 25
_LONGEST_LABEL = 200


@dataclass
class Heard:
    """What a turn's stream brought, besides what was told at once."""

    said: bool = False
    asked: bool = False
    broken: bool = False
    export: Export | None = None
    doors: list[str] = field(default_factory=list)


async def edit(job: Job, words: str, heard: Heard) -> AsyncGenerator[Update, None]:
    """Send the words, unless a restart finds that they may have been sent; then only ask what came of them.

    Raises UncertainError, and NemoError where the upstream refused.
    """
    client = job.context.client
    failed: NemoError | None = None
    if job.turn.state is TurnState.QUEUED:
        before = await client.state(job.session)
        newest = before.last_turn.id if before.last_turn else None
        await job.save(state=TurnState.SENDING, snapshot=before.digest, newest=newest, before=timeline.summary(before))
        try:
            talking = _talk(job, words, heard)
            async with aclosing(talking):
                async for update in talking:
                    yield update
        except (SessionLost, TokenRejected):
            raise
        except NemoError as error:
            if isinstance(error, Unavailable) and error.may_run:
                log.info("turn's stream broke", reason=str(error))
                heard.broken = True
            else:
                failed = error
    else:
        heard.broken = True
    if heard.broken:
        async for told in _after_break(job, heard):
            yield told
        return
    try:
        after = await client.state(job.session)
    except NemoError as error:
        raise failed or error from error
    async for told in _told(job, after, heard, silent=failed is not None):
        yield told
    if failed is not None:
        raise failed


async def _after_break(job: Job, heard: Heard) -> AsyncGenerator[Update, None]:
    """What came of a turn whose stream was lost."""
    async for found in settle(job):
        if isinstance(found, State):
            async for told in _told(job, found, heard):
                yield told
        else:
            yield found


async def _told(job: Job, after: State, heard: Heard, *, silent: bool = False) -> AsyncGenerator[Update, None]:
    """What changed, or that nothing did where nothing else was said; what a lost stream would have said."""
    before = job.turn.before or TimelineSummary(0)
    now = timeline.summary(after)
    ours = after.last_turn if after.last_turn is not None and after.last_turn.id != job.turn.newest else None
    if heard.broken and not heard.said and ours is not None and ours.text:
        heard.said = True
        yield Said(ours.text)
    answered = heard.said or heard.asked or heard.doors or heard.export is not None or silent
    changed = after.digest != job.turn.snapshot
    changes = timeline.changes(before, now) if changed else ()
    if changed and not changes and not answered:
        changes = (Change("other", ""),)
    if changes or not answered:
        yield Changed(changes, now)


async def _talk(job: Job, words: str, heard: Heard) -> AsyncGenerator[Update, None]:
    """The turn's stream as updates."""
    yield Working(Stage.UNDERSTANDING)
    draft = ""
    events = job.context.client.run(job.session, words)
    lively = _with_patience(events, job.context.limits.quiet_s)
    async with aclosing(events), aclosing(lively):
        async for event in lively:
            if job.turn.state is TurnState.SENDING and event is not None:
                await job.save(state=TurnState.STREAMING)
            match event:
                case None:
                    yield Working(Stage.STILL_WORKING)
                case Text(text=text, final=True):
                    heard.said, draft = True, ""
                    yield Said(text)
                case Text(text=text):
                    draft = text
                case ToolCall():
                    async for update in _called(job, event, heard):
                        yield update
    if draft.strip():
        heard.said = True
        yield Said(draft)


async def _called(job: Job, call: ToolCall, heard: Heard) -> AsyncGenerator[Update, None]:
    name = call.name.lower()
    if name == "stage":
        stage = _STAGES.get(str(call.args.get("stage")))
        if stage is not None:
            yield Working(stage, _percent(call.args.get("percent")))
    elif name == "ask_question":
        for asked in _questions(call.args):
            heard.asked = True
            yield asked
    elif name == "export":
        heard.export = route.wanted(_number(call.args.get("height")), _number(call.args.get("max_mb")))
        await job.save(export=heard.export)
    elif name in _DOORS:
        heard.doors.append(name)
    elif any(word in name for word in ("understand", "analy")):
        yield Working(Stage.UNDERSTANDING)
    else:
        yield Working(Stage.EDITING)


def _questions(args: Mapping[str, Any]) -> list[Asked]:
    asked = []
    questions = args.get("questions")
    for question in questions if isinstance(questions, list) else [args]:
        if not isinstance(question, dict) or not isinstance(question.get("prompt"), str):
            continue
        options = question.get("options")
        choices = [
            Choice(str(option.get("id", ""))[:_LONGEST_LABEL], str(option["label"])[:_LONGEST_LABEL])
            for option in (options if isinstance(options, list) else [])
            if isinstance(option, dict) and option.get("label")
        ]
        asked.append(
            Asked(
                id=str(question.get("id", ""))[:_LONGEST_LABEL],
                question=question["prompt"],
                choices=tuple(choices[:_MOST_CHOICES]),
                allow_multiple=question.get("allow_multiple") is True,
            )
        )
    return asked


async def _with_patience(events: AsyncGenerator[Event, None], quiet_s: float) -> AsyncGenerator[Event | None, None]:
    """The events, and None for every `quiet_s` seconds in which nothing came that can be shown."""
    loop = asyncio.get_running_loop()
    shown = loop.time()
    while True:
        coming = asyncio.ensure_future(anext(events, None))
        try:
            while not coming.done():
                await asyncio.wait((coming,), timeout=max(0.0, shown + quiet_s - loop.time()))
                if not coming.done() or loop.time() - shown >= quiet_s:
                    shown = loop.time()
                    yield None
        finally:
            if not coming.done():
                coming.cancel()
                await asyncio.wait((coming,))
        event = coming.result()
        if event is None:
            return
        if isinstance(event, Text | ToolCall):
            shown = loop.time()
        yield event


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _percent(value: object) -> float | None:
    number = _number(value)
    return None if number is None else min(100.0, max(0.0, number))
