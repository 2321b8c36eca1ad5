"""The ffmpeg programs that finished files are decoded with: the bundled one, and whichever other there is."""

import shutil
import subprocess
from pathlib import Path

from bot.media.ffmpeg import binary


def bundled() -> Path:
    """The one that comes along."""
    return binary()


def other() -> Path | None:
    """Another one on this machine (CI installs Debian's, which is four major versions older)."""
    found = shutil.which("ffmpeg")
    return Path(found) if found and Path(found).resolve() != binary().resolve() else None


def decoded(program: Path, path: Path, seek_s: float | None = None) -> list[str]:
    """A checksum of each decoded frame of the picture, in order: of all, or of those in the second from `seek_s` on.

    The sound is decoded with them. Fails with the program's words when it says any.
    """
    seek, some = ([], []) if seek_s is None else (["-ss", f"{seek_s:.6f}"], ["-t", "1"])
    args = ["-nostdin", "-v", "warning", *seek, "-i", str(path), "-map", "0:v:0", "-map", "0:a?", *some]
    args += ["-fps_mode", "passthrough", "-f", "framemd5", "-"]
    done = subprocess.run([str(program), *args], capture_output=True, check=False)
    words = done.stderr.decode(errors="replace")
    assert not words, f"{program.name} at {seek_s or 0:.3f} s: {words}"
    assert done.returncode == 0, f"{program.name} ended with {done.returncode}"
    lines = (line.split(",") for line in done.stdout.decode().splitlines() if not line.startswith("#"))
    return [fields[-1].strip() for fields in lines if fields[0] == "0"]
