"""The scripted NemoVideo as the crash test needs it: it does what each request names, and holds one where asked to."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.crash.plan import When
from tests.upstream.replies import Piece, Reply, cut, said, sse
from tests.upstream.server import Project, Seen, Upstream

_TITLE = re.compile(r'"(\w+)"')


@dataclass(eq=False)
class Trap:
    """Springs at the nth call to an endpoint and holds it until it is let go; `after` springs, and holds nothing.

    `stream` is the middle of a turn's answer. `lost` is whether the call's sender is to be gone then.
    """

    endpoint: str
    when: When
    nth: int
    lost: bool
    sprung: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def is_for(self, endpoint: str, when: When) -> bool:
        """Whether it springs now; counts the calls it is waiting for."""
        if self.sprung.is_set() or (self.endpoint, self.when) != (endpoint, when):
            return False
        self.nth -= 1
        return self.nth <= 0

    async def passed(self, endpoint: str, when: When) -> bool:
        """Spring and hold, where it is for this; whether the call goes on."""
        if not self.is_for(endpoint, when):
            return True
        self.sprung.set()
        if when == "after":
            return True
        await self.gone.wait()
        return not self.lost


@dataclass
class Cloud(Upstream):
    """Puts a title into the draft for the name in quotes that the words hold, and says so."""

    trap: Trap | None = None
    takes_s: Callable[[], float] = lambda: 0.0
    """How long the next turn works."""
    goes_on: bool = True
    """Whether a turn goes on when its client has gone."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._turns: set[asyncio.Task[None]] = set()
        self.between = self._taken

    async def handle(self, request: web.Request, endpoint: str) -> web.StreamResponse:
        if self.trap is not None and not await self.trap.passed(endpoint, "before"):
            cut(request)
        response = await super().handle(request, endpoint)
        if self.trap is not None:
            await self.trap.passed(endpoint, "after")
        return response

    @property
    def settings(self) -> dict[str, str]:
        """A bot's that works with it, and does not wait as long as people do."""
        return {
            "UPSTREAM": "nemo",
            "NEMO_API_URL": self.url,
            "NEMO_POLL_SECONDS": "0.2",
            "NEMO_RECOVERY_FIRST_SECONDS": "0.2",
            "NEMO_RECOVERY_SECONDS": "0.3",
        }

    def times_sent(self, title: str) -> int:
        """How many messages with this name in quotes have come in."""
        return sum(f'"{title}"' in _words(seen) for seen in self.seen("run"))

    async def _taken(self, endpoint: str) -> None:
        if self.trap is not None:
            await self.trap.passed(endpoint, "between")

    def _run(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        project = self.project(seen.json["session_id"])
        found = _TITLE.search(_words(seen))
        title = found[1] if found else "nothing"
        over = asyncio.Event()
        turn = asyncio.create_task(self._turn(project, title, over))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        held: tuple[Piece, ...] = ()
        if self.trap is not None and self.trap.is_for("stream", self.trap.when):
            held = (self.trap.sprung.set, *([self.trap.gone] if self.trap.when != "after" else []))
        return sse(
            said("Working", partial=True), *held, over, lambda: _add(project, title), said(f"Added the title {title}.")
        )

    async def _turn(self, project: Project, title: str, over: asyncio.Event) -> None:
        await asyncio.sleep(self.takes_s())
        if self.goes_on:
            _add(project, title)
        over.set()


def _words(seen: Seen) -> str:
    return str(seen.json["new_message"]["parts"][0]["text"])


def _add(project: Project, title: str) -> None:
    """The footage and every title so far, each once."""
    draft = json.loads(project.draft)
    titles = [one["m"]["name"] for one in draft["t"][1]["sg"]] if draft else []
    if title not in titles:
        titles.append(title)
    texts = [{"d": 1000, "m": {"name": one}} for one in titles]
    project.draft = json.dumps(
        {"t": [{"tt": 0, "sg": [{"d": 10_000, "m": {"name": "clip.mp4"}}]}, {"tt": 7, "sg": texts}], "d": 10_000}
    )
