"""What must be true of every test that talks to the wire, whatever else it looks at."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

from simcord.backend import Backend

from tests.discord.wire.openapi import Referee

FORBIDDEN_CODES = {10062: "answered too late", 40060: "acknowledged twice", 50035: "invalid body"}
"""Codes that a bot that does everything right never gets; 429 is looked at by status."""
_LOUD = re.compile(r"@everyone|@here|<@&\d+>")


@dataclass(frozen=True)
class Call:
    """One REST call as it was answered."""

    method: str
    path: str
    body: Any
    files: int
    status: int
    answer: Any
    at: float = field(default_factory=time.monotonic)

    @property
    def code(self) -> int:
        """Discord's own code of an error, 0 where there is none."""
        return int(self.answer.get("code", 0)) if self.status >= 400 and isinstance(self.answer, dict) else 0


class Ledger:
    """Keeps every call and what was wrong with it; `verify` is called at the end of each test."""

    def __init__(self, backend: Backend, referee: Referee | None) -> None:
        self._backend = backend
        self._referee = referee
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self._excused: set[int] = set()
        self._verified: set[int] = set()

    def trust(self) -> None:
        """Hold no body against the document from now on, where only time is measured."""
        self._referee = None

    def excuse(self, *codes: int) -> None:
        """Let this test provoke these codes (429 for a rate limit)."""
        self._excused |= set(codes)

    def note(self, call: Call) -> None:
        """Keep a call and look at it."""
        self.calls.append(call)
        what = f"{call.method} {call.path}"
        if call.code in FORBIDDEN_CODES and call.code not in self._excused:
            self.violations.append(f"{what}: {call.code}, {FORBIDDEN_CODES[call.code]}: {call.answer} for {call.body}")
        if call.status == 429 and 429 not in self._excused:
            lately = [(one.method, one.path, round(call.at - one.at, 2)) for one in self.calls[-12:]]
            self.violations.append(f"{what}: rate limited after {lately}")
        if self._referee is not None:
            self.violations += self._referee.check(call.method, call.path, call.body, call.status, call.answer)
        self._mentions(what, _message_of(call))

    def wrong(self, what: str) -> None:
        """Something the wire does not know or a handler that broke."""
        self.violations.append(what)

    def verify(self) -> None:
        """Raise AssertionError with everything that went wrong since the last time; the next test starts clean."""
        for record in self._backend.interactions.values():
            if record.id in self._verified:
                continue
            self._verified.add(record.id)
            if not record.responded and 10062 not in self._excused:
                self.violations.append(f"/{record.command_name} was never acknowledged")
            elif record.loading and record.message_id in self._backend.messages.get(record.channel_id, {}):
                self.violations.append(f"/{record.command_name} was left thinking")
        found, self.violations = self.violations, []
        self._excused.clear()
        assert not found, "the wire's invariants:\n" + "\n".join(found)

    def _mentions(self, what: str, message: dict[str, Any] | None) -> None:
        """Every message says who may be pinged, and never everyone or a role."""
        if message is None or not message.get("content"):
            return
        allowed = message.get("allowed_mentions")
        if allowed is None:
            self.violations.append(f"{what}: content without allowed_mentions")
        elif set(allowed.get("parse", ())) or allowed.get("roles"):
            loud = _LOUD.findall(message["content"])
            self.violations.append(f"{what}: may ping {allowed}, text has {loud}")


def _message_of(call: Call) -> dict[str, Any] | None:
    """The message in a call's body, if it makes or changes one."""
    if call.method not in {"POST", "PATCH"} or not isinstance(call.body, dict):
        return None
    if call.path.endswith("/callback"):
        data = call.body.get("data")
        return data if isinstance(data, dict) else None
    return call.body if "/messages" in call.path or call.path.startswith("/webhooks/") else None
