"""Aspect and resize."""

from typing import Any

import pytest

from tests.engine.agent.planning import ops, question


def aspect(ratio: str, **slots: Any) -> list[dict[str, Any]]:
    return [{"op": "aspect", "ratio": ratio, **slots}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it vertical", aspect("9:16")),
        ("make it 9:16", aspect("9:16")),
        ("turn this video into a TikTok", aspect("9:16")),
        ("make it square", aspect("1:1")),
        ("Convert this 16:9 demo to vertical format", aspect("9:16")),
        ("crop for TikTok/Reels/Shorts", aspect("9:16", mode="crop")),
        ("convert to 16:9", aspect("16:9")),
        ("改成竖屏", aspect("9:16")),
        ("变成横屏", aspect("16:9")),
        ("crop to 4:5", aspect("4:5", mode="crop")),
        ("crop成1:1", aspect("1:1", mode="crop")),
        ("裁剪成1:1", aspect("1:1", mode="crop")),
        ("9:16 with blurred background", aspect("9:16", mode="blur_pad")),
        ("make it vertical with black bars", aspect("9:16", mode="pad")),
        ("make it vertical without cropping", aspect("9:16", mode="pad")),
        ("resize to 720p", [{"op": "resize", "height": 720}]),
        ("make it 1080p", [{"op": "resize", "height": 1080}]),
        ("720p", [{"op": "resize", "height": 720}]),
        ("downscale from 1080p to 720p", [{"op": "resize", "height": 720}]),
        ("scale to 1280x720", [{"op": "resize", "height": 720}]),
        ("改成720p", [{"op": "resize", "height": 720}]),
    ],
)
def test_shapes(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text) == expected


def test_a_ratio_is_no_time_and_a_time_no_ratio() -> None:
    assert ops("cut from 0:16 to 1:12") == [{"op": "cut_range", "start": 16, "end": 72}]
    assert ops("split at 1:12") == [{"op": "split", "at": [72]}]
    assert ops("change it from 16:9 to 9:16") == aspect("9:16")


def test_which_shape_is_asked() -> None:
    assert [option.label for option in question("crop it for instagram").options] == ["9:16", "1:1", "4:5", "16:9"]
