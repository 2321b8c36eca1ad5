"""Which of the bundled tracks a mood means, by the names of their folders and kinds."""

from dataclasses import dataclass
from typing import Literal

from bot.engine.timeline.ops import Mood

Folder = Literal["calm", "energetic", "happy", "nostalgic", "tender"]
Kind = Literal["acoustic", "electronic"]


@dataclass(frozen=True)
class Tracks:
    """Tracks of these folders, of one kind or both; `near` where they only come near to the mood."""

    folders: tuple[Folder, ...]
    kind: Kind | None = None
    near: bool = False


MOODS: dict[Mood, Tracks] = {
    "happy": Tracks(("happy",)),
    "upbeat": Tracks(("happy",), "electronic"),
    "playful": Tracks(("happy",), "acoustic"),
    "energetic": Tracks(("energetic",)),
    "calm": Tracks(("calm",)),
    "chill": Tracks(("calm",), "electronic"),
    "romantic": Tracks(("tender",)),
    "nostalgic": Tracks(("nostalgic",)),
    "acoustic": Tracks(("calm", "tender"), "acoustic"),
    "electronic": Tracks(("happy", "energetic"), "electronic"),
    "sad": Tracks(("nostalgic",), "acoustic", near=True),
    "epic": Tracks(("energetic",), "acoustic", near=True),
    "corporate": Tracks(("happy",), "electronic", near=True),
    "tense": Tracks(("energetic",), "electronic", near=True),
    "jazz": Tracks(("tender",), "acoustic", near=True),
    "rock": Tracks(("energetic",), "acoustic", near=True),
    "mysterious": Tracks(("nostalgic",), "electronic", near=True),
    "inspiring": Tracks(("tender",), "electronic", near=True),
}
