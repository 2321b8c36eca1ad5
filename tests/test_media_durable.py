"""A file's name comes after its content, on the disk as well."""

import os
import stat
import sys
from pathlib import Path

import pytest

from bot.media.durable import put_in_place


@pytest.mark.skipif(sys.platform == "win32", reason="a folder cannot be synced there")
def test_a_file_gets_its_name_when_the_disk_has_it_and_the_disk_gets_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, target = tmp_path / "a.part", tmp_path / "a"
    part.write_bytes(b"whole")
    seen: list[tuple[bool, list[str]]] = []
    real = os.fsync

    def watched(handle: int) -> None:
        seen.append((stat.S_ISDIR(os.fstat(handle).st_mode), sorted(path.name for path in tmp_path.iterdir())))
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    put_in_place(part, target)
    assert seen == [(False, ["a.part"]), (True, ["a"])]
    assert target.read_bytes() == b"whole"
