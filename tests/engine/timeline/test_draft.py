"""The draft: everything is in it, and nothing hostile comes through."""

import copy
import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.engine.timeline.draft import DRAFT_VERSION, DraftError, dump, load
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import (
    Aspect,
    CutRange,
    EditOp,
    FadeOp,
    MusicOp,
    Mute,
    Reorder,
    Resize,
    Speed,
    Split,
    TextOp,
    TransitionOp,
    TrimEnd,
    TrimSilence,
    TrimStart,
    Volume,
)
from tests.engine.timeline.footage import DEMO, LIBRARY, PHOTO, TALK, VLOG, after, timeline_of

MEDIA = Library(LIBRARY.media)
FULL = after(
    timeline_of(TALK, PHOTO, VLOG),
    TrimSilence(),
    TransitionOp(),
    Speed(factor=1.25, clip=3),
    TextOp(content='Paradise "Found"\n{[<>]}, 天堂 🎬', color="gold", end=3),
    TextOp(content="Jane", role="lower_third", start=5),
    MusicOp(file="song", start=2),
    Mute(target="music", start=6, end=7),
    Mute(start=8, end=9, target="video"),
    FadeOp(kind="both", color="white"),
    Volume(percent=90),
    Aspect(ratio="9:16"),
)


def test_the_public_keys() -> None:
    draft = dump(after(timeline_of(TALK), TextOp(content="Paradise Found"), MusicOp(file="song", volume=35)))
    assert draft["v"] == DRAFT_VERSION == 1
    assert draft["d"] == 30_000
    assert [track["tt"] for track in draft["t"]] == [0, 1, 7]
    video, music, text = (track["sg"][0] for track in draft["t"])
    assert (video["n"], video["s"], video["d"], video["vo"]) == ("talk.mp4", 0, 30_000, 100)
    assert (music["n"], music["s"], music["d"], music["vo"]) == ("Lo-Fi Song.mp3", 0, 30_000, 35)
    assert (text["tx"], text["s"], text["d"]) == ("Paradise Found", 0, 3_000)


def test_it_comes_back_the_same_through_json() -> None:
    draft = json.loads(json.dumps(dump(FULL)))
    assert load(draft, MEDIA) == FULL
    assert json.dumps(dump(load(draft, MEDIA))) == json.dumps(draft)


def test_an_empty_timeline_is_no_export() -> None:
    draft = dump(Timeline())
    assert draft["t"] == []
    assert load(draft, MEDIA) == Timeline()


@pytest.mark.parametrize(
    "op",
    [
        TrimStart(seconds=1),
        TrimEnd(seconds=1),
        CutRange(start=1, end=2),
        Split(at=[3]),
        Reorder(order=[2, 1, 3]),
        TransitionOp(remove=True),
        TransitionOp(style="circle"),
        FadeOp(kind="in", seconds=0.5),
        TextOp(content="more"),
        TextOp(target="Jane", color="red"),
        TextOp(target="Jane", position="top"),
        TextOp(target="Jane", size="large"),
        TextOp(target="Jane", fade=False),
        Speed(factor=1.1),
        Speed(factor=1.25, clip=3, keep_pitch=False),
        Volume(percent=10),
        Volume(target="video", percent=10),
        Volume(target="music", percent=10),
        Mute(),
        MusicOp(file="rain"),
        Aspect(ratio="9:16", mode="pad"),
        Resize(height=720),
    ],
)
def test_the_effect_of_every_operation_is_in_it(op: EditOp) -> None:
    changed = after(FULL, op)
    assert changed != FULL
    assert dump(changed) != dump(FULL)
    assert load(dump(changed), MEDIA) == changed


def _at(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(draft: dict[str, Any]) -> None:
        target: Any = draft
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = value

    return change


def _without(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(draft: dict[str, Any]) -> None:
        target: Any = draft
        for key in path[:-1]:
            target = target[key]
        del target[path[-1]]

    return change


def _deep(levels: int) -> Any:
    nested: Any = []
    for _ in range(levels):
        nested = [nested]
    return nested


VIDEO, MUSIC, TEXT = ("t", 0, "sg"), ("t", 1, "sg"), ("t", 2, "sg")

HOSTILE = [
    (_at("v", value=2), "draft v"),
    (_at("v", value=True), "draft v"),
    (_at("v", value="1"), "draft v"),
    (_at("extra", value=1), "draft"),
    (_without("m"), "draft"),
    (_at("m", value=[]), "m"),
    (_at("m", value=_deep(100_000)), "m"),
    (_at("m", "w", value=1_921), "canvas width"),
    (_at("m", "w", value=0), "canvas width"),
    (_at("m", "h", value=10**8), "canvas height"),
    (_at("m", "h", value=10**400), "m h"),
    (_at("m", "fn", value=0), "canvas rate"),
    (_at("m", "fd", value=0), "canvas rate"),
    (_at("m", "fn", value=1_000), "canvas rate"),
    (_at("m", "ft", value="stretch"), "m ft"),
    (_at("m", "vo", value=401), "volume"),
    (_at("m", "vo", value=-1), "volume"),
    (_at("m", "fi", "d", value=10**7), "fades"),
    (_at("m", "fi", "d", value=0), "fade in"),
    (_at("m", "fi", "c", value="black:x=1"), "fade in"),
    (_at("m", "fi", value=5), "m fi"),
    (_at("d", value=5), "draft d"),
    (_at("t", value={}), "t"),
    (_at("t", value=[{}] * 7), "t"),
    (_at("t", 0, "tt", value=3), "track 0"),
    (_at("t", 0, "tt", value=1), "track 1"),
    (_at("t", 0, "tt", value=[]), "track 0 tt"),
    (_at("t", 0, "m", value={}), "track 0"),
    (_at("t", 0, "sg", value=[{}] * 1_000_000), "video track"),
    (_at("t", 0, "sg", value="x" * 100), "video track"),
    (_at("t", 2, "sg", value=[{}] * 201), "text track"),
    (_at("t", 1, "sg", value=[{}] * 21), "music track"),
    (_at("t", 0, "sg", value=[]), "text 0"),
    (_at(*VIDEO, 0, value=None), "segment 0"),
    (_at(*VIDEO, 0, "zz", value=0), "segment 0"),
    (_without(*VIDEO, 0, "mu"), "segment 0"),
    (_at(*VIDEO, 0, "id", value="../../etc/passwd"), "segments"),
    (_at(*VIDEO, 1, "id", value="s1"), "segments"),
    (_at(*VIDEO, 0, "id", value=7), "segment 0 id"),
    (_at(*VIDEO, 0, "r", value="/etc/passwd"), "segment 0"),
    (_at(*VIDEO, 0, "r", value="song"), "segment 0"),
    (_at(*VIDEO, 0, "k", value="image"), "segment 0"),
    (_at(*VIDEO, 0, "k", value="audio"), "segment 0 k"),
    (_at(*VIDEO, 0, "n", value="x" * 301), "segment 0"),
    (_at(*VIDEO, 0, "n", value="\ud800"), "segment 0"),
    (_at(*VIDEO, 0, "a", value=-1), "segment 0"),
    (_at(*VIDEO, 0, "a", value=850.0), "segment 0 a"),
    (_at(*VIDEO, 0, "a", value=True), "segment 0 a"),
    (_at(*VIDEO, 0, "a", value=4_250), "segment 0"),
    (_at(*VIDEO, 2, "b", value=30_001), "segment 2"),
    (_at(*VIDEO, 0, "b", value=math.nan), "segment 0 b"),
    (_at(*VIDEO, 0, "sp", value=math.nan), "segment 0 sp"),
    (_at(*VIDEO, 0, "sp", value=math.inf), "segment 0 sp"),
    (_at(*VIDEO, 0, "sp", value=0), "segment 0"),
    (_at(*VIDEO, 0, "sp", value=-2.0), "segment 0"),
    (_at(*VIDEO, 0, "sp", value=1e300), "segment 0 sp"),
    (_at(*VIDEO, 0, "sp", value=10**400), "segment 0 sp"),
    (_at(*VIDEO, 0, "sp", value="1"), "segment 0 sp"),
    (_at(*VIDEO, 0, "vo", value=1_000), "segment 0"),
    (_at(*VIDEO, 0, "mu", value=0), "segment 0 mu"),
    (_at(*VIDEO, 1, "s", value=0), "segment 1"),
    (_at(*VIDEO, 1, "d", value=1), "segment 1"),
    (_at(*VIDEO, 0, "tr", value={"y": "crossfade", "d": 500, "lo": 0, "li": 0}), "segment 0"),
    (_at(*VIDEO, 1, "tr", "y", value="xfade=custom"), "segment 1 tr y"),
    (_at(*VIDEO, 1, "tr", "d", value=20_000), "segment 1"),
    (_at(*VIDEO, 1, "tr", "d", value=10), "segment 1"),
    (_at(*VIDEO, 1, "tr", "d", value=3_500), "segment 1"),
    (_at(*VIDEO, 1, "tr", "lo", value=251), "segment 1"),
    (_at(*VIDEO, 1, "tr", "li", value=251), "segment 1"),
    (_at(*VIDEO, 1, "tr", "li", value=-1), "segment 1"),
    (_at(*VIDEO, 2, "c", value="c9"), "clips"),
    (_at(*VIDEO, -1, "c", value="c1"), "clips"),
    (_at(*MUSIC, 0, "r", value="talk2"), "music 0"),
    (_at(*MUSIC, 0, "r", value="demo"), "music 0"),
    (_at(*MUSIC, 0, "s", value=-5), "music 0"),
    (_at(*MUSIC, 0, "d", value=0), "music 0"),
    (_at(*MUSIC, 0, "d", value=10**8), "music 0"),
    (_at(*MUSIC, 0, "a", value=7_000), "music 0"),
    (_at(*MUSIC, 0, "a", value=-1), "music 0"),
    (_at(*MUSIC, 0, "fo", value=60_000), "music 0"),
    (_at(*MUSIC, 0, "fi", value=-1), "music 0"),
    (_at(*MUSIC, 0, "vo", value=-1), "music 0"),
    (_at(*MUSIC, 1, "id", value="m1"), "music"),
    (_at(*TEXT, 0, "tx", value="x" * 501), "text 0"),
    (_at(*TEXT, 0, "tx", value=" "), "text 0"),
    (_at(*TEXT, 0, "tx", value="a\x00b"), "text 0"),
    (_at(*TEXT, 0, "tx", value="a\ud83d"), "text 0"),
    (_at(*TEXT, 0, "tx", value=["a"]), "text 0 tx"),
    (_at(*TEXT, 0, "p", value="middle"), "text 0 p"),
    (_at(*TEXT, 0, "p", value=["center"]), "text 0 p"),
    (_at(*TEXT, 0, "c", value="#FFF"), "text 0"),
    (_at(*TEXT, 0, "z", value=5_000), "text 0"),
    (_at(*TEXT, 0, "ro", value=None), "text 0 ro"),
    (_at(*TEXT, 0, "fa", value=1_501), "text 0"),
    (_at(*TEXT, 0, "s", value=10**8), "text 0"),
    (_at(*TEXT, 1, "id", value="t1"), "texts"),
]


@pytest.mark.parametrize(("change", "where"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_drafts(change: Callable[[dict[str, Any]], None], where: str) -> None:
    draft = copy.deepcopy(dump(FULL))
    change(draft)
    with pytest.raises(DraftError) as caught:
        load(draft, MEDIA)
    assert caught.value.where == where
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("data", [None, 1, "{}", [], [[]], {}, {"t": []}, b"{}", math.nan, _deep(100_000), {1: 2}])
def test_what_is_no_draft_at_all(data: object) -> None:
    with pytest.raises(DraftError):
        load(data, MEDIA)


def test_media_that_is_gone_or_shorter_now() -> None:
    with pytest.raises(DraftError):
        load(dump(FULL), Library({}))
    with pytest.raises(DraftError):
        load(dump(FULL), Library({**MEDIA.media, "talk": replace(TALK, duration_ms=1_000)}))


def test_nothing_of_what_was_posted_comes_back_in_the_words() -> None:
    draft = dump(timeline_of(DEMO))
    draft["t"][0]["sg"][0]["r"] = "secret-token"
    draft["t"][0]["sg"][0]["n"] = "@everyone"
    with pytest.raises(DraftError) as caught:
        load(draft, MEDIA)
    assert str(caught.value) == "segment 0 uses media that is not there"
