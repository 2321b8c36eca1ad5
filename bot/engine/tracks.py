"""The bundled music: 28 tracks that a machine made, free to use (MIT), in a package of their own."""

import hashlib
from collections.abc import Container
from pathlib import Path

from immich_memories_music import tracks_dir

from bot.engine.timeline.moods import MOODS
from bot.engine.timeline.ops import Mood


def track(mood: Mood, session: str, used: Container[str], *, another: bool) -> Path:
    """The track of a mood: the same for the same project; the next one after what is in use where `another` is asked.

    `used` are the contents (SHA-256) that the timeline plays.
    """
    row = tracks(mood)
    first = int.from_bytes(hashlib.sha256(f"{session}:{mood}".encode()).digest()[:8]) % len(row)
    playing = [index for index, path in enumerate(row) if _content(path) in used]
    if not playing:
        return row[first]
    return row[(playing[-1] + 1) % len(row)] if another else row[playing[-1]]


def tracks(mood: Mood) -> list[Path]:
    """Every track that a mood means, in order."""
    meant = MOODS[mood]
    found = [path for folder in meant.folders for path in sorted((tracks_dir() / folder).glob("*.opus"))]
    return [path for path in found if meant.kind is None or f"_{meant.kind}_" in path.name]


def title(path: Path) -> str:
    """What a track is called here: "calm acoustic 2", counted within its folder."""
    mood, kind, _ = path.stem.split("_")
    alike = sorted(path.parent.glob(f"{mood}_{kind}_*.opus"))
    return f"{mood} {kind} {alike.index(path) + 1}"


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
