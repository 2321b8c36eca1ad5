"""Looks and overlays, rendered: what a whole operation does not show on its own (`tests/operations` has those)."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bot.engine.render.frame import Frame
from bot.engine.render.graph import Feed, graph
from bot.engine.render.job import Output, SourceFile
from bot.engine.render.lines import Stretch
from bot.engine.render.looks import Pace
from bot.engine.render.spans import Body
from bot.engine.render.still import STILL_COLOURS
from bot.engine.render.treatment import Treatment
from bot.engine.timeline.model import Box, Canvas, Cover, Look, Overlay, Segment, Timeline, Zoom
from bot.media.probe import probe
from tests.engine.render import clips
from tests.engine.render.conftest import Make

SMALL = Canvas(320, 180)
UPRIGHT = Canvas(100, 180, fit="crop")
Pictures = NDArray[np.int16]


def piece(look: Look, ms: int = 2_000, **more: object) -> Segment:
    return replace(Segment("s", "c", "m", "name", "video", 0, ms, look=look), **more)  # type: ignore[arg-type]


async def pictures(make: Make, segment: Segment, media: SourceFile, canvas: Canvas = SMALL) -> Pictures:
    made = await make(Timeline(canvas, (segment,)), {"m": media}, Output())
    return made.pictures.astype(np.int16)


@pytest.mark.long
async def test_a_crop_follows_its_path_and_holds_before_and_behind(make: Make, talk: SourceFile) -> None:
    path = ((0, 200, 500), (1_000, 200, 500), (1_500, 800, 500))
    whole = await pictures(make, piece(Look()), talk)
    shown = await pictures(make, piece(Look(follow=path)), talk, UPRIGHT)
    lefts = [_found(frame, whole[index]) for index, frame in enumerate(shown)]
    assert np.abs(np.array(lefts[:29]) - 14).max() <= 1, "64 is in the middle of 100"
    assert np.abs(np.array(lefts[46:]) - 206).max() <= 1
    assert (np.diff(lefts[29:46]) >= 0).all()


def _found(part: Pictures, whole: Pictures) -> int:
    """How far from the left a part of a picture was cut out."""
    row = slice(70, 110)
    errors = [np.abs(whole[row, at : at + part.shape[1]] - part[row]).mean() for at in range(whole.shape[1] - 99)]
    return int(np.argmin(errors))


@pytest.mark.long
async def test_a_cover_goes_with_what_it_covers_also_backwards(make: Make, talk: SourceFile) -> None:
    boxes = (Box(0, 0, 0, 300, 1000), Box(1_000, 0, 0, 0, 0), Box(2_100, 700, 0, 300, 1000))
    look = Look(covers=(Cover("pixelate", 100, boxes),))
    for segment in (piece(look, 3_000), piece(look, 3_000, reverse=True)):
        # a cover that is nowhere: encoded as well, so that both lose alike
        nowhere = Look(covers=(Cover("pixelate", 100, (Box(0, 0, 0, 0, 0),)),))
        plain = await pictures(make, replace(segment, look=nowhere), talk)
        hidden = await pictures(make, segment, talk)
        changed = np.abs(hidden - plain)[:, 40:140]
        if segment.reverse:
            changed = changed[::-1]
        left, right = changed[:, :, :90].mean(axis=(1, 2)), changed[:, :, 230:].mean(axis=(1, 2))
        assert (left[:28] > 4).all()
        assert (left[32:] < 1.5).all()
        assert (right[:28] < 1.5).all()
        assert (right[65:] > 4).all()


@pytest.mark.long
async def test_a_photo_is_zoomed_into_as_time_goes(make: Make, tmp_path: Path) -> None:
    picture = Image.new("RGB", (640, 360), "black")
    picture.paste("white", (320, 0, 640, 360))
    picture.save(tmp_path / "photo.png")
    photo = SourceFile(tmp_path / "photo.png", await probe(tmp_path / "photo.png"))
    look = Look(zoom=Zoom(0, 2_000, 100, 200, 0, 500))
    segment = Segment("s", "c", "m", "name", "image", 0, 2_000, look=look)
    shown = await pictures(make, segment, photo)
    edges = (shown[:, 90] < 128).sum(axis=1)
    assert abs(edges[0] - 160) <= 2
    assert abs(edges[29] - 240) <= 4
    assert abs(edges[-1] - 318) <= 4


@pytest.mark.long
async def test_an_overlay_is_seen_for_its_frames_only_and_in_a_transition_too(make: Make, talk: SourceFile) -> None:
    over = Overlay("o", "m", "name", "video", 500, 1_500, offset=3_000, cell=(0, 0, 1000, 1000), speed=2.0)
    timeline = Timeline(SMALL, (piece(Look()),), overlays=(over,))
    numbers = clips.numbers((await make(timeline, {"m": talk})).pictures)
    assert numbers == [*range(15), *range(90, 150, 2), *range(45, 60)]


@pytest.mark.long
async def test_steadied_footage_is_in_step_with_its_source(make: Make, tmp_path: Path) -> None:
    """From the middle of it, in two places, at twice the pace, and backwards; each frame is brighter by 3."""
    texture = np.random.default_rng(1).integers(0, 30, (18, 32)).repeat(10, axis=0).repeat(10, axis=1)
    raw = b"".join((texture + 20 + number * 3 % 180).astype(np.uint8).tobytes() for number in range(200))
    given = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x180", "-r", "30", "-i", "pipe:0"]
    clips.run([*given, "-c:v", "libx264", "-crf", "8", "-pix_fmt", "yuv420p", str(tmp_path / "a.mp4")], raw)
    source = clips.probed(tmp_path / "a.mp4", "mov")
    segments = tuple(
        replace(piece(Look()), id=f"s{start}", clip=f"c{start}", start=start, end=end, speed=speed, reverse=back)
        for start, end, speed, back in (
            (5_010, 6_010, 1.0, False),
            (3_000, 4_000, 2.0, False),
            (4_000, 4_500, 1.0, True),
        )
    )
    plain = await make(Timeline(SMALL, segments), {"m": source})
    before = plain.pictures[:, 40:140, 60:260].mean(axis=(1, 2))
    calm = tuple(replace(one, look=Look(stabilize=True)) for one in segments)
    after = (await make(Timeline(SMALL, calm), {"m": source})).pictures[:, 40:140, 60:260].mean(axis=(1, 2))
    assert len(after) == len(before) == 60
    assert np.ptp(before) > 30
    assert np.abs(after - before).max() < 2, "a frame off would be 3"


def test_a_graph_holds_numbers_and_our_own_words_only() -> None:
    name = "'; [evil] {\\an7} 恶"
    look = Look(
        left=100, rotate=90, flip_across=True, brightness=10, temperature=5, preset="dreamy", sharpen=10, grain=True,
        covers=(Cover("blur"), Cover("pixelate", 50, (Box(0, 0, 0, 500, 500),))), zoom=Zoom(0, 900, 100, 150),
        follow=((0, 100, 100), (500, 900, 900)),
    )  # fmt: skip
    stretch = Stretch(name, Fraction(0), Fraction(1), look=look)
    span = Body(0, 30, stretch, Treatment("encode", "look"))
    pace, rate, one = Pace(Fraction(0), Fraction(1, 30)), Fraction(30), Fraction(1)
    feed = Feed(
        320, 180, rate, Fraction(0), one, STILL_COLOURS, hdr=False, look=look, pace=pace, shows=pace, masks=(1,)
    )
    marked = Timeline(letterbox=239, timecode="top", progress_bar=True)
    made = graph(span, (feed,), Frame(180, 320, rate, "crop"), 30, marked)
    assert re.fullmatch(r"[ -~]+", made)
    assert "evil" not in made
