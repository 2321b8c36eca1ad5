"""Where a crop looks, so that a face stays in it: still as long as it can be, then a short glide."""

from collections.abc import Sequence
from statistics import median

from bot.engine.timeline.model import Box

GLIDE_MS = 700
"""How long the crop takes from one place to the next."""
_ROOM = (70, 110)
"""So far (1/1000 of the source, across and down) a face may wander before the crop goes after it."""
_SURE = 3
"""So many looks in a row must find it there: one that turns its head is not followed."""

Point = tuple[int, int, int]
"""Source ms, and what is kept in the middle then, 1/1000 of the source."""


def path_of(boxes: Sequence[Box], start: int, end: int) -> tuple[Point, ...]:
    """The points for a stretch of a source (ms); none where nobody is seen in it. Between points it goes straight."""
    seen = [(box.at, box.x + box.w // 2, box.y + box.h // 2) for box in boxes if box.w and box.h]
    before = [point for point in seen if point[0] <= start][-1:]
    seen = before + [point for point in seen if start < point[0] < end]
    if not seen:
        return ()
    place = _middle(seen[:_SURE])
    path: list[Point] = [(start, *place)]
    for index, (at, _, _) in enumerate(seen):
        later = seen[index : index + _SURE]
        if max(at, start) < path[-1][0] or not all(_away(point, place) for point in later):
            continue
        gone = _middle(later)
        begin = max(start, at, path[-1][0])
        path += [(begin, *place), (begin + GLIDE_MS, *gone)]
        place = gone
    return tuple(path)


def _middle(points: Sequence[Point]) -> tuple[int, int]:
    return round(median(x for _, x, _ in points)), round(median(y for _, _, y in points))


def _away(point: Point, place: tuple[int, int]) -> bool:
    return abs(point[1] - place[0]) > _ROOM[0] or abs(point[2] - place[1]) > _ROOM[1]
