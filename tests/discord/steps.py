"""What the journeys over the wire do again and again."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from simcord.backend.models import Channel, Message

from tests.discord.bot_process import BotProcess, free_port, running
from tests.discord.wire.people import Command, User
from tests.discord.wire.world import Wire

WORK_S = 90.0
"""Longest wait for an edit or an export of a few seconds, on a machine that does other things as well."""


@asynccontextmanager
async def with_links(wire: Wire, folder: Path) -> AsyncIterator[BotProcess]:
    """The bot, on line, with links on: its own web address is the public one."""
    port = free_port()
    async with running(wire, folder, {"WEB_PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}) as process:
        yield process


async def said(wire: Wire, channel: Channel, after: Message | Command, words: str) -> Message:
    """The bot's message since then that has these words in it."""
    return await wire.next_message(channel, after=after, where=lambda one: words in one.content, timeout_s=WORK_S)


def is_card(message: Message) -> bool:
    """Whether it is the bot's card, with the timeline's picture."""
    return bool(message.attachments) and "t1:preview" in str(message.components)


async def delivered(wire: Wire, channel: Channel, after: Message | Command) -> Message:
    """The message that brings the finished video; a command's own answer says that it came."""
    result = await said(wire, channel, after, "Your video is ready")
    if isinstance(after, Command):
        await wire.wait_until(lambda: after.shown is not None and after.shown.content == "Delivered.")
    return result


async def project(wire: Wire, user: User, words: str, file: Path) -> Channel:
    """A thread with footage in it, opened by `/edit` in a channel and edited."""
    command = await user.slash(wire.channel("hall"), "edit", words=words, footage=file)
    answer = await command.answer()
    thread = wire.backend.get_channel(int(re.findall(r"<#(\d+)>", answer.content)[0]))
    await wire.next_message(thread, after=command, where=is_card, timeout_s=WORK_S)
    return thread
