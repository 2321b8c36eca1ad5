"""Links to finished files: signed, so that nobody can make one, and timed, so that none lasts for ever."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer
from pydantic import SecretStr

from bot.store.models import now
from bot.web.files import display_name

_SALT = "threadcut result link"


class LinkExpired(Exception):  # noqa: N818 - a state of the link
    """The link was good and its time is over."""


class LinkBroken(Exception):  # noqa: N818 - a state of the link
    """The link was changed, cut short or never made here."""


@dataclass(frozen=True)
class Opened:
    """What a good link stands for: a file by its name in the results folder, and the name to save it under."""

    file: str
    name: str


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

    def link(self, file: str, name: str) -> tuple[str, datetime] | None:
        """A link to the file, to be saved as `name`, and when it ends; None where nothing is reached from outside."""
        if self._public_url is None:
            return None
        shown = display_name(name, file)
        token = self._serializer.dumps([file, shown])
        url = f"{self._public_url}/v/{token}/{quote(shown, safe='')}"
        return url, self._clock().replace(microsecond=0) + self._life

    def open(self, token: str) -> Opened:
        """What the token stands for. Raises LinkExpired, LinkBroken."""
        try:
            file, name = self._serializer.loads(token, max_age=int(self._life.total_seconds()))
        except SignatureExpired as error:
            raise LinkExpired from error
        except (BadData, ValueError, TypeError) as error:
            raise LinkBroken from error
        return Opened(file, name)
