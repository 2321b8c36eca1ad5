"""Slots: who gets the next one, how many at once, and which place is told."""

from collections.abc import Iterable

from bot.flows.bounds import Bounds, Claim
from bot.flows.servers import claims
from bot.store.models import Server
from bot.watch.slots import Slots
from tests.watch.bench import place

BOUNDS = Bounds(running=10, user_running=3, server_running=4, user_waiting=100, server_waiting=100)


def counted(user: str, guild: str | None = "g1", bounds: Bounds = BOUNDS, **own: int) -> tuple[Claim, ...]:
    server = Server(guild=guild or "", **own)
    return claims(place(requester=user, guild=guild), bounds, server)


def line_up(slots: Slots, user: str, ids: Iterable[str], **kinds: object) -> None:
    for id_ in ids:
        slots.wait(id_, user, counted(user, **kinds))  # type: ignore[arg-type]  # the test's business


def named(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def test_bounds_in_all_of_a_user_and_of_a_server() -> None:
    slots = Slots()
    for guild in ("g1", "g2", "g3"):
        for user in ("a", "b"):
            line_up(slots, f"{user}{guild}", named(f"{user}{guild}-", 9), guild=guild)
    running = slots.admit()
    assert len(running) == BOUNDS.running
    assert all(sum(guild in id_ for id_ in running) <= BOUNDS.server_running for guild in ("g1", "g2", "g3"))
    assert all(sum(id_.startswith(f"{user}-") for id_ in running) <= BOUNDS.user_running for user in ("ag1", "bg2"))
    assert slots.admit() == ()


def test_a_user_is_counted_over_all_servers() -> None:
    slots = Slots()
    line_up(slots, "a", ["a1", "a2"], guild="g1")
    line_up(slots, "a", ["a3", "a4"], guild="g2")
    assert slots.admit() == ("a1", "a2", "a3")


def test_the_next_free_slot_is_of_whoever_had_none_and_not_after_all_of_another() -> None:
    slots = Slots()
    line_up(slots, "a", named("a", 50), user_running=1, server_running=1)
    assert slots.admit() == ("a0",)
    line_up(slots, "b", named("b", 2), user_running=1, server_running=1)
    order: list[str] = []
    for running in ("a0", "b0", "a1", "b1", "a2"):
        assert slots.runs(running)
        slots.leave(running)
        order += slots.admit()
    assert order == ["b0", "a1", "b1", "a2", "a3"]


def test_who_comes_back_at_once_does_not_go_before_who_waited() -> None:
    slots = Slots()
    one = Bounds(running=1)
    line_up(slots, "a", ["a0", "a1"], bounds=one)
    line_up(slots, "b", ["b0"], bounds=one)
    order = list(slots.admit())
    for number in range(1, 5):
        slots.leave(order[-1])
        order += slots.admit()
        if order[-1].startswith("b"):
            line_up(slots, "b", [f"b{number}"], bounds=one)
    assert order == ["a0", "b0", "a1", "b1", "b3"]


def test_a_place_counts_those_that_wait_for_the_same() -> None:
    slots = Slots()
    line_up(slots, "a", named("a", 5))  # three run, two wait for a's own slots
    line_up(slots, "z", ["z0"], guild="g2")
    slots.admit()
    assert dict(slots.moved()) == {"a3": 1, "a4": 2}
    line_up(slots, "b", ["b0", "b1"])  # the fourth slot of the server
    assert slots.admit() == ("b0",)
    assert dict(slots.moved()) == {"b1": 2, "a4": 3}  # one of each by turns
    slots.leave("a0")
    assert slots.admit() == ("a3",)
    assert dict(slots.moved()) == {"b1": 1, "a4": 2}


def test_what_leaves_frees_its_slot_and_its_place_and_leaves_nothing_behind() -> None:
    slots = Slots()
    line_up(slots, "a", named("a", 6), bounds=Bounds(running=1))
    slots.admit()
    dict(slots.moved())
    slots.leave("a2")
    slots.leave("a2")
    slots.leave("never was")
    assert dict(slots.moved()) == {"a3": 2, "a4": 3, "a5": 4}
    for id_ in slots.ids:
        slots.leave(id_)
    assert slots.ids == ()
    assert slots.admit() == ()
    line_up(slots, "b", ["b0"], bounds=Bounds(running=1))
    assert slots.admit() == ("b0",)


def test_what_ran_before_a_restart_is_counted_room_or_not() -> None:
    slots = Slots()
    for number in range(3):
        slots.hold(f"a{number}", "a", counted("a", bounds=Bounds(running=2)))
    line_up(slots, "b", ["b0"], bounds=Bounds(running=2))
    slots.leave("a0")
    assert slots.admit() == ()
    slots.leave("a1")
    assert slots.admit() == ("b0",)


def test_a_servers_own_bound_is_only_ever_narrower() -> None:
    assert {claim.owner: claim.running for claim in counted("a", user_running=1, server_running=99)} == {
        "all": 10,
        "user:a": 3,
        "server:g1": 4,
        "user:a:g1": 1,
    }
    assert [claim.owner for claim in counted("a", guild=None)] == ["all", "user:a"]
