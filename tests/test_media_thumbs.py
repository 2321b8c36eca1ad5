"""Small pictures of footage: the right moment, upright, and nothing that a hostile file can do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from bot.media.facts import MediaError, MediaFault
from bot.media.glance import SIDE, STILL_SIDE, thumb
from bot.media.thumbs import make_thumbs
from tests import footage
from tests.footage import ffmpeg
from tests.pictures.studio import colour_at, colours


async def made(path: Path, *times: int, folder: Path) -> list[Image.Image]:
    folder.mkdir(exist_ok=True)
    await make_thumbs(path, times, folder, seconds=60)  # children give way to a busy machine: time is no matter here
    return [Image.open(thumb(folder, at)) for at in sorted(times)]


async def test_each_picture_is_of_its_own_moment_however_far_the_last_keyframe_is(tmp_path: Path) -> None:
    clip = colours(tmp_path / "clip.mp4")
    images = await made(clip, 100, 1900, 2100, 5000, 7900, 60_000, folder=tmp_path / "out")
    assert [colour_at(image, 20, 20) for image in images] == ["red", "red", "lime", "blue", "yellow", "yellow"]
    assert {image.size for image in images} == {(320, 180)}


async def test_footage_that_lies_on_its_side_is_turned_upright(tmp_path: Path) -> None:
    flat, turned = tmp_path / "flat.mp4", tmp_path / "turned.mp4"
    halves = "color=0xe61e1e:s=160x180:d=1[l];color=0x1e1ee6:s=160x180:d=1[r];[l][r]hstack"
    ffmpeg(["-filter_complex", halves, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(flat)])
    ffmpeg(["-display_rotation", "270", "-i", str(flat), "-c", "copy", str(turned)])  # 90 degrees clockwise
    (image,) = await made(turned, 500, folder=tmp_path / "out")
    assert image.size == (180, 320)
    assert (colour_at(image, 90, 40), colour_at(image, 90, 280)) == ("red", "blue")


async def test_a_photo_is_turned_and_flattened_and_kept_large_enough_to_be_shown_alone(tmp_path: Path) -> None:
    photo = Image.new("RGB", (3000, 1500), (230, 30, 30))
    photo.paste((30, 30, 230), (1500, 0, 3000, 1500))
    exif = photo.getexif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    photo.save(tmp_path / "photo.jpg", exif=exif)
    Image.new("RGBA", (40, 30), (230, 30, 30, 0)).save(tmp_path / "clear.png")
    Image.new("I;16", (40, 30), 65_535).save(tmp_path / "deep.png")

    (turned,) = await made(tmp_path / "photo.jpg", 0, folder=tmp_path / "1")
    assert turned.size == (STILL_SIDE // 2, STILL_SIDE)
    assert (colour_at(turned, 300, 100), colour_at(turned, 300, 1000)) == ("red", "blue")
    (clear,) = await made(tmp_path / "clear.png", 0, folder=tmp_path / "2")
    assert colour_at(clear, 10, 10) == ""
    (deep,) = await made(tmp_path / "deep.png", 0, folder=tmp_path / "3")
    assert deep.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.long
@pytest.mark.parametrize("make", [footage.variable_rate, footage.odd_size, footage.ten_bit, footage.truncated])
async def test_odd_footage_gives_pictures_all_the_same(make: Callable[[Path], Path], tmp_path: Path) -> None:
    images = await made(make(tmp_path / "odd.mp4"), 0, 300, folder=tmp_path / "out")
    assert all(max(image.size) <= SIDE and len(image.getcolors(1 << 20) or ()) > 1 for image in images)


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (footage.text_as_video, MediaFault.UNSUPPORTED),
        (footage.empty, MediaFault.UNSUPPORTED),
        (lambda path: footage.playlist(path, path.with_name("secret")), MediaFault.UNSUPPORTED),
        (lambda path: footage.concat_script(path, path.with_name("secret")), MediaFault.UNSUPPORTED),
        (lambda path: footage.truncated(path, index_first=False), MediaFault.BROKEN),
        (footage.huge_png, MediaFault.TOO_MANY_PIXELS),
    ],
)
async def test_what_is_no_usable_footage_is_refused(
    make: Callable[[Path], Path], fault: MediaFault, tmp_path: Path
) -> None:
    with pytest.raises(MediaError) as caught:
        await made(make(tmp_path / "bad.mp4"), 0, folder=tmp_path / "out")
    assert caught.value.fault is fault
    assert list((tmp_path / "out").iterdir()) == []


async def test_a_sound_has_no_pictures(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no picture"):
        await made(footage.sound_only(tmp_path / "a.mp3"), 0, folder=tmp_path / "out")
