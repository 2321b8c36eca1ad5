"""What clauses mean beside each other: pronouns, and requests that hang on something that cannot be done."""

import re
from dataclasses import replace

from bot.engine.agent.families.shape import BARE
from bot.engine.agent.fences import fenced
from bot.engine.agent.parse import Clause
from bot.engine.agent.rules import Reading, cleaned, compiled
from bot.engine.timeline.ops import (
    Aspect,
    Blur,
    Bw,
    Chapters,
    Clarify,
    Color,
    Compress,
    Denoise,
    Duck,
    EditOp,
    ExportOp,
    ExtractAudio,
    FadeOp,
    FileOp,
    Flip,
    Highlight,
    MusicOp,
    Normalize,
    Op,
    RemoveFiller,
    Resize,
    Reverse,
    Rotate,
    Slideshow,
    Speed,
    SplitScreen,
    Stabilize,
    Subtitle,
    TrimSilence,
    Unsupported,
    Volume,
)  # fmt: skip

_IT = re.compile(r"\b(?:it|that)\b|它", re.ASCII)
_BURN = re.compile(r"\bburn|烧|\bhard ?-?cod", re.ASCII)
_CROPPED = re.compile(r"\bcrop|裁|切掉", re.ASCII)
_NONE_OF = re.compile(r"^\W*no\b", re.ASCII)
_ONLY = re.compile(r"^\W*(?:just|only)\b", re.ASCII)
_PITCH = re.compile(r"\bpitch\b|\bhigh[ -]?pitched\b|\bsqueaky\b|\bchipmunks?\b|音调|音高|变调", re.ASCII)
_BARE_LEVEL = re.compile(
    r"^\s*(?:(?:at|with|volume|音量|调到|设为|为|到|:)\s*)*<[PNB]\d+>(?:\s*(?:volume|音量))?\s*$", re.ASCII
)
"""A level and nothing else beside music that was just added is the music's."""
_MEASURES = {"resize_bare": "height", "aspect_bare": "ratio", "fps_bare": "fps", "limit": "max_mb"}
"""Rules of a measure and nothing else, and the slot of an export that it is."""
_WHOLLY = {"generate", "photos", "script_voice", "face_voice", "bilingual"}
"""What cannot be made takes everything that should be done to it along: "make an explainer with transitions"."""


def settled(clauses: list[Clause]) -> list[Clause]:
    """The clauses with pronouns resolved, and without edits of something that will not exist."""
    out: list[Clause] = []
    music = False
    for clause in _without_more(clauses):
        reading = clause.reading
        if reading and reading.rule == "negated" and _BURN.search(clause.text) and out:
            out[-1] = _unburned(out[-1])
        if reading and reading.rule == "negated" and _CROPPED.search(clause.text) and out:
            out[-1] = _whole_picture(out[-1])
        if reading and reading.rule == "subtitles_bare" and len(clauses) > 1:
            reading = replace(reading, unsure=False)  # one of a list of things to do
        if reading and reading.rule == "negated" and _PITCH.search(clause.text) and out:
            out[-1] = _with_pitch(out[-1])
        if reading and music and (_IT.search(clause.text) or _BARE_LEVEL.search(clause.text)):
            reading = replace(reading, ops=tuple(_of_music(op) for op in reading.ops))
        if reading:
            music = any(isinstance(op, MusicOp) and not op.remove for op in reading.ops) or (
                music and reading.rule in {"fade", "volume", "louder"}
            )
        out.append(Clause(clause.text, reading))
    out = fenced(_once(_said_twice(_of_sound(_of_export(_one_look(out))))))
    if any(_will_not_be(op) for c in out if c.reading for op in c.reading.ops):
        out = [Clause(c.text, _without_edits(c.reading)) if c.reading else c for c in out]
    return out


def _without_more(clauses: list[Clause]) -> list[Clause]:
    """ "No transitions, just reverse the order": what shall not be is not taken away, it is just not made."""
    out: list[Clause] = []
    for at, clause in enumerate(clauses):
        reading = clause.reading
        only = at + 1 < len(clauses) and _ONLY.search(clauses[at + 1].text)
        if reading and only and _NONE_OF.search(clause.text):
            reading = replace(reading, ops=(), rule="negated")
        out.append(Clause(clause.text, reading))
    return out


_ONCE = (
    Blur,
    Bw,
    Chapters,
    Color,
    Compress,
    Denoise,
    Duck,
    Flip,
    Highlight,
    Normalize,
    RemoveFiller,
    Reverse,
    Rotate,
    Slideshow,
    SplitScreen,
    Stabilize,
    Subtitle,
    TrimSilence,
)
"""What is done already when it is asked for again: "jump cut it, kill the gaps"."""


def _said_twice(clauses: list[Clause]) -> list[Clause]:
    """Without what was said already; "make subtitles, and give them to me as SRT" are the same subtitles."""
    seen: list[Op] = []
    out = list(clauses)
    for index, clause in enumerate(clauses):
        if clause.reading is None or len(clause.reading.ops) != 1 or not isinstance(clause.reading.ops[0], _ONCE):
            continue
        op = clause.reading.ops[0]
        if op in seen:
            out[index] = Clause(clause.text, replace(clause.reading, ops=()))
        earlier = next((i for i in range(index) if _goes_on(out[i], op)), None)
        if op not in seen and earlier is not None:
            first = out[earlier].reading
            slots = op.model_dump(exclude_none=True)
            said = first.ops[0].model_dump(exclude_none=True) if first else {}
            if said.get("format") == "txt" and "format" in slots:
                del said["format"]  # "transcribe it, and give me an SRT"
            if first and not (slots.keys() & said.keys() - {"op"}):
                merged = type(op).model_validate(said | slots)
                out[earlier] = Clause(out[earlier].text, replace(first, ops=(merged,)))
                out[index] = Clause(clause.text, replace(clause.reading, ops=()))
        seen.append(op)
    return out


def _goes_on(clause: Clause, op: Op) -> bool:
    """Whether `op` says more of what a clause before asked for."""
    ops = clause.reading.ops if clause.reading else ()
    if len(ops) != 1:
        return False
    if isinstance(op, Subtitle) and isinstance(ops[0], Subtitle):
        return not any(one.remove or one.find for one in (op, ops[0]))
    return isinstance(op, Highlight | Slideshow) and type(ops[0]) is type(op)


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


def _unburned(clause: Clause) -> Clause:
    """ "Add captions but don't burn them in"."""
    if clause.reading is None:
        return clause
    ops = tuple(op.model_copy(update={"burn": False}) if isinstance(op, Subtitle) else op for op in clause.reading.ops)
    return Clause(clause.text, replace(clause.reading, ops=ops, unsure=False))


def _whole_picture(clause: Clause) -> Clause:
    """ "Square, but don't crop it"."""
    if clause.reading is None:
        return clause
    ops = tuple(
        op.model_copy(update={"mode": "pad"}) if isinstance(op, Aspect) and op.mode is None else op
        for op in clause.reading.ops
    )
    return Clause(clause.text, replace(clause.reading, ops=ops))


def _with_pitch(clause: Clause) -> Clause:
    """ "2x, but leave the pitch alone"."""
    if clause.reading is None:
        return clause
    ops = tuple(
        op.model_copy(update={"keep_pitch": True}) if isinstance(op, Speed) else op for op in clause.reading.ops
    )
    return Clause(clause.text, replace(clause.reading, ops=ops))


def _will_not_be(op: Op) -> bool:
    """Whether what the rest hangs on cannot be made: footage from nothing, a slideshow without photos."""
    return (isinstance(op, Unsupported) and op.what in _WHOLLY) or (isinstance(op, Clarify) and op.about == "no photos")


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


def _another_shape(reading: Reading, file: Reading) -> bool:
    """ "Export in portrait and landscape": two files."""
    export = file.ops[-1]
    return isinstance(export, ExportOp) and export.ratio is not None and _rule(reading) == "aspect_bare"


def _rule(reading: Reading) -> str:
    """The rule; a bare shape may have been read by another one."""
    bare = reading.rule == "aspect" and compiled(BARE).search(cleaned(reading.text))
    return "aspect_bare" if bare else reading.rule


def _measure(reading: Reading, file: Reading) -> str | None:
    """The slot of the file before that a bare measure fills."""
    slot = _MEASURES.get(_rule(reading))
    return slot if slot and (isinstance(file.ops[-1], ExportOp) or slot == "max_mb") else None


def _more_of_file(reading: Reading, file: Reading) -> ExportOp | None:
    """ "Export, 720p, as mp4": two halves of one export; None where both tell the same."""
    first, second = file.ops[-1], reading.ops[-1] if len(reading.ops) == 1 else None
    if not isinstance(first, ExportOp) or not isinstance(second, ExportOp):
        return None
    told, more = first.model_dump(exclude_none=True), second.model_dump(exclude_none=True)
    apart = not (told.keys() & more.keys() - {"op"}) and len(more) > 1 and "project" not in told.keys() | more.keys()
    return ExportOp.model_validate(told | more) if apart else None


def _of_export(clauses: list[Clause]) -> list[Clause]:
    """ "Export, 720p, under 8 MB": bare measures behind an export are the file's."""
    out: list[Clause] = []
    at: int | None = None
    for clause in clauses:
        reading = clause.reading
        last = out[at].reading if at is not None else None
        if reading and last and at is not None and _another_shape(reading, last):
            reading = replace(
                reading, ops=(last.ops[-1].model_copy(update={"ratio": getattr(reading.ops[0], "ratio", None)}),)
            )
        elif reading and last and at is not None and (more := _more_of_file(reading, last)):
            out[at] = Clause(out[at].text, replace(last, ops=(*last.ops[:-1], more)))
            reading = replace(reading, ops=())
        elif reading and last and at is not None and (slot := _measure(reading, last)):
            value = getattr(reading.ops[0], "value" if slot == "fps" else slot)
            export = last.ops[-1].model_copy(update={slot: value})
            out[at] = Clause(out[at].text, replace(last, ops=(*last.ops[:-1], export)))
            reading = replace(reading, ops=())
        elif reading and reading.ops:
            at = len(out) if isinstance(reading.ops[-1], ExportOp | Compress) else None
        out.append(Clause(clause.text, reading))
    return out


def _of_sound(clauses: list[Clause]) -> list[Clause]:
    """ "Extract the audio, save it as MP3" are one file."""
    out: list[Clause] = []
    for clause in clauses:
        reading, last = clause.reading, out[-1].reading if out else None
        if reading and last and len(last.ops) == len(reading.ops) == 1:
            sound, file = last.ops[0], reading.ops[0]
            if isinstance(sound, ExtractAudio) and isinstance(file, ExportOp) and file.format in {"mp3", "wav", "m4a"}:
                named = ExtractAudio.model_validate({"format": file.format})
                out[-1] = Clause(out[-1].text, replace(last, ops=(named,)))
                reading = replace(reading, ops=())
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
