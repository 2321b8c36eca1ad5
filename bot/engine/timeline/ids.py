"""Ids of the things in a timeline."""

import re
from collections.abc import Iterable


def fresh_ids(prefix: str, used: Iterable[str]) -> Iterable[str]:
    """Ids that nobody has yet, the same ones for the same timeline."""
    numbers = [int(one[len(prefix) :]) for one in used if re.fullmatch(rf"{prefix}[0-9]{{1,9}}", one)]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"{prefix}{number}"
