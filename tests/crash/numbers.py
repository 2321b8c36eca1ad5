"""What the crash test counts, added up over all processes that ran it, and printed at the end of the session."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

PROPERTY = "crash numbers"
"""Under this name a test's report carries its numbers from a worker to the process that prints."""
_LARGEST_SEED = 10**6


@dataclass(frozen=True)
class Numbers:
    """What came of some runs: the four that must be nought, and how many kills of what they stand for."""

    runs: int = 0
    kills: Mapping[str, int] = field(default_factory=dict)
    """By the phase they came in."""
    engines: int = 0
    """How many of them were the engine's, alone or with the bot."""
    unanswered: int = 0
    sent_twice: int = 0
    lost: int = 0
    duplicates: int = 0

    @property
    def four(self) -> tuple[int, int, int, int]:
        """Requests without a final message, turns sent twice, renders lost, duplicate deliveries."""
        return self.unanswered, self.sent_twice, self.lost, self.duplicates

    def lines(self) -> Iterable[str]:
        """For the terminal."""
        kills = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        yield f"{self.runs} runs, {sum(self.kills.values())} kills ({kills}), {self.engines} of them of the engine"
        yield f"requests without a final message: {self.unanswered}"
        yield f"turns sent twice: {self.sent_twice}"
        yield f"renders lost: {self.lost}"
        yield f"duplicate deliveries: {self.duplicates}"


def total(parts: Iterable[Numbers]) -> Numbers:
    """All of them together."""
    kills: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for part in parts:
        facts = asdict(part)
        kills.update(facts.pop("kills"))
        sums.update(facts)
    return Numbers(kills=dict(kills), **sums)


def options(parser: pytest.Parser) -> None:
    """`--runs` and `--seed`."""
    group = parser.getgroup("crash test")
    group.addoption("--runs", type=int, default=10, help="how often the crash test kills (10)")
    group.addoption("--seed", type=int, default=None, help="the crash test's seed, to repeat a run (random)")


def choose_seed(config: pytest.Config) -> None:
    """One seed for the whole session; a worker is handed the options of the process that started it."""
    if config.option.seed is None:
        config.option.seed = random.randrange(_LARGEST_SEED)


def carried(numbers: Numbers) -> tuple[str, dict[str, Any]]:
    """The numbers as a report's property."""
    return PROPERTY, asdict(numbers)


def summary(terminal: pytest.TerminalReporter) -> None:
    """Print the numbers of all tests that have some."""
    reports = [one for kind in ("passed", "failed") for one in terminal.stats.get(kind, ())]
    found = [
        Numbers(**value)
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if found:
        terminal.section(f"crash test, --seed {terminal.config.option.seed}", sep="-")
        for line in total(found).lines():
            terminal.write_line(line)
