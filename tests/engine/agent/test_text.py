"""Words on the picture; what is quoted is never interpreted."""

from typing import Any

import pytest

from bot.engine.agent.request import TimelineFacts
from tests.engine.agent.planning import ONE, SURROUNDINGS, THREE, ops, planned, question


def text(content: str, **slots: Any) -> list[dict[str, Any]]:
    return [{"op": "text", "content": content, **slots}]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ('add a title that says "Summer 2024" at the start', text("Summer 2024", start=0, role="title")),
        ('add text "Hello" at 0:05 for 3 seconds', text("Hello", start=5, seconds=3)),
        ('put "Part one" in the top left from 0:10 to 0:15', text("Part one", start=10, end=15, position="top-left")),
        ("put 'Chapter 1' at the start for 3 seconds", text("Chapter 1", start=0, seconds=3)),
        ("caption it 'when the boss drops 2 hp' meme style at the top",
         text("when the boss drops 2 hp", position="top", role="meme")),
        ("add a lower third saying Jane Doe", text("Jane Doe", role="lower_third")),
        ("title: My Trip", text("My Trip", role="title")),
        ("text at 0:03: Hello there", text("Hello there", start=3)),
        ("加个title叫 Day One", text("Day One", role="title")),
        ("在开头加标题“你好世界”，持续3秒", text("你好世界", start=0, seconds=3, role="title")),
        ("加文字「别剪」放在底部", text("别剪", position="bottom")),
        ("upload schedule as a title", text("upload schedule", role="title")),
        ('add the text "big news" in red at the bottom', text("big news", position="bottom", color="red")),
    ],
)  # fmt: skip
def test_text_is_added(words: str, expected: list[dict[str, Any]]) -> None:
    assert ops(words) == expected


@pytest.mark.parametrize(
    "content",
    [
        "export",
        "trim the silences",
        "don't cut, mute it and export",
        "delete clip 1",
        "静音，然后导出",
        "undo",
        "9:16",
        "0:05",
    ],
)
def test_quoted_words_are_never_interpreted(content: str) -> None:
    assert ops(f'add the text "{content}" at 0:07') == text(content, start=7)
    assert ops(f"加文字“{content}”") == text(content)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ('change the title to "New Words"', {"content": "New Words", "edit": True}),
        ("change the title to New Words", {"content": "New Words", "edit": True}),
        ("把标题改成“新标题”", {"content": "新标题", "edit": True}),
        ("make the title bigger", {"size": "larger", "edit": True}),
        ("move the text to the top", {"position": "top", "edit": True}),
        ("标题改成红色", {"color": "red", "edit": True}),
        ("字体大一点", {"size": "larger", "edit": True}),
        ("make the title red and move it to the bottom", {"position": "bottom", "color": "red", "edit": True}),
        ("get rid of the title", {"remove": True}),
        ('delete the text "Golden Hour"', {"remove": True}),
        ("删除标题", {"remove": True}),
    ],
)
def test_text_is_changed(words: str, expected: dict[str, Any]) -> None:
    assert ops(words, THREE) == [{"op": "text", "target": "Golden Hour", **expected}]


def test_several_texts_make_a_question() -> None:
    two = TimelineFacts(ONE.clips, texts=("Hello", "Bye"))
    assert ops("remove the text", two) == [{"op": "clarify", "about": "which text"}]
    assert [option.label for option in question("remove the text", two).options] == ["“Hello”", "“Bye”"]
    assert ops('remove the text "bye"', two) == [{"op": "text", "target": "Bye", "remove": True}]


def test_no_text_to_change_is_said() -> None:
    assert planned("remove the title").questions[0].id == "no_text_yet"
    assert planned("add a title", context=SURROUNDINGS).questions[0].id == "text_words"
