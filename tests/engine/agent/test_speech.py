"""By what is said: fillers, passages, words; and what shows nothing."""

from typing import Any

import pytest

from tests.engine.agent.planning import ONE, names, ops


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("can u take out all the umms and uhhs", {}),
        ("remove the filler words", {}),
        ("remove filler words like 'you know' and 'basically'", {"words": ["you know", "basically"]}),
        ("delete every 'like' and 'you know'", {"words": ["like", "you know"]}),
        ("cut out every time I say 'literally'", {"words": ["literally"]}),
        ("cut the ums", {}),
        ("take the likes and ums out", {"words": ["um", "uh", "like"]}),
        ("remove um and uh", {}),
        ('cut "um", "uh" and "like"', {"words": ["um", "uh", "like"]}),
        ('delete all the "you know"s', {"words": ["you know"]}),
        ("去掉口头禅", {}),
        ("把“嗯”“啊”这些口头禅剪掉", {}),
        ("去掉“那个”“然后”这些口头禅", {"words": ["那个", "然后"]}),
    ],
)
def test_fillers(text: str, slots: dict[str, Any]) -> None:
    assert ops(text) == [{"op": "remove_filler", **slots}]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("cut the part where he says 'the price'", {"words": "the price"}),
        ("cut every part where he says hello", {"words": "hello"}),
        ("remove the bit where the speaker mentions pricing", {"words": "pricing"}),
        ("keep only the part where she talks about 'funding'", {"words": "funding", "keep": True}),
        ("keep only the part about pricing", {"words": "pricing", "keep": True}),
        ("cut from 'so anyway' to 'back to work'", {"words": "so anyway", "until": "back to work"}),
        ("remove everything about politics", {"words": "politics"}),
        ("keep only what he says about pricing", {"words": "pricing", "keep": True}),
        ("剪掉他说到价格的那段", {"words": "价格"}),
        ("把说“你好”的那句删掉", {"words": "你好"}),
        ("只保留讲产品的部分", {"words": "产品", "keep": True}),
    ],
)
def test_passages(text: str, slots: dict[str, Any]) -> None:
    assert ops(text) == [{"op": "cut_words", **slots}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("remove the black frames", {"op": "cut_seen", "what": "black"}),
        ("去掉黑屏的部分", {"op": "cut_seen", "what": "black"}),
        ("cut out the frozen parts", {"op": "cut_seen", "what": "frozen"}),
        ("删掉卡住的画面", {"op": "cut_seen", "what": "frozen"}),
        ("where does he say 'budget'?", {"op": "report", "what": "words", "words": "budget"}),
        ("where does she mention the budget?", {"op": "report", "what": "words", "words": "budget"}),
        ("他什么时候说到预算的地方？", {"op": "report", "what": "words", "words": "预算"}),
        ("在哪里提到了预算？", {"op": "report", "what": "words", "words": "预算"}),
        ("how loud is it?", {"op": "report", "what": "loudness"}),
        ("list the scenes", {"op": "report", "what": "shots"}),
        ("where are the pauses?", {"op": "report", "what": "pauses"}),
        ("are there any black frames?", {"op": "report", "what": "black"}),
        ("what does he say?", {"op": "report", "what": "transcript"}),
    ],
)
def test_what_is_seen_and_told(text: str, expected: dict[str, Any]) -> None:
    assert ops(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "remove the black bars", "make it black and white", "fade to black", "去掉上下黑边",
        "when he says hello, cut to the second camera", "cut everything after he says goodbye",
        "list all projects and open the one called 'My Film'", "describe what happens in each scene",
        "cut out any part where he is talking about any dish that isn't about the chicken",
        "add a title when he says hello", "remove the retakes", "how loud should music be?", "去掉字幕里的口语词",
    ],
)  # fmt: skip
def test_none_of_them(text: str) -> None:
    assert not {"remove_filler", "cut_words", "cut_seen", "report"} & set(names(text, ONE))
