"""What lies over the picture: watermark, picture in picture, split screen, timecode, progress bar."""

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.agent.request import ClipFacts, Context, TimelineFacts
from tests.engine.agent.planning import ONE, SURROUNDINGS, THREE, Ops, names, ops, planned, question

LOGO = Context(attachments=("logo.png",), undo_depth=1)
TWO_PICTURES = Context(attachments=("cat.png", "dog.jpg"), undo_depth=1)
DRONE = Context(attachments=("drone.mp4",), undo_depth=1)
LAID = replace(THREE, overlays=("logo.png",))


def one(op: str, **slots: Any) -> Ops:
    return [{"op": op, **slots}]


def mark(**slots: Any) -> Ops:
    return one("watermark", file="logo.png", **slots)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add my logo", mark()), ("put logo.png in the top right corner", mark(position="top-right")),
        ("add my logo in the bottom left at 50% opacity", mark(position="bottom-left", opacity=0.5)),
        ("watermark it with logo.png", mark()),
        ("overlay my logo top left at 15% scale", mark(position="top-left", size=15)),
        ("add the watermark, semi-transparent", mark(opacity=0.5)), ("add logo.png, 30% transpa"
        "rent", mark(opacity=0.7)),
        ("put a small logo bottom right", mark(position="bottom-right", size="small")),
        ("show my logo from 0:05 to 0:10", mark(start=5, end=10)), ("add my logo at 0:10 for 5 sec"
        "onds", mark(start=10, end=15)),
        ("logo放右上角，透明度一半", mark(position="top-right", opacity=0.5)), ("加水印", mark()),
        ("在左下角加logo", mark(position="bottom-left")),
        ("把logo.png放在右下角", mark(position="bottom-right")),
        ("logo半透明放右下角", mark(position="bottom-right", opacity=0.5)),
        ("加watermark在左上角，opacity 40%", mark(position="top-left", opacity=0.4)),
        ('add the watermark "@me"', one("text", content="@me", position="bottom-right")),
    ],
)  # fmt: skip
def test_watermark(text: str, expected: Ops) -> None:
    assert ops(text, ONE, LOGO) == expected


def test_a_picture_that_is_not_here_is_asked_for() -> None:
    assert ops("add my logo") == [{"op": "clarify", "about": "upload logo"}]
    assert ops("put brand.png top left", ONE, LOGO) == [{"op": "clarify", "about": "upload named"}]
    asked = question("add a watermark", ONE, TWO_PICTURES)
    assert [o.label for o in asked.options] == ["cat.png", "dog.jpg"]


def test_what_lies_over_is_changed_and_taken_away() -> None:
    assert ops("move the logo to the bottom left", LAID) == one("watermark", position="bottom-left", edit=True)
    assert ops("make the logo smaller", LAID) == one("watermark", size="smaller", edit=True)
    assert ops("logo再大一点", LAID) == one("watermark", size="larger", edit=True)
    assert ops("remove the logo", LAID) == one("watermark", remove=True)
    assert ops("去掉水印", LAID) == one("watermark", remove=True)
    assert ops("remove the watermark") == [{"op": "unsupported", "what": "remove_object", "nearest": "blur"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("put clip 2 as picture in picture in the top right", one("picture_in_picture", clip=2, position="top-right")),
        ("picture-in-picture of clip 2", one("picture_in_picture", clip=2)),
        ("put clip 2 in the bottom right corner, small",
         one("picture_in_picture", clip=2, position="bottom-right", size="small")),
        ("overlay clip 3 in the top left at 30%", one("picture_in_picture", clip=3, position="top-left", size=30)),
        ("use clip 2 as b-roll from 0:03 to 0:06", one("picture_in_picture", clip=2, start=3, end=6, full=True)),
        ("把第二个片段做成画中画放在右下角", one("picture_in_picture", clip=2, position="bottom-right")),
        ("第3个clip做pip，左上角", one("picture_in_picture", clip=3, position="top-left")),
        ("put clips 1 and 2 side by side", one("split_screen", layout="row", clips=[1, 2])),
        ("split screen", one("split_screen")), ("show all clips in a grid", one("split_screen", layout="grid")),
        ("stack clips 1 and 3 in a split screen", one("split_screen", layout="column", clips=[1, 3])),
        ("左右分屏", one("split_screen", layout="row")), ("上下分屏", one("split_screen", layout="column")),
        ("show a timecode", one("timecode")), ("add timecode top left", one("timecode", position="top-left")),
        ("burn in the timecode", one("timecode")), ("remove the timecode", one("timecode", remove=True)),
        ("加时间码", one("timecode")),
        ("add a progress bar", one("progress_bar")), ("remove the progress bar", one("progress_bar", remove=True)),
        ("加进度条", one("progress_bar")), ("底部加一个进度条", one("progress_bar")),
        ("去掉进度条", one("progress_bar", remove=True)),
    ],
)  # fmt: skip
def test_over_the_picture(text: str, expected: Ops) -> None:
    assert ops(text, THREE) == expected


def test_files_over_the_picture() -> None:
    broll = one("picture_in_picture", file="drone.mp4", full=True, start=30, end=36)
    assert ops("insert drone.mp4 as b-roll from 0:30 to 0:36", ONE, DRONE) == broll
    assert ops("put drone.mp4 as pip top right", ONE, DRONE) == one(
        "picture_in_picture", file="drone.mp4", position="top-right"
    )
    assert question("add a picture in picture", THREE).id == "which_clip_over"
    assert question("add a picture in picture").id == "upload_overlay"
    assert question("split screen").id == "two_clips"


@pytest.mark.parametrize(
    "text",
    [
        "design a logo for me", "make an animated logo reveal", "create 4 logo concept variations",
        "no watermark please",
        "export without a watermark", "cut the b-roll on the beat", "suggest a b-roll strategy", "don't add a logo",
        "the logo of my company is blue", "make progress", "generate chapters with timestamps", "keep the watermark",
        "I love your logo", "green screen the background",
    ],
)  # fmt: skip
def test_false_friends(text: str) -> None:
    mine = {"watermark", "picture_in_picture", "split_screen", "timecode", "progress_bar"}
    for timeline, context in ((ONE, SURROUNDINGS), (ONE, LOGO), (LAID, LOGO)):
        assert not mine & set(names(text, timeline, context)), planned(text, timeline, context)


def test_a_logo_that_lies_in_the_row_is_a_logo_unless_it_is_called_a_clip() -> None:
    row = TimelineFacts((ClipFacts("talk.mp4", 20.0), ClipFacts("logo.png", 5.0)))
    assert ops("logo top right, half transparent", row, Context()) == one(
        "watermark", file="logo.png", position="top-right", opacity=0.5
    )
    assert ops("delete the logo clip", row, Context()) == one("delete_clip", clip=2)
