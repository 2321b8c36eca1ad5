"""What an operation must know of the media before it can be applied. Pure; whoever finds it out is elsewhere."""

from collections.abc import Iterable
from typing import Literal, get_args

from bot.engine.hearing.languages import LANGUAGES
from bot.engine.timeline.model import Timeline
from bot.engine.timeline.ops import (
    Aspect,
    Blur,
    Chapters,
    Crop,
    CutSeen,
    CutWords,
    Duck,
    EditOp,
    Highlight,
    Mood,
    MusicOp,
    Normalize,
    Op,
    RemoveFiller,
    Report,
    Split,
    Subtitle,
    TrimSilence,
    VoiceOver,
)

Need = Literal["speech", "words", "fillers", "looked", "faces", "bars", "loudness", "levels", "keyframes"]
"""Each is a field of `Library`: of every media in the timeline it is found out once."""


_EDITS: tuple[type, ...] = get_args(EditOp)
DEFAULT_MOOD: Mood = "calm"
"""Of music that is asked for without a file or a word about it, where no sound file lies ready: it suits speech."""


def needs(ops: Iterable[Op]) -> set[Need]:
    """Everything that a plan must know."""
    return {need for op in ops for need in _of(op)}


def spoken_language(ops: Iterable[Op]) -> str | None:
    """The language that is said to be spoken, where the speech model knows one of that name."""
    named = (op.lang for op in ops if isinstance(op, Subtitle))
    return next((lang for lang in named if lang in LANGUAGES), None)


def standing(ops: Iterable[Op], timeline: Timeline) -> set[Need]:
    """What a timeline must know of footage that came to it, whichever edit follows."""
    ducks = any(one.duck is not None for one in timeline.music)
    return {"speech"} if ducks and any(isinstance(op, _EDITS) for op in ops) else set()


def made_for(op: Op) -> str | None:
    """What has to be made for an operation, as the key of `Library.made`: a voice, or a track of a mood."""
    if isinstance(op, VoiceOver) and op.text and not op.remove:
        return f"voice:{op.text}"
    if isinstance(op, MusicOp) and not op.file and not op.remove and op.role in (None, "music"):
        return f"mood:{op.mood or DEFAULT_MOOD}"
    return None


def _of(op: Op) -> tuple[Need, ...]:
    match op:
        case RemoveFiller():
            return ("fillers",)
        case CutWords():
            return ("words",)
        case Subtitle():
            restyled = op.edit and not op.lang and not op.translate_to
            return () if op.remove or op.file or op.find or restyled else ("words",)
        case Highlight():
            return ("speech", "looked", "levels")
        case CutSeen():
            return ("looked",)
        case Chapters(items=None, remove=None):
            return ("looked",)
        case Split(scenes=True):
            return ("looked",)
        case Aspect(track="speaker"):
            return ("faces",)
        case Blur(target="faces", remove=None):
            return ("faces",)
        case Crop(auto="black_bars", remove=None):
            return ("bars",)
        case Report():
            return _REPORTS[op.what]
    return _of_sound(op)


def _of_sound(op: Op) -> tuple[Need, ...]:
    match op:
        case TrimSilence():
            return ("speech", "keyframes")
        case Duck(off=None) | VoiceOver(remove=None):
            return ("speech",)
        case MusicOp(remove=None, role=None | "music", volume=None):
            return ("speech", "loudness")  # it lies below the speech, and gives way to it
        case Normalize(off=None):
            return ("loudness",)
    return ()


_REPORTS: dict[str, tuple[Need, ...]] = {
    "shots": ("looked",),
    "black": ("looked",),
    "frozen": ("looked",),
    "loudness": ("loudness",),
    "pauses": ("speech",),
    "transcript": ("words",),
    "words": ("words",),
}
