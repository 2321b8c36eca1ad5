"""From faces in pictures to people over time."""

import pytest

from bot.engine.looking.tracks import Boxes, Face, lanes, prominent, tracks

STEP, END = 500, 10_000


def face(x: float, y: float = 0.5, size: float = 0.2, score: float = 0.9) -> Face:
    return Face(x, y, size, size, score)


def at(boxes: Boxes, time: int) -> tuple[int, ...]:
    """The box on show at a time."""
    return next((box[1:] for box in reversed(boxes) if box[0] <= time), (0, 0, 0, 0))


def test_a_face_that_moves_is_one_and_is_followed_between_looks() -> None:
    found = tracks((time, [face(0.2 + time / 20_000)]) for time in range(0, END, STEP))
    assert len(found) == 1
    boxes = prominent(found, STEP, END)
    for time in range(1_500, 8_000, 100):
        left, _, width, _ = at(boxes, time)
        assert left + width / 2 == pytest.approx(200 + time / 20, abs=8)


def test_the_larger_one_is_the_prominent_one_while_it_is_there() -> None:
    small = [(time, face(0.2, size=0.1)) for time in range(0, END, STEP)]
    large = {time: face(0.7, size=0.3) for time in range(3_000, 6_000, STEP)}
    looks = [(time, [one, large[time]] if time in large else [one]) for time, one in small]
    boxes = prominent(tracks(looks), STEP, END)
    assert [at(boxes, time)[0] for time in (1_000, 4_000, 8_000)] == [150, 550, 150]
    everybody = lanes(tracks(looks), STEP, END)
    assert len(everybody) == 2
    for time in (1_000, 4_000, 8_000):
        assert (150, 450, 100, 100) in [at(row, time) for row in everybody]


def test_who_leaves_is_gone_and_who_blinks_is_not() -> None:
    looks = [(time, [] if 2_000 <= time < 3_000 or time >= 6_000 else [face(0.5)]) for time in range(0, END, STEP)]
    boxes = prominent(tracks(looks), STEP, END)
    assert at(boxes, 2_500)[2] > 0
    assert at(boxes, 5_900)[2] > 0
    assert at(boxes, 6_100) == (0, 0, 0, 0)


def test_a_face_is_covered_from_before_it_was_found_to_after_it_was_lost() -> None:
    looks = [(time, [face(0.5)] if 3_000 <= time <= 5_000 else []) for time in range(0, END, STEP)]
    (row,) = lanes(tracks(looks), STEP, END)
    assert [at(row, time)[2] > 0 for time in (2_400, 2_600, 5_400, 5_600)] == [False, True, True, False]


def test_one_that_flickers_up_is_not_believed() -> None:
    assert tracks([(0, []), (500, [face(0.5, score=0.65)]), (1_000, [])]) == []
    assert len(tracks([(0, []), (500, [face(0.5, score=0.95)]), (1_000, [])])) == 1


def test_trembling_boxes_are_calmed() -> None:
    looks = [(time, [face(0.5 + (0.01 if time % 1_000 else -0.01))]) for time in range(0, END, STEP)]
    boxes = prominent(tracks(looks), STEP, END)
    lefts = [box[1] for box in boxes if box[0] > 1_000]
    assert max(lefts, default=400) - min(lefts, default=400) <= 6


def test_hours_of_motion_keep_within_bounds() -> None:
    looks = [(time, [face(0.3 + 0.2 * (time % 3_000) / 3_000)]) for time in range(0, 3_600_000, STEP)]
    found = tracks(looks)
    assert len(prominent(found, STEP, 3_600_000)) <= 2_000


def test_nobody_is_nobody() -> None:
    assert prominent(tracks([(0, []), (500, [])]), STEP, END) == []
    assert lanes([], STEP, END) == []
