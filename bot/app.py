"""Puts the parts of the bot together once, and takes them apart in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import structlog
from redis.asyncio import Redis

from bot.flows import capabilities
from bot.flows.account import BotAccount
from bot.flows.bounds import Bounds
from bot.flows.capabilities import Capabilities
from bot.flows.context import QUIET_S, Clock, Context, Limits, SystemClock
from bot.media.folder import MediaFolder
from bot.media.uploads import Uploads
from bot.nemo import attribution
from bot.nemo.client import Limits as NemoLimits
from bot.nemo.client import Nemo, http_session
from bot.nemo.errors import NemoError, TokenRejected
from bot.pictures.gallery import Gallery
from bot.redis_server import connect, redis_url
from bot.settings import Settings, SettingsError
from bot.store.models import Render
from bot.store.store import Store
from bot.watch.batches import Batches
from bot.watch.delivery import Delivery
from bot.watch.engine import EngineProcess
from bot.watch.feeds import CLOSE_S, SHOW_S, Faces
from bot.watch.fetch import HOSTS, AttachmentFetcher
from bot.watch.gate import Gate
from bot.watch.line import Line
from bot.watch.making import Making
from bot.watch.poller import Poller
from bot.watch.rendering import Rendering
from bot.watch.runner import Runner
from bot.watch.sweep import Sweeper
from bot.web.beside import Beside
from bot.web.door import Door
from bot.web.drop_page import add_drop_page
from bot.web.drops import add_drops
from bot.web.health import Check, run_checks
from bot.web.links import DropLinks, Links
from bot.web.results import Results
from bot.web.room import ResultsRoom
from bot.web.server import make_app, serve
from bot.web.sweep import sweep_results

log = structlog.stdlib.get_logger(__name__)

LEASE_S = 15.0
_CHECK_S = 15.0
_ENGINE_ATTEMPTS = 40
"""How often a call looks for our own engine, twice a second, while it is started again."""
_ENGINE_LIMITS = NemoLimits(unreached_attempts=_ENGINE_ATTEMPTS, turn_s=4 * 3600)
"""Our own engine ends a turn itself that gets no further."""
_RENDER_SLACK = timedelta(hours=1)


@dataclass(frozen=True)
class Tuning:
    """What tests set to other values than the defaults."""

    clock: Clock = field(default_factory=SystemClock)
    lease_s: float = LEASE_S
    quiet_s: float = QUIET_S
    show_s: float = SHOW_S
    close_s: float = CLOSE_S
    able: Callable[[Capabilities], Capabilities] = lambda found: found
    attachment_hosts: frozenset[str] = HOSTS
    attachments_secure: bool = True


@dataclass(frozen=True)
class App:
    """A bot put together; `start` sets it going once every face is registered with `runner`.

    `checks` answers `/readyz`; a face may add its own. `drop_link` is the address of a drop's page, by the drop's id;
    None where users do not reach the web server. `web` is the address of the web server and `engine`
    our own engine, where there are such.
    """

    settings: Settings
    store: Store
    context: Context
    runner: Runner
    poller: Poller
    gallery: Gallery
    batches: Batches
    checks: dict[str, Check]
    drop_link: Callable[[str], str | None]
    web: str | None
    engine: EngineProcess | None
    _sweeper: Sweeper
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Take up what a restart left behind, and from now on watch exports and sweep; once, however often asked."""
        if self._tasks:
            return
        await self.runner.start()
        works = (("poller", self.poller.run), ("batches", self.batches.run), ("sweeper", self._sweeper.run))
        for name, work in works:
            self._tasks.append(asyncio.create_task(work(), name=name))

    async def explain(self, render: Render) -> str:
        """How the frames of a finished render came about; empty where the upstream does not tell."""
        if not self.context.capabilities.explains or render.upstream_id is None:
            return ""
        try:
            return await self.context.client_of(render.account).render_plan(render.upstream_id)
        except NemoError:
            return ""

    async def stop(self) -> None:
        """Stop working; everything unfinished is kept for the next start."""
        await self.runner.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


@asynccontextmanager
async def open_app(settings: Settings, *, web: bool = False, tuning: Tuning | None = None) -> AsyncIterator[App]:
    """The bot, with everything it needs running; with `web`, finished files are served too.

    Raises SettingsError, RedisUnavailable, EngineFailed, CannotListen: one readable line each.
    """
    tuning = tuning or Tuning()
    key = settings.secret_key
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(redis_url(settings))
        redis = await stack.enter_async_context(connect(url))
        store = Store(redis, key, tuning.clock.now)
        checks: dict[str, Check] = {"redis": lambda: _answers(redis)}
        engine = await _own_engine(settings, stack, checks)
        context = await _context(settings, store, engine, tuning, stack, web=web)
        await _check_own_token(context)
        links = Links(key, settings.general.public_url, settings.web.link_hours, tuning.clock.now)
        drop_links = DropLinks(key, settings.general.public_url if context.reached else None)
        faces = Faces(tuning.show_s, tuning.close_s)
        results = settings.results_dir
        making = Making(faces, settings.engine.ffmpeg_bin)
        keep = timedelta(hours=settings.web.link_hours)
        room = ResultsRoom(store, results, settings.web.results_gb, keep=keep, now=tuning.clock.now)
        rendering = Rendering(
            context, faces, making, results, room.make, keep=keep,
            oldest=timedelta(hours=settings.engine.render_hours_limit) + _RENDER_SLACK,
        )  # fmt: skip
        delivery = Delivery(context, faces, rendering, making, results, link=links.link)
        poller = Poller(context, rendering, delivery, Line(context, faces, rendering), tuning.lease_s)
        runner = Runner(context, faces, poller.poke, Gate(), tuning.lease_s)
        batches = Batches(context, faces, runner.submit)
        sweeper = Sweeper(
            context, settings.media_dir, settings.pictures_dir, results,
            lambda: sweep_results(store, results, context.clock.now()), batches.sweep,
        )  # fmt: skip
        gallery = Gallery(context.media, settings.pictures_dir)
        address = None
        if web:
            site = make_app(lambda: run_checks(checks))
            Results(results, links, store, Beside(store, gallery)).add_to(site)
            if context.reached:
                door = Door(context, drop_links)
                add_drops(site, door, batches)
                add_drop_page(site, door)
            address = await stack.enter_async_context(serve(site, settings.web.host, settings.web.port))
        app = App(
            settings, store, context, runner, poller, gallery, batches, checks, drop_links.link, address, engine,
            sweeper,
        )  # fmt: skip
        stack.push_async_callback(app.stop)
        yield app


async def _own_engine(settings: Settings, stack: AsyncExitStack, checks: dict[str, Check]) -> EngineProcess | None:
    """Our engine as a child, where the upstream is the local one and runs nowhere else."""
    if settings.general.upstream != "local" or settings.engine.url is not None:
        return None
    engine = await stack.enter_async_context(EngineProcess(settings))

    async def runs() -> bool:
        return engine.pid is not None

    checks["engine"] = runs
    return engine


async def _check_own_token(context: Context) -> None:
    """Raise SettingsError where the upstream refuses the token in the settings. One that is down is no reason."""
    if context.account.anonymous:
        return
    try:
        async with asyncio.timeout(_CHECK_S):
            await context.client.credits()
    except TokenRejected as error:
        raise SettingsError(
            "NEMO_TOKEN: the upstream does not accept this token; get a new one from your account there, or unset it to"
            " use an anonymous account"
        ) from error
    except (NemoError, TimeoutError) as error:
        log.warning("the upstream's token could not be checked", reason=str(error) or "no answer in time")


def _upstream(settings: Settings, engine: EngineProcess | None) -> Callable[[], str]:
    """Where the upstream is; asked anew with each call, since an engine may come back elsewhere."""
    if engine is not None:
        return lambda: engine.url
    url = settings.engine.url if settings.general.upstream == "local" else settings.nemo.api_url
    return lambda: url or ""


async def _context(
    settings: Settings, store: Store, engine: EngineProcess | None, tuning: Tuning, stack: AsyncExitStack, *, web: bool
) -> Context:
    able = tuning.able(capabilities.find(settings))
    http = await stack.enter_async_context(http_session())
    # No address, no header and no connection of the upstream's is shared with the hosts of attachments.
    files = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
    clock = tuning.clock
    nemo = Nemo(
        http, _upstream(settings, engine), settings.nemo.web_url, attribution.find(settings), None,
        settings.nemo.read_timeout_seconds,
        limits=None if engine is None else _ENGINE_LIMITS, sleep=clock.sleep,
    )  # fmt: skip
    account = BotAccount(
        able.upstream,
        store.accounts,
        nemo.anonymous_token,
        clock.now,
        own_token=settings.nemo.token if able.own_token else None,
        client_id=settings.nemo.client_id if able.own_token else None,
    )
    return Context(
        client=nemo.with_credentials(account),
        account=account,
        store=store,
        media=MediaFolder(settings.media_dir, settings.pictures_dir),
        fetcher=AttachmentFetcher(files, tuning.attachment_hosts, secure=tuning.attachments_secure),
        clock=clock,
        limits=_limits(settings, tuning.quiet_s),
        capabilities=able,
        results=settings.results_dir,
        uploads=Uploads(settings.uploads_dir),
        reached=web and settings.general.public_url is not None,
    )


def _limits(settings: Settings, quiet_s: float) -> Limits:
    own = settings.limits
    waiting = {"user_waiting": own.user_waiting, "server_waiting": own.server_waiting}
    return Limits(
        file_bytes=settings.general.max_upload_bytes,
        quiet_s=quiet_s,
        retention=timedelta(days=settings.general.retention_days),
        requests=Bounds(own.running, own.user_running, own.server_running, **waiting),
        exports=Bounds(own.exports, own.user_exports, own.server_exports, **waiting),
        upload_life=timedelta(hours=settings.web.upload_hours),
    )


async def _answers(redis: Redis) -> bool:
    return bool(await _pong(redis.ping()))


async def _pong(answer: Awaitable[bool] | bool) -> bool:
    return answer if isinstance(answer, bool) else await answer
