"""A channel that is gone is not written to again and again."""

from types import SimpleNamespace

import discord

from cogs.closed import FOR_S, Closed


def refused(code: int) -> discord.HTTPException:
    response = SimpleNamespace(status=403, reason="Forbidden")
    return discord.HTTPException(response, {"code": code, "message": "no"})  # type: ignore[arg-type]


def test_a_refusal_that_stays_closes_a_channel_for_a_while() -> None:
    now = 0.0
    closed = Closed(lambda: now)
    closed.note("1", refused(10003))
    closed.note("2", refused(50083))  # archived: writing there again may well work
    assert closed.is_closed("1")
    assert not closed.is_closed("2")
    now = FOR_S + 1
    assert not closed.is_closed("1")


def test_it_does_not_grow_for_ever() -> None:
    closed = Closed(lambda: 0.0)
    for number in range(5000):
        closed.note(str(number), refused(50001))
    assert not closed.is_closed("0")
    assert closed.is_closed("4999")
    assert len(closed._since) == 1000
