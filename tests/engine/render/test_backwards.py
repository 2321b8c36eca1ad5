"""Backwards, held and card segments, measured in the finished file."""

from fractions import Fraction

import numpy as np
import pytest

from bot.engine.render.job import Output, SourceFile
from bot.engine.render.plan import plan
from bot.engine.render.spans import BACKWARDS_PIXELS, Body
from bot.engine.timeline.model import Canvas, Segment, Timeline, Transition
from tests import measure
from tests.engine.render import clips
from tests.engine.render.conftest import Make
from tests.engine.render.test_plan import MEDIA, segment

SMALL = Canvas(320, 180)


def cut(start: int, end: int, **more: object) -> Segment:
    return Segment(f"s{start}", "c", "m", "name", "video", start, end, **more)  # type: ignore[arg-type]  # fields by name


def card(ms: int, colour: str = "black") -> Segment:
    return Segment(f"k{ms}", f"k{ms}", "", "", "card", 0, ms, color=colour)


def test_what_runs_backwards_is_cut_into_pieces_that_fit_in_memory() -> None:
    made = plan(Timeline(Canvas(), (segment(0, 60_000),)), Output(), MEDIA)
    turned = plan(Timeline(Canvas(), (cut(0, 60_000, reverse=True),)), Output(), MEDIA)
    assert turned.frames == made.frames
    assert all(span.frames * turned.frame.pixels <= BACKWARDS_PIXELS for span in turned.spans)
    at = [
        span.stretch.at + span.stretch.speed * n / 30
        for span in turned.spans
        if isinstance(span, Body)
        for n in range(span.frames)
    ]
    assert at == [Fraction(1799 - number, 30) for number in range(1800)], "every frame once, the last one first"
    assert {span.treatment.why for span in turned.spans} == {"reverse"}


@pytest.mark.long
async def test_picture_and_sound_run_backwards_in_step(make: Make, talk: SourceFile) -> None:
    made = await make(Timeline(SMALL, (cut(1_300, 8_300, reverse=True),)), {"m": talk})
    assert clips.numbers(made.pictures) == list(range(248, 38, -1))
    # a burst lasts 20 ms from every half second on: backwards it begins where it ended
    due = [(8_300 - at - 20) / 1000 for at in range(8_000, 1_300, -500)]
    assert clips.onsets(made.sound) == pytest.approx(due, abs=0.004)
    assert measure.decode_errors(made.file.path) == ""


@pytest.mark.long
async def test_backwards_at_double_speed_and_round_a_turning_point(make: Make, hum: SourceFile) -> None:
    rows = (cut(0, 2_000), cut(0, 2_000, reverse=True), cut(2_000, 6_000, reverse=True, speed=2.0))
    made = await make(Timeline(SMALL, rows), {"m": hum})
    shown = clips.numbers(made.pictures)
    assert shown[:120] == [*range(60), *range(59, -1, -1)]
    assert all(abs(number - due) <= 1 for number, due in zip(shown[120:], range(178, 58, -2), strict=True))
    jumps = np.abs(np.diff(made.sound[4_800:-4_800]))
    assert jumps.max() < 0.05, "a tone of 440 Hz at 0.3 moves by 0.017 a sample: nothing clicks"


@pytest.mark.long
async def test_a_held_picture_stays_and_is_silent(make: Make, talk: SourceFile) -> None:
    rows = (cut(0, 1_200), cut(1_200, 3_200, freeze=True), cut(1_200, 2_000))
    made = await make(Timeline(SMALL, rows), {"m": talk})
    assert clips.numbers(made.pictures) == [*range(36), *[36] * 60, *range(36, 60)]
    assert clips.onsets(made.sound) == pytest.approx([0, 0.5, 1, 3.5], abs=0.005)


@pytest.mark.long
async def test_cards_of_a_colour_with_a_transition_out_of_them(make: Make, talk: SourceFile) -> None:
    after = cut(0, 1_900, transition=Transition("crossfade", 400))
    made = await make(Timeline(SMALL, (card(1_000, "#ffffff"), after, card(500))), {"m": talk})
    pictures = made.pictures
    assert len(pictures) == round((1_000 + 1_900 - 400 + 500) * 30 / 1000)
    assert pictures[:18].min() > 250
    assert pictures[-15:].max() < 3
    grey = [float(np.median(picture)) for picture in pictures[17:31]]
    assert grey == sorted(grey, reverse=True), "from white to the footage's grey"
    assert clips.onsets(made.sound) == pytest.approx([1.1, 1.6, 2.1], abs=0.005), "the first is faded in"
