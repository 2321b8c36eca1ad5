"""What is said: subtitles on the picture and as a track, hesitations and sentences cut out. By the extra `speech`."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from bot.engine.timeline.ops import CutWords, RemoveFiller, Subtitle
from tests.operations.case import Case, Pictures, Seen


def _changed(seen: Seen, seconds: float) -> Pictures:
    """Where the picture is another one than before."""
    difference = np.abs(seen.after.at(seconds).astype(int) - seen.before.at(seconds).astype(int)).max(axis=2)
    return np.asarray(difference > 60)


def _below(seen: Seen) -> None:
    for seconds in (2.5, 6.5, 9.8, 13.2):  # in the middle of each sentence
        changed = _changed(seen, seconds)
        assert changed[-60:].sum() > 200
        assert not changed[:100].any()
    assert not _changed(seen, 0.2).any()  # nobody has said anything yet


def _above_and_yellow(seen: Seen) -> None:
    changed = _changed(seen, 2.5)
    assert changed[:60].sum() > 200
    assert not changed[80:].any()
    drawn = seen.after.at(2.5)[changed].astype(int)
    red, green, blue = drawn[drawn[:, 0] > 150].mean(axis=0)
    assert abs(red - green) < 30
    assert blue < red - 60


def _lit(seen: Seen) -> None:
    """Other words are bright at other times, in the same sentence."""
    lit = []
    for seconds in (2.1, 2.5, 2.8, 3.2):
        picture = seen.after.at(seconds).astype(int)
        bright = (picture[..., 0] - picture[..., 2] > 80) & (picture[..., 1] - picture[..., 2] > 70)  # yellow
        assert bright.any()
        lit.append(float(np.flatnonzero(bright.any(axis=0)).mean()))
    assert all(later > earlier + 5 for earlier, later in pairwise(lit)), lit


def _track(path: Path) -> tuple[str, list[tuple[float, str]]]:
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        packets = [one for one in container.demux(stream) if one.size > 2]
        said = [(float((one.pts or 0) * (one.time_base or 0)), bytes(one)[2:].decode()) for one in packets]
        return str(stream.language), said


def _as_a_track(seen: Seen) -> None:
    assert not _changed(seen, 2.5).any()
    language, said = _track(seen.after.path)
    assert language == "eng"
    text = " ".join(line for _, line in said).casefold()
    for phrase in ("stop to think", "long pauses", "undo it", "watch that part"):
        assert phrase in text.replace("\n", " ")
    assert "um" not in text.replace(",", " ").split()
    first = next(start for start, line in said if "think" in line)
    assert first < 2.0


def _translated_track(seen: Seen) -> None:
    language, said = _track(seen.after.path)
    assert language == "spa"
    assert [line.replace("\n", " ") for _, line in said] == ["Una frase en español."] * len(said)
    assert len(said) >= 3
    assert 0.2 <= said[0][0] < 2.0


def _other_words(seen: Seen) -> None:
    for seconds in (2.5, 9.8):
        changed = _changed(seen, seconds)
        assert changed[-60:].sum() > 200
        assert not changed[:100].any()
    assert not _changed(seen, 0.2).any()


def _gone(seen: Seen) -> None:
    assert seen.before.seconds - seen.after.seconds == pytest.approx(2.5, abs=1.0)
    assert _rehears(seen.after.path) == (
        "so i think we should stop to think this is a short talk with long pauses and you can undo it nobody wants to "
        "watch that part"
    )


def _sentence_gone(seen: Seen) -> None:
    said = _rehears(seen.after.path)
    assert "undo" not in said
    assert "stop to think" in said
    assert "watch that part" in said


def _sentence_left(seen: Seen) -> None:
    assert "watch that part" in _rehears(seen.after.path)
    assert seen.after.seconds < 5


@cache
def _rehears(path: Path) -> str:
    """What a listener hears in the finished file, hesitations too."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - an extra

    from bot.engine.hearing import weights  # noqa: PLC0415

    model = WhisperModel("base", device="cpu", compute_type="int8", files=weights.found().files)
    segments, _ = model.transcribe(str(path), language="en", initial_prompt="Um, uh, so, um, I was like, uh, hmm.")
    text = " ".join(segment.text for segment in segments).casefold()
    return " ".join("".join(sign for sign in text if sign.isalpha() or sign.isspace()).split())


CASES = (
    Case("subtitle", "add subtitles", (Subtitle(),), _below, ("said",), extra="speech"),
    Case(
        "subtitle",
        "add yellow captions at the top",
        (Subtitle(color="yellow", position="top"),),
        _above_and_yellow,
        ("said",),
        extra="speech",
    ),
    Case(
        "subtitle",
        "add karaoke captions",
        (Subtitle(karaoke=True),),
        _lit,
        ("said",),
        extra="speech",
    ),
    Case(
        "subtitle",
        "add the subtitles as a track",
        (Subtitle(burn=False),),
        _as_a_track,
        ("said",),
        extra="speech",
    ),
    Case(
        "subtitle",
        "add Spanish subtitles as a track",
        (Subtitle(burn=False, lang="es"),),
        _translated_track,
        ("said",),
        extra="speech",
        translates=lambda _: "Una frase en español.",
    ),
    Case(
        "subtitle",
        "translate the subtitles into Chinese",
        (Subtitle(edit=True, translate_to="zh"),),
        _other_words,
        ("said",),
        first=(Subtitle(),),
        extra="speech",
        translates=lambda _: "这里是一句中文。",
    ),
    Case("remove_filler", "remove the filler words", (RemoveFiller(),), _gone, ("said",), extra="speech"),
    Case(
        "cut_words",
        "cut the part where she says undo it",
        (CutWords(words="undo it"),),
        _sentence_gone,
        ("said",),
        extra="speech",
    ),
    Case(
        "cut_words",
        "keep only the part where she says watch that",
        (CutWords(words="watch that", keep=True),),
        _sentence_left,
        ("said",),
        extra="speech",
    ),
)
