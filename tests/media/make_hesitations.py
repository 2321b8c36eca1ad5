"""Make `hesitations.m4a`, four sentences with an "um" or "uh" in each, and `hesitations.json`, the truth about it.

The voice, its licence and what is needed are those of `make_talk`:

    python -m tests.media.make_hesitations package/voices/af_heart.bin
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from bot.media.ffmpeg import binary
from tests.media import make_talk
from tests.media.make_talk import Sound

_SOUNDS = {"m": 55, "ɜ": 87}
_LEAD_S = 0.5
_HERE = Path(__file__).parent
_SCRIPT = (
    ("so", "sˌO,", 0.25), ("um", "ˈʌm,", 0.3),
    ("I think we should stop to think", "I θˈɪŋk wi ʃˈʊd stˈɑp tə θˈɪŋk.", 0.8),
    ("this is", "ðɪs ɪz,", 0.2), ("uh", "ˈʌ,", 0.25),
    ("a short talk with long pauses", "ɐ ʃˈɔɹt tˈɔk wɪð lˈɔŋ pˈɔzᵻz.", 0.9),
    ("and", "ænd,", 0.15), ("um", "ˈʌm,", 0.2), ("you can undo it", "ju kæn ˌʌndˈu ɪt.", 0.7),
    ("nobody wants to", "nˈObədi wˈɔnts tə,", 0.2), ("uh", "ˈɜ,", 0.2), ("watch that part", "wˈɑʧ ðˈæt pˈɑɹt.", 0.5),
)  # fmt: skip
"""What is said: its words, its sounds as the model spells them, and the pause after it, s."""


def main() -> None:
    """Make both files anew; the only argument is the voice's file."""
    make_talk._IDS.update(_SOUNDS)
    voice, model = make_talk._voice(Path(sys.argv[1])), make_talk._model()
    rate = make_talk._RATE
    pieces: list[Sound] = [np.zeros(round(_LEAD_S * rate), np.float32)]
    parts = []
    at = len(pieces[0])
    for words, sounds, pause in _SCRIPT:
        spoken = make_talk._say(model, voice, sounds)
        spoken = (spoken * (0.5 / np.abs(spoken).max())).astype(np.float32)
        parts.append((words, round(at * 1000 / rate), round((at + len(spoken)) * 1000 / rate)))
        pieces += [spoken, np.zeros(round(pause * rate), np.float32)]
        at += len(spoken) + round(pause * rate)
    room = np.random.default_rng(1).normal(0, 3e-4, at)
    sound = (np.concatenate(pieces) + room).astype(np.float32)
    target = _HERE / "hesitations.m4a"
    args = ["-v", "error", "-y", "-f", "f32le", "-ar", str(rate), "-ac", "1", "-i", "pipe:0"]
    subprocess.run([str(binary()), *args, "-c:a", "aac", "-b:a", "48k", str(target)], input=sound.tobytes(), check=True)
    truth = {
        "duration_ms": round(at * 1000 / rate),
        "said": " ".join(words for words, _, _ in parts),
        "hesitations_ms": [[start, end] for words, start, end in parts if words in ("um", "uh")],
    }
    target.with_suffix(".json").write_text(json.dumps(truth, indent=1) + "\n")


main()
