"""What the upload routes refuse: a status, and one line in the reader's language that says what to do."""

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from bot.voice.phrase import phrase


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """A request that is not carried out. `key` is for programs; `fields` fill the words of `drop.error.<words>`, which
    are the key's own where no others are named.
    """

    def __init__(
        self, status: HTTPStatus, key: str, headers: Mapping[str, str] | None = None, *, words: str = "",
        **fields: object,
    ) -> None:  # fmt: skip
        super().__init__(key)
        self.status = status
        self.key = key
        self._words = words or key
        self._headers = dict(headers or {})
        self._fields = fields

    def answer(self, locale: str) -> web.Response:
        """The answer, in the language of this locale."""
        text = phrase(locale, f"drop.error.{self._words}", None, **self._fields)
        body = {"error": self.key, "text": text}
        headers = {"Cache-Control": "no-store", **self._headers}
        return web.json_response(body, status=self.status, headers=headers)
