"""Every operation the engine knows, told apart by `op`.

Buttons, slash options, the grammar and (later) the optional model all make these; one validator checks them against
the timeline. Seconds are on the joined timeline, clips count from 1. Names and slots are the evaluation's.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.engine.timeline.model import Fit, Half, Position, Preset, Role, SoundRole, TransitionStyle

Seconds = Annotated[float, Field(ge=0, le=4 * 3600)]
ClipNumber = Annotated[int, Field(ge=1, le=1000)]
Ratio = Annotated[str, Field(pattern=r"^[1-9]\d?:[1-9]\d?$")]
Percent = Annotated[int, Field(ge=0, le=100)]
Degree = Annotated[int, Field(ge=-100, le=100)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Share = Annotated[float, Field(gt=0, le=1)]
Mood = Literal[
    "happy", "upbeat", "energetic", "calm", "chill", "sad", "epic", "romantic", "corporate", "tense", "jazz", "rock",
    "acoustic", "electronic", "playful", "mysterious", "nostalgic", "inspiring",
]  # fmt: skip


class _Op(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrimSilence(_Op):
    """Cut the pauses out, by voice; keep those inside `except_ranges`.

    `keep_seconds` leaves so much of each pause; `speed` plays them faster instead of cutting them. `strength` is how
    much of what lies around the words goes: "gentler" and "stronger" are one step from how it was done last.
    """

    op: Literal["trim_silence"] = "trim_silence"
    min_seconds: Annotated[float, Field(gt=0, le=60)] | None = None
    clip: ClipNumber | None = None
    except_ranges: list[tuple[Seconds, Seconds]] | None = None
    keep_seconds: Annotated[float, Field(gt=0, le=60)] | None = None
    speed: Annotated[float, Field(gt=1, le=20)] | None = None
    strength: Literal["gentle", "normal", "strong", "gentler", "stronger"] | None = None


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
    """Cut into clips at given times, every so many seconds, into equal `parts`, or where shots begin (`scenes`).

    Nothing is removed.
    """

    op: Literal["split"] = "split"
    at: list[Seconds] | None = None
    every: Annotated[float, Field(gt=0)] | None = None
    parts: Annotated[int, Field(ge=2, le=100)] | None = None
    scenes: bool | None = None


class DeleteClip(_Op):
    """Remove a whole clip."""

    op: Literal["delete_clip"] = "delete_clip"
    clip: ClipNumber


class Reorder(_Op):
    """Put the clips into a new order; `order` names every clip once."""

    op: Literal["reorder"] = "reorder"
    order: list[ClipNumber]


class Duplicate(_Op):
    """A clip once more, behind itself; none: the whole."""

    op: Literal["duplicate"] = "duplicate"
    clip: ClipNumber | None = None


class Loop(_Op):
    """Everything (or a clip) again and again: `times` in all, or until `seconds` are filled."""

    op: Literal["loop"] = "loop"
    times: Annotated[int, Field(ge=2, le=1000)] | None = None
    seconds: Annotated[float, Field(gt=0, le=24 * 3600)] | None = None
    clip: ClipNumber | None = None
    boomerang: bool | None = None


class Freeze(_Op):
    """Hold the picture at `at` for `seconds`; the last one where no time is named."""

    op: Literal["freeze"] = "freeze"
    at: Seconds | None = None
    seconds: Annotated[float, Field(gt=0, le=600)] | None = None


class Highlight(_Op):
    """Keep the liveliest passages, `seconds` in all."""

    op: Literal["highlight"] = "highlight"
    seconds: Annotated[float, Field(gt=0)] | None = None


class ExactLength(_Op):
    """Bring the whole to exactly `seconds`: a little by speed, more by cutting the end; `how` says which."""

    op: Literal["exact_length"] = "exact_length"
    seconds: Annotated[float, Field(gt=0, le=24 * 3600)]
    how: Literal["speed", "cut"] | None = None


class Slideshow(_Op):
    """Every photo so many seconds, with transitions between them; photos not in use yet are taken in."""

    op: Literal["slideshow"] = "slideshow"
    seconds: Annotated[float, Field(gt=0, le=600)] | None = None
    style: Literal["none"] | TransitionStyle | None = None


class Merge(_Op):
    """Put files that are not in use yet (`files`; none: all) behind the last clip."""

    op: Literal["merge"] = "merge"
    files: list[str] | None = None


class SoundCut(_Op):
    """Let the sound lead (`j`) or lag (`l`) its picture at joins."""

    op: Literal["sound_cut"] = "sound_cut"
    kind: Literal["j", "l"]
    seconds: Annotated[float, Field(gt=0, le=10)] | None = None
    between: Literal["all"] | tuple[ClipNumber, ClipNumber] = "all"
    remove: bool | None = None


class Chapters(_Op):
    """Chapters of the finished file: where they are named, where clips begin, or by what is said; or remove them."""

    op: Literal["chapters"] = "chapters"
    items: list[tuple[Seconds, str]] | None = None
    remove: bool | None = None


class TransitionOp(_Op):
    """A transition at joins: all of them, one pair of clips, or a list of pairs; or remove them."""

    op: Literal["transition"] = "transition"
    style: TransitionStyle | Literal["fade", "wipe", "slide"] | None = None
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
    """Play at `factor` times the original's pace (1 is normal), the whole, a range or a clip.

    `ramp` glides to the factor ("in"), away from it ("out"), or to it and back ("both") instead of jumping.
    """

    op: Literal["speed"] = "speed"
    factor: Annotated[float, Field(ge=0.1, le=20)]
    start: Seconds | None = None
    end: Seconds | None = None
    clip: ClipNumber | None = None
    keep_pitch: bool | None = None
    ramp: Literal["in", "out", "both"] | None = None


class Reverse(_Op):
    """Play backwards: everything, a clip or a range."""

    op: Literal["reverse"] = "reverse"
    clip: ClipNumber | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    off: bool | None = None


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
    """Lay sound under the video: an uploaded file (`file`; none: the newest) or a bundled track of a `mood`.

    `replace` takes other music away first; `role` "effect" is heard once at `start`. Or remove it.
    """

    op: Literal["music"] = "music"
    file: str | None = None
    mood: Mood | None = None
    volume: Annotated[int, Field(ge=0, le=400)] | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    replace: bool | None = None
    remove: bool | None = None
    role: SoundRole | None = None


class ReplaceAudio(_Op):
    """An uploaded sound instead of the video's own, at its full level."""

    op: Literal["replace_audio"] = "replace_audio"
    file: str | None = None


class Duck(_Op):
    """Bring the music down (`percent` of its level) while somebody speaks; `off` leaves it as it is."""

    op: Literal["duck"] = "duck"
    target: Literal["music"] | None = None
    percent: Percent | None = None
    off: bool | None = None


class Normalize(_Op):
    """Bring the loudness of the whole to `lufs` (none: -14); `off` leaves it as it is."""

    op: Literal["normalize"] = "normalize"
    target: Literal["all", "video", "music"] | None = None
    lufs: Annotated[float, Field(ge=-40, le=-5)] | None = None
    off: bool | None = None


class Denoise(_Op):
    """Take steady noise (fan, hiss, hum) out of the video's sound."""

    op: Literal["denoise"] = "denoise"
    target: Literal["all", "video", "music"] | None = None
    clip: ClipNumber | None = None
    off: bool | None = None


class VoiceOver(_Op):
    """Speak `text`, from `start` on."""

    op: Literal["voice_over"] = "voice_over"
    text: Annotated[str, Field(max_length=5_000)] | None = None
    start: Seconds | None = None
    remove: bool | None = None


class RemoveFiller(_Op):
    """Cut filler words out: the usual ones of the language, or `words`."""

    op: Literal["remove_filler"] = "remove_filler"
    words: list[str] | None = None
    clip: ClipNumber | None = None


class CutWords(_Op):
    """Cut, or `keep` only, the passages in which these words are said: the sentence around each, or the words alone.

    With `until` the passage goes from `words` to these.
    """

    op: Literal["cut_words"] = "cut_words"
    words: Annotated[str, Field(max_length=500)]
    until: Annotated[str, Field(max_length=500)] | None = None
    keep: bool | None = None
    exact: bool | None = None


class CutSeen(_Op):
    """Cut out what shows nothing: black stretches, or those that stand still."""

    op: Literal["cut_seen"] = "cut_seen"
    what: Literal["black", "frozen"]


class Subtitle(_Op):
    """Subtitles of what is said: burned in, or (`burn` false) a track of the file; or edit or remove them.

    `lang` is the language spoken (ISO 639; none: found out), `translate_to` another one. `format` asks for a file
    (srt, vtt, txt). `size` is percent or a step. `file` takes the words from an uploaded SRT or VTT.
    `find` and `replace` mend a word.
    """

    op: Literal["subtitle"] = "subtitle"
    burn: bool | None = None
    format: Literal["srt", "vtt", "txt"] | None = None
    lang: str | None = None
    translate_to: str | None = None
    position: Position | None = None
    color: str | None = None
    outline: bool | None = None
    box: bool | None = None
    size: Literal["smaller", "larger", "small", "large"] | int | None = None
    karaoke: bool | None = None
    uppercase: bool | None = None
    file: str | None = None
    find: str | None = None
    replace: str | None = None
    edit: bool | None = None
    remove: bool | None = None


class Watermark(_Op):
    """An uploaded picture over everything (`file`; none: the newest picture not in use), or remove it."""

    op: Literal["watermark"] = "watermark"
    file: str | None = None
    position: Position | None = None
    opacity: Annotated[float, Field(ge=0, le=1)] | None = None
    size: Literal["smaller", "larger", "small", "large"] | Percent | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    edit: bool | None = None
    remove: bool | None = None


class PictureInPicture(_Op):
    """A clip or an uploaded file small over the others, or filling the picture (`full`, b-roll); or remove it.

    A clip that is laid over the others leaves its place in the row.
    """

    op: Literal["picture_in_picture"] = "picture_in_picture"
    clip: ClipNumber | None = None
    file: str | None = None
    position: Position | Half | None = None
    size: Literal["smaller", "larger", "small", "large"] | Percent | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    full: bool | None = None
    edit: bool | None = None
    remove: bool | None = None


class SplitScreen(_Op):
    """Clips beside (`row`), under (`column`) or around (`grid`) each other at the same time; none named: all."""

    op: Literal["split_screen"] = "split_screen"
    clips: list[ClipNumber] | None = None
    layout: Literal["row", "column", "grid"] | None = None


class Aspect(_Op):
    """Change the picture's shape: crop, blurred bars or plain bars. `track` keeps the speaker's face in the crop."""

    op: Literal["aspect"] = "aspect"
    ratio: Ratio
    mode: Fit | None = None
    track: Literal["speaker"] | None = None


class Resize(_Op):
    """Change the picture's size; `height` is the short side, as people say 720p also of an upright video."""

    op: Literal["resize"] = "resize"
    height: Annotated[int, Field(ge=144, le=2160)]


class Crop(_Op):
    """Cut edges off the picture (shares of its sides), or black bars found by looking (`auto`); or undo that."""

    op: Literal["crop"] = "crop"
    left: Fraction | None = None
    right: Fraction | None = None
    top: Fraction | None = None
    bottom: Fraction | None = None
    auto: Literal["black_bars"] | None = None
    clip: ClipNumber | None = None
    remove: bool | None = None


class Rotate(_Op):
    """Turn the picture clockwise."""

    op: Literal["rotate"] = "rotate"
    degrees: Literal[90, 180, 270]
    clip: ClipNumber | None = None


class Flip(_Op):
    """Mirror the picture: left to right (horizontal) or top to bottom (vertical)."""

    op: Literal["flip"] = "flip"
    axis: Literal["horizontal", "vertical"]
    clip: ClipNumber | None = None


class Fps(_Op):
    """Frames a second of the finished file."""

    op: Literal["fps"] = "fps"
    value: Annotated[float, Field(ge=1, le=60)]


class ZoomOp(_Op):
    """Magnify the picture: slowly in or out, at once (`punch`), or at every cut (`cuts`); or remove zooms.

    `percent` is how large it gets (none: 120). `x` and `y` are where, as shares of the picture.
    """

    op: Literal["zoom"] = "zoom"
    kind: Literal["in", "out", "punch", "cuts"] | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    percent: Annotated[int, Field(ge=100, le=400)] | None = None
    x: Annotated[float, Field(ge=0, le=1)] | None = None
    y: Annotated[float, Field(ge=0, le=1)] | None = None
    clip: ClipNumber | None = None
    remove: bool | None = None


class Color(_Op):
    """Change the colours: a step up or down, a value (-100 to 100), or a ready-made look; or take that away."""

    op: Literal["color"] = "color"
    brightness: Literal["up", "down"] | Degree | None = None
    contrast: Literal["up", "down"] | Degree | None = None
    saturation: Literal["up", "down"] | Degree | None = None
    temperature: Literal["warm", "cool"] | Degree | None = None
    sharpen: Percent | None = None
    vignette: bool | None = None
    grain: bool | None = None
    preset: Preset | None = None
    clip: ClipNumber | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    remove: bool | None = None


class Bw(_Op):
    """Black and white: everything, a clip, all but some, or a range; or back to colour."""

    op: Literal["bw"] = "bw"
    clip: ClipNumber | None = None
    except_clips: list[ClipNumber] | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    off: bool | None = None


class Blur(_Op):
    """Make the picture, faces or a region (left, top, width, height as shares) unreadable; or remove that."""

    op: Literal["blur"] = "blur"
    start: Seconds | None = None
    end: Seconds | None = None
    target: Literal["all", "faces", "region"] | None = None
    region: tuple[Fraction, Fraction, Share, Share] | None = None
    style: Literal["blur", "pixelate"] | None = None
    strength: Literal["less", "more"] | Percent | None = None
    clip: ClipNumber | None = None
    remove: bool | None = None


class Stabilize(_Op):
    """Take the shake out of the picture."""

    op: Literal["stabilize"] = "stabilize"
    clip: ClipNumber | None = None
    off: bool | None = None


class Letterbox(_Op):
    """Cinema bars at the top and bottom, down to `ratio` (width to height; none: 2.39)."""

    op: Literal["letterbox"] = "letterbox"
    ratio: Annotated[float, Field(ge=1, le=4)] | None = None
    remove: bool | None = None


class Timecode(_Op):
    """The running time on the picture."""

    op: Literal["timecode"] = "timecode"
    position: Position | None = None
    remove: bool | None = None


class ProgressBar(_Op):
    """A bar that grows along the bottom."""

    op: Literal["progress_bar"] = "progress_bar"
    remove: bool | None = None


class ExportOp(_Op):
    """Make the finished file, where it says so as large as its `source`.

    `project` is a timeline for another editor, with the media beside it.
    """

    op: Literal["export"] = "export"
    format: str | None = None
    height: int | Literal["source"] | None = None
    fps: float | None = None
    ratio: Ratio | None = None
    max_mb: float | None = None
    project: Literal["otio", "fcpxml", "edl"] | None = None


class Gif(_Op):
    """An animated GIF of a range (none: everything), so many pixels wide."""

    op: Literal["gif"] = "gif"
    start: Seconds | None = None
    end: Seconds | None = None
    width: Annotated[int, Field(ge=64, le=1920)] | None = None


class Thumbnail(_Op):
    """One picture of the video as a file; `every` (s) makes a series, `count` so many over the whole."""

    op: Literal["thumbnail"] = "thumbnail"
    at: Seconds | None = None
    every: Annotated[float, Field(gt=0)] | None = None
    count: Annotated[int, Field(ge=1, le=100)] | None = None
    start: Seconds | None = None
    end: Seconds | None = None


class Compress(_Op):
    """A smaller file, of at most `max_mb` (a million bytes each) where that is named."""

    op: Literal["compress"] = "compress"
    max_mb: Annotated[float, Field(gt=0)] | None = None


class ExtractAudio(_Op):
    """The sound alone as a file."""

    op: Literal["extract_audio"] = "extract_audio"
    format: Literal["mp3", "wav", "m4a"] | None = None


class Report(_Op):
    """Tell what was found: shots, black or frozen stretches, loudness, pauses, what is said, or where words are."""

    op: Literal["report"] = "report"
    what: Literal["shots", "black", "frozen", "loudness", "pauses", "transcript", "words"]
    words: str | None = None


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
    | Duplicate
    | Reorder
    | Loop
    | Freeze
    | Highlight
    | ExactLength
    | Slideshow
    | Merge
    | SoundCut
    | Chapters
    | TransitionOp
    | FadeOp
    | TextOp
    | Subtitle
    | Watermark
    | PictureInPicture
    | SplitScreen
    | Speed
    | Reverse
    | Volume
    | Mute
    | MusicOp
    | ReplaceAudio
    | Duck
    | Normalize
    | Denoise
    | VoiceOver
    | RemoveFiller
    | CutWords
    | CutSeen
    | Aspect
    | Resize
    | Crop
    | Rotate
    | Flip
    | Fps
    | ZoomOp
    | Color
    | Bw
    | Blur
    | Stabilize
    | Letterbox
    | Timecode
    | ProgressBar
)
"""What changes the timeline."""

FileOp = ExportOp | Gif | Thumbnail | Compress | ExtractAudio
"""What makes a file and leaves the timeline as it is."""

Op = Annotated[
    EditOp | FileOp | Report | Undo | Redo | Simple | Clarify | Answer | Unsupported | Refuse, Field(discriminator="op")
]
"""Everything a plan can hold."""

OPS: TypeAdapter[Op] = TypeAdapter(Op)
