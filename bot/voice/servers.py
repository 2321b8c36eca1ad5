"""What a server has set, in words: one line a setting, with what it means and what it is bounded by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.voice.phrase import command, phrase


class Wrong(Protocol):
    """A number that cannot be set: which one, and between what it has to be."""

    @property
    def name(self) -> str:
        """Which one."""

    @property
    def least(self) -> int:
        """The least it may be."""

    @property
    def most(self) -> int:
        """The most it may be."""


@dataclass(frozen=True)
class Shown:
    """Everything that counts in a server now: `limits` with the operator's `bounds`, days as they are kept.

    `account` are the words for the one that is linked, None where the bot's own pays; `pays` whether any does.
    """

    account: str | None
    pays: bool
    roles: str
    talk: bool
    language: str | None
    days: float
    most_days: int
    limits: Mapping[str, int]
    bounds: Mapping[str, int]


def overview(shown: Shown, locale: str) -> str:
    """All of it, each line with the command that changes it."""
    own = phrase(locale, "settings.show.account.bot") if shown.pays else phrase(locale, "settings.account.local")
    lines = {
        "account": shown.account or own,
        "roles": shown.roles,
        "talk": talk_line(locale, on=shown.talk),
        "language": language_line(shown.language, locale),
        "retention": f"{days_line(shown.days, locale)} {phrase(locale, 'settings.show.most', most=shown.most_days)}",
        "limits": "".join(
            "\n"
            + phrase(
                locale,
                "settings.show.limit",
                name=phrase(locale, f"settings.limits.{key}"),
                value=value,
                most=shown.bounds[key],
            )
            for key, value in shown.limits.items()
        ),
    }
    return "\n".join(
        phrase(locale, "settings.show.line", name=command(locale, f"settings {name}"), words=words)
        for name, words in lines.items()
    )


def talk_line(locale: str, *, on: bool) -> str:
    """Whether plain talk is on, and what that means."""
    return phrase(locale, "settings.talk.on" if on else "settings.talk.off")


def language_line(language: str | None, locale: str) -> str:
    """Which language is spoken there."""
    return phrase(locale, f"settings.language.{language or 'own'}")


def days_line(days: float, locale: str) -> str:
    """How long a thread is kept."""
    return phrase(locale, "settings.retention.days", 1 if days == 1 else None, days=f"{days:g}")


def limits_line(limits: Mapping[str, int], locale: str) -> str:
    """How much may be asked for at once, and the largest file."""
    return phrase(locale, "settings.limits.now", **limits)


def wrong_line(wrong: Wrong, locale: str) -> str:
    """What a number that cannot be set may be."""
    name = phrase(locale, f"settings.limits.{wrong.name}")
    return phrase(locale, "settings.limits.wrong", name=name, least=wrong.least, most=wrong.most)
