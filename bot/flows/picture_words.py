"""What a timeline's picture says, in the reader's language."""

from functools import partial

from bot.pictures.words import Words
from bot.voice.phrase import phrase
from bot.voice.timelines import effect

_KINDS = ("video", "audio", "text", "overlay", "subtitle", "chapter", "other")


def picture_words(locale: str) -> Words:
    """The few words that a picture holds, in this locale."""
    return Words(
        tracks={kind: phrase(locale, f"track.{kind}") for kind in _KINDS},
        parts=partial(phrase, locale, "item.parts"),
        more=partial(phrase, locale, "track.more"),
        effect=partial(effect, locale=locale),
    )
