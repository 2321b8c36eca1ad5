"""Finished spans across attempts: what the disk lost half of is encoded again, whatever its name says."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.kept import Kept
from bot.engine.render.run import render
from bot.engine.timeline.model import Canvas, Look, Segment, Timeline
from tests import measure

DATA = bytes(range(1, 200)) * 50
LOSSES: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data[: len(data) // 2] + bytes(len(data) - len(data) // 2),
)


def lose(path: Path, loss: Callable[[bytes], bytes]) -> None:
    path.write_bytes(loss(path.read_bytes()))


@pytest.mark.parametrize("loss", LOSSES, ids=["empty", "cut off", "zeros"])
def test_a_span_is_taken_up_by_the_next_attempt_only_when_it_is_whole(
    tmp_path: Path, loss: Callable[[bytes], bytes]
) -> None:
    first = Kept(tmp_path, "one")
    assert first.find("000001-ab") is None
    for name in ("000001-ab", "000002-cd"):
        first.part(name).write_bytes(DATA)
        first.keep(name)
    assert len(list(tmp_path.iterdir())) == 2
    found = Kept(tmp_path, "two").find("000001-ab")
    assert found is not None
    assert found.read_bytes() == DATA
    lose(found, loss)
    second = Kept(tmp_path, "three")
    assert second.find("000001-ab") is None
    assert second.find("000002-cd") is not None
    assert not found.exists(), "nobody meets it again"


@pytest.mark.long
async def test_a_render_after_a_power_cut_has_every_picture(tmp_path: Path, talk: SourceFile) -> None:
    grey = [Segment(f"s{at}", "c", "m", "n", "video", at, at + 500, look=Look(bw=True)) for at in (0, 4000, 8000)]
    job = RenderJob(Timeline(Canvas(320, 180), tuple(grey)), Output(), tmp_path / "a.mp4", tmp_path / "scratch",
                    {"m": talk}, tmp_path / "spans")  # fmt: skip
    await render(job)
    _, second, third = sorted((tmp_path / "spans").iterdir())
    lose(second, LOSSES[1])
    lose(third, LOSSES[2])
    with capture_logs() as logs:
        await render(replace(job, target=tmp_path / "b.mp4"))
    told = sorted(line["span"] for line in logs if line["event"] == "span encoded")
    assert told == [path.name.split(".")[0] for path in (second, third)]
    assert (tmp_path / "b.mp4").read_bytes() == (tmp_path / "a.mp4").read_bytes()
    assert measure.decode_errors(tmp_path / "b.mp4") == ""
