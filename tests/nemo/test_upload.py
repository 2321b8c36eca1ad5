"""Files on their way up: streamed, with progress, under a name that a header can carry."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from bot.nemo import errors
from bot.nemo.client import Nemo
from bot.nemo.models import UploadedFile
from bot.nemo.transfer import safe_name
from tests.nemo.conftest import SESSION, Anonymous, MakeNemo
from tests.upstream.replies import Reply, ok, refuses
from tests.upstream.server import Upstream


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "anything"
    path.write_bytes(bytes(range(256)) * 5000)
    return path


def size(path: Path) -> int:
    return path.stat().st_size


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def test_a_file_arrives_whole(nemo: Nemo, upstream: Upstream, clip: Path) -> None:
    sent: list[int] = []
    (file,) = await nemo.upload_file(SESSION, clip, "my clip 剪.mp4", sent.append)
    seen = upstream.requests[0]
    (part,) = seen.parts
    assert (part.field, part.name, part.content_type) == ("files", "my clip 剪.mp4", "video/mp4")
    assert (part.size, part.sha256) == (size(clip), digest(clip))
    assert seen.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert int(seen.headers["Content-Length"]) > part.size
    assert seen.path == f"/api/upload-video/nemo_agent/me/{SESSION}"
    assert sent == sorted(sent)
    assert sent[-1] == part.size
    assert len(sent) >= 4
    assert (file.name, file.hash, file.duration_ms) == ("my clip 剪.mp4", part.sha256, 10500)


async def test_a_file_is_sent_again_whole_after_a_renewal(
    nemo: Nemo, upstream: Upstream, account: Anonymous, clip: Path
) -> None:
    upstream.tokens.clear()
    sent: list[int] = []
    await nemo.upload_file(SESSION, clip, "a.mp4", sent.append)
    first, second = upstream.seen("upload")
    assert first.parts[0].sha256 == second.parts[0].sha256 == digest(clip)
    assert sent.count(size(clip)) == 2


async def test_an_empty_file_and_no_file(nemo: Nemo, upstream: Upstream, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    await nemo.upload_file(SESSION, empty, "empty.mp4")
    assert upstream.requests[0].parts[0].size == 0
    with pytest.raises(FileNotFoundError):
        await nemo.upload_file(SESSION, tmp_path / "none.mp4", "none.mp4")
    assert len(upstream.requests) == 1


async def test_a_refusal_before_all_was_sent(nemo: Nemo, upstream: Upstream, tmp_path: Path) -> None:
    """A server may answer 413 and stop reading: the answer counts if it comes through, else the connection broke."""
    big = tmp_path / "big.mp4"
    with big.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    upstream.next("upload", Reply(413, json={"code": 4002, "message": "500 MB at most"}, early=True))
    with pytest.raises((errors.FileTooLarge, errors.ConnectionLost)):
        await nemo.upload_file(SESSION, big, "big.mp4")
    assert len(upstream.requests) == 1


async def test_a_server_that_takes_nothing(make_nemo: MakeNemo, upstream: Upstream, tmp_path: Path) -> None:
    big = tmp_path / "big.mp4"
    with big.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    nemo = make_nemo(stall_s=0.1)
    upstream.next("upload", Reply(gate=asyncio.Event(), early=True))
    with pytest.raises(errors.TimedOut):
        await nemo.upload_file(SESSION, big, "big.mp4")


async def test_a_file_that_became_shorter(nemo: Nemo, upstream: Upstream, clip: Path) -> None:
    def shorten(sent: int) -> None:
        if sent < 300_000:
            with clip.open("r+b") as file:
                file.truncate(300_000)

    with pytest.raises(errors.ConnectionLost):
        await nemo.upload_file(SESSION, clip, "a.mp4", shorten)


async def test_an_upload_that_is_cancelled(nemo: Nemo, upstream: Upstream, clip: Path) -> None:
    upstream.next("upload", Reply(gate=asyncio.Event()))
    task = asyncio.create_task(nemo.upload_file(SESSION, clip, "a.mp4"))
    await upstream.wait_for("upload")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await nemo.credits()


@pytest.mark.parametrize("data", [{}, {"files": []}, {"files": "no"}, None])
async def test_an_upload_of_which_nothing_came(nemo: Nemo, upstream: Upstream, clip: Path, data: object) -> None:
    upstream.next("upload", ok(data))
    with pytest.raises(errors.BadAnswer):
        await nemo.upload_file(SESSION, clip, "a.mp4")


@pytest.mark.parametrize(
    ("code", "error"), [(4001, errors.UnsupportedFile), (4002, errors.FileTooLarge), (1002, errors.SessionLost)]
)
async def test_a_refused_file(
    nemo: Nemo, upstream: Upstream, clip: Path, code: int, error: type[errors.NemoError]
) -> None:
    upstream.next("upload", refuses(code, 200))
    with pytest.raises(error):
        await nemo.upload_file(SESSION, clip, "a.txt")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("clip.mp4", "clip.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\videos\\a b.mov", "a b.mov"),
        ('a"; filename="b.mp4', "a__ filename=_b.mp4"),
        ("a\r\nX-Evil: 1.mp4", "aX-Evil: 1.mp4"),
        ("a\x00\u202eb.mp4", "ab.mp4"),
        ("", "file"),
        ("...", "file"),
        ("///", "file"),
        (".mp4", "mp4"),
        ("剪辑 😀.mp4", "剪辑 😀.mp4"),
        ("e\u0301.mp4", "é.mp4"),
        ("x" * 500 + ".mp4", "x" * 120 + ".mp4"),
        ("x" * 500, "x" * 120),
        ("100%22.mp4", "100_22.mp4"),
        ("100% real.mp4", "100% real.mp4"),
        ("a. .mp4", "a.mp4"),
    ],
)
def test_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("given", "want"),
    [
        ({"filename": "a.mp3"}, UploadedFile("a.mp3", "audio")),
        ({"name": "a.PNG", "duration": "x", "fps": 0}, UploadedFile("a.PNG", "image")),
        ({"file_name": "a", "type": "video/mp4", "duration": 1.2345}, UploadedFile("a", "video", duration_ms=1234)),
        ({"url": "https://x/y/b.mov?s=1"}, UploadedFile("b.mov", "video", url="https://x/y/b.mov?s=1")),
        (None, UploadedFile("file", "video")),
        ("clip", UploadedFile("file", "video")),
        ({"filename": "a\nb.mp4", "width": -1, "height": 1080.0}, UploadedFile("a b.mp4", "video", height=1080)),
        ({"filename": "a.mp4", "duration": float("inf"), "fps": True}, UploadedFile("a.mp4", "video")),
    ],
)
def test_a_file_object_is_read_tolerantly(given: object, want: UploadedFile) -> None:
    assert UploadedFile.read(given) == want
