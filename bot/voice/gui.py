from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    EXPORT = "export"
    TRACKS = "tracks"
    STATE = "state"
    CREDITS = "credits"
    SAY = "say"


@dataclass(frozen=True)
class Act:
    step: Step
    words: str = ""


@dataclass(frozen=True)
class Translated:
    text: str
    acts: tuple[Act, ...]


def translate(text: str) -> Translated:
    return Translated(text.strip(), ())
