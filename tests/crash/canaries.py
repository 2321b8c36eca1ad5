"""Tokens that can be told apart from everything else, an upstream that hands them out, and the search for them."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web
from redis.asyncio import Redis

from tests.discord.wire.world import Wire
from tests.upstream.replies import Reply, ok
from tests.upstream.server import Seen, Upstream

DISCORD = "MTk4NjIy.CanaryDiscord.ZnqV-5_x"
SECRET_KEY = "a key: CanarySecretKey/8+="
OWN = "own/CanaryOwn7+a==x"
ANONYMOUS = ("anon.CanaryFirst/91+x==y", "nmv_usr_CanarySecond")
"""The tokens an anonymous account gets, one after the other: of no known form, and of the published one."""
LINKED, MISTYPED = "film/CanaryLinked+club==3", "film/CanaryMistyped+club==4"
"""What somebody types who links a server's own account."""
CLAIM = "ct:CanaryClaim/5+=z"
_CORES = (
    "canarydiscord",
    "canarysecretkey",
    "canaryown",
    "canaryfirst",
    "canarysecond",
    "canaryclaim",
    "canarylinked",
    "canarymistyped",
)
"""What is searched for: a part of each, which looks the same however the whole was quoted or escaped."""


@dataclass
class Leaky(Upstream):
    """Hands out canaries."""

    tokens: set[str] = field(default_factory=lambda: {OWN})

    def __post_init__(self) -> None:
        super().__post_init__()
        self._left = iter(ANONYMOUS)

    def _token(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        token = next(self._left)
        self.tokens = {token}
        return ok({"token": token, "user_id": f"anon_{token}", "expires_at": "2031-01-02T03:04:05Z", "credits": 100})

    def _claim(self, seen: Seen, names: web.UrlMappingMatchInfo) -> Reply:
        return ok({"claim_token": CLAIM, "expires_in": 604800})


async def everything(wire: Wire, log: Path, folder: Path, redis: Redis) -> list[tuple[str, str]]:
    """All that the bot has said, sent, logged and kept: where, and the text."""
    found = [(f"log line {at}", line) for at, line in enumerate(log.read_text(errors="replace").splitlines(), 1)]
    found += list(_said(wire))
    found += [one async for one in _kept(redis)]
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "secret.key":
            found.append((str(path.relative_to(folder)), path.read_bytes().decode("latin-1")))
    return found


def leaks(texts: list[tuple[str, str]], wire: Wire) -> list[str]:
    """Where a canary is, and around what; the link by which somebody takes a project over may hold its own token."""
    secrets = [*_CORES, *(token.lower() for token in wire.backend.interaction_tokens)]
    link = f"/workspace/claim?ct={quote(CLAIM, safe='')}"
    found = []
    for where, text in texts:
        plain = (text.replace(link, "") if where.startswith(("message", "call")) else text).lower()
        for secret in secrets:
            at = plain.find(secret)
            if at >= 0:
                found.append(f"{where}: …{plain[max(0, at - 150) : at + 150]}…")
    return found


def _said(wire: Wire) -> Iterator[tuple[str, str]]:
    """Every message and its files, every thread's name, and the body of every call."""
    for messages in wire.backend.messages.values():
        for message in messages.values():
            facts: list[Any] = [message.content, message.embeds, message.attachments]
            yield f"message {message.id}", repr(facts)
            for file in message.attachments:
                yield f"file of message {message.id}", wire.cdn.data(file).decode("latin-1")
    for channel in wire.backend.channels.values():
        yield f"name of channel {channel.id}", channel.name or ""
    for call in wire.ledger.calls:
        yield f"call {call.method} {call.path.split('/')[1]}", json.dumps(call.body, ensure_ascii=False)


async def _kept(redis: Redis) -> AsyncIterator[tuple[str, str]]:
    """Every key, and every value of every type."""
    client: Any = redis  # its types do not tell one command's answer from another's
    async for key in client.scan_iter(count=1000):
        match await client.type(key):
            case "string":
                value: object = await client.get(key)
            case "hash":
                value = await client.hgetall(key)
            case "list":
                value = await client.lrange(key, 0, -1)
            case "set":
                value = await client.smembers(key)
            case "zset":
                value = await client.zrange(key, 0, -1, withscores=True)
            case "stream":
                value = await client.xrange(key)
            case "none":  # gone since it was listed
                continue
            case other:
                raise AssertionError(f"{key} is a {other}")
        yield f"redis {key}", f"{key} {value}"
