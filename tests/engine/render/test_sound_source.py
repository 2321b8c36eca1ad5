"""Sound as it is decoded in this process: sample by sample what ffmpeg makes of the same file, whatever it holds."""

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine.render.job import SourceFile
from bot.engine.render.sound_source import begins, decoded
from bot.media import ffmpeg
from bot.media.facts import MediaError, MediaFault
from tests.engine.render import clips

SECONDS = 8
WHOLE = (Fraction(0), Fraction(SECONDS))
KINDS = {
    "two sides": ("mov", "a.mp4", ["-c:a", "aac"]),
    "one, both sides as loud": ("mov", "a.mov", ["-ac", "1", "-c:a", "pcm_s24le", "-ar", "96000"]),
    "six": ("mpegts", "a.ts", ["-af", "aformat=channel_layouts=5.1", "-c:a", "aac"]),
    "times in ms": ("matroska", "a.mkv", ["-c:a", "libopus"]),
    "no times": ("aac", "a.aac", ["-c:a", "aac", "-f", "adts"]),
    "layout unsaid": ("wav", "a.wav", ["-c:a", "pcm_s16le", "-ar", "44100"]),
}

Samples = NDArray[np.int16]


def read(source: SourceFile, part: tuple[Fraction, Fraction] = WHOLE) -> Samples:
    with decoded(source, part) as blocks:
        return np.frombuffer(b"".join(blocks), np.int16).reshape(-1, 2)


def onsets(source: SourceFile) -> list[float]:
    """When bursts begin, s."""
    return clips.onsets(read(source)[:, 0].astype(np.float32) / np.float32(32768), 0.05)


@pytest.fixture(scope="module")
def bursts(tmp_path_factory: pytest.TempPathFactory) -> SourceFile:
    return clips.music(tmp_path_factory.mktemp("sound") / "bursts.wav", clips.bursts(SECONDS))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_ffmpeg_makes_of_it(bursts: SourceFile, tmp_path: Path, kind: str) -> None:
    container, name, args = KINDS[kind]
    path = tmp_path / name
    clips.run(["-i", str(bursts.path), *args, str(path)])
    source = clips.probed(path, container)
    assert source.facts.sound is not None
    steps = "aresample=48000:async=1:first_pts=0"
    steps += ",pan=stereo|c0=c0|c1=c0" if source.facts.sound.channels == 1 else ""
    start = ["-copyts"] if container != "mpegts" else []
    command = [str(ffmpeg.binary()), "-v", "error", *start, "-i", str(path), "-af", steps]
    done = subprocess.run([*command, "-ac", "2", "-f", "s16le", "pipe:1"], capture_output=True, check=True)
    expected = np.frombuffer(done.stdout, np.int16).reshape(-1, 2)
    got = read(source)
    length = min(len(got), len(expected))
    assert length > (SECONDS - 0.05) * clips.RATE
    assert np.abs(got[:length].astype(int) - expected[:length]).max() <= 1
    assert got.max() > 3000


def test_a_part_is_where_it_lies_in_the_whole(bursts: SourceFile) -> None:
    part = (Fraction(9, 2), Fraction(6))
    assert begins(part) == 3 * clips.RATE
    got = read(bursts, part)
    assert len(got) == 4 * clips.RATE
    assert np.array_equal(got, read(bursts)[3 * clips.RATE : 7 * clips.RATE])


def test_a_broadcast_may_go_over_to_more_channels(bursts: SourceFile, tmp_path: Path) -> None:
    for number, layout in enumerate(("stereo", "5.1", "mono")):
        kind = ["-af", f"atrim=end=2,aformat=channel_layouts={layout}", "-c:a", "ac3", "-muxdelay", "0"]
        clips.run(["-i", str(bursts.path), *kind, "-output_ts_offset", str(2 * number), str(tmp_path / f"{number}.ts")])
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join((tmp_path / f"{number}.ts").read_bytes() for number in range(3)))
    found = np.array(onsets(clips.probed(joined, "mpegts")))
    assert len(found) == 12, "a burst each half second, all three parts"
    assert np.abs(np.diff(found) - 0.5).max() < 0.05


def test_what_is_damaged_leaves_the_rest_in_step(bursts: SourceFile, tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    clips.run(["-i", str(bursts.path), "-c:a", "aac", str(path)])
    source = clips.probed(path, "mpegts")
    later = [at for at in onsets(source) if at > 0.6 * SECONDS]
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 3, len(data) // 2, 188):
        data[at + 20 : at + 180] = bytes(160)
    path.write_bytes(data)
    assert len(later) >= 4
    assert onsets(source)[-len(later) :] == pytest.approx(later, abs=0.01)


def test_where_the_file_ends_early_there_is_no_more(bursts: SourceFile, tmp_path: Path) -> None:
    path = tmp_path / "cut.wav"
    path.write_bytes(bursts.path.read_bytes()[: 44 + 3 * 2 * clips.RATE])
    source = SourceFile(path, bursts.facts)
    assert np.array_equal(read(source), read(bursts)[: len(read(source))])
    assert len(read(source)) == pytest.approx(3 * clips.RATE, abs=100)


def test_sound_of_which_nothing_can_be_decoded_is_broken(bursts: SourceFile, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    clips.run(["-i", str(bursts.path), "-c:a", "aac", "-movflags", "+faststart", str(path)])
    source, data = clips.probed(path, "mov"), path.read_bytes()
    begin = data.index(b"mdat") + 4
    path.write_bytes(data[:begin] + b"\xff" * (len(data) - begin))
    with pytest.raises(MediaError) as raised:
        read(source)
    assert raised.value.fault is MediaFault.BROKEN
