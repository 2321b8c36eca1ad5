"""Cutting by time, in many wordings."""

from typing import Any

import pytest

from tests.engine.agent.planning import THREE, ops, question


def silence(**slots: Any) -> dict[str, Any]:
    return {"op": "trim_silence", **slots}


def start(seconds: float, **slots: Any) -> dict[str, Any]:
    return {"op": "trim_start", "seconds": seconds, **slots}


def end(seconds: float, **slots: Any) -> dict[str, Any]:
    return {"op": "trim_end", "seconds": seconds, **slots}


def cut(first: float, last: float) -> dict[str, Any]:
    return {"op": "cut_range", "start": first, "end": last}


def keep(first: float, last: float, **slots: Any) -> dict[str, Any]:
    return {"op": "keep_range", "start": first, "end": last, **slots}


@pytest.mark.parametrize(
    "text",
    [
        "trim the silences", "cut the silences", "Remove dead air", "get rid of the awkward pauses", "jump cut it",
        "can you take out all the parts where nobody is talking", "please delete the silent parts of my video",
        "trim silnces", "cut out the long pauses", "auto cut the silence", "strip out the quiet bits",
        "trim the dead air", "no more pauses", "I don't want the pauses", "lose the gaps",
        "去掉所有停顿", "把静音的部分剪掉", "剪掉没有人说话的地方", "去掉静音", "帮我删除沉默的片段", "把停顿都剪了",
        "去除空白部分", "把silence去掉", "trim一下停顿",
    ],
)  # fmt: skip
def test_silences_are_cut(text: str) -> None:
    assert ops(text) == [silence()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("remove all pauses longer than 1.5 seconds", silence(min_seconds=1.5)),
        ("cut silences over 2s", silence(min_seconds=2)),
        ("remove any segment where I'm not speaking for more than 1 second", silence(min_seconds=1)),
        ("删除超过2秒的停顿", silence(min_seconds=2)),
        ("去掉两秒以上的停顿", silence(min_seconds=2)),
        ("trim the silences except the first 10 seconds", silence(except_ranges=[[0, 10]])),
        ("trim the silences but keep the one at 0:10 to 0:20", silence(except_ranges=[[10, 20]])),
        ("trim the silences but don't touch the first 10 seconds", silence(except_ranges=[[0, 10]])),
        ("除了前10秒，去掉所有停顿", silence(except_ranges=[[0, 10]])),
    ],
)
def test_silences_with_a_limit_or_an_exception(text: str, expected: dict[str, Any]) -> None:
    assert ops(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trim the first five seconds", [start(5)]),
        ("cut 5s from the beginning", [start(5)]),
        ("skip the first 10 seconds", [start(10)]),
        ("take 3 secs off the start", [start(3)]),
        ("remove the first minute and a half", [start(90)]),
        ("lose the first 1m30s", [start(90)]),
        ("start the video at 0:12", [start(12)]),
        ("把前5秒剪掉", [start(5)]),
        ("去掉开头的十秒", [start(10)]),
        ("删掉前一分半", [start(90)]),
        ("trim first 5 seconds of the video please", [start(5)]),
        ("lose the last twenty seconds", [end(20)]),
        ("chop off the last half minute", [end(30)]),
        ("cut 3 seconds off the end", [end(3)]),
        ("去掉最后半分钟", [end(30)]),
        ("把结尾3秒删掉", [end(3)]),
        ("shave 2s off both ends", [start(2), end(2)]),
        ("cut the first 5 s and the last 10", [start(5), end(10)]),
        ("把前5秒和后10秒剪掉", [start(5), end(10)]),
        ("首尾各剪掉2秒", [start(2), end(2)]),
        ("cut the first 5 seconds, actually make that 10", [start(10)]),
    ],
)
def test_ends_are_trimmed(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trim 2s off the start of every clip", [start(2, clip="each")]),
        ("trim the first 3 seconds of each clip", [start(3, clip="each")]),
        ("remove the first 5 seconds of the beach clip", [start(5, clip=2)]),
        ("cut the last 4 seconds of clip 2", [end(4, clip=2)]),
        ("把第二个片段的前3秒剪掉", [start(3, clip=2)]),
        ("make every clip 5 seconds long", [keep(0, 5, clip="each")]),
        ("每个片段只保留前3秒", [keep(0, 3, clip="each")]),
    ],
)
def test_clips_are_trimmed(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text, THREE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cut from 0:30 to 0:45", [cut(30, 45)]),
        ("delete 0:30-0:45", [cut(30, 45)]),
        ("delete from 00:01:05 through 00:01:12", [cut(65, 72)]),
        ("remove the part between 10 and 20 seconds", [cut(10, 20)]),
        ("cut out 1:05 to 1:12 and 1:20 to 1:25", [cut(65, 72), cut(80, 85)]),
        ("cut everything after 1:00", [cut(60, 120)]),
        ("remove from 1:30 to the end", [cut(90, 120)]),
        ("cut the middle third out", [cut(40, 80)]),
        ("cut the first half", [cut(0, 60)]),
        ("删掉0:30到0:45", [cut(30, 45)]),
        ("把第10秒到第20秒剪掉", [cut(10, 20)]),
        ("去掉1分钟以后的内容", [cut(60, 120)]),
        ("把一分十秒到一分二十秒删掉", [cut(70, 80)]),
    ],
)
def test_ranges_are_cut(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trim to the first 15 seconds", keep(0, 15)),
        ("keep only the first 10 seconds", keep(0, 10)),
        ("just the first 10 seconds please", keep(0, 10)),
        ("keep the last 20 seconds", keep(100, 120)),
        ("trim to 0:30-0:45", keep(30, 45)),
        ("only keep 0:10 to 0:20", keep(10, 20)),
        ("clip from 0:10 to 0:20", keep(10, 20)),
        ("trim the video from 30 seconds to 1 minute", keep(30, 60)),
        ("end it at 1:30", keep(0, 90)),
        ("get rid of everything except 0:20 to 0:50", keep(20, 50)),
        ("remove everything but the first 30 seconds", keep(0, 30)),
        ("除了前30秒都删掉", keep(0, 30)),
        ("只保留前30秒，其他都删掉", keep(0, 30)),
        ("只要中间的20秒", keep(50, 70)),
        ("保留前一半", keep(0, 60)),
        ("帮我把视频的前30秒剪出来", keep(0, 30)),
        ("只保留前30秒", keep(0, 30)),
        ("截取1:00到1:30", keep(60, 90)),
        ("keep 0:10-0:20 and 0:40-0:50", {"op": "keep_range", "ranges": [[10, 20], [40, 50]]}),
    ],
)
def test_ranges_are_kept(text: str, expected: dict[str, Any]) -> None:
    assert ops(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("split at 0:30", {"op": "split", "at": [30]}),
        ("cut at 0:10 and 0:20", {"op": "split", "at": [10, 20]}),
        ("split it into 3 equal parts", {"op": "split", "at": [40, 80]}),
        ("cut it in half", {"op": "split", "at": [60]}),
        ("split every 10 seconds", {"op": "split", "every": 10}),
        ("在0:30处分割", {"op": "split", "at": [30]}),
        ("每隔10秒切一段", {"op": "split", "every": 10}),
    ],
)
def test_splits(text: str, expected: dict[str, Any]) -> None:
    assert ops(text) == [expected]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("make it 30 seconds long", "shorten"),
        ("缩短到1分钟", "shorten"),
        ("trim 5 seconds", "which end"),
        ("cut the intro", "how much start"),
        ("trim the end", "how much end"),
        ("split it", "split where"),
        ("delete that part", "which part"),
    ],
)
def test_a_missing_slot_is_asked_for(text: str, about: str) -> None:
    assert ops(text) == [{"op": "clarify", "about": about}]
    assert question(text).prompt


def test_a_question_brings_likely_answers() -> None:
    asked = question("trim 5 seconds")
    assert [option.label for option in asked.options] == ["The first 5 s", "The last 5 s"]
    assert asked.options[1].ops[0].op == "trim_end"
