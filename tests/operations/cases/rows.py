"""Files in one row: merged, as a slideshow, with sound over the cut, with chapters."""

import numpy as np
import pytest

from bot.engine.timeline.ops import Chapters, Merge, Slideshow, SoundCut, Split
from tests import measure
from tests.engine.render.clips import RATE
from tests.operations.case import Case, Seen, Watched


def _strength(watched: Watched, frequency: float, start: float, end: float) -> float:
    """How strong a tone is in a stretch (s): its amplitude."""
    piece = watched.sound[round(start * RATE) : round(end * RATE)].astype(np.float64)
    at = np.arange(len(piece)) / RATE
    return float(2 * abs(np.mean(piece * np.exp(-2j * np.pi * frequency * at))))


def _both_fit(seen: Seen) -> None:
    after = seen.after
    assert after.pictures.shape[1:] == (180, 320, 3)
    assert after.numbers[:120] == list(range(120))
    assert len(after.pictures) == 180, "25 frames a second became 30"
    picture = after.at(5).astype(int)
    assert picture[90, 160].tolist() == pytest.approx([255, 255, 0], abs=30)
    assert picture[90, 10].max() < 20, "an upright picture has bars at its sides"
    assert after.pitch(4.3, 5.7) == pytest.approx(1200, abs=5), "22 kHz became 48, mono is on both sides"
    assert measure.decode_errors(after.path) == ""


def _photos(seen: Seen) -> None:
    after = seen.after
    assert after.seconds == pytest.approx(4, abs=0.04)
    first, middle, second = (after.at(at)[90, 160].astype(int).tolist() for at in (0.5, 2.0, 3.5))
    assert first == pytest.approx([0xC0, 0x80, 0x40], abs=8)
    assert second == pytest.approx([0x40, 0x80, 0xC0], abs=8)
    assert middle == pytest.approx([0x80, 0x80, 0x80], abs=20), "half of both in the middle of the crossfade"


def _sound_first(seen: Seen) -> None:
    after = seen.after
    assert after.at(1.9).mean(axis=(0, 1)).argmax() == 0
    assert after.at(2.1).mean(axis=(0, 1)).argmax() == 1
    assert _strength(after, 700, 1.7, 1.95) > 0.5 * _strength(after, 700, 2.2, 3)
    assert _strength(after, 700, 0.5, 1.4) < 0.02 * _strength(after, 700, 2.2, 3)
    assert after.seconds == pytest.approx(3.5, abs=0.04)


def _sound_last(seen: Seen) -> None:
    after = seen.after
    assert after.at(1.4).mean(axis=(0, 1)).argmax() == 0
    assert after.at(1.6).mean(axis=(0, 1)).argmax() == 1
    assert _strength(after, 500, 1.55, 1.8) > 0.5 * _strength(after, 500, 0.2, 1.4)
    assert _strength(after, 500, 2.1, 3) < 0.02 * _strength(after, 500, 0.2, 1.4)


def _has_chapters(seen: Seen) -> None:
    assert measure.chapters(seen.after.path) == [(0, 2, "Intro"), (2, 4, "Demo")]
    assert measure.decode_errors(seen.after.path) == ""
    assert seen.after.numbers == seen.before.numbers


def _clips_are_chapters(seen: Seen) -> None:
    assert measure.chapters(seen.after.path) == [(0, 2, "red"), (2, 4, "green")]


CASES = (
    Case("merge", "merge all my clips", (Merge(),), _both_fit, ("count",), ("other",), says_zh="把所有素材合并起来"),
    Case(
        "slideshow",
        "make a slideshow of my photos, 2 seconds each",
        (Slideshow(seconds=2),),
        _photos,
        ("photo",),
        ("photo2",),
        says_zh="用照片做幻灯片，每张2秒",
    ),
    Case("sound_cut", "add a J-cut between the clips", (SoundCut(kind="j"),), _sound_first, ("red", "green")),
    Case("sound_cut", "make the cut an L-cut", (SoundCut(kind="l"),), _sound_last, ("red", "green")),
    Case(
        "chapters",
        "chapters: 0:00 Intro, 0:02 Demo",
        (Chapters(items=[(0, "Intro"), (2, "Demo")]),),
        _has_chapters,
        first=(Split(at=[2]),),
    ),
    Case("chapters", "add chapters", (Chapters(),), _clips_are_chapters, ("red", "green"), says_zh="加章节"),
)
