"""Every operation the engine knows, told apart by `op`.

Buttons, slash options, the grammar and (later) the optional model all make these; one validator checks them against
the timeline. Seconds are on the joined timeline, clips count from 1. Names and slots are the evaluation's.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.engine.timeline.model import Fit, Position, Role, TransitionStyle

Seconds = Annotated[float, Field(ge=0, le=4 * 3600)]
ClipNumber = Annotated[int, Field(ge=1, le=1000)]
Ratio = Annotated[str, Field(pattern=r"^[1-9]\d?:[1-9]\d?$")]


class _Op(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrimSilence(_Op):
    """Cut the pauses out, by voice; keep those inside `except_ranges`."""

    op: Literal["trim_silence"] = "trim_silence"
    min_seconds: Annotated[float, Field(gt=0, le=60)] | None = None
    clip: ClipNumber | None = None
    except_ranges: list[tuple[Seconds, Seconds]] | None = None


class TrimStart(_Op):
    """Remove `seconds` from the start, of the whole or of a clip (a number, or "each")."""

    op: Literal["trim_start"] = "trim_start"
    seconds: Seconds
    clip: ClipNumber | Literal["each"] | None = None


class TrimEnd(_Op):
    """Remove `seconds` from the end, of the whole or of a clip (a number, or "each")."""

    op: Literal["trim_end"] = "trim_end"
    seconds: Seconds
    clip: ClipNumber | Literal["each"] | None = None


class CutRange(_Op):
    """Remove from `start` to `end`."""

    op: Literal["cut_range"] = "cut_range"
    start: Seconds
    end: Seconds


class KeepRange(_Op):
    """Keep only a range, or several; with `clip` the times count inside that clip (or each)."""

    op: Literal["keep_range"] = "keep_range"
    start: Seconds | None = None
    end: Seconds | None = None
    ranges: list[tuple[Seconds, Seconds]] | None = None
    clip: ClipNumber | Literal["each"] | None = None


class Split(_Op):
    """Cut into clips at given times, or every so many seconds; nothing is removed."""

    op: Literal["split"] = "split"
    at: list[Seconds] | None = None
    every: Annotated[float, Field(gt=0)] | None = None


class DeleteClip(_Op):
    """Remove a whole clip."""

    op: Literal["delete_clip"] = "delete_clip"
    clip: ClipNumber


class Reorder(_Op):
    """Put the clips into a new order; `order` names every clip once."""

    op: Literal["reorder"] = "reorder"
    order: list[ClipNumber]


class TransitionOp(_Op):
    """A transition at joins: all of them, one pair of clips, or a list of pairs; or remove them."""

    op: Literal["transition"] = "transition"
    style: TransitionStyle | None = None
    seconds: Annotated[float, Field(gt=0, le=5)] | None = None
    between: Literal["all"] | tuple[ClipNumber, ClipNumber] | list[tuple[ClipNumber, ClipNumber]] = "all"
    remove: bool | None = None


class FadeOp(_Op):
    """Fade in, out or both: the picture and its sound, or only the music."""

    op: Literal["fade"] = "fade"
    kind: Literal["in", "out", "both"]
    seconds: Annotated[float, Field(gt=0, le=30)] | None = None
    color: str | None = None
    target: Literal["video", "music", "all"] | None = None
    remove: bool | None = None


class TextOp(_Op):
    """Put words on the picture; or edit or remove the text named by `target` (its words). Sizes are percent."""

    op: Literal["text"] = "text"
    content: Annotated[str, Field(max_length=500)] | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    seconds: Annotated[float, Field(gt=0)] | None = None
    position: Position | None = None
    color: str | None = None
    size: Literal["smaller", "larger", "small", "large"] | int | None = None
    role: Role | None = None
    fade: bool | None = None
    clip: ClipNumber | None = None
    target: str | None = None
    edit: bool | None = None
    remove: bool | None = None


class Speed(_Op):
    """Play at `factor` times the original's pace (1 is normal), the whole, a range or a clip."""

    op: Literal["speed"] = "speed"
    factor: Annotated[float, Field(ge=0.1, le=20)]
    start: Seconds | None = None
    end: Seconds | None = None
    clip: ClipNumber | None = None
    keep_pitch: bool | None = None


class Volume(_Op):
    """Set (`percent`), shift (`db`) or nudge (`direction`) the loudness of everything, the video or the music."""

    op: Literal["volume"] = "volume"
    target: Literal["all", "video", "music"] | None = None
    clip: ClipNumber | None = None
    percent: Annotated[int, Field(ge=0, le=400)] | None = None
    db: Annotated[float, Field(ge=-60, le=12)] | None = None
    direction: Literal["up", "down"] | None = None


class Mute(_Op):
    """Silence everything, the video or the music, whole or in a range or clip; `off` brings the sound back."""

    op: Literal["mute"] = "mute"
    target: Literal["all", "video", "music"] = "all"
    start: Seconds | None = None
    end: Seconds | None = None
    clip: ClipNumber | None = None
    off: bool | None = None


class MusicOp(_Op):
    """Lay an uploaded sound file under the video (`file` is its name; none: the newest), or remove the music."""

    op: Literal["music"] = "music"
    file: str | None = None
    mood: str | None = None
    volume: Annotated[int, Field(ge=0, le=400)] | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    replace: bool | None = None
    remove: bool | None = None


class Aspect(_Op):
    """Change the picture's shape: crop, blurred bars or plain bars."""

    op: Literal["aspect"] = "aspect"
    ratio: Ratio
    mode: Fit | None = None


class Resize(_Op):
    """Change the picture's size; `height` is the short side, as people say 720p also of an upright video."""

    op: Literal["resize"] = "resize"
    height: Annotated[int, Field(ge=144, le=2160)]


class ExportOp(_Op):
    """Make the finished file."""

    op: Literal["export"] = "export"
    format: str | None = None
    height: int | None = None
    fps: float | None = None
    ratio: Ratio | None = None
    max_mb: float | None = None


class Undo(_Op):
    """Take steps back."""

    op: Literal["undo"] = "undo"
    count: Annotated[int, Field(ge=1, le=100)] = 1


class Redo(_Op):
    """Take undone steps forward again."""

    op: Literal["redo"] = "redo"
    count: Annotated[int, Field(ge=1, le=100)] = 1


class Simple(_Op):
    """A word that is no edit: it goes to another door."""

    op: Literal["upload", "status", "credits", "cancel", "none"]


class Clarify(_Op):
    """A question is due: `about` says what for."""

    op: Literal["clarify"] = "clarify"
    about: str


class Answer(_Op):
    """A question about the product itself."""

    op: Literal["answer"] = "answer"
    topic: str


class Unsupported(_Op):
    """Something the engine cannot do, and the nearest thing it can."""

    op: Literal["unsupported"] = "unsupported"
    what: str
    nearest: str | None = None


class Refuse(_Op):
    """Something it will not do."""

    op: Literal["refuse"] = "refuse"
    why: str


EditOp = (
    TrimSilence
    | TrimStart
    | TrimEnd
    | CutRange
    | KeepRange
    | Split
    | DeleteClip
    | Reorder
    | TransitionOp
    | FadeOp
    | TextOp
    | Speed
    | Volume
    | Mute
    | MusicOp
    | Aspect
    | Resize
)
"""What changes the timeline."""

Op = Annotated[
    EditOp | ExportOp | Undo | Redo | Simple | Clarify | Answer | Unsupported | Refuse, Field(discriminator="op")
]
"""Everything a plan can hold."""

OPS: TypeAdapter[Op] = TypeAdapter(Op)
