"""The same once more, held pictures, and playing backwards."""

import numpy as np
import pytest

from bot.engine.timeline.ops import Duplicate, Freeze, Loop, Reverse
from tests.engine.render import clips
from tests.operations.case import Case, Seen


def _twice(seen: Seen) -> None:
    strongest = [int(seen.after.at(at).mean(axis=(0, 1)).argmax()) for at in (1, 3, 5)]
    assert strongest == [0, 0, 1]
    assert seen.after.pitch(2.3, 3.7) == pytest.approx(500, abs=5)
    assert seen.after.seconds == pytest.approx(6, abs=0.04)


def _three_times(seen: Seen) -> None:
    assert seen.after.numbers == [*range(120)] * 3
    due = [at / 2 for at in range(24)]
    assert clips.onsets(seen.after.sound) == pytest.approx(due, abs=0.006)


def _fills_nine_seconds(seen: Seen) -> None:
    assert seen.after.numbers == [*range(120), *range(120), *range(30)]


def _there_and_back(seen: Seen) -> None:
    assert seen.after.numbers == [*range(120), *range(119, -1, -1)]


def _held(seen: Seen) -> None:
    before, after = seen.before.numbers, seen.after.numbers
    assert after == [*before[:36], *[36] * 90, *before[36:]]
    marks = clips.onsets(seen.after.sound)
    assert marks == pytest.approx([0, 0.5, 1, 4.5, 5, 5.5, 6, 6.5], abs=0.006), "silent while it is held"


def _last_held(seen: Seen) -> None:
    assert seen.after.numbers == [*range(120), *[119] * 60]


def _backwards(seen: Seen) -> None:
    assert seen.after.numbers == list(range(119, -1, -1))
    rest = min(len(seen.after.sound), len(seen.before.sound))
    turned, straight = seen.after.sound[:rest], seen.before.sound[:rest][::-1]
    alike = float(np.corrcoef(turned[4_800:-4_800], straight[4_800:-4_800])[0, 1])
    assert alike > 0.9, "what is heard is the same from its end to its start"


def _part_backwards(seen: Seen) -> None:
    assert seen.after.numbers == [*range(30), *range(89, 29, -1), *range(90, 120)]


CASES = (
    Case("duplicate", "duplicate clip 1", (Duplicate(clip=1),), _twice, ("red", "green"), says_zh="复制第一个片段"),
    Case("loop", "loop it 3 times", (Loop(times=3),), _three_times, says_zh="循环播放3遍"),
    Case("loop", "loop it until it is 9 seconds long", (Loop(seconds=9),), _fills_nine_seconds),
    Case("loop", "make it a boomerang", (Loop(boomerang=True),), _there_and_back),
    Case("freeze", "freeze the frame at 1.2 seconds for 3 seconds", (Freeze(at=1.2, seconds=3),), _held),
    Case("freeze", "hold the last frame for 2 seconds", (Freeze(seconds=2),), _last_held),
    Case("reverse", "reverse the video", (Reverse(),), _backwards, says_zh="倒放视频"),
    Case("reverse", "play 0:01 to 0:03 backwards", (Reverse(start=1, end=3),), _part_backwards),
)
