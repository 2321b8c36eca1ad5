"""Short forms that go to another door, and sentences that only contain their words."""

from typing import Any

import pytest

from bot.engine.agent.request import Context
from tests.engine.agent.planning import ONE, names, ops, planned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export", {"op": "export"}),
        ("导出", {"op": "export"}),
        ("download it", {"op": "export"}),
        ("send me the video", {"op": "export"}),
        ("render it at 30fps", {"op": "export", "fps": 30}),
        ("export as mp4 under 8MB", {"op": "export", "format": "mp4", "max_mb": 8}),
        ("export under 8M", {"op": "export", "max_mb": 8}),
        ("export in 720p", {"op": "export", "height": 720}),
        ("export vertical", {"op": "export", "ratio": "9:16"}),
        ("导出成1080p的mp4，小于25MB", {"op": "export", "format": "mp4", "height": 1080, "max_mb": 25}),
        ("undo", {"op": "undo", "count": 1}),
        ("undo the last 2 steps", {"op": "undo", "count": 2}),
        ("go back one step", {"op": "undo", "count": 1}),
        ("undo everything", {"op": "undo", "count": 3}),
        ("撤销上一步", {"op": "undo", "count": 1}),
        ("撤销两步", {"op": "undo", "count": 2}),
        ("redo", {"op": "redo", "count": 1}),
        ("重做", {"op": "redo", "count": 1}),
        ("status", {"op": "status"}),
        ("状态", {"op": "status"}),
        ("show tracks", {"op": "status"}),
        ("what's in it", {"op": "status"}),
        ("credits", {"op": "credits"}),
        ("积分", {"op": "credits"}),
        ("how many credits do I have left", {"op": "credits"}),
        ("upload", {"op": "upload"}),
        ("上传", {"op": "upload"}),
        ("cancel", {"op": "cancel"}),
        ("never mind", {"op": "cancel"}),
        ("取消", {"op": "cancel"}),
        ("https://example.com/holiday.mp4", {"op": "upload"}),
    ],
)
def test_doors(text: str, expected: dict[str, Any]) -> None:
    assert ops(text) == [expected]


@pytest.mark.parametrize(
    "text",
    ['add the text "export" at 0:05', "don't export yet", "upload schedule as a title", "不要导出",
    "add closing credits",
     "how do I export?", "cancel the background noise", "a video about exporting cars"],
)  # fmt: skip
def test_the_word_alone_opens_no_door(text: str) -> None:
    assert not {"export", "undo", "redo", "upload", "status", "credits", "cancel"} & set(names(text))


def test_nothing_to_undo_is_said() -> None:
    fresh = Context()
    assert planned("undo", ONE, fresh).questions[0].id == "nothing_to_undo"
    assert planned("redo", ONE, fresh).questions[0].id == "nothing_to_redo"
    assert planned("undo 10 times").questions[0].options[0].ops[0].op == "undo"


def test_formats_that_are_not_written_are_said() -> None:
    assert ops("export as avi") == [{"op": "unsupported", "what": "format avi", "nearest": "mp4"}]
