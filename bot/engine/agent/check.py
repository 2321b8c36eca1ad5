"""Holds a plan against the timeline: what is beyond the end, no such clip, nothing to undo becomes one question."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.engine.agent.asking import Options, question
from bot.engine.agent.request import Context, Question, TimelineFacts
from bot.engine.agent.slots import clean_number
from bot.engine.agent.wording import clock
from bot.engine.timeline.ops import (
    Chapters,
    CutRange,
    DeleteClip,
    EditOp,
    ExactLength,
    ExportOp,
    FileOp,
    KeepRange,
    Loop,
    Op,
    Redo,
    TextOp,
    TrimEnd,
    TrimStart,
    Undo,
)  # fmt: skip

_NEAR = 0.05  # s; half a frame and the rounding of a container's duration
_OVER = 0.5  # s; nobody means another end by so little
_LONGEST = 4 * 3600.0  # s; no later place can be named


@dataclass
class _State:
    """The timeline as the asker sees it: every place of a plan lies on it (`sequence` moves them for applying)."""

    context: Context
    lengths: list[float] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    undo: int = 0
    redo: int = 0

    @property
    def seconds(self) -> float:
        return sum(self.lengths)

    def ask(self, key: str, options: Options | None = None, **values: object) -> Question:
        return question(self.context, key, values, options or {})


def check(ops: Sequence[Op], facts: TimelineFacts, context: Context) -> Question | None:
    """The first thing that cannot be as it was asked for, with likely answers; None when all is well."""
    state = _State(context, [clip.seconds for clip in facts.clips], undo=context.undo_depth, redo=context.redo_depth)
    for op in ops:
        problem = _one(op, state)
        if problem:
            return problem
    return None


def _one(op: Op, state: _State) -> Question | None:
    if isinstance(op, Undo):
        return _steps(op, state, state.undo, "nothing_to_undo", "undo")
    if isinstance(op, Redo):
        return _steps(op, state, state.redo, "nothing_to_redo", "redo")
    if isinstance(op, ExportOp) or not isinstance(op, EditOp | FileOp):
        return None
    if not state.lengths:
        return state.ask("no_footage")
    return _clips_exist(op, state) or _places_exist(op, state)


def _places_exist(op: EditOp | FileOp, state: _State) -> Question | None:
    """Holds the times of one op against the timeline."""
    match op:
        case TrimStart() | TrimEnd():
            return _trim(op, state)
        case CutRange():
            return _cut(op, state)
        case KeepRange():
            return _keep(op, state)
        case DeleteClip(clip=clip):
            state.deleted.add(clip)
            return state.ask("nothing_left") if len(state.deleted) == len(state.lengths) else None
        case Loop():
            return _loop(op, state)
        case TextOp(role="title_card", start=float(start)) if start == clean_number(state.seconds):
            return None  # a card behind everything
        case Chapters(items=[*items]):
            return _within(max((at for at, _ in items), default=0.0), state)
        case ExactLength(seconds=seconds) if seconds > _LONGEST:
            return state.ask("too_long", value=clock(seconds), limit=clock(_LONGEST))
    return _stretch(op, state)


def _stretch(op: EditOp | FileOp, state: _State) -> Question | None:
    """Of whatever has a place (`at`) or a stretch (`start`, `end`) on the timeline."""
    at = getattr(op, "at", None)
    beyond = _within(max(at, default=0.0) if isinstance(at, list) else at or 0.0, state)
    start, end = getattr(op, "start", None), getattr(op, "end", None)
    if beyond or (start is None and end is None):
        return beyond
    begin, total = start or 0.0, state.seconds
    if end is not None and begin >= end:
        turned: Options = {"part": (op.model_copy(update={"start": end, "end": begin}),)} if begin > end else {}
        key, span = "backwards" if turned else "empty_range", f"{clock(end)}-{clock(begin)}"
        return state.ask(key, turned, start=clock(begin), end=clock(end), part=span)
    if end is not None and begin < total - _NEAR and end > total + _OVER:
        to_end: Options = {"to_end": (op.model_copy(update={"end": clean_number(total)}),)}
        return state.ask("end_beyond", to_end, value=clock(end), limit=clock(total), to_end=clock(begin))
    return _within(begin, state)


def _within(seconds: float, state: _State) -> Question | None:
    if seconds > 0 and seconds >= state.seconds - _NEAR:
        return state.ask("beyond_end", value=clock(seconds), limit=clock(state.seconds))
    return None


def _steps(op: Undo | Redo, state: _State, depth: int, key: str, option: str) -> Question | None:
    if depth < 1:
        return state.ask(key)
    if op.count > depth:
        fewer = type(op)(count=depth)
        return state.ask(f"fewer_{option}", {f"{option}_{depth}": (fewer,)}, count=op.count, depth=depth)
    return None


def _clips_exist(op: EditOp | FileOp, state: _State) -> Question | None:
    numbers: list[int] = []
    for name in ("clip", "clips", "except_clips", "order"):
        value = getattr(op, name, None)
        numbers += [value] if isinstance(value, int) else value if isinstance(value, list) else []
    between = getattr(op, "between", "all")
    if not isinstance(between, str):
        numbers += [number for pair in ([between] if isinstance(between, tuple) else between) for number in pair]
    wrong = next((n for n in numbers if not 1 <= n <= len(state.lengths)), None)
    if wrong is None:
        return None
    return state.ask("no_clip", _other_clips(op, state), clip=wrong, count=len(state.lengths))


def _other_clips(op: EditOp | FileOp, state: _State) -> Options:
    if not isinstance(getattr(op, "clip", None), int) or len(state.lengths) < 2:
        return {}
    return {f"clip_{n}": (op.model_copy(update={"clip": n}),) for n in range(1, min(len(state.lengths), 8) + 1)}


def _trim(op: TrimStart | TrimEnd, state: _State) -> Question | None:
    if op.clip == "each":
        limit = min(state.lengths)
    elif isinstance(op.clip, int):
        limit = state.lengths[op.clip - 1]
    else:
        limit = state.seconds
    if op.seconds >= limit - _NEAR:
        return state.ask("too_much", value=clock(op.seconds), limit=clock(limit))
    return None


def _loop(op: Loop, state: _State) -> Question | None:
    once = state.lengths[op.clip - 1] if op.clip else state.seconds
    whole = op.seconds or once * (op.times or 2)
    return state.ask("too_long", value=clock(whole), limit=clock(_LONGEST)) if whole > _LONGEST else None


def _cut(op: CutRange, state: _State) -> Question | None:
    total = state.seconds
    start, end = op.start, op.end
    if start > end:
        turned: Options = {"cut": (CutRange(start=end, end=start),)} if start <= total else {}
        return state.ask("backwards", turned, start=clock(start), end=clock(end), cut=f"{clock(end)}-{clock(start)}")
    if start == end:
        return state.ask("empty_range", start=clock(start))
    if start >= total - _NEAR:
        length = end - start
        options: Options = {"cut_last": (TrimEnd(seconds=clean_number(length)),)} if length < total else {}
        return state.ask("beyond_end", options, value=clock(start), limit=clock(total), cut_last=clock(length))
    if end > total + _OVER:
        return state.ask(
            "end_beyond",
            {"cut_to_end": (CutRange(start=start, end=clean_number(total)),)} if start > 0 else {},
            value=clock(end), limit=clock(total), cut_to_end=clock(start),
        )  # fmt: skip
    if start <= 0 and end >= total - _NEAR:
        return state.ask("nothing_left")
    return None


def _keep(op: KeepRange, state: _State) -> Question | None:
    whole = state.seconds
    if op.clip == "each":
        whole = max(state.lengths)
    elif isinstance(op.clip, int):
        whole = state.lengths[op.clip - 1]
    ranges = op.ranges or [(op.start or 0.0, whole if op.end is None else op.end)]
    for start, end in ranges:
        if start >= end:
            return state.ask("backwards" if start > end else "empty_range", start=clock(start), end=clock(end))
        if start >= whole - _NEAR:
            return state.ask("beyond_end", value=clock(start), limit=clock(whole))
        if end > whole + _OVER and op.clip != "each":
            keep: Options = {}
            if start > 0 and len(ranges) == 1:
                keep = {"keep_to_end": (KeepRange(start=start, end=clean_number(whole), clip=op.clip),)}
            return state.ask("end_beyond", keep, value=clock(end), limit=clock(whole), keep_to_end=clock(start))
    return None
