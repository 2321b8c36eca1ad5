"""Where a crop looks, so that a face stays in it: still as long as it can be, then a short glide."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from statistics import median

from bot.engine.timeline.model import Box

GLIDE_MS = 700
"""How long the crop takes from one place to the next."""
_ROOM = (70, 110)
"""So far (1/1000 of the source, across and down) a face may wander before the crop goes after it."""
_STEP_MS = 200
_SURE = 3
"""So many looks in a row must find it there: one that turns its head is not followed."""

Point = tuple[int, int, int]
"""Source ms, and what is kept in the middle then, 1/1000 of the source."""


def path_of(boxes: Sequence[Box], start: int, end: int) -> tuple[Point, ...]:
    """The points for a stretch of a source (ms); none where nobody is seen in it. Between points it goes straight."""
    seen = list(_looks(boxes, start, end))
    if not seen:
        return ()
    place = _middle(seen[:_SURE])
    path: list[Point] = [(start, *place)]
    for index, (at, _, _) in enumerate(seen):
        if at < path[-1][0]:
            continue
        moving = len(path) > 1 and at - path[-1][0] < _STEP_MS  # it goes on: no stop between two glides
        ahead = seen[index + GLIDE_MS // _STEP_MS - 1 :][:_SURE] or seen[-_SURE:]
        away = [_away(point, place) for point in (ahead if moving else seen[index : index + _SURE])]
        if all(away):
            gone = _middle(ahead)
            path += [(max(at - _STEP_MS, path[-1][0]), *place), (at + GLIDE_MS - _STEP_MS, *gone)]
            place = gone
    return tuple(path)


def _looks(boxes: Sequence[Box], start: int, end: int) -> Iterator[Point]:
    """Where the face is at even steps; a box is true until the next one."""
    times = [box.at for box in boxes]
    for at in range(start, end, _STEP_MS):
        box = boxes[max(0, bisect_right(times, at) - 1)] if boxes else None
        if box is not None and box.w and box.h:
            yield at, box.x + box.w // 2, box.y + box.h // 2


def _middle(points: Sequence[Point]) -> tuple[int, int]:
    return round(median(x for _, x, _ in points)), round(median(y for _, _, y in points))


def _away(point: Point, place: tuple[int, int]) -> bool:
    return abs(point[1] - place[0]) > _ROOM[0] or abs(point[2] - place[1]) > _ROOM[1]
