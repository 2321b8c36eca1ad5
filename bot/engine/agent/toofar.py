"""Values beyond what an operation takes: a question that names the limit."""

from typing import Any

from pydantic import ValidationError

from bot.engine.agent.asking import question
from bot.engine.agent.request import Context, Question
from bot.engine.agent.wording import clock, words

_LIMITS = {"le": "too_high", "lt": "too_high", "ge": "too_low", "gt": "too_low", "max_length": "too_wordy"}
_TIMES = frozenset({"start", "end", "at", "seconds", "ranges", "except_ranges", "keep_seconds", "min_seconds"})


def too_far(error: ValidationError, context: Context) -> Question:
    """What is beyond which limit, as the first broken rule of an op tells."""
    for one in error.errors(include_url=False):
        bound = next((name for name in _LIMITS if name in one.get("ctx", {})), None)
        if bound is None:
            continue
        slot, limit, value = str(one["loc"][0]), one["ctx"][bound], one["input"]
        names = words(context.language).SLOTS
        shown: dict[str, object] = {"what": names.get(slot, names[""]), "limit": limit, "value": value}
        if bound == "max_length":
            shown["value"] = len(value)
        elif slot in _TIMES:
            shown |= {"limit": _clock(limit), "value": _clock(value)}
        return question(context, _LIMITS[bound], shown, {})
    return question(context, "out_of_range", {}, {})


def _clock(seconds: Any) -> str:
    """Short lengths as seconds, long ones as a clock."""
    return clock(seconds) if seconds >= 60 else f"{seconds:g} s"
