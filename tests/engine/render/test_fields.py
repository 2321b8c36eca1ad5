"""Interlaced footage comes out in whole pictures wherever it is shown, and one file has no other beside them."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.engine.render import child
from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.proxy import stand_in
from bot.engine.render.spans import Body
from bot.engine.timeline.model import PLAIN, Canvas, Look, Overlay, Segment, Timeline
from bot.media import sniff
from bot.media.glance import thumb
from bot.media.thumbs import make_thumbs
from tests.engine.render import clips, corpus, kinds, truth
from tests.engine.render.conftest import Made, Make
from tests.engine.render.test_corpus import combing

pytestmark = pytest.mark.long

CAMERA = ("-c:v", "mpeg2video", "-q:v", "2", "-g", "15", *kinds.IN_FIELDS)
COMBED, FRAYED = 4, 1.2


@pytest.fixture(scope="module")
def camera(folder: Path) -> SourceFile:
    """Of two moments a picture, and taller than a preview."""
    path = folder / "camera.ts"
    kinds.fields(path, size=(1280, 720), frames=60, video=CAMERA, audio=("-c:a", "mp2"))
    found = clips.probed(path, "mpegts")
    assert found.facts.picture is not None
    assert found.facts.picture.fields == "told"
    assert combing(truth.shown(path).pictures) > COMBED
    return found


def cut(start: int, end: int, look: Look = PLAIN, media: str = "m") -> Segment:
    return Segment(f"s{start}", media, media, "name", "video", start, end, look=look)


CANVAS = Canvas(1280, 720, 30, 1)
SMALL = Canvas(320, 180)


async def test_in_previews(make: Make, camera: SourceFile) -> None:
    for output in (Output(quality="preview"), Output(quality="preview", keyframes=True)):
        made = await make(Timeline(CANVAS, (cut(300, 1500),)), {"m": camera}, output)
        assert made.file.height < 720
        assert combs(made) < FRAYED, output


async def test_in_a_proxy_which_is_whole_then(make: Make, camera: SourceFile, tmp_path: Path) -> None:
    made = await make(Timeline(CANVAS, (cut(0, 2000),)), {"m": camera}, Output(quality="proxy"))
    assert combs(made) < FRAYED
    picture = stand_in(camera, tmp_path).facts.picture
    assert picture is not None
    assert picture.fields == ""


async def test_where_it_is_steadied(make: Make, camera: SourceFile) -> None:
    made = await make(Timeline(CANVAS, (cut(300, 1500, Look(stabilize=True)),)), {"m": camera}, Output())
    assert combs(made) < FRAYED


async def test_where_it_lies_over_something(make: Make, camera: SourceFile) -> None:
    over = Overlay("o", "m", "name", "video", 0, 1000, cell=(0, 0, 1000, 1000))
    card = Segment("k", "k", "", "card", "card", 0, 1000, color="#204060")
    made = await make(Timeline(CANVAS, (card,), overlays=(over,)), {"m": camera})
    assert combs(made) < FRAYED


async def test_beside_footage_that_is_copied(make: Make, folder: Path) -> None:
    """H.264 of one size and rate from two cameras: the whole pictures are copied, the fields are not."""
    paths = {"m": folder / "fields.mp4", "n": folder / "whole.mp4"}
    kinds.fields(paths["m"], video=kinds.x264(*kinds.IN_FIELDS, params="tff=1"))
    corpus.write(paths["n"], video=kinds.x264())
    media = {one: clips.probed(path, "mov") for one, path in paths.items()}
    timeline = Timeline(SMALL, (cut(300, 1800), cut(100, 3000, media="n"), cut(2000, 3500)))
    made = await make(timeline, media)
    full = child._planned(RenderJob(timeline, Output(), made.file.path, made.file.path, media))[0]
    how = [
        (span.stretch.media, span.treatment.how, span.treatment.why) for span in full.spans if isinstance(span, Body)
    ]
    assert ("n", "copy", "plain") in how
    assert [one for one in how if one[0] == "m"] == [("m", "encode", "interlaced")] * 2
    assert combs(made) < FRAYED


async def test_in_thumbnails(tmp_path: Path) -> None:
    path, times = tmp_path / "camera.mkv", (400, 900, 1300)
    kinds.fields(path, frames=60, video=CAMERA)
    await make_thumbs(path, times, tmp_path, seconds=8)
    pictures = [np.asarray(Image.open(thumb(tmp_path, at)).convert("L")) for at in times]
    assert {picture.shape for picture in pictures} == {(180, 320)}
    assert combing(pictures) < FRAYED


def test_what_a_file_says_of_itself_is_looked_into(tmp_path: Path) -> None:
    said = {
        "whole": (partial(corpus.write, video=kinds.x264()), ""),
        "both": (partial(kinds.fields, video=CAMERA), "told"),
        "whole pictures in fields": (partial(kinds.fields, first=None, video=CAMERA), ""),
        # nothing moves: there is no reason to doubt it
        "still": (partial(corpus.write, given=corpus.picture(7, *corpus.SIZE).tobytes() * 60,
                          steps="setfield=tff", video=CAMERA), "told"),
    }  # fmt: skip
    for name, (written, fields) in said.items():
        path = tmp_path / f"{name}.mkv"
        written(path, frames=60)
        picture = clips.probed(path, sniff.container_in(path)).facts.picture
        assert picture is not None
        assert (name, picture.fields) == (name, fields)


def combs(made: Made) -> float:
    """How frayed the runner is."""
    return combing(truth.shown(made.file.path).pictures)
