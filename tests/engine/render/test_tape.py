"""Sound that is decoded as it is read: the same samples as out of a file, and little is held."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.lines import SAMPLE_RATE, nearest
from bot.engine.render.pcm import decode
from bot.engine.render.plan import plan
from bot.engine.render.reels import Sounds, reels
from bot.engine.render.sound import make_sound
from bot.engine.render.tape import AHEAD, HELD, Claim, Tape, tapes, worth_it
from bot.engine.render.tool import Ffmpeg
from bot.engine.timeline.model import Canvas, Music, Segment, Timeline, Transition
from bot.media import ffmpeg

SMALL = Canvas(320, 180)
LENGTH = 3_000_000
SOURCE = np.random.default_rng(1).integers(-30_000, 30_000, (LENGTH, 2), np.int16)


@contextmanager
def decoder(start: int, size: int) -> Iterator[Iterator[bytes]]:
    data = SOURCE[start:].tobytes()
    yield (data[at : at + size] for at in range(0, len(data), size))


def cut(start: int, end: int, **more: object) -> Segment:
    return Segment(f"s{start}", "c", "m", "name", "video", start, end, **more)  # type: ignore[arg-type]  # fields by name


def test_runs_that_go_forwards_share_a_tape_and_others_do_not() -> None:
    cuts = [Claim(at * 1000, at * 1000 + 700, at * 700) for at in range(500)]
    assert tapes(cuts) == [list(range(500))]
    far = [Claim(0, 1000, 0), Claim(1001 + AHEAD, 1002 + AHEAD, 1000)]
    assert tapes(far) == [[0], [1]]
    assert tapes(far, None) == [[0, 1]], "where a seek is not to be trusted it is read through"
    back = [Claim(HELD * 3, HELD * 4, 0), Claim(HELD, HELD * 2, HELD)]
    assert tapes(back) == [[0], [1]]
    beside = [Claim(0, HELD * 3, 0), Claim(HELD * 3, HELD * 5, 100)]
    assert tapes(beside) == [[0], [1]], "two long runs at once would have to be held"


def test_many_starts_in_a_short_source_are_not_worth_it() -> None:
    short, hour = (Fraction(0), Fraction(20)), (Fraction(0), Fraction(3600))
    assert worth_it([[0, 1]], short)
    assert not worth_it([[1], [0]], short)
    assert worth_it([[1], [0]], hour)


@pytest.mark.parametrize("seed", range(6))
def test_any_runs_read_as_out_of_a_file_with_little_held(seed: int) -> None:
    pick = random.Random(seed)
    claims, at, place = [], 0, 0
    for _ in range(40):
        first = max(0, place + pick.randint(-20_000, 60_000))
        length = pick.randint(1, 80_000)
        claims.append(Claim(first, min(LENGTH, first + length), at))
        place = claims[-1].end
        at += max(0, length - pick.randint(0, 3000))
    claims.sort(key=lambda claim: claim.at)
    for row in tapes(claims):
        own = [claims[one] for one in row]
        start = max(0, min(claim.first for claim in own) - 500)
        tape = Tape(lambda start=start: decoder(start, pick.randint(1, 100_001)), start, own)  # type: ignore[misc]
        got: dict[int, list[np.ndarray]] = {index: [] for index in range(len(own))}
        for low in range(0, max(claim.at + claim.end - claim.first for claim in own), 65_536):
            for index, claim in enumerate(own):
                first = max(claim.first, claim.first + low - claim.at)
                end = min(claim.end, claim.first + low + 65_536 - claim.at)
                if end > first:
                    got[index].append(tape.read(index, first, end))
            assert tape.held <= 400_000
        assert tape.held == 0
        for index, claim in enumerate(own):
            assert np.array_equal(np.concatenate(got[index]) * 32768, SOURCE[claim.first : claim.end])


@pytest.mark.long
def test_what_is_taped_is_what_is_in_the_file_and_leaves_none(talk: SourceFile, tmp_path: Path) -> None:
    fade = Transition("crossfade", 600)
    segments = (cut(1000, 3000), cut(3400, 6000, transition=fade), cut(6000, 9000, volume=60), cut(12_000, 15_000))
    timeline = Timeline(SMALL, segments, music=(Music("a", "n", "n", 500, 4500, offset=2000, volume=30),))
    media = {"m": talk, "n": talk}
    job = RenderJob(timeline, Output(), tmp_path / "o.mp4", tmp_path, media)
    todo, run = plan(timeline, job.output, media), Ffmpeg(ffmpeg.binary(), tmp_path)
    assert [reel.items for reel in reels(todo, media)] == [(0, 1, 2, 3), (4,)]
    make_sound(job, todo, run, tmp_path, lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["sound.m4a"]
    whole = decode(talk, (Fraction(0), Fraction(20)), tmp_path / "whole.pcm", lambda _: None)
    with Sounds(job, todo, run, tmp_path, lambda _: None).opened() as (runs, music):
        for heard, sound in zip(todo.sound, runs, strict=True):
            shift = nearest(heard.offset * SAMPLE_RATE)
            expected = whole.read(heard.first + shift, heard.end + shift)
            assert np.abs(expected).max() > 0.1
            assert np.allclose(sound.read(heard.first, heard.end), expected, atol=1e-3)
        assert np.allclose(music[0].read(96_000, 288_000), whole.read(96_000, 288_000), atol=1e-3)
