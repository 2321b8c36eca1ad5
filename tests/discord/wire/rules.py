"""What Discord enforces and SimCord does not: sizes, closed threads, old messages, repeats, rates, command names."""

import math
import re
import time
from dataclasses import dataclass, field
from typing import Any

from simcord.backend import Backend, permissions
from simcord.backend.errors import BackendError, invalid_form_body, missing_permissions, unknown_webhook
from simcord.backend.models import Channel, Interaction

UPLOAD_LIMIT = 10 << 20
"""Of a server without boosts, at the time of writing; bytes a file."""
MOST_FILES = 10
OLD_AFTER_S = 3600.0
OLD_EDIT_EVERY_S = 30.0
NONCE_KEPT_S = 300.0
GLOBAL_A_SECOND = 50
_COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")


@dataclass
class File:
    """One uploaded file, as SimCord's routes take it."""

    filename: str
    fp: Any
    size: int
    description: str | None = None


@dataclass(frozen=True)
class Request:
    """A REST request, read."""

    method: str
    path: str
    body: Any
    files: tuple[File, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's segments."""
        return tuple(self.path.strip("/").split("/"))


@dataclass
class _Bucket:
    limit: int
    window_s: float
    until: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        if now >= self.until:
            self.until, self.used = now + self.window_s, 0
        self.used += 1
        return self.used <= self.limit

    def headers(self, name: str, now: float) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "X-RateLimit-Reset": f"{time.time() + self.until - now:.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, self.until - now):.3f}",
            "X-RateLimit-Bucket": name,
        }


@dataclass
class Rules:
    """Looks at each request before SimCord does."""

    backend: Backend
    upload_limit: int = UPLOAD_LIMIT
    sends: int = 5
    """Messages that a channel takes in five seconds."""
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _all: _Bucket = field(default_factory=lambda: _Bucket(GLOBAL_A_SECOND, 1.0))
    _nonces: dict[tuple[str, str], tuple[float, Any]] = field(default_factory=dict)
    _old_edits: dict[int, float] = field(default_factory=dict)

    def rate(self, request: Request) -> tuple[dict[str, str], bool]:
        """The rate limit's headers, and whether the request may pass. Interactions count nowhere."""
        now = time.monotonic()
        name, limit, window_s = _bucket(request, self.sends)
        key = f"{name}:{'/'.join(request.parts[:2])}"
        bucket = self._buckets.setdefault(key, _Bucket(limit, window_s))
        passes = bucket.take(now)
        if request.parts[0] not in {"interactions", "webhooks"}:
            passes = self._all.take(now) and passes
        return bucket.headers(name, now), passes

    def next_second(self) -> None:
        """Begin to count anew against the limit of a bot's calls in all: tests run faster than people do."""
        self._all = _Bucket(GLOBAL_A_SECOND, 1.0)

    def repeated(self, request: Request) -> Any:
        """The answer to an earlier message with the same enforced nonce, None when there is none."""
        key = _nonce(request)
        kept = None if key is None else self._nonces.get(key)
        return None if kept is None or time.monotonic() - kept[0] > NONCE_KEPT_S else kept[1]

    def remember(self, request: Request, answer: Any) -> None:
        """Keep the answer to a message with a nonce."""
        key = _nonce(request)
        if key is not None:
            self._nonces[key] = (time.monotonic(), answer)

    def forget_nonces(self) -> None:
        """Let the time pass for which Discord knows a nonce again."""
        self._nonces.clear()

    def check(self, request: Request) -> None:
        """Raise BackendError for what Discord would refuse; a message to an archived thread opens it again."""
        if len(request.files) > MOST_FILES:
            raise invalid_form_body("attachments: Must be 10 or fewer in length.")
        if any(file.size > self.upload_limit for file in request.files):
            raise BackendError(413, 40005, "Request entity too large")
        match request.method, request.parts:
            case "POST", ("channels", channel, "messages"):
                self._send(self.backend.get_channel(int(channel)), request)
            case "PATCH", ("channels", channel, "messages", message):
                self._edit(self.backend.get_channel(int(channel)), int(message))
            case "PUT" | "DELETE", ("channels", channel, "thread-members", _):
                self._open(self.backend.get_channel(int(channel)))
            case "POST", ("channels", _, "messages", message, "threads") if int(message) in self.backend.channels:
                raise BackendError(400, 160004, "A thread has already been created for this message")
            case "PUT", ("applications", _, "commands"):
                _commands(request.body)
            case method, ("webhooks", _, token, *_) if token in self.backend.interaction_tokens:
                self._follow_up(self.backend.interactions[self.backend.interaction_tokens[token]], method)

    def _send(self, channel: Channel, request: Request) -> None:
        thread = channel.thread_metadata
        if thread is not None and thread.locked and not self._may(channel, "manage_threads"):
            raise BackendError(400, 160005, "This thread is locked")
        if request.files and not self._may(channel, "attach_files"):
            raise missing_permissions()
        if thread is not None and thread.archived:
            self.backend.edit_channel(channel.id, {}, thread_metadata={"archived": False})

    def _edit(self, channel: Channel, message: int) -> None:
        self._open(channel)
        now = self.backend.clock.now().timestamp()
        if now - _made_at(message) > OLD_AFTER_S:
            last = self._old_edits.get(message, -math.inf)
            if now - last < OLD_EDIT_EVERY_S:
                raise BackendError(
                    429, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later"
                )
            self._old_edits[message] = now

    def _open(self, channel: Channel) -> None:
        if channel.thread_metadata is not None and channel.thread_metadata.archived:
            raise BackendError(400, 50083, "Thread is archived")

    def _follow_up(self, record: Interaction, method: str) -> None:
        if record.expires_at is not None and self.backend.now_iso() >= record.expires_at:
            raise BackendError(401, 50027, "Invalid Webhook Token")
        if not record.responded and method == "POST":
            raise unknown_webhook()

    def _may(self, channel: Channel, name: str) -> bool:
        if channel.guild_id is None:
            return True
        has = self.backend.compute_permissions(channel.guild_id, self.backend.bot_user.id, channel.id)
        return bool(has & permissions.flag(name))


def _bucket(request: Request, sends: int) -> tuple[str, int, float]:
    """A bucket's name, how many requests it takes and in how many seconds; messages as Discord measures them."""
    match request.method, request.parts:
        case "POST", ("channels", _, "messages"):
            return "send", sends, 5.0
        case "PATCH", ("channels", _, "messages", _):
            return "edit", 5, 5.0
        case "DELETE", ("channels", _, "messages", _):
            return "delete", 5, 1.0
        case method, (first, *_):
            return f"{method.lower()}-{first}", 50, 1.0
    return "other", 50, 1.0


def _nonce(request: Request) -> tuple[str, str] | None:
    if request.method != "POST" or not isinstance(request.body, dict) or not request.body.get("enforce_nonce"):
        return None
    nonce = str(request.body.get("nonce", ""))
    if not 1 <= len(nonce) <= 25:
        raise invalid_form_body("nonce: Must be between 1 and 25 in length.")
    return request.path, nonce


def _made_at(snowflake: int) -> float:
    return ((snowflake >> 22) + 1_420_070_400_000) / 1000


def _commands(body: Any) -> None:
    if not isinstance(body, list) or len(body) > 100:
        raise invalid_form_body("Must be 100 or fewer in length.")
    for command in body:
        name = str(command.get("name", ""))
        slash = command.get("type", 1) == 1
        if not (_COMMAND_NAME.fullmatch(name) and name == name.lower() if slash else 1 <= len(name) <= 32):
            raise invalid_form_body(f"name: {name!r} is not a command's name")
