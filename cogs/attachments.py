"""What Discord calls an attachment, as a file reference the flows understand. Names and types are claims."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import discord

from bot.store.models import FileRef

MAX_FILES = 10
"""As many as one message can carry."""
_LINK = re.compile(r"https?://[^\s<>]+", re.ASCII | re.IGNORECASE)
_AFTER_A_LINK = ").,;:!?'\"*_~|`]"
_LONG_PASTE = "message.txt"


def file_ref(attachment: discord.Attachment, message: discord.Message | None = None) -> FileRef:
    """A reference to download from; with its message a fresh link can be had when this one has expired."""
    return FileRef(
        name=attachment.filename,
        size=attachment.size,
        url=attachment.url,
        channel=None if message is None else str(message.channel.id),
        message=None if message is None else str(message.id),
        attachment=str(attachment.id),
    )


def of_payload(attachment: Mapping[str, Any]) -> FileRef:
    """A file uploaded with a form, as Discord sends it."""
    return FileRef(
        name=str(attachment["filename"]),
        size=int(attachment["size"]),
        url=str(attachment["url"]),
        attachment=str(attachment["id"]),
    )


def of_message(message: discord.Message) -> tuple[FileRef, ...]:
    """Every file of a message, those of a forwarded one too."""
    forwarded = (attachment for snapshot in message.message_snapshots for attachment in snapshot.attachments)
    return tuple(file_ref(attachment, message) for attachment in [*message.attachments, *forwarded][:MAX_FILES])


def of_target(message: discord.Message) -> tuple[FileRef, ...]:
    """What a message holds to be edited: its files, else the links in its text."""
    files = without_pasted_text(of_message(message))[0]
    if files:
        return files
    texts = [message.content, *(snapshot.content for snapshot in message.message_snapshots)]
    found = [match.rstrip(_AFTER_A_LINK) for text in texts for match in _LINK.findall(text)]
    return tuple(_link(link) for link in list(dict.fromkeys(found))[:MAX_FILES])


def of_command(footage: Iterable[discord.Attachment | None], link: str | None) -> tuple[FileRef, ...]:
    """The files and the link of a slash command, in the order given."""
    files = [file_ref(attachment) for attachment in footage if attachment is not None]
    return (*files, *of_link(link))


def of_link(link: str | None) -> tuple[FileRef, ...]:
    """A link that somebody typed; nothing where it is empty."""
    return (_link(link.strip()),) if link and link.strip() else ()


def without_pasted_text(files: tuple[FileRef, ...]) -> tuple[tuple[FileRef, ...], bool]:
    """The files without the one that Discord makes of a text too long for a message, and whether there was one."""
    kept = tuple(file for file in files if file.name != _LONG_PASTE)
    return kept, len(kept) < len(files)


def _link(link: str) -> FileRef:
    return FileRef(name=link[:200], link=link)
