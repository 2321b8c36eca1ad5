"""Where a picture can be cut without encoding: held against frames whose place is known."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from bot.engine.looking.keyframes import keyframes
from bot.engine.looking.keyframes_child import places
from bot.engine.timeline.model import Keyframes
from tests.engine.render import clips


def test_places_by_the_order_of_packets() -> None:
    """I B B P, then a keyframe that pictures before it need, as an open group has it."""
    stamps = [0, 3, 1, 2, 6, 4, 5, 7]
    keys = [1, 0, 0, 0, 1, 0, 0, 1]
    assert places(stamps, keys) == ([0, 7], [0, 1, 4, 7])
    assert places([], []) == ([], [])


def _x264(*more: str) -> tuple[str, ...]:
    return ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "20", "-sc_threshold", "0", *more)


@pytest.mark.long
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize("fps", [Fraction(30), Fraction(30_000, 1001)])
async def test_keyframes_and_ends_of_real_footage(tmp_path: Path, name: str, fps: Fraction) -> None:
    container = "mov" if name.endswith("mp4") else "matroska"
    made = clips.footage(
        tmp_path / name, frames=100, fps=fps, video=_x264(), container=container, sound=clips.tone(3.3)
    )
    found = await keyframes(made.path, made.facts)
    assert [round(at * fps / 1000) for at in found.starts] == [0, 20, 40, 60, 80]
    ends = [round(at * fps / 1000) for at in found.ends]
    assert set(ends) >= {0, 20, 40, 60, 80}
    assert max(b - a for a, b in pairwise(ends)) <= 4
    assert all(abs(at * fps / 1000 - round(at * fps / 1000)) < 0.1 for at in found.ends)


@pytest.mark.long
async def test_open_groups_and_footage_that_is_never_copied(tmp_path: Path) -> None:
    open_group = clips.footage(tmp_path / "open.mp4", frames=100, video=_x264("-x264-params", "open-gop=1:bframes=3"))
    found = await keyframes(open_group.path, open_group.facts)
    assert found.starts[0] == 0
    assert len(found.starts) < 5, "a keyframe with pictures before it that need it is no place to begin"
    hevc = clips.footage(tmp_path / "hevc.mp4", frames=10, video=("-c:v", "libx265", "-x265-params", "log-level=none"))
    assert await keyframes(hevc.path, hevc.facts) == Keyframes()
