"""Footage made once a run, and a render that is measured."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine.render import child
from bot.engine.render.job import ChildJob, Output, Rendered, RenderJob, SourceFile, write_job
from bot.engine.render.plan import RenderPlan, plan
from bot.engine.timeline.model import Timeline
from bot.media import ffmpeg
from tests.engine.render import clips


@dataclass(frozen=True)
class Made:
    """A finished render and what was planned for it."""

    plan: RenderPlan
    file: Rendered

    @property
    def pictures(self) -> NDArray[np.uint8]:
        """Its frames, grey."""
        return clips.decoded(self.file.path, (self.file.width, self.file.height))

    @property
    def sound(self) -> NDArray[np.float32]:
        """Its sound, mono, 48 kHz."""
        return clips.heard(self.file.path)


Make = Callable[..., Awaitable[Made]]


@pytest.fixture
def make(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Make:
    """Render a timeline, with the child's work done in this process: a new one costs half a second of imports."""

    async def made(timeline: Timeline, media: dict[str, SourceFile], output: Output | None = None) -> Made:
        job = RenderJob(timeline, output or Output(), tmp_path / "result.mp4", tmp_path / "scratch it's", media)
        job.scratch.mkdir(exist_ok=True)
        told = job.scratch / "job"
        write_job(ChildJob(job, ffmpeg.binary()), told)
        found = await asyncio.to_thread(child.work, [str(told)])
        capsys.readouterr()
        return Made(plan(timeline, job.output, media), Rendered(job.target, **found))

    return made


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run's footage lies; a name that a filter string would stumble over."""
    return tmp_path_factory.mktemp("footage: it's [here], 100%")


@pytest.fixture(scope="session")
def talk(folder: Path) -> SourceFile:
    """20 s, 30 frames a second, a burst every half second."""
    return clips.footage(folder / "talk.mp4", frames=600, sound=clips.bursts(20))


@pytest.fixture(scope="session")
def hum(folder: Path) -> SourceFile:
    """20 s with a steady tone: every jump in it is a click."""
    return clips.footage(folder / "hum.mp4", frames=600, sound=clips.tone(20))
