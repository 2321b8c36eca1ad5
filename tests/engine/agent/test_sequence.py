"""Places are those of the timeline that the asker sees, whatever comes first in the sentence."""

from typing import Any

import pytest

from bot.engine.agent.check import check
from bot.engine.agent.plan import as_asked
from bot.engine.agent.sequence import in_turn
from bot.engine.timeline.apply import append_media, apply
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Library, MediaItem, Timeline
from bot.engine.timeline.ops import (
    Blur,
    Bw,
    CutRange,
    DeleteClip,
    Duplicate,
    Freeze,
    Gif,
    KeepRange,
    Loop,
    Mute,
    Op,
    PictureInPicture,
    RemoveFiller,
    Rotate,
    Speed,
    Split,
    SplitScreen,
    TextOp,
    Thumbnail,
    TrimEnd,
    TrimSilence,
    TrimStart,
    ZoomOp,
)  # fmt: skip
from tests.engine.agent.planning import ONE, SURROUNDINGS, THREE, names, ops


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("delete clip 1 and mute clip 3",
         [{"op": "delete_clip", "clip": 1}, {"op": "mute", "target": "all", "clip": 2}]),
        ("delete the intro clip and move sunset to the front",
         [{"op": "delete_clip", "clip": 1}, {"op": "reorder", "order": [2, 1]}]),
        ("trim the first 5 seconds and cut 0:30 to 0:45",
         [{"op": "trim_start", "seconds": 5}, {"op": "cut_range", "start": 25, "end": 40}]),
        ("cut 0:30 to 0:40 and 0:50 to 1:00",
         [{"op": "cut_range", "start": 30, "end": 40}, {"op": "cut_range", "start": 50, "end": 60}]),
        ("cut 0:10 to 0:20 and mute 0:30 to 0:40",
         [{"op": "cut_range", "start": 10, "end": 20}, {"op": "mute", "target": "all", "start": 20, "end": 30}]),
        ("speed it up 2x and cut 0:30 to 0:40",
         [{"op": "speed", "factor": 2}, {"op": "cut_range", "start": 15, "end": 20}]),
        ("trim the silences and cut 0:30 to 0:45",
         [{"op": "cut_range", "start": 30, "end": 45}, {"op": "trim_silence"}]),
        ("trim the first 5 seconds and add the title 'x' at the start",
         [{"op": "trim_start", "seconds": 5}, {"op": "text", "content": "x", "start": 0, "role": "title"}]),
    ],
)  # fmt: skip
def test_later_places_are_moved_by_what_went_before(text: str, expected: list[dict[str, Any]]) -> None:
    assert ops(text, THREE) == expected


def test_the_evaluation_sees_the_places_as_they_were_meant() -> None:
    made = as_asked("trim the first 5 seconds and cut 0:30 to 0:45", ONE, SURROUNDINGS)
    assert made.ops == (TrimStart(seconds=5), CutRange(start=30, end=45))


def test_the_main_job_keeps_its_order() -> None:
    assert names("trim the silences, add transitions, and export") == ["trim_silence", "transition", "export"]


FOOTAGE = MediaItem("m", "gameplay.mp4", "video", 120_000, 1920, 1080, has_sound=True)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((TrimStart(seconds=5), Gif(start=10, end=15)), (TrimStart(seconds=5), Gif(start=5, end=10))),
        ((CutRange(start=10, end=20), Thumbnail(at=30)), (CutRange(start=10, end=20), Thumbnail(at=20))),
        ((DeleteClip(clip=1), Bw(except_clips=[3])), (DeleteClip(clip=1), Bw(except_clips=[2]))),
        ((PictureInPicture(clip=2), Rotate(degrees=90, clip=3)),
         (PictureInPicture(clip=2), Rotate(degrees=90, clip=2))),
        ((PictureInPicture(clip=2), Blur(start=60, end=70)), (PictureInPicture(clip=2), Blur(start=18, end=28))),
        ((Duplicate(clip=1), Mute(clip=2)), (Duplicate(clip=1), Mute(clip=3))),
        ((Duplicate(clip=1), Mute(start=20, end=30)), (Duplicate(clip=1), Mute(start=28, end=38))),
        ((Loop(clip=1, times=3), Mute(clip=2)), (Loop(clip=1, times=3), Mute(clip=4))),
        ((Loop(clip=1, times=3), Mute(start=10, end=20)), (Loop(clip=1, times=3), Mute(start=26, end=36))),
        ((Loop(times=2), Mute(start=10, end=20)), (Loop(times=2), Mute(start=10, end=20))),
        ((Freeze(at=10, seconds=3), TextOp(content="x", start=20)),
         (Freeze(at=10, seconds=3), TextOp(content="x", start=23))),
        ((Freeze(at=30), Mute(start=10, end=20)), (Freeze(at=30), Mute(start=10, end=20))),
        ((RemoveFiller(), CutRange(start=10, end=20)), (CutRange(start=10, end=20), RemoveFiller())),
        ((DeleteClip(clip=1), SplitScreen(clips=[2, 3])), (DeleteClip(clip=1), SplitScreen(clips=[1, 2]))),
    ],
)  # fmt: skip
def test_places_and_clips_of_every_operation_are_moved(given: tuple[Op, ...], expected: tuple[Op, ...]) -> None:
    assert in_turn(given, THREE) == expected


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (Blur(start=100, end=110), "beyond_end"), (Gif(start=70, end=95), "end_beyond"),
        (ZoomOp(kind="in", start=9, end=3), "backwards"), (Bw(start=4, end=4), "empty_range"),
        (Thumbnail(at=81), "beyond_end"), (Bw(except_clips=[4]), "no_clip"), (SplitScreen(clips=[1, 5]), "no_clip"),
        (Rotate(degrees=90, clip=9), "no_clip"),
    ],
)  # fmt: skip
def test_places_and_clips_of_every_operation_are_held_against_the_timeline(given: Op, asked: str) -> None:
    found = check([given], THREE, SURROUNDINGS)
    assert found is not None
    assert found.id == asked
    for option in found.options:
        assert check(option.ops, THREE, SURROUNDINGS) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((TrimStart(seconds=10), CutRange(start=30, end=40)), ((10, 30), (40, 120))),
        ((CutRange(start=30, end=40), TrimStart(seconds=10)), ((10, 30), (40, 120))),
        ((TrimEnd(seconds=20), CutRange(start=50, end=60)), ((0, 50), (60, 100))),
        ((CutRange(start=10, end=20), CutRange(start=30, end=40), Mute(), CutRange(start=60, end=70)),
         ((0, 10), (20, 30), (40, 60), (70, 120))),
        ((KeepRange(start=20, end=100), CutRange(start=30, end=40)), ((20, 30), (40, 100))),
        ((Split(at=[50]), CutRange(start=60, end=70)), ((0, 60), (70, 120))),
        ((Speed(factor=2), CutRange(start=60, end=70)), ((0, 60), (70, 120))),
        ((CutRange(start=30, end=40), TextOp(content="x", start=50, end=55)), ((0, 30), (40, 120))),
    ],
)  # fmt: skip
def test_what_is_left_of_the_footage_is_what_was_meant(
    given: tuple[Op, ...], kept: tuple[tuple[int, int], ...]
) -> None:
    library = Library({"m": FOOTAGE})
    made = apply(append_media(Timeline(), FOOTAGE), in_turn(given, ONE), library).timeline  # type: ignore[arg-type]  # all of them are edits
    spans: list[list[int]] = []
    for segment in made.segments:
        if spans and spans[-1][1] == segment.start:
            spans[-1][1] = segment.end
        else:
            spans.append([segment.start, segment.end])
    assert [(a / 1000, b / 1000) for a, b in spans] == [(float(a), float(b)) for a, b in kept]
    assert duration_ms(made) > 0


def test_pauses_go_last_only_where_a_place_is_named() -> None:
    assert in_turn((TrimSilence(), Mute()), ONE) == (TrimSilence(), Mute())
    assert in_turn((TrimSilence(), CutRange(start=1, end=2), Mute()), ONE) == (
        CutRange(start=1, end=2),
        TrimSilence(),
        Mute(),
    )


def test_title_cards_go_in_behind_what_counts_seconds_or_clips() -> None:
    card = TextOp(content="Hi", role="title_card", start=0)
    cut, mute, trim = CutRange(start=10, end=20), Mute(clip=2), TrimStart(seconds=5)
    assert in_turn((card, cut, mute), THREE) == (cut, mute, card)
    assert in_turn((card, trim), ONE) == (trim, card)
    red = TextOp(target="Hi", edit=True, color="red", start=1)
    assert in_turn((card, Mute(), red), ONE) == (card, Mute(), red), "not behind what is done to the card itself"
