"""The timeline picture shows each bar where its times say."""

import io
import itertools

from PIL import Image

from bot.pictures.timeline import WIDTH, draw
from bot.updates import TimelineSummary, TrackItem, TrackSummary

LABELS = {"video": "Video", "audio": "Sound", "text": "Text", "other": "Other"}
BLUE, GREEN = (0x5B, 0x8D, 0xEF), (0x38, 0xB2, 0x7B)


def picture(*tracks: TrackSummary, ms: int = 10_000) -> Image.Image:
    return Image.open(io.BytesIO(draw(TimelineSummary(ms, tracks=tracks), LABELS, "and {} more".format))).convert("RGB")


def columns(image: Image.Image, color: tuple[int, int, int]) -> list[int]:
    return [x for x in range(image.width) if any(image.getpixel((x, y)) == color for y in range(image.height))]


def test_a_bar_lies_where_its_times_say() -> None:
    image = picture(TrackSummary("video", (TrackItem("", 5_000, 10_000),)))

    blue = columns(image, BLUE)
    assert abs(blue[0] - WIDTH / 2) <= 2
    assert WIDTH - 40 <= blue[-1] <= WIDTH - 30


def test_a_cut_shows_as_a_gap_and_slivers_do_not_vanish() -> None:
    clip = TrackItem("", 0, 4_000, cuts=(1_000,))
    image = picture(TrackSummary("video", (clip, TrackItem("", 4_000, 4_001), TrackItem("", 6_000, 7_000))))

    blue = columns(image, BLUE)
    jumps = [right - left for left, right in itertools.pairwise(blue) if right - left > 1]
    assert len(jumps) == 3


def test_hostile_names_times_and_numbers_of_tracks_still_give_a_picture() -> None:
    names = ["a" * 5_000, "\u202eevil\u202c", "😀\n\0", "{}%s", "شعار"]
    items = tuple(TrackItem(name, at * 100, -5 if at == 2 else None) for at, name in enumerate(names))
    many = tuple(TrackSummary("audio" if n % 2 else "other", items) for n in range(40))

    image = picture(*many, ms=0)

    assert image.width == WIDTH
    assert image.height < 1_200
    assert columns(image, GREEN)


def test_no_track_still_gives_a_picture() -> None:
    assert picture().width == WIDTH
