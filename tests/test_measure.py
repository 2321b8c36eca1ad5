"""The measures themselves: each sees the fault it is there for, and none in footage that has none."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests import counter, footage, measure, voices
from tests.footage import Footage


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    return footage.make_talk(tmp_path_factory.mktemp("measure") / "talk.mp4", 14, pause_s=(0.8, 1.2))


def remade(talk: Footage, name: str, *args: str) -> Path:
    target = talk.path.with_name(name)
    footage.ffmpeg(["-i", str(talk.path), *args, str(target)])
    return target


def test_sound_footage_has_no_fault(talk: Footage) -> None:
    seen, heard = measure.watch(talk.path), measure.hear(talk.path)
    assert list(seen.numbers) == list(range(talk.frames))
    assert (seen.size, seen.codec, seen.pix_fmt, seen.fps) == ((640, 360), "h264", "yuv420p", Fraction(30))
    assert (seen.black, seen.frozen(), seen.cuts()) == ([], [], [])
    found = measure.in_step(seen, heard, talk)
    assert [one.utterance for one in found] == list(range(len(talk.speech_ms)))
    assert max(abs(one.late_ms) for one in found) < 2
    assert measure.decode_errors(talk.path) == ""
    assert measure.lengths(talk.path) == pytest.approx((14, 14), abs=0.03)
    assert not measure.starts_fast(talk.path)
    assert measure.starts_fast(remade(talk, "fast.mp4", "-c", "copy", "-movflags", "+faststart"))


@pytest.mark.parametrize("size", [(426, 240), (320, 180), (1280, 720)])
def test_numbers_survive_scaling_and_a_hard_encode(talk: Footage, size: tuple[int, int]) -> None:
    scale = f"scale={size[0]}:{size[1]}"
    small = remade(talk, f"{size[1]}.mp4", "-vf", scale, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "36")
    assert list(measure.watch(small).numbers) == list(range(talk.frames))


def test_late_sound_is_seen(talk: Footage) -> None:
    late = talk.path.with_name("late.mp4")
    footage.ffmpeg(
        ["-i", str(talk.path), "-itsoffset", "0.06", "-i", str(talk.path), "-map", "0:v", "-map", "1:a", str(late)]
    )
    found = measure.in_step(measure.watch(late), measure.hear(late), talk)
    assert len(found) >= len(talk.speech_ms) - 1
    assert [one.late_ms for one in found] == pytest.approx([60] * len(found), abs=3)


def test_cuts_black_and_frozen_frames_are_seen(talk: Footage) -> None:
    x264 = ("-c:v", "libx264", "-preset", "ultrafast", "-an")
    cut = remade(talk, "cut.mp4", "-vf", "select='not(between(n,100,129))',setpts=N/30/TB", *x264)
    assert measure.watch(cut).cuts() == pytest.approx([100 / 30], abs=0.04)
    dark = remade(talk, "dark.mp4", "-vf", "drawbox=t=fill:c=black:enable='between(n,60,62)'", *x264)
    assert measure.watch(dark).black == pytest.approx([2, 2 + 1 / 30, 2 + 2 / 30], abs=0.001)
    still = remade(talk, "still.mp4", "-vf", "loop=loop=5:size=1:start=90,setpts=N/30/TB", *x264)
    at, frames = measure.watch(still).frozen()[0]
    assert at == pytest.approx(91 / 30, abs=0.04)
    assert frames == 6


def test_a_dissolve_carries_no_number_and_counts_as_one_cut(talk: Footage) -> None:
    graph = "[0:v]trim=0:3,setpts=PTS-STARTPTS[a];[0:v]trim=6:9,setpts=PTS-STARTPTS[b];"
    graph += "[a][b]xfade=fade:duration=0.5:offset=2.5"
    mixed = remade(talk, "mixed.mp4", "-filter_complex", graph, "-c:v", "libx264", "-preset", "ultrafast", "-an")
    seen = measure.watch(mixed)
    assert 6 <= sum(number is None for number in seen.numbers) <= 15
    assert seen.cuts() == pytest.approx([2.75], abs=0.1)


def test_a_click_is_heard_and_a_word_is_not(talk: Footage) -> None:
    sound = measure.hear(talk.path).copy()
    pauses = [(a[1] + b[0]) / 2000 for a, b in zip(talk.speech_ms, talk.speech_ms[1:], strict=False)]
    assert measure.clicks(sound, pauses) == []
    sound[round(pauses[0] * voices.RATE) :] += 0.02
    assert [at for at, _ in measure.clicks(sound, pauses)] == pytest.approx([pauses[0]], abs=0.002)


def test_a_strip_tells_when_it_is_not_there() -> None:
    rng = np.random.default_rng(3)
    assert counter.read(np.full((180, 320), 128, np.uint8)) is None
    assert [counter.read(rng.integers(0, 255, (180, 320)).astype(np.uint8)) for _ in range(50)] == [None] * 50
    picture = np.full((180, 320), 100, np.uint8)
    for number in (0, 1, 12_345, (1 << counter.BITS) - 1):
        strip = counter.draw_strip(number, 320, 180)
        picture[-len(strip) :] = strip
        assert counter.read(picture) == number
        assert counter.read((picture // 3 + 60).astype(np.uint8)) == number


def test_voices_are_placed_to_the_sample() -> None:
    talk, again = voices.talk(20, 5), voices.talk(20, 5)
    assert talk.speech == again.speech
    assert talk.speech[0][0] == voices.RATE
    for (_, end), (start, _) in zip(talk.speech, talk.speech[1:], strict=False):
        assert start - end >= 0.7 * voices.RATE - 1
        assert not talk.sound[end:start].any()
