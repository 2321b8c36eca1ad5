"""How what is told reads on Discord."""

import pytest

from bot.updates import Asked, Choice, Said, Update
from cogs.wording import words_of


@pytest.mark.parametrize(
    "update",
    [
        Said("see [your bank](http://evil.example)"),
        Asked("q1", "Shall I write [your bank](http://evil.example)?", (Choice("a", "[yes](http://evil.example)"),)),
    ],
)
def test_no_link_hides_behind_other_words(update: Update) -> None:
    text = words_of(update, "en")
    assert "evil.example" in text
    assert "](" not in text
