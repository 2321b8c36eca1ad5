"""Which sentence of the words tells what an operation did: its own name, unless its facts ask for another."""

from collections.abc import Callable

Fact = int | float | str
Facts = dict[str, Fact]


def key_of(op: str, facts: Facts) -> str:
    """The key in `SAID`."""
    way = _KEYS.get(op)
    if way is None:
        return _action(op, facts) if "action" in facts else op
    return way(op, facts)


def _trim_silence(op: str, facts: Facts) -> str:
    if not facts.get("pauses"):
        return f"{op}_none"
    return f"{op}_kept" if "keep_ms" in facts else f"{op}_fast" if "factor" in facts else op


def _trimmed(op: str, facts: Facts) -> str:
    return f"{op}_each" if facts.get("clip") == "each" else op


def _keep_range(op: str, facts: Facts) -> str:
    return op if facts.get("ranges", 1) == 1 else "keep_ranges"


def _transition(op: str, facts: Facts) -> str:
    if "removed" in facts:
        return "transition_removed"
    if not facts.get("made"):
        return "transition_none"
    return "transition_short" if facts.get("shortest_ms") != facts.get("ms") else op


def _fade(op: str, facts: Facts) -> str:
    if "removed" in facts:
        return "fade_removed" if facts["removed"] else "fade_none"
    return op


def _text(op: str, facts: Facts) -> str:
    several = facts.get("action") == "removed" and facts.get("count", 1) != 1
    return "text_removed_all" if several else _action(op, facts)


def _action(op: str, facts: Facts) -> str:
    return f"{op}_{facts['action']}"


def _speed(op: str, facts: Facts) -> str:
    if "ramp" in facts:
        return f"speed_ramp_{facts['ramp']}"
    return "speed_part" if "clip" not in facts and _is_part(facts) else op


def _mute(_op: str, facts: Facts) -> str:
    name = "unmute" if facts.get("off") else "mute"
    return f"{name}_part" if "start_ms" in facts else name


def _steps(op: str, facts: Facts) -> str:
    return op if facts.get("count") else f"{op}_none"


def _duplicate(op: str, facts: Facts) -> str:
    return op if "clip" in facts else "duplicate_all"


def _loop(op: str, facts: Facts) -> str:
    return f"{op}{'_back' if facts['boomerang'] else ''}{'_filled' if 'length_ms' in facts else ''}"


def _reverse(op: str, facts: Facts) -> str:
    if facts["off"]:
        return "reverse_off"
    return "reverse_part" if "clip" not in facts and _is_part(facts) else op


def _exact_length(op: str, facts: Facts) -> str:
    return f"{op}_{facts['how']}" if facts["before_ms"] != facts["after_ms"] else f"{op}_none"


def _slideshow(op: str, facts: Facts) -> str:
    return f"{op}_plain" if facts["style"] == "none" else op


def _merge(op: str, facts: Facts) -> str:
    return op if facts["added"] else f"{op}_none"


def _sound_cut(op: str, facts: Facts) -> str:
    if "removed" in facts:
        return f"{op}_removed" if facts["removed"] else f"{op}_removed_none"
    return f"{op}_{facts['kind']}" if facts["moved"] else f"{op}_none"


def _subtitle(op: str, facts: Facts) -> str:
    soft = facts["action"] in ("added", "edited") and not facts["burn"]
    translated = facts["action"] in ("added", "written") and "translated" in facts
    return _action(op, facts) + ("_soft" if soft else "") + ("_translated" if translated else "")


def _remove_filler(op: str, facts: Facts) -> str:
    return op if facts["fillers"] else f"{op}_none"


def _cut_words(op: str, facts: Facts) -> str:
    return f"{op}_keep" if facts["keep"] else op


def _found(op: str, facts: Facts) -> str:
    """What was found, or that there is nothing of the kind."""
    counted = [facts[name] for name in ("stretches", "pauses") if name in facts]
    if counted and not any(counted):
        return f"{op}_{facts['what']}_none"
    if facts.get("goes_on"):
        return f"{op}_{facts['what']}_cut"
    return f"{op}_{facts['what']}" + ("_clips" if "loudest" in facts else "")


def _music(op: str, facts: Facts) -> str:
    return "effect_added" if facts.get("role") == "effect" else _action(op, facts)


def _voice_over(op: str, facts: Facts) -> str:
    return "voice_over_cut" if facts.get("unheard_ms") else _action(op, facts)


def _replace_audio(op: str, facts: Facts) -> str:
    return f"{op}_short" if facts.get("short") else op


def _watermark(op: str, facts: Facts) -> str:
    faint = facts["action"] == "added" and facts["opacity"] != 100
    return _action(op, facts) + ("_faint" if faint else "")


def _picture_in_picture(op: str, facts: Facts) -> str:
    return _action(op, facts) + ("_silenced" if facts.get("silenced") else "")


def _switch(op: str, facts: Facts) -> str:
    return f"{op}_off" if facts.get("off") else op


def _is_part(facts: Facts) -> bool:
    return float(facts.get("start_ms", 0)) > 0 or float(facts.get("end_ms", 0)) < float(facts.get("before_ms", 0))


_KEYS: dict[str, Callable[[str, Facts], str]] = {
    "trim_silence": _trim_silence,
    "trim_start": _trimmed,
    "trim_end": _trimmed,
    "keep_range": _keep_range,
    "duplicate": _duplicate,
    "loop": _loop,
    "reverse": _reverse,
    "exact_length": _exact_length,
    "slideshow": _slideshow,
    "merge": _merge,
    "sound_cut": _sound_cut,
    "chapters": _action,
    "transition": _transition,
    "fade": _fade,
    "text": _text,
    "music": _music,
    "voice_over": _voice_over,
    "replace_audio": _replace_audio,
    "duck": _switch,
    "normalize": _switch,
    "watermark": _watermark,
    "picture_in_picture": _picture_in_picture,
    "denoise": _switch,
    "speed": _speed,
    "mute": _mute,
    "undo": _steps,
    "redo": _steps,
    "report": _found,
    "subtitle": _subtitle,
    "remove_filler": _remove_filler,
    "cut_words": _cut_words,
    "cut_seen": _found,
}
