"""What Discord calls an attachment, as a file reference the flows understand. Names and types are claims."""

from collections.abc import Iterable

import discord

from bot.store.models import FileRef

MAX_FILES = 10
"""As many as one message can carry."""


def file_ref(attachment: discord.Attachment, message: int | None = None) -> FileRef:
    """A reference to download from; with a message id a fresh link can be had when this one has expired."""
    return FileRef(
        name=attachment.filename,
        size=attachment.size,
        url=attachment.url,
        message=None if message is None else str(message),
        attachment=str(attachment.id),
    )


def of_message(message: discord.Message) -> tuple[FileRef, ...]:
    """Every file of a message, those of a forwarded one too."""
    own = (file_ref(attachment, message.id) for attachment in message.attachments)
    forwarded = (file_ref(attachment) for snapshot in message.message_snapshots for attachment in snapshot.attachments)
    return tuple([*own, *forwarded][:MAX_FILES])


def of_command(footage: Iterable[discord.Attachment | None], link: str | None) -> tuple[FileRef, ...]:
    """The files and the link of a slash command, in the order given."""
    files = [file_ref(attachment) for attachment in footage if attachment is not None]
    if link and link.strip():
        files.append(FileRef(name=link.strip()[:200], link=link.strip()))
    return tuple(files)
