"""Messages: footage and talk in a thread the bot works in, replies to it, mentions of it, direct messages."""

import hashlib
import re

import discord
from discord.ext import commands

from bot.app import App
from bot.flows import servers
from bot.store.models import Server, Turn
from bot.store.patience import patiently
from bot.voice.phrase import phrase
from cogs import access, attachments, intake, places
from cogs.mentions import mention_only

_TOLD_FOR_S = 86_400
_SAID_AGAIN_S = 90 * 86_400


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
        server = await self._meant_in(message)
        if server is None:
            return
        locale = server.language or access.preferred(message)
        words = self._without_mention(message.content)
        files, pasted = attachments.without_pasted_text(attachments.of_message(message))
        not_yours = access.refused_there(server, message)
        if not_yours is not None:
            if (words or files or pasted) and self._is_mentioned(message) and await self._first_time(message):
                await self._refuse(message, not_yours)
            return
        if pasted:
            await self._refuse(message, phrase(locale, "pasted"))
        if not words and not files:
            await self._say_unseen(message, locale)
            return
        try:
            place = await places.of_message(message, words or files[0].name, server.language)
        except (places.MissingPermissionError, discord.HTTPException) as error:
            await self._refuse(message, intake.refusal(error, locale))
            return
        turn = Turn(id=f"m{message.id}", place=place, intent="edit" if words else "upload", words=words, files=files)
        refused = await intake.submit(self._app, turn)
        if refused:
            await self._refuse(message, refused)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A deleted thread takes its project with it: footage, timeline, finished videos, records."""
        await self._app.runner.forget(str(payload.thread_id))

    async def _meant_in(self, message: discord.Message) -> Server | None:
        """What is set in the server of a message that is meant for the bot; None where it is not."""
        guild = access.guild_of(message)
        if guild is None or self._is_mentioned(message):
            return await patiently(lambda: servers.of(self._app.store, guild))
        if not places.is_project(message.channel):
            return None
        if await patiently(lambda: self._app.store.threads.get(str(message.channel.id))) is None:
            return None
        server = await patiently(lambda: servers.of(self._app.store, guild))
        return server if server.talk else None

    async def _first_time(self, message: discord.Message) -> bool:
        """Whether this person has not been told for a day that the bot is not for them here."""
        who = hashlib.sha256(f"{access.guild_of(message)}:{message.author.id}".encode()).hexdigest()[:16]
        return await self._app.store.marks.once(f"told of roles:{who}", _TOLD_FOR_S)

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

    async def _say_unseen(self, message: discord.Message, locale: str) -> None:
        """Say why nothing comes of a message that the bot is not shown, once in a thread."""
        shown = message.content or message.attachments or message.embeds or message.stickers
        if shown or message.guild is None or self._client.intents.message_content:
            return
        if await self._app.store.marks.once(f"unseen:{message.channel.id}", _SAID_AGAIN_S):
            await self._refuse(message, phrase(locale, "unseen"))

    async def _refuse(self, message: discord.Message, text: str) -> None:
        try:
            answered = message.to_reference(fail_if_not_exists=False)  # it may have been deleted meanwhile
            await message.channel.send(text, reference=answered, allowed_mentions=mention_only(None))
        except discord.HTTPException:
            if message.guild is not None:  # no way to write there: a missing permission is told in private
                await message.author.send(text, allowed_mentions=mention_only(None))
