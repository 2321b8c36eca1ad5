"""What is laid over the whole output: cinema bars, a bar that grows, the running time. Filters of our own words."""

from bot.engine.render.frame import Frame
from bot.engine.timeline.model import Position, Timeline
from bot.media.letters import CHINESE

FONT_FILE = CHINESE
FONTS_FOLDER = "fonts"
CLOCK_FILE = "clock.txt"
CLOCK_WORDS = "%{pts:hms}"
"""What ffmpeg draws as hours, minutes, seconds and thousandths."""

_EDGE = 0.04
_CLOCK_SIZE = 0.045
_BAR_SIZE = 0.012
_BAR_COLOUR = "0xFFC83D"


def marks(timeline: Timeline, frame: Frame, frames: int) -> list[str]:
    """The filters, in the time of the whole output; `frames` is its length."""
    steps = []
    if timeline.letterbox is not None:
        steps += _bars(*picture_area(frame, timeline.letterbox), frame)
    if timeline.progress_bar:
        steps.append(_growing(frame, frames))
    if timeline.timecode is not None:
        steps.append(_clock(timeline.timecode, frame))
    return steps


def picture_area(frame: Frame, letterbox: int | None) -> tuple[int, int]:
    """How wide and high the picture between the bars is, pixels."""
    if letterbox is None:
        return frame.width, frame.height
    if frame.width * 100 < frame.height * letterbox:
        return frame.width, min(frame.height, max(2, round(frame.width * 100 / letterbox / 2) * 2))
    return min(frame.width, max(2, round(frame.height * letterbox / 100 / 2) * 2)), frame.height


def _bars(width: int, height: int, frame: Frame) -> list[str]:
    across, down = (frame.width - width) // 2, (frame.height - height) // 2
    if down > 0:
        places = ((0, 0, frame.width, down), (0, frame.height - down, frame.width, down))
    elif across > 0:
        places = ((0, 0, across, frame.height), (frame.width - across, 0, across, frame.height))
    else:
        return []
    return [f"drawbox=x={x}:y={y}:w={w}:h={h}:color=black:t=fill" for x, y, w, h in places]


def _growing(frame: Frame, frames: int) -> str:
    """A strip as wide as the picture that comes in from the left."""
    height = max(4, 2 * round(min(frame.width, frame.height) * _BAR_SIZE / 2))
    return (
        f"null[pm];color=c={_BAR_COLOUR}:s={frame.width}x{height}:r={frame.fps.numerator}/{frame.fps.denominator}[pb];"
        f"[pm][pb]overlay=x='-w+w*min(1,(t*{float(frame.fps):.6f}+1)/{frames})':y=H-h:eval=frame:format=yuv420"
    )


def _clock(place: Position, frame: Frame) -> str:
    short = min(frame.width, frame.height)
    size = max(8, round(short * _CLOCK_SIZE))
    edge = round(short * _EDGE)
    across = str(edge) if "left" in place else f"w-tw-{edge}" if "right" in place else "(w-tw)/2"
    down = str(edge) if "top" in place else f"h-th-{edge}" if "bottom" in place else "(h-th)/2"
    return (
        f"drawtext=textfile={CLOCK_FILE}:fontfile={FONTS_FOLDER}/{FONT_FILE.name}:fontsize={size}:fontcolor=white"
        f":x={across}:y={down}:y_align=font:box=1:boxcolor=black@0.5:boxborderw={max(2, size // 4)}"
    )
