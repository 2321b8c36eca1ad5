"""Title cards: when they are a picture of their own, and that they come and go with their words."""

import pytest

from bot.engine.timeline.geometry import clips
from bot.engine.timeline.model import Timeline
from bot.engine.timeline.ops import MusicOp, TextOp, TransitionOp, TrimStart
from tests.engine.timeline.footage import DEMO, TALK, VLOG, after, refused, seconds, timeline_of, told


def kinds(timeline: Timeline) -> list[tuple[str, int]]:
    return [(one.kind, one.ms) for one in timeline.segments]


def texts(timeline: Timeline) -> list[tuple[str, int, int]]:
    return [(one.content, one.start, one.end) for one in timeline.texts]


def card(**slots: object) -> TextOp:
    return TextOp.model_validate({"content": "Hi", "role": "title_card", **slots})


def test_a_card_at_the_start_makes_the_video_longer_and_moves_what_there_is() -> None:
    timeline = after(
        timeline_of(DEMO), MusicOp(), TextOp(content="a", start=0, end=2), TextOp(content="m", role="meme")
    )
    new = after(timeline, card(start=0, seconds=3))
    assert kinds(new) == [("card", 3_000), ("video", 8_000)]
    assert texts(new) == [("a", 3_000, 5_000), ("m", 3_000, 11_000), ("Hi", 0, 3_000)]
    assert [(one.start, one.end) for one in new.music] == [(0, 11_000)], "music plays under the card, too"
    assert clips(new)[0].name == "Hi"
    assert after(timeline, card()) == new, "where nobody says when, it is the start"


@pytest.mark.parametrize("slots", [{"start": 16, "seconds": 2}, {"start": 18, "seconds": 2}, {"start": 15}])
def test_a_card_at_the_end(slots: dict[str, float]) -> None:
    timeline = after(timeline_of(DEMO, VLOG), TextOp(content="m", role="meme"))
    new = after(timeline, card(**slots))
    assert kinds(new)[-1][0] == "card"
    assert texts(new)[0] == ("m", 0, 18_000), "nothing of before lies on the card"


def test_a_card_between_two_clips() -> None:
    timeline = after(timeline_of(DEMO, VLOG), TransitionOp(seconds=1))
    whole = seconds(timeline)
    new = after(timeline, card(clip=2))
    assert [one.kind for one in new.segments] == ["video", "card", "video"]
    assert [one.transition is not None for one in new.segments] == [False, True, False]
    assert seconds(new) == pytest.approx(whole + 3 + 1 - 1, abs=1)
    assert kinds(after(timeline_of(DEMO, VLOG), card(start=8.2)))[1] == ("card", 3_000), "0:08 read off the timeline"


def test_a_time_in_the_midst_of_a_clip_covers_the_picture() -> None:
    new = after(timeline_of(TALK), card(start=10, end=14))
    assert (seconds(new), texts(new)) == (30, [("Hi", 10_000, 14_000)])


def test_it_goes_with_its_words() -> None:
    timeline = after(timeline_of(DEMO), TextOp(content="a", start=1, end=2))
    new = after(timeline, card(seconds=4))
    assert after(new, TextOp(target="Hi", remove=True)) == timeline
    longer = after(new, TextOp(target="Hi", edit=True, seconds=6))
    assert kinds(longer) == [("card", 6_000), ("video", 8_000)]
    assert texts(longer) == [("a", 7_000, 8_000), ("Hi", 0, 6_000)]
    last = after(new, TextOp(target="Hi", edit=True, start=8))
    assert kinds(last) == [("video", 8_000), ("card", 4_000)]
    assert texts(last) == [("a", 1_000, 2_000), ("Hi", 8_000, 12_000)]
    reworded = after(new, TextOp(target="Hi", edit=True, content="Ho", color="red"))
    assert kinds(reworded) == kinds(new)


def test_only_a_card_is_left() -> None:
    alone = after(timeline_of(DEMO), card(), TrimStart(seconds=3, clip=2), TextOp(target="Hi", edit=True, size=50))
    assert refused(alone, card(clip=4)) == [("no_clip", 4, 2)]
    assert told(alone, TextOp(target="Hi", remove=True)).facts["after_ms"] == 5_000
