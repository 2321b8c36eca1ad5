"""Files as people name them."""

from collections.abc import Sequence

from bot.engine.timeline.model import MediaItem
from bot.engine.timeline.refusal import RefusedError


def named(files: Sequence[MediaItem], name: str, missing: str = "no_file") -> MediaItem:
    """The file that is meant: by its name, its name without the ending, or a part of it; the newest of equal ones.

    Raises RefusedError: `missing`, ambiguous_file (with the names as limit).
    """
    wanted = name.strip().casefold()
    for fits in (
        [item for item in files if item.name.casefold() == wanted],
        [item for item in files if item.name.casefold().rpartition(".")[0] == wanted],
        [item for item in files if wanted in item.name.casefold()],
    ):
        if len({item.name for item in fits}) > 1:
            raise RefusedError("ambiguous_file", name, ", ".join(item.name for item in fits[:5]))
        if fits:
            return fits[-1]
    raise RefusedError(missing, name)
