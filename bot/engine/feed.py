"""What a turn says while it works, as agent-server events, for a listener that may come late or go away."""

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

Stage = Literal["understanding", "listening", "looking", "translating", "editing"]
_PIECE = re.compile(r".{1,60}(?:\s+|$)|.{1,60}", re.DOTALL)


class Feed:
    """The events of one turn. Whoever writes never waits for whoever reads."""

    def __init__(self, turn: str) -> None:
        """`turn` is the invocation's id; `on_moved` hears of every stage and percent that is new."""
        self.turn = turn
        self.ended = False
        self.failure: int | None = None
        self.on_moved: Callable[[], None] | None = None
        self._events: list[dict[str, Any]] = []
        self._grown = asyncio.Event()
        self._stage: tuple[str, int] | None = None

    def stage(self, stage: Stage, percent: float) -> None:
        """Tell what is being done; whole percents, each once."""
        now = (stage, min(max(int(percent), 0), 100))
        if now != self._stage:
            self._stage = now
            if self.on_moved is not None:
                self.on_moved()
            self.call("stage", {"stage": now[0], "percent": now[1]})

    def call(self, name: str, args: dict[str, Any]) -> None:
        """A tool call."""
        call = {"id": f"call-{secrets.token_hex(8)}", "name": name, "args": args}
        self._put(_content({"functionCall": call}))

    def say(self, text: str) -> None:
        """A whole text: partial deltas first, then all of it once more."""
        pieces: Sequence[str] = _PIECE.findall(text)
        if len(pieces) > 1:
            for piece in pieces:
                self._put({**_content({"text": piece}), "partial": True})
        self._put(_content({"text": text}))

    def fail(self, code: int, message: str) -> None:
        """The turn failed; `code` as in the protocol's table, or the HTTP status it would have been."""
        self.failure = code
        self._put({"errorCode": str(code), "errorMessage": message})

    def end(self) -> None:
        """Nothing more comes."""
        self.ended = True
        self._grown.set()

    @property
    def only_failed(self) -> bool:
        """Whether the failure is all there is: it can still be an HTTP status then."""
        return self.failure is not None and len(self._events) == 1

    async def after(self, seen: int, timeout_s: float) -> list[dict[str, Any]]:
        """The events beyond the first `seen`; none when nothing came in that time, or when it ended."""
        if len(self._events) == seen and not self.ended:
            self._grown.clear()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._grown.wait()
            except TimeoutError:
                return []
        return self._events[seen:]

    def _put(self, event: dict[str, Any]) -> None:
        frame = {
            "author": "nemo_agent",
            "invocationId": self.turn,
            "id": secrets.token_hex(8),
            "timestamp": round(time.time(), 3),
            "actions": {"stateDelta": {}},
        }
        self._events.append({**event, **frame})
        self._grown.set()


def _content(part: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"role": "model", "parts": [part]}}
