"""A link to an attachment that ended while the request waited: a fresh one is asked for, once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.settings import Settings
from bot.store.models import FileRef
from bot.updates import Footage, Problem, ProblemKind, Said
from tests.upstream.server import CLIP, Upstream
from tests.watch.bench import bench, turn


@dataclass
class Host:
    """A file host, and a face that knows where a file is now."""

    address: str
    asked: list[str] = field(default_factory=list)
    now: dict[str, str] = field(default_factory=dict)

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset({self.address})

    def ref(self, name: str, number: str) -> FileRef:
        """A file whose link ended."""
        return FileRef(
            name=name, url=f"http://{self.address}/ended", channel="c1", message="m1", attachment=number
        )  # fmt: skip

    async def fresh(self, ref: FileRef) -> str | None:
        self.asked.append(ref.attachment or "")
        path = self.now.get(ref.attachment or "")
        return None if path is None else f"http://{self.address}{path}"


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async def give(request: web.Request) -> web.Response:
        return web.Response(body=CLIP) if request.path == "/there" else web.Response(status=403)

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Host(f"127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()


async def test_what_ended_is_fetched_from_where_it_is_now(nemo: Settings, upstream: Upstream, host: Host) -> None:
    host.now["7"] = "/there"
    async with bench(nemo, attachment_hosts=host.hosts, attachments_secure=False) as bot:
        bot.app.context.fresh_links["discord"] = host
        await bot.ask(turn("a1", "cut it", host.ref("clip.mp4", "7")))
        assert [file.name for file in bot.face.of(Footage)] == ["clip.mp4"]
        assert bot.face.of(Said)
        assert host.asked == ["7"]


@pytest.mark.parametrize("now", [{}, {"7": "/ended-too"}])
async def test_what_is_gone_is_told_and_the_others_are_taken(
    nemo: Settings, upstream: Upstream, host: Host, now: dict[str, str]
) -> None:
    host.now = {"8": "/there", **now}
    async with bench(nemo, attachment_hosts=host.hosts, attachments_secure=False) as bot:
        bot.app.context.fresh_links["discord"] = host
        await bot.ask(turn("a1", "cut it", host.ref("gone.mp4", "7"), host.ref("clip.mp4", "8")))
        (problem,) = bot.face.of(Problem)
        assert (problem.kind, problem.name) == (ProblemKind.FOOTAGE_GONE, "gone.mp4")
        assert [file.name for file in bot.face.of(Footage)] == ["clip.mp4"]
        assert bot.face.of(Said)
        assert host.asked == ["7", "8"]


async def test_a_fresh_link_leads_to_no_other_host(nemo: Settings, upstream: Upstream, host: Host) -> None:
    host.now["7"] = ".example.org/there"
    async with bench(nemo, attachment_hosts=host.hosts, attachments_secure=False) as bot:
        bot.app.context.fresh_links["discord"] = host
        await bot.ask(turn("a1", "", host.ref("clip.mp4", "7")))
        assert [problem.kind for problem in bot.face.of(Problem)] == [ProblemKind.LINK_FAILED]
        assert not upstream.seen("upload")
