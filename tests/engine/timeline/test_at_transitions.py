"""What is done to a part that begins or ends inside a transition, to a clip beside one, or over the others."""

import pytest

from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import Blur, Freeze, Mute, PictureInPicture, Reverse, Speed, TextOp, TransitionOp, ZoomOp
from tests.engine.timeline.footage import DEMO, PHOTO, TALK, VLOG, after, seconds, timeline_of, told, transitions

QUIET = Library({one.id: one for one in (TALK, VLOG, DEMO, PHOTO)})


def joined() -> Timeline:
    """10 s, 8 s and 5 s with a second of crossfade between them, all of it overlap: 21 s."""
    return after(timeline_of(VLOG, DEMO, PHOTO), TransitionOp(seconds=1), library=QUIET)


@pytest.mark.parametrize("at", [8.7, 9.1, 9.4, 9.5, 9.6, 10, 10.4])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_part_beside_a_transition_leaves_the_length_as_it_is(at: float, *, backwards: bool) -> None:
    timeline = joined()
    if backwards:
        timeline = after(timeline, Reverse(clip=2), Reverse(clip=1), library=QUIET)
    before = seconds(timeline)
    for op in (Blur(start=at, end=at + 2), ZoomOp(kind="in", start=at - 3, end=at), Mute(start=at, end=at + 1)):
        assert seconds(after(timeline, op, library=QUIET)) == before, op


@pytest.mark.parametrize("at", [9, 9.2, 9.8, 10])
def test_a_picture_held_in_a_transition_takes_as_long_as_was_asked(at: float) -> None:
    assert seconds(after(joined(), Freeze(at=at, seconds=1), library=QUIET)) == seconds(joined()) + 1


def test_a_transition_gets_as_short_as_the_part_beside_it_needs() -> None:
    new = after(joined(), Blur(start=10, end=12), library=QUIET)
    assert transitions(new)[0] == (250, 125, 125)


def test_the_words_of_a_card_keep_to_it_when_it_plays_faster() -> None:
    card = after(timeline_of(TALK), TextOp(content="Part one", role="title_card", seconds=4), library=QUIET)
    assert seconds(card) == 34
    new = after(card, Speed(factor=2, clip=1), library=QUIET)
    assert seconds(new) == 32
    assert [(one.start, one.end) for one in new.texts] == [(one.start // 2, one.end // 2) for one in card.texts]


def test_a_clip_that_lies_over_the_others_is_not_heard() -> None:
    clip = after(timeline_of(TALK, VLOG), PictureInPicture(clip=2), library=QUIET)
    assert [one.volume for one in clip.overlays] == [0]
    assert told(timeline_of(TALK, VLOG), PictureInPicture(clip=2), library=QUIET).facts["silenced"] == 1
    assert "silenced" not in told(timeline_of(TALK, DEMO), PictureInPicture(clip=2), library=QUIET).facts
