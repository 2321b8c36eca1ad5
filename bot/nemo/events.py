"""What a turn's stream tells, whichever form the upstream speaks (section 4 of the protocol)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Text:
    """What the agent says.

    Not final: the whole text of the current message so far, which the next one replaces. Final: the complete text of
    one message; a turn may hold several.
    """

    text: str
    final: bool


@dataclass(frozen=True)
class ToolCall:
    """The agent calls a tool; never shown raw. `id` is empty where there is none."""

    id: str
    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class ToolResult:
    """What a tool gave back; never shown raw."""

    id: str
    name: str
    response: Mapping[str, Any]


@dataclass(frozen=True)
class Heartbeat:
    """A sign of life with nothing in it."""


Event = Text | ToolCall | ToolResult | Heartbeat
