"""Writes down what is said in a file, in a child process, as a stream: hours take no more memory than minutes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.engine.timeline.limits import MAX_TEXT_LENGTH
from bot.engine.timeline.model import Word
from bot.media import ffmpeg
from bot.media.facts import MediaFacts
from bot.media.process import run_python
from bot.media.sandbox import Reach

_WALL_SECONDS, _TIMES_REAL_TIME = 1200.0, 6.0
_STALL_SECONDS = 600.0
"""A busy machine takes minutes for what else is seconds: it is still at work as long as it gets on."""


@dataclass(frozen=True)
class Spoken:
    """The words of a source in order, on its own time (ms), and their language (ISO 639).

    `may_be` are languages that it sounds like as well.
    """

    words: tuple[Word, ...]
    lang: str
    may_be: tuple[str, ...] = ()


async def transcribe(
    path: Path,
    facts: MediaFacts,
    on_progress: Callable[[float], None] | None = None,
    *,
    lang: str | None = None,
    fillers: bool = False,
    model: Path | None = None,
    ffmpeg_bin: Path | None = None,
) -> Spoken:
    """What is said, word by word; nothing for a file without sound.

    `lang` is the language spoken (ISO 639; None: found out), which counts where it sounds like that. With `fillers`
    hesitations are written down, which a speech model leaves out else. `model` is a folder with a Whisper model for
    CTranslate2; None: the extra's own.
    `on_progress` is told the share done, 0.0 to 1.0. The extra `speech` must be there (`weights.installed`).

    Raises MediaError: BROKEN (the sound cannot be decoded), UNSUPPORTED (the model is broken), TIMED_OUT, NO_FFMPEG.
    """
    if facts.sound is None:
        return Spoken((), lang or "")
    program = ffmpeg.binary(ffmpeg_bin)
    args = [str(program), facts.container, str(facts.duration_ms), str(path)]
    args += ["yes" if fillers else "no", lang or "", str(model or "")]

    found = await run_python(
        "bot.engine.hearing.transcribe_child",
        args,
        reach=Reach(reads=(path,) if model is None else (path, model), runs=(program,)),
        wall_s=_WALL_SECONDS + _TIMES_REAL_TIME * facts.duration_ms / 1000,
        stall_s=_STALL_SECONDS,
        on_progress=on_progress,
    )
    may_be = tuple(str(one)[:10] for one in found["may_be"])
    return Spoken(_in_order(found["words"], facts.duration_ms), str(found["lang"])[:10], may_be)


def _in_order(found: list[tuple[int, int, str]], duration_ms: int) -> tuple[Word, ...]:
    """Each word behind the one before, within the source, as it can be drawn."""
    words: list[Word] = []
    for start, end, text in found:
        first = max(int(start), words[-1].end if words else 0)
        last = min(int(end), duration_ms)
        shown = "".join(sign for sign in str(text) if sign.isprintable())[:MAX_TEXT_LENGTH].strip()
        if shown and last > first:
            words.append(Word(first, last, shown))
    return tuple(words)
