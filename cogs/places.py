"""Where a request belongs: the thread it is in, or a new one opened for it."""

from dataclasses import dataclass
from typing import Literal

import discord

from bot.store.models import Place
from cogs import access

THREAD_NAME_LENGTH = 80
ARCHIVE_AFTER_MINUTES: Literal[10080] = 10080

_NEEDED = {
    "view_channel": "View Channel",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
    "embed_links": "Embed Links",
}
_HAS_A_THREAD = 160004
_IN_THREADS = {"send_messages_in_threads": "Send Messages in Threads"}
_IN_A_CHAT = {"send_messages": "Send Messages"}
_TO_OPEN = {"create_public_threads": "Create Public Threads"}
_IN_A_LOCKED_THREAD = {"manage_threads": "Manage Threads"}

Context = discord.Interaction | discord.Message


@dataclass(frozen=True)
class MissingPermissionError(Exception):
    """The bot may not do here what the request needs; `names` as Discord's settings show them.

    `where` they can be given: in the `roles` of the server, or, where a role has them already, in the `channel`.
    """

    names: tuple[str, ...]
    where: Literal["roles", "channel"] = "channel"


def is_project(channel: object) -> bool:
    """Whether a channel is a project by itself: a thread, a forum post, a direct message, a voice channel's chat."""
    return isinstance(channel, discord.Thread | discord.DMChannel | discord.VoiceChannel | discord.StageChannel)


def missing(permissions: discord.Permissions, channel: object) -> dict[str, str]:
    """Which permissions are not there for work in this channel, or in a thread to be opened in it.

    By discord.py's names, with those that Discord shows. `Send Messages` does nothing in threads, and the other way
    round; a locked thread takes messages only of those who may manage it.
    """
    needed = dict(_NEEDED)
    if isinstance(channel, discord.VoiceChannel | discord.StageChannel):
        needed |= _IN_A_CHAT
    else:
        needed |= _IN_THREADS
    if not is_project(channel):
        needed |= _TO_OPEN
    if isinstance(channel, discord.Thread) and channel.locked:
        needed |= _IN_A_LOCKED_THREAD
    return {name: words for name, words in needed.items() if not getattr(permissions, name)}


def check(context: Context, channel: object) -> None:
    """Raise MissingPermissionError where the bot may not work in this channel. In direct messages it always may."""
    guild = context.guild
    if guild is None:
        return
    if isinstance(context, discord.Interaction):
        absent = missing(context.app_permissions, channel)
    else:
        absent = missing(context.channel.permissions_for(guild.me), channel)
    if absent:
        given = guild.me.guild_permissions
        where: Literal["roles", "channel"] = "channel" if all(getattr(given, name) for name in absent) else "roles"
        raise MissingPermissionError(tuple(absent.values()), where)


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
    check(interaction, channel)
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


async def of_message(message: discord.Message, words: str, language: str | None = None) -> Place:
    """The project of a message; in a plain channel a thread is opened on that message.

    `language` is the one that its server has set.

    Raises MissingPermissionError, and discord.HTTPException when Discord refuses the thread.
    """
    channel: object = message.channel
    check(message, channel)
    if isinstance(channel, discord.TextChannel):
        channel = await message.create_thread(name=thread_name(words), auto_archive_duration=ARCHIVE_AFTER_MINUTES)
    return place(message, channel, language)


def place(context: Context, channel: object, language: str | None = None) -> Place:
    """A place record for a request made in `channel`.

    An interaction's locale is the server's language already, where it set one (see `cogs/access.py`); of a message
    that is `language`.
    """
    author = context.user if isinstance(context, discord.Interaction) else context.author
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    return Place(
        face="discord",
        thread=str(getattr(channel, "id", 0)),
        guild=None if context.guild is None else str(context.guild.id),
        channel=None if parent is None else str(parent),
        message=str(context.id) if isinstance(context, discord.Message) else None,
        requester=str(author.id),
        locale=language or _locale(context),
        upload_limit=_upload_limit(context),
    )


def _locale(context: Context) -> str:
    if isinstance(context, discord.Interaction):
        return str(context.locale)
    return access.preferred(context)


def _upload_limit(context: Context) -> int | None:
    if isinstance(context, discord.Interaction):
        return context.filesize_limit
    return None if context.guild is None else context.guild.filesize_limit
