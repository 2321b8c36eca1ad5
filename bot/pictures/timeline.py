"""The timeline as a picture: one row a track, bars with names and times, readable on a phone."""

import io
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from bot.updates import TimelineSummary, TrackItem, TrackSummary

WIDTH = 1200
_MARGIN = 32
_HEAD = 72
_ROW = 92
_GAP = 16
_GROUND = "#1e1f26"
_LANE = "#2a2c36"
_INK = "#f2f3f5"
_DIM = "#a3a7b5"
_BARS = {"video": "#5b8def", "audio": "#38b27b", "text": "#e2a03f", "other": "#8b8fa3"}
_MARKS_SECONDS = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_LANES = 8
"""Tracks drawn; a timeline with more says how many are left out."""


def draw(summary: TimelineSummary, labels: dict[str, str], more: Callable[[int], str]) -> bytes:
    """A PNG of the timeline. `labels` names each kind of track, `more` says how many tracks are left out.

    Blocking (tens of milliseconds): call it in a thread.
    """
    tracks = [track for track in summary.tracks if track.items][:_LANES]
    left = len(summary.tracks) - len(tracks)
    height = _HEAD + len(tracks) * (_ROW + _GAP) + _MARGIN + (40 if left > 0 else 0)
    image = Image.new("RGB", (WIDTH, height), _GROUND)
    pen = ImageDraw.Draw(image)
    total = max(1, summary.duration_ms)
    _draw_scale(pen, total, height)
    for row, track in enumerate(tracks):
        _draw_track(pen, track, _HEAD + row * (_ROW + _GAP), total, labels.get(track.kind, track.kind))
    if left > 0:
        pen.text((_MARGIN, height - _MARGIN - 20), more(left), _DIM, _font(22))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _x(ms: int, total: int) -> float:
    return _MARGIN + (WIDTH - 2 * _MARGIN) * min(max(ms, 0), total) / total


def _draw_scale(pen: ImageDraw.ImageDraw, total: int, height: int) -> None:
    step = next((s for s in _MARKS_SECONDS if total / 1000 / s <= 10), _MARKS_SECONDS[-1])
    for number in range(int(total / 1000 / step) + 1):
        x = _x(round(number * step * 1000), total)
        minutes, seconds = divmod(number * step, 60)
        words = f"{int(minutes)}:{seconds:04.1f}" if step < 1 else f"{int(minutes)}:{int(seconds):02}"
        pen.line((x, _HEAD - 14, x, height - _MARGIN), _LANE, 2)
        pen.text((x, _HEAD - 24), words, _DIM, _font(22), anchor="ls" if number == 0 else "ms")


def _draw_track(pen: ImageDraw.ImageDraw, track: TrackSummary, top: int, total: int, label: str) -> None:
    pen.rounded_rectangle((_MARGIN, top, WIDTH - _MARGIN, top + _ROW), 10, _LANE)
    pen.text((_MARGIN + 10, top + 6), label, _DIM, _font(20))
    color = _BARS.get(track.kind, _BARS["other"])
    for item in track.items:
        left, right = _x(item.start_ms or 0, total), _x(total if item.end_ms is None else item.end_ms, total)
        marks = [left, *(_x(at, total) for at in sorted(item.cuts)), right]
        for first, last in pairwise(marks):
            _draw_bar(pen, first, last, top, color)
        _draw_name(pen, _words(item), left, right, top)


def _draw_bar(pen: ImageDraw.ImageDraw, left: float, right: float, top: int, color: str) -> None:
    from_x, to_x = round(left), max(round(left) + 1, round(right))
    gap = 2 if to_x - from_x > 8 else 0  # the cut mark; a sliver keeps its one or two pixels
    pen.rectangle((from_x, top + 34, to_x - gap - 1, top + _ROW - 9), color)


def _words(item: TrackItem) -> str:
    return item.name if item.volume in (None, 100) else f"{item.name} {item.volume}%"


def _draw_name(pen: ImageDraw.ImageDraw, name: str, left: float, right: float, top: int) -> None:
    font = _font(24)
    room = right - left - 16
    words = " ".join(name.split())[:120]
    while words and pen.textlength(words, font) > room:
        words = words[:-2].rstrip() + "…" if len(words) > 2 else ""
    if words:
        pen.text((left + 10, top + 34 + (_ROW - 42) / 2), words, _GROUND, font, anchor="lm")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return ImageFont.truetype(str(folder / "NotoSansSC-Regular.otf"), size)
