"""Noise goes, what is said stays, to the sample where it was."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine.render.denoise import denoised
from bot.engine.render.pcm import Pcm
from tests import voices

RATE = 48_000
TALK = voices.talk(40, 5)


def _at_48(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.interp(np.arange(len(sound) * 3) / 3, np.arange(len(sound)), sound).astype(np.float32)


def _db(sound: NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2) + 1e-12))


def _hiss() -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(0, 0.01, len(TALK.sound)).astype(np.float32)


@pytest.mark.long
@pytest.mark.parametrize(("noise", "least"), [(voices.fan(TALK, 1), 8.7), (_hiss(), 8.7)])
def test_steady_noise_goes_and_speech_stays(tmp_path: Path, noise: NDArray[np.float32], least: float) -> None:
    clean, noisy = _at_48(TALK.sound), _at_48(TALK.sound + noise)
    samples = np.repeat((noisy * 32767).astype(np.int16)[:, None], 2, axis=1)
    samples.tofile(tmp_path / "in")
    shares: list[float] = []
    out = denoised(Pcm(tmp_path / "in", 7), tmp_path / "out", shares.append)
    assert (out.start, out.length) == (7, len(noisy))
    assert shares[-1] == 1
    sound = out.read(7, 7 + len(noisy))[:, 0]
    spoken = np.zeros(len(noisy), bool)
    for start, end in TALK.speech:
        spoken[start * 3 : end * 3] = True
    assert _db(noisy[~spoken]) - _db(sound[~spoken]) > least
    assert abs(_db(noisy[spoken]) - _db(sound[spoken])) < 0.5
    before, after = (_db(one[spoken] - clean[spoken]) for one in (noisy, sound))
    assert after < before - 2, "also under the speech there is less of it; a shift by a sample would make it more"


def test_silence_and_a_moment_stay_what_they_are(tmp_path: Path) -> None:
    for length in (0, 1, 900, 5_000):
        np.zeros((length, 2), np.int16).tofile(tmp_path / "in")
        out = denoised(Pcm(tmp_path / "in"), tmp_path / "out", lambda _: None)
        assert out.length == length
        assert not out.read(0, length).any()
