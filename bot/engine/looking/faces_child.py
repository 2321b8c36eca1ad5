"""The child process of `bot.engine.looking.faces`: arguments MODEL CONTAINER DURATION_MS PATH, result boxes.

The model is BlazeFace for the full range (MediaPipe's): a grid of 48 x 48 places, each with one box and how sure it is
of it. Every picture is looked at as a whole and in squares, so that small faces are found too.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from bot.engine.looking.tracks import Face, lanes, prominent, tracks
from bot.media.child import progress, serve
from bot.media.facts import MediaError, MediaFault
from bot.media.sniff import STILLS
from bot.media.streams import opened, picture_of
from bot.media.upright import still, upright

STEP_MS = 500
"""So far apart are the pictures that are looked at."""

_SIDE = 960
_INPUT = 192
_GRID = 48
_SURE = 0.6
_SAME = 0.3
"""Two boxes that share so much of what they cover are one face."""
_TELL_EVERY = 10

Rows = NDArray[np.float32]


def main() -> None:
    """Look for faces in one file."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    model, container, duration_ms, path = args[0], args[1], max(1, int(args[2])), Path(args[3]).absolute()
    finder = Finder(Path(model))
    if container in STILLS:
        seen = finder.faces(still(path, container, _SIDE))
        found, end = tracks([(0, seen), (STEP_MS, seen)]), 2 * STEP_MS  # nobody leaves a photo
        return {"main": prominent(found, STEP_MS, end), "all": lanes(found, STEP_MS, end)}
    with opened(path, container) as source:
        stream = picture_of(source)
        if stream is None:
            raise MediaError(MediaFault.UNSUPPORTED, "there is no picture in it")
        # neighbours look alike: what nothing depends on need not be decoded
        stream.codec_context.skip_frame = "NONREF"
        looks = []
        for number, (time_ms, image) in enumerate(_pictures(source, stream, duration_ms)):
            looks.append((time_ms, finder.faces(image)))
            if number % _TELL_EVERY == 0:
                progress(min(1.0, time_ms / duration_ms))
    if not looks:
        raise MediaError(MediaFault.BROKEN, "no picture can be decoded")
    found = tracks(looks)
    return {"main": prominent(found, STEP_MS, duration_ms), "all": lanes(found, STEP_MS, duration_ms)}


def _pictures(source: InputContainer, stream: VideoStream, duration_ms: int) -> Iterator[tuple[int, Image.Image]]:
    zero = (source.start_time or 0) / 1_000_000
    due = 0
    for packet in source.demux(stream):
        try:
            frames = packet.decode()
        except FFmpegError:
            continue
        for frame in frames:
            time_ms = -1 if frame.pts is None else round((float(frame.time) - zero) * 1000)
            if due <= time_ms < duration_ms:
                yield time_ms, upright(frame, stream, _SIDE)
                due = time_ms - time_ms % STEP_MS + STEP_MS


class Finder:
    """Finds faces in pictures."""

    def __init__(self, model: Path) -> None:
        """Loads the model."""
        self._runner = Interpreter(model_path=str(model), num_threads=1)
        self._runner.allocate_tensors()
        self._input = self._runner.get_input_details()[0]["index"]
        boxes, scores = sorted(self._runner.get_output_details(), key=lambda one: -int(one["shape"][2]))
        self._boxes, self._scores = boxes["index"], scores["index"]
        middles = (np.arange(_GRID, dtype=np.float32) + 0.5) / _GRID
        self._anchors = np.stack([np.tile(middles, _GRID), np.repeat(middles, _GRID)], axis=1)

    def faces(self, image: Image.Image) -> list[Face]:
        """The faces in a picture, the surest first."""
        found: list[Face] = []
        for left, top, side in _squares(image.width, image.height):
            for x, y, w, h, score in self._in_square(image.crop((left, top, left + side, top + side))).tolist():
                middle = ((left + x * side) / image.width, (top + y * side) / image.height)
                found.append(Face(*middle, w * side / image.width, h * side / image.height, score))
        kept: list[Face] = []
        for face in sorted(found, key=lambda one: -one.score):
            if all(_shared(face, other) < _SAME for other in kept):
                kept.append(face)
        return kept

    def _in_square(self, square: Image.Image) -> Rows:
        """Rows of x, y (the middle), width, height and score, in shares of the square."""
        pixels = np.asarray(square.resize((_INPUT, _INPUT), Image.Resampling.BILINEAR), np.float32)
        self._runner.set_tensor(self._input, (pixels / 127.5 - 1)[None])
        self._runner.invoke()
        scores = 1 / (1 + np.exp(-np.clip(self._runner.get_tensor(self._scores)[0, :, 0], -80, 80)))
        sure = np.flatnonzero(scores >= _SURE)
        raw = self._runner.get_tensor(self._boxes)[0, sure, :4] / _INPUT
        raw[:, :2] += self._anchors[sure]
        rows: Rows = np.concatenate([raw, scores[sure, None]], axis=1).astype(np.float32)
        return rows[np.isfinite(rows).all(axis=1) & (rows[:, 2:4] > 0).all(axis=1)]


def _squares(width: int, height: int) -> Iterator[tuple[int, int, int]]:
    """Left, top and side of the squares to look at; the first holds the whole picture and black beside it."""
    side = max(width, height)
    yield (width - side) // 2, (height - side) // 2, side
    short = min(width, height)
    if side > short * 1.2:
        last = -(-side // short) - 1
        for number in range(last + 1):
            at = (side - short) * number // last
            yield (at, 0, short) if width > height else (0, at, short)


def _shared(one: Face, other: Face) -> float:
    """How much of the smaller face lies in the other."""
    across = min(one.x + one.w / 2, other.x + other.w / 2) - max(one.x - one.w / 2, other.x - other.w / 2)
    down = min(one.y + one.h / 2, other.y + other.h / 2) - max(one.y - one.h / 2, other.y - other.h / 2)
    return max(0.0, across) * max(0.0, down) / max(min(one.w * one.h, other.w * other.h), 1e-9)


if __name__ == "__main__":
    main()
