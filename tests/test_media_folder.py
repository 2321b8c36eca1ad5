"""The content-addressed folder: whole or not at all."""

import asyncio
import errno
import hashlib
import io
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bot.media.facts import MediaError, MediaFault
from bot.media.folder import MediaFolder, place

MIB = 1 << 20


async def _chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def _files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def test_content_is_the_name_and_twice_is_once(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path / "a folder with spaces")
    first = await folder.ingest(_chunks(b"ab", b"", b"c"), limit=3)
    again = await folder.ingest(_chunks(b"abc"), limit=3)
    assert first == again
    assert first.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert (first.size, first.path.read_bytes(), first.path.suffix) == (3, b"abc", "")
    assert _files(tmp_path) == [first.path]
    assert folder.path(first.sha256) == first.path
    assert await folder.remove(first.sha256)
    assert not await folder.remove(first.sha256)
    assert _files(tmp_path) == []


@pytest.mark.parametrize(("parts", "fault"), [((b"abc", b"d"), MediaFault.TOO_LARGE), ((b"",), MediaFault.EMPTY)])
async def test_a_refused_upload_leaves_nothing(tmp_path: Path, parts: tuple[bytes, ...], fault: MediaFault) -> None:
    with pytest.raises(MediaError) as raised:
        await MediaFolder(tmp_path).ingest(_chunks(*parts), limit=3)
    assert raised.value.fault is fault
    assert _files(tmp_path) == []


async def test_chunks_that_fail_leave_nothing(tmp_path: Path) -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield b"x" * (2 * MIB)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await MediaFolder(tmp_path).ingest(failing(), limit=10 * MIB)
    assert _files(tmp_path) == []


async def test_a_cancelled_upload_leaves_nothing(tmp_path: Path) -> None:
    under_way = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * MIB
            under_way.set()

    task = asyncio.create_task(MediaFolder(tmp_path).ingest(endless(), limit=1 << 40))
    await under_way.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert _files(tmp_path) == []


async def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(io.FileIO):
        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def open_full(path: Path, mode: str, buffering: int = -1) -> io.FileIO:
        assert buffering == 0
        return FullDisk(path, mode.replace("b", ""))

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(MediaError) as raised:
        await MediaFolder(tmp_path).ingest(_chunks(b"abc"), limit=3)
    assert raised.value.fault is MediaFault.DISK_FULL
    assert _files(tmp_path) == []


async def test_a_file_is_copied_or_linked(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"abc" * MIB)
    copied = await MediaFolder(tmp_path / "copies").ingest_file(source, limit=3 * MIB)
    linked = await MediaFolder(tmp_path / "links").ingest_file(copied.path, limit=3 * MIB, link=True)
    assert copied.sha256 == linked.sha256
    assert not copied.path.samefile(source)
    assert linked.path.samefile(copied.path)
    for link in (False, True):
        with pytest.raises(MediaError) as raised:
            await MediaFolder(tmp_path / "small").ingest_file(source, limit=MIB, link=link)
        assert raised.value.fault is MediaFault.TOO_LARGE
    assert _files(tmp_path / "small") == []


async def test_what_was_made_of_a_file_goes_with_it(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path / "media", tmp_path / "derived")
    gone, stays = [await folder.ingest(_chunks(data), limit=3) for data in (b"abc", b"def")]
    for kept in (gone, stays):
        place(tmp_path / "derived", kept.sha256).mkdir(parents=True)
        (place(tmp_path / "derived", kept.sha256) / "0.jpg").write_bytes(b"picture")
    assert await folder.remove(gone.sha256)
    assert _files(tmp_path / "derived") == [place(tmp_path / "derived", stays.sha256) / "0.jpg"]


async def test_old_parts_are_swept_and_young_ones_stay(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path)
    kept = await folder.ingest(_chunks(b"abc"), limit=3)
    old, young = (tmp_path / ".parts" / name for name in ("old.part", "young.part"))
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - 500, time.time() - 500))
    assert await folder.sweep_parts(older_than_s=300) == 1
    assert sorted(_files(tmp_path)) == sorted([young, kept.path])


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_hash_is_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        MediaFolder(tmp_path).path(name)


async def test_memory_stays_flat(tmp_path: Path) -> None:
    me = psutil.Process()
    most = 0

    async def many() -> AsyncIterator[bytes]:
        nonlocal most
        chunk = b"x" * 65_536
        for number in range(120 * 16):
            if number % 160 == 0:
                most = max(most, me.memory_info().rss)
            yield chunk

    before = me.memory_info().rss
    kept = await MediaFolder(tmp_path).ingest(many(), limit=500 * MIB)
    assert kept.size == 120 * MIB
    assert most - before < 30 * MIB
