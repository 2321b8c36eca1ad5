"""What a server has set, as its administrators read it."""

import pytest

from bot.voice.phrase import command
from bot.voice.servers import Shown, days_line, overview

SHOWN = Shown(
    account=None,
    pays=True,
    roles="Everybody.",
    talk=True,
    language=None,
    days=7,
    most_days=30,
    limits={"user_running": 2, "file_mb": 50},
    bounds={"user_running": 3, "file_mb": 500},
)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_everything_is_there_with_the_command_that_changes_it(locale: str) -> None:
    text = overview(SHOWN, locale)
    for name in ("account", "roles", "talk", "language", "retention", "limits"):
        assert f"**{command(locale, f'settings {name}')}**" in text
    for number in ("7", "30", "2", "3", "50", "500"):
        assert number in text
    assert len(text) < 2000


def test_one_day_is_a_day() -> None:
    assert days_line(1, "en-US").endswith("1 day.")
    assert days_line(0.5, "en-US").endswith("0.5 days.")
