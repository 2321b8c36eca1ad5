"""The gate: somebody with fifty requests does not keep another from the first."""

import asyncio
from contextlib import suppress

import pytest

from bot.flows.bounds import Bounds, Claim
from bot.flows.servers import claims
from bot.store.errors import QueueFullError
from bot.store.models import Server, Turn
from bot.watch.gate import Gate
from tests.watch.bench import place, turn


class Requests:
    """Requests at a gate, each of which ends when it is told to."""

    def __init__(self, bounds: Bounds, server: Server) -> None:
        self.gate = Gate()
        self.began: list[str] = []
        self.places: dict[str, list[int]] = {}
        self._bounds, self._server = bounds, server
        self._end: dict[str, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def claims(self, one: Turn) -> tuple[Claim, ...]:
        return claims(one.place, self._bounds, self._server)

    async def send(self, id_: str, user: str) -> None:
        one = turn(id_, "cut it", at=place(f"thread of {id_}", requester=user))
        self.gate.check(self.claims(one))
        self.gate.accept(one, self.claims(one))
        self._end[id_] = asyncio.Event()
        self._tasks.append(asyncio.create_task(self._run(one)))
        await self._turns()

    async def end(self, id_: str) -> None:
        self._end[id_].set()
        await self._turns()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self, one: Turn) -> None:
        tell = self.places.setdefault(one.id, []).append
        async with self.gate.admitted(one, self.claims(one), tell):
            self.began.append(one.id)
            await self._end[one.id].wait()
        self.gate.done(one.id)

    async def _turns(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.mark.parametrize("server", [Server(guild="g1", server_running=2), Server(guild="g1", user_running=1)])
async def test_fifty_requests_of_one_do_not_keep_another_from_the_first(server: Server) -> None:
    requests = Requests(Bounds(user_waiting=60), server)
    for number in range(50):
        await requests.send(f"a{number}", "ann")
    at_once = len(requests.began)
    assert at_once == (server.server_running or server.user_running)
    await requests.send("b0", "bob")
    if server.server_running is None:
        assert requests.began[-1] == "b0"  # the server has room: at once
    else:
        assert requests.places["b0"] == [1]
        await requests.end("a0")
        assert requests.began[at_once:] == ["b0"]
        await requests.end("b0")
        assert requests.began[at_once + 1 :] == ["a2"]
    await requests.close()


async def test_places_are_told_once_each_time_they_move() -> None:
    requests = Requests(Bounds(running=1), Server(guild="g1"))
    for number in range(4):
        await requests.send(f"a{number}", "ann")
    assert requests.places == {"a0": [], "a1": [1], "a2": [2], "a3": [3]}
    await requests.send("b0", "bob")
    assert requests.places == {"a0": [], "a1": [1, 2], "a2": [2, 3], "a3": [3, 4], "b0": [1]}
    await requests.end("a0")
    assert requests.places["a3"] == [3, 4, 3]
    await requests.close()


async def test_what_may_neither_run_nor_wait_is_refused_until_one_is_done() -> None:
    requests = Requests(Bounds(user_waiting=1), Server(guild="g1", user_running=2, server_waiting=2))
    for number in range(3):
        await requests.send(f"a{number}", "ann")
    with pytest.raises(QueueFullError) as refused:
        await requests.send("a3", "ann")
    assert refused.value.limit == 3
    await requests.send("b0", "bob")
    await requests.end("a0")
    await requests.send("a4", "ann")
    assert requests.began == ["a0", "a1", "b0", "a2"]
    await requests.close()


async def test_a_request_counted_twice_is_let_go_once() -> None:
    gate = Gate()
    one = turn("a0", "cut it")
    counted = claims(one.place, Bounds(user_running=1, user_waiting=0), Server(guild="g1"))
    for _ in range(2):
        gate.accept(one, counted)
    with pytest.raises(QueueFullError):
        gate.check(counted)
    assert gate.open_in("t1") == ("a0",)
    for _ in range(2):
        gate.done("a0")
    gate.check(counted)
    assert gate.open_in("t1") == ()
