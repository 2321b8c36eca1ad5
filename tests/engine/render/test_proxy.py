"""Proxies show the same moments as their clips, and a preview made of them looks like the export."""

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from bot.engine.render.frame import frame_of, small_rate
from bot.engine.render.job import Output, SourceFile
from bot.engine.render.proxy import proxy_job, stand_in, swapped, wants_proxy
from bot.engine.render.run import render
from bot.engine.timeline.canvas import canvas_for
from bot.engine.timeline.model import (
    Box,
    Canvas,
    Cover,
    Fade,
    Look,
    MediaItem,
    Overlay,
    Segment,
    Text,
    Timeline,
    Transition,
    Zoom,
)
from bot.media.facts import MediaFacts, Picture
from tests import measure
from tests.engine.render import clips
from tests.engine.render.conftest import Make

QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-g", "60", "-pix_fmt", "yuv420p")
HD = (960, 540)


def facts(size: tuple[int, int], rate: Fraction, **more: object) -> MediaFacts:
    picture = Picture(*size, rate.numerator, rate.denominator, "h264", "yuv420p", **more)  # type: ignore[arg-type]
    return MediaFacts("video", "mov", 1000, 10_000, picture)


def test_the_rate_of_what_is_small() -> None:
    """Every second picture of a fast rate, so that pictures go on evenly; a rate of 30 and less stays."""
    ntsc = Fraction(30_000, 1001)
    even = {24: 24, 25: 25, 30: 30, 48: 24, 50: 25, 60: 30, 31: 30, 40: 30, 120: 30}
    rates = {**{Fraction(rate): Fraction(small) for rate, small in even.items()}, ntsc: ntsc, 2 * ntsc: ntsc}
    assert {rate: small_rate(rate) for rate in rates} == rates


@pytest.mark.parametrize(
    ("size", "rate"),
    [(HD, 30), ((1920, 1080), 60), ((1080, 1920), 30), ((2704, 1520), 50), ((3840, 2160), 24), ((1440, 1080), 25),
     ((1078, 606), 30), ((998, 998), 30), ((1366, 768), 12)],
)  # fmt: skip
def test_a_proxy_has_the_frames_of_a_preview(size: tuple[int, int], rate: int) -> None:
    """Of the canvas that its clip sets: what is not changed can be copied then."""
    source = SourceFile(Path("clip"), facts(size, Fraction(rate)))
    assert wants_proxy(source.facts)
    proxy = stand_in(source, Path("proxy")).facts
    canvas = canvas_for(MediaItem("m", "m", "video", 10_000, *size, rate, 1))
    frame = frame_of(canvas, Output(quality="preview"))
    assert proxy.picture is not None
    assert (proxy.picture.width, proxy.picture.height) == (frame.width, frame.height)
    assert Fraction(proxy.picture.fps_num, proxy.picture.fps_den) == frame.fps
    assert (proxy.duration_ms, proxy.sound) == (10_000, None)
    assert not wants_proxy(proxy), "what is made of a proxy needs no other"


def test_what_is_small_already_is_its_own_proxy() -> None:
    assert not wants_proxy(facts((640, 360), Fraction(30)))
    assert not wants_proxy(facts((480, 854), Fraction(30_000, 1001)))
    assert wants_proxy(facts((640, 360), Fraction(60)))
    assert not wants_proxy(MediaFacts("audio", "mp3", 1000, 10_000))
    assert not wants_proxy(MediaFacts("image", "png_pipe", 1000, 0, Picture(4000, 3000, 0, 1, "png", "rgb24")))


async def proxied(source: SourceFile, folder: Path) -> SourceFile:
    """The source's proxy, made as the engine makes it."""
    target = folder / f"proxy of {source.path.name}.mp4"
    await render(proxy_job(source, target, folder / "scratch"))
    return stand_in(source, target)


def packets(path: Path) -> tuple[list[Fraction], list[Fraction]]:
    """When each picture is shown, in the order of decoding, and the keyframes of them, s."""
    with av.open(str(path)) as container:
        found = [packet for packet in container.demux(video=0) if packet.pts is not None]
        times = [packet.pts * packet.time_base for packet in found if packet.pts is not None and packet.time_base]
        return times, [time for time, packet in zip(times, found, strict=True) if packet.is_keyframe]


async def numbers_of(source: SourceFile) -> list[int]:
    picture = source.facts.picture
    assert picture is not None
    return clips.numbers(clips.decoded(source.path, (picture.width, picture.height)))


@pytest.mark.long
async def test_a_proxy_shows_the_same_moment_as_its_clip(tmp_path: Path, folder: Path) -> None:
    """At half the rate every second frame; a clock that begins late, and footage that is turned, do not matter."""
    fast = clips.footage(folder / "fast.mp4", frames=240, fps=Fraction(60), size=HD, sound=clips.bursts(4), video=QUICK)
    proxy = await proxied(fast, tmp_path)
    assert await numbers_of(proxy) == list(range(0, 240, 2))
    probed = clips.probed(proxy.path, "mov")
    assert replace(proxy.facts, size=probed.facts.size) == probed.facts, "what is told of it is what a probe finds"
    bursts = [at / clips.BURST_SECONDS for at in clips.onsets(clips.heard(proxy.path))]
    assert len(bursts) >= 7
    assert max(abs(at - round(at)) for at in bursts) * clips.BURST_SECONDS <= 0.002
    late = folder / "late.ts"
    clips.run(["-i", str(fast.path), "-c", "copy", "-output_ts_offset", "100", str(late)])
    shown = await numbers_of(await proxied(clips.probed(late, "mpegts"), tmp_path))
    assert max(abs(number - 2 * at) for at, number in enumerate(shown)) <= 2, "a frame of the proxy"
    turned = folder / "turned.mp4"
    clips.run(["-display_rotation:v:0", "90", "-i", str(fast.path), "-c", "copy", "-t", "1", str(turned)])
    upright = clips.probed(turned, "mov")
    proxy = await proxied(upright, tmp_path)
    probed = clips.probed(proxy.path, "mov")
    assert probed.facts.picture is not None
    assert (probed.facts.picture.width, probed.facts.picture.height) == (480, 854)
    assert probed.facts.picture.rotation == 0


@pytest.mark.long
async def test_a_proxy_can_be_cut_anywhere(tmp_path: Path, folder: Path) -> None:
    """A keyframe every half second, no frame that needs a later one; and noise does not fill the disk."""
    noise = ["-f", "lavfi", "-i", "color=gray:s=960x540:r=30:d=4,noise=alls=100:allf=t", *QUICK]
    clips.run([*noise, str(folder / "noise.mp4")])
    proxy = await proxied(clips.probed(folder / "noise.mp4", "mov"), tmp_path)
    assert measure.decode_errors(proxy.path) == ""
    times, keys = packets(proxy.path)
    assert times == sorted(times), "decoded in the order in which it is shown"
    assert {Fraction(at, 30) for at in range(0, 120, 15)} <= set(keys)
    assert proxy.path.stat().st_size < 4 * 1_100_000 / 8 * 1.6


def cut(start: int, end: int, media: str = "m", **more: object) -> Segment:
    return Segment(f"s{start}", media, media, "name", "video", start, end, **more)  # type: ignore[arg-type]


JOIN = Transition("crossfade", 400, 200, 200)
WIDE, TALL = Canvas(*HD), Canvas(540, 960, fit="crop")
FOLLOW = ((0, 300, 500), (3000, 700, 500))
HIDDEN = Cover("pixelate", boxes=(Box(0, 300, 400, 200, 200), Box(2000, 500, 400, 200, 200)))
TIMELINES = {
    "cuts, a cross-fade, a title and a fade": Timeline(
        WIDE,
        (cut(137, 1500), cut(2010, 3333, transition=JOIN), cut(500, 1400)),
        (Text("t", "A title", 500, 2000),),
        fade_in=Fade(300),
        fade_out=Fade(300),
    ),
    "another speed, backwards, held": Timeline(
        WIDE, (cut(500, 2500, speed=2.0), cut(1000, 2000, reverse=True), cut(1500, 2500, freeze=True))
    ),
    "cut off, turned, coloured": Timeline(
        WIDE, (cut(0, 2000, look=Look(left=100, top=50, rotate=180, preset="warm")),)
    ),
    "magnified and moving": Timeline(WIDE, (cut(0, 2000, look=Look(zoom=Zoom(0, 2000, 100, 150))),)),
    "a crop that follows": Timeline(TALL, (cut(0, 3000, look=Look(follow=FOLLOW)),)),
    "a moving cover": Timeline(WIDE, (cut(0, 3000, look=Look(covers=(HIDDEN,))),)),
    "one over the other": Timeline(
        WIDE,
        (cut(0, 2000),),
        overlays=(Overlay("o", "m", "name", "video", 500, 1500, 1000, position="top-right", size=30),),
    ),
}


@pytest.fixture(scope="session")
def clip(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[SourceFile, SourceFile]:
    """Four seconds of a picture with things in it, and its proxy."""
    path = folder / "things.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=s=960x540:r=30:d=4,gblur=sigma=3"]
    clips.run([*picture, "-f", "lavfi", "-i", "sine=d=4", *QUICK, "-c:a", "aac", str(path)])
    source = clips.probed(path, "mov")
    return source, asyncio.run(proxied(source, tmp_path_factory.mktemp("proxies")))


@pytest.mark.long
@pytest.mark.parametrize("name", TIMELINES)
async def test_a_preview_looks_like_the_export(make: Make, clip: tuple[SourceFile, SourceFile], name: str) -> None:
    """Frame by frame: made of the proxy, beside an export of the same size out of the clip itself."""
    source, proxy = clip
    media = {"m": source}
    export = await make(TIMELINES[name], media, Output(height=480))
    shown = export.pictures.astype(np.int16)
    preview = await make(TIMELINES[name], swapped(media, {"m": proxy.path}), Output(quality="preview"))
    seen = preview.pictures.astype(np.int16)
    assert seen.shape == shown.shape
    differences = np.abs(seen - shown).mean(axis=(1, 2))
    neighbours = np.abs(shown[1:] - shown[:-1]).mean()
    assert differences.max() < 4, f"{differences.argmax()} of {len(seen)}"
    assert differences.mean() < max(1.5, neighbours)
    length = min(len(export.sound), len(preview.sound))
    assert abs(len(export.sound) - len(preview.sound)) <= 48
    assert np.abs(export.sound[:length] - preview.sound[:length]).mean() < 0.01


@pytest.mark.long
async def test_a_long_preview_of_a_look_shows_every_second_picture_in_step(make: Make, talk: SourceFile) -> None:
    """Cuts of odd lengths for two minutes and more, as they are and as they are seen."""
    look, starts = Look(bw=True), range(0, 140_000, 7_000)
    segments = tuple(cut(at % 13_000, at % 13_000 + 6_667, look=look) for at in starts)
    made = await make(Timeline(Canvas(320, 180), segments), {"m": talk}, Output(quality="preview"))
    numbers = clips.numbers(made.pictures)
    length = sum(one.end - one.start for one in segments) / 1000
    assert len(numbers) == pytest.approx(length * 15, abs=2)
    for count, at in enumerate(starts):
        first, last = round(count * 6.667 * 15) + 1, round((count + 1) * 6.667 * 15) - 2
        for shown in (first, last):
            expected = (at % 13_000 / 1000 + shown / 15 - count * 6.667) * 30
            assert abs(numbers[shown] - expected) <= 1, "a picture of the source"
    marks = [at for at in clips.onsets(made.sound) if at < 6]
    assert len(marks) > 8
    assert max(abs(at - round(at * 2) / 2) for at in marks) < 0.02
    plain = tuple(replace(one, look=Look()) for one in segments)
    copied = await make(Timeline(Canvas(320, 180), plain), {"m": talk}, Output(quality="preview"))
    assert len(copied.pictures) == pytest.approx(length * 30, abs=2), "what is copied is whole"


@pytest.mark.long
async def test_a_preview_is_held_as_steady_as_the_export(make: Make, tmp_path: Path, folder: Path) -> None:
    """A hand that shakes is worked out of the proxy, which costs less, and comes to the same."""
    path = folder / "shaken.mp4"
    still = "testsrc2=s=1000x580:r=30:d=1,trim=end_frame=1,loop=-1:1,setpts=N/30/TB,gblur=sigma=2"
    shaken = f"{still},crop=960:540:20+12*sin(n/2):20+9*sin(n/3)"
    clips.run(["-f", "lavfi", "-i", shaken, "-t", "2", *QUICK, str(path)])
    source = clips.probed(path, "mov")
    proxy = await proxied(source, tmp_path)
    moved = []
    for look in (Look(stabilize=True), Look()):
        timeline = Timeline(WIDE, (cut(0, 2000, look=look),))
        for media, output in (({"m": source}, Output(height=480)), ({"m": proxy}, Output(quality="preview"))):
            pictures = (await make(timeline, media, output)).pictures.astype(np.int16)
            moved.append(float(np.abs(pictures[1:] - pictures[:-1]).mean()))
    export, preview, *shaking = moved
    assert export < min(shaking) / 2
    assert preview < min(shaking) / 2
