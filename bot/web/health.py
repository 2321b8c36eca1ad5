"""Checks for `/readyz`: all at once, each with its own time-out, none of them able to break the answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

log = structlog.stdlib.get_logger(__name__)

CHECK_S = 2.0
"""Seconds a check may take."""

Check = Callable[[], Awaitable[bool]]


async def run_checks(checks: Mapping[str, Check], timeout_s: float = CHECK_S) -> dict[str, bool]:
    """Run every check; one that raises or takes too long has failed."""
    results = await asyncio.gather(*(_run(name, check, timeout_s) for name, check in checks.items()))
    return dict(zip(checks, results, strict=True))


async def _run(name: str, check: Check, timeout_s: float) -> bool:
    try:
        async with asyncio.timeout(timeout_s):
            return bool(await check())
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a part, the answer is that it does not work
        log.warning("check failed", check=name, reason=type(error).__name__)
        return False
