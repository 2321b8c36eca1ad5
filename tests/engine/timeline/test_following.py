"""What a crop follows: still while it can be, after a face that goes, and never at every turn of a head."""

from bot.engine.timeline.following import GLIDE_MS, path_of
from bot.engine.timeline.model import Box, Library
from bot.engine.timeline.ops import Aspect
from tests.engine.timeline.footage import LIBRARY, TALK, VLOG, after, timeline_of, told


def faces(*centres: int, step: int = 200) -> tuple[Box, ...]:
    return tuple(Box(index * step, centre - 50, 300, 100, 200) for index, centre in enumerate(centres))


def test_a_face_that_sits_is_not_followed_about() -> None:
    assert path_of(faces(300, 310, 295, 340, 290, 305), 0, 1_200) == ((0, 300, 400),)


def test_a_single_look_elsewhere_moves_nothing() -> None:
    assert path_of(faces(300, 300, 300, 700, 300, 300, 300), 0, 1_400) == ((0, 300, 400),)


def test_a_face_that_goes_is_glided_after() -> None:
    path = path_of(faces(300, 300, 300, 700, 700, 700, 700, 700), 0, 1_600)
    assert path == ((0, 300, 400), (400, 300, 400), (400 + GLIDE_MS, 700, 400)), "a look before it is sure"


def test_a_stretch_begins_where_the_face_is_then() -> None:
    boxes = faces(300, 300, 300, 700, 700, 700, 700, 700, 700)
    assert path_of(boxes, 1_300, 1_800) == ((1_300, 700, 400),)


def test_nobody_is_followed_where_nobody_is() -> None:
    assert path_of((Box(0, 0, 0, 0, 0),), 0, 1_000) == ()
    assert path_of((), 0, 1_000) == ()


def test_a_crop_to_another_shape_says_whether_it_follows() -> None:
    timeline = timeline_of(TALK, VLOG)
    asked = Aspect(ratio="9:16", track="speaker")
    assert told(timeline, asked).facts["track"] == "missing"
    nobody = Library(LIBRARY.media, faces={"talk": (), "vlog": ()})
    assert told(timeline, asked, library=nobody).facts["track"] == "nobody"
    seen = Library(LIBRARY.media, faces={"talk": faces(200, 200, 200), "vlog": ()})
    assert told(timeline, asked, library=seen).facts["track"] == "followed"
    first, second = after(timeline, asked, library=seen).segments
    assert first.look.follow == ((0, 200, 400),)
    assert second.look.follow == ()
