"""Which language is written down: the likeliest, or the one that is named where it may be that one."""

import pytest

from bot.engine.hearing.transcribe_child import chosen, ranked

SHARES = {"es": 0.9, "pt": 1.4, "en": 0.15, "gl": 0.5}
"""Of three tries."""


def test_the_likeliest_comes_first_and_what_hardly_sounds_like_it_is_left_out() -> None:
    assert ranked(SHARES, 3) == ["pt", "es", "gl"]
    assert ranked({"en": 0.99, "de": 0.01}, 1) == ["en"]


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ("", ("pt", ["es", "gl"])),
        ("es", ("es", ["pt", "gl"])),
        ("pt", ("pt", ["es", "gl"])),
        ("en", ("pt", ["es", "gl"])),
    ],
)
def test_a_named_one_counts_where_it_may_be_that_one(named: str, written: tuple[str, list[str]]) -> None:
    assert chosen(named, ranked(SHARES, 3)) == written
