"""The mix, to the sample, on sound that is known."""

from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.engine.render.frame import Frame
from bot.engine.render.mix import mix, rise
from bot.engine.render.pcm import Pcm
from bot.engine.render.plan import RenderPlan
from bot.engine.render.runs import MusicRun, SoundRun

FRAME = Frame(320, 180, Fraction(30), "pad")


def pcm(path: Path, samples: NDArray[np.int16], start: int = 0) -> Pcm:
    np.repeat(samples[:, None], 2, axis=1).tofile(path)
    return Pcm(path, start)


def run(first: int, end: int, head: int = 0, tail: int = 0, gain: float = 1.0) -> SoundRun:
    return SoundRun("m", first, end, Fraction(0), Fraction(1), True, gain, head, tail)


def mixed(
    frames: int, runs: list[SoundRun], files: list[Pcm], music: tuple[MusicRun, ...] = (), volume: float = 1.0
) -> NDArray[np.float32]:
    made = RenderPlan(FRAME, frames, (), tuple(runs), music)
    blocks = list(mix(made, files, [files[0]] * len(music), volume=volume, fade_in_ms=0, fade_out_ms=0))
    assert max(map(len, blocks)) <= 1 << 16
    return np.concatenate(blocks)


def test_a_run_is_placed_to_the_sample_over_block_edges(tmp_path: Path) -> None:
    samples = (np.arange(160_000) % 20_000).astype(np.int16)
    out = mixed(100, [run(1000, 150_000)], [pcm(tmp_path / "a", samples)])
    assert out.shape == (160_000, 2)
    assert np.array_equal(np.round(out[1000:150_000, 0] * 32768).astype(np.int16), samples[1000:150_000])
    assert not out[:1000].any()
    assert not out[150_000:].any()


def test_what_plays_straight_on_is_not_touched_by_its_ramps(tmp_path: Path) -> None:
    samples = np.full(96_000, 12_000, np.int16)
    file = pcm(tmp_path / "a", samples)
    out = mixed(60, [run(0, 48_120, 0, 240), run(47_880, 96_000, 240, 0)], [file, file])
    assert np.allclose(out, 12_000 / 32_768, atol=1e-6)


def test_outside_the_file_is_silence(tmp_path: Path) -> None:
    file = pcm(tmp_path / "a", np.full(1000, 8192, np.int16), start=500)
    block = file.read(0, 3000)
    assert not block[:500].any()
    assert (block[500:1500] == 0.25).all()
    assert not block[1500:].any()


def test_ramps_are_exact_hours_into_the_output() -> None:
    late = 48_000 * 3600 * 4
    curve = rise(late - 10, late + 250, late, 240)
    assert not curve[:10].any()
    assert np.allclose(np.diff(curve[10:250]), 1 / 240, atol=1e-6)
    assert (curve[250:] == 1).all()


def test_a_loop_has_no_hole_and_no_bump(tmp_path: Path) -> None:
    file = pcm(tmp_path / "a", np.full(48_000, 16_384, np.int16))
    music = MusicRun("s", 0, 480_000, Fraction(0), 0.5, 0, 0)
    out = mixed(300, [], [file], (music,))
    assert np.allclose(out, 0.25, atol=1e-4)


def test_the_master_volume(tmp_path: Path) -> None:
    file = pcm(tmp_path / "a", np.full(48_000, 16_384, np.int16))
    assert np.allclose(mixed(30, [run(0, 48_000)], [file], volume=1.5), 0.75)
