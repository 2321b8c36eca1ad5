"""Footage of every shape, rate and make joins one picture."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.engine.render.job import Output, SourceFile
from bot.engine.render.spans import Body
from bot.engine.timeline.model import Canvas, Fit, Segment, Timeline, Transition
from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture, Sound
from tests import measure
from tests.engine.render import clips
from tests.engine.render.conftest import Make
from tests.engine.render.test_render import differences, out_of_step

SMALL = Canvas(320, 180)


def cut(start: int, end: int, media: str = "m", join: Transition | None = None) -> Segment:
    return Segment(f"s{start}", media, media, "name", "video", start, end, transition=join)


async def one(make: Make, source: SourceFile, canvas: Canvas = SMALL, start: int = 500, end: int = 1500) -> list[int]:
    made = await make(Timeline(canvas, (cut(start, end),)), {"m": source})
    assert measure.decode_errors(made.file.path) == ""
    return clips.numbers(made.pictures)


@pytest.mark.parametrize(
    ("container", "suffix"),
    [("mov", "mp4"), ("matroska", "mkv"), ("mpegts", "ts"), ("avi", "avi"), ("matroska", "webm")],
)
async def test_every_container_is_cut_at_the_same_frame(make: Make, folder: Path, container: str, suffix: str) -> None:
    codec = {
        "avi": ("-c:v", "mpeg4", "-q:v", "2", "-g", "45", "-bf", "2"),
        "webm": ("-c:v", "libvpx", "-b:v", "2M", "-deadline", "realtime", "-cpu-used", "8", "-g", "45"),
    }.get(suffix, ("-c:v", "libx264", "-preset", "veryfast", "-g", "75", "-pix_fmt", "yuv420p"))
    path = folder / f"made.{suffix}"
    sound = ("-c:a", "libopus") if suffix == "webm" else ("-c:a", "aac")
    source = clips.footage(path, frames=180, container=container, video=codec, audio=sound, sound=clips.bursts(6))
    made = await make(Timeline(SMALL, (cut(3137, 4400),)), {"m": source})
    shown = clips.numbers(made.pictures)
    assert shown == list(range(shown[0], shown[0] + 38))
    assert abs(shown[0] - 94) <= 1, "a transport stream's zero is its sound's"
    assert max(map(abs, out_of_step(made))) <= 40
    assert measure.decode_errors(made.file.path) == ""


async def test_footage_whose_time_does_not_begin_at_zero(make: Make, talk: SourceFile, folder: Path) -> None:
    path = folder / "offset.ts"
    clips.run(["-i", str(talk.path), "-c", "copy", "-output_ts_offset", "100", str(path)])
    source = clips.probed(path, "mpegts")
    made = await make(Timeline(SMALL, (cut(3000, 5000),)), {"m": source})
    shown = clips.numbers(made.pictures)
    assert shown == list(range(shown[0], shown[0] + 60))
    assert abs(shown[0] - 90) <= 1, "a transport stream's zero is its sound's"
    assert max(map(abs, out_of_step(made))) <= 34


@pytest.mark.parametrize(("late", "start"), [("picture", 0), ("picture", 4000), ("sound", 0), ("sound", 4000)])
async def test_a_transport_stream_whose_tracks_begin_apart(
    make: Make, talk: SourceFile, folder: Path, late: str, start: int
) -> None:
    """ffmpeg on its own would start each track at zero once the other one is left out."""
    path = folder / f"late-{late}.ts"
    given = ["-i", str(talk.path), "-itsoffset", "0.5", "-i", str(talk.path)]
    maps = ["-map", "1:v", "-map", "0:a"] if late == "picture" else ["-map", "0:v", "-map", "1:a"]
    clips.run([*given, *maps, "-c", "copy", "-t", "8", str(path)])
    made = await make(Timeline(SMALL, (cut(start, start + 3500),)), {"m": clips.probed(path, "mpegts")})
    shown = clips.numbers(made.pictures)
    marks = [(at, shown[round(at * 30)]) for at in clips.onsets(made.sound) if 0.6 < at < 3.4]
    assert len(marks) >= 5
    away = [number / 30 % 0.5 for _, number in marks]
    assert all(min(part, 0.5 - part) < 0.08 for part in away), "half a second apart is in step with itself"
    first = next(at for at in range(1, 105) if shown[at] != shown[0])
    due = first if late == "picture" and start == 0 else 1
    assert first == due
    if start == 0:
        assert (first >= 14) == (late == "picture")


async def test_variable_rate_shows_what_a_player_would_show(make: Make, folder: Path) -> None:
    kept = "select='not(between(mod(n,90),20,80))'"
    source = clips.footage(folder / "vfr.mp4", frames=360, picture_filter=kept)
    assert source.facts.picture is not None
    assert source.facts.picture.variable_rate
    made = await make(Timeline(SMALL, (cut(2000, 11_000),)), {"m": source})
    times, numbers = clips.timed(made.file.path)
    shown = [numbers[np.searchsorted(times, (at + 0.1) / 30, side="right") - 1] for at in range(270)]
    due = [number if not 20 <= number % 90 <= 80 else number // 90 * 90 + 19 for number in range(60, 330)]
    assert shown == due
    assert len(numbers) < 110, "and keeps its times: what stands is not there again and again"


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(24000, 1001), Fraction(60), Fraction(30000, 1001)])
async def test_other_rates_keep_their_time(make: Make, folder: Path, rate: Fraction) -> None:
    source = clips.footage(folder / f"rate{rate.numerator}.mp4", frames=int(rate * 6), fps=rate)
    shown = await one(make, source, start=1000, end=5000)
    first = shown[0]
    assert abs(first / rate - 1) <= 1 / rate
    for at, number in enumerate(shown):
        assert abs(number - first - at * rate / 30) <= Fraction(5, 4)


async def test_ntsc_footage_on_its_own_grid_loses_nothing(make: Make, folder: Path) -> None:
    rate = Fraction(30000, 1001)
    source = clips.footage(folder / "ntsc.mp4", frames=180, fps=rate)
    canvas = Canvas(320, 180, 30000, 1001)
    made = await make(Timeline(canvas, (cut(1000, 3000), cut(4000, 5500))), {"m": source})
    shown = clips.numbers(made.pictures)
    assert shown == [*range(30, 90), *range(120, 165)]


async def test_odd_size(make: Make, folder: Path) -> None:
    source = clips.footage(
        folder / "odd.mp4", frames=60, size=(269, 151),
        video=("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv444p"),
    )  # fmt: skip
    assert await one(make, source) == list(range(15, 45))


@pytest.mark.parametrize("degrees", [90, 180, 270])
async def test_rotated_phone_footage_stands_upright(make: Make, folder: Path, degrees: int) -> None:
    turned = folder / f"turned{degrees}.mp4"
    turn = {90: "transpose=cclock", 180: "hflip,vflip", 270: "transpose=clock"}[degrees]
    flat = clips.footage(folder / f"flat{degrees}.mp4", frames=60, picture_filter=turn)
    clips.run(["-display_rotation", str(360 - degrees), "-i", str(flat.path), "-c", "copy", str(turned)])
    source = clips.probed(turned, "mov")
    assert source.facts.picture is not None
    assert (source.facts.picture.width, source.facts.picture.height) == (320, 180)
    assert source.facts.picture.rotation == degrees
    assert await one(make, source) == list(range(15, 45))


async def test_ten_bit_footage(make: Make, folder: Path) -> None:
    source = clips.footage(
        folder / "ten.mkv", frames=60, container="matroska",
        video=("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le"),
    )  # fmt: skip
    assert await one(make, source) == list(range(15, 45))


FITS: list[tuple[Fit, Callable[[np.ndarray], bool]]] = [
    ("pad", lambda picture: picture[:, :50].max() < 30),
    ("blur_pad", lambda picture: 40 < picture[100:170, :50].mean() < 160),
    ("crop", lambda picture: picture[165:].std() < 5 and picture[165:].mean() > 60),
]


@pytest.mark.parametrize(("fit", "holds"), FITS)
async def test_how_another_shape_fits_in(
    make: Make,
    folder: Path,
    fit: Fit,
    holds: Callable[[np.ndarray], bool],
) -> None:
    path = folder / "tall.mp4"
    tall = clips.footage(path, frames=60, size=(180, 320))
    made = await make(Timeline(Canvas(320, 180, fit=fit), (cut(0, 1000),)), {"m": tall})
    assert made.pictures.shape[1:] == (180, 320)
    assert holds(made.pictures[5])


async def test_a_mixed_timeline_joins_without_a_black_or_frozen_frame(
    make: Make, folder: Path, talk: SourceFile
) -> None:
    other = clips.footage(folder / "half.mp4", frames=150, size=(640, 360), fps=Fraction(25))
    still = image(folder / "photo.png", (400, 225))
    join = Transition("crossfade", 400)
    segments = (
        cut(1000, 3000),
        cut(1000, 3000, "n", join),
        Segment("p", "p", "p", "photo", "image", 0, 1500, transition=join),
        cut(8000, 9500, join=join),
    )
    made = await make(Timeline(SMALL, segments), {"m": talk, "n": other, "p": still})
    pictures = made.pictures.astype(np.int16)
    assert made.plan.frames == round((2 + 2 + 1.5 + 1.5 - 3 * 0.4) * 30)
    assert pictures.mean(axis=(1, 2)).min() > 50
    moved = np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2))
    held = {
        at
        for span in made.plan.spans
        if isinstance(span, Body) and span.stretch.still
        for at in range(span.first, span.end)
    }
    frozen = [at for at in np.flatnonzero(moved < 0.01) if at not in held]
    assert not any(after - before == 1 for before, after in pairwise(frozen))
    assert measure.decode_errors(made.file.path) == ""


def image(path: Path, size: tuple[int, int], colour: str = "#406080", exif: int | None = None) -> SourceFile:
    picture = Image.new("RGB", size, colour)
    tags = Image.Exif()
    if exif is not None:
        tags[0x0112] = exif
    picture.save(path, exif=tags)
    kind = "png_pipe" if path.suffix == ".png" else "jpeg_pipe"
    return SourceFile(path, MediaFacts("image", kind, path.stat().st_size, 0, Picture(*size, 0, 1, "png", "rgb24")))


async def test_a_still_has_its_colour_and_turns_upright(make: Make, folder: Path) -> None:
    photo = image(folder / "photo.jpg", (90, 160), "#c03020", exif=6)
    made = await make(Timeline(SMALL, (Segment("p", "c", "p", "n", "image", 0, 1000),)), {"p": photo})
    assert made.plan.frames == 30
    raw = clips.run(["-i", str(made.file.path), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"])
    pixels = np.frombuffer(raw, np.uint8).reshape(180, 320, 3).astype(int)
    assert np.abs(pixels - (0xC0, 0x30, 0x20)).max() < 12, "over the whole width: it lay on its side"


async def test_footage_shorter_than_its_segment_holds_its_last_frame(make: Make, folder: Path) -> None:
    short = clips.footage(folder / "short.mp4", frames=60)
    facts = replace(short.facts, duration_ms=4000, sound=None)
    for start, due in ((1000, [*range(30, 60), *[59] * 60]), (3000, [59] * 90)):
        shown = await one(make, SourceFile(short.path, facts), start=start, end=start + 3000)
        assert shown == due


async def test_colours_survive_whatever_the_source_is_tagged(make: Make, folder: Path) -> None:
    for name, matrix, pixels in (("sd", "bt601", "yuv420p"), ("hd", "bt709", "yuv420p"), ("full", "bt601", "yuvj420p")):
        path = folder / f"{name}.mp4"
        ranged = "full" if name == "full" else "limited"
        tags = [
            "-colorspace",
            "bt709" if matrix == "bt709" else "smpte170m",
            "-color_range",
            "pc" if name == "full" else "tv",
        ]
        clips.run(
            ["-f", "lavfi", "-i", "color=#b03050:s=320x180:r=30:d=1",
             "-vf", f"scale=out_color_matrix={matrix}:out_range={ranged},format={pixels}", *tags, str(path)]
        )  # fmt: skip
        made = await make(Timeline(SMALL, (cut(0, 500),)), {"m": clips.probed(path, "mov")})
        raw = clips.run(
            [
                "-i",
                str(made.file.path),
                "-frames:v",
                "1",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                "pipe:1",
            ]
        )  # as the file says that its colours are meant
        seen = np.frombuffer(raw, np.uint8).reshape(-1, 3).mean(axis=0)
        assert np.abs(seen - (0xB0, 0x30, 0x50)).max() < 5, name


async def test_a_portrait_export_scales_down(make: Make, talk: SourceFile) -> None:
    made = await make(Timeline(Canvas(360, 640, fit="crop"), (cut(0, 500),)), {"m": talk}, Output(height=180))
    assert (made.file.width, made.file.height) == (180, 320)
    assert made.pictures.shape == (15, 320, 180)


async def test_a_source_that_is_gone_is_a_readable_failure(make: Make, talk: SourceFile) -> None:
    facts = replace(talk.facts, sound=Sound("aac", 48_000, 1))
    with pytest.raises(MediaError) as refused:
        await make(Timeline(SMALL, (cut(0, 500),)), {"m": SourceFile(talk.path.with_name("gone.mp4"), facts)})
    assert refused.value.fault is MediaFault.BROKEN


async def test_damaged_footage_still_gives_a_whole_file(make: Make, talk: SourceFile, folder: Path) -> None:
    data = bytearray(talk.path.read_bytes())
    middle = data.index(b"mdat") + len(data) // 3
    data[middle : middle + 3000] = bytes(3000)
    path = folder / "damaged.mp4"
    path.write_bytes(data)
    made = await make(Timeline(SMALL, (cut(0, 6000),)), {"m": SourceFile(path, talk.facts)})
    assert made.pictures.shape[0] == 180
    assert differences(made, slack=4096) == []
    assert measure.decode_errors(made.file.path) == ""


async def test_cover_art_is_no_picture(make: Make, talk: SourceFile, folder: Path) -> None:
    cover, path = folder / "cover.png", folder / "covered.mp4"
    image(cover, (100, 100))
    given = ["-i", str(cover), "-i", str(talk.path), "-map", "0", "-map", "1", "-c", "copy"]
    clips.run([*given, "-disposition:v:0", "attached_pic", "-t", "4", str(path)])
    assert await one(make, clips.probed(path, "mov")) == list(range(15, 45))


async def test_pixels_that_are_not_square(make: Make, talk: SourceFile, folder: Path) -> None:
    path = folder / "narrow.mp4"
    clips.run(["-i", str(talk.path), "-t", "3", "-vf", "scale=160:180,setsar=2", str(path)])
    assert await one(make, clips.probed(path, "mov")) == list(range(15, 45))


async def test_an_edit_list_that_begins_inside_a_group_of_pictures(make: Make, talk: SourceFile, folder: Path) -> None:
    path = folder / "edited.mp4"
    clips.run(["-ss", "1.01", "-i", str(talk.path), "-t", "4", "-c", "copy", str(path)])
    made = await make(Timeline(SMALL, (cut(500, 2500),)), {"m": clips.probed(path, "mov")})
    shown = clips.numbers(made.pictures)
    assert shown == list(range(shown[0], shown[0] + 60))
    assert max(map(abs, out_of_step(made))) <= 40


async def test_an_animated_gif(make: Make, talk: SourceFile, folder: Path) -> None:
    path = folder / "moving.gif"
    clips.run(["-i", str(talk.path), "-t", "3", "-vf", "fps=10", str(path)])
    shown = await one(make, clips.probed(path, "gif"), start=1000, end=2000)
    assert shown == [shown[0] + at // 3 * 3 for at in range(30)]
