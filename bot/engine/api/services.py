"""What the routes work with, put together once by `bot.engine.main`."""

from dataclasses import dataclass

from aiohttp import web

from bot.engine.fetch import Links
from bot.engine.forget import Forgetter
from bot.engine.intake import Intake
from bot.engine.proxies import Proxies
from bot.engine.quota import Quota
from bot.engine.records.records import Records
from bot.engine.render.queue import RenderQueue
from bot.engine.storage.storage import Storage
from bot.engine.turns import Turning


@dataclass(frozen=True)
class Services:
    """The engine's parts; `heartbeat_s` and `stall_s` are the patience with a quiet turn and a quiet upload, s."""

    records: Records
    storage: Storage
    quota: Quota
    intake: Intake
    links: Links
    turning: Turning
    queue: RenderQueue
    forgetter: Forgetter
    proxies: Proxies
    heartbeat_s: float = 10.0
    stall_s: float = 60.0


SERVICES = web.AppKey("services", Services)
