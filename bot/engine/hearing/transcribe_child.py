"""The child process of `bot.engine.hearing.transcribe`: FFMPEG CONTAINER DURATION_MS PATH FILLERS LANG MODEL.

FILLERS is "yes" to write hesitations down too; LANG and MODEL (a folder) may be empty. The result is the language, the
others that it may be, and the words. The sound is read twice as a stream, and one stretch of speech at a time is held.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.engine.hearing import weights
from bot.engine.hearing.alignment import Spelled, aligned, levels
from bot.engine.hearing.languages import NO_SPACES, PROMPTS
from bot.engine.hearing.listen_child import decoded, decoding, heard
from bot.engine.hearing.voice import RATE, Floats
from bot.engine.hearing.windows import windows
from bot.media.child import progress, serve

_LISTENING = 0.05
_SURE = 0.5
_LIKELY = 0.1
_LANGUAGE_TRIES = 4
_PEAK, _MOST_GAIN = 0.5, 100.0
_HARDLY = 0.35
_LEAST_MS = 20
_BESIDE_MS = 300


def work(args: Sequence[str]) -> dict[str, Any]:
    """Write down what is said in one file."""
    ffmpeg, container, duration_ms, path, fillers, lang, folder = args
    speech = heard(ffmpeg, container, duration_ms, path, lambda done: progress(done * _LISTENING))
    stretches = windows(speech, int(duration_ms))
    if not stretches:
        return {"lang": lang, "may_be": [], "words": []}
    model = _model(Path(folder) if folder else None)
    likely = _languages(model, _sounds(decoding(ffmpeg, container, path), stretches[:_LANGUAGE_TRIES]))
    lang, others = chosen(lang, likely)
    prompt = PROMPTS.get(lang) if fillers == "yes" else None
    words: list[tuple[int, int, str]] = []
    for (start, end), sound in zip(stretches, _sounds(decoding(ffmpeg, container, path), stretches), strict=True):
        found = aligned(_spelled(model, sound, lang, prompt), levels(sound))
        words += [(one.start + start, one.end + start, one.text) for one in _there(found, start, speech)]
        progress(_LISTENING + (1 - _LISTENING) * end / stretches[-1][1])
    return {"lang": lang, "may_be": others, "words": words}


def chosen(named: str, likely: Sequence[str]) -> tuple[str, list[str]]:
    """The language to write in, and the others it may be: a named one counts only where it may be that one."""
    lang = named if named in likely else likely[0]
    return lang, [one for one in likely if one != lang]


def ranked(total: Mapping[str, float], tries: int) -> list[str]:
    """Languages by the sum of their shares in `tries` tries, the likeliest first; of the others those that may be."""
    first, *others = sorted(total, key=lambda name: -total[name])
    return [first, *(name for name in others if total[name] >= _LIKELY * tries)]


def _model(folder: Path | None) -> Any:
    """The model, of a library without types."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - it takes a second, and is an extra

    found = weights.found(folder)
    given: dict[str, Any] = {"files": found.files} if found.folder is None else {}
    return WhisperModel(str(found.folder or "base"), device="cpu", compute_type="int8", local_files_only=True, **given)


def _sounds(command: Sequence[str], stretches: Sequence[tuple[int, int]]) -> Iterator[Floats]:
    """The sound of each stretch, out of one pass; faint ones are made louder."""
    due = [(start * RATE // 1000, end * RATE // 1000) for start, end in stretches]
    kept: list[Floats] = []
    at = 0
    with decoded(command, 1.0) as blocks:
        for block in blocks:
            first, at = at, at + len(block)
            kept.append(block)
            while due and due[0][1] <= at:
                yield _cut(kept, first + len(block), *due.pop(0))
            while kept and (not due or at - sum(len(one) for one in kept[1:]) <= due[0][0]):
                kept.pop(0)
    for start, end in due:  # the sound ends earlier than its container says
        yield _cut(kept, at, start, end)


def _cut(kept: Sequence[Floats], end_at: int, start: int, end: int) -> Floats:
    sound = np.concatenate(kept) if kept else np.zeros(0, np.float32)
    begin = end_at - len(sound)
    piece = sound[max(0, start - begin) : max(0, end - begin)]
    piece = np.pad(piece, (0, max(0, end - start - len(piece))))
    peak = float(np.abs(piece).max()) if len(piece) else 0.0
    louder: Floats = (piece * np.float32(min(_MOST_GAIN, _PEAK / peak) if 0 < peak < _PEAK else 1)).astype(np.float32)
    return louder


def _languages(model: Any, sounds: Iterator[Floats]) -> list[str]:
    """What it sounds like, the likeliest first; as soon as one is sure enough."""
    if len(model.supported_languages) == 1:
        return list(model.supported_languages)
    total: dict[str, float] = {}
    tries = 0
    for sound in sounds:
        _, sure, shares = model.detect_language(sound)
        tries += 1
        for name, share in shares:
            total[name] = total.get(name, 0.0) + share
        if sure >= _SURE:
            break
    return ranked(total, tries)


def _spelled(model: Any, sound: Floats, lang: str, prompt: str | None) -> list[Spelled]:
    segments, _ = model.transcribe(
        sound, language=lang, word_timestamps=True, condition_on_previous_text=False, hotwords=prompt
    )
    row: list[Spelled] = []
    for word in (word for segment in segments for word in segment.words or ()):
        text = str(word.word)
        one = Spelled(round(word.start * 1000), round(word.end * 1000), text.strip(), float(word.probability))
        if not one.text:
            continue
        if row and not text.startswith(" ") and lang not in NO_SPACES:  # a part of the word before: "6", ".20"
            last = row[-1]
            row[-1] = Spelled(last.start, one.end, last.text + one.text, min(last.sure, one.sure))
        else:
            row.append(one)
    return [one for one in row if one.end - one.start >= _LEAST_MS]  # one said twice in no time is none


def _there(words: Sequence[Spelled], offset: int, speech: Sequence[tuple[int, int]]) -> Iterator[Spelled]:
    """Without what the model made up where nobody speaks."""
    for word in words:
        start, end = word.start + offset - _BESIDE_MS, word.end + offset + _BESIDE_MS
        if word.sure >= _HARDLY or any(begin < end and stop > start for begin, stop in speech):
            yield word


if __name__ == "__main__":
    serve(work)
