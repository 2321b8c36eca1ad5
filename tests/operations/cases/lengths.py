"""Lengths and paces: ramps, exact lengths, shorter and faster pauses, and the cards that are put in."""

import numpy as np
import pytest

from bot.engine.timeline.ops import ExactLength, Speed, Split, TextOp, TrimSilence
from tests.operations.case import Case, Seen, Watched


def _glides(seen: Seen) -> None:
    shown = np.array(seen.after.numbers)
    steps = np.diff(shown)
    thirds = [float(part.mean()) for part in np.array_split(steps, 5)]
    assert thirds[2] > 2.2
    assert thirds[0] < thirds[1] < thirds[2] > thirds[3] > thirds[4]
    assert (shown[0], shown[-1]) == (0, pytest.approx(119, abs=3)), "from the first frame to the last"
    middle = seen.after.seconds / 2
    assert seen.after.pitch(middle - 0.4, middle + 0.4) == pytest.approx(440, abs=12), "the pitch is kept"


def _slower(seen: Seen) -> None:
    assert len(seen.after.pictures) == 135
    assert seen.after.numbers[-1] == pytest.approx(119, abs=1), "played slower, nothing cut"
    assert seen.after.pitch(1, 3) == pytest.approx(440, abs=5)


def _end_cut(seen: Seen) -> None:
    assert seen.after.numbers == list(range(60))


def _pauses(watched: Watched) -> list[float]:
    """How long each quiet stretch inside the file is, s."""
    quiet = "".join(
        "q" if watched.level(at / 50, at / 50 + 0.02) < -45 else " " for at in range(int(watched.seconds * 50))
    )
    return [len(run) / 50 for run in quiet.strip("q").split(" ") if len(run) > 10]


def _pauses_short(seen: Seen) -> None:
    before, after = _pauses(seen.before), _pauses(seen.after)
    assert max(before) > 0.6
    assert len(after) >= len([one for one in before if one > 0.6]), "every pause is still one"
    assert max(after) < 0.6
    assert seen.after.seconds < seen.before.seconds - 0.5


def _pauses_fast(seen: Seen) -> None:
    (done,) = seen.done
    assert int(done.facts["pauses"]) >= 2
    assert seen.after.seconds == pytest.approx(seen.before.seconds - float(done.facts["removed_ms"]) / 1000, abs=0.05)
    assert max(_pauses(seen.after)) < max(_pauses(seen.before)) - 0.2
    # the last picture is the same: nothing was cut
    assert np.abs(seen.after.pictures[-1].astype(int) - seen.before.pictures[-1]).mean() < 6


def _nothing_lost(seen: Seen) -> None:
    assert seen.after.numbers == seen.before.numbers
    assert seen.done[0].facts["clips"] == 4


def _card(watched: Watched, at: float) -> None:
    picture = watched.at(at).astype(int)
    assert (picture[:20] < 20).all(), "black above the words"
    assert (picture.min(axis=2) > 200).sum() > 100, "white words"


def _card_first(seen: Seen) -> None:
    assert seen.after.seconds == pytest.approx(seen.before.seconds + 2, abs=0.04)
    _card(seen.after, 1)
    assert seen.after.numbers[60:] == seen.before.numbers
    assert seen.after.level(0.1, 1.9) < -60


def _card_last(seen: Seen) -> None:
    assert seen.after.numbers[:120] == seen.before.numbers
    _card(seen.after, 5.5)
    assert seen.after.seconds == pytest.approx(7, abs=0.04)


def _card_between(seen: Seen) -> None:
    strongest = [int(seen.after.at(at).mean(axis=(0, 1)).argmax()) for at in (1, 6)]
    assert strongest == [0, 1]
    _card(seen.after, 3.5)


CASES = (
    Case("speed", "speed ramp to 3x and back", (Speed(factor=3, ramp="both"),), _glides, ("tone",)),
    Case("exact_length", "make it exactly 4.5 seconds long", (ExactLength(seconds=4.5),), _slower, ("tone",)),
    Case("exact_length", "make it exactly 2 seconds", (ExactLength(seconds=2),), _end_cut, says_zh="时长改成正好2秒"),
    Case("trim_silence", "shorten the pauses to 0.4 s", (TrimSilence(keep_seconds=0.4),), _pauses_short, ("talk",)),
    Case("trim_silence", "speed up the silences 4x", (TrimSilence(speed=4),), _pauses_fast, ("talk",)),
    Case("split", "split it into 4 equal parts", (Split(at=[1, 2, 3]),), _nothing_lost, says_zh="平均分成4段"),
    Case(
        "text",
        'add a 2-second title card "Hello" at the beginning',
        (TextOp(content="Hello", role="title_card", start=0, seconds=2),),
        _card_first,
    ),
    Case(
        "text",
        'add a 3-second title card "The End" at the end',
        (TextOp(content="The End", role="title_card", start=1, seconds=3),),
        _card_last,
    ),
    Case(
        "text",
        'add a title card "Part two" before clip 2',
        (TextOp(content="Part two", role="title_card", start=2),),
        _card_between,
        ("red", "green"),
    ),
)
