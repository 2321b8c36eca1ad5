"""The timeline as the protocol's draft: JSON with short keys, self-contained, versioned.

Public keys are the protocol's: `t`, `tt`, `sg`, `d`, `m`. The rest is ours:

| where | key | meaning |
|---|---|---|
| draft | `v` | version of this format, `DRAFT_VERSION` |
| | `d` | length of the timeline, ms (follows from the segments; must agree) |
| | `t` | tracks that are not empty, each kind at most once, in the order of `tt` |
| | `m` | metadata: what is true of the whole |
| `m` | `w` `h` | picture's width and height, even pixels |
| | `fn` `fd` | frames a second, as a fraction |
| | `ft` | how footage of another shape fits: `pad`, `crop`, `blur_pad` |
| | `vo` | volume of everything, percent |
| | `fi` `fo` | fade in, fade out: `{"d": ms, "c": colour}` or null |
| track | `tt` | type: 0 video, 1 audio (music), 7 text |
| | `sg` | its segments |
| any segment | `id` | its own id |
| | `s` `d` | start on the timeline and length there, ms (of video they follow from the rest; must agree) |
| video, music | `r` | id of the media it plays |
| | `n` | name of the file, as the user knows it |
| | `vo` `mu` | volume, percent of the original; muted |
| video | `c` | id of the clip it belongs to |
| | `k` | `video` or `image` |
| | `a` `b` | in and out point, source ms |
| | `sp` `kp` | speed; whether the pitch is kept |
| | `tr` | transition into it: `{"y": style, "d": ms, "lo": lead_out, "li": lead_in}` or null |
| music | `a` | where in the source it begins, ms |
| | `fi` `fo` | fades, ms |
| text | `tx` | the words |
| | `p` `c` `z` | position, colour (`black`, `white`, `#rrggbb`), size in percent |
| | `ro` | role |
| | `fa` | fade at both edges, ms |

Every key is there, no other is. `load` takes nothing on trust: a posted draft is hostile.
"""

from typing import Any, get_args

from bot.engine.timeline.checks import first_problem
from bot.engine.timeline.fields import DraftError, fields, flag, number, one_of, whole, words
from bot.engine.timeline.geometry import duration_ms, layout
from bot.engine.timeline.limits import MAX_MUSIC, MAX_SEGMENTS, MAX_TEXTS
from bot.engine.timeline.model import (
    Canvas,
    Fade,
    Fit,
    Library,
    Music,
    Position,
    Role,
    Segment,
    Text,
    Timeline,
    Transition,
    TransitionStyle,
)

__all__ = ["DRAFT_VERSION", "DraftError", "dump", "load"]

DRAFT_VERSION = 1

_VIDEO, _AUDIO, _TEXT = 0, 1, 7
_TRACKS = {_VIDEO: ("video", MAX_SEGMENTS), _AUDIO: ("music", MAX_MUSIC), _TEXT: ("text", MAX_TEXTS)}


def dump(timeline: Timeline) -> dict[str, Any]:
    """The draft of a timeline; equal timelines have equal drafts."""
    tracks = (
        (_VIDEO, [_segment(one.segment, one.start_ms) for one in layout(timeline)]),
        (_AUDIO, [_music(item) for item in timeline.music]),
        (_TEXT, [_text(text) for text in timeline.texts]),
    )
    canvas = timeline.canvas
    return {
        "v": DRAFT_VERSION,
        "d": duration_ms(timeline),
        "t": [{"tt": kind, "sg": segments} for kind, segments in tracks if segments],
        "m": {
            "w": canvas.width,
            "h": canvas.height,
            "fn": canvas.fps_num,
            "fd": canvas.fps_den,
            "ft": canvas.fit,
            "vo": timeline.volume,
            "fi": _fade(timeline.fade_in),
            "fo": _fade(timeline.fade_out),
        },
    }


def load(data: object, library: Library) -> Timeline:
    """The timeline of a draft whose media are all in `library`.

    Raises DraftError, and nothing else, whatever is posted; the time it takes is bounded by the limits on its size.
    """
    draft = fields(data, "draft", ("v", "d", "t", "m"))
    if whole(draft, "v", "draft") != DRAFT_VERSION:
        raise DraftError("draft v", f"is not {DRAFT_VERSION}")
    segments, music, texts = _tracks(draft["t"])
    meta = fields(draft["m"], "m", ("w", "h", "fn", "fd", "ft", "vo", "fi", "fo"))
    timeline = Timeline(
        canvas=Canvas(
            width=whole(meta, "w", "m"),
            height=whole(meta, "h", "m"),
            fps_num=whole(meta, "fn", "m"),
            fps_den=whole(meta, "fd", "m"),
            fit=one_of(meta, "ft", "m", get_args(Fit)),
        ),
        segments=tuple(_read_segment(one, f"segment {index}") for index, one in enumerate(segments)),
        texts=tuple(_read_text(one, f"text {index}") for index, one in enumerate(texts)),
        music=tuple(_read_music(one, f"music {index}") for index, one in enumerate(music)),
        fade_in=_read_fade(meta["fi"], "m fi"),
        fade_out=_read_fade(meta["fo"], "m fo"),
        volume=whole(meta, "vo", "m"),
    )
    if wrong := first_problem(timeline, library):
        raise DraftError(*wrong)
    _agrees(draft, segments, timeline)
    return timeline


def _agrees(draft: dict[str, Any], segments: list[Any], timeline: Timeline) -> None:
    """What follows from the rest must be what it says, so that nobody reads another timeline than is rendered."""
    if whole(draft, "d", "draft") != duration_ms(timeline):
        raise DraftError("draft d", f"is not {duration_ms(timeline)}, the segments' length")
    for one, placed in zip(segments, layout(timeline), strict=True):
        where = f"segment {placed.index}"
        if (whole(one, "s", where), whole(one, "d", where)) != (placed.start_ms, placed.segment.ms):
            raise DraftError(where, f"does not start at {placed.start_ms} ms for {placed.segment.ms} ms")


def _tracks(data: object) -> tuple[list[Any], list[Any], list[Any]]:
    """The segments of the video, audio and text track."""
    if not isinstance(data, list) or len(data) > len(_TRACKS):
        raise DraftError("t", f"is not a list of up to {len(_TRACKS)} tracks")
    found: dict[int, list[Any]] = {}
    for index, one in enumerate(data):
        where = f"track {index}"
        track = fields(one, where, ("tt", "sg"))
        kind = whole(track, "tt", where)
        if kind not in _TRACKS or kind in found:
            raise DraftError(where, "has an unknown type, or one that was there before")
        name, limit = _TRACKS[kind]
        segments = track["sg"]
        if not isinstance(segments, list) or len(segments) > limit:
            raise DraftError(f"{name} track", f"is not a list of up to {limit} segments")
        found[kind] = segments
    return found.get(_VIDEO, []), found.get(_AUDIO, []), found.get(_TEXT, [])


def _segment(segment: Segment, start_ms: int) -> dict[str, Any]:
    return {
        "id": segment.id,
        "c": segment.clip,
        "r": segment.media,
        "n": segment.name,
        "k": segment.kind,
        "s": start_ms,
        "d": segment.ms,
        "a": segment.start,
        "b": segment.end,
        "sp": segment.speed,
        "kp": segment.keep_pitch,
        "vo": segment.volume,
        "mu": segment.muted,
        "tr": _transition(segment.transition),
    }


def _read_segment(data: object, where: str) -> Segment:
    keys = ("id", "c", "r", "n", "k", "s", "d", "a", "b", "sp", "kp", "vo", "mu", "tr")
    one = fields(data, where, keys)
    return Segment(
        id=words(one, "id", where),
        clip=words(one, "c", where),
        media=words(one, "r", where),
        name=words(one, "n", where),
        kind=one_of(one, "k", where, ("video", "image")),
        start=whole(one, "a", where),
        end=whole(one, "b", where),
        speed=number(one, "sp", where),
        keep_pitch=flag(one, "kp", where),
        volume=whole(one, "vo", where),
        muted=flag(one, "mu", where),
        transition=_read_transition(one["tr"], f"{where} tr"),
    )


def _transition(transition: Transition | None) -> dict[str, Any] | None:
    if transition is None:
        return None
    return {"y": transition.style, "d": transition.ms, "lo": transition.lead_out, "li": transition.lead_in}


def _read_transition(data: object, where: str) -> Transition | None:
    if data is None:
        return None
    one = fields(data, where, ("y", "d", "lo", "li"))
    return Transition(
        style=one_of(one, "y", where, get_args(TransitionStyle)),
        ms=whole(one, "d", where),
        lead_out=whole(one, "lo", where),
        lead_in=whole(one, "li", where),
    )


def _music(item: Music) -> dict[str, Any]:
    return {
        "id": item.id,
        "r": item.media,
        "n": item.name,
        "s": item.start,
        "d": item.end - item.start,
        "a": item.offset,
        "vo": item.volume,
        "mu": item.muted,
        "fi": item.fade_in,
        "fo": item.fade_out,
    }


def _read_music(data: object, where: str) -> Music:
    one = fields(data, where, ("id", "r", "n", "s", "d", "a", "vo", "mu", "fi", "fo"))
    start = whole(one, "s", where)
    return Music(
        id=words(one, "id", where),
        media=words(one, "r", where),
        name=words(one, "n", where),
        start=start,
        end=start + whole(one, "d", where),
        offset=whole(one, "a", where),
        volume=whole(one, "vo", where),
        muted=flag(one, "mu", where),
        fade_in=whole(one, "fi", where),
        fade_out=whole(one, "fo", where),
    )


def _text(text: Text) -> dict[str, Any]:
    return {
        "id": text.id,
        "tx": text.content,
        "s": text.start,
        "d": text.end - text.start,
        "p": text.position,
        "c": text.color,
        "z": text.size,
        "ro": text.role,
        "fa": text.fade,
    }


def _read_text(data: object, where: str) -> Text:
    one = fields(data, where, ("id", "tx", "s", "d", "p", "c", "z", "ro", "fa"))
    start = whole(one, "s", where)
    return Text(
        id=words(one, "id", where),
        content=words(one, "tx", where),
        start=start,
        end=start + whole(one, "d", where),
        position=one_of(one, "p", where, get_args(Position)),
        color=words(one, "c", where),
        size=whole(one, "z", where),
        role=one_of(one, "ro", where, get_args(Role)),
        fade=whole(one, "fa", where),
    )


def _fade(fade: Fade | None) -> dict[str, Any] | None:
    return None if fade is None else {"d": fade.ms, "c": fade.color}


def _read_fade(data: object, where: str) -> Fade | None:
    if data is None:
        return None
    one = fields(data, where, ("d", "c"))
    return Fade(whole(one, "d", where), words(one, "c", where))
