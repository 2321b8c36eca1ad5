"""Sources held open for several looks: opening one decodes a handful of pictures to find out what it is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Lock
from types import TracebackType

from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from bot.engine.render.footage import container_of, picture_of
from bot.engine.render.index import PacketIndex
from bot.engine.render.job import SourceFile
from bot.engine.render.packets import demuxed, read
from bot.media.facts import MediaError, MediaFault


@dataclass(frozen=True)
class Reader:
    """A source's index, its decoder, and its `packets` from where decoding must begin to see the picture of a rank."""

    index: PacketIndex
    decoder: VideoCodecContext
    packets: "Callable[[int], Iterator[Packet[VideoStream]]]"


class Readers:
    """Readers of some media, each used by one thread at a time; `threads` decode. They are closed at its end."""

    def __init__(self, media: Mapping[str, SourceFile], indexes: Mapping[str, PacketIndex], threads: int = 1) -> None:
        self.indexes = indexes
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
            reader = free.pop() if free else self._made(self._media[media], self.indexes[media])
        yield reader
        with self._lock:  # one that failed is not used again
            free.append(reader)

    @contextmanager
    def opened(self, media: str) -> Iterator[VideoStream]:
        """The picture of a source by itself. Raises MediaError(BROKEN)."""
        with container_of(self._media[media]) as container:
            yield picture_of(container)

    def _made(self, source: SourceFile, index: PacketIndex) -> Reader:
        with ExitStack() as stack:
            container = stack.enter_context(container_of(source))
            stream = picture_of(container)
            decoder = stream.codec_context
            # Threads by frames would decode ahead, which is in vain at every cut.
            decoder.thread_type, decoder.thread_count = "SLICE", self._threads
            if index.places is None:
                self._stack.enter_context(stack.pop_all())
                return Reader(index, decoder, partial(demuxed, container, stream, index))
            try:
                file = self._stack.enter_context(source.path.open("rb"))
            except OSError as error:
                raise MediaError(MediaFault.BROKEN, "a source cannot be opened any more") from error
            return Reader(index, decoder, partial(read, file, decoder, index, index.places))
