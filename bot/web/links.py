"""Links to finished files and to upload pages: signed, so that nobody can make one; none lasts for ever."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from itsdangerous import BadData, Signer, TimestampSigner, URLSafeTimedSerializer
from pydantic import SecretStr

from bot.store.models import Place, now
from bot.web.files import display_name, is_video

_SALT = "threadcut result link"
_DROP_SALT = "threadcut upload link"
_TOKEN = re.compile(r"[A-Za-z0-9._-]+")


class LinkExpired(Exception):  # noqa: N818 - a state of the link
    """The link was good and its time is over."""


class LinkBroken(Exception):  # noqa: N818 - a state of the link
    """The link was changed, cut short or never made here."""


@dataclass(frozen=True)
class Opened:
    """What a good link stands for: a file by its name in the results folder, and the name to save it under.

    `render` is the record it came of, empty in a link of an earlier release; `ends` is when the link does.
    """

    file: str
    name: str
    render: str
    ends: datetime


class Links:
    """Makes and opens links; `public_url` is where the web server is reached from outside, None where it is not."""

    def __init__(
        self, secret_key: SecretStr, public_url: str | None, hours: float, clock: Callable[[], datetime] = now
    ) -> None:
        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock().timestamp())

        self._serializer = URLSafeTimedSerializer(secret_key.get_secret_value(), salt=_SALT, signer=Signer)
        self._public_url = public_url
        self._life = timedelta(hours=hours)
        self._clock = clock

    def link(self, render: str, file: str, name: str) -> tuple[str, datetime] | None:
        """A link to the page of a finished video, or to a file of another kind, to be saved as `name`; and its end.

        None where nothing is reached from outside.
        """
        if self._public_url is None:
            return None
        shown = display_name(name, file)
        token = str(self._serializer.dumps([file, shown, render]))
        page = f"{self._public_url}/v/{token}"
        url = page if is_video(file) else f"{page}/{quote(shown, safe='')}"
        return url, self._clock().replace(microsecond=0) + self._life

    def page(self, token: str) -> str | None:
        """The whole address of a video's page, for who cannot follow a relative one; None as `link` has it."""
        return None if self._public_url is None else f"{self._public_url}/v/{token}"

    def open(self, token: str) -> Opened:
        """What the token stands for. Raises LinkExpired, LinkBroken.

        A link that seems to be of the future is a good one: a clock was set back.
        """
        if not _TOKEN.fullmatch(token):  # other letters would do for two of these
            raise LinkBroken
        try:
            (file, name, *rest), signed = self._serializer.loads(token, return_timestamp=True)
            (render,) = rest or [""]
            ends = signed + self._life
        except (BadData, ValueError, TypeError, OverflowError) as error:
            raise LinkBroken from error
        if self._clock() > ends:
            raise LinkExpired
        return Opened(file, name, render, ends)


def thread_url(place: Place) -> str | None:
    """The address of a place's thread, where its face has such."""
    if place.face != "discord":
        return None
    return f"https://discord.com/channels/{place.guild or '@me'}/{place.thread}"


class DropLinks:
    """Makes and opens links to the upload page. The record says when one ends, and so no clock that jumps breaks it."""

    def __init__(self, secret_key: SecretStr, public_url: str | None) -> None:
        self._signer = Signer(secret_key.get_secret_value(), salt=_DROP_SALT)
        self._public_url = public_url

    def link(self, drop: str) -> str | None:
        """A link to the page of this drop; None where nothing is reached from outside."""
        return None if self._public_url is None else f"{self._public_url}/u/{self._signer.sign(drop).decode()}"

    def open(self, token: str) -> str:
        """The id of the drop that the token stands for. Raises LinkBroken."""
        try:
            return self._signer.unsign(token).decode()
        except (BadData, ValueError) as error:
            raise LinkBroken from error
