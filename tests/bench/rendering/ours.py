"""Threadcut in a process of its own, by the engine's functions: probe, listen, edit, render.

    python -m tests.bench.rendering.ours KIND FOOTAGE TARGET

Beside TARGET it leaves a JSON with what was kept (source ms) and how long each step took (s).
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Literal, get_args

from bot.engine.hearing.listen import listen
from bot.engine.looking.keyframes import keyframes
from bot.media.probe import probe

Kind = Literal["cuts", "fades", "title", "whole"]
"""Pauses cut; a cross-fade at every join besides; a title for three seconds and no cut; every frame made grey."""

_MAKING = "tests.bench.rendering.making"


@dataclass
class _Clock:
    last: float = field(default_factory=time.perf_counter)
    steps: dict[str, float] = field(default_factory=dict)

    def took(self, step: str) -> None:
        now = time.perf_counter()
        self.steps[step] = round(now - self.last, 2)
        self.last = now


async def edited(kind: Kind, footage: Path, target: Path) -> None:
    """Do all of it; what the engine has at hand when it renders is loaded while children look at the footage."""
    clock = _Clock()
    loading = asyncio.create_task(asyncio.to_thread(import_module, _MAKING))
    facts = await probe(footage)
    clock.took("probe")
    speech, places = None, None
    if kind in ("cuts", "fades"):
        speech, places = await asyncio.gather(listen(footage, facts), keyframes(footage, facts))
    making = await loading
    clock.took("listen")
    timeline = making.timeline_of(kind, footage.name, facts, speech, places)
    clock.took("edit")
    duration_ms = await making.made(timeline, footage, facts, target)
    clock.took("render")
    kept = [(segment.start, segment.end) for segment in timeline.segments]
    told = {"kept": kept, "steps": clock.steps, "duration_ms": duration_ms}
    target.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    given_kind, given_footage, given_target = sys.argv[1:]
    if given_kind not in get_args(Kind):
        raise SystemExit(f"no such kind: {given_kind}")
    asyncio.run(edited(given_kind, Path(given_footage), Path(given_target)))  # type: ignore[arg-type]  # one of its words
    os._exit(0)  # an engine goes on: to take apart all that it has loaded, 0.1 s, is no part of a render
