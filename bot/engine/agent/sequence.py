"""From places as the asker saw them to places as each operation will find them.

Whoever writes "delete clip 1, mute clip 2 and cut 0:30 to 0:45" looks at one timeline for all three. Applying goes one
by one, each on what the ones before left (neighbouring `cut_range`s alone are taken as one list), so later places are
moved here by what goes before them. Pauses, fillers and words are found only by listening, black parts only by looking:
their cutting is put behind every operation that names a place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.engine.agent.request import TimelineFacts
from bot.engine.agent.slots import clean_number
from bot.engine.timeline.ops import (
    CutRange,
    CutSeen,
    CutWords,
    DeleteClip,
    Duplicate,
    EditOp,
    ExactLength,
    FileOp,
    Freeze,
    Highlight,
    KeepRange,
    Loop,
    Op,
    PictureInPicture,
    Redo,
    RemoveFiller,
    Reorder,
    Speed,
    Split,
    SplitScreen,
    TextOp,
    TrimEnd,
    TrimSilence,
    TrimStart,
    Undo,
)  # fmt: skip

_FOUND = (TrimSilence, RemoveFiller, CutWords, CutSeen)
"""What is found only when it is applied."""
_UNTOLD = (TrimStart, TrimEnd, KeepRange, Speed, Highlight, ExactLength, *_FOUND)
"""After these, in the forms that nothing else here reads, nobody can tell where a place lies."""
_HELD_S = 2.0
"""How long a picture is held when nobody says how long."""


@dataclass
class _Moved:
    """What happened so far: stretches gone (s, as seen), what was put in (where, how long), the speed.

    `order` are the clips by their old numbers (-1: a copy).
    """

    total: float
    edges: list[float]
    order: list[int]
    gone: list[tuple[float, float]] = field(default_factory=list)
    added: list[tuple[float, float]] = field(default_factory=list)
    factor: float = 1.0
    known: bool = True
    cuts: list[tuple[float, float]] = field(default_factory=list)

    def at(self, seconds: float) -> float:
        """Where a place of the asker's timeline lies now."""
        if not self.known:
            return seconds
        lost = sum(max(0.0, min(end, seconds) - start) for start, end in _merged(self.gone))
        more = sum(length for place, length in self.added if place <= seconds and place < self.total)
        return clean_number((seconds - lost + more) / self.factor)

    def clip(self, number: int) -> int:
        """The number that a clip of the asker's timeline has now; a clip that is gone keeps its number."""
        return self.order.index(number) + 1 if number in self.order else number


def in_turn(ops: Sequence[Op], facts: TimelineFacts) -> tuple[Op, ...]:
    """The same operations, in an order and with places that do what was asked when applied one by one."""
    if any(isinstance(op, Undo | Redo) for op in ops):
        return tuple(ops)  # what they bring back is not what is seen now
    edges = [0.0]
    for clip in facts.clips:
        edges.append(edges[-1] + clip.seconds)
    moved = _Moved(edges[-1], edges, list(range(1, len(facts.clips) + 1)))
    out: list[Op] = []
    for op in _pauses_last(_cards_last(ops)):
        if not isinstance(op, CutRange):
            moved.gone.extend(moved.cuts)
            moved.cuts = []
        if isinstance(op, EditOp | FileOp):
            out.append(_placed(op, moved))
            _follow(op, moved)
        else:
            out.append(op)
    return tuple(out)


def _cards_last(ops: Sequence[Op]) -> list[Op]:
    """Title cards behind what counts seconds or clips: nobody counts a card that is not there yet."""
    counting = [i for i, op in enumerate(ops) if not _text_that_is(op) and not _card(op) and _counts(op)]
    last = max(counting, default=-1) + 1
    cards = [op for op in ops[:last] if _card(op)]
    return [*(op for op in ops[:last] if not _card(op)), *cards, *ops[last:]]


def _card(op: Op) -> bool:
    return isinstance(op, TextOp) and op.role == "title_card" and bool(op.content) and not _text_that_is(op)


def _text_that_is(op: Op) -> bool:
    return isinstance(op, TextOp) and bool(op.edit or op.remove or op.target)


def _counts(op: Op) -> bool:
    clips = [getattr(op, name, None) for name in ("clip", "clips", "except_clips", "order", "between")]
    return isinstance(op, TrimStart | TrimEnd) or _names_a_place(op) or any(one not in (None, "all") for one in clips)


def _pauses_last(ops: Sequence[Op]) -> list[Op]:
    last = max((i for i, op in enumerate(ops) if _names_a_place(op)), default=-1)
    early = [op for op in ops[: last + 1] if isinstance(op, _FOUND)]
    return [*(op for op in ops[: last + 1] if not isinstance(op, _FOUND)), *early, *ops[last + 1 :]]


def _names_a_place(op: Op) -> bool:
    if isinstance(op, _FOUND) or (isinstance(op, KeepRange) and op.clip is not None):
        return False
    return isinstance(op, KeepRange) or any(getattr(op, name, None) for name in ("start", "end", "at", "items"))


def _placed(op: EditOp | FileOp, moved: _Moved) -> EditOp | FileOp:
    """The operation with the places it will find."""
    new: dict[str, object] = {}
    for name in type(op).model_fields:
        value = getattr(op, name)
        if value is None or (isinstance(op, KeepRange) and op.clip is not None and name != "clip"):
            continue
        match name:
            case "start" | "end" | "at":
                new[name] = [moved.at(t) for t in value] if isinstance(value, list) else moved.at(value)
            case "ranges" | "except_ranges":
                new[name] = [(moved.at(a), moved.at(b)) for a, b in value]
            case "items":
                new[name] = [(moved.at(at), title) for at, title in value]
            case "clip" if isinstance(value, int):
                new[name] = moved.clip(value)
            case "clips" | "except_clips":
                new[name] = [moved.clip(n) for n in value]
            case "between" if not isinstance(value, str):
                new[name] = _pairs(value, moved)
    if isinstance(op, Reorder) and moved.order and len(op.order) != len(moved.order):
        new["order"] = [moved.clip(n) for n in op.order if n in moved.order]
    return op.model_copy(update=new) if new else op


def _pairs(between: Any, moved: _Moved) -> object:
    if isinstance(between, tuple):
        return (moved.clip(between[0]), moved.clip(between[1]))
    return [(moved.clip(a), moved.clip(b)) for a, b in between]


def _follow(op: EditOp | FileOp, moved: _Moved) -> None:
    """Remembers what an operation takes away."""
    if (clip := _leaves_row(op)) in moved.order:
        moved.order.remove(clip)
        moved.gone.append((moved.edges[clip - 1], moved.edges[clip]))
    _put_in(op, moved)
    match op:
        case CutRange(start=start, end=end):
            moved.cuts.append((start, end))
        case TrimStart(seconds=seconds, clip=None):
            moved.gone.append((0.0, seconds))
        case TrimStart(seconds=seconds, clip=int(clip)) if clip < len(moved.edges):
            moved.gone.append((moved.edges[clip - 1], moved.edges[clip - 1] + seconds))
        case TrimEnd(seconds=seconds, clip=int(clip)) if clip < len(moved.edges):
            moved.gone.append((moved.edges[clip] - seconds, moved.edges[clip]))
        case TrimEnd(clip=None):
            pass
        case KeepRange(start=start, end=end, ranges=None, clip=None):
            moved.gone += [(0.0, start or 0.0), (moved.total if end is None else end, moved.total)]
        case Speed(factor=factor, clip=None, start=None, end=None):
            moved.factor *= factor
        case Split() | SplitScreen():
            moved.order = []
            moved.known &= isinstance(op, Split)
        case Reorder(order=order):
            moved.order = [n for n in order if n in moved.order]
            moved.known = False
        case _ if isinstance(op, _UNTOLD):
            moved.known = False


def _put_in(op: EditOp | FileOp, moved: _Moved) -> None:
    """Remembers what an operation makes longer."""
    match op:
        case Duplicate(clip=int(clip)) | Loop(clip=int(clip)) if clip in moved.order:
            _repeated(op, clip, moved)
        case Freeze(at=float() as at, seconds=seconds) if at < moved.total:
            moved.added.append((at, _HELD_S if seconds is None else seconds))


def _repeated(op: Duplicate | Loop, clip: int, moved: _Moved) -> None:
    """A clip that plays several times pushes back what lies behind it; each copy is a clip of its own."""
    length = moved.edges[clip] - moved.edges[clip - 1]
    copies, more = 1, length
    if isinstance(op, Loop):
        turns = (op.times or (1 if op.boomerang else 2)) * (2 if op.boomerang else 1)
        more = (turns - 1) * length if op.seconds is None else max(op.seconds - length, 0.0)
        copies = round(more / length + 0.499) // (2 if op.boomerang else 1) if length else 0
    moved.added.append((moved.edges[clip], more))
    at = moved.order.index(clip) + 1
    moved.order[at:at] = [-1] * min(copies, 1000)


def _leaves_row(op: EditOp | FileOp) -> int:
    """The clip that is not in the row any more: deleted, or laid over the others. 0: none."""
    if isinstance(op, DeleteClip):
        return op.clip
    return op.clip or 0 if isinstance(op, PictureInPicture) and not (op.edit or op.remove) else 0


def _merged(stretches: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        elif end > start:
            out.append((start, end))
    return out
