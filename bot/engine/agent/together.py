"""What clauses mean beside each other: pronouns, and requests that hang on something that cannot be done."""

import re
from dataclasses import replace

from bot.engine.agent.parse import Clause
from bot.engine.agent.rules import Reading
from bot.engine.timeline.ops import Aspect, EditOp, FadeOp, FileOp, MusicOp, Op, Resize, Unsupported, Volume

_IT = re.compile(r"\b(?:it|that)\b|它", re.ASCII)
_BARE_LEVEL = re.compile(
    r"^\s*(?:(?:at|with|volume|音量|调到|设为|为|到|:)\s*)*<[PNB]\d+>(?:\s*(?:volume|音量))?\s*$", re.ASCII
)
"""A level and nothing else beside music that was just added is the music's."""
_WHOLLY = {"generate", "slideshow", "face_voice"}
"""What cannot be made takes everything that should be done to it along: "make an explainer with transitions"."""


def settled(clauses: list[Clause]) -> list[Clause]:
    """The clauses with pronouns resolved, and without edits of something that will not exist."""
    out: list[Clause] = []
    music = False
    for clause in clauses:
        reading = clause.reading
        if reading and music and (_IT.search(clause.text) or _BARE_LEVEL.search(clause.text)):
            reading = replace(reading, ops=tuple(_of_music(op) for op in reading.ops))
        if reading:
            music = any(isinstance(op, MusicOp) and not op.remove for op in reading.ops) or (
                music and reading.rule in {"fade", "volume", "louder"}
            )
        out.append(Clause(clause.text, reading))
    out = _once(out)
    if any(isinstance(op, Unsupported) and op.what in _WHOLLY for c in out if c.reading for op in c.reading.ops):
        out = [Clause(c.text, _without_edits(c.reading)) if c.reading else c for c in out]
    return out


def _once(clauses: list[Clause]) -> list[Clause]:
    """ "For TikTok/Reels/Shorts": a shape or size that was told already is not told again."""
    shapes: set[tuple[str, str | int]] = set()
    out: list[Clause] = []
    for clause in clauses:
        reading = clause.reading
        if reading and len(reading.ops) == 1 and isinstance(reading.ops[0], Aspect | Resize):
            op = reading.ops[0]
            key = (op.op, op.ratio if isinstance(op, Aspect) else op.height)
            if key in shapes:
                reading = replace(reading, ops=())
            shapes.add(key)
        out.append(Clause(clause.text, reading))
    return out


def _of_music(op: Op) -> Op:
    if isinstance(op, FadeOp) and op.target is None:
        return op.model_copy(update={"target": "music"})
    if isinstance(op, Volume) and op.target in {None, "all"} and op.clip is None:
        return op.model_copy(update={"target": "music"})
    return op


def _without_edits(reading: Reading) -> Reading:
    kept = tuple(op for op in reading.ops if not isinstance(op, EditOp | FileOp))
    return replace(reading, ops=kept)
