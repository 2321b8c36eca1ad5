"""The picture's edges, motion and direction: crop, letterbox, fps, stabilize, zoom, rotate, flip, aspect."""

from typing import Any

import pytest

from tests.engine.agent.planning import ONE, THREE, Ops, names, ops, planned, question


def zoom(**slots: Any) -> Ops:
    return [{"op": "zoom", **slots}]


def crop(**slots: Any) -> Ops:
    return [{"op": "crop", **slots}]


def one(op: str, **slots: Any) -> Ops:
    return [{"op": op, **slots}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zoom in", zoom(kind="in")), ("slowly zoom in", zoom(kind="in")), ("zoom in on my face", zoom(kind="in")),
        ("zoom out slowly", zoom(kind="out")),
        ("slow zoom out at the end from 1:50 to 2:00", zoom(kind="out", start=110, end=120)),
        ("zoom in from 0:05 to 0:10", zoom(kind="in", start=5, end=10)),
        ("zoom in at 0:15", zoom(kind="in", start=15)),
        ("zoom in at 0:15 for 3 seconds", zoom(kind="in", start=15, end=18)),
        ("slow zoom in over the first 10 seconds", zoom(kind="in", start=0, end=10)),
        ("punch in at 0:12", zoom(kind="punch", start=12)), ("punch in at every cut", zoom(kind="cuts")),
        ("add a quick zoom at 0:30", zoom(kind="punch", start=30)),
        ("add a subtle zoom-in on each cut", zoom(kind="cuts")), ("Ken Burns effect", zoom(kind="in")),
        ("zoom in to 150%", zoom(kind="in", percent=150)), ("zoom in 2x", zoom(kind="in", percent=200)),
        ("zoom in on the top left corner", zoom(kind="in", x=0.25, y=0.25)),
        ("remove the zoom", zoom(remove=True)), ("stop zooming", zoom(remove=True)),
        ("画面慢慢放大", zoom(kind="in")), ("镜头推近", zoom(kind="in")), ("镜头拉远", zoom(kind="out")),
        ("0:05到0:10放大画面", zoom(kind="in", start=5, end=10)), ("取消放大", zoom(remove=True)),
        ("每个剪辑点加个放大", zoom(kind="cuts")), ("加个zoom in", zoom(kind="in")),
    ],
)  # fmt: skip
def test_zoom(text: str, expected: Ops) -> None:
    assert ops(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rotate 90 degrees to the left", one("rotate", degrees=270)), ("rotate left", one("rotate", degrees=270)),
        ("rotate it 90 degrees clockwise", one("rotate", degrees=90)), ("rotate 90", one("rotate", degrees=90)),
        ("rotate it to the right", one("rotate", degrees=90)), ("rotate 180°", one("rotate", degrees=180)),
        ("turn it 90 degrees counterclockwise", one("rotate", degrees=270)),
        ("rotate -90 degrees", one("rotate", degrees=270)),
        ("turn it upside down", one("rotate", degrees=180)),
        ("it's sideways, turn it 90 clockwise", one("rotate", degrees=90)),
        ("the video is upside down, fix it", one("rotate", degrees=180)),
        ("rotate by two hundred seventy degrees", one("rotate", degrees=270)),
        ("顺时针旋转90度", one("rotate", degrees=90)), ("向左旋转90度", one("rotate", degrees=270)),
        ("逆时针转90度", one("rotate", degrees=270)),
        ("旋转180度", one("rotate", degrees=180)), ("把视频rotate 90度", one("rotate", degrees=90)),
        ("mirror it", one("flip", axis="horizontal")), ("flip horizontally", one("flip", axis="horizontal")),
        ("flip it vertically", one("flip", axis="vertical")), ("flip it upside down", one("flip", axis="vertical")),
        ("mirror the video", one("flip", axis="horizontal")), ("左右镜像", one("flip", axis="horizontal")),
        ("水平翻转", one("flip", axis="horizontal")),
        ("上下翻转", one("flip", axis="vertical")), ("画面上下颠倒", one("flip", axis="vertical")),
        ("flip一下", one("flip", axis="horizontal")),
    ],
)  # fmt: skip
def test_rotate_and_flip(text: str, expected: Ops) -> None:
    assert ops(text) == expected


def test_rotate_and_flip_of_clips() -> None:
    assert ops("rotate clip 2 90 degrees", THREE) == one("rotate", degrees=90, clip=2)
    assert ops("mirror the second clip", THREE) == one("flip", axis="horizontal", clip=2)
    assert ops("把第三段逆时针旋转90度", THREE) == one("rotate", degrees=270, clip=3)


@pytest.mark.parametrize("text", ["rotate it", "my video is sideways, fix it", "rotate 45 degrees", "旋转一下"])
def test_which_way_is_asked(text: str) -> None:
    assert [o.id for o in question(text).options] == ["turn_90", "turn_270", "turn_180"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("crop 10% off the left", crop(left=0.1)), ("crop 10% off the left and right", crop(left=0.1, right=0.1)),
        ("crop the top 20%", crop(top=0.2)), ("crop the bottom by 15%", crop(bottom=0.15)),
        ("crop 5% from all sides", crop(left=0.05, right=0.05, top=0.05, bottom=0.05)),
        ("crop 108 pixels off the top", crop(top=0.1)), ("crop left 10% and right 5%", crop(left=0.1, right=0.05)),
        ("crop the black bars", crop(auto="black_bars")), ("remove the black bars", crop(auto="black_bars")),
        ("get rid of the black borders at the top and bottom", crop(auto="black_bars")),
        ("去掉黑边", crop(auto="black_bars")),
        ("裁掉上下黑边", crop(auto="black_bars")), ("左边裁掉10%", crop(left=0.1)), ("裁掉顶部20%", crop(top=0.2)),
        ("左右各裁掉十分之一", crop(left=0.1, right=0.1)), ("undo the crop", crop(remove=True)),
        ("取消裁剪", crop(remove=True)),
        ("crop掉黑边", crop(auto="black_bars")),
        ("cinematic black bars top and bottom", one("letterbox")), ("add letterbox bars", one("letterbox")),
        ("add black bars", one("letterbox")), ("add 2.35:1 cinema bars", one("letterbox", ratio=2.35)),
        ("add 21:9 letterbox bars", one("letterbox", ratio=2.33)), ("letterbox it", one("letterbox")),
        ("remove the cinematic bars", one("letterbox", remove=True)), ("加电影黑边", one("letterbox")),
        ("上下加黑边", one("letterbox")),
        ("60 fps", one("fps", value=60)), ("make it 24fps", one("fps", value=24)),
        ("change the frame rate to 30", one("fps", value=30)),
        ("帧率改成60", one("fps", value=60)), ("改成30帧", one("fps", value=30)),
        ("convert to 25 fps", one("fps", value=25)),
        ("stabilize it", one("stabilize")), ("stabilise the footage", one("stabilize")),
        ("fix the shaky footage", one("stabilize")),
        ("it's too shaky, stabilize it", one("stabilize")), ("turn off stabilization", one("stabilize", off=True)),
        ("防抖", one("stabilize")), ("画面太抖了，加防抖", one("stabilize")),
        ("关闭防抖", one("stabilize", off=True)), ("做个stabilize", one("stabilize")),
    ],
)  # fmt: skip
def test_edges_and_motion(text: str, expected: Ops) -> None:
    assert ops(text) == expected


def test_an_amount_that_is_missing_is_asked_for() -> None:
    assert [o.id for o in question("crop the left side").options] == ["percent_5", "percent_10", "percent_20"]
    assert question("change the frame rate").id == "which_fps"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("crop to 9:16 and keep the speaker centred", one("aspect", ratio="9:16", mode="crop", track="speaker")),
        ("make it vertical and follow my face", one("aspect", ratio="9:16", mode="crop", track="speaker")),
        ("reframe for vertical, keep the speaker centered", one("aspect", ratio="9:16", mode="crop", track="speaker")),
        ("改成竖屏，跟踪人脸", one("aspect", ratio="9:16", mode="crop", track="speaker")),
        ("竖屏，人物居中", one("aspect", ratio="9:16", mode="crop", track="speaker")),
        ("make it vertical without black bars", one("aspect", ratio="9:16", mode="crop")),
        ("make it vertical with black bars", one("aspect", ratio="9:16", mode="pad")),
        ("crop to 1:1", one("aspect", ratio="1:1", mode="crop")), ("make it vertical", one("aspect", ratio="9:16")),
    ],
)  # fmt: skip
def test_shapes_that_follow_and_their_bars(text: str, expected: Ops) -> None:
    assert ops(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "zoom call recording", "my zoom meeting", "a shape that slowly rotates 360 degrees",
        "crop it to the beat of the song",
        "flip the order of the clips", "he did a flip", "add a zoom transition", "the room is spinning",
        "don't zoom in", "don't rotate it", "the camera zooms into the forest", "a slow camera push-in over a desert"
        " planet",
        "turn left at the next corner", "a stable job", "hands are shaking with fear", "shake it off", "不要放大",
        "别裁剪",
        "a crop field at dawn", "the mirror on the wall", "go to the bar", "the frame on the wall",
        "reverse mirror selfie trend ideas",
         "放大字幕", "字再大一点", "how do I rotate a video?", "怎么裁剪视频",
    ],
)  # fmt: skip
def test_false_friends(text: str) -> None:
    for timeline in (ONE, THREE):
        made = planned(text, timeline)
        assert not {"zoom", "rotate", "flip", "crop", "letterbox", "fps", "stabilize"} & set(names(text, timeline)), (
            made
        )
