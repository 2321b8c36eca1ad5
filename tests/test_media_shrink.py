"""A copy that fits is never over its limit, and as good as the limit allows."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from bot.media.facts import MediaError, MediaFault, Picture
from bot.media.probe import probe
from bot.media.reshape import reshape
from bot.media.shrink import fit, shape_for
from tests.engine.render import clips
from tests.footage import make_talk
from tests.measure import chapters

FULL_HD = Picture(1920, 1080, 30, 1, "h264", "yuv420p")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("talk") / "talk.mp4"
    make_talk(file, seconds=6, size=(1280, 720), video=("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12"))
    return file


@pytest.mark.long
@pytest.mark.parametrize("share", [0.6, 0.2])
async def test_the_copy_fits_and_plays_as_long(talk: Path, tmp_path: Path, share: float) -> None:
    limit = round(talk.stat().st_size * share)
    told: list[float] = []

    await fit(talk, tmp_path / "small.mp4", limit, told.append)

    facts = await probe(tmp_path / "small.mp4")
    assert facts.size <= limit
    assert abs(facts.duration_ms - 6000) <= 70
    assert facts.picture is not None
    assert facts.picture.codec == "h264"
    assert facts.sound is not None
    assert told == sorted(told)
    assert [path.name for path in tmp_path.iterdir()] == ["small.mp4"]


async def test_a_file_that_fits_stays_as_it_is(talk: Path, tmp_path: Path) -> None:
    await fit(talk, tmp_path / "same.mp4", talk.stat().st_size)

    assert (tmp_path / "same.mp4").read_bytes() == talk.read_bytes()


async def test_what_cannot_be_made_small_says_so_and_leaves_nothing(talk: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        await fit(talk, tmp_path / "small.mp4", 30_000)

    assert (caught.value.fault, caught.value.limit) == (MediaFault.TOO_LARGE, 30_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
async def test_chapters_stay_and_other_tags_go(talk: Path, tmp_path: Path) -> None:
    told, tagged, small = tmp_path / "told.txt", tmp_path / "tagged.mp4", tmp_path / "small.mp4"
    told.write_text(
        ";FFMETADATA1\ntitle=secret\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=Intro\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=6000\ntitle=Demo\n"
    )
    clips.run(["-i", str(talk), "-i", str(told), "-map_metadata", "1", "-c", "copy", str(tagged)])
    await fit(tagged, small, round(talk.stat().st_size * 0.6))
    found = [(start, title) for start, _, title in chapters(small)]
    assert found == [(0, "Intro"), (2, "Demo")]
    assert b"secret" not in small.read_bytes()


def test_less_room_never_gives_a_larger_picture() -> None:
    shapes = [shape_for(FULL_HD, 120, True, limit) for limit in (200_000_000, 50_000_000, 10_000_000, 3_000_000)]
    sides = [shape.side for shape in shapes if shape is not None]

    assert sides[0] == 1080
    assert sides == sorted(sides, reverse=True)
    assert len(set(sides)) > 2
    assert shape_for(FULL_HD, 7200, True, 3_000_000) is None


def test_ten_megabytes_of_five_minutes_keep_a_readable_picture() -> None:
    shape = shape_for(FULL_HD, 300, True, 10_000_000)

    assert shape is not None
    assert shape.side >= 360
    assert shape.rate >= Fraction(24)
    assert (shape.video_bps + shape.sound_bps) * 300 / 8 <= 10_000_000


@pytest.mark.long
async def test_a_track_of_subtitles_goes_along(talk: Path, tmp_path: Path) -> None:
    told, whole, small = tmp_path / "told.srt", tmp_path / "whole.mp4", tmp_path / "small.mp4"
    told.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello there\n", encoding="utf-8")
    clips.run(
        ["-i", str(talk), "-i", str(told), "-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text", str(whole)]
    )

    await fit(whole, small, talk.stat().st_size // 2)
    await reshape(small, tmp_path / "upright.mp4", "9:16")

    for path in (small, tmp_path / "upright.mp4"):
        with av.open(str(path)) as container:
            stream = container.streams.subtitles[0]
            texts = [bytes(packet)[2:] for packet in container.demux(stream) if packet.size > 2]
            assert texts == [b"Hello there"]
