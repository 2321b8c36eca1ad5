"""What is laid over the whole: cinema bars, the running time, a bar that grows."""

from dataclasses import replace

from bot.engine.timeline.model import Library, Position, Timeline
from bot.engine.timeline.ops import Letterbox, ProgressBar, Timecode
from bot.engine.timeline.refusal import RefusedError

Facts = dict[str, int | float | str]

CINEMA = 2.39
_CLOCK: Position = "top-right"


def letterbox(timeline: Timeline, op: Letterbox, _library: Library) -> tuple[Timeline, Facts]:
    """Bars that leave so wide a picture; or take them away. Refused as not_there, bad_ratio (it is of that shape)."""
    if op.remove:
        if timeline.letterbox is None:
            raise RefusedError("not_there")
        return replace(timeline, letterbox=None), {"action": "removed"}
    ratio = round(op.ratio or CINEMA, 2)
    if abs(timeline.canvas.width / timeline.canvas.height / ratio - 1) < 0.01:
        raise RefusedError("bad_ratio", f"{ratio:g}:1")
    return replace(timeline, letterbox=round(ratio * 100)), {"action": "added", "ratio": f"{ratio:g}:1"}


def timecode(timeline: Timeline, op: Timecode, _library: Library) -> tuple[Timeline, Facts]:
    """The running time on the picture; or take it away. Refused as not_there."""
    if op.remove:
        if timeline.timecode is None:
            raise RefusedError("not_there")
        return replace(timeline, timecode=None), {"action": "removed"}
    place = op.position or timeline.timecode or _CLOCK
    return replace(timeline, timecode=place), {"action": "added", "position": place}


def progress_bar(timeline: Timeline, op: ProgressBar, _library: Library) -> tuple[Timeline, Facts]:
    """A bar that grows along the bottom; or take it away. Refused as not_there."""
    if op.remove and not timeline.progress_bar:
        raise RefusedError("not_there")
    return replace(timeline, progress_bar=not op.remove), {"action": "removed" if op.remove else "added"}
