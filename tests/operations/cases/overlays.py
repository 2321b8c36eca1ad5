"""What lies over the picture: logos, pictures in pictures, split screens."""

import numpy as np

from bot.engine.timeline.ops import PictureInPicture, SplitScreen, Watermark
from tests.operations.case import Case, Pictures, Seen


def _changed(seen: Seen, at: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what differs before and after."""
    differs = np.abs(seen.after.at(at).astype(int) - seen.before.at(at)).max(axis=2) > 60
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


def _hue(picture: Pictures) -> str:
    """What a part of a picture shows, of the footage's plain colours."""
    red, green, blue = (channel > 90 for channel in np.median(picture.reshape(-1, 3), axis=0))
    return {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (0, 0, 0): "black"}.get(
        (red, green, blue), "other"
    )


def _logo_in_corner(seen: Seen) -> None:
    left, top, right, bottom = _changed(seen, 1)
    assert 160 < left < right < 320, "at the right"
    assert 0 <= top < bottom < 70, "at the top"
    assert 30 <= right - left <= 50, "15 percent of the width, without its transparent rim"
    picture = seen.after.at(1)
    middle = picture[(top + bottom) // 2, (left + right) // 2]
    assert middle[0] > 180 > 90 > middle[1]
    assert middle[2] > 180
    corner = seen.before.at(1)[top + 1, left + 1].astype(int)
    assert np.abs(picture[top + 1, left + 1] - corner).max() < 40, "what is transparent stays so"


def _logo_leaves_the_row(seen: Seen) -> None:
    assert abs(seen.before.seconds - 9) < 0.1
    assert abs(seen.after.seconds - 4) < 0.1
    _logo_in_corner(seen)


def _half_seen(seen: Seen) -> None:
    left, top, right, bottom = _changed(seen, 1)
    before = seen.before.at(1)[(top + bottom) // 2, (left + right) // 2].astype(int)
    after = seen.after.at(1)[(top + bottom) // 2, (left + right) // 2].astype(int)
    assert np.abs(after - (before + np.array([255, 0, 255])) // 2).max() < 25


def _small_in_corner(seen: Seen) -> None:
    assert abs(seen.after.seconds - 2) < 0.05, "the clip has left the row"
    picture = seen.after.at(1)
    assert _hue(picture[20:100, 20:120]) == "red"
    assert _hue(picture[130:165, 230:300]) == "green"
    assert np.flatnonzero(picture[150, :, 1] > 90).size in range(92, 100), "30 percent of the width"


def _covers(seen: Seen) -> None:
    assert seen.after.numbers[:29] == list(range(29))
    assert seen.after.numbers[61:] == list(range(61, 120))
    assert np.abs(seen.after.at(1.5).mean(axis=(0, 1)) - (192, 128, 64)).max() < 8
    assert np.allclose(seen.after.sound, seen.before.sound, atol=0.02), "what is heard stays"


def _beside(seen: Seen) -> None:
    assert abs(seen.after.seconds - 2) < 0.05
    picture = seen.after.at(1)
    assert _hue(picture[:, :158]) == "red"
    assert _hue(picture[:, 162:]) == "green"
    assert abs(seen.after.pitch(0.3, 1.7) - 500) < 5, "the first is heard"


def _grid(seen: Seen) -> None:
    picture = seen.after.at(1)
    cells = [picture[:88, :158], picture[:88, 162:], picture[92:, :158], picture[92:, 162:]]
    assert [_hue(cell) for cell in cells] == ["red", "green", "blue", "black"]


CASES = (
    Case("watermark", "add my logo in the top right corner",
         (Watermark(file="logo.png", position="top-right"),), _logo_in_corner, waiting=("logo",)),
    Case("watermark", "put my logo at the top right",
         (Watermark(file="logo.png", position="top-right"),), _logo_leaves_the_row, ("count", "logo")),
    Case("watermark", "add the logo at 50% opacity", (Watermark(file="logo.png", opacity=0.5),), _half_seen,
         ("red",), waiting=("logo",)),
    Case("picture_in_picture", "put clip 2 in the bottom right corner as picture in picture",
         (PictureInPicture(clip=2, position="bottom-right"),), _small_in_corner, ("red", "green")),
    Case("picture_in_picture", "use photo.png as b-roll from 0:01 to 0:02",
         (PictureInPicture(file="photo.png", full=True, start=1, end=2),), _covers, waiting=("photo",)),
    Case("split_screen", "show clip 1 and 2 side by side", (SplitScreen(clips=[1, 2], layout="row"),), _beside,
         ("red", "green")),
    Case("split_screen", "show all clips in a grid", (SplitScreen(layout="grid"),), _grid, ("red", "green", "blue")),
)  # fmt: skip
