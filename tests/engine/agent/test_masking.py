"""Normalising and masking: numbers, times, ranges, ratios, sizes, clips, quotes."""

import pytest

from bot.engine.agent.masking import mask
from bot.engine.agent.request import TimelineFacts
from tests.engine.agent.planning import ONE, SURROUNDINGS, THREE


def marks(text: str, timeline: TimelineFacts = ONE) -> list[tuple[str, object]]:
    """Kind and value of the marks that stand in the masked text, in order."""
    masked = mask(text, timeline, SURROUNDINGS)
    kept = sorted((key for key in masked.tokens if f"<{key}>" in masked.text), key=masked.text.index)
    values = []
    for key in kept:
        token = masked.tokens[key]
        value: object = token.text or token.clips or token.number
        values.append((token.kind, (token.number, token.other) if token.kind == "G" else value))
    return values


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5s", 5), ("5 seconds", 5), ("twenty seconds", 20), ("thirty-five seconds", 35), ("1.5 sec", 1.5),
        ("one second", 1), ("a second", 1), ("half a minute", 30), ("a minute and a half", 90), ("1m30s", 90),
        ("1 minute 20 seconds", 80), ("2 and a half minutes", 150), ("1 hour", 3600), ("500ms", 0.5), ("0:45", 45),
        ("00:01:05", 65), ("1:02:03", 3723), ("0:01.5", 1.5), ("１０秒", 10), ("十秒", 10), ("二十五秒", 25),
        ("两分钟", 120),
        ("一百二十秒", 120), ("一分半", 90), ("1分20秒", 80), ("1分20", 80), ("半分钟", 30), ("三点五秒", 3.5),
        ("5m", 300),
        ("a couple of seconds", 2), ("one hundred and twenty seconds", 120),
    ],
)  # fmt: skip
def test_times(text: str, seconds: float) -> None:
    assert marks(f"cut {text}") == [("T", seconds)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 0:30 to 0:45", (30, 45)), ("0:30-0:45", (30, 45)), ("0:30 – 0:45", (30, 45)), ("5-10 seconds", (5, 10)),
        ("between 1 and 5 seconds", (1, 5)), ("1 to 2 minutes", (60, 120)), ("seconds 10 through 20", (10, 20)),
        ("0:30到0:45", (30, 45)), ("从10秒到20秒", (10, 20)), ("第10秒到第20秒", (10, 20)), ("1:30 to the end",
        (90, 120)),
        ("the beginning to 0:10", (0, 10)), ("1:30到最后", (90, 120)),
    ],
)  # fmt: skip
def test_ranges(text: str, expected: tuple[float, float]) -> None:
    assert marks(f"cut {text}") == [("G", expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it 9:16", ("X", "9:16")), ("crop to 1:1", ("X", "1:1")), ("16x9 please", ("X", "16:9")),
        ("比例16比9", ("X", "16:9")), ("split at 9:16", ("T", 556)), ("cut at 1:12", ("T", 72)),
        ("under 8M", ("Z", 8)), ("under 8m", ("Z", 8)), ("25 MB", ("Z", 25)), ("1GB", ("Z", 1024)),
        ("720p", ("H", 720)), ("4K", ("H", 2160)), ("1280x720", ("H", 720)), ("30fps", ("S", 30)), ("6 dB", ("B", 6)),
        ("25%", ("P", 25)), ("thirty percent", ("P", 30)), ("百分之三十", ("P", 30)), ("2x", ("M", 2)), ("1.5倍",
        ("M", 1.5)),
        ("两倍速", ("M", 2)), ("x3", ("M", 3)),
    ],
)  # fmt: skip
def test_other_measures(text: str, expected: tuple[str, object]) -> None:
    assert marks(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("second clip", (2,)), ("the 3rd clip", (3,)), ("clip 2", (2,)), ("clips 1 and 3", (1, 3)), ("last clip", (3,)),
        ("first two clips", (1, 2)), ("the last 2 clips", (2, 3)), ("every clip", "each"), ("all the clips", "each"),
        ("第二个片段", (2,)), ("第2段", (2,)), ("最后一个视频", (3,)), ("每个片段", "each"), ("片段3", (3,)),
        ("beach.mp4", (2,)), ("BEACH.MP4", (2,)), ("the beach clip", (2,)), ("sunset", (3,)), ("第一个和第三个片段",
        (1, 3)),
    ],
)  # fmt: skip
def test_clips(text: str, expected: object) -> None:
    assert marks(text, THREE) == [("C", expected)]


def test_seconds_and_the_second_are_told_apart() -> None:
    assert marks("second clip", THREE) == [("C", (2,))]
    assert marks("5 second clip", THREE) == [("T", 5)]
    assert marks("second 5", THREE) == [("T", 5)]
    assert marks("the second half", THREE) == []


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ('"don\'t cut"', "don't cut"), ("'don't cut'", "don't cut"), ("“trim 5s”", "trim 5s"), ("「导出」", "导出"),
        ("《标题：一》", "标题：一"), ("«oui»", "oui"), ('"① 1. one 2. two"', "① 1. one 2. two"),
        ("“never closed, export", "never closed, export"), ("`x`", "x"),
        ('"<T0> <Q1>"', "<T0> <Q1>"),
    ],
)  # fmt: skip
def test_quotes(text: str, content: str) -> None:
    assert [value for kind, value in marks(text) if kind == "Q"] == [content]


def test_apostrophes_are_no_quotes() -> None:
    assert marks("don't cut the speaker's pauses, it's fine") == []


def test_what_looks_like_a_mark_is_none() -> None:
    masked = mask("cut <T0> and ＜Q0＞ ≮ <C1>", ONE, SURROUNDINGS)
    assert not masked.tokens
    assert "<" not in masked.text
