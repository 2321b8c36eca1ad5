"""What the upstream's answers say, typed and read at the edge: tolerant of form, strict about what cannot be missing.

Times are milliseconds, sizes bytes. Every `read` raises BadAnswer when what the value lives by is not there.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import SecretStr

from bot.nemo import reading
from bot.nemo.draft import Draft
from bot.nemo.errors import BadAnswer, clean
from bot.nemo.veil import MASK

_ID = re.compile(r"[A-Za-z0-9_.:~-]{1,200}")
_AUDIO = (".mp3", ".wav", ".m4a", ".aac", ".flac", ".ogg", ".opus")
_IMAGE = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp")


def identifier(value: object, name: str) -> str:
    """An id that is safe as one segment of a path. Raises BadAnswer for anything else."""
    result = reading.text(value)
    if result is None or not _ID.fullmatch(result) or not result.strip("."):
        raise BadAnswer(f"no usable {name}")
    return result


@dataclass(frozen=True)
class AnonymousToken:
    """A token nobody registered for. `expires` and `credits` are None where the upstream does not say; `credits` also
    where it does not meter.
    """

    token: SecretStr
    user_id: str | None
    expires: datetime | None
    credits: int | None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        token = reading.text(data.get("token"))
        if token is None or not token.isascii() or not token.isprintable():
            raise BadAnswer("no token", call="token")
        return cls(
            SecretStr(token),
            reading.text(data.get("user_id")),
            reading.moment(data.get("expires_at")),
            _metered(data, "credits"),
        )


@dataclass(frozen=True)
class ClaimToken:
    """Lets a user open a project in the upstream's own editor, for `expires_in_s` seconds."""

    token: SecretStr
    expires_in_s: float | None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        token = reading.text(data.get("claim_token"))
        if token is None:
            raise BadAnswer("no claim token", call="claim")
        return cls(SecretStr(token), reading.number(data.get("expires_in")))


@dataclass(frozen=True)
class Session:
    """A project upstream."""

    task_id: str
    session_id: str
    user_id: str | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            identifier(data.get("task_id"), "task_id"),
            identifier(data.get("session_id"), "session_id"),
            reading.text(data.get("user_id")),
        )


@dataclass(frozen=True)
class UploadedFile:
    """A file the upstream has: footage, or a clip it made; `kind` is video, image or audio."""

    name: str
    kind: str
    url: str | None = None
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    hash: str | None = None
    size: int | None = None

    @property
    def key(self) -> str:
        """What tells it from another file: its address without the signature, else its content, else its name."""
        return (self.url or "").partition("?")[0] or self.hash or self.name

    @classmethod
    def read(cls, value: object) -> Self:
        """Read a file object; the shapes of a state's items are not public, so every likely key is tried."""
        data = reading.mapping(value)
        url = reading.text(reading.first(data, "cdn_url", "cdnUrl", "url"))
        name = reading.text(reading.first(data, "filename", "file_name", "name"))
        name = name or (url.split("?")[0].rstrip("/").rsplit("/", 1)[-1] if url else "") or "file"
        kind = (reading.text(reading.first(data, "file_type", "fileType", "type")) or "").split("/")[0].lower()
        rate = reading.number(data.get("fps"))
        return cls(
            name=clean(name),
            kind=kind if kind in {"video", "image", "audio"} else _kind_of(name),
            url=url,
            duration_ms=reading.milliseconds(data.get("duration")),
            width=reading.size(data.get("width")),
            height=reading.size(data.get("height")),
            fps=rate if rate and rate > 0 else None,
            hash=reading.text(data.get("hash")),
            size=reading.size(reading.first(data, "size", "file_size")),
        )


def _kind_of(name: str) -> str:
    lower = name.lower()
    return "audio" if lower.endswith(_AUDIO) else "image" if lower.endswith(_IMAGE) else "video"


@dataclass(frozen=True)
class Credits:
    """The account's balance; None where the upstream does not meter."""

    available: int | None
    frozen: int
    total: int | None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        if "available" not in data and "total" not in data:
            raise BadAnswer("no balance", call="credits")
        return cls(_metered(data, "available"), reading.whole(data.get("frozen")) or 0, _metered(data, "total"))


def _metered(data: Mapping[str, Any], name: str) -> int | None:
    """A number of credits; None where our engine says that it counts none (the number is for other clients then)."""
    return None if data.get("unmetered") is True else reading.whole(data.get(name))


@dataclass(frozen=True)
class Canvas:
    """The picture's size, in pixels, and its ratio as the upstream writes it ("9:16")."""

    width: int | None = None
    height: int | None = None
    ratio: str | None = None

    @classmethod
    def read(cls, value: object) -> Self:
        data = reading.mapping(value)
        return cls(
            reading.size(data.get("width")),
            reading.size(data.get("height")),
            reading.text(reading.first(data, "ratio", "aspect_ratio", "aspectRatio")),
        )


@dataclass(frozen=True)
class LastTurn:
    """How the newest message of a session goes, where the upstream tells (our engine does).

    `running` is whether it is waiting or at work; `outcome` and `text` are what came of it.
    """

    id: str
    running: bool
    outcome: str | None = None
    text: str = ""

    @classmethod
    def read(cls, value: object) -> Self | None:
        data = reading.mapping(value)
        name = reading.text(data.get("id"))
        if name is None:
            return None
        said = reading.text(data.get("text")) or ""
        return cls(name, data.get("state") != "done", reading.text(data.get("outcome")), said)


@dataclass(frozen=True)
class State:
    """A session as it is now.

    `digest` changes when files, draft, canvas or generated media do, and with nothing else: not with the order of
    keys, nor with the signatures of links. It is what a snapshot before a message keeps.

    `undo` and `redo` are how many steps can be taken back and forward again; None where the upstream does not tell.
    """

    session_id: str | None
    task_id: str | None
    task_name: str | None
    files: tuple[UploadedFile, ...]
    generated: tuple[UploadedFile, ...]
    draft: Draft
    canvas: Canvas
    digest: str
    last_turn: LastTurn | None = None
    undo: int | None = None
    redo: int | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any], draft: Draft) -> Self:
        """Read the answer's data; the draft comes as the text it stood there as."""
        state = reading.mapping(data.get("state")) if "state" in data else data
        files = tuple(UploadedFile.read(item) for item in reading.items(state.get("video_infos")))
        return cls(
            session_id=reading.text(data.get("session_id")),
            task_id=reading.text(data.get("task_id")),
            task_name=reading.text(data.get("task_name")),
            files=files,
            generated=tuple(UploadedFile.read(item) for item in _made(state.get("generated_media"))),
            draft=draft,
            canvas=Canvas.read(state.get("canvas_config")),
            digest=_digest(
                state.get("video_infos"), draft.data, state.get("canvas_config"), state.get("generated_media")
            ),
            last_turn=LastTurn.read(data.get("last_turn")),
            undo=_steps(data.get("undo")),
            redo=_steps(data.get("redo")),
        )


def _steps(value: object) -> int | None:
    count = reading.whole(value)
    return None if count is None else max(0, count)


def _made(media: object) -> list[Any]:
    """The items of `generated_media`, whose shape is not public: a list, or lists by kind. What names nothing goes."""
    groups = media.values() if isinstance(media, Mapping) else [media]
    found = [item for group in groups for item in (reading.items(group) or [group])]
    named = ("cdn_url", "cdnUrl", "url", "filename", "file_name", "name")
    return [item for item in found if isinstance(item, Mapping) and reading.first(item, *named) is not None]


def _digest(*values: object) -> str:
    """A hash of what may stand for nothing (`{}`, `[]`, null) as nothing."""
    steady = json.dumps([_steady(value) or None for value in values], sort_keys=True)
    return hashlib.sha256(steady.encode()).hexdigest()


def _steady(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _steady(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_steady(item) for item in value]
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return value.partition("?")[0]  # the rest is a signature and its date
    return value


@dataclass(frozen=True)
class Output:
    """What the finished file shall be; None leaves it to the upstream. `from_ms` and `to_ms` make it a part.

    `width` is what a GIF has at most; a `height` of "source" is as large as the footage.
    """

    format: str = "mp4"
    quality: Literal["high", "medium", "preview"] = "high"
    height: int | Literal["source"] | None = None
    fps: float | None = None
    max_bytes: int | None = None
    ratio: Literal["16:9", "9:16", "1:1", "4:5"] | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    width: int | None = None

    def body(self) -> dict[str, Any]:
        """The request's `output`; keys of ours that the cloud does not know are left out unless they are wanted."""
        fields: dict[str, Any] = {"format": self.format, "quality": self.quality}
        if self.height is not None:
            fields["resolution"] = self.height if self.height == "source" else f"{self.height}p"
        fields |= {"fps": self.fps} if self.fps is not None else {}
        fields |= {"max_bytes": self.max_bytes} if self.max_bytes is not None else {}
        for name in ("ratio", "from_ms", "to_ms", "width"):
            value = getattr(self, name)
            fields |= {name: value} if value is not None else {}
        return fields


Status = Literal["pending", "processing", "completed", "failed"]

_WORDS: dict[Status, tuple[str, ...]] = {
    "pending": ("pending", "queued", "waiting", "submitted", "created"),
    "processing": ("processing", "rendering", "running", "in_progress", "started"),
    "completed": ("completed", "complete", "done", "success", "succeeded", "finished"),
    "failed": ("failed", "error", "cancelled", "canceled", "expired"),
}
_STATUSES = {word: status for status, words in _WORDS.items() for word in words}
_STOPPED = frozenset({"cancelled", "canceled"})
"""Said as the status, or as the reason of a failure (our engine does)."""


@dataclass(frozen=True)
class RenderStatus:
    """How far a render is (`progress` 0-100) and, once completed, what came out.

    `url` may be relative or missing (then the file is fetched by the render's id); `error` is the upstream's reason in
    words, `reason` our own engine's word for it. `cancelled` tells a render that was stopped on request from one that
    went wrong: both are `failed`. `keyframes` is a preview of a few pictures.
    """

    id: str
    status: Status
    progress: float = 0
    url: str | None = None
    error: str | None = None
    reason: str | None = None
    duration_ms: int | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    cancelled: bool = False
    keyframes: bool = False

    @classmethod
    def read(cls, body: Mapping[str, Any], render_id: str) -> Self:
        """Read any mixture of the two published forms."""
        data = {**body, **reading.mapping(body.get("data"))}
        output = reading.mapping(reading.first(data, "output"))
        url = reading.text(reading.first(data, "outputUrl", "output_url")) or reading.text(output.get("url"))
        if url is not None and MASK in url:  # it held our token: nothing to show, and nothing that could be fetched
            url = None
        error = _reason(data.get("error")) or (_reason(data.get("message")) if data.get("success") is False else None)
        word = (reading.text(data.get("status")) or "").lower()
        status = _STATUSES.get(word)
        if status is None:
            status = _told_otherwise(data, word, url, error)
        stopped = status == "failed" and not _STOPPED.isdisjoint({word, error})
        return cls(
            id=render_id,
            status=status,
            progress=_percent(data.get("progress"), status),
            url=url,
            error=(error or ("cancelled" if stopped else "")) if status == "failed" else None,
            reason=reading.text(data.get("reason")) if status == "failed" else None,
            duration_ms=reading.milliseconds(reading.first(output, "duration") or data.get("duration")),
            size=reading.size(reading.first(output, "size", "fileSize") or data.get("size")),
            width=reading.size(output.get("width")),
            height=reading.size(output.get("height")),
            cancelled=stopped,
            keyframes=data.get("keyframes") is True,
        )


def _told_otherwise(data: Mapping[str, Any], word: str, url: str | None, error: str | None) -> Status:
    """The status where there is no known word for it."""
    if error is not None or data.get("success") is False:
        return "failed"
    if url is not None:
        return "completed"
    if data.get("success") is True or reading.text(data.get("id")) or reading.number(data.get("progress")) is not None:
        return "processing" if word or reading.number(data.get("progress")) else "pending"
    raise BadAnswer("no render status")


def _reason(error: object) -> str | None:
    if isinstance(error, dict):
        error = reading.first(error, "message", "detail")
    result = reading.text(error)
    return clean(result) if result else None


def _percent(value: object, status: Status) -> float:
    result = reading.number(value)
    if result is None:
        return 100 if status == "completed" else 0
    if isinstance(value, float) and 0 < result < 1 and status == "processing":
        result *= 100  # a fraction: nobody reports half a percent
    return min(100.0, max(0.0, result))
