"""What a flow is given: the frozen composition, and the one request it works on."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

from bot.flows.account import BotAccount, LinkedAccount
from bot.flows.bounds import Bounds
from bot.flows.capabilities import Capabilities
from bot.flows.timeline import without_sources
from bot.media.folder import MediaFolder
from bot.media.uploads import Uploads
from bot.nemo.client import Nemo
from bot.nemo.models import State
from bot.store.errors import NotFoundError
from bot.store.leases import Lease
from bot.store.models import FileRef, Place, Thread, Turn, now
from bot.store.patience import patiently
from bot.store.store import Store
from bot.updates import Offer, TimelineSummary

QUIET_S = 120.0
"""Seconds without anything to show after which "still working" is said (section 4 of the protocol)."""


class Clock(Protocol):
    """Time, so that a test can have its own."""

    def now(self) -> datetime:
        """The time in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """Time as it is."""

    def now(self) -> datetime:
        """The time in UTC."""
        return now()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Fetcher(Protocol):
    """Gets an attachment from where the face's users put it."""

    def chunks(self, url: str, limit: int) -> AsyncGenerator[bytes, None]:
        """The file in pieces, as it comes. Close it. Raises FetchError."""


class FetchError(Exception):
    """An attachment could not be had; `gone` when it is not there any more."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone


class FreshLinks(Protocol):
    """Of a face whose links to attachments end: asks for one that works now."""

    async def fresh(self, ref: FileRef) -> str | None:
        """Where the file is now; None where it, or the message that brought it, is gone or cannot be seen."""


@dataclass(frozen=True)
class NotAllowed:
    """Why somebody may not send anything to a place (any more), as `drop.error.not_allowed.*` of the words has it."""

    why: Literal["left", "no_thread", "roles", "write", "permission", "unsure"]
    fields: Mapping[str, str] = field(default_factory=dict)


class Standing(Protocol):
    """Of a face whose users act from elsewhere, such as an upload page: tells whether one still may."""

    async def refused(self, place: Place) -> NotAllowed | None:
        """Why the requester may not act at this place, or nothing be answered there; None where all is well."""


@dataclass(frozen=True)
class Limits:
    """The operator's bounds, which no server widens.

    Bytes a file may have, seconds of silence until "still working" is said, how long a thread nobody touches is kept,
    how many requests and exports go on at once, and how long an upload link works.
    """

    file_bytes: int
    quiet_s: float = QUIET_S
    retention: timedelta = timedelta(days=30)
    requests: Bounds = field(default_factory=Bounds)
    exports: Bounds = field(default_factory=Bounds)
    upload_life: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Context:
    """The parts every flow works with."""

    client: Nemo
    account: BotAccount
    store: Store
    media: MediaFolder
    fetcher: Fetcher
    clock: Clock
    limits: Limits
    capabilities: Capabilities
    results: Path
    """Where finished files lie."""
    uploads: Uploads
    reached: bool = False
    """Whether users reach the web server of this process."""
    fresh_links: dict[str, FreshLinks] = field(default_factory=dict)
    """By the name of the face, which adds itself when it is registered."""
    standing: dict[str, Standing] = field(default_factory=dict)
    """As above; a face that is not in it lets everybody act."""

    def client_of(self, account: str | None) -> Nemo:
        """The upstream for the linked account of this key; None is the bot's own."""
        if account is None or not self.capabilities.own_token:  # a token of the cloud goes nowhere else
            return self.client
        return self.client.with_credentials(LinkedAccount(account, self.store.accounts))


@dataclass
class Job:
    """One request at work: its turn and its thread as last written, under the lease that guards the writes."""

    context: Context
    turn: Turn
    lease: Lease | None = None
    thread: Thread | None = None
    touched: bool = False
    """Whether something of the project may be another now."""
    state: State | None = None
    """The project upstream as the request left it, where it was asked for already."""
    exports: int = 0
    """How many exports it has asked for: each gets an id of its own that a restart finds again."""

    async def save(self, **changes: Any) -> None:
        """Write the turn with these changes; what runs upstream is not given up because Redis is away."""
        self.turn = self.turn.model_copy(update=changes)
        await patiently(lambda: self.context.store.turns.save(self.turn, self.lease), self.lease)

    async def offer(self, *offers: Offer) -> tuple[Offer, ...]:
        """Keep what shall be offered, so that it can be taken after any restart."""
        numbered = []
        kept = list(self.turn.offers)
        for offer in offers:
            known = next((one for one in kept if (one.deed, one.words) == (offer.deed, offer.words)), None)
            if known is None:
                known = replace(offer, ref=self.turn.id, number=len(kept))
                kept.append(known)
            numbered.append(known)
        if len(kept) > len(self.turn.offers):
            await self.save(offers=tuple(kept))
        return tuple(numbered)

    async def load_thread(self) -> Thread | None:
        """Read the thread's record."""
        self.thread = await self.context.store.threads.get(self.turn.place.thread)
        return self.thread

    async def save_thread(self, change: Callable[[Thread], Thread]) -> Thread:
        """Change the thread's record."""
        self.thread = await self.context.store.threads.update(self.turn.place.thread, change, self.lease)
        return self.thread

    async def note_timeline(self, thread: Thread, shown: TimelineSummary | None) -> Thread:
        """The thread with its timeline as it is now, for whoever asks what is in it. Raises NotFoundError."""
        told = None if shown is None else without_sources(shown)
        if told == thread.timeline:
            return thread
        noted = partial(self.save_thread, lambda kept: kept.model_copy(update={"timeline": told}))
        return await patiently(noted, self.lease)

    @property
    def client(self) -> Nemo:
        """The upstream for the account the thread's project belongs to."""
        return self.context.client_of(self.thread.account if self.thread is not None else None)

    @property
    def session(self) -> str:
        """The thread's session upstream. Raises NotFoundError where setup has not run or the thread was forgotten."""
        if self.thread is None or self.thread.session is None:
            raise NotFoundError("the thread has no session")
        return self.thread.session
