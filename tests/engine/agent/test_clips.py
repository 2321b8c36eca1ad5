"""Whole clips: delete, keep, reorder."""

from typing import Any

import pytest

from tests.engine.agent.planning import THREE, ops


def delete(*numbers: int) -> list[dict[str, Any]]:
    return [{"op": "delete_clip", "clip": n} for n in numbers]


def order(*numbers: int) -> list[dict[str, Any]]:
    return [{"op": "reorder", "order": list(numbers)}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("delete the second clip", delete(2)),
        ("delete clip 2", delete(2)),
        ("remove the last clip", delete(3)),
        ("remove beach.mp4", delete(2)),
        ("remove the sunset clip", delete(3)),
        ("delete the first and third clips", delete(3, 1)),
        ("删除第二个片段", delete(2)),
        ("把最后一个片段删掉", delete(3)),
        ("去掉第1段视频", delete(1)),
        ("keep only clip 2", delete(3, 1)),
        ("delete everything except clip 2", delete(3, 1)),
        ("除了第二个片段，其他都删掉", delete(3, 1)),
        ("把第一段和第二段换一下位置", order(2, 1, 3)),
        ("只保留第二个片段", delete(3, 1)),
        ("flip clips 2 and 3 around", order(1, 3, 2)),
        ("swap clips 1 and 2", order(2, 1, 3)),
        ("swap the first and last clips", order(3, 2, 1)),
        ("move the last clip to the start", order(3, 1, 2)),
        ("put clip 3 before clip 1", order(3, 1, 2)),
        ("move clip 1 to the end", order(2, 3, 1)),
        ("reorder 3 1 2", order(3, 1, 2)),
        ("arrange the clips 2, 3, 1", order(2, 3, 1)),
        ("reverse the clip order", order(3, 2, 1)),
        ("交换第一个和第二个片段", order(2, 1, 3)),
        ("把第三个片段移到最前面", order(3, 1, 2)),
        ("merge the clips", [{"op": "answer", "topic": "joined"}]),
        ("join all the clips into one video", [{"op": "answer", "topic": "joined"}]),
        ("把这几个片段合并", [{"op": "answer", "topic": "joined"}]),
    ],
)
def test_clips(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text, THREE) == expected


def test_a_length_is_not_a_clip() -> None:
    assert ops("trim the last 5 seconds of the second clip", THREE) == [{"op": "trim_end", "seconds": 5, "clip": 2}]
    assert ops("cut one second off the start", THREE) == [{"op": "trim_start", "seconds": 1}]


@pytest.mark.parametrize("text", ["delete clip 9", "mute clip 4", "speed up clip 7 2x", "swap clips 1 and 8"])
def test_a_clip_that_is_not_there_is_asked_about(text: str) -> None:
    assert [op["op"] for op in ops(text, THREE)] == ["clarify"]
