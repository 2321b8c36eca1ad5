"""Every operation, what one says for it, whether it is seen in the file and taken back, and how long that took.

    uv run pytest -m bench -n 0 -s tests/bench/ops.py

An operation whose extra is not installed is in the table as left out. The seconds are of this machine: planning,
listening and looking, editing and two renders of a few seconds of 320x180.
"""

import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.operations.case import Case
from tests.operations.cases import CASES
from tests.operations.studio import Studio
from tests.operations.test_operations import EXTRAS

_WIDE = 46


@pytest.mark.bench
async def test_the_table(redis: Redis, tmp_path: Path) -> None:
    files = tmp_path / "footage"
    files.mkdir()
    print(f"\n\n{'operation':<20} {'example':<{_WIDE}} renders undo  seconds")
    tried = 0
    for number, case in enumerate(sorted(CASES, key=lambda one: one.op)):
        out = tmp_path / str(number)
        out.mkdir()
        began = time.perf_counter()
        if case.extra is not None and find_spec(EXTRAS[case.extra]) is None:
            found = f"left out: the extra {case.extra} is not installed"
        else:
            seen, undone = await _tried(Studio.on(redis, files, out), case)
            tried += seen and undone
            spent = time.perf_counter() - began
            found = f"{'yes' if seen else 'NO':<7} {'yes' if undone else 'NO':<4} {spent:>8.1f}"
        print(f"{case.op:<20} {case.says[:_WIDE]:<{_WIDE}} {found}")
    print(f"\n{tried} of {len(CASES)} seen in the file and taken back; {len({case.op for case in CASES})} operations")


async def _tried(studio: Studio, case: Case) -> tuple[bool, bool]:
    project, seen = await studio.tried(case)
    try:
        case.check(seen)
        right = True
    except AssertionError:
        right = False
    _, undone = await studio.moved(project, -1)
    return right, undone == seen.before.timeline
