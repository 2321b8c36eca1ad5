"""A storyboard shows a file from all over; what was made once is kept, shared, and goes with the footage."""

import asyncio
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from bot.media.thumbs import make_thumbs
from bot.pictures.colours import BODIES
from bot.pictures.gallery import Gallery
from bot.pictures.storyboard import board
from bot.updates import Footage
from tests import footage as files
from tests.pictures.conftest import Hall
from tests.pictures.studio import WORDS, colour_at, item, kept, lay_out, opened, timeline


def grid(image: Image.Image, columns: int, height: float) -> list[str]:
    """The colour of each picture, row by row."""
    wide = (1200 - 56) / columns
    places = [(28 + wide * (number % columns + 0.5), 104 + height * (number // columns + 0.4)) for number in range(6)]
    return [colour_at(image, *place) for place in places]


async def test_a_video_shows_six_moments_in_their_order(hall: Hall, clip: Path) -> None:
    footage = await kept(hall.media, clip, "八月 🏖️ holiday.mp4")
    assert board(footage, footage.sha256 or "", 8000).times == (666, 2000, 3333, 4666, 6000, 7333)
    image = opened(await hall.gallery.storyboard(footage))
    lay_out("storyboard-video", image)
    assert grid(image, 3, 222) == ["red", "lime", "lime", "blue", "yellow", "yellow"]


@pytest.mark.long
async def test_two_hours_are_shown_from_all_over(hall: Hall, long_clip: Path) -> None:
    footage = await kept(hall.media, long_clip, "lecture.mp4", duration_ms=7_200_000)
    image = opened(await hall.gallery.storyboard(footage))
    lay_out("storyboard-2h", image)
    red, _, lime, blue, _, yellow = grid(image, 3, 222)  # two of them lie on the change from one colour to the next
    assert (red, lime, blue, yellow) == ("red", "lime", "blue", "yellow")


async def test_an_upright_video_stands_in_one_row(hall: Hall, tmp_path: Path) -> None:
    path = files.rotated(tmp_path / "phone.mp4")
    footage = await kept(hall.media, path, "IMG_0001.MOV", duration_ms=2000, width=180, height=320)
    image = opened(await hall.gallery.storyboard(footage))
    lay_out("storyboard-upright", image)
    assert image.height < 600


async def test_an_image_is_shown_alone_and_a_sound_by_its_waveform(hall: Hall, tmp_path: Path) -> None:
    Image.new("RGB", (300, 900), (30, 220, 30)).save(tmp_path / "a.png")
    still = await kept(hall.media, tmp_path / "a.png", "poster.png", "image", width=300, height=900)
    image = opened(await hall.gallery.storyboard(still))
    assert colour_at(image, 600, 400) == "lime"
    assert image.height < 1000

    song = await kept(hall.media, files.sound_only(tmp_path / "a.mp3"), "song.mp3", "audio", duration_ms=3000)
    wave = opened(await hall.gallery.storyboard(song))
    lay_out("storyboard-sound", wave)
    colours = {pixel for _, pixel in wave.convert("RGB").getcolors(1 << 20) or ()}
    assert tuple(int(BODIES["audio"][at : at + 2], 16) for at in (1, 3, 5)) in colours


async def test_a_length_that_nobody_told_is_found_out(hall: Hall, clip: Path) -> None:
    found = await kept(hall.media, clip, "a.mp4")
    footage = Footage(found.name, "video", found.size, sha256=found.sha256)
    assert grid(opened(await hall.gallery.storyboard(footage)), 3, 222)[0] == "red"


async def test_what_cannot_be_shown_has_no_storyboard(hall: Hall, tmp_path: Path) -> None:
    words = files.text_as_video(tmp_path / "a.mp4")
    assert await hall.gallery.storyboard(await kept(hall.media, words, "a.mp4")) is None
    assert await hall.gallery.storyboard(Footage("a.mp4", "video", 1, 8000)) is None
    assert await hall.gallery.storyboard(Footage("a.mp4", "video", 1, 8000, sha256="0" * 64)) is None


async def test_two_at_once_do_the_work_once_and_a_later_one_none_at_all(
    hall: Hall, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    really = make_thumbs

    async def counted(path: Path, times: Iterable[int], folder: Path, *, seconds: float) -> None:
        made.append(path)
        await really(path, times, folder, seconds=seconds)

    monkeypatch.setattr("bot.pictures.shelf.make_thumbs", counted)
    footage = await kept(hall.media, clip, "a.mp4")
    first, second = await asyncio.gather(hall.gallery.storyboard(footage), hall.gallery.storyboard(footage))
    later = await Gallery(hall.media, hall.folder).storyboard(footage)
    assert first == second == later
    assert len(made) == 1


async def test_footage_that_takes_too_long_costs_its_pictures_only_this_once(hall: Hall, clip: Path) -> None:
    footage = await kept(hall.media, clip, "a.mp4")
    hasty = Gallery(hall.media, hall.folder, wait_s=0.01)
    image = opened(await hasty.timeline(timeline(("video", [item(footage, 0, 8000, (0, 8000))])), [footage], WORDS))
    assert image.height < 300
    assert await hasty.storyboard(footage) is None
    assert await hall.gallery.storyboard(footage) is not None


async def test_what_was_made_goes_with_the_footage(hall: Hall, clip: Path) -> None:
    footage = await kept(hall.media, clip, "a.mp4")
    assert await hall.gallery.storyboard(footage)
    assert any(hall.folder.rglob("*.jpg"))
    assert footage.sha256
    await hall.media.remove(footage.sha256)
    assert not any(path.is_file() for path in hall.folder.rglob("*"))


async def test_a_folder_that_cannot_be_written_leaves_the_sound(hall: Hall, clip: Path) -> None:
    footage = await kept(hall.media, clip, "a.mp4")
    shutil.rmtree(hall.folder, ignore_errors=True)
    hall.folder.write_text("in the way")
    assert opened(await hall.gallery.storyboard(footage)).height < 520
