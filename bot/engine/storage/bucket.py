"""An S3-compatible bucket, by the extra `s3`: names to files, and nothing of ours but what lies under the prefix.

Its library is called in threads of our own: its asynchronous calls can abort a process that is just ending.
"""

import asyncio
import importlib
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog

from bot.media.facts import MediaError, MediaFault
from bot.settings import Engine

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")

_PIECE = 8 << 20
_AT_ONCE = 2
"""Pieces of one file on their way up together."""
_THREADS = 8
_REGION = "us-east-1"
_CLIENT = {"timeout": "60s", "connect_timeout": "5s"}
_RETRY = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
_LINE = 300
_CODE = re.compile(r"<Code>(\w+)</Code>")
"""S3's own word for what is wrong, such as NoSuchBucket."""


class BucketError(Exception):
    """The bucket cannot be used at all; the text is one readable line that names the setting and the mend."""


@dataclass(frozen=True)
class Stored:
    """A file in the bucket; `changed` in seconds since 1970."""

    name: str
    size: int
    changed: float


class Bucket:
    """The bucket of `ENGINE_S3_URL`. What does not answer, or refuses, raises MediaError(UNREACHABLE)."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is asked yet. Raises BucketError: the extra is missing."""
        try:
            self._library = importlib.import_module("obstore")
            store = importlib.import_module("obstore.store").S3Store
        except ImportError as error:
            raise BucketError(
                "ENGINE_S3_URL needs the extra s3: uv sync --extra s3, or pip install 'threadcut[s3]'"
            ) from error
        assert engine.s3_url is not None
        parts = urlsplit(engine.s3_url)
        self.url = engine.s3_url.rstrip("/")
        self._store = store(parts.netloc, prefix=parts.path.strip("/") or None, **_options(engine))
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="bucket")

    async def check(self) -> None:
        """Ask it for something. Raises BucketError: it is not there, or does not let us in."""
        try:
            await self.listed("none")
        except (MediaError, FileNotFoundError) as error:
            why = error.detail if isinstance(error, MediaError) else "NoSuchBucket"
            raise BucketError(
                f"ENGINE_S3_URL: the bucket cannot be used ({why}); check the ENGINE_S3_ settings"
            ) from error

    def close(self) -> None:
        """No more calls; those under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def put(self, name: str, path: Path) -> None:
        """Store a file. Raises OSError when it cannot be read."""
        options = {"chunk_size": _PIECE, "max_concurrency": _AT_ONCE}
        try:
            await self._call(partial(self._library.put, self._store, name, path, **options))
        except FileNotFoundError:
            if not await asyncio.to_thread(path.is_file):
                raise
            raise MediaError(MediaFault.UNREACHABLE, "NoSuchBucket") from None

    async def find(self, name: str) -> Stored | None:
        """A stored file; None when there is none."""
        try:
            return _stored(await self._call(lambda: self._library.head(self._store, name)))
        except FileNotFoundError:
            return None

    async def size(self, name: str) -> int | None:
        """Bytes of a stored file; None when there is none."""
        found = await self.find(name)
        return found.size if found is not None else None

    async def read(self, name: str, size: int) -> AsyncIterator[bytes]:
        """A stored file of this size, piece by piece. Raises FileNotFoundError."""
        for start in range(0, size, _PIECE):
            length = min(_PIECE, size - start)
            ranged = partial(self._library.get_range, self._store, name, start=start, length=length)
            yield bytes(await self._call(ranged))

    async def listed(self, folder: str) -> list[Stored]:
        """Every stored file whose name begins with this and a slash."""
        return await self._call(
            lambda: [_stored(one) for some in self._library.list(self._store, folder) for one in some]
        )

    async def delete(self, *names: str) -> None:
        """Delete files; those that are not there count as deleted."""
        if names:
            await self._call(lambda: self._library.delete(self._store, list(names)))

    async def link(self, name: str, lasts: timedelta) -> str:
        """An address under which anybody can fetch the file for so long."""
        return str(await self._call(lambda: self._library.sign(self._store, "GET", name, lasts)))

    async def _call(self, work: Callable[[], _T]) -> _T:
        def told() -> _T:
            with _faults(self._library.exceptions.BaseError):
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._threads, told)


def _stored(told: Any) -> Stored:
    return Stored(str(told["path"]), int(told["size"]), told["last_modified"].timestamp())


@contextmanager
def _faults(error_of_library: type[Exception]) -> Iterator[None]:
    try:
        yield
    except error_of_library as error:
        code = _CODE.search(str(error))
        said = code[1] if code else " ".join(str(error).partition("\n")[0].split())[:_LINE] or type(error).__name__
        _log.warning("the bucket does not do as asked", error=said)
        raise MediaError(MediaFault.UNREACHABLE, said) from error


def _options(engine: Engine) -> dict[str, Any]:
    """The library reads AWS' own variables for whatever is left out."""
    options: dict[str, Any] = {"client_options": dict(_CLIENT), "retry_config": _RETRY}
    region = engine.s3_region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or _REGION
    options["region"] = region
    if engine.s3_endpoint is not None:
        options["endpoint"] = engine.s3_endpoint
        options["client_options"]["allow_http"] = engine.s3_endpoint.startswith("http://")
    if engine.s3_key is not None:
        options["access_key_id"] = engine.s3_key.get_secret_value()
    if engine.s3_secret is not None:
        options["secret_access_key"] = engine.s3_secret.get_secret_value()
    return options
