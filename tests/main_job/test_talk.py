"""The issue's sentence on a recording with speech, run as a user runs it, and the result measured frame by frame."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from bot.engine.hearing.pauses import HEAD_MS, MIN_PAUSE_MS, TAIL_MS
from tests import measure, voices
from tests.footage import QUICK, Footage, make_talk
from tests.main_job.command import ROOT, Ran, threadcut

SENTENCE = "trim the silences, add transitions, and export"
TRANSITION_MS = 500
IN_STEP_MS = 40
AUDIBLE_DB = 24
"""How far below its loud parts an utterance is still speech; some recordings begin with a breath or hiss."""
UNDER_MS = 34
"""How much of a word's beginning may be seen with the last of the picture before it still over it: a frame."""
SOFTER_DB = 1.5
SLOP_MS = 100
"""By how much the ear may misjudge where a word ends, and a frame's length."""


@dataclass(frozen=True)
class Edited:
    """Footage, the run that edited it, and the file that came of it."""

    footage: Footage
    ran: Ran
    path: Path

    @cached_property
    def watched(self) -> measure.Watched:
        """Every frame of the result."""
        return measure.watch(self.path)

    @cached_property
    def sound(self) -> voices.Sound:
        """What is heard in it."""
        return measure.hear(self.path)

    @property
    def dissolves(self) -> list[tuple[int, int]]:
        """Where no number can be read: the first such frame of each run, and the one after the last."""
        numbers = self.watched.numbers
        edges = np.flatnonzero(np.diff([0, *(number is None for number in numbers), 0]))
        return [(int(first), int(after)) for first, after in edges.reshape(-1, 2)]

    @property
    def pauses_ms(self) -> list[tuple[int, int]]:
        """The silences that are long enough to go, the first and the last one included."""
        edges = [0, *(at for spoken in self.footage.speech_ms for at in spoken), self.footage.duration_ms]
        return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start >= MIN_PAUSE_MS]

    def shown(self, start_ms: float, end_ms: float) -> int:
        """How many frames of the result show this stretch of the footage."""
        first, last = (float(ms * self.footage.fps) / 1000 for ms in (start_ms, end_ms))
        return sum(number is not None and first <= number < last for number in self.watched.numbers)


def fast(folder: Path) -> Footage:
    return make_talk(folder / "talk.mp4", 20, (1280, 720))


def long(folder: Path) -> Footage:
    return make_talk(folder / "talk.mp4", 180, (1920, 1080), video=QUICK)


def ours(_: Path) -> Footage:
    """The talk that comes with the project, as the README's first command edits it."""
    path = ROOT / "tests" / "media" / "talk.mp4"
    truth = json.loads(path.with_suffix(".json").read_text())
    spoken = tuple((start, end) for start, end in truth["speech_ms"])
    size = (truth["size"][0], truth["size"][1])
    return Footage(path, size, Fraction(truth["fps"]), truth["frames"], spoken, measure.hear(path))


def audible(footage: Footage) -> Footage:
    """The same, its utterances without what nobody hears at their edges."""
    step = voices.RATE // 100
    spoken = []
    for start, end in footage.speech_ms:
        part = footage.sound[start * voices.RATE // 1000 : end * voices.RATE // 1000]
        level = 10 * np.log10(np.mean(part[: len(part) // step * step].reshape(-1, step) ** 2, axis=1) + 1e-12)
        on = np.flatnonzero(level > np.percentile(level, 90) - AUDIBLE_DB)
        spoken.append((start + 10 * int(on[0]), start + 10 * (int(on[-1]) + 1)))
    return replace(footage, speech_ms=tuple(spoken))


@pytest.fixture(
    scope="module",
    params=[fast, pytest.param(ours, marks=pytest.mark.long), pytest.param(long, marks=pytest.mark.long)],
    ids=["20 s of 720p", "the project's talk", "3 minutes of 1080p"],
)
def edited(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    folder = tmp_path_factory.mktemp("main job")
    footage = audible(request.param(folder))
    out = folder / "done.mp4"
    yield Edited(footage, threadcut(folder, "try", footage.path, SENTENCE, "-o", out), out)
    out.unlink(missing_ok=True)


def test_it_ends_well_says_where_the_file_is_and_leaves_nothing_else(edited: Edited) -> None:
    assert edited.ran.code == 0, edited.ran
    assert edited.ran.last == str(edited.path)
    assert edited.ran.clean, edited.ran


def test_the_file_is_one_that_plays_everywhere(edited: Edited) -> None:
    assert measure.decode_errors(edited.path) == ""
    assert measure.starts_fast(edited.path)
    with av.open(str(edited.path)) as file:
        video, audio = file.streams.video[0].codec_context, file.streams.audio[0].codec_context
        assert (video.name, video.pix_fmt, audio.name) == ("h264", "yuv420p", "aac")
        assert (video.width, video.height) == edited.footage.size
        assert len(file.streams) == 2


def test_it_is_as_long_as_was_told(edited: Edited) -> None:
    told = re.search(r"Timeline \(1 track, (?:(\d+):)?([\d.]+)s?\)", edited.ran.out)
    assert told is not None, edited.ran.out
    whole_seconds = told[1] is not None
    seconds = 60 * int(told[1] or 0) + float(told[2])
    video, audio = measure.lengths(edited.path)
    assert abs(video - seconds) <= (0.5 if whole_seconds else 0.05) + 1 / 30
    assert abs(video - audio) <= IN_STEP_MS / 1000


def test_every_word_is_seen_whole(edited: Edited) -> None:
    """Every frame of every utterance is there, in order; at most its first few still under a dissolve's other half."""
    numbers = edited.watched.numbers
    seen = {number for number in numbers if number is not None}
    under = set()
    for first, after in edited.dissolves:
        back = numbers[after]
        assert back is not None
        under |= set(range(back - (after - first), back))
    assert len(edited.footage.speech_ms) > 3
    for start, end in edited.footage.speech_ms:
        spoken = {at for at in range(edited.footage.frames) if start <= at * 1000 / edited.footage.fps <= end}
        assert spoken - seen <= under, f"{start}-{end} ms"
        assert len(spoken - seen) * 1000 / edited.footage.fps <= UNDER_MS, f"{start}-{end} ms"
        assert max(spoken) in seen
    assert sorted(seen) == [number for number in numbers if number is not None]


def test_every_word_is_heard_whole(edited: Edited) -> None:
    """The first and the last fifth of a second of each utterance are as loud beside all of it as in the footage."""
    rate = voices.RATE
    softer = {}
    for heard in measure.in_step(edited.watched, edited.sound, edited.footage):
        start, end = edited.footage.speech_ms[heard.utterance]
        moved = round((heard.at - start / 1000 - min(100, (end - start) // 4) / 1000) * rate)

        def change(start_ms: int, end_ms: int, moved: int = moved) -> float:
            first, last = start_ms * rate // 1000, end_ms * rate // 1000
            found, meant = edited.sound[first + moved : last + moved], edited.footage.sound[first:last]
            return float(10 * np.log10(np.mean(found**2) / np.mean(meant**2)))

        whole = change(start, end)
        softer[heard.utterance, "begins"] = round(change(start, start + 200) - whole, 1)
        softer[heard.utterance, "ends"] = round(change(end - 200, end) - whole, 1)
    assert len(softer) == 2 * len(edited.footage.speech_ms)
    assert {where: db for where, db in softer.items() if abs(db) > SOFTER_DB} == {}


def test_every_word_is_heard_in_step_with_its_picture_up_to_the_end(edited: Edited) -> None:
    """The beginning of each utterance, and its end."""
    footage = edited.footage
    endings = tuple((max(start, end - 500), end) for start, end in footage.speech_ms)
    for part in (footage, replace(footage, speech_ms=endings)):
        heard = measure.in_step(edited.watched, edited.sound, part)
        assert [one.utterance for one in heard] == list(range(len(footage.speech_ms)))
        assert [one for one in heard if abs(one.late_ms) > IN_STEP_MS] == []


def test_the_pauses_are_gone(edited: Edited) -> None:
    """What is left of one: what is kept beside its words, and the transition that plays out of it."""
    kept = HEAD_MS + TAIL_MS + TRANSITION_MS + SLOP_MS
    dissolves = [(edited.watched.numbers[first - 1], after - first) for first, after in edited.dissolves]
    left = {}
    for start, end in edited.pauses_ms:
        frames = edited.shown(start, end)
        rate = float(edited.footage.fps) / 1000
        frames += sum(length for before, length in dissolves if before is not None and start <= before / rate < end)
        left[start, end] = round(frames / rate)
    assert len(left) > 3
    assert {pause: ms for pause, ms in left.items() if ms > min(kept, pause[1] - pause[0] - 1)} == {}


def test_there_is_a_transition_at_each_join_and_nowhere_else(edited: Edited) -> None:
    told = re.search(r"Added (\d+) transitions", edited.ran.out)
    between = [pause for pause in edited.pauses_ms if pause[0] > 0 and pause[1] < edited.footage.duration_ms]
    assert told is not None, edited.ran.out
    assert len(edited.dissolves) == int(told[1]) == len(between)
    numbers = edited.watched.numbers
    for first, after in edited.dissolves:
        out, back = numbers[first - 1], numbers[after]
        assert out is not None
        assert back is not None
        assert back - out > after - first + 1, "it goes from one moment to a later one"
        assert (after - first) * 1000 / float(edited.watched.fps) >= TRANSITION_MS / 4
    hard = [at for at in edited.watched.cuts() if not _inside(at, edited)]
    assert hard == []


def _inside(at: float, edited: Edited) -> bool:
    times = edited.watched.times
    return any(times[first - 1] <= at <= times[after] for first, after in edited.dissolves)


def test_nothing_is_black_frozen_or_uneven(edited: Edited) -> None:
    assert edited.watched.black == []
    assert edited.watched.frozen() == []
    steps = np.array([after - before for before, after in pairwise(edited.watched.times)])
    assert np.abs(steps - 1 / float(edited.footage.fps)).max() < 0.001


def test_no_join_clicks(edited: Edited) -> None:
    joins = [float(edited.watched.times[at]) for dissolve in edited.dissolves for at in (dissolve[0], dissolve[1])]
    joins += edited.watched.cuts()
    assert measure.clicks(edited.sound, joins) == []
