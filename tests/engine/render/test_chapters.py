"""Chapters in the finished file."""

import pytest

from bot.engine.render.job import Output, SourceFile
from bot.engine.render.plan import plan
from bot.engine.timeline.model import Canvas, Chapter, Segment, Timeline
from tests import measure
from tests.engine.render.conftest import Make

HOSTILE = ("你好 🎬", "a \"b\" 'c' \\ = ; # [x]", "第二行\nline", "x" * 300)


def timeline(*chapters: Chapter) -> Timeline:
    return Timeline(Canvas(320, 180), (Segment("s1", "c1", "m", "n", "video", 0, 2_000),), chapters=chapters)


def test_each_lasts_until_the_next_begins(talk: SourceFile) -> None:
    given = (Chapter("h2", 1_500, "b"), Chapter("h1", 0, "a"), Chapter("h3", 1_500, "c"))
    made = plan(timeline(*given), Output(), {"m": talk}).chapters
    assert [(one.start, one.end, one.title) for one in made] == [(0, 1_500, "a"), (1_500, 2_000, "c")]


@pytest.mark.long
async def test_titles_are_in_the_file_to_the_letter(make: Make, talk: SourceFile) -> None:
    given = tuple(Chapter(f"h{n}", 400 * n, title) for n, title in enumerate(HOSTILE))
    made = await make(timeline(*given), {"m": talk})
    found = measure.chapters(made.file.path)
    assert [title for *_, title in found] == list(HOSTILE)
    assert [start for start, *_ in found] == [0, 0.4, 0.8, 1.2]
