"""The file that an upstream's tool call asks for."""

from collections.abc import Mapping
from typing import Any, get_args

from bot.flows.route import wanted
from bot.store.models import Export, Format

_FORMATS: tuple[Format, ...] = get_args(Format)
_LONGEST_S = 24 * 3600
_NAMES = {"jpg": "png", "jpeg": "png", "thumbnail": "png", "zip": "frames"}


def called(args: Mapping[str, Any]) -> Export:
    """What the arguments say (seconds, pixels, megabytes; `fit`: as small as the place takes); nonsense is left out."""
    plain = wanted(number(args.get("height")), number(args.get("max_mb")), source=args.get("height") == "source")
    said = str(args.get("project") or args.get("format") or "mp4").lower()
    format_ = next((one for one in _FORMATS if one == _NAMES.get(said, said)), "mp4")
    start, end = _seconds(args, "start"), _seconds(args, "end")
    at, every = _seconds(args, "at"), _seconds(args, "every")
    fps, width, count = number(args.get("fps")), number(args.get("width")), number(args.get("count"))
    return plain.model_copy(
        update={
            "format": format_,
            "fit": args.get("fit") is True,
            "from_ms": at if at is not None else start,
            "to_ms": end,
            "fps": fps if fps is not None and 1 <= fps <= 60 else None,
            "width": round(width) if width is not None and 16 <= width <= 4096 else None,
            "every_ms": every or None,
            "count": round(count) if count is not None and 1 <= count <= 1000 else None,
        }
    )


def _seconds(args: Mapping[str, Any], name: str) -> int | None:
    """In ms."""
    seconds = number(args.get(name))
    return None if seconds is None or not 0 <= seconds <= _LONGEST_S else round(seconds * 1000)


def number(value: object) -> float | None:
    """A number out of somebody's JSON; true is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
