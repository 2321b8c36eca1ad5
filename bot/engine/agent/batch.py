"""`threadcut plan`: JSON lines of {"id", "text", "context"} in, JSON lines of {"id", "ops", "offered"} out."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from bot.engine.agent.plan import as_asked
from bot.engine.agent.request import ClipFacts, Context, TimelineFacts
from bot.engine.timeline.ops import Op, Report


class _Clip(BaseModel):
    name: str
    seconds: float = Field(ge=0, le=1e6, allow_inf_nan=False)


class _Context(BaseModel):
    clips: list[_Clip] = Field(default=[], max_length=1000)
    has_music: bool = False
    has_speech: bool = False
    has_text: list[str] = []
    has_subtitles: bool = False
    width: int = 1920
    height: int = 1080
    undo_depth: int = 0
    redo_depth: int = 0
    attachments: list[str] = []
    language: str = "en"


class _Line(BaseModel):
    id: str | int
    text: str
    context: _Context = _Context()


def run(lines: Iterable[str]) -> Iterator[str]:
    """One output line for each input line that is not blank; a bad one gets {"id", "error", "ops": []}."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield json.dumps(_answer(line, number), ensure_ascii=False)


def slots(op: Op) -> dict[str, Any]:
    """An op with only the slots that are set."""
    return op.model_dump(mode="json", exclude_none=True)


def _written(op: Op) -> dict[str, Any]:
    """An op as the evaluation writes it: what only tells something is an answer there."""
    if isinstance(op, Report):
        return {"op": "answer", "topic": op.what, **({"words": op.words} if op.words else {})}
    return slots(op)


def _answer(line: str, number: int) -> dict[str, Any]:
    data: object = None
    try:
        data = json.loads(line)
        item = _Line.model_validate(data)
    except (ValueError, RecursionError) as error:
        key = data.get("id") if isinstance(data, dict) else None
        return {"id": key if isinstance(key, str | int) else None, "error": _why(error, number), "ops": []}
    ctx = item.context
    facts = TimelineFacts(
        clips=tuple(ClipFacts(c.name, c.seconds) for c in ctx.clips),
        has_music=ctx.has_music,
        texts=tuple(ctx.has_text),
        has_subtitles=ctx.has_subtitles,
        width=ctx.width,
        height=ctx.height,
    )
    context = Context(
        attachments=tuple(ctx.attachments),
        has_speech=ctx.has_speech,
        undo_depth=ctx.undo_depth,
        redo_depth=ctx.redo_depth,
        language=ctx.language,
    )
    made = as_asked(item.text, facts, context)
    out: dict[str, Any] = {"id": item.id, "ops": [_written(op) for op in made.ops]}
    if made.offered:
        out["offered"] = [_written(op) for op in made.offered]
    return out


def _why(error: Exception, number: int) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "line"
        return f"line {number}: {where}: {first['msg']}"
    return f"line {number}: not a line of JSON"
