"""Whether somebody may still use the bot at a place that they act in from elsewhere, as Discord has it now."""

import asyncio
import time

import discord
import structlog

from bot.flows import servers
from bot.flows.context import NotAllowed
from bot.store.models import Place, Server
from bot.store.store import Store
from cogs import access, places

log = structlog.stdlib.get_logger(__name__)

ASK_S = 10.0
_KNOWN_S = 10.0
_KEPT = 200
_NO_CHANNEL = frozenset({10003, 50001})
"""Unknown channel, missing access."""

Channel = discord.abc.GuildChannel | discord.Thread


class DiscordStanding:
    """Asks Discord for the member and the thread, one question at a time; an answer counts for some seconds, so that
    nobody who has a link can have it ask on and on.
    """

    def __init__(self, client: discord.Client, store: Store) -> None:
        self._client = client
        self._store = store
        self._known: dict[tuple[str, str | None], tuple[float, NotAllowed | None]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def refused(self, place: Place) -> NotAllowed | None:
        """Why the requester may not act at this place, or the bot not answer there; None where all is well."""
        if place.guild is None or place.requester is None:
            return None
        try:
            async with asyncio.timeout(ASK_S), self._one_at_a_time:
                return await self._look_once(place)
        except (discord.HTTPException, discord.ClientException, OSError, TimeoutError) as error:
            log.warning("whether somebody may still send there could not be found out", error=type(error).__name__)
            return NotAllowed("unsure")

    async def _look_once(self, place: Place) -> NotAllowed | None:
        key, now = (place.thread, place.requester), time.monotonic()
        since, known = self._known.pop(key, (float("-inf"), None))
        if now - since > _KNOWN_S:
            since, known = now, await self._look(place, await servers.of(self._store, place.guild))
        self._known[key] = since, known
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return known

    async def _look(self, place: Place, server: Server) -> NotAllowed | None:
        """Raises discord.HTTPException, and TimeoutError where Discord is not there yet."""
        guild = self._client.get_guild(int(place.guild or 0))
        if guild is None:
            if not self._client.is_ready():
                raise TimeoutError
            return NotAllowed("left")
        try:
            member = await guild.fetch_member(int(place.requester or 0))
        except discord.NotFound:
            return NotAllowed("left")
        thread = int(place.thread)
        try:
            channel = guild.get_channel_or_thread(thread) or await guild.fetch_channel(thread)
        except discord.HTTPException as error:
            if error.code in _NO_CHANNEL:
                return NotAllowed("no_thread")
            raise
        return _refused(guild, member, channel, server)


def _refused(guild: discord.Guild, member: discord.Member, channel: Channel, server: Server) -> NotAllowed | None:
    can = channel.permissions_for(member)
    if not can.manage_guild:
        if not servers.may_use(server, access.roles_of(member)):
            names = [role.name for role in map(guild.get_role, map(int, server.roles)) if role is not None]
            return NotAllowed("roles", {"roles": ", ".join(names)})
        if not can.view_channel or not access.may_write(can, channel):
            return NotAllowed("write")
    absent = places.missing(channel.permissions_for(guild.me), channel)
    return NotAllowed("permission", {"names": ", ".join(absent.values())}) if absent else None
