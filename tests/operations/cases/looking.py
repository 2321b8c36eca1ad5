"""What is done by looking and listening: black and still parts out, the liveliest kept."""

import numpy as np
import pytest
from PIL import Image

from bot.engine.timeline.ops import Aspect, Blur, CutSeen, Highlight
from tests import portrait
from tests.operations.case import Case, Pictures, Seen


def _black_gone(seen: Seen) -> None:
    assert seen.before.pictures[75].mean() < 20
    assert seen.after.numbers == [*range(60), *range(90, 120)]
    assert float(seen.after.pictures.mean(axis=(1, 2, 3)).min()) > 60
    assert seen.after.sound.size == pytest.approx(3 * 48_000, abs=2_000)


def _still_gone(seen: Seen) -> None:
    assert seen.before.numbers[30:75] == [30] * 45
    assert seen.after.numbers == [*range(30), *range(75, 120)]


def _liveliest_kept(seen: Seen) -> None:
    """The middle two seconds are noise to the eye and to the ear."""
    assert seen.after.seconds == pytest.approx(2, abs=0.05)
    moved = np.abs(np.diff(seen.after.pictures.mean(axis=3), axis=0)).mean(axis=(1, 2))
    assert float(np.median(moved)) > 10
    assert seen.after.level(0.2, 1.8) > seen.before.level(0.2, 1.8) + 10


def _sharp(pictures: Pictures, place: tuple[int, int, int]) -> float:
    """How much detail there is in the face of a portrait."""
    left, top, side = place
    x, y, right, bottom = (round(side * share) for share in portrait.FACE)
    face = pictures[top + y : top + bottom, left + x : left + right].mean(axis=2)
    return float(np.abs(np.diff(face, axis=1)).mean())


def _nobody_is_known(seen: Seen) -> None:
    for at in (0.2, 1.0, 2.0, 2.8):
        for place in ((round(20 + 40 * at), 120, 180), (460, 200, 140)):
            assert _sharp(seen.after.at(at), place) < _sharp(seen.before.at(at), place) / 2
    edge = seen.before.at(1.5)[:60, :60].astype(int) - seen.after.at(1.5)[:60, :60].astype(int)
    assert float(np.abs(edge).mean()) < 2


def _stays_in_the_crop(seen: Seen) -> None:
    (done,) = seen.done
    assert done.facts["track"] == "followed"
    width = round(360 * seen.after.file.width / seen.after.file.height)
    for at in (0.5, 2.0, 2.6, 3.8):
        part = np.asarray(Image.fromarray(seen.after.at(at)).resize((width, 360))).mean(axis=2)
        whole = seen.before.at(at).mean(axis=2)
        errors = [np.abs(whole[:, left : left + width] - part).mean() for left in range(640 - width + 1)]
        left = int(np.argmin(errors))
        face = 20 + 180 * min(2.2, max(0.0, at - 1)) + 90
        assert left + 30 < face < left + width - 30, f"at {at} s"


CASES = (
    Case("cut_seen", "cut out the black parts", (CutSeen(what="black"),), _black_gone, ("gap",)),
    Case("cut_seen", "remove the frozen parts", (CutSeen(what="frozen"),), _still_gone, ("stuck",)),
    Case("blur", "blur the faces", (Blur(target="faces"),), _nobody_is_known, ("people",), extra="vision"),
    Case("aspect", "make it 9:16 and keep the speaker in frame", (Aspect(ratio="9:16", mode="crop", track="speaker"),),
         _stays_in_the_crop, ("walker",), extra="vision"),
    Case("highlight", "make a 2 second highlight", (Highlight(seconds=2),), _liveliest_kept, ("party",)),
)  # fmt: skip
