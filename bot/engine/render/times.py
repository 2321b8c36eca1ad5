"""When each picture of the finished track is shown and when it is decoded, in ticks of the track's own clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice

from bot.engine.render.copying import time_scale
from bot.engine.render.index import PacketIndex
from bot.engine.render.lines import nearest
from bot.engine.render.plan import RenderPlan
from bot.engine.render.spans import Body, Span


class Times:
    """The clock of a plan's picture track: whole frames are whole numbers of ticks."""

    def __init__(self, plan: RenderPlan, indexes: Mapping[str, PacketIndex]) -> None:
        self._plan = plan
        self._indexes = indexes
        scale = time_scale(plan.frame.fps)
        self.base = Fraction(1, scale)
        self._frame = int(scale / plan.frame.fps)

    def shown(self) -> Iterator[Sequence[int]]:
        """Of each span in turn: when each of its pictures is shown, in order, and when the last one ends."""
        return (self._of_span(span) for span in self._plan.spans)

    def decoded(self, shown: Iterable[Sequence[int]]) -> Iterator[int]:
        """When each picture is decoded: ahead of being `shown` by as many pictures as the track's depth."""
        yield from (-ahead * self._frame for ahead in range(self._plan.track.depth, 0, -1))
        for times in shown:
            yield from islice(times, len(times) - 1)

    def _of_span(self, span: Span) -> Sequence[int]:
        if not isinstance(span, Body) or span.own is None or span.ranks is None:
            return range(span.first * self._frame, span.end * self._frame + 1, self._frame)
        index = self._indexes[span.stretch.media]
        first, end = span.ranks
        own = [
            Fraction(int(tick)) * index.time_base - index.zero + span.own.shift for tick in index.ticks[first : end + 1]
        ]
        if len(own) == end - first:  # behind it there is no picture
            own.append(span.own.end)
        return [nearest(min(span.own.end, max(span.own.begin, at)) / self.base) for at in own]
