"""Pictures as files of a message, with their words in the reader's language."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.flows.picture_words import picture_words
from bot.pictures.gallery import Gallery
from bot.updates import Footage, TimelineSummary
from bot.voice.say import say
from bot.voice.timelines import timeline as say_timeline

_LONGEST_DESCRIPTION = 1000


@dataclass(frozen=True)
class Picture:
    """A PNG, what its file is called, and what it shows in words, for those who do not see it."""

    png: bytes
    name: str
    description: str


async def timeline(
    gallery: Gallery, summary: TimelineSummary | None, footage: Sequence[Footage], locale: str
) -> Picture | None:
    """The timeline, with pictures of the footage that is kept; None where it has no track to show."""
    png = None if summary is None else await gallery.timeline(summary, footage, picture_words(locale))
    if png is None or summary is None:
        return None
    return Picture(png, "timeline.png", say_timeline(summary, locale)[:_LONGEST_DESCRIPTION])


async def storyboard(gallery: Gallery, footage: Footage, locale: str) -> Picture | None:
    """What a file holds; None where it is not kept or nothing of it can be shown."""
    png = await gallery.storyboard(footage)
    return None if png is None else Picture(png, "storyboard.png", say(footage, locale)[:_LONGEST_DESCRIPTION])


def files(picture: Picture | None) -> list[discord.File]:
    """The picture as the only file of a message, or none."""
    if picture is None:
        return []
    return [discord.File(io.BytesIO(picture.png), filename=picture.name, description=picture.description)]
