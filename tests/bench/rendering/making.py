"""The bench's edits as the engine makes them: from what was found in the footage to a timeline, and to a file."""

from pathlib import Path

from bot.engine.hearing.pauses import Ranges
from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.run import render
from bot.engine.timeline.apply import append_media, apply
from bot.engine.timeline.model import Keyframes, Library, MediaItem, Timeline
from bot.engine.timeline.ops import Bw, EditOp, TextOp, TransitionOp, TrimSilence
from bot.media.facts import MediaFacts

TITLE = ("Chapter one", 3, 6)
_MEDIA = "m"


def timeline_of(kind: str, name: str, facts: MediaFacts, speech: Ranges | None, places: Keyframes | None) -> Timeline:
    """The footage as `kind` (see `ours`) asks for; what was not looked for is None."""
    item = _item(name, facts)
    heard = {} if speech is None else {_MEDIA: speech}
    library = Library({_MEDIA: item}, heard, keyframes={} if places is None else {_MEDIA: places})
    ops: list[EditOp] = [Bw()]
    if kind in ("cuts", "fades"):
        ops = [TrimSilence(), *([TransitionOp(style="crossfade")] if kind == "fades" else [])]
    elif kind == "title":
        words, start, end = TITLE
        ops = [TextOp(content=words, start=start, end=end)]
    return apply(append_media(Timeline(), item), ops, library).timeline


async def made(timeline: Timeline, footage: Path, facts: MediaFacts, target: Path) -> int:
    """Render it; how long it is, ms."""
    source = SourceFile(footage, facts)
    rendered = await render(RenderJob(timeline, Output(), target, target.with_suffix(".scratch"), {_MEDIA: source}))
    return rendered.duration_ms


def _item(name: str, facts: MediaFacts) -> MediaItem:
    """As the engine's records have it, which need Redis."""
    picture = facts.picture
    if picture is None or facts.kind != "video":
        raise SystemExit("the footage is no video")
    size = (picture.width, picture.height, picture.fps_num, picture.fps_den)
    return MediaItem(_MEDIA, name, "video", facts.duration_ms, *size, has_sound=facts.sound is not None)
