"""Chapters: where they are, and what they are called."""

import pytest

from bot.engine.timeline.model import Library, Looked, Timeline, Word
from bot.engine.timeline.ops import Chapters, CutRange, Duplicate, Speed
from tests.engine.timeline.footage import DEMO, LIBRARY, TALK, VLOG, after, refused, timeline_of, told


def listed(timeline: Timeline) -> list[tuple[int, str]]:
    return [(one.start, one.title) for one in timeline.chapters]


def test_as_they_are_named() -> None:
    new = after(timeline_of(TALK), Chapters(items=[(12.5, "Setup\nof it"), (0, "Intro"), (20, " ")]))
    assert listed(new) == [(0, "Intro"), (12_500, "Setup of it"), (20_000, "Chapter 3")]
    assert listed(after(new, Chapters(items=[(5, "Other")]))) == [(5_000, "Other")], "instead of those before"
    assert refused(new, Chapters(items=[(0, "a"), (30, "b")])) == [("beyond_end", 30, 30)]


def test_where_clips_begin() -> None:
    twice = after(timeline_of(DEMO, VLOG), Duplicate(clip=1))
    assert listed(after(twice, Chapters())) == [(0, "demo (1)"), (8_000, "demo (2)"), (16_000, "vlog")]


def test_where_shots_begin_when_there_is_one_clip() -> None:
    shots = (0, 4_000, 4_300, 12_500)
    library = Library(LIBRARY.media, looked={"talk": Looked(shots)})
    new = after(timeline_of(TALK), Chapters(), library=library)
    assert listed(new) == [(0, "Chapter 1"), (4_000, "Chapter 2"), (12_500, "Chapter 3")], "none after a moment"
    assert refused(timeline_of(TALK), Chapters()) == [("nothing_marks", None, None)]


def test_first_words_are_titles_where_they_are_known() -> None:
    words = tuple(
        Word(at, at + 300, text) for at, text in zip(range(1_000, 9_000, 500), "abcdefghijklmnop", strict=True)
    )
    library = Library(LIBRARY.media, words={"vlog": words})
    new = after(timeline_of(DEMO, VLOG), CutRange(start=8, end=10), Speed(factor=2), Chapters(), library=library)
    assert listed(new) == [(0, "demo"), (4_000, "c d e f g h")]


@pytest.mark.parametrize("items", [None, [(0.0, "A")]])
def test_removed(items: list[tuple[float, str]] | None) -> None:
    timeline = after(timeline_of(DEMO, VLOG), Chapters(items=items))
    assert listed(after(timeline, Chapters(remove=True))) == []
    assert told(timeline, Chapters(remove=True)).facts["chapters"] == len(timeline.chapters)
    assert refused(timeline_of(DEMO), Chapters(remove=True)) == [("no_chapters", None, None)]
