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

_QUICKTIME: Mapping[str, str] = {
    "zho": "chi", "deu": "ger", "nld": "dut", "swe": "sve", "ell": "gre", "fas": "iri", "eus": "baq", "bod": "tib",
    "cym": "wel", "hye": "arm", "isl": "ice", "kat": "geo", "mkd": "mac", "msa": "may", "mya": "bur", "sqi": "alb",
}  # fmt: skip
"""MOV has a list of languages of its own: how the muxer calls those of it that it calls otherwise."""

_TEXT: Mapping[str, str] = {".mp4": "mov_text", ".mov": "mov_text", ".mkv": "srt", ".webm": "webvtt"}


def text_args(facts: MediaFacts, ending: str) -> list[str]:
    """Its tracks of text go along, each in its language, as a container with this ending has them."""
    if not facts.captions:
        return []
    args = ["-map", "0:s", "-c:s", _TEXT[ending]]
    for number, language in enumerate(facts.captions):
        args += [f"-metadata:s:s:{number}", f"language={named(language, ending)}"]
    return args


def named(language: str, ending: str) -> str:
    """The muxer's word for a language (ISO 639-2) in such a container."""
    return _QUICKTIME.get(language, language) if ending == ".mov" else language
