"""J and L cuts."""

from bot.engine.timeline.model import Timeline
from bot.engine.timeline.ops import CutRange, Mute, SoundCut, Split, TextOp, TrimEnd, TrimStart
from tests.engine.timeline.footage import DEMO, PHOTO, TALK, VLOG, after, points, refused, seconds, timeline_of, told


def leads(timeline: Timeline) -> list[tuple[int, int]]:
    return [(one.sound_early, one.sound_late) for one in timeline.segments]


def test_where_nothing_lies_beyond_the_cut_the_picture_gives_way() -> None:
    timeline = after(timeline_of(TALK, VLOG), TextOp(content="a", start=32, end=35))
    early = after(timeline, SoundCut(kind="j", seconds=1))
    assert leads(early) == [(0, 0), (1_000, 0)]
    assert points(early) == [(0, 30_000), (1_000, 10_000)]
    assert [(one.start, one.end) for one in early.texts] == [(31_000, 34_000)], "words stay with their picture"
    late = after(timeline, SoundCut(kind="l", seconds=1))
    assert leads(late) == [(0, 1_000), (0, 0)]
    assert points(late) == [(0, 29_000), (0, 10_000)]


def test_a_quiet_moment_beyond_the_cut_is_used_first() -> None:
    trimmed = after(timeline_of(VLOG, TALK), TrimStart(seconds=0.8, clip=2))
    new = after(trimmed, SoundCut(kind="j", seconds=0.5))
    assert (leads(new)[1], seconds(new)) == ((500, 0), seconds(trimmed))
    spoken = after(timeline_of(TALK, VLOG), TrimEnd(seconds=3, clip=1))
    assert seconds(after(spoken, SoundCut(kind="l"))) == seconds(spoken) - 0.5, "what was cut out is not heard again"


def test_one_turns_into_the_other_and_back() -> None:
    timeline = after(timeline_of(TALK), CutRange(start=12.5, end=19.5))
    both = after(timeline, SoundCut(kind="j"), SoundCut(kind="l"))
    assert leads(both) == [(0, 500), (0, 0)]
    assert leads(after(both, SoundCut(kind="l", remove=True))) == [(0, 0), (0, 0)]
    assert told(both, SoundCut(kind="j", remove=True)).facts["removed"] == 1


def test_it_takes_at_most_half_of_a_neighbour_and_skips_what_is_silent() -> None:
    short = after(timeline_of(VLOG, TALK), SoundCut(kind="j", seconds=9))
    assert leads(short)[1] == (5_000, 0)
    silent = timeline_of(VLOG, DEMO, PHOTO)
    assert told(silent, SoundCut(kind="j")).facts | {"before_ms": 0, "after_ms": 0} == {
        "kind": "j", "joins": 2, "moved": 0, "skipped": 2, "ms": 0, "before_ms": 0, "after_ms": 0,
    }  # fmt: skip
    assert leads(after(silent, SoundCut(kind="l"))) == [(0, 500), (0, 0), (0, 0)]
    assert leads(after(silent, Mute(target="video"), SoundCut(kind="l"))) == [(0, 0)] * 3
    assert refused(timeline_of(TALK), SoundCut(kind="j")) == [("no_join", None, 1)]
    assert refused(silent, SoundCut(kind="j", between=(1, 3))) == [("not_neighbours", "1, 3", 3)]


def test_a_part_of_the_clip_keeps_its_own_end_of_the_sound() -> None:
    timeline = after(timeline_of(TALK, VLOG), SoundCut(kind="j", seconds=1), Split(at=[33]))
    assert leads(timeline) == [(0, 0), (1_000, 0), (0, 0)]
    assert leads(after(timeline, CutRange(start=29.5, end=30.5)))[1] == (0, 0), "its beginning is gone"
