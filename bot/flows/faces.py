"""What a flow's runner needs of a face (Discord, the terminal): show updates, hand over a result."""

from typing import Protocol

from bot.store.models import Place, Render
from bot.updates import RenderReady, Update


class DeliveryError(Exception):
    """No way to the user was open; the result is kept and `/export` finds it again."""


class FileRefusedError(Exception):
    """The place takes no file of this size: a smaller copy is needed, or the link alone."""


class Face(Protocol):
    """Shows what happens to the people at a place.

    A face may fail, be slow or go away without touching the job: whatever `show` raises is logged and dropped.
    """

    async def show(self, place: Place, job: str, update: Update) -> None:
        """Show one update of the job with this id; the same job's later updates may replace it."""

    async def deliver(self, render: Render, ready: RenderReady) -> None:
        """Hand the finished file over, at most once for `render.nonce`.

        `render.deliveries` earlier attempts may have got through without our hearing of it.

        Raises DeliveryError when every way is closed, FileRefusedError when the file at `ready.path` is too large,
        anything else when it is worth trying again.
        """
