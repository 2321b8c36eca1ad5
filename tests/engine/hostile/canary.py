"""What an attack is after: a file of somebody else's, a place in the network, and word of every touch."""

import ctypes
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from tests import footage

_OPEN, _ACCESS = 0x20, 0x01  # inotify(7): IN_OPEN, IN_ACCESS
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Canary:
    """Somebody else's `words` and `video`, a `url` on loopback, and whether any of them was touched.

    `marker` is in the words, and in a tag of the video; it must turn up nowhere.
    """

    words: Path
    video: Path
    url: str
    marker: str
    watch: int
    calls: int = 0

    def opened(self) -> bool:
        """Whether one of the files was opened since the last question, by whomever, by whatever name."""
        try:
            return bool(os.read(self.watch, 1 << 16))
        except BlockingIOError:
            return False

    def singing(self) -> list[str]:
        """What was touched since the last question, in words; empty is well."""
        found = [*(["a file was opened"] if self.opened() else []), *(["the network was used"] if self.calls else [])]
        self.calls = 0
        return found


@contextmanager
def hung(folder: Path) -> Iterator[Canary]:
    """A canary in `folder`, which is made."""
    folder.mkdir()
    marker = f"canary-{secrets.token_hex(8)}"
    words, video = folder / "words.txt", folder / "video.mp4"
    words.write_text(f"{marker}\n" * 100)
    footage.ffmpeg(
        ["-f", "lavfi", "-i", "color=red:s=64x64:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1", "-c:v", "libx264",
         "-pix_fmt", "yuv420p", "-c:a", "aac", "-metadata", f"title={marker}", "-shortest", str(video)],
    )  # fmt: skip
    watch = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert watch >= 0
    for path in (words, video):
        assert _libc.inotify_add_watch(watch, os.fsencode(path), _OPEN | _ACCESS) >= 0
    canary = Canary(words, video, "", marker, watch)

    class Hear(BaseRequestHandler):
        def handle(self) -> None:
            canary.calls += 1

    with ThreadingTCPServer(("127.0.0.1", 0), Hear) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        canary.url = f"http://127.0.0.1:{server.server_address[1]}/segment.ts"
        try:
            yield canary
        finally:
            server.shutdown()
            thread.join()
            os.close(watch)
