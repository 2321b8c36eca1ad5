"""Threadcut in a process of its own, by the engine's functions: probe, listen, edit, render.

    python -m tests.bench.rendering.ours KIND FOOTAGE TARGET

Beside TARGET it leaves a JSON with what was kept (source ms) and how long each step took (s).
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import psutil

from bot.engine.hearing.listen import listen
from bot.engine.looking.keyframes import keyframes
from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.run import render
from bot.engine.timeline.apply import append_media, apply
from bot.engine.timeline.model import Library, MediaItem, Timeline
from bot.engine.timeline.ops import Bw, EditOp, TextOp, TransitionOp, TrimSilence
from bot.media.facts import MediaFacts
from bot.media.probe import probe

Kind = Literal["cuts", "fades", "title", "whole"]
"""Pauses cut; a cross-fade at every join besides; a title for three seconds and no cut; every frame made grey."""

TITLE = ("Chapter one", 3, 6)
_MEDIA = "m"


@dataclass
class _Clock:
    last: float = field(default_factory=time.perf_counter)
    steps: dict[str, float] = field(default_factory=dict)

    def took(self, step: str) -> None:
        now = time.perf_counter()
        self.steps[step] = round(now - self.last, 2)
        self.last = now


async def edited(kind: Kind, footage: Path, target: Path) -> None:
    """Do all of it."""
    clock = _Clock()
    clock.steps["start"] = round(time.time() - psutil.Process().create_time(), 2)  # a running engine has it behind it
    facts = await probe(footage)
    clock.took("probe")
    library = Library({_MEDIA: _item(footage.name, facts)})
    timeline = append_media(Timeline(), library.media[_MEDIA])
    ops: list[EditOp] = []
    if kind in ("cuts", "fades"):
        speech, places = await asyncio.gather(listen(footage, facts), keyframes(footage, facts))
        library = Library(library.media, {_MEDIA: speech}, keyframes={_MEDIA: places})
        clock.took("listen")
        ops = [TrimSilence(), *([TransitionOp(style="crossfade")] if kind == "fades" else [])]
    elif kind == "title":
        words, start, end = TITLE
        ops = [TextOp(content=words, start=start, end=end)]
    else:
        ops = [Bw()]
    timeline = apply(timeline, ops, library).timeline
    clock.took("edit")
    job = RenderJob(timeline, Output(), target, target.with_suffix(".scratch"), {_MEDIA: SourceFile(footage, facts)})
    rendered = await render(job)
    clock.took("render")
    kept = [(segment.start, segment.end) for segment in timeline.segments]
    told = {"kept": kept, "steps": clock.steps, "duration_ms": rendered.duration_ms}
    target.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")


def _item(name: str, facts: MediaFacts) -> MediaItem:
    """As the engine's records have it, which need Redis."""
    picture = facts.picture
    if picture is None or facts.kind != "video":
        raise SystemExit("the footage is no video")
    size = (picture.width, picture.height, picture.fps_num, picture.fps_den)
    return MediaItem(_MEDIA, name, "video", facts.duration_ms, *size, has_sound=facts.sound is not None)


if __name__ == "__main__":
    given_kind, given_footage, given_target = sys.argv[1:]
    if given_kind not in get_args(Kind):
        raise SystemExit(f"no such kind: {given_kind}")
    asyncio.run(edited(given_kind, Path(given_footage), Path(given_target)))  # type: ignore[arg-type]  # one of its words
