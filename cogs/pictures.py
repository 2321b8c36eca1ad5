"""Pictures as files of a message, with their words in the reader's language."""

import io
from collections.abc import Sequence
from functools import partial

import discord

from bot.pictures.gallery import Gallery
from bot.pictures.words import Words
from bot.updates import Footage, TimelineSummary
from bot.voice.phrase import phrase

_KINDS = ("video", "audio", "text", "other")


async def timeline(
    gallery: Gallery, summary: TimelineSummary | None, footage: Sequence[Footage], locale: str
) -> bytes | None:
    """The timeline as a PNG, with pictures of the footage that is kept; None where it has no track to show."""
    return None if summary is None else await gallery.timeline(summary, footage, words(locale))


def words(locale: str) -> Words:
    """What a timeline's picture says in this locale."""
    return Words(
        tracks={kind: phrase(locale, f"track.{kind}") for kind in _KINDS},
        parts=partial(phrase, locale, "item.parts"),
        more=partial(phrase, locale, "track.more"),
    )


def files(picture: bytes | None, name: str = "timeline.png") -> list[discord.File]:
    """The picture as the only file of a message, or none."""
    return [] if picture is None else [discord.File(io.BytesIO(picture), filename=name)]
