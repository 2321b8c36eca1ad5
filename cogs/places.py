"""Where a request belongs: the thread it is in, or a new one opened for it."""

from dataclasses import dataclass
from typing import Literal

import discord

from bot.store.models import Place

THREAD_NAME_LENGTH = 80
ARCHIVE_AFTER_MINUTES: Literal[10080] = 10080

_NEEDED = {
    "view_channel": "View Channel",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
    "embed_links": "Embed Links",
}
_NEEDED_TO_OPEN = {"create_public_threads": "Create Public Threads"}
_HAS_A_THREAD = 160004

Context = discord.Interaction | discord.Message


@dataclass(frozen=True)
class MissingPermissionError(Exception):
    """The bot may not do here what the request needs; `names` as Discord's settings show them."""

    names: tuple[str, ...]


def is_project(channel: object) -> bool:
    """Whether a channel is a project by itself: a thread, a forum post, a direct message, a voice channel's chat."""
    return isinstance(channel, discord.Thread | discord.DMChannel | discord.VoiceChannel | discord.StageChannel)


def missing(permissions: discord.Permissions, *, to_open: bool) -> tuple[str, ...]:
    """Which permissions are not there, by the names Discord shows. `Send Messages` does nothing in threads."""
    needed = {**_NEEDED, **_NEEDED_TO_OPEN} if to_open else _NEEDED
    return tuple(words for name, words in needed.items() if not getattr(permissions, name))


def thread_name(words: str) -> str:
    """A thread's name made of a request: one line, no mentions, Discord's limit kept."""
    plain = " ".join(discord.utils.remove_markdown(words).split())
    plain = "".join(char for char in plain if char.isprintable() and char not in "<>@#")
    if len(plain) > THREAD_NAME_LENGTH:
        plain = plain[: THREAD_NAME_LENGTH - 1].rstrip() + "…"
    return plain.strip() or "Edit"


async def of_interaction(interaction: discord.Interaction, words: str, on: int | None = None) -> Place:
    """The project of a command; in a plain channel a thread named after the words is opened first.

    It is opened on the message `on`, where there is one that has no thread yet.

    Raises MissingPermissionError, and discord.HTTPException when Discord refuses the thread.
    """
    channel = interaction.channel
    if interaction.guild is not None:
        absent = missing(interaction.app_permissions, to_open=not is_project(channel))
        if absent:
            raise MissingPermissionError(absent)
    if isinstance(channel, discord.TextChannel):
        thread = await _opened(channel, thread_name(words), on)
        await thread.add_user(interaction.user)
        channel = thread
    return place(interaction, channel)


async def _opened(channel: discord.TextChannel, name: str, on: int | None) -> discord.Thread:
    if on is not None:
        try:
            message = channel.get_partial_message(on)
            return await message.create_thread(name=name, auto_archive_duration=ARCHIVE_AFTER_MINUTES)
        except discord.HTTPException as error:
            if error.code != _HAS_A_THREAD:
                raise
    kind = discord.ChannelType.news_thread if channel.is_news() else discord.ChannelType.public_thread
    return await channel.create_thread(name=name, type=kind, auto_archive_duration=ARCHIVE_AFTER_MINUTES)


async def of_message(message: discord.Message, words: str) -> Place:
    """The project of a message; in a plain channel a thread is opened on that message.

    Raises MissingPermissionError, and discord.HTTPException when Discord refuses the thread.
    """
    channel: object = message.channel
    if message.guild is not None:
        absent = missing(message.channel.permissions_for(message.guild.me), to_open=not is_project(channel))
        if absent:
            raise MissingPermissionError(absent)
    if isinstance(channel, discord.TextChannel):
        channel = await message.create_thread(name=thread_name(words), auto_archive_duration=ARCHIVE_AFTER_MINUTES)
    return place(message, channel)


def place(context: Context, channel: object) -> Place:
    """A place record for a request made in `channel`."""
    author = context.user if isinstance(context, discord.Interaction) else context.author
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    return Place(
        face="discord",
        thread=str(getattr(channel, "id", 0)),
        guild=None if context.guild is None else str(context.guild.id),
        channel=None if parent is None else str(parent),
        message=str(context.id) if isinstance(context, discord.Message) else None,
        requester=str(author.id),
        locale=_locale(context),
        upload_limit=_upload_limit(context),
    )


def _locale(context: Context) -> str:
    if isinstance(context, discord.Interaction):
        return str(context.locale)
    return "en-US" if context.guild is None else str(context.guild.preferred_locale)


def _upload_limit(context: Context) -> int | None:
    if isinstance(context, discord.Interaction):
        return context.filesize_limit
    return None if context.guild is None else context.guild.filesize_limit
