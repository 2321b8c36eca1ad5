"""Words to the upstream: sent once, watched while it works, and what came of it told, whatever it says itself."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import structlog

from bot.flows.asked_for import called, number
from bot.flows.context import Job
from bot.flows.heard import Heard, said, without_gui
from bot.flows.outcome import snapshot, told
from bot.flows.problems import UncertainError
from bot.flows.settle import settle
from bot.nemo.errors import NemoError, SessionLost, TokenRejected, Unavailable
from bot.nemo.events import Event, Text, ToolCall
from bot.nemo.models import State
from bot.store.models import TurnState
from bot.updates import Asked, Choice, Deed, Offer, Stage, Update, Working

log = structlog.stdlib.get_logger(__name__)

_STAGES = {
    stage.value: stage
    for stage in (Stage.LISTENING, Stage.LOOKING, Stage.TRANSLATING, Stage.UNDERSTANDING, Stage.EDITING)
}
_DOORS = ("status", "credits", "cancel", "upload")
_MOST_CHOICES = 25
_MOST_FILES = 5
"""Files that one request may ask for."""
_LONGEST_LABEL = 200


async def edit(job: Job, words: str, heard: Heard) -> AsyncGenerator[Update, None]:
    """Send the words, unless a restart finds that they may have been sent; then only ask what came of them.

    Raises UncertainError, and NemoError where the upstream refused.
    """
    client = job.client
    job.touched = True
    if job.turn.state is TurnState.QUEUED:
        before = await client.state(job.session)
        newest = before.last_turn.id if before.last_turn else None
        await snapshot(job, before, state=TurnState.SENDING, newest=newest)
        sending = _send(job, words, heard)
        async with aclosing(sending):
            async for update in sending:
                yield update
    else:
        heard.broken = True
    if heard.broken:
        async for update in _after_break(job, heard):
            yield update
        return
    try:
        after = await client.state(job.session)
    except SessionLost as error:  # it was sent and has ended: a new session is no reason to send it again
        raise heard.failed or UncertainError from error
    except NemoError as error:
        raise heard.failed or error from error
    async for update in told(job, after, heard):
        yield update
    if heard.failed is not None:
        raise heard.failed


async def _send(job: Job, words: str, heard: Heard) -> AsyncGenerator[Update, None]:
    """Send the words, once; what the stream ended in is in `heard`. Raises what means that nothing was taken."""
    try:
        talking = _talk(job, words, heard)
        async with aclosing(talking):
            async for update in talking:
                yield update
    except SessionLost as error:
        if heard.began:
            raise UncertainError from error
        raise  # refused: nothing runs, it is sent again to a new session
    except TokenRejected:
        raise
    except NemoError as error:
        if isinstance(error, Unavailable) and error.may_run:
            log.info("turn's stream broke", reason=str(error))
            heard.broken = True
        else:
            heard.failed = error


async def _after_break(job: Job, heard: Heard) -> AsyncGenerator[Update, None]:
    """What came of a turn whose stream was lost."""
    async for found in settle(job):
        if isinstance(found, State):
            async for update in told(job, found, heard):
                yield update
        else:
            yield found


async def _talk(job: Job, words: str, heard: Heard) -> AsyncGenerator[Update, None]:
    """The turn's stream as updates."""
    yield Working(Stage.UNDERSTANDING)
    draft = ""
    events = job.client.run(job.session, words)
    lively = _with_patience(events, job.context.limits.quiet_s)
    async with aclosing(events), aclosing(lively):
        async for event in lively:
            if event is not None and not heard.began:
                heard.began = True
                await job.save(state=TurnState.STREAMING)
            match event:
                case None:
                    yield Working(Stage.STILL_WORKING)
                case Text(text=text, final=True):
                    draft = ""
                    async for update in said(job, text, heard):
                        yield update
                case Text(text=text):
                    draft = text
                case ToolCall():
                    async for update in _called(job, event, heard):
                        yield update
    if draft.strip():
        async for update in said(job, draft, heard):
            yield update


async def _called(job: Job, call: ToolCall, heard: Heard) -> AsyncGenerator[Update, None]:
    name = call.name.lower()
    if name == "stage":
        stage = _STAGES.get(str(call.args.get("stage")))
        if stage is not None:
            yield Working(stage, _percent(call.args.get("percent")))
    elif name == "ask_question":
        for number, asked in enumerate(_questions(call.args), 1):
            heard.asked = True
            answers = [
                Offer(Deed.SAY, words=f"{number}. {asked.question}: {choice.label}", label=choice.label)
                for choice in asked.choices
            ]
            question = without_gui(job, asked.question) or asked.question
            yield replace(asked, question=question, offers=await job.offer(*answers))
    elif name == "export":
        wanted = called(call.args)
        if wanted not in heard.files and len(heard.files) < _MOST_FILES:
            heard.files = (*heard.files, wanted)
            await job.save(export=heard.files[0], also=heard.files[1:])
    elif name in _DOORS:
        heard.open(name)
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


def _percent(value: object) -> float | None:
    told = number(value)
    return None if told is None else min(100.0, max(0.0, told))
