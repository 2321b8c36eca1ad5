"""What a draft says only where something was done: looks, overlays, chapters, what was heard, subtitles.

A table a thing: the key, the field it is of, how it is read and how written. A key is left out where its field has
its default, so that equal timelines have equal drafts, and drafts from before a thing existed still load.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, TypeVar, cast, get_args

from bot.engine.timeline.fields import DraftError, flag, number, one_of, whole, words
from bot.engine.timeline.limits import MAX_BOXES, MAX_COVERS, MAX_SPEECH, MAX_WORDS
from bot.engine.timeline.model import Box, Cover, Heard, Look, Overlay, Position, Preset, SoundRole, Word, Zoom

_T = TypeVar("_T")
Read = Callable[[dict[str, Any], str, str], Any]
Write = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Key:
    """One key of a table: `read` takes the object, the key, and where that is."""

    key: str
    name: str
    read: Read
    write: Write = _same


def dumped(value: Any, keys: Sequence[Key]) -> dict[str, Any]:
    """The keys of a table whose field differs from its default."""
    defaults = _defaults(cast("Hashable", type(value)))
    return {
        key.key: key.write(getattr(value, key.name))
        for key in keys
        if key.name not in defaults or getattr(value, key.name) != defaults[key.name]
    }


def loaded(data: dict[str, Any], where: str, keys: Sequence[Key], of: type) -> dict[str, Any]:
    """The fields of a class that a table finds in an object, by name."""
    defaults = _defaults(cast("Hashable", of))
    found = {key.name: key.read(data, key.key, where) for key in keys if key.key in data}
    if any(name in defaults and value == defaults[name] for name, value in found.items()):
        raise DraftError(where, "says what goes without saying")
    return found


@cache
def _defaults(of: Hashable) -> dict[str, Any]:
    return {one.name: one.default for one in fields(cast("Any", of)) if one.default is not MISSING}


def optional(keys: Sequence[Key]) -> tuple[str, ...]:
    """The keys of a table."""
    return tuple(key.key for key in keys)


def _object(keys: Sequence[Key], make: type[_T], needed: tuple[str, ...] = ()) -> Read:
    def read(one: dict[str, Any], key: str, where: str) -> _T:
        return read_object(one[key], f"{where} {key}", keys, make, needed)

    return read


def read_object(data: object, where: str, keys: Sequence[Key], make: type[_T], needed: tuple[str, ...] = ()) -> _T:
    """An object of a table: the keys in `needed` must be there, no unknown one may."""
    if not isinstance(data, dict):
        raise DraftError(where, "is not an object")
    known = optional(keys)
    if any(key not in known for key in data):
        raise DraftError(where, "has a key that is not known")
    if any(key not in data for key in needed):
        raise DraftError(where, "lacks a key")
    return make(**loaded(data, where, keys, make))


def _listed(limit: int, read: Callable[[object, str], _T]) -> Read:
    def all_of(one: dict[str, Any], key: str, where: str) -> tuple[_T, ...]:
        return read_list(one[key], f"{where} {key}", limit, read)

    return all_of


def read_list(data: object, where: str, limit: int, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
    """A list of up to `limit` things."""
    if not isinstance(data, list) or len(data) > limit:
        raise DraftError(where, f"is not a list of up to {limit}")
    return tuple(read(one, f"{where} {index}") for index, one in enumerate(data))


def _numbers(count: int) -> Callable[[object, str], tuple[int, ...]]:
    def read(data: object, where: str) -> tuple[int, ...]:
        if not isinstance(data, list) or len(data) != count:
            raise DraftError(where, f"is not {count} numbers")
        return tuple(whole({"n": one}, "n", where) for one in data)

    return read


def _cell(one: dict[str, Any], key: str, where: str) -> tuple[int, ...]:
    return _numbers(4)(one[key], f"{where} {key}")


def _box(data: object, where: str) -> Box:
    return Box(*_numbers(5)(data, where))


def _written_boxes(boxes: tuple[Box, ...]) -> list[list[int]]:
    return [[one.at, one.x, one.y, one.w, one.h] for one in boxes]


def _choice(*names: Any) -> Read:
    def read(one: dict[str, Any], key: str, where: str) -> Any:
        return one_of(one, key, where, names)

    return read


def _quarter(one: dict[str, Any], key: str, where: str) -> int:
    value = whole(one, key, where)
    if value not in (90, 180, 270):
        raise DraftError(f"{where} {key}", "is not 90, 180 or 270")
    return value


COVER = (
    Key("k", "kind", _choice("blur", "pixelate")),
    Key("z", "strength", whole),
    Key("b", "boxes", _listed(MAX_BOXES, _box), _written_boxes),
)
ZOOM = (
    Key("a", "start", whole),
    Key("b", "end", whole),
    Key("f", "from_percent", whole),
    Key("t", "to_percent", whole),
    Key("x", "x", whole),
    Key("y", "y", whole),
)


def _cover(data: object, where: str) -> Cover:
    return read_object(data, where, COVER, Cover, ("k",))


LOOK = (
    Key("st", "stabilize", flag),
    Key("l", "left", whole),
    Key("r", "right", whole),
    Key("t", "top", whole),
    Key("b", "bottom", whole),
    Key("ro", "rotate", _quarter),
    Key("fa", "flip_across", flag),
    Key("fd", "flip_down", flag),
    Key("br", "brightness", whole),
    Key("co", "contrast", whole),
    Key("sa", "saturation", whole),
    Key("te", "temperature", whole),
    Key("ps", "preset", _choice(*get_args(Preset))),
    Key("bw", "bw", flag),
    Key("sh", "sharpen", whole),
    Key("vi", "vignette", flag),
    Key("gr", "grain", flag),
    Key("cv", "covers", _listed(MAX_COVERS, _cover), lambda covers: [dumped(one, COVER) for one in covers]),
    Key("zm", "zoom", _object(ZOOM, Zoom, ("a", "b")), lambda zoom: dumped(zoom, ZOOM)),
    Key("fo", "follow", _listed(MAX_BOXES, _numbers(3)), lambda points: [list(one) for one in points]),
    Key("ce", "cell", _cell, list),
)
SEGMENT = (
    Key("fz", "freeze", flag),
    Key("rv", "reverse", flag),
    Key("cl", "color", words),
    Key("dn", "denoise", flag),
    Key("se", "sound_early", whole),
    Key("sl", "sound_late", whole),
    Key("lk", "look", _object(LOOK, Look), lambda look: dumped(look, LOOK)),
)
MUSIC = (
    Key("ro", "role", _choice(*get_args(SoundRole))),
    Key("du", "duck", whole),
    Key("dn", "denoise", flag),
)
OVERLAY = (
    Key("a", "offset", whole),
    Key("p", "position", _choice(*get_args(Position))),
    Key("z", "size", whole),
    Key("op", "opacity", whole),
    Key("vo", "volume", whole),
    Key("ce", "cell", _cell, list),
    Key("sp", "speed", number),
    Key("lk", "look", _object(LOOK, Look), lambda look: dumped(look, LOOK)),
)
SUBTITLES = (
    Key("b", "burn", flag),
    Key("l", "lang", words),
    Key("p", "position", _choice(*get_args(Position))),
    Key("c", "color", words),
    Key("z", "size", whole),
    Key("ol", "outline", flag),
    Key("bx", "box", flag),
    Key("ka", "karaoke", flag),
    Key("up", "uppercase", flag),
)
META = (
    Key("lu", "loudness", number),
    Key("tc", "timecode", _choice(*get_args(Position))),
    Key("pb", "progress_bar", flag),
    Key("lb", "letterbox", whole),
)


def read_overlay(data: dict[str, Any], where: str) -> Overlay:
    """An overlay; the keys that every one has are checked by the caller."""
    start = whole(data, "s", where)
    return Overlay(
        id=words(data, "id", where),
        media=words(data, "r", where),
        name=words(data, "n", where),
        kind=one_of(data, "k", where, ("video", "image")),
        start=start,
        end=start + whole(data, "d", where),
        **loaded(data, where, OVERLAY, Overlay),
    )


def write_overlay(overlay: Overlay) -> dict[str, Any]:
    """An overlay as it is in a draft."""
    return {
        "id": overlay.id,
        "r": overlay.media,
        "n": overlay.name,
        "k": overlay.kind,
        "s": overlay.start,
        "d": overlay.end - overlay.start,
        **dumped(overlay, OVERLAY),
    }


def read_heard(data: object, where: str) -> Heard:
    """What was heard in a source."""
    if not isinstance(data, dict) or set(data) - {"l", "tw", "tl"} != {"r", "sp", "w"}:
        raise DraftError(where, "is not an object of r, sp and w")
    lang, shown_in = (words(data, key, where) if key in data else "" for key in ("l", "tl"))
    if ("l" in data and not lang) or ("tl" in data and not shown_in) or ("tl" in data) != bool(data.get("tw")):
        raise DraftError(where, "says what goes without saying")
    return Heard(
        media=words(data, "r", where),
        speech=tuple((one[0], one[1]) for one in read_list(data["sp"], f"{where} sp", MAX_SPEECH, _numbers(2))),
        words=read_list(data["w"], f"{where} w", MAX_WORDS, _word),
        lang=lang,
        shown=read_list(data.get("tw", []), f"{where} tw", MAX_WORDS, _word),
        shown_in=shown_in,
    )


def write_heard(heard: Heard) -> dict[str, Any]:
    """What was heard, as it is in a draft."""
    return {
        "r": heard.media,
        "sp": [list(one) for one in heard.speech],
        "w": _written(heard.words),
        **({"l": heard.lang} if heard.lang else {}),
        **({"tw": _written(heard.shown), "tl": heard.shown_in} if heard.shown else {}),
    }


def _written(row: Sequence[Word]) -> list[list[int | str]]:
    return [[one.start, one.end, one.text] for one in row]


def _word(data: object, where: str) -> Word:
    if not isinstance(data, list) or len(data) != 3:
        raise DraftError(where, "is not two numbers and a word")
    start, end = _numbers(2)(data[:2], where)
    return Word(start, end, words({"w": data[2]}, "w", where))
