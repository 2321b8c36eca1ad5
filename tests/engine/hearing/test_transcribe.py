"""Real words out of real sound, by the extra `speech`: what is said, when, in which language, in bounded memory."""

import asyncio
import difflib
import json
import wave
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
import pytest

from bot.engine.hearing import weights
from bot.engine.hearing.transcribe import Spoken, transcribe
from bot.media.facts import MediaError, MediaFault
from bot.media.probe import probe
from tests import footage, voices

pytestmark = [
    pytest.mark.extra,
    pytest.mark.skipif(find_spec("faster_whisper") is None, reason="the extra speech is not installed"),
]

MEDIA = Path(__file__).parents[2] / "media"
TALK = MEDIA / "talk.mp4"
SHARED = Path(__file__).parents[4] / "shared" / "media" / "speech"


async def _said(path: Path, **how: object) -> Spoken:
    return await transcribe(path, await probe(path), **how)  # type: ignore[arg-type]


def _plain(text: str) -> list[str]:
    return "".join(sign for sign in text.casefold() if sign.isalnum() or sign.isspace()).split()


async def test_words_are_right_and_where_they_are() -> None:
    heard: list[float] = []
    found = await transcribe(TALK, await probe(TALK), heard.append)
    truth = json.loads(TALK.with_suffix(".json").read_text())
    said = [word for one in truth["utterances"] for word in _plain(one["text"])]
    words = _plain(" ".join(word.text for word in found.words))
    right = sum(
        block.size for block in difflib.SequenceMatcher(None, words, said, autojunk=False).get_matching_blocks()
    )
    assert right >= 0.9 * len(said), words
    assert found.lang == "en"
    assert all(before.end <= after.start for before, after in pairwise(found.words))
    for start, end in truth["speech_ms"]:  # each sentence begins and ends with a word
        assert min(abs(word.start - start) for word in found.words) <= 80
        assert min(abs(word.end - end) for word in found.words) <= 120
    assert heard == sorted(heard)
    assert heard[-1] == 1


async def test_hesitations_are_heard_where_they_are() -> None:
    """`hesitations.m4a` has an um or uh in the middle of each of four sentences."""
    found = await _said(MEDIA / "hesitations.m4a", fillers=True)
    truth = json.loads((MEDIA / "hesitations.json").read_text())
    for start, end in truth["hesitations_ms"]:
        near = [word for word in found.words if word.start < end and word.end > start]
        assert [_plain(word.text)[0] for word in near] in (["um"], ["uh"], ["er"]), near
        assert abs(near[0].start - start) <= 60
        assert abs(near[0].end - end) <= 60


async def test_nobody_speaks_no_word(tmp_path: Path) -> None:
    talk = voices.talk(20, 3)
    assert (await _said(voices.write_wav(tmp_path / "fan", voices.fan(talk, 3)))).words == ()
    assert (await _said(voices.write_wav(tmp_path / "music", voices.music(talk, 3)))).words == ()
    assert (await _said(footage.silent(tmp_path / "silent.mp4"))).words == ()


@pytest.mark.skipif(not SHARED.is_dir(), reason="real recordings lie beside the project, and are not there")
@pytest.mark.parametrize(
    ("name", "lang", "words"), [("de", "de", "Architektur"), ("es", "es", None), ("ru", "ru", None)]
)
async def test_languages_are_told_apart(name: str, lang: str, words: str | None) -> None:
    found = await _said(SHARED / f"{name}.wav")
    assert found.lang == lang
    assert len(found.words) > 50
    assert words is None or any(words in word.text for word in found.words)


async def test_nobody_takes_clear_english_for_german() -> None:
    """Then "German subtitles" asks for a translation."""
    clear = await _said(TALK, lang="de")
    assert (clear.lang, clear.may_be) == ("en", ())


async def test_hours_take_no_more_memory_than_minutes(tmp_path: Path) -> None:
    """Five minutes of which one is spoken: what is held is one stretch of speech, not the file."""
    peaks = []
    for minutes in (1, 5):
        path = tmp_path / f"{minutes}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(voices.RATE)
            for _ in range(minutes):
                talk = voices.talk(60, 1, pause_s=(9, 10))
                file.writeframes((np.clip(talk.sound, -1, 1) * 32767).astype("<i2").tobytes())
        work = asyncio.create_task(_said(path))
        peak = 0
        while not work.done():
            for child in psutil.Process().children(recursive=True):
                try:
                    peak = max(peak, child.memory_info().rss)
                except psutil.Error:
                    continue
            await asyncio.wait((work,), timeout=0.05)
        assert (await work).words
        peaks.append(peak)
    assert peaks[1] < peaks[0] + 80e6, peaks


async def test_a_model_that_is_not_the_known_one_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_SHA256", "0" * 64)
    with pytest.raises(MediaError) as caught:
        weights.found()
    assert caught.value.fault is MediaFault.UNSUPPORTED


async def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    """The setting's model: the same one, laid into a folder."""
    assert not weights.installed(tmp_path)
    for name, data in weights.found().files.items():
        (tmp_path / name).write_bytes(data)
    assert weights.installed(tmp_path)
    assert (await _said(TALK, model=tmp_path)).lang == "en"
