"""Finished files of every kind play: in two versions of ffmpeg and in Chromium, from the start and after seeks.

Seeking is what tells a right smart render from a wrong one: a piece that was copied must not need anything that only
playing through has decoded. In CI both programs are Debian's; where one is missing its tests say so.
"""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from bot.engine.render.job import Rendered
from tests.engine.render import browser, decoders
from tests.engine.render.finished import CASES, finished

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

GRID = (16, 9)
SEEKS = 20
_ALIKE, _ALIKE_ANYWHERE = 6, 40
"""How far blocks of two pictures may be apart, of 255: all of them together, and any of them."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> "Files":
    """Each case rendered once, when it is first asked for."""
    return Files(tmp_path_factory.mktemp("footage"), tmp_path_factory.mktemp("finished"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium(made: "Files") -> AsyncIterator[browser.Browser]:
    program = browser.installed()
    if program is None:
        pytest.skip("no Chromium here (on Debian: apt-get install chromium)")
    async with browser.browser(program, made.out) as page:
        yield page


@pytest.fixture(scope="module")
def other() -> Path:
    program = decoders.other()
    if program is None:
        pytest.skip("no second ffmpeg here (on Debian: apt-get install ffmpeg)")
    return program


class Files:
    """The finished files of this run."""

    def __init__(self, footage: Path, out: Path) -> None:
        self.out = out
        self._footage = footage
        self._made: dict[str, Rendered] = {}

    async def get(self, name: str) -> Rendered:
        if name not in self._made:
            self._made[name] = await finished(name, self._footage, self.out)
        return self._made[name]


def times(path: Path) -> list[float]:
    """When each frame is shown, s."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        base = stream.time_base
        assert base is not None
        return sorted(float(one.pts * base) for one in file.demux(stream) if one.pts is not None)


def blocks(path: Path, wanted: set[int]) -> dict[int, NDArray[np.float64]]:
    """What these frames look like, decoded from the start: the means of a grid, as the browser tells them."""
    found: dict[int, NDArray[np.float64]] = {}
    with av.open(str(path)) as file:
        for number, frame in enumerate(file.decode(video=0)):
            if number in wanted:
                picture = np.rot90(frame.to_ndarray(format="rgb24").astype(np.float64), frame.rotation // 90)
                rows = [np.round(np.linspace(0, size, parts + 1)).astype(int)[:-1] for size, parts in
                        zip(picture.shape[:2], reversed(GRID), strict=True)]  # fmt: skip
                sums = np.add.reduceat(np.add.reduceat(picture, rows[0], axis=0), rows[1], axis=1)
                sizes = [np.diff([*edges, size]) for edges, size in zip(rows, picture.shape[:2], strict=True)]
                found[number] = sums / (sizes[0][:, None, None] * sizes[1][None, :, None])
    return found


def chosen(name: str, frames: int) -> list[int]:
    """Frames to go to, forth and back: the first, the last, and any others, never the same twice in a row."""
    dice = random.Random(name)
    return [frames - 1, 0, *dice.sample(range(1, frames - 1), min(SEEKS, frames - 2))]


@pytest.mark.parametrize("name", CASES)
async def test_decodes_in_two_versions_from_anywhere(made: Files, other: Path, name: str) -> None:
    file = await made.get(name)
    stamps = times(file.path)
    linear = decoders.decoded(decoders.bundled(), file.path)
    assert len(linear) == len(stamps)
    assert decoders.decoded(other, file.path) == linear, "two decoders see two pictures"
    for frame in [frame for frame in chosen(name, len(stamps)) if frame][:6]:
        ahead = (stamps[frame - 1] + stamps[frame]) / 2
        for program in (decoders.bundled(), other):
            assert decoders.decoded(program, file.path, ahead)[0] == linear[frame], f"frame {frame}"


@pytest.mark.parametrize("name", CASES)
async def test_plays_in_chromium_to_the_end(made: Files, chromium: browser.Browser, name: str) -> None:
    file = await made.get(name)
    stamps = times(file.path)
    seen = await chromium.play(file.path.name)
    assert seen.ended
    assert seen.corrupted == 0
    assert (seen.width, seen.height) == (file.width, file.height)
    assert seen.seconds == pytest.approx(file.duration_ms / 1000, abs=0.05)
    assert seen.at == pytest.approx(seen.seconds, abs=0.05)
    assert seen.frames >= len(stamps) * 0.9, "frames were left out"


@pytest.mark.parametrize("name", CASES)
async def test_seeks_in_chromium(made: Files, chromium: browser.Browser, name: str) -> None:
    file = await made.get(name)
    stamps = times(file.path)
    frames = chosen(name, len(stamps))
    gap = stamps[1] - stamps[0]
    looks = blocks(file.path, set(frames))
    found = await chromium.seek(file.path.name, [stamps[frame] + gap / 2 for frame in frames], GRID)
    for frame, one in zip(frames, found, strict=True):
        assert one.at == pytest.approx(one.asked, abs=0.001)
        assert one.shown == pytest.approx(stamps[frame], abs=gap / 4), f"frame {frame}"
        apart = np.abs(one.pixels - looks[frame])
        assert apart.mean() < _ALIKE, f"frame {frame} looks another way"
        assert apart.max() < _ALIKE_ANYWHERE, f"frame {frame} looks another way somewhere"
