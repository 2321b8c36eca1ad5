"""What counts where the operator and a server both set something: the narrower; and which numbers can be set."""

from datetime import timedelta

import pytest

from bot.flows import servers
from bot.flows.bounds import Bounds
from bot.flows.context import Limits
from bot.flows.servers import WrongLimit
from bot.store.models import Server

LIMITS = Limits(50_000_000, retention=timedelta(days=30), requests=Bounds(64, 3, 16, user_waiting=10, server_waiting=0))


def test_the_narrower_counts() -> None:
    wide = Server(guild="1", file_mb=400, retention_days=90, user_running=9)
    narrow = Server(guild="1", file_mb=4, retention_days=2, user_running=2)
    assert servers.file_bytes(LIMITS, wide) == servers.file_bytes(LIMITS, Server(guild="1")) == 50_000_000
    assert servers.file_bytes(LIMITS, narrow) == 4_000_000
    assert servers.retention(LIMITS, wide) == servers.retention(LIMITS, Server(guild="1")) == timedelta(days=30)
    assert servers.retention(LIMITS, narrow) == timedelta(days=2)
    assert servers.in_force(LIMITS, wide)["user_running"] == 3
    assert servers.in_force(LIMITS, narrow)["user_running"] == 2


def test_without_roles_everybody_may() -> None:
    assert servers.may_use(Server(guild="1"), ())
    chosen = Server(guild="1", roles=("2", "3"))
    assert servers.may_use(chosen, ["9", "3"])
    assert not servers.may_use(chosen, ["9"])
    assert not servers.may_use(chosen, [])


def test_numbers_as_they_are_typed() -> None:
    values, wrong = servers.read_limits(LIMITS, {"user_running": " 2 ", "file_mb": "５０", "user_waiting": "0"})
    assert wrong == ()
    assert values == {
        "user_running": 2,
        "user_waiting": 0,
        "server_running": None,
        "server_waiting": None,
        "file_mb": 50,
    }


@pytest.mark.parametrize("text", ["4", "0", "-1", "1.5", "two", "²", "9" * 500, "1 2"])
def test_a_number_that_cannot_be_set_is_named_with_its_bounds(text: str) -> None:
    values, wrong = servers.read_limits(LIMITS, {"user_running": text, "server_waiting": "1"})
    assert wrong == (WrongLimit("user_running", 1, 3), WrongLimit("server_waiting", 0, 0))
    assert values["user_waiting"] is None


def test_less_than_a_day_leaves_a_server_nothing_to_set() -> None:
    assert servers.most_days(Limits(1, retention=timedelta(hours=12))) == 0
