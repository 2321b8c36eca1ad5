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

These are left out where nothing was done (`draft_extras` has how each is read and written):

| where | key | meaning |
|---|---|---|
| `m` | `lu` | loudness of the whole, LUFS |
| | `tc` `pb` `lb` | place of the running time; a progress bar; 100 times the width to height that bars leave |
| | `sb` | subtitles |
| `sb` | `b` `l` `ka` `up` | burned in; language; karaoke; capitals |
| | `p` `c` `z` `ol` `bx` | place, colour, size, outline, box |
| video | `k` | may be `card`, a ground of one colour (`r` is empty then) |
| | `fz` `rv` `cl` | held at its in point; backwards; colour of a card |
| | `dn` `se` `sl` | noise taken out; ms that the sound begins before, and goes on behind, the picture |
| | `lk` | look |
| look | `st` `sh` `vi` `gr` `bw` | stabilised, sharpened, vignette, grain, black and white |
| | `l` `r` `t` `b` | cut off, 1/1000 of a side |
| | `ro` `fa` `fd` | degrees clockwise; mirrored across, down |
| | `br` `co` `sa` `te` `ps` | brightness, contrast, saturation, temperature; ready-made look |
| | `cv` | covers: `k` `blur` or `pixelate`, `z` percent, `b` boxes `[source ms, x, y, w, h]` (1/1000) |
| | `zm` | zoom: from `f` % at source ms `a` to `t` % at `b`, around `x` `y` |
| | `fo` | what a crop follows: `[source ms, x, y]` |
| | `ce` | place it fills instead of the canvas: `[left, top, width, height]` (1/1000) |
| music | `ro` `du` `dn` | role; percent it goes down to under speech; noise taken out |
| track | `tt` | also 20 overlays, 21 chapters, 22 what was heard |
| overlay | `k` `a` | `video` or `image`; where in the source it begins, ms |
| | `p` `z` `op` `vo` | place, percent of the width, opacity and volume in percent |
| | `ce` `sp` `lk` | place it fills, as of a look; speed; look |
| chapter | `tx` | title |
| heard | `r` `sp` `w` (`l`) | source, speech `[from, to]`, words `[from, to, word]`, source ms; their language |
| | `tw` `tl` | the words as they are translated; into which language |

Every other key is there, no unknown one is. `load` takes nothing on trust: a posted draft is hostile.
"""

from typing import Any, get_args

from bot.engine.timeline.checks import first_problem
from bot.engine.timeline.draft_extras import (
    META,
    MUSIC,
    OVERLAY,
    SEGMENT,
    SUBTITLES,
    dumped,
    loaded,
    optional,
    read_heard,
    read_object,
    read_overlay,
    write_heard,
    write_overlay,
)
from bot.engine.timeline.fields import DraftError, fields, flag, number, one_of, whole, words
from bot.engine.timeline.geometry import duration_ms, layout
from bot.engine.timeline.limits import MAX_CHAPTERS, MAX_HEARD, MAX_MUSIC, MAX_OVERLAYS, MAX_SEGMENTS, MAX_TEXTS
from bot.engine.timeline.model import (
    Canvas,
    Chapter,
    Fade,
    Fit,
    Kind,
    Library,
    Music,
    Overlay,
    Position,
    Role,
    Segment,
    Subtitles,
    Text,
    Timeline,
    Transition,
    TransitionStyle,
)

__all__ = ["DRAFT_VERSION", "DraftError", "dump", "load"]

DRAFT_VERSION = 1

_VIDEO, _AUDIO, _TEXT, _OVERLAY, _CHAPTER, _HEARD = 0, 1, 7, 20, 21, 22
_TRACKS = {
    _VIDEO: ("video", MAX_SEGMENTS),
    _AUDIO: ("music", MAX_MUSIC),
    _TEXT: ("text", MAX_TEXTS),
    _OVERLAY: ("overlay", MAX_OVERLAYS),
    _CHAPTER: ("chapter", MAX_CHAPTERS),
    _HEARD: ("heard", MAX_HEARD),
}


def dump(timeline: Timeline) -> dict[str, Any]:
    """The draft of a timeline; equal timelines have equal drafts."""
    tracks = (
        (_VIDEO, [_segment(one.segment, one.start_ms) for one in layout(timeline)]),
        (_AUDIO, [_music(item) for item in timeline.music]),
        (_TEXT, [_text(text) for text in timeline.texts]),
        (_OVERLAY, [write_overlay(one) for one in timeline.overlays]),
        (_CHAPTER, [{"id": one.id, "s": one.start, "tx": one.title} for one in timeline.chapters]),
        (_HEARD, [write_heard(one) for one in timeline.heard]),
    )
    subtitles = {} if timeline.subtitles is None else {"sb": dumped(timeline.subtitles, SUBTITLES)}
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
            **dumped(timeline, META),
            **subtitles,
        },
    }


def load(data: object, library: Library) -> Timeline:
    """The timeline of a draft whose media are all in `library`.

    Raises DraftError, and nothing else, whatever is posted; the time it takes is bounded by the limits on its size.
    """
    draft = fields(data, "draft", ("v", "d", "t", "m"))
    if whole(draft, "v", "draft") != DRAFT_VERSION:
        raise DraftError("draft v", f"is not {DRAFT_VERSION}")
    tracks = _tracks(draft["t"])
    segments = tracks[_VIDEO]
    meta = fields(draft["m"], "m", ("w", "h", "fn", "fd", "ft", "vo", "fi", "fo"), (*optional(META), "sb"))
    timeline = Timeline(
        canvas=Canvas(
            width=whole(meta, "w", "m"),
            height=whole(meta, "h", "m"),
            fps_num=whole(meta, "fn", "m"),
            fps_den=whole(meta, "fd", "m"),
            fit=one_of(meta, "ft", "m", get_args(Fit)),
        ),
        segments=tuple(_read_segment(one, f"segment {index}") for index, one in enumerate(segments)),
        texts=tuple(_read_text(one, f"text {index}") for index, one in enumerate(tracks[_TEXT])),
        music=tuple(_read_music(one, f"music {index}") for index, one in enumerate(tracks[_AUDIO])),
        fade_in=_read_fade(meta["fi"], "m fi"),
        fade_out=_read_fade(meta["fo"], "m fo"),
        volume=whole(meta, "vo", "m"),
        overlays=tuple(_read_overlay(one, f"overlay {index}") for index, one in enumerate(tracks[_OVERLAY])),
        chapters=tuple(_read_chapter(one, f"chapter {index}") for index, one in enumerate(tracks[_CHAPTER])),
        heard=tuple(read_heard(one, f"heard {index}") for index, one in enumerate(tracks[_HEARD])),
        subtitles=read_object(meta["sb"], "m sb", SUBTITLES, Subtitles) if "sb" in meta else None,
        **loaded(meta, "m", META, Timeline),
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


def _tracks(data: object) -> dict[int, list[Any]]:
    """The segments of each kind of track."""
    if not isinstance(data, list) or len(data) > len(_TRACKS):
        raise DraftError("t", f"is not a list of up to {len(_TRACKS)} tracks")
    found: dict[int, list[Any]] = {kind: [] for kind in _TRACKS}
    there: set[int] = set()
    for index, one in enumerate(data):
        where = f"track {index}"
        track = fields(one, where, ("tt", "sg"))
        kind = whole(track, "tt", where)
        if kind not in _TRACKS or kind in there:
            raise DraftError(where, "has an unknown type, or one that was there before")
        name, limit = _TRACKS[kind]
        segments = track["sg"]
        if not isinstance(segments, list) or len(segments) > limit:
            raise DraftError(f"{name} track", f"is not a list of up to {limit} segments")
        there.add(kind)
        found[kind] = segments
    return found


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
        **dumped(segment, SEGMENT),
    }


def _read_segment(data: object, where: str) -> Segment:
    keys = ("id", "c", "r", "n", "k", "s", "d", "a", "b", "sp", "kp", "vo", "mu", "tr")
    one = fields(data, where, keys, optional(SEGMENT))
    return Segment(
        id=words(one, "id", where),
        clip=words(one, "c", where),
        media=words(one, "r", where),
        name=words(one, "n", where),
        kind=one_of(one, "k", where, get_args(Kind)),
        start=whole(one, "a", where),
        end=whole(one, "b", where),
        speed=number(one, "sp", where),
        keep_pitch=flag(one, "kp", where),
        volume=whole(one, "vo", where),
        muted=flag(one, "mu", where),
        transition=_read_transition(one["tr"], f"{where} tr"),
        **loaded(one, where, SEGMENT, Segment),
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
        **dumped(item, MUSIC),
    }


def _read_music(data: object, where: str) -> Music:
    one = fields(data, where, ("id", "r", "n", "s", "d", "a", "vo", "mu", "fi", "fo"), optional(MUSIC))
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
        **loaded(one, where, MUSIC, Music),
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


def _read_overlay(data: object, where: str) -> Overlay:
    return read_overlay(fields(data, where, ("id", "r", "n", "k", "s", "d"), optional(OVERLAY)), where)


def _read_chapter(data: object, where: str) -> Chapter:
    one = fields(data, where, ("id", "s", "tx"))
    return Chapter(words(one, "id", where), whole(one, "s", where), words(one, "tx", where))


def _fade(fade: Fade | None) -> dict[str, Any] | None:
    return None if fade is None else {"d": fade.ms, "c": fade.color}


def _read_fade(data: object, where: str) -> Fade | None:
    if data is None:
        return None
    one = fields(data, where, ("d", "c"))
    return Fade(whole(one, "d", where), words(one, "c", where))
