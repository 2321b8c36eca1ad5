"""One request to an upstream: headers, token, redirects, the two retries, and every failure as a NemoError.

What is sent again, and when: after a rejected token or a rate limit, which both mean that nothing was done, any call
once each; where no connection came about, any call as often as the limits say; after a server error or a lost
connection only calls that are marked as repeatable reads.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import aiohttp
import stamina
import structlog
from aiohttp.payload import Payload
from pydantic import SecretStr
from yarl import URL

from bot.nemo.answers import Answer, check
from bot.nemo.attribution import Attribution
from bot.nemo.errors import (
    BadAnswer,
    ConnectionLost,
    NemoError,
    RateLimited,
    TimedOut,
    TokenRejected,
    UpstreamDown,
)
from bot.nemo.veil import Veil

_LONGEST_ANSWER = 32 * 1024 * 1024
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAME_METHOD = frozenset({307, 308})

_NO_STREAMS = frozenset({"application/json", "application/problem+json", "text/html"})

T = TypeVar("T")
_Receive = Callable[["Call", aiohttp.ClientResponse], Awaitable[T]]

_log = structlog.get_logger(__name__)


class Credentials(Protocol):
    """Whose account pays."""

    async def token(self) -> SecretStr:
        """The token to use now."""

    async def renew(self, stale: SecretStr) -> SecretStr:
        """A token other than the rejected one. Raises TokenRejected where there is none to be had."""


@dataclass(frozen=True)
class Limits:
    """Waiting times in seconds. A turn's limits are the protocol's (section 4), the rest is ours."""

    connect_s: float = 10
    answer_s: float = 60
    """Without a byte of an ordinary answer."""
    stall_s: float = 120
    """Without a byte moving in an upload or a download."""
    download_s: float = 3600
    turn_s: float = 900
    quiet_s: float = 600
    """Of nothing but heartbeats in a turn."""
    rate_wait_s: float = 30
    """Wait after a 429 that names no time."""
    longest_rate_wait_s: float = 60
    """Above this a 429 is not waited for."""
    unreached_attempts: int = 1
    """How often a call tries to reach an upstream that nobody listens for: nothing was sent, so that any call may."""
    unreached_wait_s: float = 0.5
    read_attempts: int = 3
    read_wait_s: float = 0.3
    """First wait before a read is repeated; it doubles, with jitter."""


@dataclass(frozen=True)
class Call:
    """One kind of request; `path` is escaped, or a whole URL for a download.

    `content` is the body, or what makes it anew for every attempt. `in_session` is whether a 404 means that the
    session is gone, `repeatable` whether it is a read that costs nothing, `may_leave` whether a redirect to another
    origin is followed (always without the token).
    """

    name: str
    method: str
    path: str
    content: bytes | Callable[[], Payload] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    anonymous: bool = False
    in_session: bool = False
    repeatable: bool = False
    may_leave: bool = False
    may_be_empty: bool = False
    wait_s: float | None = None


@contextmanager
def translated(call: str) -> Iterator[None]:
    """Turn what aiohttp raises into our errors, the cause attached."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
        raise ConnectionLost("no connection", call=call, sent=False) from error
    except TimeoutError as error:
        raise TimedOut("no answer in time", call=call) from error
    except (aiohttp.ClientError, OSError) as error:
        raise ConnectionLost("the connection broke", call=call) from error


@dataclass(frozen=True)
class Wire:
    """Sends calls to one upstream on behalf of one account."""

    http: aiohttp.ClientSession
    base_url: Callable[[], str]
    attribution: Attribution
    credentials: Credentials | None
    limits: Limits
    sleep: Callable[[float], Awaitable[None]]
    veil: Veil = field(default_factory=Veil)
    """What no answer tells; one for all accounts of this upstream."""

    async def json(self, call: Call) -> Answer:
        """Send a call and read its whole answer. Raises NemoError."""
        if not call.repeatable:
            return await self._accepted(call, self._answer)
        limits = self.limits
        async for attempt in stamina.retry_context(
            on=(ConnectionLost, UpstreamDown),
            attempts=limits.read_attempts,
            timeout=limits.answer_s,
            wait_initial=limits.read_wait_s,
            wait_jitter=limits.read_wait_s,
            wait_max=limits.read_wait_s * 8,
        ):
            with attempt:
                return await self._accepted(call, self._answer)
        raise AssertionError("stamina returns or raises")

    @asynccontextmanager
    async def stream(self, call: Call) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send a call whose answer is read as it comes; the connection ends with the block.

        Reading it is the caller's, within `translated`. Raises NemoError.
        """
        response = await self._accepted(call, self._stream)
        try:
            yield response
        finally:
            response.close()

    async def _accepted(self, call: Call, receive: _Receive[T]) -> T:
        """What a call that was not refused brought, after at most one renewal, one wait, and until it is reached."""
        token = await self._token(call)
        renewed = waited = False
        unreached = 0
        while True:
            try:
                return await self._send(call, token, receive)
            except ConnectionLost as error:
                unreached += 1
                if error.may_run or unreached >= self.limits.unreached_attempts:
                    raise
                await self.sleep(self.limits.unreached_wait_s)
            except TokenRejected:
                if renewed or token is None or self.credentials is None:
                    raise
                renewed = True
                token = await self.credentials.renew(token)
                self.veil.add(token)
            except RateLimited as error:
                wait = self.limits.rate_wait_s if error.retry_after_s is None else error.retry_after_s
                if waited or wait > self.limits.longest_rate_wait_s:
                    raise
                waited = True
                await self.sleep(wait)

    async def _token(self, call: Call) -> SecretStr | None:
        if call.anonymous or not self._at_home(self._url(call)):
            return None
        if self.credentials is None:
            raise TokenRejected("there is no account yet", call=call.name)
        token = await self.credentials.token()
        self.veil.add(token)
        return token

    async def _send(self, call: Call, token: SecretStr | None, receive: _Receive[T]) -> T:
        """Send once; refusals are raised, also those that hide in a 200."""
        response = await self._follow(call, token)
        try:
            received = await receive(call, response)
        except BaseException as error:
            response.close()
            if isinstance(error, NemoError):
                _log.debug("upstream refused", call=call.name, status=response.status, code=error.code)
            raise
        _log.debug("upstream answered", call=call.name, status=response.status)
        return received

    async def _answer(self, call: Call, response: aiohttp.ClientResponse) -> Answer:
        raw = await _whole(call, response)
        response.release()
        return check(
            raw,
            response.status,
            call=call.name,
            home=self._at_home(response.url),
            in_session=call.in_session,
            may_be_empty=call.may_be_empty,
            retry_after=response.headers.get("Retry-After"),
            veil=self.veil,
        )

    async def _stream(self, call: Call, response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
        if response.status < 400 and response.content_type not in _NO_STREAMS:
            return response
        await self._answer(call, response)  # raises, unless it is a document that says yes
        raise BadAnswer("data where a stream was due", call=call.name, status=response.status)

    async def _follow(self, call: Call, token: SecretStr | None) -> aiohttp.ClientResponse:
        """Send, and follow redirects: with the token only as long as they never left the upstream's own origin."""
        method, url = call.method, self._url(call)
        home = self._at_home(url)
        for _ in range(_MOST_REDIRECTS + 1):
            response = await self._request(call, method, url, token if home else None, home=home)
            if response.status not in _REDIRECTS:
                return response
            response.release()
            target = _target(url, response.headers.get("Location", ""), call.name)
            home = home and self._at_home(target)
            if not home and not call.may_leave:
                raise BadAnswer("redirects to another address", call=call.name, status=response.status)
            if method != "GET" and response.status not in _SAME_METHOD:
                raise BadAnswer("redirects a request", call=call.name, status=response.status)
            url = target
        raise BadAnswer("redirects without end", call=call.name)

    async def _request(
        self, call: Call, method: str, url: URL, token: SecretStr | None, *, home: bool
    ) -> aiohttp.ClientResponse:
        headers = {"Accept": "application/json", **call.headers}
        if home:
            headers |= self.attribution.headers
        if token is not None:
            headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=self.limits.connect_s, sock_read=call.wait_s or self.limits.answer_s
        )
        with translated(call.name):
            return await self.http.request(
                method,
                url,
                data=call.content() if callable(call.content) else call.content,
                headers=headers,
                allow_redirects=False,
                timeout=timeout,
            )

    def _url(self, call: Call) -> URL:
        whole = call.path.startswith(("http://", "https://"))
        url = _address(call.path if whole else self.base_url().rstrip("/") + call.path)
        if url is None:
            raise BadAnswer("not an address", call=call.name)
        return url

    def _at_home(self, url: URL) -> bool:
        return url.origin() == URL(self.base_url()).origin()


def _address(text: str, relative_to: URL | None = None) -> URL | None:
    """The URL, left as it is written: its signature is over every character."""
    try:
        url = URL(text, encoded=text.isascii() and text.isprintable() and " " not in text)
        url = url if relative_to is None else relative_to.join(url)
        url.origin()
    except ValueError:
        return None
    return url if url.host and url.user is None else None


def _target(here: URL, location: str, call: str) -> URL:
    """Where a redirect leads; never from https to http, never to another scheme."""
    target = _address(location, relative_to=here) if location else None
    allowed = {"https"} if here.scheme == "https" else {"http", "https"}
    if target is None or target.scheme not in allowed:
        raise BadAnswer("redirects to nowhere", call=call)
    return target


async def _whole(call: Call, response: aiohttp.ClientResponse) -> bytes:
    """The answer's body, bounded."""
    parts: list[bytes] = []
    size = 0
    with translated(call.name):
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > _LONGEST_ANSWER:
                raise BadAnswer("the answer is too long", call=call.name, status=response.status)
            parts.append(chunk)
    return b"".join(parts)
