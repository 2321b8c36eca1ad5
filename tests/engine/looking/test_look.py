"""Looking real files through: the truth is in how they were made."""

from pathlib import Path

import pytest

from bot.engine.looking.look import look
from bot.engine.timeline.model import Looked
from bot.media.facts import MediaError, MediaFault
from bot.media.probe import probe
from tests import footage

_X264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")


def _made(target: Path, *scenes: tuple[str, float], fps: int = 30, encode: tuple[str, ...] = _X264) -> Path:
    """One ffmpeg source after the other, so many seconds each."""
    inputs = [word for source, _ in scenes for word in ("-f", "lavfi", "-i", source)]
    cuts = [f"[{number}:v]trim=duration={length},fps={fps},scale=320:180,setsar=1,format=yuv420p[v{number}]"
            for number, (_, length) in enumerate(scenes)]  # fmt: skip
    row = "".join(f"[v{number}]" for number in range(len(scenes)))
    graph = ";".join([*cuts, f"{row}concat=n={len(scenes)}[v]"])
    footage.ffmpeg([*inputs, "-filter_complex", graph, "-map", "[v]", *encode, str(target)])
    return target


async def _looked(path: Path) -> Looked:
    return await look(path, await probe(path))


@pytest.mark.long
@pytest.mark.parametrize(
    ("ending", "encode"),
    [("mp4", _X264), ("mp4", (*_X264[:4], "-pix_fmt", "yuv444p10le")), ("mkv", ("-c:v", "mpeg4", "-q:v", "5"))],
    ids=["h264", "10 bit", "mpeg4"],
)
async def test_cuts_black_and_stills_are_found_to_the_frame(
    tmp_path: Path, ending: str, encode: tuple[str, ...]
) -> None:
    scenes = (
        ("testsrc2=r=30", 2.0), ("mandelbrot=r=30", 1.5), ("color=black:r=30", 0.5),
        ("life=s=320x180:mold=10:r=30:seed=4:ratio=0.1:death_color=#C83232:life_color=#00ff00", 1.0),
        ("color=0x305080:r=30", 2.0),
    )  # fmt: skip
    path = _made(tmp_path / f"scenes.{ending}", *scenes, encode=encode)
    found = await _looked(path)
    assert found.shots == (0, 2000, 3500, 4000, 5000)
    assert found.black == ((3500, 4000),)
    assert found.frozen == ((5000, 7000),)
    assert len(found.motion) == 7
    assert found.motion[6] == 0 < min(found.motion[:3])


@pytest.mark.long
@pytest.mark.parametrize(
    "source",
    [
        "gradients=s=320x180:r=30:speed=0.2",
        "testsrc2=r=30:s=320x180,drawbox=color=white:t=fill:enable='between(n,40,42)'",
        "mandelbrot=s=1280x720:r=30,crop=320:180:x='480+300*sin(n*0.5)':y='270+200*cos(n*0.7)'",
        "testsrc2=r=30:s=320x180,fade=in:0:30",
    ],
    ids=["drift", "flash", "shake", "fade"],
)
async def test_one_shot_stays_one(tmp_path: Path, source: str) -> None:
    found = await _looked(_made(tmp_path / "one.mp4", (source, 4)))
    assert [at for at in found.shots if at > 500] == []
    assert found.frozen == ()


@pytest.mark.long
async def test_times_are_the_footages_own_at_an_uneven_rate(tmp_path: Path) -> None:
    path = footage.variable_rate(tmp_path / "uneven.mp4")
    found = await _looked(path)
    assert found.shots == (0,)
    assert found.black == ()


async def test_nothing_is_seen_where_there_is_no_picture(tmp_path: Path) -> None:
    assert await _looked(footage.sound_only(tmp_path / "sound.wav")) == Looked()


@pytest.mark.long
async def test_a_file_that_went_bad_is_told(tmp_path: Path) -> None:
    path = footage.silent(tmp_path / "clip.mp4")
    facts = await probe(path)
    path.write_bytes(path.read_bytes()[:2_000])
    with pytest.raises(MediaError) as caught:
        await look(path, facts)
    assert caught.value.fault is MediaFault.BROKEN
