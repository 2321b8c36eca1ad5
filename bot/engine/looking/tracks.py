"""From faces in single pictures to people over time: who is who, who is most prominent, where each is when.

Boxes are left, top, width and height in 1/1000 of the picture. A box without a size says that from here on nobody is
there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

Boxes = list[tuple[int, int, int, int, int]]
"""(source ms, left, top, width, height), in order of time; each is true until the next one."""

MOST_LANES = 10
_MOST_BOXES = 2_000
_NEAR = 0.75
"""From one look to the next a face moves by no more of its own width."""
_GONE_MS = 1_600
"""A face that is not found for so long has left, or turned away."""
_SURE = 0.85
"""Seen once only, a face must be as plain as this to be believed."""
_AROUND = 2
_STEP_MS = 100
_WHOLE = 1000


@dataclass(frozen=True)
class Face:
    """A face found in one picture: its middle and size in shares of the picture, how sure it is (0 to 1)."""

    x: float
    y: float
    w: float
    h: float
    score: float


@dataclass
class Track:
    """One face over time, source ms."""

    seen: list[tuple[int, Face]] = field(default_factory=list)

    @property
    def weight(self) -> float:
        """How prominent it is: large, long and plain."""
        return sum(face.w * face.h * face.score for _, face in self.seen)

    @property
    def start(self) -> int:
        """When it comes."""
        return self.seen[0][0]

    @property
    def last(self) -> int:
        """When it was seen last."""
        return self.seen[-1][0]

    def near(self, face: Face) -> bool:
        """Whether this may be the same face a little later."""
        before = self.seen[-1][1]
        reach = _NEAR * max(before.w, face.w)
        size = max(before.w, face.w) / max(min(before.w, face.w), 1e-6)
        return abs(before.x - face.x) <= reach and abs(before.y - face.y) <= reach * 2 and size < 2


def tracks(looks: Iterable[tuple[int, Sequence[Face]]]) -> list[Track]:
    """Who was seen, the most prominent first. `looks` are pictures in order of time with the faces found in each."""
    living: list[Track] = []
    over: list[Track] = []
    for time, faces in looks:
        over += [track for track in living if time - track.last > _GONE_MS]
        living = [track for track in living if time - track.last <= _GONE_MS]
        free = list(living)
        for face in sorted(faces, key=lambda one: -one.w * one.score):
            known = max((track for track in free if track.near(face)), key=lambda one: one.weight, default=None)
            if known is None:
                living.append(Track([(time, face)]))
            else:
                free.remove(known)
                known.seen.append((time, face))
    found = [track for track in over + living if len(track.seen) > 1 or track.seen[0][1].score >= _SURE]
    return sorted(found, key=lambda track: (-track.weight, track.start))


def prominent(found: Sequence[Track], step_ms: int, end_ms: int) -> Boxes:
    """Where the most prominent face of each moment is; `step_ms` is how far apart the looks were."""
    runs: list[tuple[Track, int, int]] = []
    for time in sorted({time for track in found for time, _ in track.seen}):
        here = next(track for track in found if track.start <= time <= track.last)
        if runs and runs[-1][0] is here:
            runs[-1] = (here, runs[-1][1], time)
        else:
            runs.append((here, time, time))
    parts = [Track([one for one in track.seen if first <= one[0] <= last]) for track, first, last in runs]
    return _drawn([part for part in parts if part.seen], step_ms, end_ms)


def lanes(found: Sequence[Track], step_ms: int, end_ms: int) -> list[Boxes]:
    """Everybody: as few rows of boxes as hold all who are there at the same time, the most prominent kept."""
    rows: list[list[Track]] = []
    for track in found:
        row = next((one for one in rows if all(_apart(track, other, step_ms) for other in one)), None)
        if row is not None:
            row.append(track)
        elif len(rows) < MOST_LANES:
            rows.append([track])
    return [_drawn(sorted(row, key=lambda one: one.start), step_ms, end_ms) for row in rows]


def _apart(one: Track, other: Track, step_ms: int) -> bool:
    return one.start - step_ms > other.last + step_ms or other.start - step_ms > one.last + step_ms


def _drawn(row: Sequence[Track], step_ms: int, end_ms: int) -> Boxes:
    """Boxes of tracks that follow each other: each from a look before it was first seen to a look after the last."""
    boxes: Boxes = []
    until = 0
    for index, track in enumerate(row):
        start = max(until, track.start - step_ms)
        if start > until:
            boxes.append((until, 0, 0, 0, 0))
        until = min(end_ms, track.last + step_ms)
        if index + 1 < len(row):
            until = max(track.last, min(until, row[index + 1].start))
        boxes += [(max(start, time), *box) for time, box in _path(_smooth(track.seen))]
    if row and until < end_ms:
        boxes.append((until, 0, 0, 0, 0))
    return _fewer(boxes)


def _smooth(seen: Sequence[tuple[int, Face]]) -> list[tuple[int, Face]]:
    """Each place as the mean of those around it: a detector's boxes tremble."""
    smooth = []
    for index, (time, face) in enumerate(seen):
        near = [one for _, one in seen[max(0, index - _AROUND) : index + _AROUND + 1]]
        count = len(near)
        mean = {name: sum(getattr(one, name) for one in near) / count for name in ("x", "y", "w", "h")}
        smooth.append((time, replace(face, **mean)))
    return smooth


def _path(seen: Sequence[tuple[int, Face]]) -> list[tuple[int, tuple[int, int, int, int]]]:
    """The way from place to place in steps that the eye takes for motion."""
    path = [(seen[0][0] - _GONE_MS, _box(seen[0][1]))]
    for (sooner, before), (later, after) in pairwise(seen):
        for time in range(sooner, later, _STEP_MS):
            part = (time - sooner) / (later - sooner)
            values = {name: getattr(before, name) * (1 - part) + getattr(after, name) * part for name in "xywh"}
            path.append((time, _box(replace(before, **values))))
    path.append((seen[-1][0], _box(seen[-1][1])))
    return path


def _box(face: Face) -> tuple[int, int, int, int]:
    left, top = max(0.0, face.x - face.w / 2), max(0.0, face.y - face.h / 2)
    right, bottom = min(1.0, face.x + face.w / 2), min(1.0, face.y + face.h / 2)
    x, y = min(_WHOLE - 1, round(left * _WHOLE)), min(_WHOLE - 1, round(top * _WHOLE))
    return x, y, max(1, round(right * _WHOLE) - x), max(1, round(bottom * _WHOLE) - y)


def _fewer(boxes: Boxes) -> Boxes:
    """Without boxes that hardly differ from the one before; the less they may differ, the more there are."""
    slack = 2
    while True:
        kept: Boxes = []
        for box in boxes:
            if kept and kept[-1][0] == box[0]:
                kept[-1] = box
            elif not kept or (box[3] == 0) != (kept[-1][3] == 0) or _far(box, kept[-1], slack):
                kept.append(box)
        if len(kept) <= _MOST_BOXES or slack > _WHOLE:
            return kept
        slack *= 2


def _far(box: tuple[int, ...], other: tuple[int, ...], slack: int) -> bool:
    return max(abs(one - two) for one, two in zip(box[1:], other[1:], strict=True)) > slack
