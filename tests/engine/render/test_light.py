"""Footage of high dynamic range, as phones shoot it, has the colours on an ordinary screen that it was filmed with.

What it should be is worked out from ITU-R BT.2100 and BT.2408 here once more, without the engine's own tables.
"""

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bot.engine.render.job import Output, SourceFile
from bot.engine.timeline.model import Canvas, Look, Segment, Timeline
from bot.media.glance import thumb
from bot.media.thumbs import make_thumbs
from tests.engine.render import clips, corpus, kinds, truth
from tests.engine.render.conftest import Make

pytestmark = pytest.mark.long

KEPT = ((0, 0, 0), (16, 16, 16), (64, 64, 64), (128, 128, 128), (180, 180, 180), (200, 40, 40), (40, 160, 60),
        (50, 70, 190), (150, 130, 60), (224, 172, 140))  # fmt: skip
"""Colours that come out as they are: skin among them, nothing brighter than half of white paper."""
SHINING = ((203, 203, 203), (400, 400, 400), (1000, 1000, 1000), (600, 0, 0), (0, 0, 600), (4000, 4000, 4000))
"""cd/m2: paper, and what shines brighter."""
SIDE, FRAMES = 48, 40
LIGHTS: tuple[corpus.Light, ...] = ("smpte2084", "arib-std-b67")
WIDTH = SIDE * (len(KEPT) + len(SHINING))
CANVAS = Canvas(WIDTH, 2 * SIDE)


@pytest.fixture(scope="module", params=LIGHTS)
def chart(request: pytest.FixtureRequest, folder: Path) -> SourceFile:
    """One patch of each beside the other."""
    light: corpus.Light = request.param
    shown = np.array([*(203 * (np.array(one) / 255) ** 2.4 for one in KEPT), *SHINING])
    row = np.repeat(np.round(corpus.coded(shown, light) * 65_535).astype("<u2"), SIDE, axis=0)
    path = folder / f"{light}.mkv"
    steps = f"scale=out_color_matrix=bt2020:out_range=limited:flags=accurate_rnd,format=yuv420p10le,{corpus.TAGGED}"
    clips.run(
        ["-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", f"{WIDTH}x{2 * SIDE}", "-r", "30", "-i", "pipe:0",
         "-vf", steps.format(light), "-c:v", "libx265", "-preset", "ultrafast", "-crf", "8", "-x265-params",
         "log-level=none", str(path)], row.tobytes() * 2 * SIDE * FRAMES,
    )  # fmt: skip
    return clips.probed(path, "matroska")


def looks(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The patches of a picture, RGB."""
    middle = picture[SIDE // 2 : -SIDE // 2].mean(axis=0)
    return np.array([middle[at + SIDE // 4 : at + 3 * SIDE // 4].mean(axis=0) for at in range(0, WIDTH, SIDE)])


def right(seen: NDArray[np.float64], off: float = 6) -> None:
    kept, shining = seen[: len(KEPT)], seen[len(KEPT) :]
    assert np.abs(kept[:-1] - KEPT[:-1]).max() < off
    assert np.abs(kept[-1] - KEPT[-1]).max() < 12, "the lightest of the skin, a little dimmed"
    paper, brighter, brightest, red, blue, beyond = shining
    assert paper.min() > 220, "white paper is white, not grey"
    assert paper.max() + 8 < brighter.min() < 250, "and leaves room for what shines"
    assert min(brightest.min(), beyond.min()) > 252
    assert np.ptp(seen[[0, 1, 2, 3, 4, len(KEPT), -1]], axis=1).max() < 4, "grey stays grey"
    assert (red[0], blue[2]) > (235, 235)
    assert max(red[1:].max(), blue[:2].max()) < 25, "colours keep their strength"


async def test_colours_are_what_they_were_filmed_as(make: Make, chart: SourceFile) -> None:
    assert chart.facts.picture is not None
    assert chart.facts.picture.hdr
    segments = (Segment("s", "m", "m", "name", "video", 0, 1000),)
    for output in (Output(), Output(quality="preview"), Output(quality="preview", keyframes=True)):
        made = await make(Timeline(CANVAS, segments), {"m": chart}, output)
        with av.open(str(made.file.path)) as file:
            stream = file.streams.video[0]
            frame = next(file.decode(stream))
            context = stream.codec_context
            told = context.color_primaries, context.color_trc, context.colorspace, context.color_range
        assert [int(one) for one in told] == [1, 1, 1, 1], "BT.709, and so it says"
        assert frame.format.name == "yuv420p"
        image = frame.to_ndarray(format="rgb24")
        if output == Output():
            right(looks(image.astype(np.uint8)))
        else:
            small = Image.fromarray(image).resize((WIDTH, 2 * SIDE), Image.Resampling.NEAREST)
            right(looks(np.asarray(small)), off=8)


async def test_colours_where_it_is_steadied(make: Make, tmp_path: Path) -> None:
    """It goes through a file of its own on the way."""
    path = tmp_path / "hlg.mkv"
    corpus.write(path, frames=40, light="arib-std-b67", video=kinds.TEN_BIT_HEVC)
    segment = Segment("s", "m", "m", "name", "video", 0, 1000, look=Look(stabilize=True))
    made = await make(Timeline(Canvas(*corpus.SIZE), (segment,)), {"m": clips.probed(path, "matroska")})
    assert np.abs(truth.patches(made.file.path, 0.5) - corpus.PATCHES).max() < 15


async def test_colours_of_thumbnails(chart: SourceFile, tmp_path: Path) -> None:
    await make_thumbs(chart.path, [500], tmp_path, seconds=8)
    image = Image.open(thumb(tmp_path, 500)).resize((WIDTH, 2 * SIDE), Image.Resampling.NEAREST)
    right(looks(np.asarray(image)), off=10)
