"""What a prohibition means beside requests: which of them it fences in, and which explain it."""

import re
from dataclasses import replace

from bot.engine.agent.parse import Clause
from bot.engine.agent.rules import Reading
from bot.engine.timeline.ops import DeleteClip, Mute, Volume

_MARK = re.compile(r"<([A-Z])(\d+)>", re.ASCII)
_ADDED = re.compile(r"\b(?:add|put|play|use)\b|加|放|配|用", re.ASCII)
_MUSIC = re.compile(r"\b(?:music|song|bgm|soundtrack)\b|音乐|配乐", re.ASCII)


def fenced(clauses: list[Clause]) -> list[Clause]:
    """ "Don't mute clip 2, mute clip 3": a prohibition is explained by a request about another of the same kind.

    What is left of the music's is not the whole sound's: "leave the music and mute it" is about the video's own.
    """
    acting = [clause for clause in clauses if clause.reading and clause.reading.ops]
    out = [_explained(clause, acting) for clause in clauses]
    if any(
        c.reading and c.reading.rule == "negated" and _MUSIC.search(c.text) and not _ADDED.search(c.text) for c in out
    ):
        out = [Clause(c.text, _of_video(c.reading)) if c.reading else c for c in out]
    return _deleted_once(out)


def _explained(clause: Clause, acting: list[Clause]) -> Clause:
    reading = clause.reading
    if reading is None or reading.rule != "negated" or reading.share >= 1:
        return clause
    marks = set(_MARK.findall(clause.text))
    others = {mark for other in acting for mark in _MARK.findall(other.text)}
    known = {kind for kind, _ in marks} <= {kind for kind, _ in others} and not marks & others
    return Clause(clause.text, replace(reading, covered=reading.weight)) if known else clause


def _of_video(reading: Reading) -> Reading:
    ops = tuple(
        op.model_copy(update={"target": "video"})
        if isinstance(op, Mute | Volume) and op.target == "all" and op.clip is None
        else op
        for op in reading.ops
    )
    return replace(reading, ops=ops)


def _deleted_once(clauses: list[Clause]) -> list[Clause]:
    """ "Keep clips 1 and 3, drop clip 2" tells one thing twice."""
    gone: set[int] = set()
    out: list[Clause] = []
    for clause in clauses:
        reading = clause.reading
        if reading:
            kept = [op for op in reading.ops if not (isinstance(op, DeleteClip) and op.clip in gone)]
            gone |= {op.clip for op in kept if isinstance(op, DeleteClip)}
            reading = replace(reading, ops=tuple(kept))
        out.append(Clause(clause.text, reading))
    return out
