"""Server-sent events, bytes in and messages out, however the transport cuts them.

The WHATWG standard ("Interpreting an event stream"), with two liberties that a turn needs: comments and blocks without
data are handed on as signs of life, and a last block counts without its blank line.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.nemo.errors import BadAnswer

_LINE_END = re.compile(r"\r\n|\r|\n")
LONGEST_MESSAGE = 16 * 1024 * 1024
"""Characters of one message; the longest seen were some hundred thousand."""


@dataclass(frozen=True)
class Message:
    """One block of the stream; a comment has the event name `comment` and no data."""

    event: str
    data: str


class SseParser:
    """Feed it bytes as they come, then `finish` once; both give the messages that became complete.

    Raises BadAnswer for a message over LONGEST_MESSAGE.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._started = False
        self._after_cr = False
        self._pieces: list[str] = []  # of the line that is not complete yet
        self._held = 0
        self._clear()

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """Take bytes, cut anywhere."""
        return self._take(self._decoder.decode(chunk))

    def finish(self) -> Iterator[Message]:
        """Take the end of the stream."""
        yield from self._take(self._decoder.decode(b"", final=True))
        if self._pieces:
            yield from self._line("".join(self._pieces))
            self._pieces.clear()
        yield from self._dispatch()

    def _take(self, text: str) -> Iterator[Message]:
        if not text:
            return
        if not self._started:
            self._started = True
            text = text.removeprefix("\ufeff")
        if self._after_cr:
            text = text.removeprefix("\n")
        self._after_cr = text.endswith("\r")
        self._held += len(text)
        *lines, rest = _LINE_END.split(text)
        for line in lines:
            whole = "".join((*self._pieces, line)) if self._pieces else line
            self._pieces.clear()
            yield from self._line(whole)
        if rest:
            self._pieces.append(rest)
        if self._held > LONGEST_MESSAGE:
            raise BadAnswer("a message of the stream is too long", call="run")

    def _line(self, line: str) -> Iterator[Message]:
        if not line:
            yield from self._dispatch()
            return
        if line.startswith(":"):
            yield Message("comment", "")
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        self._any = True
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value

    def _dispatch(self) -> Iterator[Message]:
        if self._any:
            yield Message(self._event or "message", "\n".join(self._data))
        self._clear()

    def _clear(self) -> None:
        self._any = False
        self._event = ""
        self._data: list[str] = []
        self._held = 0
