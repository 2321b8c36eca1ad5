"""A Discord on loopback: one server with its channels and people, for a bot in a process of its own."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import discord
from aiohttp import web
from simcord._clock import Clock
from simcord.backend import Backend
from simcord.backend.models import Channel, Message, Overwrite
from simcord.enums import OverwriteType

from tests.discord.wire.cdn import Cdn
from tests.discord.wire.gateway import Gateway
from tests.discord.wire.invariants import Ledger
from tests.discord.wire.openapi import referee
from tests.discord.wire.people import Command, User
from tests.discord.wire.rest import API, Rest
from tests.discord.wire.rules import Rules
from tests.discord.wire.transcript import transcript

T = TypeVar("T")
TOKEN = "wire.token"
WAIT_S = 30.0
_BODY_LIMIT = 200 << 20

INVITED_WITH = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    attach_files=True,
    embed_links=True,
)
"""What the README's invite link asks for; the bot has nothing more."""


class RealClock(Clock):
    """Time as it is, so that three seconds are three seconds; `advance` moves it on for what takes hours."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.elapsed)


class Wire:
    """What a test holds: people act through `user`, answers are waited for by event, never by time."""

    def __init__(self, port: int, token: str = TOKEN) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.backend = Backend(clock=RealClock())
        self.backend.bot_user.name = "Threadcut"
        self.cdn = Cdn(self.address, self.backend.clock.now)
        self.backend.cdn = self.cdn
        self.ledger = Ledger(self.backend, referee())
        self.rules = Rules(self.backend)
        self.gateway = Gateway(self.backend, self.cdn, self.ledger, token, self.moved)
        self.rest = Rest(self.backend, self.cdn, self.rules, self.ledger, token, self.moved)
        self.gateway.url = self.rest.gateway = f"ws://127.0.0.1:{port}/gateway"
        self.rest.sees_content = lambda: self.gateway.approved.message_content
        self._token = token
        self.trouble: Callable[[], str | None] = lambda: None
        """Why waiting makes no sense any more (the bot's process has ended), if so."""
        self._moved = asyncio.Event()
        self.guild = self.backend.create_guild("Film club")
        role = next(role for role in self.guild.roles.values() if role.managed)
        role.permissions = INVITED_WITH.value
        self.guild.everyone_role.permissions &= ~INVITED_WITH.value | discord.Permissions(view_channel=True).value
        talk = discord.Permissions.text()
        talk.update(manage_messages=False, manage_threads=False)  # not everybody moderates
        self.people = self.backend.create_role(self.guild.id, "people", permissions=talk.value, mentionable=True)

    @property
    def environment(self) -> dict[str, str]:
        """What the launcher and the bot have to know."""
        return {
            "WIRE_API": self.address + API,
            "WIRE_GATEWAY": self.gateway.url,
            "WIRE_CDN": self.address,
            "DISCORD_TOKEN": self._token,
        }

    def user(self, name: str, *, locale: str = "en-US", manages: bool = False, moderates: bool = False) -> User:
        """A member of the server, who may manage it, or remove what others write."""
        user = self.backend.make_user(name)
        roles = [self.people.id]
        if manages or moderates:
            rights = discord.Permissions(manage_guild=manages, manage_messages=moderates).value
            roles.append(self.backend.create_role(self.guild.id, "managers", permissions=rights).id)
        self.backend.add_member(self.guild.id, user.id, roles=roles, announce=True)
        return User(self, user, locale)

    def channel(self, name: str, *, deny: Iterable[str] = ()) -> Channel:
        """A text channel, in which the bot is denied these permissions."""
        denied = discord.Permissions(**dict.fromkeys(deny, True)).value
        me = Overwrite(self.backend.bot_user.id, OverwriteType.MEMBER, deny=denied)
        return self.backend.create_channel(self.guild.id, name, overwrites=[me] if denied else None)

    def threads(self, channel: Channel) -> list[Channel]:
        """The channel's threads, oldest first."""
        return [thread for thread in self.backend.channels.values() if thread.parent_id == channel.id]

    def messages(self, channel: Channel, *, after: int = 0) -> list[Message]:
        """What the bot has said in a channel since the message or command with this id, as it looks now."""
        me = self.backend.bot_user.id
        said = self.backend.messages.get(channel.id, {}).values()
        return sorted(
            (one for one in said if one.author_id == me and one.id > after and one.type in {0, 19, 20}),
            key=lambda one: one.id,
        )

    async def next_message(
        self,
        channel: Channel,
        *,
        after: Message | Command,
        where: Callable[[Message], bool] = lambda message: not message.flags & (1 << 7),
        timeout_s: float = WAIT_S,
    ) -> Message:
        """The bot's first message after `after` for which `where` is true, now or once it has been edited so."""

        def found() -> Message | None:
            return next((one for one in self.messages(channel, after=after.id) if where(one)), None)

        return await self.wait_until(found, timeout_s, lambda: f"no such message in\n{transcript(self, channel)}")

    async def wait_until(
        self, predicate: Callable[[], T | None], timeout_s: float = WAIT_S, what: Callable[[], str] | None = None
    ) -> T:
        """The predicate's value as soon as something happened that makes it true. Raises AssertionError."""
        try:
            async with asyncio.timeout(timeout_s):
                while not (value := predicate()):
                    if trouble := self.trouble():
                        raise AssertionError(trouble)
                    await self._moved.wait()
        except TimeoutError:
            calls = "\n".join(f"{one.method} {one.path} {one.status} {one.body}" for one in self.ledger.calls[-15:])
            words = what() if what else "it did not happen"
            raise AssertionError(f"after {timeout_s} s: {words}\n\nlast calls:\n{calls}") from None
        return value

    def moved(self) -> None:
        """Something happened: wake whoever waits."""
        self._moved.set()
        self._moved = asyncio.Event()

    def attachment(self, message: Message, kind: str = "") -> bytes:
        """The bytes of a message's file of this content type (its beginning)."""
        found: list[dict[str, Any]] = [one for one in message.attachments if one["content_type"].startswith(kind)]
        assert found, f"no {kind} file in {message.attachments}"
        return self.cdn.data(found[0])


@contextlib.asynccontextmanager
async def wire(token: str = TOKEN) -> AsyncIterator[Wire]:
    """A Discord of the test's own on a free port, for the bot of this token."""
    listening = socket.create_server(("127.0.0.1", 0))
    world = Wire(listening.getsockname()[1], token)
    app = web.Application(client_max_size=_BODY_LIMIT)
    app.router.add_get("/gateway", world.gateway.serve)
    app.router.add_get("/gateway/", world.gateway.serve)
    app.router.add_get("/attachments/{path:.*}", world.cdn.serve)
    app.router.add_route("*", API + "/{path:.*}", world.rest.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    try:
        yield world
    finally:
        await world.gateway.drop()
        await runner.cleanup()
