"""What a draft holds only where something was done: it comes back as it went, and nothing else comes in."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.engine.timeline.draft import DraftError, dump, load
from bot.engine.timeline.model import (
    Box,
    Chapter,
    Cover,
    Heard,
    Library,
    Look,
    Overlay,
    Segment,
    Subtitles,
    Timeline,
    Word,
    Zoom,
)
from bot.engine.timeline.ops import MusicOp
from tests.engine.timeline.footage import LIBRARY, PHOTO, TALK, VLOG, after, timeline_of

MEDIA = Library(LIBRARY.media)
LOOK = Look(
    stabilize=True, left=10, right=20, top=30, bottom=40, rotate=90, flip_across=True, flip_down=True, brightness=-5,
    contrast=10, saturation=-100, temperature=100, preset="teal_orange", bw=True, sharpen=50, vignette=True, grain=True,
    covers=(Cover("blur"), Cover("pixelate", 80, (Box(0, 100, 100, 200, 300), Box(500, 0, 0, 1000, 1000)))),
    zoom=Zoom(0, 4_000, 100, 150, 250, 750), follow=((0, 500, 500), (1_000, 300, 400)),
)  # fmt: skip


def _full() -> Timeline:
    timeline = after(timeline_of(TALK, VLOG, PHOTO), MusicOp(file="song"))
    first, second, third = timeline.segments
    card = Segment("s9", "c9", "", "", "card", 0, 3_000, color="#102030")
    first = replace(first, look=LOOK, denoise=True, sound_late=500)
    second = replace(second, reverse=True, sound_early=250)
    held = Segment("s8", "c8", "talk", "talk.mp4", "video", 29_000, 34_000, freeze=True)
    return replace(
        timeline,
        segments=(card, first, second, third, held),
        music=tuple(replace(one, role="effect", duck=20, denoise=True) for one in timeline.music),
        overlays=(
            Overlay("o1", "photo", "photo.jpg", "image", 0, 5_000, 0, "left", 50, 70, 0, (0, 0, 500, 1000), 2.0, LOOK),
        ),
        chapters=(Chapter("h1", 0, "One"), Chapter("h2", 2_000, "Zwei 二")),
        heard=(Heard("talk", ((1_000, 4_000),), (Word(1_000, 1_300, "Hello"), Word(1_300, 1_300, "世界"))),),
        subtitles=Subtitles(False, "zh", "top", "#ffff00", 120, outline=False, box=True, karaoke=True, uppercase=True),
        loudness=-14.0,
        timecode="top-right",
        progress_bar=True,
        letterbox=239,
    )


def test_everything_comes_back() -> None:
    draft = json.loads(json.dumps(dump(_full())))
    assert load(draft, MEDIA) == _full()
    assert dump(load(draft, MEDIA)) == draft


def test_a_timeline_without_any_of_it_says_nothing_of_it() -> None:
    draft = dump(timeline_of(TALK))
    assert set(draft["t"][0]["sg"][0]) == {
        "id", "c", "r", "n", "k", "s", "d", "a", "b", "sp", "kp", "vo", "mu", "tr"
    }  # fmt: skip
    assert set(draft["m"]) == {"w", "h", "fn", "fd", "ft", "vo", "fi", "fo"}


def _set(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(draft: dict[str, Any]) -> None:
        node: Any = draft
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = to

    return change


_FIRST = ("t", 0, "sg", 1)
HOSTILE = [
    (_set("t", 0, "sg", 0, "r", to="talk"), "segment 0"),
    (_set("t", 0, "sg", 0, "cl", to="black;drawtext"), "segment 0"),
    (_set(*_FIRST, "se", to=10_001), "segment 1"),
    (_set(*_FIRST, "dn", to=False), "segment 1"),
    (_set(*_FIRST, "lk", to={}), "segment 1"),
    (_set(*_FIRST, "lk", "zz", to=1), "segment 1 lk"),
    (_set(*_FIRST, "lk", "br", to=101), "segment 1"),
    (_set(*_FIRST, "lk", "l", to=990), "segment 1"),
    (_set(*_FIRST, "lk", "ro", to=45), "segment 1 lk ro"),
    (_set(*_FIRST, "lk", "ps", to="eq=gamma=9"), "segment 1 lk ps"),
    (_set(*_FIRST, "lk", "zm", "t", to=401), "segment 1"),
    (_set(*_FIRST, "lk", "zm", to={"a": 0}), "segment 1 lk zm"),
    (_set(*_FIRST, "lk", "cv", to=[{}]), "segment 1 lk cv 0"),
    (_set(*_FIRST, "lk", "cv", 1, "b", 0, to=[0, 900, 0, 200, 10]), "segment 1"),
    (_set(*_FIRST, "lk", "fo", to=[[5, 1, 1], [1, 1, 1]]), "segment 1"),
    (_set(*_FIRST, "lk", "fo", to=[[5, 1]]), "segment 1 lk fo 0"),
    (_set("t", 0, "sg", 4, "a", to=30_000), "segment 4"),
    (_set("t", 1, "sg", 0, "du", to=101), "music 0"),
    (_set("t", 2, "sg", 0, "r", to="nobody"), "overlay 0"),
    (_set("t", 2, "sg", 0, "z", to=0), "overlay 0"),
    (_set("t", 2, "sg", 0, "p", to="everywhere"), "overlay 0 p"),
    (_set("t", 3, "sg", 0, "tx", to="a\x00"), "chapter 0"),
    (_set("t", 3, "sg", 0, "s", to=10**8), "chapter 0"),
    (_set("t", 4, "sg", 0, "r", to="nobody"), "heard 0"),
    (_set("t", 4, "sg", 0, "w", 0, to=[1, 0, "x"]), "heard 0"),
    (_set("t", 4, "sg", 0, "sp", to=[[4, 1]]), "heard 0"),
    (_set("t", 4, "sg", 0, "w", 0, to=[1, 2]), "heard 0 w 0"),
    (_set("m", "lu", to=0.0), "m"),
    (_set("m", "lb", to=50), "m"),
    (_set("m", "tc", to="middle"), "m tc"),
    (_set("m", "sb", "l", to="x" * 11), "m"),
    (_set("m", "sb", "c", to="red;x"), "m"),
]


@pytest.mark.parametrize(("change", "where"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_extras(change: Callable[[dict[str, Any]], None], where: str) -> None:
    draft = copy.deepcopy(dump(_full()))
    change(draft)
    with pytest.raises(DraftError) as caught:
        load(draft, MEDIA)
    assert caught.value.where == where
