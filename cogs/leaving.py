"""What goes with a server that sends the bot away, or with a channel that is deleted; also while the bot was away."""

import discord
import structlog
from discord.ext import commands

from bot.app import App
from bot.flows import servers

log = structlog.stdlib.get_logger(__name__)

_MOST_ASKED = 50
"""Servers asked for after one connection: refusals count towards a ban."""
_NOT_THERE = {10004, 50001}
"""Unknown server, missing access."""


class Leaving(commands.Cog):
    """Forgets what belongs to places that are gone."""

    def __init__(self, app: App, client: discord.Client) -> None:
        self._app = app
        self._client = client

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server that sends the bot away takes its threads, its settings and its account with it."""
        await self._leave(str(guild.id))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A deleted channel takes its threads with it, and Discord tells of none of them."""
        gone = str(channel.id)
        count = await servers.forget_threads(
            self._app.context, lambda thread: gone in {thread.place.channel, thread.key}
        )
        if count:
            log.info("channel deleted", threads=count)
            self._app.poller.poke()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """What happened while the bot was away: a server that it is not in any more is asked for, then forgotten."""
        if not await self._is_the_same_bot():
            return
        known = set(await self._app.store.servers.guilds())
        known |= {thread.place.guild async for thread in self._app.store.threads.each() if thread.place.guild}
        absent = sorted(guild for guild in known if self._is_ours(guild) and self._client.get_guild(int(guild)) is None)
        for guild in absent[:_MOST_ASKED]:
            try:
                await self._client.fetch_guild(int(guild), with_counts=False)
            except discord.HTTPException as error:
                if error.code in _NOT_THERE:
                    await self._leave(guild)

    async def _leave(self, guild: str) -> None:
        threads = await servers.leave(self._app.context, guild)
        log.info("server left", threads=threads)
        self._app.poller.poke()

    async def _is_the_same_bot(self) -> bool:
        """Whether the records are this application's: another's servers say nothing about it."""
        application = str(self._client.application_id)
        before = await self._app.store.marks.read("application")
        await self._app.store.marks.write("application", application)
        return before == application

    def _is_ours(self, guild: str) -> bool:
        """Whether this process would have the server: another may have the other shards."""
        client = self._client
        if not guild.isdecimal():
            return False
        ids = client.shard_ids if isinstance(client, discord.AutoShardedClient) else None
        return ids is None or (int(guild) >> 22) % (client.shard_count or 1) in ids
