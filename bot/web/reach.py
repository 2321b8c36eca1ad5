"""Whether the web server is reached as PUBLIC_URL says, and what lies between lets large bodies through."""

import ssl
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

import aiohttp
from yarl import URL

ASK_S = 10.0
TRIED_BYTES = 8 << 20
"""More than any proxy takes whose limit nobody thought of (nginx: 1 MB)."""
_ANY = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server that listens on all is reached


class Fault(StrEnum):
    """What is wrong with the way in, told apart by what mends it."""

    NOT_RUNNING = "not_running"
    UNREACHED = "unreached"
    CERTIFICATE = "certificate"
    SOMEBODY_ELSE = "somebody_else"
    SMALL_BODIES = "small_bodies"


@dataclass(frozen=True)
class Reached:
    """What came of asking: no fault where all is well; `status` where an answer shows what is wrong."""

    fault: Fault | None = None
    status: int | None = None


async def look(public_url: str, host: str, port: int) -> Reached:
    """Ask as a browser would; where that fails, whether the server itself runs (`host` and `port` are its own)."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ASK_S)) as http:
        found = await _alive(http, public_url)
        if found.fault is not None:
            own = URL.build(scheme="http", host=_ANY.get(host, host), port=port or None)
            runs = port == 0 or (await _alive(http, str(own).rstrip("/"))).fault is None
            return found if runs else Reached(Fault.NOT_RUNNING)
        return await _takes_bodies(http, public_url)


async def _alive(http: aiohttp.ClientSession, url: str) -> Reached:
    try:
        async with http.get(f"{url}/livez", allow_redirects=False) as response:
            told = await response.text(errors="replace")
            ours = response.status == HTTPStatus.OK and '"alive"' in told
            return Reached() if ours else Reached(Fault.SOMEBODY_ELSE, response.status)
    except (aiohttp.ClientConnectorCertificateError, ssl.SSLError):
        return Reached(Fault.CERTIFICATE)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return Reached(Fault.UNREACHED)


async def _takes_bodies(http: aiohttp.ClientSession, url: str) -> Reached:
    """Send a body to a page that there is not: the bot refuses the link, a proxy with a limit the body before it."""
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    try:
        async with http.patch(f"{url}/u/doctor/files/doctor", data=bytes(TRIED_BYTES), headers=headers) as response:
            if response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                return Reached(Fault.SMALL_BODIES, response.status)
    except (aiohttp.ClientError, TimeoutError, OSError):  # answered and closed before the body was through: as well
        pass
    return Reached()
