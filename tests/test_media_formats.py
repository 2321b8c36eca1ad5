"""What is made of a finished video: a GIF, its sound alone, another shape. Each is measured, not believed."""

import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from bot.media.container import make_container
from bot.media.facts import MediaError, MediaFault
from bot.media.gif import make_gif
from bot.media.probe import probe
from bot.media.reshape import reshape, shaped
from bot.media.sound_file import make_mp3
from tests import counter, measure
from tests.footage import ffmpeg, make_talk


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("talk") / "talk.mp4"
    make_talk(file, seconds=6, size=(1280, 720), video=("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16"))
    return file


@pytest.fixture(scope="module")
def silent(talk: Path) -> Path:
    file = talk.with_name("silent.mp4")
    ffmpeg(["-i", str(talk), "-an", "-c:v", "copy", str(file)])
    return file


@pytest.mark.long
async def test_a_gif_moves_loops_and_plays_as_long(talk: Path, tmp_path: Path) -> None:
    told: list[float] = []

    await make_gif(talk, tmp_path / "a.gif", on_progress=told.append)

    facts = await probe(tmp_path / "a.gif")
    assert (facts.container, facts.sound) == ("gif", None)
    assert abs(facts.duration_ms - 6000) < 120
    assert facts.picture is not None
    assert (facts.picture.width, facts.picture.height) == (640, 360)
    assert b"NETSCAPE2.0" in (tmp_path / "a.gif").read_bytes()[:1000], "it plays again"
    assert told == sorted(told)
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]
    with av.open(str(tmp_path / "a.gif")) as file:
        shown = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert abs(len(shown) - 90) <= 2
    assert np.abs(shown[0].astype(int) - shown[-1]).max() > 100, "the picture has moved"


@pytest.mark.long
@pytest.mark.parametrize("limit", [700_000, 150_000])
async def test_a_gif_keeps_within_its_limit(talk: Path, tmp_path: Path, limit: int) -> None:
    await make_gif(talk, tmp_path / "a.gif", limit)

    facts = await probe(tmp_path / "a.gif")
    assert limit / 6 < facts.size <= limit
    assert abs(facts.duration_ms - 6000) < 250


async def test_a_smaller_gif_is_made_of_a_gif(talk: Path, tmp_path: Path) -> None:
    await make_gif(talk, tmp_path / "a.gif")
    half = (tmp_path / "a.gif").stat().st_size // 2

    await make_gif(tmp_path / "a.gif", tmp_path / "b.gif", half)

    facts = await probe(tmp_path / "b.gif")
    assert facts.size <= half
    assert abs(facts.duration_ms - 6000) < 250


async def test_a_gif_holds_the_first_minute(tmp_path: Path) -> None:
    source = tmp_path / "long.mp4"
    ffmpeg(["-f", "lavfi", "-i", "testsrc=s=160x90:r=10:d=75", "-pix_fmt", "yuv420p", str(source)])

    await make_gif(source, tmp_path / "a.gif", 3_000_000)

    assert abs((await probe(tmp_path / "a.gif")).duration_ms - 60_000) < 300


async def test_a_gif_that_cannot_be_made_small_says_so_and_leaves_nothing(talk: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        await make_gif(talk, tmp_path / "a.gif", 5_000)

    assert (caught.value.fault, caught.value.limit) == (MediaFault.TOO_LARGE, 5_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("limit", [None, 80_000])
async def test_an_mp3_is_what_was_heard_and_nothing_to_see(talk: Path, tmp_path: Path, limit: int | None) -> None:
    await make_mp3(talk, tmp_path / "a.mp3", limit)

    facts = await probe(tmp_path / "a.mp3")
    assert (facts.kind, facts.container, facts.picture) == ("audio", "mp3", None)
    assert abs(facts.duration_ms - 6000) < 120
    assert facts.size <= (limit or 200_000)
    before, after = measure.hear(talk), measure.hear(tmp_path / "a.mp3")
    length = min(len(before), len(after))
    loud_before, loud_after = (np.abs(sound[: length // 4800 * 4800]).reshape(-1, 4800).mean(axis=1)
                               for sound in (before, after))  # fmt: skip
    assert float(np.corrcoef(loud_before, loud_after)[0, 1]) > 0.95, "loud and quiet where they were"


async def test_no_sound_makes_no_mp3(silent: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        await make_mp3(silent, tmp_path / "a.mp3")

    assert caught.value.fault is MediaFault.SILENT
    assert list(tmp_path.iterdir()) == []


async def test_an_hour_into_a_kilobyte_is_no_mp3(talk: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        await make_mp3(talk, tmp_path / "a.mp3", 10_000)

    assert caught.value.fault is MediaFault.TOO_LARGE


@pytest.mark.long
@pytest.mark.parametrize(
    ("ratio", "size"), [("9:16", (720, 1280)), ("1:1", (720, 720)), ("4:5", (720, 900)), ("16:9", (1280, 720))]
)
async def test_another_shape_shows_the_middle_undistorted(
    talk: Path, tmp_path: Path, ratio: str, size: tuple[int, int]
) -> None:
    await reshape(talk, tmp_path / "b.mp4", ratio)

    watched = measure.watch(tmp_path / "b.mp4")
    assert (watched.size, watched.codec, watched.pix_fmt) == (size, "h264", "yuv420p")
    assert abs(watched.end - 6) < 0.05
    assert not watched.black
    video, sound = measure.lengths(tmp_path / "b.mp4")
    assert abs(video - sound) < 0.1
    assert measure.decode_errors(tmp_path / "b.mp4") == ""
    before, after = _first(talk), _first(tmp_path / "b.mp4")
    strip = counter.strip_height(720)
    scale = max(size[0] / 1280, size[1] / 720)
    left = round((1280 - size[0] / scale) / 2)
    right = round(left + size[0] / scale)
    middle = before[: 720 - strip, left:right]
    seen = after[: round((720 - strip) * scale)]
    assert abs(middle.mean() - seen.mean()) < 3
    assert abs(middle.shape[1] / middle.shape[0] - seen.shape[1] / seen.shape[0]) < 0.02


async def test_a_shape_of_a_silent_video_is_silent(silent: Path, tmp_path: Path) -> None:
    await reshape(silent, tmp_path / "b.mp4", "1:1")

    assert (await probe(tmp_path / "b.mp4")).sound is None


def test_sizes_are_even_and_within_1080p() -> None:
    assert shaped(1920, 1080, "9:16") == (1080, 1920)
    assert shaped(1080, 1920, "16:9") == (1920, 1080)
    assert shaped(1440, 1080, "1:1") == (1080, 1080)
    assert shaped(3840, 2160, "9:16") == (1080, 1920)
    for width, height in ((641, 359), (2, 2), (99, 1001)):
        for ratio in ("9:16", "4:5", "1:1", "16:9"):
            made = shaped(width, height, ratio)
            assert all(side % 2 == 0 for side in made)
            across, down = (int(side) for side in ratio.split(":"))
            assert math.isclose(made[0] / made[1], Fraction(across, down), rel_tol=0.6 if width == 2 else 0.02)


def _first(path: Path) -> np.ndarray:
    with av.open(str(path)) as file:
        frame = next(file.decode(video=0))
    return np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(-1, frame.planes[0].line_size)[
        : frame.height, : frame.width
    ]


@pytest.mark.long
@pytest.mark.parametrize(("form", "container"), [("mov", "mov"), ("mkv", "matroska"), ("webm", "matroska")])
async def test_another_container_holds_the_same_video(talk: Path, tmp_path: Path, form: str, container: str) -> None:
    target = tmp_path / f"a.{form}"
    await make_container(talk, target)

    facts, before = await probe(target), await probe(talk)
    assert facts.container == container
    assert abs(facts.duration_ms - before.duration_ms) < 100
    assert facts.picture is not None
    assert facts.sound is not None
    assert (facts.picture.width, facts.picture.height) == (1280, 720)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    with av.open(str(target)) as one, av.open(str(talk)) as other:
        codec = one.streams.video[0].codec_context.name
        ours, theirs = (next(iter(f.decode(video=0))).to_ndarray(format="gray") for f in (one, other))
    assert codec == ("vp9" if form == "webm" else "h264")
    assert np.abs(ours.astype(int) - theirs).mean() < 4, "the same picture"


@pytest.mark.long
@pytest.mark.parametrize("form", ["mov", "webm"])
async def test_another_container_keeps_within_its_limit(talk: Path, tmp_path: Path, form: str) -> None:
    limit = talk.stat().st_size // 3
    await make_container(talk, tmp_path / f"a.{form}", limit)
    assert (tmp_path / f"a.{form}").stat().st_size <= limit
    with pytest.raises(MediaError) as caught:
        await make_container(talk, tmp_path / f"b.{form}", 5_000)
    assert caught.value.fault is MediaFault.TOO_LARGE
    assert [path.name for path in tmp_path.iterdir()] == [f"a.{form}"]
