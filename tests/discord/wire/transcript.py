"""What a person sees in a channel, as markdown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcord.backend.models import Channel, Message

if TYPE_CHECKING:
    from tests.discord.wire.world import Wire

TARGET = "THREADCUT_TRANSCRIPT"
"""Environment variable: the file to write a transcript to (the README's is made so); pictures go beside it."""
_THREAD_CREATED = 18


@dataclass(frozen=True)
class Pictures:
    """A folder for the pictures of a transcript, numbered as they come."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


def transcript(wire: Wire, channel: Channel, pictures: Pictures | None = None) -> str:
    """Every message in order: who, what, which files; with a folder, pictures are written there and shown."""
    shown = [_shown(wire, one, pictures) for one in sorted(_visible(wire, channel), key=lambda one: one.id)]
    return "\n\n".join([f"**# {channel.name}**" if channel.name else "**Direct messages**", *shown])


def record(wire: Wire, *channels: Channel) -> None:
    """Write the transcript of these channels where the environment says, if it does."""
    target = os.environ.get(TARGET)
    if not target:
        return
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = Pictures(path.parent)
    path.write_text("\n\n".join(transcript(wire, one, pictures) for one in channels) + "\n", encoding="utf-8")


def _visible(wire: Wire, channel: Channel) -> list[Message]:
    return [one for one in wire.backend.messages.get(channel.id, {}).values() if not one.is_ephemeral]


def _shown(wire: Wire, message: Message, pictures: Pictures | None) -> str:
    author = wire.backend.users[message.author_id].name
    if message.type == _THREAD_CREATED:
        return f"> **{author}** started a thread: **{message.content}**"
    lines = []
    used = message.interaction_metadata
    if used is not None:
        lines.append(f"*{used['user']['username']} used /{used.get('name', '')}*")
    text = "*is thinking…*" if message.flags & (1 << 7) else _named(wire, message.content)
    lines.append(f"**{author}**" + (f": {text}" if text else ""))
    lines += [_file(wire, one, pictures) for one in message.attachments]
    return "\n".join(f"> {line}" for line in "\n".join(lines).split("\n"))


def _file(wire: Wire, attachment: dict[str, Any], pictures: Pictures | None) -> str:
    name, size = attachment["filename"], attachment["size"]
    if pictures is not None and attachment["content_type"].startswith("image/"):
        target = pictures.folder / f"{next(pictures.numbers)}-{name}"
        target.write_bytes(wire.cdn.data(attachment))
        return f"![{name}]({target.name})"
    return f"📎 `{name}` ({size / (1 << 20):.1f} MB)" if size >= 100_000 else f"📎 `{name}` ({size / 1024:.1f} kB)"


def _named(wire: Wire, text: str) -> str:
    def user(found: re.Match[str]) -> str:
        account = wire.backend.users.get(int(found[1]))
        return f"@{account.name}" if account else found[0]

    def channel(found: re.Match[str]) -> str:
        place = wire.backend.channels.get(int(found[1]))
        return f"#{place.name}" if place else found[0]

    def time(found: re.Match[str]) -> str:
        return f"{datetime.fromtimestamp(int(found[1]), UTC):%d %B %Y %H:%M}"

    text = re.sub(r"<t:(\d+):f>", time, text)
    return re.sub(r"<#(\d+)>", channel, re.sub(r"<@!?(\d+)>", user, text))
