"""The containers of finished videos: how ffmpeg is told of each, and what goes along from one into another."""

from collections.abc import Mapping

from bot.media.facts import MediaFacts

MUXERS: Mapping[str, tuple[str, ...]] = {
    ".mp4": ("-movflags", "+faststart", "-f", "mp4"),
    ".mov": ("-movflags", "+faststart", "-f", "mov"),
    ".mkv": ("-f", "matroska"),
    ".webm": ("-f", "webm"),
}
"""The last arguments before a file's name, by its ending."""

CLEAN = ("-map_metadata:g", "-1", "-map_metadata:s:v", "-1", "-map_metadata:s:a", "-1", "-fflags", "+bitexact")
"""Nothing of what the source says about itself but the titles of its chapters."""

_TEXT: Mapping[str, str] = {".mp4": "mov_text", ".mov": "mov_text", ".mkv": "srt", ".webm": "webvtt"}


def text_args(facts: MediaFacts, ending: str) -> list[str]:
    """Its tracks of text go along, each in its language, as a container with this ending has them."""
    if not facts.captions:
        return []
    args = ["-map", "0:s", "-c:s", _TEXT[ending]]
    for number, language in enumerate(facts.captions):
        args += [f"-metadata:s:s:{number}", f"language={language}"]
    return args
