"""The timeline as a picture: one row a track under a time scale, readable on a phone."""

from itertools import accumulate

from PIL import ImageDraw

from bot.pictures import card, lettering
from bot.pictures.bars import DENSE, ROOMY, ROUND, body_height, draw_lane
from bot.pictures.colours import DIM, INK, LANE, bar_of
from bot.pictures.material import Material
from bot.pictures.plan import EDGE, GUTTER, LEFT, RIGHT, WIDTH, Plan
from bot.pictures.scale import draw_scale, length
from bot.pictures.words import Words

_HEAD_LINE, _SCALE_LINE, TOP = 68, 122, 146
_HEAD, _LABEL, _FOOT = 42, 31, 30
_ROOMY_LANES = 4
_ICON = 38


def draw(plan: Plan, material: Material, words: Words) -> bytes:
    """A PNG of the plan, 1,200 px wide, with what was found of the footage.

    Blocking (tens of milliseconds): call it in a thread.
    """
    high = ROOMY if len(plan.lanes) <= _ROOMY_LANES else DENSE
    tall = [high.name + sum(body_height(lane, material, high)) for lane in plan.lanes]
    tops = list(accumulate((one + high.gap for one in tall), initial=TOP))
    bottom = tops[-1] - (high.gap if tall else 0)
    foot = 2 * _FOOT if plan.left_out else 0
    image = card.blank(WIDTH, bottom + EDGE + foot)
    pen = ImageDraw.Draw(image)
    _draw_head(pen, plan)
    for top, height in zip(tops, tall, strict=False):
        pen.rounded_rectangle((LEFT, top, RIGHT, top + height - 1), ROUND, LANE)
    draw_scale(pen, LEFT, RIGHT, plan.total_ms, _SCALE_LINE, bottom)
    for lane, top in zip(plan.lanes, tops, strict=False):
        label = lettering.fitted(words.tracks.get(lane.kind, lane.kind), _LABEL, GUTTER - 14)
        middle = top + high.name / 2
        lettering.write(pen, (EDGE, middle + _LABEL * 0.36), label, _LABEL, bar_of(lane.kind))
        draw_lane(image, lane, top, material, words, high)
    if plan.left_out:
        lettering.write(pen, (LEFT, bottom + EDGE + _FOOT), words.more(plan.left_out), _FOOT, DIM)
    return card.png(image)


def _draw_head(pen: ImageDraw.ImageDraw, plan: Plan) -> None:
    x = EDGE + lettering.write(pen, (EDGE, _HEAD_LINE), length(plan.total_ms), _HEAD, INK) + 32
    if plan.canvas is None:
        return
    width, height = plan.canvas
    scale = _ICON / max(width, height)
    wide, tall = max(6, width * scale), max(6, height * scale)
    middle = _HEAD_LINE - _HEAD * 0.36
    pen.rounded_rectangle((x, middle - tall / 2, x + wide, middle + tall / 2), 4, outline=DIM, width=3)
    lettering.write(pen, (x + wide + 14, _HEAD_LINE), f"{width}×{height}", _LABEL + 3, DIM)
