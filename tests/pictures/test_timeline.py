"""The timeline's picture shows what its times say, of the footage that plays there, whatever the names and numbers."""

import io
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures import timeline as picture
from bot.pictures.bars import DENSE, ROOMY
from bot.pictures.colours import BAR_INK, BARS, BODIES, DIM, GROUND, INK, LANE, contrast, rgb
from bot.pictures.material import Material
from bot.pictures.plan import LANES, LEFT, RIGHT, THUMB, plan
from bot.updates import Footage, TimelineSummary, TrackItem, TrackSummary
from tests.pictures.conftest import Hall
from tests.pictures.studio import WORDS, colour_at, item, kept, lay_out, opened, timeline

PICTURES = picture.TOP + ROOMY.name + THUMB / 2
"""Half-way down the pictures of the first track."""
BODY = picture.TOP + ROOMY.name + ROOMY.plain / 2
"""Half-way down the part below the name of a first track without footage."""


def x(ms: float, total: float = 8000) -> float:
    return LEFT + (RIGHT - LEFT) * ms / total


def drawn(summary: TimelineSummary) -> Image.Image:
    """Bars alone."""
    return Image.open(io.BytesIO(picture.draw(plan(summary, ()), Material(), WORDS)))


def columns(image: Image.Image, y: float, colour: str) -> list[int]:
    flat = image.convert("RGB")
    return [at for at in range(flat.width) if flat.getpixel((at, round(y))) == rgb(colour)]


async def test_pictures_are_of_what_plays_there(hall: Hall, clip: Path) -> None:
    footage = await kept(hall.media, clip, "a.mp4")
    # yellow for 2 s, red for 1 s, blue and yellow for 3 s, red again
    parts = ((6000, 8000), (500, 1500), (4500, 7500), (0, 2000))
    png = await hall.gallery.timeline(timeline(("video", [item(footage, 0, 8000, *parts)])), [footage], WORDS)

    image = opened(png)
    seen = [colour_at(image, x(at), PICTURES) for at in (300, 1800, 2500, 3300, 5500, 6300, 7800)]
    assert seen == ["yellow", "yellow", "red", "blue", "yellow", "red", "red"]
    for cut in (2000, 3000, 6000):
        line = [image.getpixel((round(x(cut)) + away, round(PICTURES))) for away in (-2, 0, 2)]
        assert line == [(*rgb(colour), 255) for colour in (GROUND, INK, GROUND)]


async def test_the_waveform_is_higher_where_it_is_louder_and_lower_where_it_is_turned_down(
    hall: Hall, clip: Path
) -> None:
    footage = await kept(hall.media, clip, "a.mp4")
    loud = item(footage, 0, 8000, (0, 8000))
    low = item(footage, 0, 8000, (0, 8000), volume=30)
    muted = item(footage, 0, 8000, (0, 8000), volume=0)
    png = await hall.gallery.timeline(timeline(*(("audio", [one]) for one in (loud, low, muted))), [footage], WORDS)

    image = opened(png).convert("RGB")

    def high(row: int, at: float) -> int:
        top = picture.TOP + row * (ROOMY.name + ROOMY.wave + ROOMY.gap) + ROOMY.name
        body = rgb(BODIES["audio"])
        return sum(image.getpixel((round(x(at)), top + y)) != body for y in range(ROOMY.wave))

    assert high(0, 2000) > 4 * high(0, 6000) > 0
    assert high(0, 2000) > 1.5 * high(1, 2000)
    assert high(2, 2000) <= 3


async def test_footage_is_found_by_name_only_where_that_leaves_no_doubt(hall: Hall, clip: Path, tmp_path: Path) -> None:
    still = tmp_path / "still.png"
    Image.new("RGB", (320, 180), (30, 220, 30)).save(still)
    first = await kept(hall.media, clip, "IMG.MOV")
    second = await kept(hall.media, still, "IMG.MOV", "image")
    bars = [TrackItem("IMG.MOV", 0, 4000), TrackItem("IMG.MOV", 4000, 8000)]

    both = opened(await hall.gallery.timeline(timeline(("video", bars)), [first, second], WORDS))
    assert [colour_at(both, x(at), PICTURES) for at in (500, 7000)] == ["red", "lime"]
    three = [*bars, TrackItem("IMG.MOV", 8000, 9000)]
    doubtful = opened(await hall.gallery.timeline(timeline(("video", three), ms=9000), [first, second], WORDS))
    assert columns(doubtful, BODY, BODIES["video"])


async def test_footage_that_is_gone_or_broken_leaves_bars(hall: Hall, tmp_path: Path) -> None:
    words = tmp_path / "words.mp4"
    words.write_text("no video at all" * 100)
    broken = await kept(hall.media, words, "broken.mp4")
    gone = Footage("gone.mp4", "video", 1, 4000, 320, 180, 30.0, "0" * 64)
    never = Footage("never.mp4", "video", 1, 4000, 320, 180, 30.0)
    bars = [
        TrackItem(one.name, at, at + 2000, media=one.sha256) for at, one in ((0, broken), (2000, gone), (4000, never))
    ]
    for _ in range(2):
        png = await hall.gallery.timeline(timeline(("video", bars), ms=6000), [broken, gone, never], WORDS)
        body = columns(opened(png), BODY, BODIES["video"])
        assert body[0] == LEFT
        assert len(body) > 0.98 * (RIGHT - LEFT)


async def test_a_timeline_without_anything_has_no_picture(hall: Hall) -> None:
    assert await hall.gallery.timeline(timeline(), [], WORDS) is None
    assert await hall.gallery.timeline(timeline(("video", [])), [], WORDS) is None


def test_a_bar_lies_where_its_times_say() -> None:
    blue = columns(drawn(timeline(("video", [TrackItem("", 4000, 8000)]))), BODY, BODIES["video"])
    assert abs(blue[0] - x(4000)) <= 3
    assert RIGHT - 3 <= blue[-1] < RIGHT


def test_a_cut_is_a_gap_and_slivers_do_not_vanish() -> None:
    clip = TrackItem("", 0, 3000, cuts=(1000, 2000))
    image = drawn(timeline(("video", [clip, TrackItem("", 4000, 4001), TrackItem("", 6000, 7000)])))

    marks = columns(image, BODY, GROUND)
    assert all(any(abs(mark - x(cut)) <= 3 for mark in marks) for cut in (1000, 2000))
    blue = columns(image, BODY, BODIES["video"])
    assert sum(right - left > 1 for left, right in itertools.pairwise(blue)) == 4
    assert any(abs(at - x(4000)) <= 4 for at in blue)


def test_hundreds_of_cuts_leave_more_bar_than_marks() -> None:
    clip = TrackItem("", 0, 8000, cuts=tuple(range(10, 8000, 10)))
    image = drawn(timeline(("video", [clip])))
    assert len(columns(image, BODY, BODIES["video"])) > 0.6 * (RIGHT - LEFT)
    assert len(columns(image, BODY, GROUND)) > 100


def test_tracks_beyond_the_limit_are_counted() -> None:
    tracks = tuple(TrackSummary("text", (TrackItem("Hi", 0, 1000),)) for _ in range(LANES + 3))
    planned = plan(TimelineSummary(1000, tracks=tracks), ())
    assert (len(planned.lanes), planned.left_out) == (LANES, 3)
    less = plan(TimelineSummary(1000, tracks=tracks[:LANES]), ())
    more, fewer = (Image.open(io.BytesIO(picture.draw(one, Material(), WORDS))) for one in (planned, less))
    assert more.height > fewer.height


def test_everything_that_is_read_has_contrast_enough_and_is_high_enough_for_a_phone() -> None:
    assert all(contrast(BAR_INK, ground) >= 4.5 for ground in BARS.values())
    assert all(contrast(ink, ground) >= 4.5 for ink in (INK, DIM, *BARS.values()) for ground in (GROUND, LANE))
    assert all(contrast(BARS[kind], BODIES[kind]) >= 3 for kind in BARS)  # a waveform on its ground
    assert min(ROOMY.size, DENSE.size) >= 30


def test_the_card_is_opaque_but_for_its_round_corners() -> None:
    image = drawn(timeline(("video", [TrackItem("a.mp4", 0, 8000)])))
    assert image.getpixel((0, 0)) == (*image.getpixel((0, 0))[:3], 0)  # type: ignore[index]
    inner = image.crop((0, 40, image.width, image.height - 40)).getchannel("A")
    assert inner.getextrema() == (255, 255)


NAMES = st.text(max_size=40) | st.sampled_from(
    ["字" * 300, "x" * 500, "\u202eevil\u202c", "👨‍👩‍👧" * 50, "شعار.mp4", "🇩🇪\0\n", "\ud800"]
)
TIMES = st.none() | st.integers(-(10**6), 10**9)
ITEMS = st.builds(
    TrackItem,
    NAMES,
    TIMES,
    TIMES,
    st.none() | st.integers(0, 10**6),
    st.lists(st.integers(-5, 10**7), max_size=6).map(tuple),
)
TRACKS = st.builds(
    TrackSummary, st.sampled_from(["video", "audio", "text", "other", "new"]), st.lists(ITEMS, max_size=6).map(tuple)
)
SIZES = st.none() | st.integers(1, 10**6)


@settings(max_examples=40, deadline=None)
@given(st.builds(TimelineSummary, st.integers(0, 10**9), SIZES, SIZES, st.lists(TRACKS, max_size=12).map(tuple)))
def test_any_timeline_gives_a_picture_of_a_bounded_size(summary: TimelineSummary) -> None:
    image = drawn(summary)
    assert image.width == 1200
    assert image.height <= 1200


SHORT, LONG = "Intro", "我们的夏天 🎬 a very long title that nobody can read to its end on a phone 第一集"


@pytest.mark.parametrize("length", ["2s", pytest.param("2h", marks=pytest.mark.long)])
async def test_pictures_to_be_looked_at(hall: Hall, request: pytest.FixtureRequest, length: str) -> None:
    ms = 2000 if length == "2s" else 7_200_000
    clip: Path = request.getfixturevalue("clip" if length == "2s" else "long_clip")
    footage = await kept(hall.media, clip, "holiday 🏖️.mp4", duration_ms=ms)
    step = ms // 8
    cuts = [(at * step, at * step + step // 2) for at in range(8)]
    titles = [(SHORT, 0, ms // 10), (LONG, ms // 3, ms // 2), ("結束 👋", ms * 9 // 10, ms)]
    kinds = [
        ("video", [item(footage, 0, ms // 2, *cuts), item(footage, ms // 2, ms, (0, ms // 2))]),
        ("audio", [item(footage, ms // 10, ms, (0, ms * 9 // 10), volume=35)]),
        ("text", [TrackItem(*title) for title in titles]),
    ]
    for tracks in (1, 3, 12):
        rows = [kinds[number % 3] for number in range(tracks)]
        image = opened(await hall.gallery.timeline(timeline(*rows, ms=ms), [footage], WORDS))
        lay_out(f"timeline-{tracks}-{length}", image)
        assert image.height <= 1200
        high = picture.TOP + (ROOMY.name + THUMB / 2 if tracks < 5 else DENSE.name + DENSE.thumb / 2)
        seen = [colour_at(image, x(at, ms), high) for at in (ms * 0.53, ms * 0.9)]
        assert seen == (["red", "red"] if length == "2s" else ["red", "lime"])
