"""How well plans answer labelled requests: the operations, their slots, and harm.

A label is a JSON line: `text` and `context` go in; `expect` (or one of `alt`) is the right sequence of ops with the
slots that matter. `slots_free` need not fit, `accept_mood`, `accept_style` and `accept_preset` list equally good
values, `order_free` frees the order, `must_not` names ops that would be harm. A label whose every answer is words
(a question, a refusal) is harmed by any edit.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.engine.agent.batch import run

Op = Mapping[str, Any]
Label = Mapping[str, Any]

LABELS = Path(__file__).parent / "instructions"
WORDS_ONLY = frozenset({"clarify", "unsupported", "refuse", "answer", "none", "cancel", "status", "credits", "upload"})
"""Ops that change nothing and make nothing."""
_FREE = frozenset({"about", "what", "topic", "nearest", "notes", "why"})
_ALIKE = {"mood": "accept_mood", "preset": "accept_preset", "style": "accept_style"}
_DEFAULTED = frozenset({"start", "target", "between", "count", "remove"})
_SCOPE = ("start", "end", "clip")


@dataclass(frozen=True)
class Score:
    """Of `n` labels: how many got the right ops, the right slots as well, and how many were harmed."""

    n: int
    ops: int
    full: int
    harm: int

    def __str__(self) -> str:
        """One line with the shares."""
        shares = f"ops {self.ops / self.n:.3f}  full {self.full / self.n:.3f}" if self.n else "nothing"
        return f"n={self.n:3d}  {shares}  harm {self.harm}"


@dataclass(frozen=True)
class Verdict:
    """How one plan fits its label."""

    ops: bool
    full: bool
    harm: bool


def labels(path: Path) -> list[Label]:
    """The labels of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def planned(asked: Sequence[Label]) -> list[list[dict[str, Any]]]:
    """What `threadcut plan` makes of labels; it sees the answers no more than that does."""
    questions = [json.dumps({key: label[key] for key in ("id", "text", "context")}) for label in asked]
    return [json.loads(line)["ops"] for line in run(questions)]


def scored(asked: Sequence[Label]) -> Score:
    """How well the planner answers labels."""
    return total(judge(label, made) for label, made in zip(asked, planned(asked), strict=True))


def judge(label: Label, planned: Sequence[Op]) -> Verdict:
    """Holds a plan against a label; of several right answers the best fitting one counts."""
    answers: list[Sequence[Op]] = [label["expect"], *label.get("alt", ())]
    names = [op["op"] for op in planned]
    fits = [_slots_fit(label, answer, planned) for answer in answers if _names_fit(label, answer, names)]
    only_words = all(op["op"] in WORDS_ONLY for answer in answers for op in answer)
    harm = not set(names).isdisjoint(label.get("must_not", ()))
    harm = harm or (only_words and not WORDS_ONLY.issuperset(names))
    return Verdict(bool(fits), any(fits), harm)


def total(verdicts: Iterable[Verdict]) -> Score:
    """The sum of many verdicts."""
    seen = list(verdicts)
    return Score(len(seen), sum(v.ops for v in seen), sum(v.full for v in seen), sum(v.harm for v in seen))


def _names_fit(label: Label, answer: Sequence[Op], names: list[str]) -> bool:
    wanted = [op["op"] for op in answer]
    return sorted(names) == sorted(wanted) if label.get("order_free") else names == wanted


def _slots_fit(label: Label, answer: Sequence[Op], planned: Sequence[Op]) -> bool:
    """Whether every op of the answer has a planned one of its own with the same slots."""
    left = list(planned)
    for want in answer:
        hit = next((got for got in left if got["op"] == want["op"] and _fits(label, want, got)), None)
        if hit is None:
            return False
        left.remove(hit)
    return True


def _fits(label: Label, want: Op, got: Op) -> bool:
    free = _FREE | set(label.get("slots_free", ()))
    for slot, value in want.items():
        if slot != "op" and slot not in free and not _slot_fits(label, slot, value, got.get(slot)):
            return False
    if want["op"] in WORDS_ONLY:
        return True
    narrowed = (got.get(slot) for slot in _SCOPE if slot not in want and slot not in free)
    return all(value in (None, "all", 0) for value in narrowed)


def _slot_fits(label: Label, slot: str, want: Any, got: Any) -> bool:
    alike = _ALIKE.get(slot)
    if alike is not None and alike in label:
        return isinstance(got, str) and got.casefold() in [str(word).casefold() for word in label[alike]]
    if got is None and slot in _DEFAULTED and want in (0, "all", False, 1):
        return True
    return _same(want, got)


def _same(want: Any, got: Any) -> bool:
    """Numbers within 1 % (or 0.05), words whatever their case, lists item by item."""
    if isinstance(want, bool) or isinstance(got, bool):
        return bool(want == got)
    if isinstance(want, int | float) and isinstance(got, int | float):
        return abs(want - got) <= max(0.05, 0.01 * abs(want))
    if isinstance(want, list | tuple) and isinstance(got, list | tuple):
        return len(want) == len(got) and all(_same(a, b) for a, b in zip(want, got, strict=True))
    if isinstance(want, str) and isinstance(got, str):
        return want.strip().casefold() == got.strip().casefold()
    return bool(want == got)
