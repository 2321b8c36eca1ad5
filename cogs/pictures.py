"""Pictures as files of a message."""

import asyncio
import io

import discord

from bot.pictures.timeline import draw
from bot.updates import TimelineSummary
from bot.voice.phrase import phrase


async def timeline(summary: TimelineSummary | None, locale: str) -> bytes | None:
    """The timeline as a PNG; None where it has no track to show."""
    if summary is None or not summary.tracks:
        return None
    labels = {kind: phrase(locale, f"track.{kind}") for kind in ("video", "audio", "text", "other")}
    return await asyncio.to_thread(draw, summary, labels, lambda left: phrase(locale, "track.more", left))


def files(picture: bytes | None, name: str = "timeline.png") -> list[discord.File]:
    """The picture as the only file of a message, or none."""
    return [] if picture is None else [discord.File(io.BytesIO(picture), filename=name)]
