"""Between the agent and the rest: what the planner is told of a project, what a plan asks of the client."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from bot.engine.agent.request import ClipFacts, Context, Plan, Question, TimelineFacts
from bot.engine.feed import Feed
from bot.engine.records.projects import Project, Work
from bot.engine.timeline.geometry import clips
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import (
    Aspect,
    Compress,
    EditOp,
    ExportOp,
    ExtractAudio,
    FileOp,
    Gif,
    Op,
    Simple,
    Subtitle,
    Thumbnail,
)

_QUESTION = TypeAdapter(Question)
_EDITS: TypeAdapter[tuple[EditOp, ...]] = TypeAdapter(tuple[Annotated[EditOp, Field(discriminator="op")], ...])
_KEPT_AT_MOST = 20_000  # characters of JSON; a step with more in it is not remembered by its operations


def facts(timeline: Timeline) -> TimelineFacts:
    """The timeline as the planner sees it."""
    return TimelineFacts(
        clips=tuple(ClipFacts(clip.name, (clip.end_ms - clip.start_ms) / 1000) for clip in clips(timeline)),
        has_music=bool(timeline.music),
        texts=tuple(text.content for text in timeline.texts),
        has_subtitles=timeline.subtitles is not None,
        chapters=tuple(chapter.title for chapter in timeline.chapters),
        overlays=tuple(overlay.name for overlay in timeline.overlays),
        width=timeline.canvas.width,
        height=timeline.canvas.height,
    )


def context(work: Work, library: Library) -> Context:
    """What surrounds a request: files not used yet, speech, depths of undo and redo, the open question."""
    used = {segment.media for segment in work.timeline.segments} | {music.media for music in work.timeline.music}
    used |= {overlay.media for overlay in work.timeline.overlays}
    sounding = [one for one in used if one in library.media and library.media[one].has_sound]
    question = work.project.question
    return Context(
        attachments=tuple(media.name for media in library.media.values() if media.id not in used),
        has_speech=any(library.speech.get(one, ((0, 1),)) for one in sounding),
        undo_depth=work.project.undo_depth,
        redo_depth=work.project.redo_depth,
        open_question=_QUESTION.validate_python(question) if question else None,
        language=work.project.language,
        last=_last(work.project),
    )


def kept(edits: Sequence[EditOp]) -> list[dict[str, Any]]:
    """The operations of a step as its record keeps them."""
    made = [op.model_dump(mode="json", exclude_none=True) for op in edits]
    return made if len(json.dumps(made)) <= _KEPT_AT_MOST else []


def _last(project: Project) -> tuple[EditOp, ...]:
    try:
        return _EDITS.validate_python(project.last)
    except ValidationError:  # kept by another release, whose operations were others
        return ()


def asking(project: Project, question: Question | None) -> Project:
    """The project with this question open, or none."""
    kept = _QUESTION.dump_python(question, mode="json") if question else None
    return project.model_copy(update={"question": kept})


def reshaped(ops: Sequence[Op]) -> tuple[Op, ...]:
    """The operations with an export's shape as an edit ahead of it: it is seen on the timeline, and can be undone."""
    made: list[Op] = []
    for op in ops:
        if isinstance(op, ExportOp) and op.ratio is not None:
            made.append(Aspect(ratio=op.ratio))
        made.append(op)
    return tuple(made)


def wanted(op: FileOp) -> dict[str, object]:
    """What the client is told of a file: seconds, pixels, megabytes, and its format where that is no video."""
    told = op.model_dump(mode="json", exclude_none=True, exclude={"op", "ratio"})
    match op:
        case Gif():
            return {"format": "gif", **told}
        case Thumbnail():
            return {"format": "frames" if op.every or op.count else "png", **told}
        case ExtractAudio():
            return {"format": "mp3", **told}
        case Compress(max_mb=None):
            return {"fit": True}
    return told


def calls(plan: Plan, feed: Feed) -> None:
    """What the client has to do for this plan: ask, export, show something else."""
    if plan.questions:
        asked = [
            {
                "id": question.id,
                "prompt": question.prompt,
                "options": [{"id": option.id, "label": option.label} for option in question.options],
                "allow_multiple": False,
            }
            for question in plan.questions
        ]
        feed.call("ask_question", {"questions": asked})
    for op in plan.ops:
        if isinstance(op, FileOp):
            feed.call("export", wanted(op))
        elif isinstance(op, Subtitle) and op.format is not None:
            feed.call("export", {"format": op.format})
        elif isinstance(op, Simple) and op.op != "none":
            feed.call(op.op, {})
