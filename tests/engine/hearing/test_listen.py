"""Hearing real files: pauses go, words stay whole, in a quiet room, under a fan, between key clicks, with music."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from bot.engine.hearing.listen import listen
from bot.engine.hearing.pauses import pauses
from bot.media.facts import MediaError, MediaFacts, MediaFault
from bot.media.probe import probe
from tests import footage, voices
from tests.engine.hearing.scores import score

TALK = voices.talk(60, 11)


def _quiet(talk: voices.Talk, seed: int) -> voices.Sound:
    return voices.room(len(talk.sound), seed)


async def _heard(path: Path) -> tuple[tuple[int, int], ...]:
    return await listen(path, await probe(path))


@pytest.mark.parametrize("noise", [_quiet, voices.fan, voices.clicks, voices.music])
async def test_pauses_go_and_words_stay(tmp_path: Path, noise: Callable[[voices.Talk, int], voices.Sound]) -> None:
    path = voices.write_wav(tmp_path / "talk", TALK.sound + noise(TALK, 3))
    speech = await _heard(path)
    found = score(TALK, pauses(speech, 60_000))
    ideal = score(TALK, pauses(TALK.speech_ms, 60_000))
    assert found.removed > 0.85 * ideal.removed
    assert found.cut < 0.8
    assert found.hurt <= len(TALK.speech) // 10
    assert list(speech) == sorted(speech)


async def test_a_faint_recording_is_heard_too(tmp_path: Path) -> None:
    sound = (TALK.sound + voices.room(len(TALK.sound), 1)) * 0.004
    found = score(TALK, pauses(await _heard(voices.write_wav(tmp_path / "talk", sound)), 60_000))
    assert found.removed > 60
    assert found.cut < 2


async def test_no_speech_is_no_speech(tmp_path: Path) -> None:
    silence = voices.write_wav(tmp_path / "silence", np.zeros(20 * voices.RATE, np.float32))
    fan = voices.write_wav(tmp_path / "fan", voices.fan(TALK, 3))
    assert await _heard(silence) == ()
    assert await _heard(fan) == ()
    video = footage.silent(tmp_path / "video.mp4")
    assert await _heard(video) == ()


async def test_times_are_those_of_the_footage(tmp_path: Path) -> None:
    """A sound that begins later than its picture, in a file whose clock does not begin at zero."""
    made = footage.make_talk(tmp_path / "talk.mp4", 12)
    late = tmp_path / "late.mkv"
    inputs = ["-i", str(made.path), "-itsoffset", "1.5", "-i", str(made.path)]
    footage.ffmpeg([*inputs, "-map", "0:v", "-map", "1:a", "-c", "copy", "-output_ts_offset", "7", str(late)])
    first, moved = await _heard(made.path), await _heard(late)
    assert len(first) == len(moved)
    assert [start for start, _ in moved] == pytest.approx([start + 1500 for start, _ in first], abs=40)


async def test_progress_grows_to_the_end(tmp_path: Path) -> None:
    path = voices.write_wav(tmp_path / "talk", TALK.sound)
    told: list[float] = []
    await listen(path, await probe(path), told.append)
    assert told == sorted(told)
    assert len(told) > 10
    assert told[-1] == 1.0


async def test_a_sound_that_is_gone_or_broken_is_said(tmp_path: Path) -> None:
    path = voices.write_wav(tmp_path / "talk", TALK.sound)
    facts = await probe(path)
    path.write_bytes(b"no sound at all" * 1000)
    with pytest.raises(MediaError) as raised:
        await listen(path, facts)
    assert raised.value.fault is MediaFault.BROKEN


async def test_a_cancelled_hearing_leaves_no_process(tmp_path: Path) -> None:
    path = voices.write_wav(tmp_path / "talk", np.tile(TALK.sound, 30))
    facts = await probe(path)
    others = set(psutil.Process().children(recursive=True))  # a Redis that serves other tests, say
    under_way = asyncio.Event()
    task = asyncio.create_task(listen(path, facts, lambda _: under_way.set()))
    await under_way.wait()
    children = [child for child in psutil.Process().children(recursive=True) if child not in others]
    assert any("ffmpeg" in child.name() for child in children)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gone, alive = await asyncio.to_thread(psutil.wait_procs, children, timeout=5)
    assert (len(gone), alive) == (len(children), [])


@pytest.mark.long
async def test_four_hours_take_no_more_memory_than_minutes(tmp_path: Path) -> None:
    async def most(minutes: int) -> int:
        path = voices.write_wav(tmp_path / f"{minutes}", TALK.sound[: voices.RATE * 60])
        long = tmp_path / f"{minutes}.flac"
        footage.ffmpeg(["-stream_loop", str(minutes - 1), "-i", str(path), str(long)])
        facts: MediaFacts = await probe(long)
        peak = 0

        def look(_: float) -> None:
            nonlocal peak
            running = psutil.Process().children(recursive=True)
            peak = max(peak, sum(child.memory_info().rss for child in running if child.is_running()))

        speech = await listen(long, facts, look)
        assert len(speech) >= minutes * 5
        return peak

    short, hours = await most(4), await most(239)
    assert hours - short < 40 << 20
