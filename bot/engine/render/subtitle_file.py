"""Subtitles and transcripts as files: SRT, WebVTT, and plain text to read. Pure."""

from collections.abc import Callable, Mapping

from bot.engine.render.job import Format
from bot.engine.timeline.cues import Cue, cues
from bot.engine.timeline.model import Timeline
from bot.engine.timeline.transcript import paragraphs


def written(timeline: Timeline, form: Format) -> str:
    """The whole file, in one of the formats `WRITTEN`; "" (but for a VTT's head) where nothing is said."""
    return _FORMS[form](timeline)


def _srt(timeline: Timeline) -> str:
    blocks = [
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{_body(cue)}\n"
        for number, cue in enumerate(cues(timeline), 1)
    ]
    return "\n".join(blocks)


def _vtt(timeline: Timeline) -> str:
    blocks = [
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{_escaped(_body(cue))}\n" for cue in cues(timeline)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _txt(timeline: Timeline) -> str:
    return "\n".join(f"{one.line}\n" for one in paragraphs(timeline))


_FORMS: Mapping[Format, Callable[[Timeline], str]] = {"srt": _srt, "vtt": _vtt, "txt": _txt}


def _body(cue: Cue) -> str:
    return "\n".join(cue.texts()).replace("-->", "→")  # what looks like a time line would end the cue


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(ms: int, point: str) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"
