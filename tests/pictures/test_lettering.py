"""Names are drawn in their own scripts, fit their room, and never show a box for a letter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from bot.pictures import lettering


def image_of(text: str) -> bytes:
    image = Image.new("L", (400, 60))
    lettering.write(ImageDraw.Draw(image), (10, 40), text, 32, "#ffffff")
    return image.tobytes()


@pytest.mark.parametrize(
    "text", ["talk.mp4", "夏天", "カタカナ", "🎬", "👍🏽", "🇩🇪", "شعار", "שלום", "हिन्दी", "ไทย", "Ж α é"]
)
def test_each_script_is_drawn_by_a_font_that_has_it(text: str) -> None:
    assert image_of(text) not in {image_of("\U000e0fff" * n) for n in range(len(text) + 1)}
    assert image_of(text) != image_of("·")
    assert len({image_of(one) for one in (text, text[::-1] + "!", "")}) == 3


def test_what_no_font_has_is_one_dot_and_fancy_letters_are_letters() -> None:
    assert image_of("𓀀𓀁") == image_of("·")
    assert image_of("𝓯𝓪𝓷𝓬𝔂") == image_of("fancy")


def test_directions_and_controls_are_left_out() -> None:
    assert lettering.clean("a\u202eb\u202c\0c\u200b\n\td") == "abc d"
    assert image_of("a\u202eb") == image_of("ab")


def test_a_text_is_cut_between_whole_letters() -> None:
    family = "👨‍👩‍👧"
    cut = lettering.fitted(family * 20, 32, 200)
    assert cut.endswith("…")
    assert cut.removesuffix("…") == family * (len(cut) // len(family))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.floats(0, 1200))
def test_any_text_fits_its_room(text: str, room: float) -> None:
    shown = lettering.fitted(lettering.clean(text), 32, room)
    assert lettering.width(shown, 32) <= room or not shown
    image_of(shown)
