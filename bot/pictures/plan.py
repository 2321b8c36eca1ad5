"""Where everything of a timeline's picture lies from left to right, and which pictures of the footage it needs.

Times become pixels here, once; what is drawn later only asks how high it may be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.pictures.match import matched
from bot.updates import Footage, TimelineSummary, TrackItem

WIDTH = 1200
EDGE = 28
GUTTER = 132
LEFT, RIGHT = EDGE + GUTTER, WIDTH - EDGE
"""Where the timeline begins and ends, px; the names of the tracks stand before it."""
LANES = 8
"""Tracks drawn; a timeline with more says how many are left out."""
THUMB = 104
"""How high a row of footage's pictures is in a roomy picture, px."""

_LEAST_PX = 4
_NARROW = 28
"""Parts narrower than this share a row of pictures with their neighbours, px."""
_MOST_TILES = 120
_FINEST_MS = 250
_LEAST_ASPECT, _MOST_ASPECT = 0.4, 2.4


@dataclass(frozen=True)
class Span:
    """A part of a bar between two cuts, px, and what of its source it plays, ms."""

    left: int
    right: int
    first_ms: float
    last_ms: float

    def source_at(self, x: float) -> float:
        """The time in the source that lies at this place of the picture, ms."""
        share = (x - self.left) / max(1, self.right - self.left)
        return self.first_ms + (self.last_ms - self.first_ms) * min(max(share, 0), 1)


@dataclass(frozen=True)
class Tile:
    """One picture of the footage in a bar, px, and which."""

    left: int
    right: int
    at_ms: int


@dataclass(frozen=True)
class Bar:
    """An item: where it lies, its parts, the footage it plays (as far as that is known) and the pictures of it."""

    item: TrackItem
    left: int
    right: int
    spans: tuple[Span, ...]
    footage: Footage | None = None
    tiles: tuple[Tile, ...] = ()

    @property
    def media(self) -> str | None:
        """The SHA-256 of the footage."""
        return self.footage.sha256 if self.footage else None


@dataclass(frozen=True)
class Lane:
    """A track."""

    kind: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Plan:
    """A picture to draw: `total_ms` from `LEFT` to `RIGHT`, and how many tracks are left out."""

    total_ms: int
    canvas: tuple[int, int] | None
    lanes: tuple[Lane, ...]
    left_out: int = 0

    @property
    def frames(self) -> Mapping[str, frozenset[int]]:
        """Which pictures of which footage are needed, ms."""
        wanted: dict[str, set[int]] = {}
        for bar in self._bars("video"):
            if bar.media and bar.tiles:
                wanted.setdefault(bar.media, set()).update(tile.at_ms for tile in bar.tiles)
        return {media: frozenset(times) for media, times in wanted.items()}

    @property
    def sounds(self) -> frozenset[str]:
        """The footage whose sound is shown."""
        silent = {"image"}
        return frozenset(
            bar.media for bar in self._bars("video", "audio") if bar.media and bar.footage
            and bar.footage.kind not in silent
        )  # fmt: skip

    def _bars(self, *kinds: str) -> Iterator[Bar]:
        return (bar for lane in self.lanes if lane.kind in kinds for bar in lane.bars)


def plan(summary: TimelineSummary, footage: Sequence[Footage]) -> Plan:
    """The plan of a timeline's picture, with the pictures of the footage where it is kept."""
    tracks = [track for track in summary.tracks if track.items]
    shown = tracks[:LANES]
    ends = [item.end_ms or item.start_ms or 0 for track in tracks for item in track.items]
    total = max(1, summary.duration_ms, *ends)
    files = matched(tracks, footage)[:LANES]
    scale = _Scale(total)
    rows = (
        [scale.bar(*one) for one in zip(track.items, row, strict=True)] for track, row in zip(shown, files, strict=True)
    )
    lanes = [
        Lane(track.kind, tuple(sorted(bars, key=lambda bar: bar.left))) for track, bars in zip(shown, rows, strict=True)
    ]
    canvas = (summary.width, summary.height) if summary.width and summary.height else None
    return Plan(total, canvas, tuple(_tiled(lanes)), len(tracks) - len(shown))


@dataclass(frozen=True)
class _Scale:
    total: int

    def x(self, ms: float) -> int:
        return round(LEFT + (RIGHT - LEFT) * min(max(ms, 0), self.total) / self.total)

    def bar(self, item: TrackItem, file: Footage | None) -> Bar:
        start = item.start_ms or 0
        end = self.total if item.end_ms is None else max(start, item.end_ms)
        left = min(self.x(start), RIGHT - _LEAST_PX)
        right = max(left + _LEAST_PX, self.x(end))
        edges = [start, *sorted(at for at in item.cuts if start < at < end), end]
        sources = item.sources if len(item.sources) == len(edges) - 1 else None
        spans = [
            Span(self.x(first), self.x(last), *(sources[number] if sources else (first - start, last - start)))
            for number, (first, last) in enumerate(pairwise(edges))
        ]
        return Bar(item, left, right, tuple(spans), file)


def _tiled(lanes: Sequence[Lane]) -> list[Lane]:
    """The lanes with the pictures they show; where that would be too many, with fewer and wider ones."""
    narrow = _NARROW
    while True:
        found = [
            Lane(lane.kind, tuple(_with_tiles(bar, narrow) if lane.kind == "video" else bar for bar in lane.bars))
            for lane in lanes
        ]
        if narrow > WIDTH or sum(len(bar.tiles) for lane in found for bar in lane.bars) <= _MOST_TILES:
            return found
        narrow *= 2


def _with_tiles(bar: Bar, narrow: int) -> Bar:
    if bar.footage is None or bar.media is None:
        return bar
    tiles: list[Tile] = []
    for run in _runs(bar.spans, narrow):
        tiles += _tiles(run, max(narrow, round(THUMB * aspect(bar.footage))), still=bar.footage.kind == "image")
    return Bar(bar.item, bar.left, bar.right, bar.spans, bar.footage, tuple(tiles))


def aspect(footage: Footage) -> float:
    """How much wider than high a picture of it is drawn."""
    if not footage.width or not footage.height:
        return 16 / 9
    return min(max(footage.width / footage.height, _LEAST_ASPECT), _MOST_ASPECT)


@dataclass
class _Run:
    spans: list[Span] = field(default_factory=list)

    @property
    def width(self) -> int:
        return self.spans[-1].right - self.spans[0].left


def _runs(spans: Sequence[Span], narrow: int) -> Iterator[_Run]:
    """Each wide part alone, narrow neighbours together."""
    run = _Run()
    for span in spans:
        if span.right - span.left >= narrow:
            if run.spans:
                yield run
                run = _Run()
            yield _Run([span])
        else:
            run.spans.append(span)
            if run.width >= 4 * narrow:
                yield run
                run = _Run()
    if run.spans:
        yield run


def _tiles(run: _Run, wide: int, *, still: bool) -> Iterator[Tile]:
    left = run.spans[0].left
    count = max(1, round(run.width / wide))
    for number in range(count):
        first, last = left + run.width * number // count, left + run.width * (number + 1) // count
        if last <= first:
            continue
        middle = (first + last) / 2
        span = next((one for one in run.spans if one.right >= middle), run.spans[-1])
        shown = (span.last_ms - span.first_ms) * min(1, (last - first) / max(1, span.right - span.left))
        yield Tile(first, last, 0 if still else _on_grid(span.source_at(middle), shown))


def _on_grid(at_ms: float, shown_ms: float) -> int:
    """A time near this one that other edits of the same footage will want as well, so that its picture is there."""
    step = _FINEST_MS
    while step * 2 <= shown_ms:
        step *= 2
    return max(0, round(at_ms / step) * step)
