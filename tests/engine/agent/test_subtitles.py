"""Subtitles: added, styled, changed, removed, as files; and text that only sounds like them."""

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.agent.request import Context
from tests.engine.agent.planning import ONE, names, ops, planned, question

WITH = replace(ONE, has_subtitles=True)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("add captions", {}),
        ("can you add subs?", {}),
        ("caption this video", {}),
        ("subtitle it", {}),
        ("自动加字幕", {}),
        ("generate captions and burn them in", {"burn": True}),
        ("add soft subtitles", {"burn": False}),
        ("烧录字幕", {"burn": True}),
        ("加软字幕", {"burn": False}),
        ("add captions but don't burn them in", {"burn": False}),
        ("加字幕但不要烧录", {"burn": False}),
        ("don't add music, only captions", {}),
        ("tiktok style captions", {}),
        ("I need the subtitles as a VTT file", {"format": "vtt"}),
        ("export the captions as srt", {"format": "srt"}),
        ("Generate subtitles for this and give them to me as an SRT file", {"format": "srt"}),
        ("导出srt字幕文件", {"format": "srt"}),
        ("write me a transcript", {"format": "txt"}),
        ("transcribe it", {"format": "txt"}),
        ("把说的内容转成文字稿", {"format": "txt"}),
        ("add English subtitles", {"lang": "en"}),
        ("subtitles in French", {"lang": "fr"}),
        ("配上中文字幕", {"lang": "zh"}),
        ("add subtitles translated to Spanish", {"translate_to": "es"}),
        ("加字幕，翻译成英文", {"translate_to": "en"}),
        ("add yellow captions at the top", {"color": "yellow", "position": "top"}),
        ("subs in white with black outline, bottom", {"color": "white", "outline": True, "position": "bottom"}),
        ("add big yellow subtitles with a black box", {"color": "yellow", "size": "large", "box": True}),
        ("字幕用白字黑边放底部", {"color": "white", "outline": True, "position": "bottom"}),
        ("karaoke style captions", {"karaoke": True}),
        ("add captions that highlight each word", {"karaoke": True}),
        ("加逐字高亮的字幕", {"karaoke": True}),
        ("add captions in all caps", {"uppercase": True}),
    ],
)
def test_subtitles_are_made(text: str, slots: dict[str, Any]) -> None:
    assert ops(text) == [{"op": "subtitle", **slots}]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("bigger subs pls i cant read them on my phone", {"size": "larger", "edit": True}),
        ("make the captions white on a black box", {"color": "white", "box": True, "edit": True}),
        ("move the subtitles to the top", {"position": "top", "edit": True}),
        ("字幕大一点", {"size": "larger", "edit": True}),
        ("字幕放到上面，改成黄色", {"position": "top", "color": "yellow", "edit": True}),
        ("translate the subtitles into German", {"translate_to": "de", "edit": True}),
        ("in the subtitles change 'teh' to 'the'", {"find": "teh", "replace": "the", "edit": True}),
        ("把字幕里的“张山”改成“张三”", {"find": "张山", "replace": "张三", "edit": True}),
        ("captions at the top instead", {"position": "top", "edit": True}),
        ("字幕往上移", {"position": "top", "edit": True}),
        ("add an outline to the captions", {"outline": True, "edit": True}),
        ("remove the captions", {"remove": True}),
        ("subtitles删掉", {"remove": True}),
        ("turn off the subtitles", {"remove": True}),
    ],
)
def test_subtitles_are_changed(text: str, slots: dict[str, Any]) -> None:
    made = ops(text, WITH)
    assert [sorted(op.items()) for op in made] == [sorted({"op": "subtitle", **slots}.items())]


def test_words_of_a_file() -> None:
    there = Context(has_speech=True, attachments=("lines.srt",))
    assert ops("use lines.srt as the subtitles", ONE, there) == [{"op": "subtitle", "file": "lines.srt"}]


def test_where_there_are_none_yet() -> None:
    assert [o.ops[0].op for o in question("make the captions yellow").options] == ["subtitle"]
    assert names("remove the subtitles") == ["clarify"]
    assert names("no subtitles, just trim the pauses") == ["trim_silence"]


def test_one_language_at_a_time() -> None:
    options = question("add subtitles in English & Spanish").options
    assert [o.label for o in options] == ["English", "Español"]
    assert names("make bilingual English + Chinese subtitles") == ["unsupported"]


@pytest.mark.parametrize("text", ["subtitles", "captions", "字幕"])
def test_the_bare_word_is_offered(text: str) -> None:
    made = planned(text)
    assert [op.op for op in made.ops] == ["clarify"]
    assert [op.op for op in made.offered] == ["subtitle"]


@pytest.mark.parametrize(
    "text",
    [
        "captions.srt", "字幕.srt", "caption 1", "addSubtitles", "caption box", "clean subtitle", "Caption text",
        "caption it 'me on mondays'", "how do I add subtitles?", "don't add subtitles",
        "Draft subtitles and a short social media caption based on the dialogue", "subscribe to my channel",
    ],
)  # fmt: skip
def test_none_are_made(text: str) -> None:
    assert "subtitle" not in names(text, ONE)
