"""Discord as a face: updates become messages in the thread, a finished file is handed over there."""

import asyncio
import dataclasses
import io
from collections import deque
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import structlog

from bot.flows.faces import DeliveryError, FileRefusedError
from bot.pictures.timeline import draw
from bot.store.models import Place, Render
from bot.updates import (
    Asked,
    Changed,
    Deed,
    Delivered,
    Made,
    Offer,
    Problem,
    Queued,
    Ready,
    RenderProgress,
    RenderReady,
    Said,
    Status,
    TimelineSummary,
    Tracks,
    Unasked,
    Update,
    Working,
)
from bot.voice.phrase import phrase
from bot.voice.say import say
from cogs import buttons
from cogs.mentions import mention_only
from cogs.progress import Progress

log = structlog.stdlib.get_logger(__name__)

MESSAGE_LENGTH = 2000
_ANSWERS_KEPT = 1000
_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_LOOKED_AT = 2000
_TOO_LARGE = 40005
_CLOSED = {10003, 50001, 50007, 50013, 50083, 160005}
"""Unknown channel, missing access, direct messages closed, missing permission, archived, locked: try the next way."""


class DiscordFace:
    """Shows what happens in a thread; `close` stops what is still being shown."""

    def __init__(self, client: discord.Client, progress: Progress | None = None) -> None:
        self._client = client
        self.progress = progress or Progress()
        self._filled: deque[str] = deque(maxlen=_ANSWERS_KEPT)

    async def show(self, place: Place, job: str, update: Update) -> None:
        """Progress edits one message, everything else is a message of its own."""
        text = say(update, place.locale, discord.utils.escape_markdown)
        match update:
            case Working() | Queued() | RenderProgress():
                self.progress.set(job, self._channel(place.thread), text, self._answer(place))
            case Delivered():
                await self.progress.end(job)
                await self._fill(place, text, None, again=True)
            case Ready(new=False):
                await self.progress.end(job)
            case Changed(timeline=timeline) | Tracks(timeline) | Status(timeline=TimelineSummary() as timeline):
                await self._post(place, job, text, picture=await _picture(timeline, place.locale))
            case Problem(offers=offers):
                await self._post(place, job, text, ping=True, offers=offers)
            case Said(offers=offers) | Asked(offers=offers) | Unasked(offers=offers):
                await self._post(place, job, text, offers=offers)
            case Made():
                await self._post(place, job, text, embeds=True)
            case _:
                await self._post(place, job, text)

    async def deliver(self, render: Render, ready: RenderReady) -> None:
        """The file and its link as a new message that pings the requester only: thread, parent channel, then DM.

        After an attempt that may have got through, the messages since are looked through for it, whichever way it may
        have gone: Discord itself tells a repeated one only for some minutes.
        """
        place = render.place
        await self.progress.end(render.id)
        if render.deliveries and await self._was_delivered(render):
            log.info("delivered before", render=render.id)
            return
        async for channel in self._ways(place):
            try:
                await self._hand_over(channel, place, render, ready)
            except discord.HTTPException as error:
                if error.code in _CLOSED or error.status == 403:
                    log.info("delivery way closed", render=render.id, code=error.code)
                    continue
                raise
            return
        raise DeliveryError("thread, channel and direct message are all closed")

    async def close(self) -> None:
        """Stop editing progress messages."""
        await self.progress.close()

    def _channel(self, channel: str) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(int(channel))

    def _answer(self, place: Place) -> discord.PartialMessage | None:
        return None if place.answer is None else self._channel(place.thread).get_partial_message(int(place.answer))

    async def _post(
        self,
        place: Place,
        job: str,
        text: str,
        *,
        ping: bool = False,
        picture: bytes | None = None,
        offers: Sequence[Offer] = (),
        embeds: bool = False,
    ) -> None:
        """A message of its own, in parts where it is long; the first part fills a command's answer that still waits."""
        await self.progress.end(job)
        mentions = mention_only(place.requester if ping else None)
        first, *rest = pieces(text)
        channel, plain = self._channel(place.thread), not embeds
        if not await self._fill(place, first, picture, () if rest else offers):
            files = [] if picture is None else [_png(picture)]
            view = _view(() if rest else offers, place.locale)
            await channel.send(first, files=files, view=view, allowed_mentions=mentions, suppress_embeds=plain)
        for number, piece in enumerate(rest, 1):
            view = _view(offers if number == len(rest) else (), place.locale)
            await channel.send(piece, view=view, allowed_mentions=mentions, suppress_embeds=plain)

    async def _fill(
        self, place: Place, text: str, picture: bytes | None, offers: Sequence[Offer] = (), *, again: bool = False
    ) -> bool:
        """Put it into the command's answer, if that has nothing but progress in it; whether it is there now.

        `again` is for what ends an export: its answer told how far it was, and would tell that for ever.

        An answer that is never filled shows "thinking" for ever, whether or not there was progress to show.
        """
        answer = self._answer(place)
        if answer is None or place.answer is None or (place.answer in self._filled and not again):
            return False
        self._filled.append(place.answer)
        try:
            files = [] if picture is None else [_png(picture)]
            await answer.edit(content=text, attachments=files, view=buttons.view(offers, place.locale))
        except discord.HTTPException as error:  # deleted, archived or too old: a message of its own then
            log.info("answer not filled", status=error.status, code=error.code)
            return False
        return True

    async def _was_delivered(self, render: Render) -> bool:
        return any([await _is_there(channel, render) async for channel in self._ways(render.place)])

    async def _ways(self, place: Place) -> AsyncIterator[discord.abc.Messageable]:
        yield self._channel(place.thread)
        if place.channel is not None:
            yield self._channel(place.channel)
        if place.requester is not None:
            try:
                user = self._client.get_user(int(place.requester)) or await self._client.fetch_user(
                    int(place.requester)
                )
                yield user.dm_channel or await user.create_dm()
            except discord.HTTPException as error:
                log.info("no direct message", code=error.code)

    async def _hand_over(
        self, channel: discord.abc.Messageable, place: Place, render: Render, ready: RenderReady
    ) -> None:
        text = result_words(place, ready)
        mentions = mention_only(place.requester)
        next_steps = (_brings(render),)
        attach = ready.path is not None and (place.upload_limit is None or ready.size <= place.upload_limit)
        if attach and ready.path is not None:
            try:
                await channel.send(
                    text, file=file(ready.path, ready.name), nonce=render.nonce, allowed_mentions=mentions,
                    view=_view(next_steps, place.locale),
                )  # fmt: skip
            except discord.HTTPException as error:
                if error.status != 413 and error.code != _TOO_LARGE:
                    raise
            else:
                return
        if ready.link is None:
            raise FileRefusedError
        view = _view(next_steps, place.locale)
        await channel.send(text, nonce=render.nonce, allowed_mentions=mentions, view=view)


def _brings(render: Render) -> Offer:
    """The button under a finished video; its id marks the message as the one that brought it."""
    return Offer(Deed.TRACKS, render.id)


async def _is_there(channel: discord.abc.Messageable, render: Render) -> bool:
    """Whether the finished video was handed over in this channel already."""
    wanted = buttons.mark(_brings(render))
    try:
        async for message in channel.history(after=render.created - _CLOCKS_DIFFER, limit=_MOST_LOOKED_AT):
            if wanted in buttons.marks(message):
                return True
    except discord.HTTPException as error:
        if error.code not in _CLOSED and error.status != 403:
            raise
        log.info("no looking for an earlier delivery there", render=render.id, code=error.code)
    return False


def _view(offers: Sequence[Offer], locale: str) -> Any:
    """The buttons for a new message; the types of `send` know no None where there are none."""
    return buttons.view(offers, locale) or discord.utils.MISSING


def _png(picture: bytes) -> discord.File:
    return discord.File(io.BytesIO(picture), filename="timeline.png")


async def _picture(timeline: TimelineSummary, locale: str) -> bytes | None:
    """The timeline as a PNG; None where it has no track to show."""
    if not timeline.tracks:
        return None
    labels = {kind: phrase(locale, f"track.{kind}") for kind in ("video", "audio", "text", "other")}
    return await asyncio.to_thread(draw, timeline, labels, lambda left: phrase(locale, "track.more", left))


def file(path: Path, name: str) -> discord.File:
    """The finished file under a name that is safe to show."""
    return discord.File(path, filename=name)


def result_words(place: Place, ready: RenderReady) -> str:
    """What is said with a finished file; the link's end is a mark that Discord shows in the reader's own time."""
    words = say(dataclasses.replace(ready, link_expires=None), place.locale, discord.utils.escape_markdown)
    if ready.link and ready.link_expires:
        mark = discord.utils.format_dt(ready.link_expires, "f")
        words += "\n" + phrase(place.locale, "render.link_expires", when=mark)
    return words if place.requester is None else f"<@{place.requester}> {words}"


def pieces(text: str) -> list[str]:
    """The text in parts that fit a message, broken at lines where it can be."""
    parts: list[str] = []
    while len(text) > MESSAGE_LENGTH:
        cut = text.rfind("\n", 1, MESSAGE_LENGTH)
        cut = cut if cut > 0 else MESSAGE_LENGTH
        parts.append(text[:cut])
        text = text[cut:].lstrip("\n")
    return [*parts, text]
