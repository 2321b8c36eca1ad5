"""Operations of one request that contradict each other: which of the two is meant, only the asker knows."""

from collections.abc import Callable, Sequence
from typing import get_args

from bot.engine.agent.asking import question
from bot.engine.agent.request import Context, Question
from bot.engine.timeline.ops import Aspect, DeleteClip, Duck, EditOp, FadeOp, MusicOp, Mute, Op, Speed, Volume

_EDITS: tuple[type, ...] = get_args(EditOp)
_Clash = Callable[[Op, Op], bool]


def clash(ops: Sequence[Op], context: Context) -> Question | None:
    """A question for the first two that do not go together, with one button for each; None when all do."""
    for second, later in enumerate(ops):
        for first, earlier in enumerate(ops[:second]):
            key = next((key for key, rule in _RULES.items() if rule(earlier, later)), None)
            if key is None or (key == "clash_mute" and any(isinstance(op, MusicOp) for op in ops)):
                continue
            without = {"only_first": second, "only_second": first}
            return question(
                context, key, {}, {name: (*ops[:n], *ops[n + 1 :]) for name, n in without.items()}
            )  # fmt: skip
    return None


def _music_gone(earlier: Op, later: Op) -> bool:
    """ "Remove the music and make it louder": what "it" is cannot be told either."""
    for gone, changed in ((earlier, later), (later, earlier)):
        if isinstance(gone, MusicOp) and gone.remove:
            if isinstance(changed, Volume | Mute | FadeOp) and changed.target == "music":
                return True
            if isinstance(changed, Duck) and not changed.off:
                return True
            if isinstance(changed, Volume) and changed.direction and changed.target in {None, "all"}:
                return changed.clip is None
    return False


def _silent(earlier: Op, later: Op) -> bool:
    """ "Mute it and make it louder"."""
    for muted, changed in ((earlier, later), (later, earlier)):
        if not isinstance(muted, Mute) or muted.off or muted.start is not None or muted.end is not None:
            continue
        if isinstance(changed, Volume) and changed.clip == muted.clip:
            return (changed.target or "all") == muted.target and changed.direction != "down"
    return False


def _clip_gone(earlier: Op, later: Op) -> bool:
    """ "Delete clip 2 and mute clip 2"."""
    for gone, changed in ((earlier, later), (later, earlier)):
        if isinstance(gone, DeleteClip) and not isinstance(changed, DeleteClip) and isinstance(changed, _EDITS):
            return bool(getattr(changed, "clip", None) == gone.clip)
    return False


def _two_speeds(earlier: Op, later: Op) -> bool:
    """ "Speed it up 2x and slow it down"."""
    if not (isinstance(earlier, Speed) and isinstance(later, Speed)):
        return False
    same = (earlier.start, earlier.end, earlier.clip) == (later.start, later.end, later.clip)
    return same and earlier.factor != later.factor


def _two_shapes(earlier: Op, later: Op) -> bool:
    """ "Make it square and vertical"."""
    return isinstance(earlier, Aspect) and isinstance(later, Aspect) and earlier.ratio != later.ratio


_RULES: dict[str, _Clash] = {
    "clash_music": _music_gone,
    "clash_mute": _silent,
    "clash_clip": _clip_gone,
    "clash_speed": _two_speeds,
    "clash_shape": _two_shapes,
}
