"""What a project for another editor does not carry, in words for the person who opens it."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from bot.engine.render.job import SourceFile
from bot.engine.timeline.model import PLAIN, Timeline

_LOOKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("is steadied", ("stabilize",)),
    ("is cropped", ("left", "right", "top", "bottom")),
    ("is rotated", ("rotate",)),
    ("is mirrored", ("flip_across", "flip_down")),
    ("has other colours", ("brightness", "contrast", "saturation", "temperature", "preset", "bw")),
    ("is sharpened, or has a vignette or grain", ("sharpen", "vignette", "grain")),
    ("is blurred or pixelated", ("covers",)),
    ("is zoomed", ("zoom",)),
    ("follows somebody", ("follow",)),
    ("is cut to fit its place beside others", ("cell",)),
)


def notes_of(timeline: Timeline, rate: Fraction, media: Mapping[str, SourceFile]) -> Iterator[str]:
    """One sentence each; nothing where the project carries everything."""
    canvas = timeline.canvas
    if rate != Fraction(canvas.fps_num, canvas.fps_den):
        yield f"The project has {float(rate):.3f} frames a second, the nearest rate that editors know."
    used = dict.fromkeys([*(one.media for one in timeline.segments), *(one.media for one in timeline.overlays)])
    if any(one in media and (picture := media[one].facts.picture) and picture.variable_rate for one in used):
        yield "Some footage has an uneven frame rate: editors may show it a frame off."
    yield from _of_segments(timeline)
    yield from _of_sound(timeline)
    yield from _of_whole(timeline)


def _of_segments(timeline: Timeline) -> Iterator[str]:
    for words, fields in _LOOKS:
        touched = [
            f"{number}"
            for number, one in enumerate(timeline.segments, 1)
            if any(getattr(one.look, name) != getattr(PLAIN, name) for name in fields)
        ]
        if touched:
            yield f"The picture {words}, which is not in the project: piece {_some(touched)} of the row."
    if any(one.reverse for one in timeline.segments):
        yield "Pieces that play backwards have a speed below zero: look at them first, editors read that differently."
    if any(one.freeze for one in timeline.segments):
        yield "Held pictures are image files in the media folder."
    styles = dict.fromkeys(
        one.transition.style for one in timeline.segments if one.transition and one.transition.style != "crossfade"
    )
    if styles:
        names = ", ".join(style.replace("_", " ") for style in styles)
        yield f"Every transition is handed over as a cross dissolve. Here some are: {names}."
    if canvas_fit := {"crop": "cropped to fill", "blur_pad": "shown over a blurred copy"}.get(timeline.canvas.fit):
        yield f"Footage of another shape is {canvas_fit} here; set that in the editor."


def _of_sound(timeline: Timeline) -> Iterator[str]:
    if any(not one.keep_pitch and one.speed != 1 for one in timeline.segments):
        yield "Some pieces change their pitch with their speed here."
    if any(one.sound_early or one.sound_late for one in timeline.segments):
        yield "Where sound begins before or ends after its picture, only FCPXML says so."
    if any(one.denoise for one in timeline.segments) or any(one.denoise for one in timeline.music):
        yield "Noise is taken out of the sound here; the media are as they were uploaded."
    if any(one.fade_in or one.fade_out for one in timeline.music):
        yield "Fades of music are not in the project."
    if any(one.duck is not None for one in timeline.music):
        yield "Music goes down under speech here; in the project it keeps one level."
    if timeline.volume != 100:
        yield f"The whole is played at {timeline.volume} % here."
    if timeline.loudness is not None:
        yield f"The finished file is brought to {timeline.loudness:g} LUFS here."


def _of_whole(timeline: Timeline) -> Iterator[str]:
    if timeline.fade_in or timeline.fade_out:
        yield "The fade at the start or the end of the whole is not in the project."
    if timeline.subtitles is not None:
        yield "Subtitles are not in the project: export them as SRT and bring that in."
    if any(one.look != PLAIN for one in timeline.overlays):
        yield "What is done to the picture of overlays is not in the project."
    if timeline.overlays:
        yield "Where overlays lie and how large they are is nearly, not exactly, as here."
    for words, on in (
        ("The running time", timeline.timecode),
        ("The progress bar", timeline.progress_bar),
        ("The cinema bars", timeline.letterbox),
    ):
        if on:
            yield f"{words} on the picture: not in the project."


def _some(numbers: list[str]) -> str:
    return ", ".join(numbers[:20]) + (f" and {len(numbers) - 20} more" if len(numbers) > 20 else "")
