"""What clauses mean beside each other: pronouns, and requests that hang on something that cannot be done."""

import re
from dataclasses import replace

from bot.engine.agent.parse import Clause
from bot.engine.agent.rules import Reading
from bot.engine.timeline.ops import (
    Aspect,
    Blur,
    Bw,
    Color,
    Compress,
    Denoise,
    EditOp,
    ExportOp,
    FadeOp,
    FileOp,
    MusicOp,
    Normalize,
    Op,
    Resize,
    Stabilize,
    Unsupported,
    Volume,
)

_IT = re.compile(r"\b(?:it|that)\b|它", re.ASCII)
_BARE_LEVEL = re.compile(
    r"^\s*(?:(?:at|with|volume|音量|调到|设为|为|到|:)\s*)*<[PNB]\d+>(?:\s*(?:volume|音量))?\s*$", re.ASCII
)
"""A level and nothing else beside music that was just added is the music's."""
_SAME_TWICE = Color | Bw | Blur | Stabilize | Denoise | Normalize
"""What a reason and a request often both say: "it's too shaky, stabilize it"."""
_MEASURES = {"resize_bare": "height", "aspect_bare": "ratio", "fps_bare": "fps", "limit": "max_mb"}
"""Rules of a measure and nothing else, and the slot of an export that it is."""
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
    out = _once(_of_export(_one_look(out)))
    if any(isinstance(op, Unsupported) and op.what in _WHOLLY for c in out if c.reading for op in c.reading.ops):
        out = [Clause(c.text, _without_edits(c.reading)) if c.reading else c for c in out]
    return out


def _once(clauses: list[Clause]) -> list[Clause]:
    """ "For TikTok/Reels/Shorts": what was told already is not told again."""
    shapes: set[tuple[str, str | int]] = set()
    out: list[Clause] = []
    for clause in clauses:
        reading = clause.reading
        before = next((c.reading.ops for c in reversed(out) if c.reading and c.reading.ops), ())
        if reading and reading.ops == before and all(isinstance(op, _SAME_TWICE) for op in before):
            reading = replace(reading, ops=())
        if reading and len(reading.ops) == 1 and isinstance(reading.ops[0], Aspect | Resize):
            op = reading.ops[0]
            key = (op.op, op.ratio if isinstance(op, Aspect) else op.height)
            if key in shapes:
                reading = replace(reading, ops=())
            shapes.add(key)
        out.append(Clause(clause.text, reading))
    return out


def _one_look(clauses: list[Clause]) -> list[Clause]:
    """ "Brighter and with more contrast" is one change of the colours, as long as it is of the same part."""
    out: list[Clause] = []
    at: int | None = None
    for clause in clauses:
        reading = clause.reading
        last = out[at].reading if at is not None else None
        joined = _joined(last.ops, reading.ops) if reading and last else None
        if reading and last and at is not None and joined:
            out[at] = Clause(out[at].text, replace(last, ops=joined))
            reading = replace(reading, ops=())
        elif reading and reading.ops:
            at = len(out)
        out.append(Clause(clause.text, reading))
    return out


def _joined(first: tuple[Op, ...], second: tuple[Op, ...]) -> tuple[Op, ...] | None:
    if len(first) != 1 or len(second) != 1:
        return None
    a, b = first[0], second[0]
    if not isinstance(a, Color) or not isinstance(b, Color) or a.remove or b.remove:
        return None
    told, more = (op.model_dump(exclude_none=True, exclude={"op", "clip", "start", "end"}) for op in (a, b))
    if told.keys() & more.keys() or (a.clip, a.start, a.end) != (b.clip, b.start, b.end):
        return None
    return (a.model_copy(update=more),)


def _measure(reading: Reading, file: Reading) -> str | None:
    """The slot of the file before that a bare measure fills."""
    slot = _MEASURES.get(reading.rule)
    return slot if slot and (isinstance(file.ops[-1], ExportOp) or slot == "max_mb") else None


def _of_export(clauses: list[Clause]) -> list[Clause]:
    """ "Export, 720p, under 8 MB": bare measures behind an export are the file's."""
    out: list[Clause] = []
    at: int | None = None
    for clause in clauses:
        reading = clause.reading
        last = out[at].reading if at is not None else None
        if reading and last and at is not None and (slot := _measure(reading, last)):
            value = getattr(reading.ops[0], "value" if slot == "fps" else slot)
            export = last.ops[-1].model_copy(update={slot: value})
            out[at] = Clause(out[at].text, replace(last, ops=(*last.ops[:-1], export)))
            reading = replace(reading, ops=())
        elif reading and reading.ops:
            at = len(out) if isinstance(reading.ops[-1], ExportOp | Compress) else None
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
