"""Discord as a face: updates become messages in the thread, a finished file is handed over there."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import discord
import structlog

from bot.app import App
from bot.flows.upload import footage_of
from bot.store.models import Place, Render
from bot.updates import (
    Asked,
    Cancelled,
    Changed,
    Deed,
    Delivered,
    DropEnded,
    Ended,
    Footage,
    Made,
    Offer,
    Problem,
    Project,
    Queued,
    Ready,
    RenderProgress,
    RenderQueued,
    RenderReady,
    Said,
    Stage,
    Status,
    TimelineSummary,
    Tracks,
    Unasked,
    Update,
    Working,
)
from bot.voice.phrase import phrase
from cogs import buttons, pictures
from cogs.card import Cards
from cogs.closed import Closed
from cogs.deliveries import Deliveries
from cogs.later import Later
from cogs.mentions import mention_only
from cogs.progress import Progress
from cogs.wording import words_of

log = structlog.stdlib.get_logger(__name__)

MESSAGE_LENGTH = 2000
_ANSWERS_KEPT = 1000
_SNOWFLAKE = re.compile(r"[im](\d{15,20})")
_LAST = (Ended, Delivered, Cancelled, Problem)
"""After these nothing is timed any more."""


@dataclass
class _Message:
    """What waits to be sent until it is known whether it is the last of its request."""

    text: str
    offers: tuple[Offer, ...] = ()
    shows: Footage | None = None
    """The file it tells of, whose storyboard is added by and by."""
    embeds: bool = False


class DiscordFace:
    """Shows what happens in a thread; `close` stops what is still being shown."""

    def __init__(self, client: discord.Client, app: App, progress: Progress | None = None) -> None:
        self._client = client
        self._app = app
        self.progress = progress or Progress()
        self._later = Later()
        self._cards = Cards(client, app, self._later)
        self._deliveries = Deliveries(client)
        self._closed = Closed()
        self._filled: deque[str] = deque(maxlen=_ANSWERS_KEPT)
        self._held: dict[str, _Message] = {}
        self._lasted: set[str] = set()
        self._since: dict[str, datetime] = {}

    async def show(self, place: Place, job: str, update: Update) -> None:
        """Progress edits one message, everything else is a message of its own; the last of a request that took a
        while pings whoever asked, and nobody else.
        """
        try:
            if self._closed.is_closed(place.thread):
                self._held.pop(job, None)
            else:
                await self._show(place, job, update)
        except discord.HTTPException as error:
            self._closed.note(place.thread, error)
            raise
        finally:
            if isinstance(update, _LAST):
                self._since.pop(job, None)
                self._lasted.discard(job)

    async def _show(self, place: Place, job: str, update: Update) -> None:
        text = words_of(update, place.locale)
        match update:
            case Said() | Changed() | Asked() | Unasked() | Made() | Footage():
                await self._hold(place, job, update, text)
                return
            case Ended():
                await self._release(place, job, last=True)
                return
        await self._release(place, job)
        match update:
            case Working() | Queued() | RenderProgress():
                self._show_progress(place, job, update, text)
            case RenderQueued(render) if place.answer is None:
                await self._end_progress(job)
                self._show_progress(place, render, update, text)
            case Delivered():
                await self._end_progress(job)
                await self._fill(place, text, None, again=True)
            case Ready(new=True, offers=offers):
                await self._welcome(place, job, text, offers)
            case Ready():
                await self._end_progress(job)
            case Project():
                self._cards.show(place, update)
            case Tracks(timeline) | Status(timeline=TimelineSummary() as timeline):
                await self._post(place, job, text, picture=await self._timeline(place, timeline))
            case Problem(offers=offers):
                await self._post(place, job, text, ping=True, offers=offers)
            case DropEnded():  # in the message that told of the link, and nowhere else: it is no news to anybody
                await self._fill(place, text, None, again=True)
            case _:
                await self._post(place, job, text, offers=getattr(update, "offers", ()))

    async def _timeline(self, place: Place, timeline: TimelineSummary) -> pictures.Picture | None:
        thread = await self._app.store.threads.get(place.thread)
        footage = [footage_of(kept) for kept in thread.footage] if thread else []
        return await pictures.timeline(self._app.gallery, timeline, footage, place.locale)

    async def _hold(self, place: Place, job: str, update: Update, text: str) -> None:
        """Keep a message back until the next update: an edit's answer and what it changed are told in one."""
        before = self._held.get(job)
        offers: tuple[Offer, ...] = getattr(update, "offers", ())
        if isinstance(update, Changed) and before is not None and not before.embeds and before.shows is None:
            joined = f"{before.text}\n{text}" if update.changes else before.text
            self._held[job] = _Message(joined, (*before.offers, *offers))
            return
        await self._release(place, job)
        shows = update if isinstance(update, Footage) else None
        self._held[job] = _Message(text, offers, shows, embeds=isinstance(update, Made))

    async def _release(self, place: Place, job: str, *, last: bool = False) -> None:
        """Send what was kept back; as the `last` message of its request it pings where the request took a while."""
        message = self._held.pop(job, None)
        lasted = await self._end_progress(job) if last else False
        if message is None:
            return
        ping = last and (lasted or job in self._lasted)
        sent = await self._post(place, job, message.text, ping=ping, offers=message.offers, embeds=message.embeds)
        if sent is not None and message.shows is not None:
            self._later.start(self._add_storyboard(sent, message.shows, place.locale), f"storyboard {job}")

    async def _add_storyboard(self, message: discord.Message, footage: Footage, locale: str) -> None:
        board = await pictures.storyboard(self._app.gallery, footage, locale)
        if board is not None:
            await message.edit(attachments=pictures.files(board))

    def _show_progress(self, place: Place, job: str, update: Update, text: str) -> None:
        if not isinstance(update, Queued):
            when = discord.utils.format_dt(self._asked_at(job), "R")
            text = phrase(place.locale, "progress.since", what=text, when=when)
        stop = () if isinstance(update, Working) and update.stage is Stage.FITTING else (Offer(Deed.CANCEL, job),)
        at_once = isinstance(update, Working) and update.stage is Stage.SETUP
        self.progress.set(
            job, self._channel(place.thread), text, self._answer(place), lambda: buttons.view(stop, place.locale),
            at_once=at_once,
        )  # fmt: skip

    async def _end_progress(self, job: str) -> bool:
        """Take the progress away; whether there was any, so that the request took a while."""
        shown = await self.progress.end(job)
        if shown:
            self._lasted.add(job)
        return shown

    async def _welcome(self, place: Place, job: str, text: str, offers: Sequence[Offer]) -> None:
        """The message that told of the set-up turns into the one that says what to do."""
        message = await self.progress.take(job)
        if message is not None:
            try:
                await message.edit(content=text, view=buttons.view(offers, place.locale))
            except discord.HTTPException as error:  # deleted meanwhile: a message of its own then
                log.info("progress not turned into ready", status=error.status, code=error.code)
            else:
                return
        await self._post(place, job, text, offers=offers)

    def _asked_at(self, job: str) -> datetime:
        """When the request was made: the id of a message or an interaction tells, else since it is known here."""
        found = _SNOWFLAKE.match(job)
        if found is not None:
            return discord.utils.snowflake_time(int(found[1]))
        return self._since.setdefault(job, discord.utils.utcnow())

    async def deliver(self, render: Render, ready: RenderReady) -> None:
        """The file and its link as a new message: see `Deliveries`."""
        await self.progress.end(render.id)
        await self._deliveries.hand_over(render, ready)

    async def close(self) -> None:
        """Stop editing progress messages, and finish what is being added to others."""
        await self.progress.close()
        await self._later.close()

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
        picture: pictures.Picture | None = None,
        offers: Sequence[Offer] = (),
        embeds: bool = False,
    ) -> discord.Message | None:
        """A message of its own, in parts where it is long; the first part fills a command's answer that still waits.

        The message that was sent, the first of several; None where there was an answer to fill.
        """
        await self._end_progress(job)
        pinged = place.requester if ping and place.guild is not None else None  # a direct message tells by itself
        mentions = mention_only(pinged)
        first, *rest = pieces(text)
        channel, plain = self._channel(place.thread), not embeds
        sent = None
        if not await self._fill(place, first, picture, () if rest else offers):
            first, *rest = pieces(text if pinged is None else f"<@{pinged}> {text}")
            view = buttons.view(() if rest else offers, place.locale) or discord.utils.MISSING
            sent = await channel.send(
                first, files=pictures.files(picture), view=view, allowed_mentions=mentions, suppress_embeds=plain
            )
        for number, piece in enumerate(rest, 1):
            view = buttons.view(offers if number == len(rest) else (), place.locale) or discord.utils.MISSING
            await channel.send(piece, view=view, allowed_mentions=mentions, suppress_embeds=plain)
        return sent

    async def _fill(
        self,
        place: Place,
        text: str,
        picture: pictures.Picture | None,
        offers: Sequence[Offer] = (),
        *,
        again: bool = False,
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
            await answer.edit(
                content=text, attachments=pictures.files(picture), view=buttons.view(offers, place.locale)
            )
        except discord.HTTPException as error:  # deleted, archived or too old: a message of its own then
            log.info("answer not filled", status=error.status, code=error.code)
            return False
        return True


def pieces(text: str) -> list[str]:
    """The text in parts that fit a message, broken between lines or words where it can be."""
    parts: list[str] = []
    while len(text) > MESSAGE_LENGTH:
        cuts = (text.rfind(at, 1, MESSAGE_LENGTH) for at in ("\n", " "))
        cut = next((at for at in cuts if at > 0), MESSAGE_LENGTH)
        parts.append(text[:cut])
        text = text[cut:].lstrip("\n ")
    return [*parts, text]
