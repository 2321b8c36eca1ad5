"""Sources held open for several looks: opening one decodes a handful of pictures to find out what it is."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from threading import Lock
from types import TracebackType

from av.container import InputContainer
from av.video.stream import VideoStream

from bot.engine.render.footage import container_of, picture_of
from bot.engine.render.job import SourceFile

Reader = tuple[InputContainer, VideoStream]
"""A source opened, and its picture stream."""


class Readers:
    """Readers of some media, each used by one thread at a time; `threads` decode. They are closed at its end."""

    def __init__(self, media: Mapping[str, SourceFile], threads: int = 1) -> None:
        self._media = media
        self._threads = threads
        self._free: dict[str, list[Reader]] = {}
        self._stack = ExitStack()
        self._lock = Lock()

    def __enter__(self) -> "Readers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @contextmanager
    def one(self, media: str) -> Iterator[Reader]:
        """A reader for a while. Raises MediaError(BROKEN) when the source cannot be opened."""
        with self._lock:
            free = self._free.setdefault(media, [])
            reader = free.pop() if free else None
            if reader is None:
                container = self._stack.enter_context(container_of(self._media[media]))
                reader = container, picture_of(container)
                # Threads by frames would decode ahead, which is in vain at every cut.
                reader[1].codec_context.thread_type, reader[1].codec_context.thread_count = "SLICE", self._threads
        yield reader
        with self._lock:  # one that failed is not used again
            free.append(reader)
