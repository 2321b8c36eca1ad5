"""A finished file on its way to whoever asked for it: the thread, its channel, a direct message."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta

import discord
import structlog

from bot.flows.faces import DeliveryError, FileRefusedError
from bot.store.models import Place, Render
from bot.updates import Deed, Offer, RenderReady
from bot.voice.phrase import phrase
from bot.voice.say import say
from cogs import buttons
from cogs.mentions import mention_only

log = structlog.stdlib.get_logger(__name__)

_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_LOOKED_AT = 2000
_TOO_LARGE = 40005
_CLOSED = {10003, 50001, 50007, 50013, 50083, 160005}
"""Unknown channel, missing access, direct messages closed, missing permission, archived, locked: try the next way."""


class Deliveries:
    """Hands finished files over, each once."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def hand_over(self, render: Render, ready: RenderReady) -> None:
        """The file and its link as a new message that pings the requester only: thread, parent channel, then DM.

        After an attempt that may have got through, the messages since are looked through for it, whichever way it may
        have gone: Discord itself tells a repeated one only for some minutes.

        Raises FileRefusedError where a place takes no file of that size (413, 40005), DeliveryError where every way is
        closed, discord.HTTPException when it is worth trying again.
        """
        if render.deliveries and await self._was_delivered(render):
            log.info("delivered before", render=render.id)
            return
        async for channel in self._ways(render.place):
            try:
                await _send(channel, render, ready)
            except discord.HTTPException as error:
                if error.code in _CLOSED or error.status == 403:
                    log.info("delivery way closed", render=render.id, code=error.code)
                    continue
                raise
            return
        raise DeliveryError("thread, channel and direct message are all closed")

    async def _was_delivered(self, render: Render) -> bool:
        return any([await _is_there(channel, render) async for channel in self._ways(render.place)])

    async def _ways(self, place: Place) -> AsyncIterator[discord.abc.Messageable]:
        yield self._client.get_partial_messageable(int(place.thread))
        if place.channel is not None:
            yield self._client.get_partial_messageable(int(place.channel))
        if place.requester is not None:
            try:
                user = self._client.get_user(int(place.requester)) or await self._client.fetch_user(
                    int(place.requester)
                )
                yield user.dm_channel or await user.create_dm()
            except discord.HTTPException as error:
                log.info("no direct message", code=error.code)


async def _send(channel: discord.abc.Messageable, render: Render, ready: RenderReady) -> None:
    place = render.place
    attached = discord.utils.MISSING if ready.path is None else discord.File(ready.path, filename=ready.name)
    try:
        await channel.send(
            result_words(place, ready), file=attached, nonce=render.nonce,
            suppress_embeds=ready.path is not None,  # the link's preview would be a second player below the first
            allowed_mentions=mention_only(None if ready.preview else place.requester),
            view=buttons.view(_offers(render), place.locale) or discord.utils.MISSING,
        )  # fmt: skip
    except discord.HTTPException as error:
        if ready.path is not None and (error.status == 413 or error.code == _TOO_LARGE):
            raise FileRefusedError from error
        raise


def _offers(render: Render) -> tuple[Offer, ...]:
    """The buttons under it: where a preview is of a few pictures, also for one that plays smoothly."""
    again = (Offer(Deed.PREVIEW, render.id),) if render.keyframes else ()
    return (*again, _brings(render))


def _brings(render: Render) -> Offer:
    """The button under a finished video, or under a preview; its id marks the message as the one that brought it."""
    return Offer(Deed.EXPORT if render.export.is_preview else Deed.TRACKS, render.id)


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


def result_words(place: Place, ready: RenderReady) -> str:
    """What is said with a finished file; the link's end is a mark that Discord shows in the reader's own time.

    A preview calls nobody: whoever asked for it is looking.
    """
    words = say(dataclasses.replace(ready, link_expires=None), place.locale, discord.utils.escape_markdown)
    if ready.link and ready.link_expires:
        mark = discord.utils.format_dt(ready.link_expires, "f")
        words += "\n" + phrase(place.locale, "render.link_expires", when=mark)
    return words if place.requester is None or ready.preview else f"<@{place.requester}> {words}"
