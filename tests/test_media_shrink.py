"""A copy that fits is never over its limit, and as good as the limit allows."""

from fractions import Fraction
from pathlib import Path

import pytest

from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture, Sound
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


def filmed(seconds: int, mbps: float) -> MediaFacts:
    """Full HD footage of this rate."""
    size = round(seconds * mbps * 125_000)
    return MediaFacts("video", "mov", size, seconds * 1000, FULL_HD, Sound("aac", 48_000, 2))


def test_less_room_never_gives_a_larger_picture() -> None:
    camera = filmed(120, 20)
    shapes = [shape_for(camera, limit) for limit in (200_000_000, 50_000_000, 10_000_000, 3_000_000)]
    sides = [shape.side for shape in shapes if shape is not None]

    assert sides[0] == 1080
    assert sides == sorted(sides, reverse=True)
    assert len(set(sides)) > 2
    assert shape_for(filmed(7200, 20), 3_000_000) is None


def test_a_screen_that_is_a_little_too_large_stays_sharp() -> None:
    """Its letters are what it is for: 0.8 Mbit/s were enough for 1080p, so 0.7 are."""
    still, camera = (shape_for(filmed(120, mbps), 10_500_000) for mbps in (0.8, 8))

    assert still is not None
    assert camera is not None
    assert (still.side, still.rate) == (1080, Fraction(30))
    assert camera.side < 720


def test_ten_megabytes_of_five_minutes_keep_a_readable_picture() -> None:
    shape = shape_for(filmed(300, 1.5), 10_000_000)

    assert shape is not None
    assert shape.side >= 360
    assert shape.rate >= Fraction(24)
    assert (shape.video_bps + shape.sound_bps) * 300 / 8 <= 10_000_000


@pytest.mark.long
@pytest.mark.parametrize("form", ["mp4", "mov", "mkv", "webm"])
async def test_into_a_size_in_any_container_with_its_text_and_nothing_else_of_it(
    talk: Path, tmp_path: Path, form: str
) -> None:
    tags = ["-metadata", "title=secret", "-metadata", "location=+52.5200+013.4050/", "-metadata:s:v", "title=secret"]
    told, whole, small = tmp_path / "told.srt", tmp_path / "whole.mp4", tmp_path / f"small.{form}"
    told.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello there\n", encoding="utf-8")
    words = ["-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text", "-metadata:s:s", "language=deu"]
    clips.run(["-i", str(talk), "-i", str(told), *words, *tags, "-metadata:s:s", "title=secret", str(whole)])
    assert whole.read_bytes().count(b"secret") > 1
    done: list[float] = []
    limit = talk.stat().st_size // 3

    await fit(whole, small, limit, done.append)

    facts = await probe(small)
    assert limit / 3 < facts.size <= limit
    assert abs(facts.duration_ms - 6000) <= 100
    assert done == sorted(done)
    made = [small]
    if form == "mp4":
        made.append(tmp_path / "upright.mp4")
        await reshape(small, made[-1], "9:16")
    for path in made:
        assert (await probe(path)).captions == ("ger" if form == "mov" else "deu",), "MOV has its own list"
        content = path.read_bytes()
        assert b"Hello there" in content
        assert b"secret" not in content
        assert b"+52.5200" not in content


@pytest.mark.long
async def test_a_video_without_sound_and_text_fits_too(talk: Path, tmp_path: Path) -> None:
    silent = tmp_path / "silent.mp4"
    clips.run(["-i", str(talk), "-an", "-c", "copy", str(silent)])

    await fit(silent, tmp_path / "small.mkv", silent.stat().st_size // 2)

    facts = await probe(tmp_path / "small.mkv")
    assert (facts.sound, facts.captions) == (None, ())
