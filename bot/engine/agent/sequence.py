"""From places as the asker saw them to places as each operation will find them.

Whoever writes "delete clip 1, mute clip 2 and cut 0:30 to 0:45" looks at one timeline for all three. Applying goes one
by one, each on what the ones before left (neighbouring `cut_range`s alone are taken as one list), so later places are
moved here by what goes before them. Pauses are found only by listening: their cutting is put behind every operation
that names a place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.engine.agent.request import TimelineFacts
from bot.engine.agent.slots import clean_number
from bot.engine.timeline.ops import (
    CutRange,
    DeleteClip,
    EditOp,
    KeepRange,
    MusicOp,
    Mute,
    Op,
    Redo,
    Reorder,
    Speed,
    Split,
    TextOp,
    TransitionOp,
    TrimEnd,
    TrimSilence,
    TrimStart,
    Undo,
    Volume,
)  # fmt: skip

_Timed = Mute | Speed | TextOp | MusicOp
_OfClip = TrimSilence | TrimStart | TrimEnd | KeepRange | Speed | Volume | Mute | TextOp


@dataclass
class _Moved:
    """What happened so far: stretches gone (s, as seen), the clips that are left by their old numbers, the speed."""

    total: float
    edges: list[float]
    order: list[int]
    gone: list[tuple[float, float]] = field(default_factory=list)
    factor: float = 1.0
    known: bool = True
    cuts: list[tuple[float, float]] = field(default_factory=list)

    def at(self, seconds: float) -> float:
        """Where a place of the asker's timeline lies now."""
        if not self.known:
            return seconds
        lost = sum(max(0.0, min(end, seconds) - start) for start, end in _merged(self.gone))
        return clean_number((seconds - lost) / self.factor)

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
    for op in _pauses_last(ops):
        if not isinstance(op, CutRange):
            moved.gone.extend(moved.cuts)
            moved.cuts = []
        if isinstance(op, EditOp):
            out.append(_placed(op, moved))
            _follow(op, moved)
        else:
            out.append(op)
    return tuple(out)


def _pauses_last(ops: Sequence[Op]) -> list[Op]:
    last = max((i for i, op in enumerate(ops) if _names_a_place(op)), default=-1)
    early = [op for op in ops[: last + 1] if isinstance(op, TrimSilence)]
    return [*(op for op in ops[: last + 1] if not isinstance(op, TrimSilence)), *early, *ops[last + 1 :]]


def _names_a_place(op: Op) -> bool:
    if isinstance(op, CutRange) or (isinstance(op, Split) and op.at):
        return True
    if isinstance(op, KeepRange):
        return op.clip is None
    return isinstance(op, _Timed) and bool(op.start or op.end)


def _placed(op: EditOp, moved: _Moved) -> EditOp:
    """The operation with the places it will find."""
    new: dict[str, object] = {}
    if isinstance(op, CutRange | _Timed) or (isinstance(op, KeepRange) and op.clip is None):
        new |= {name: moved.at(value) for name in ("start", "end") if (value := getattr(op, name)) is not None}
    if isinstance(op, KeepRange) and op.clip is None and op.ranges:
        new["ranges"] = [(moved.at(a), moved.at(b)) for a, b in op.ranges]
    if isinstance(op, TrimSilence) and op.except_ranges:
        new["except_ranges"] = [(moved.at(a), moved.at(b)) for a, b in op.except_ranges]
    if isinstance(op, Split) and op.at:
        new["at"] = [moved.at(t) for t in op.at]
    if isinstance(op, DeleteClip) or (isinstance(op, _OfClip) and isinstance(op.clip, int)):
        new["clip"] = moved.clip(int(op.clip or 0))
    if isinstance(op, Reorder) and moved.order and len(op.order) != len(moved.order):
        new["order"] = [moved.clip(n) for n in op.order if n in moved.order]
    if isinstance(op, TransitionOp) and not isinstance(op.between, str):
        pairs = [op.between] if isinstance(op.between, tuple) else op.between
        mapped = [(moved.clip(a), moved.clip(b)) for a, b in pairs]
        new["between"] = mapped[0] if isinstance(op.between, tuple) else mapped
    return op.model_copy(update=new) if new else op


def _follow(op: EditOp, moved: _Moved) -> None:
    """Remembers what an operation takes away."""
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
        case DeleteClip(clip=clip) if clip in moved.order:
            moved.order.remove(clip)
            moved.gone.append((moved.edges[clip - 1], moved.edges[clip]))
        case Speed(factor=factor, clip=None, start=None, end=None):
            moved.factor *= factor
        case Split():
            moved.order = []
        case Reorder(order=order):
            moved.order = [n for n in order if n in moved.order]
            moved.known = False
        case TrimStart() | TrimEnd() | KeepRange() | Speed() | TrimSilence():
            moved.known = False


def _merged(stretches: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        elif end > start:
            out.append((start, end))
    return out
