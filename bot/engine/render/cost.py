"""How much work a plan is: seconds of one core of an ordinary machine. For progress and estimates."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.render.lines import SAMPLE_RATE
from bot.engine.render.plan import RenderPlan
from bot.engine.render.spans import Join, Span, plain
from bot.engine.timeline.model import TransitionStyle

_PIXELS = 1920 * 1080
_COPIED_S = 0.0001
_CUT_S, _CUT_BEGIN_S = 0.006, 0.06
_MIXED_S: Mapping[TransitionStyle, float] = {"crossfade": 0.024, "circle": 0.046, "dissolve": 0.075}
_MIXED_BEGIN_S = 0.16
_DRAWN_S, _DRAWN_BEGIN_S = 0.016, 0.4
_LOOK_S = 0.02
_SOUND_S, _MUSIC_S = 0.012, 0.004
_BEGIN_S = 1.0
"""Measured on 1080p footage: a frame in each way, what it takes to begin, a second of sound."""


@dataclass(frozen=True)
class Cost:
    """Seconds of one core for the picture, the sound, and putting both together."""

    picture: float
    sound: float
    mux: float

    def seconds(self, cores: int) -> float:
        """How long it takes on so many cores, roughly."""
        return _BEGIN_S + max((self.picture + self.sound) / max(1, cores), self.sound) + self.mux


def cost(plan: RenderPlan) -> Cost:
    """What a plan takes."""
    scale = plan.frame.pixels / _PIXELS
    seconds = plan.samples / SAMPLE_RATE
    return Cost(
        picture=sum(_of_span(span, scale) for span in plan.spans),
        sound=seconds * (_SOUND_S + _MUSIC_S * len(plan.music)),
        mux=0.1 + plan.frames * _COPIED_S * scale,
    )


def _of_span(span: Span, scale: float) -> float:
    """Of one span's picture; `scale` is the frame's size beside 1080p."""
    if span.treatment.how == "copy":
        return 0.0
    if plain(span) and isinstance(span, Join):
        return _MIXED_BEGIN_S + span.frames * _MIXED_S[span.style] * scale
    if plain(span):
        return _CUT_BEGIN_S + span.frames * _CUT_S * scale
    each = (
        _DRAWN_S + _LOOK_S * (span.treatment.why == "look") + _DRAWN_S / 4 * (isinstance(span, Join) + len(span.over))
    )
    return _DRAWN_BEGIN_S + span.frames * each * scale
