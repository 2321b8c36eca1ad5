"""Slideshow, merge, chapters."""

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.agent.request import ClipFacts, Context, TimelineFacts
from tests.engine.agent.planning import ONE, THREE, names, ops

PHOTOS = TimelineFacts((ClipFacts("a.jpg", 5.0), ClipFacts("b.png", 5.0)))
WAITING = Context(has_speech=True, attachments=("b.mp4", "c.mov"))


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("make a slideshow, 3 s each", {"seconds": 3}),
        ("turn my photos into a slideshow", {}),
        ("make a slideshow with crossfades, 2 seconds per photo", {"seconds": 2, "style": "crossfade"}),
        ("用这些照片做一个幻灯片，每张3秒", {"seconds": 3}),
    ],
)
def test_slideshows(text: str, slots: dict[str, Any]) -> None:
    assert ops(text, PHOTOS) == [{"op": "slideshow", **slots}]


def test_a_slideshow_needs_photos_and_so_does_what_hangs_on_it() -> None:
    assert names("turn my photos into a slideshow video with music and transitions") == ["clarify"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("merge the clips", {"op": "merge"}),
        ("merge b.mp4 and c.mov", {"op": "merge", "files": ["b.mp4", "c.mov"]}),
        ("append c.mov at the end", {"op": "merge", "files": ["c.mov"]}),
        ("把这几段视频合并", {"op": "merge"}),
    ],
)
def test_files_that_wait_are_merged(text: str, expected: dict[str, Any]) -> None:
    assert ops(text, ONE, WAITING) == [expected]


def test_merging_without_files_that_wait() -> None:
    assert ops("merge the clips", THREE) == [{"op": "answer", "topic": "joined"}]
    assert names("merge nothere.mp4 and b.mp4", ONE, WAITING) == ["clarify"]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("add chapters", {}),
        ("create chapters for every clip", {}),
        ("生成章节", {}),
        (
            "add chapters: 0:00 Intro, 0:20 Setup, 1:00 The end",
            {"items": [[0, "Intro"], [20, "Setup"], [60, "The end"]]},
        ),
        ("chapters:\n0:00 开场\n0:40 正文", {"items": [[0, "开场"], [40, "正文"]]}),
        ("add chapter markers at 0:00 Intro, 0:30 Demo", {"items": [[0, "Intro"], [30, "Demo"]]}),
        ("加chapter：0:00 开场，0:40 正片", {"items": [[0, "开场"], [40, "正片"]]}),
        ("add a chapter 'Demo' at 0:30", {"items": [[30, "Demo"]]}),
        ("add chapters 'Intro' at 0:00 and 'Demo' at 0:45", {"items": [[0, "Intro"], [45, "Demo"]]}),
    ],
)
def test_chapters(text: str, slots: dict[str, Any]) -> None:
    assert ops(text) == [{"op": "chapters", **slots}]


def test_chapters_are_removed_where_there_are_any() -> None:
    assert ops("remove the chapters", replace(ONE, chapters=("Intro",))) == [{"op": "chapters", "remove": True}]
    assert names("remove the chapters") == ["clarify"]


def test_a_chapter_beyond_the_end_is_asked_about() -> None:
    assert names("add a chapter 'Demo' at 5:00") == ["clarify"]
