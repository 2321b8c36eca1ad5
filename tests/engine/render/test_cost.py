"""What a plan costs, in the ways in which its frames come about."""

from dataclasses import replace

import pytest

from bot.engine.render.copying import MIXED
from bot.engine.render.cost import cost
from bot.engine.render.spans import Body, Join, Span
from bot.engine.timeline.model import Transition, TransitionStyle
from tests.engine.render.test_plan import planned, segment

MADE = planned(segment(0, 2000), segment(5000, 7000, join=Transition("crossfade", 500, 250, 250)))


def price(span: Span) -> float:
    return cost(replace(MADE, spans=(span,))).picture


@pytest.mark.parametrize("style", sorted(MIXED))
def test_a_plain_transition_costs_more_than_a_cut_of_its_length(
    style: TransitionStyle,
) -> None:
    body, join, _ = MADE.spans
    assert isinstance(body, Body)
    assert isinstance(join, Join)
    mixed = replace(join, style=style, ranks=((60, 60 + join.frames), (150, 150 + join.frames)))
    cut = replace(body, end=body.first + join.frames, ranks=(0, join.frames))
    assert price(mixed) > 2 * price(cut)
    assert price(replace(mixed, end=mixed.end + join.frames)) < 2 * price(mixed)


def test_a_plain_cross_fade_is_cheaper_than_one_that_is_drawn() -> None:
    join = MADE.spans[1]
    assert isinstance(join, Join)
    assert price(replace(join, ranks=((60, 75), (150, 165)))) < 0.9 * price(join)
