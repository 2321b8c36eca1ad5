"""Which footage a bar plays: by its content where the draft tells it, else by its name where that leaves no doubt."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence

from bot.updates import Footage, TrackSummary

_FITS = {"video": {"video", "image"}, "audio": {"video", "audio"}}
_CUT_OFF = "…"


def matched(tracks: Sequence[TrackSummary], footage: Sequence[Footage]) -> list[list[Footage | None]]:
    """The kept footage of each item of each track, in their order; None where it is not kept or not certain.

    Of several files with one name, the items of that name play one after the other, where there are as many of them:
    with fewer or more nobody knows which is which, and no picture is better than a wrong one.
    """
    kept = {file.sha256: file for file in footage if file.sha256}
    named = _named(tracks, footage)
    found: list[list[Footage | None]] = []
    for track in tracks:
        row: list[Footage | None] = []
        for item in track.items:
            if item.media is not None:
                row.append(kept.get(item.media))
            else:
                files = named.get((track.kind, item.name))
                row.append(files.popleft() if files else None)
        found.append([file if file is not None and file.sha256 else None for file in row])
    return found


def _named(tracks: Sequence[TrackSummary], footage: Sequence[Footage]) -> Mapping[tuple[str, str], deque[Footage]]:
    """The files that the items of each kind and name play, in order; nothing where there is doubt."""
    counts = Counter((track.kind, item.name) for track in tracks for item in track.items if item.media is None)
    named: dict[tuple[str, str], deque[Footage]] = {}
    for (kind, name), count in counts.items():
        files = [file for file in footage if file.kind in _FITS.get(kind, ()) and _called(file, name)]
        if len({file.sha256 for file in files}) == 1:
            files = files[:1] * count
        if len(files) == count:
            named[kind, name] = deque(files)
    return named


def _called(file: Footage, name: str) -> bool:
    """Whether the file has this name, of which a long one's beginning is told."""
    if name.endswith(_CUT_OFF):
        return file.name.startswith(name.removesuffix(_CUT_OFF))
    return file.name == name
