"""Messages: footage and talk in a thread the bot works in, replies to it, mentions of it, direct messages."""

import re

import discord
from discord.ext import commands

from bot.app import App
from bot.store.models import Turn
from bot.store.patience import patiently
from cogs import attachments, intake, places
from cogs.mentions import mention_only


class Threads(commands.Cog):
    """The doors that need no command."""

    def __init__(self, app: App, client: discord.Client) -> None:
        self._app = app
        self._client = client

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take a message that is meant for the bot; leave every other alone."""
        if message.author.bot or message.type not in (discord.MessageType.default, discord.MessageType.reply):
            return
        if not await self._is_meant(message):
            return
        words = self._without_mention(message.content)
        files = attachments.of_message(message)
        if not words and not files:
            return
        try:
            place = await places.of_message(message, words or files[0].name)
        except (places.MissingPermissionError, discord.HTTPException) as error:
            await self._refuse(message, intake.refusal(error, places.place(message, message.channel).locale))
            return
        turn = Turn(id=f"m{message.id}", place=place, intent="edit" if words else "upload", words=words, files=files)
        refused = await intake.submit(self._app, turn)
        if refused:
            await self._refuse(message, refused)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A deleted thread takes its project with it: footage, timeline, finished videos, records."""
        await self._app.runner.forget(str(payload.thread_id))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """The chat of a voice channel is a project as a thread is."""
        if places.is_project(channel):
            await self._app.runner.forget(str(channel.id))

    async def _is_meant(self, message: discord.Message) -> bool:
        if message.guild is None or self._is_mentioned(message):
            return True
        if not places.is_project(message.channel):
            return False
        return await patiently(lambda: self._app.store.threads.get(str(message.channel.id))) is not None

    def _is_mentioned(self, message: discord.Message) -> bool:
        me = self._client.user
        if me is None:
            return False
        replied = message.reference.resolved if message.reference else None
        return any(user.id == me.id for user in message.mentions) or (
            isinstance(replied, discord.Message) and replied.author.id == me.id
        )

    def _without_mention(self, content: str) -> str:
        me = self._client.user
        return re.sub(rf"<@!?{me.id}>", " ", content).strip() if me else content.strip()

    async def _refuse(self, message: discord.Message, text: str) -> None:
        try:
            await message.reply(text, allowed_mentions=mention_only(None))
        except discord.HTTPException:
            if message.guild is not None:  # no way to write there: a missing permission is told in private
                await message.author.send(text, allowed_mentions=mention_only(None))
