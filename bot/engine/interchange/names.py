"""Names that are safe in a project file: people's words without what XML and lists cannot hold, endings of our own."""

import re

from bot.media.facts import MediaFacts

_LONGEST = 200
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+"
)
_ENDINGS = {
    "mov": "mp4",
    "matroska": "mkv",
    "mpegts": "ts",
    "png_pipe": "png",
    "jpeg_pipe": "jpg",
    "webp_pipe": "webp",
    "bmp_pipe": "bmp",
}
"""Of the demuxers whose name is no ending; a sound in an MP4 is an M4A."""


def clean(text: str) -> str:
    """People's words on one line, without control characters or what turns the writing round; at most 200 letters."""
    return " ".join(_UNSAFE.sub(" ", text).split())[:_LONGEST]


def lines(text: str) -> str:
    """People's words with their line breaks, each line as `clean`."""
    return "\n".join(clean(line) for line in text.splitlines())


def ending(facts: MediaFacts) -> str:
    """The ending of a file, by its content."""
    if facts.kind == "audio" and facts.container == "mov":
        return "m4a"
    return _ENDINGS.get(facts.container, facts.container)


def plain(text: str) -> str:
    """What is left of people's words in ASCII, for lists of the 1970s."""
    return "".join(letter if letter.isascii() else "?" for letter in clean(text))
