"""How much may go on at once: bounds on running and waiting jobs, and what one job counts against."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """How many jobs run at once, in all, of one user and of one server; and how many more of each may wait."""

    running: int = 64
    user_running: int = 3
    server_running: int = 16
    user_waiting: int = 10
    server_waiting: int = 100


@dataclass(frozen=True)
class Claim:
    """One count that a job is part of (`owner` names it), how many of those may run, and how many more may wait.

    `waiting` is None where nothing bounds it.
    """

    owner: str
    running: int
    waiting: int | None = None
