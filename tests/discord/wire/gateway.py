"""The gateway: a WebSocket that identifies bots and tells them what happens, as far as they asked to be told."""

import asyncio
import contextlib
import copy
import importlib.util
import json
import secrets
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import WSMsgType, web
from simcord import intents as intent_rules
from simcord.backend import Backend, serializers
from simcord.backend.access import channel_accessible

from tests.discord.wire.cdn import Cdn
from tests.discord.wire.invariants import Ledger

HEARTBEAT_MS = 41_250
_DISPATCH, _HEARTBEAT, _IDENTIFY, _PRESENCE, _RESUME, _INVALID, _HELLO, _ACK = 0, 1, 2, 3, 6, 9, 10, 11
_BAD_TOKEN, _NOT_ALLOWED = 4004, 4014


@dataclass
class Session:
    """One bot's stream of events; it outlives the connection, so that it can be resumed."""

    id: str
    intents: discord.Intents
    shard: tuple[int, int] = (0, 1)
    """Its number, and of how many."""
    events: list[dict[str, Any]] = field(default_factory=list)
    outbox: asyncio.Queue[dict[str, Any]] | None = None

    def dispatch(self, event: str, payload: Mapping[str, Any]) -> None:
        """Number an event and send it, or keep it for a resume."""
        frame = {"op": _DISPATCH, "s": len(self.events) + 1, "t": event, "d": payload}
        self.events.append(frame)
        if self.outbox is not None:
            self.outbox.put_nowait(frame)


class Gateway:
    """Accepts connections; subscribes to what happens in the backend."""

    def __init__(self, backend: Backend, cdn: Cdn, ledger: Ledger, token: str, moved: Callable[[], None]) -> None:
        self._backend = backend
        self._cdn = cdn
        self._ledger = ledger
        self._token = token
        self._moved = moved
        self._sockets: set[web.WebSocketResponse] = set()
        self.url = ""
        self.approved = discord.Intents.all()
        """What the developer portal allows."""
        self.sessions: dict[str, Session] = {}
        self.refuses = False
        """Whether every connection is closed with 4014, whatever it asks for."""
        self.refused: list[int] = []
        """Codes that connections were closed with."""
        self.compressions: list[str | None] = []
        """What each connection asked its frames to be compressed with."""
        backend.subscribers.append(self._feed)

    @property
    def connected(self) -> int:
        """How many sessions are on line."""
        return sum(1 for session in self.sessions.values() if session.outbox is not None)

    async def drop(self) -> None:
        """Cut every connection, as Discord does when a server of its own restarts; sessions can be resumed."""
        for socket in list(self._sockets):
            await socket.close(code=4000)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        self._sockets.add(socket)
        outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        outbox.put_nowait({"op": _HELLO, "d": {"heartbeat_interval": HEARTBEAT_MS}, "s": None, "t": None})
        sender = asyncio.create_task(_send(socket, outbox, _compressor(request.query.get("compress"))))
        self.compressions.append(request.query.get("compress"))
        session: Session | None = None
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                frame = json.loads(message.data)
                if frame["op"] in {_IDENTIFY, _RESUME} and session is None:
                    session = await self._enter(socket, outbox, frame)
                else:
                    self._answer(outbox, frame)
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            self._sockets.discard(socket)
            if session is not None and session.outbox is outbox:
                session.outbox = None
            self._moved()
        return socket

    def _answer(self, outbox: asyncio.Queue[dict[str, Any]], frame: dict[str, Any]) -> None:
        if frame["op"] == _HEARTBEAT:
            outbox.put_nowait({"op": _ACK, "d": None, "s": None, "t": None})
        elif frame["op"] != _PRESENCE:
            self._ledger.wrong(f"the wire does not know gateway operation {frame['op']}")

    async def _enter(
        self, socket: web.WebSocketResponse, outbox: asyncio.Queue[dict[str, Any]], frame: dict[str, Any]
    ) -> Session | None:
        data = frame["d"]
        if data["token"] != self._token:
            await self._refuse(socket, _BAD_TOKEN)
            return None
        if frame["op"] == _RESUME:
            known = self.sessions.get(data["session_id"])
            if known is None:
                outbox.put_nowait({"op": _INVALID, "d": False, "s": None, "t": None})
                return None
            for missed in known.events[data["seq"] or 0 :]:
                outbox.put_nowait(missed)
            known.outbox = outbox
            known.dispatch("RESUMED", {})
            self._moved()
            return known
        wanted = discord.Intents._from_value(data["intents"])
        if self.refuses or intent_rules.missing_privileged_intents(wanted, self.approved):
            await self._refuse(socket, _NOT_ALLOWED)
            return None
        number, shards = data.get("shard") or [0, 1]
        session = Session(secrets.token_hex(8), wanted, (number, shards), outbox=outbox)
        self.sessions[session.id] = session
        self._ready(session)
        self._moved()
        return session

    async def _refuse(self, socket: web.WebSocketResponse, code: int) -> None:
        self.refused.append(code)
        await socket.close(code=code)
        self._moved()

    def _ready(self, session: Session) -> None:
        number, shards = session.shard
        guilds = [guild for guild in self._backend.guilds.values() if (guild.id >> 22) % shards == number]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": dict(serializers.user_payload(self._backend.bot_user)),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "shard": list(session.shard),
                "application": {"id": str(self._backend.application_id), "flags": 0},
            },
        )
        for guild in guilds:
            self._deliver(session, "GUILD_CREATE", serializers.guild_create_payload(self._backend, guild))

    def _feed(self, event: str, payload: Mapping[str, Any]) -> None:
        for session in self.sessions.values():
            if self._concerns(session, event, payload):
                self._deliver(session, event, payload)
        self._moved()

    def _concerns(self, session: Session, event: str, payload: Mapping[str, Any]) -> bool:
        number, shards = session.shard
        if (int(payload.get("guild_id") or 0) >> 22) % shards != number:  # direct messages come to the first
            return False
        gate = intent_rules.required_intent(event, payload)
        if gate is not None and not getattr(session.intents, gate):
            return False
        channel = payload.get("channel_id")
        if event == "INTERACTION_CREATE" or channel is None or int(channel) not in self._backend.channels:
            return True
        return channel_accessible(self._backend, int(channel), self._backend.bot_user.id)

    def _deliver(self, session: Session, event: str, payload: Mapping[str, Any]) -> None:
        told: dict[str, Any] = self._cdn.signed(copy.deepcopy(dict(payload)))
        me = self._backend.bot_user.id
        if event == "GUILD_CREATE":
            intent_rules.prune_guild_create(told, session.intents, me)
            told["threads"] = [one for one in told["threads"] if not one["thread_metadata"]["archived"]]
        if not session.intents.message_content and event in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}:
            intent_rules.censor_message(told, me, backend=self._backend)
        session.dispatch(event, told)


def _compressor(wanted: str | None) -> Callable[[bytes], bytes] | None:
    """What a connection's frames go through: one stream for all of them, flushed after each."""
    if wanted == "zlib-stream":
        stream = zlib.compressobj()
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
    if wanted == "zstd-stream":  # discord.py asks for it where it can read it, with either of these
        if importlib.util.find_spec("zstandard"):
            zstandard = importlib.import_module("zstandard")
            zstd = zstandard.ZstdCompressor().compressobj()
            return lambda data: bytes(zstd.compress(data) + zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
        own = importlib.import_module("compression.zstd").ZstdCompressor()
        return lambda data: bytes(own.compress(data, own.FLUSH_BLOCK))
    return None


async def _send(
    socket: web.WebSocketResponse,
    outbox: asyncio.Queue[dict[str, Any]],
    compress: Callable[[bytes], bytes] | None,
) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            text = json.dumps(await outbox.get())
            await (socket.send_str(text) if compress is None else socket.send_bytes(compress(text.encode())))
