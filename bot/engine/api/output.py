"""What a client asks the finished file to be."""

import re
from typing import Any, get_args

from bot.engine.api.errors import ApiError, Fault
from bot.engine.interchange.bundle import writes
from bot.engine.render.job import FORMATS, PROJECTS, Format, Output, Quality, Ratio
from bot.engine.timeline.limits import MAX_DURATION_MS
from bot.media.gif import LONGEST_MS
from bot.media.limits import MAX_SIDE

HEIGHTS = (144, 4320)
SOURCE = MAX_SIDE
"""More than any short side: what is shown is never enlarged."""
RATES = (1, 60)
WIDTHS = (16, 4096)

_FORMATS: dict[str, Format] = {form: form for form in FORMATS}
_QUALITIES: dict[str, Quality] = {"high": "high", "medium": "medium", "preview": "preview"}
_RATIOS: dict[str, Ratio] = {ratio: ratio for ratio in get_args(Ratio)}
_NAMED = {"source": SOURCE, "2k": 1440, "4k": 2160, "8k": 4320}
_HEIGHT = re.compile(r"([0-9]{2,5})p?")
_SIZE = re.compile(r"([0-9]{2,5})x([0-9]{2,5})")
_SMALLEST = 10_000


def read_output(value: object) -> Output:
    """The request's `output`. `resolution` is "720p", a number, "4k", or "1280x720"; its short side counts.

    "source" is as large as the footage; nothing is enlarged, whatever is asked.

    Raises ApiError(INVALID) that names the field and what it may be.
    """
    if value is None:
        return Output()
    if not isinstance(value, dict):
        raise _invalid("output", "an object")
    form = _FORMATS.get(str(value.get("format", "mp4")))
    if form is None or not makes(form):
        raise _invalid("output.format", ", ".join(one for one in FORMATS if makes(one)))
    quality = _QUALITIES.get(str(value.get("quality", "high")))
    if quality is None:
        raise _invalid("output.quality", "high, medium or preview")
    from_ms, to_ms = _moment(value, "from_ms"), _moment(value, "to_ms")
    if form == "gif":
        longest = (from_ms or 0) + LONGEST_MS
        to_ms = longest if to_ms is None else min(to_ms, longest)
    return Output(
        format=form,
        quality=quality,
        height=_height(value.get("resolution", value.get("height"))),
        fps=_number(value, "fps", *RATES),
        max_bytes=_bytes(value),
        ratio=_ratio(value.get("ratio")),
        from_ms=from_ms,
        to_ms=to_ms,
        width=_whole(value, "width", *WIDTHS),
    )


def makes(form: Format) -> bool:
    """Whether files of a format can be made here."""
    return form not in PROJECTS or writes(form)


def _height(value: Any) -> int | None:
    if value is None:
        return None
    text = str(value).lower().replace(" ", "")
    if text in _NAMED:
        return _NAMED[text]
    plain, size = _HEIGHT.fullmatch(text), _SIZE.fullmatch(text)
    height = int(plain[1]) if plain else min(int(size[1]), int(size[2])) if size else 0
    if not HEIGHTS[0] <= height <= HEIGHTS[1]:
        raise _invalid("output.resolution", f"{HEIGHTS[0]}p to {HEIGHTS[1]}p, or source")
    return height


def _number(value: dict[str, Any], name: str, low: float, high: float) -> float | None:
    number = value.get(name)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
        raise _invalid(f"output.{name}", f"a number from {low} to {high}")
    return float(number)


def _bytes(value: dict[str, Any]) -> int | None:
    return _whole(value, "max_bytes", _SMALLEST, 1 << 40)


def _moment(value: dict[str, Any], name: str) -> int | None:
    return _whole(value, name, 0, MAX_DURATION_MS)


def _whole(value: dict[str, Any], name: str, low: int, high: int) -> int | None:
    number = _number(value, name, low, high)
    return None if number is None else int(number)


def _ratio(value: Any) -> Ratio | None:
    if value is None:
        return None
    ratio = _RATIOS.get(str(value))
    if ratio is None:
        raise _invalid("output.ratio", ", ".join(_RATIOS))
    return ratio


def _invalid(field: str, allowed: str) -> ApiError:
    return ApiError(Fault.INVALID, f"{field} can be {allowed}.")
