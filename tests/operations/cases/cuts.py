"""Cutting by time, and clips."""

import pytest

from bot.engine.timeline.ops import CutRange, DeleteClip, KeepRange, Reorder, Split, TrimEnd, TrimSilence, TrimStart
from tests.operations.case import Case, Seen


def _colours(seen: Seen) -> list[int]:
    """Which of red, green and blue is strongest in the middle of each two seconds of the result."""
    return [int(seen.after.at(at).mean(axis=(0, 1)).argmax()) for at in range(1, int(seen.after.seconds), 2)]


def _starts_later(seen: Seen) -> None:
    assert seen.after.seconds == pytest.approx(seen.before.seconds - 1, abs=0.05)
    assert seen.after.numbers[0] == 30


def _ends_earlier(seen: Seen) -> None:
    assert seen.after.seconds == pytest.approx(seen.before.seconds - 1, abs=0.05)
    assert seen.after.numbers[-1] == 89


def _middle_gone(seen: Seen) -> None:
    assert seen.after.numbers == [*range(30), *range(60, 120)]


def _middle_kept(seen: Seen) -> None:
    assert seen.after.numbers == list(range(30, 60))


def _second_gone(seen: Seen) -> None:
    assert _colours(seen) == [0, 2]
    assert seen.after.pitch(2.3, 3.7) == pytest.approx(900, abs=5)


def _turned(seen: Seen) -> None:
    assert _colours(seen) == [2, 0, 1]
    assert seen.after.pitch(0.3, 1.7) == pytest.approx(900, abs=5)


def _nothing_lost(seen: Seen) -> None:
    assert seen.after.numbers == seen.before.numbers


def _shorter(seen: Seen) -> None:
    (done,) = seen.done
    assert int(done.facts["pauses"]) >= 2
    assert seen.after.seconds == pytest.approx(seen.before.seconds - float(done.facts["removed_ms"]) / 1000, abs=0.05)
    quiet = [seen.after.level(at / 10, at / 10 + 0.1) < -45 for at in range(int(seen.after.seconds * 10) - 1)]
    assert max(len(run) for run in "".join("q" if one else " " for one in quiet).split(" ")) <= 6


CASES = (
    Case("trim_start", "trim 1 second off the start", (TrimStart(seconds=1),), _starts_later, says_zh="剪掉开头1秒"),
    Case("trim_end", "cut the last second", (TrimEnd(seconds=1),), _ends_earlier, says_zh="剪掉最后1秒"),
    Case("cut_range", "cut from 0:01 to 0:02", (CutRange(start=1, end=2),), _middle_gone),
    Case("keep_range", "keep only 0:01 to 0:02", (KeepRange(start=1, end=2),), _middle_kept),
    Case("delete_clip", "delete the second clip", (DeleteClip(clip=2),), _second_gone, ("red", "green", "blue")),
    Case("reorder", "order 3, 1, 2", (Reorder(order=[3, 1, 2]),), _turned, ("red", "green", "blue")),
    Case("split", "split at 0:02", (Split(at=[2]),), _nothing_lost),
    Case("trim_silence", "trim the silences", (TrimSilence(),), _shorter, ("talk",), says_zh="去掉停顿"),
)
