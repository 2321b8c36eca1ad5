"""trim_silence: pauses go, words stay. The talk's pauses: 0-1, 4-6, 12-20, 28-30 s; 150 ms stay ahead of a word,
250 ms after it (`bot.engine.hearing.pauses`).
"""

from typing import Any

import pytest

from bot.engine.timeline.model import Library, MediaItem, Timeline
from bot.engine.timeline.ops import (
    CutRange,
    EditOp,
    Mute,
    Speed,
    Split,
    TextOp,
    TransitionOp,
    TrimSilence,
    Volume,
)
from tests.engine.timeline.footage import (
    DEMO,
    LIBRARY,
    PHOTO,
    TALK,
    VLOG,
    after,
    cores,
    points,
    refused,
    seconds,
    spoken,
    timeline_of,
    told,
    transitions,
)

ONE = timeline_of(TALK)
TRIMMED = [(850, 4_250), (5_850, 12_250), (19_850, 28_250)]


def test_pauses_go_with_their_margins_kept() -> None:
    assert points(after(ONE, TrimSilence())) == TRIMMED
    assert told(ONE, TrimSilence()).facts == {
        "pauses": 4, "removed_ms": 11_800, "before_ms": 30_000, "after_ms": 18_200,
    }  # fmt: skip


def test_every_word_is_whole() -> None:
    assert spoken(after(ONE, TrimSilence())) == [("talk", start, end) for start, end in LIBRARY.speech["talk"]]


@pytest.mark.parametrize(
    "ops",
    [
        (),
        (Split(at=[7.5]), TransitionOp()),
        (Mute(start=3, end=8),),
        (Speed(factor=2),),
        (CutRange(start=3, end=8), TransitionOp(seconds=2)),
    ],
)
def test_a_second_run_removes_nothing(ops: tuple[EditOp, ...]) -> None:
    once = after(ONE, *ops, TrimSilence(), TransitionOp())
    assert after(once, TrimSilence()) == once
    assert told(once, TrimSilence()).facts["pauses"] == 0


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (TrimSilence(min_seconds=1.5), [(0, 4_250), (5_850, 12_250), (19_850, 28_250)]),
        (TrimSilence(min_seconds=5), [(0, 12_250), (19_850, 30_000)]),
        (TrimSilence(min_seconds=0.3), [(910, 4_150), (5_910, 9_150), (9_210, 12_150), (19_910, 28_150)]),
        (TrimSilence(except_ranges=[(12, 16)]), [(850, 4_250), (5_850, 16_000), (19_850, 28_250)]),
        (TrimSilence(except_ranges=[(14, 16)]), [(850, 4_250), (5_850, 12_250), (14_000, 16_000), (19_850, 28_250)]),
        (TrimSilence(except_ranges=[(0, 30)]), [(0, 30_000)]),
    ],
)
def test_what_counts_as_a_pause(op: TrimSilence, expected: list[tuple[int, int]]) -> None:
    assert points(after(ONE, op)) == expected


def test_a_pause_is_as_long_as_it_is_heard() -> None:
    """At four times the speed a pause of two seconds lasts half a second, and one of 1.5 s is no pause."""
    fast = after(ONE, Speed(factor=4))
    assert points(after(fast, TrimSilence())) == [(0, 4_250), (5_850, 12_250), (19_850, 28_250)]
    slow = after(ONE, Speed(factor=0.5))  # 0.3 s from 9 to 9.3 become 0.6
    assert len(points(after(slow, TrimSilence()))) == 4


def test_only_the_clip_that_is_named() -> None:
    two = after(ONE, Split(at=[8]))
    trimmed = after(two, TrimSilence(clip=2))
    assert told(two, TrimSilence(clip=2)).facts["clip"] == 2
    assert cores(trimmed) == [
        ("c1", "talk", 0, 8_000),
        ("c2", "talk", 8_000, 12_250),
        ("c2", "talk", 19_850, 28_250),
    ]


def test_footage_in_which_nobody_speaks_is_left_alone() -> None:
    mixed = timeline_of(DEMO, TALK, PHOTO)
    trimmed = after(mixed, TrimSilence())
    assert [one.media for one in trimmed.segments] == ["demo", "talk", "talk", "talk", "photo"]
    assert seconds(trimmed) == 8 + 18.2 + 5


def test_a_clip_that_is_all_pause_goes() -> None:
    parts = after(ONE, Split(at=[13, 19]))
    assert [clip for clip, *_ in cores(after(parts, TrimSilence()))] == ["c1", "c1", "c3"]


def test_a_boundary_that_nobody_sees_parts_no_pause() -> None:
    """The volume changes in the middle of a pause: one pause, not two, and one join."""
    parted = after(ONE, Mute(start=15, end=22))
    assert told(parted, TrimSilence()).facts["pauses"] == 4
    trimmed = after(parted, TrimSilence(), TransitionOp())
    assert transitions(trimmed) == [(500, 250, 250), (500, 250, 250), None]


def test_a_cut_inside_a_pause_before() -> None:
    """What is left of a pause that somebody cut into goes as well, its margins stay."""
    cut = after(ONE, CutRange(start=14, end=18))
    assert points(after(cut, TrimSilence())) == TRIMMED


def test_transitions_at_clips_stay() -> None:
    joined = after(timeline_of(VLOG, TALK), TransitionOp(style="wipe_left"))
    trimmed = after(joined, TrimSilence())
    first = trimmed.segments[1].transition
    assert first is not None
    assert first.style == "wipe_left"
    assert seconds(trimmed) == 28.2 - first.overlap / 1000


def test_texts_move_with_the_words() -> None:
    titled = after(ONE, TextOp(content="at six", start=6, end=9))
    text = after(titled, TrimSilence()).texts[0]
    assert (text.start, text.end) == (3_550, 6_550)  # 3.4 s of the first words, 0.15 s ahead of the second


@pytest.mark.parametrize(
    ("timeline", "library", "op", "error"),
    [
        (timeline_of(DEMO), LIBRARY, TrimSilence(), ("no_sound", None, None)),
        (timeline_of(PHOTO), LIBRARY, TrimSilence(), ("no_sound", None, None)),
        (timeline_of(DEMO, TALK), LIBRARY, TrimSilence(clip=1), ("no_sound", 1, None)),
        (ONE, Library(LIBRARY.media, {"talk": ()}), TrimSilence(), ("no_speech", None, None)),
        (ONE, Library(LIBRARY.media, {}), TrimSilence(), ("no_speech", None, None)),
        (ONE, LIBRARY, TrimSilence(clip=2), ("no_clip", 2, 1)),
        (ONE, LIBRARY, TrimSilence(except_ranges=[(40, 50)]), ("beyond_end", 40.0, 30.0)),
    ],
)
def test_refused(timeline: Timeline, library: Library, op: EditOp, error: tuple[Any, ...]) -> None:
    assert refused(timeline, op, library=library) == [error]


def test_a_part_without_words_is_removed_only_where_there_are_words() -> None:
    """Nothing but a pause of the talk: the plan would leave nothing."""
    pause = after(ONE, CutRange(start=0, end=13), CutRange(start=19, end=30))
    assert points(pause) == [(13_000, 19_000)]
    assert refused(pause, TrimSilence()) == [("nothing_left", None, 6.0)]


def test_louder_is_no_join() -> None:
    assert refused(after(ONE, Volume(target="video", percent=50), Mute(start=5, end=6)), TransitionOp()) == [
        ("no_join", None, 1)
    ]


def test_more_pauses_than_a_timeline_can_hold() -> None:
    media = MediaItem("long", "long.mp4", "video", 12_000_000, 640, 360, has_sound=True)
    speech = tuple((at * 2_000, at * 2_000 + 1_000) for at in range(6_000))
    library = Library({"long": media}, {"long": speech})
    assert refused(timeline_of(media), TrimSilence(), library=library) == [("too_many", 6_000, 5_000)]


def test_how_closely_is_by_strength() -> None:
    assert points(after(ONE, TrimSilence(strength="normal"))) == TRIMMED
    assert points(after(ONE, TrimSilence(strength="gentle"))) == [(750, 4_400), (5_750, 12_400), (19_750, 28_400)]
    assert points(after(ONE, TrimSilence(strength="strong"))) == [(900, 4_170), (5_900, 12_170), (19_900, 28_170)]
    assert told(ONE, TrimSilence(strength="stronger")).facts["closeness"] == "strong"
