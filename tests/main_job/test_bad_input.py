"""What is wrong is said in one line with the next step, and nothing half-made stays."""

import re
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import footage, measure
from tests.main_job.command import Ran, threadcut

SENTENCE = "trim the silences, add transitions, and export"
TECHNICAL = re.compile(r"Traceback|Error\b|Exception|errno|\b(?:[A-Z][a-z]+){2,}\b|sha256|redis|\.py\b")
"""What no line may hold: how we call things inside."""


def secret(path: Path) -> Path:
    """Something on this machine that footage in disguise asks for."""
    leaks = path.with_name("secret.txt")
    leaks.write_text("a secret of this machine")
    return leaks


@dataclass(frozen=True)
class Bad:
    """A file that cannot be taken: how it is made, and what is said of it."""

    name: str
    make: Callable[[Path], Path]
    said: str


BAD = (
    Bad("words.mp4", footage.text_as_video, "is not a file I can edit. Videos: MP4, MOV"),
    Bad("nothing.mp4", footage.empty, "is damaged or incomplete. Export it again"),
    Bad("half.mp4", footage.truncated, "is damaged or incomplete. Export it again"),
    Bad("no index.mp4", lambda path: footage.truncated(path, index_first=False), "is damaged or incomplete."),
    Bad("huge.png", footage.huge_png, "has too many pixels: the limit is 40 megapixels. Make the picture smaller"),
    Bad("list.mp4", lambda path: footage.playlist(path, secret(path)), "is not a file I can edit."),
    Bad("script.mp4", lambda path: footage.concat_script(path, secret(path)), "is not a file I can edit."),
)
SAID = (
    ("export", "There is no footage here yet. Drop a video"),
    ("trim the silences", "There is no footage yet. Drop a video first."),
    ("sound.mp3", "Added sound.mp3: sound, 3s"),
    ("silent.mp4", "Added silent.mp4: video, 2s"),
    ("colourless green ideas sleep furiously", "I did not understand that as an edit."),
    ("trim the silences", "There is no sound here to work on. Drop footage with sound, or cut by times"),
    ("cut from 1:00 to 1:10", "1:00"),
    ("export", "Your video is ready: 2s, 320×180"),
)


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Path]:
    """A conversation with everything bad in it, which ends with an export."""
    folder = tmp_path_factory.mktemp("bad")
    footage.sound_only(folder / "sound.mp3")
    footage.silent(folder / "silent.mp4")
    files = [one.make(folder / one.name).name for one in BAD]
    words = [said for said, _ in SAID]
    given = "\n".join([words[0], *files, *words[1:], "exit"])
    return threadcut(folder, "try", "-o", "done.mp4", given=given), folder


@pytest.mark.parametrize("bad", BAD, ids=[bad.name for bad in BAD])
def test_a_bad_file_is_told_in_one_line(talked: tuple[Ran, Path], bad: Bad) -> None:
    (line,) = [line for line in talked[0].lines if bad.name in line]
    assert line.startswith(f"{bad.name} {bad.said}")


def test_what_cannot_be_done_is_told_with_the_next_step(talked: tuple[Ran, Path]) -> None:
    at = 0
    for words, answer in SAID:
        at = next((n for n, line in enumerate(talked[0].lines) if n >= at and answer in line), -1)
        assert at >= 0, f"{words}: no {answer!r} in\n{talked[0].out}"


def test_nothing_of_it_stays_in_the_way_and_nothing_technical_is_said(talked: tuple[Ran, Path]) -> None:
    ran, folder = talked
    assert ran.code == 0
    assert ran.clean, ran
    assert ran.last == str(folder / "done.mp4")
    assert measure.watch(folder / "done.mp4").numbers == tuple(range(60))
    assert not TECHNICAL.search(ran.out), ran.out
    assert "secret" not in ran.out


@pytest.mark.long
def test_odd_footage_works(tmp_path: Path) -> None:
    """Odd sizes, phone footage on its side, a variable rate and ten bits, in one film."""
    files = [
        footage.odd_size(tmp_path / "odd.mp4"),
        footage.rotated(tmp_path / "phone.mp4"),
        footage.variable_rate(tmp_path / "uneven.mp4"),
        footage.ten_bit(tmp_path / "deep.mp4"),
    ]
    ran = threadcut(tmp_path, "try", *files, "merge these clips into one", "-o", Path("new") / "folder" / "film.mp4")
    assert ran.code == 0, ran
    assert ran.clean, ran
    for told in ("odd.mp4: video, 1s, 1079×607", "phone.mp4: video, 2s, 180×320", "uneven.mp4: ", "deep.mp4: video"):
        assert f"Added {told}" in ran.out
    film = tmp_path / "new" / "folder" / "film.mp4"
    assert measure.decode_errors(film) == ""
    watched = measure.watch(film)
    assert watched.pix_fmt == "yuv420p"
    assert watched.size in {(1078, 606), (1080, 608)}
    assert watched.black == []
    video, audio = measure.lengths(film)
    expected = 1 + 2 + measure.watch(files[2]).end + 20 / 30
    assert abs(video - expected) < 0.15
    assert abs(video - audio) < 0.04


@dataclass(frozen=True)
class Wrong:
    """A command that cannot work: its arguments and settings, its exit code, and the line it says."""

    why: str
    arguments: tuple[str, ...]
    code: int
    said: str
    settings: tuple[tuple[str, str], ...] = ()
    long: bool = False
    """Something else says the same of it in less time: the conversation above, or tests/test_command_line.py."""

    @property
    def case(self) -> Any:
        """Itself, for pytest."""
        return pytest.param(self, id=self.why, marks=[pytest.mark.long] if self.long else [])


TRY = ("try", "clip.mp4", "make it vertical")
WRONG = (
    Wrong("a missing file", ("try", "my holiday.mp4", "trim"), 1, r"my holiday\.mp4: there is no such file"),
    Wrong("a folder", ("try", "folder", "trim"), 1, r"folder: that is a folder; name a file in it"),
    Wrong("an output that cannot be", (*TRY, "-o", "taken/x.mp4"), 1, r"taken/x\.mp4 cannot be written .*; name .* -o"),
    Wrong("output onto the footage", (*TRY, "-o", "clip.mp4"), 1, r"clip\.mp4 is the footage itself; .* -o"),
    Wrong("no video", ("try", "words.mp4", SENTENCE), 1, r"words\.mp4 is not a file I can edit\. .*", long=True),
    Wrong(
        "no sound", ("try", "silent.mp4", SENTENCE), 1, r"There is no sound here to work on\. .*\nI changed nothing\."
    ),
    Wrong(
        "no picture", ("try", "sound.mp3", SENTENCE), 1, r"There is no footage yet\. Drop a video first\.", long=True
    ),
    Wrong(
        "no footage",
        ("try", "export"),
        1,
        r"There is no footage here yet\. Drop a video here, then ask again\.",
        long=True,
    ),
    Wrong("no such setting", TRY, 78, r"WEB_PORT: .*65535.*", (("WEB_PORT", "99999"),)),
    Wrong("no number", TRY, 78, r"MAX_UPLOAD_MB: .*integer.*", (("MAX_UPLOAD_MB", "many"),)),
    Wrong(
        "no data folder", TRY, 78, r"DATA_DIR: .* cannot be written .*; choose another.*", (("DATA_DIR", "taken/x"),)
    ),
    Wrong(
        "no ffmpeg",
        TRY,
        69,
        r"ffmpeg is missing .*ENGINE_FFMPEG_BIN",
        (("ENGINE_FFMPEG_BIN", "/no/ffmpeg"),),
        long=True,
    ),
    Wrong("no token", ("run",), 78, r"DISCORD_TOKEN is not set: .*\nPut DISCORD_TOKEN=<the token> .*"),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "folder").mkdir()
    (folder / "taken").write_text("a file where a folder would have to be")
    footage.clip(folder / "clip.mp4")
    footage.text_as_video(folder / "words.mp4")
    footage.silent(folder / "silent.mp4")
    footage.sound_only(folder / "sound.mp3")
    return folder


@pytest.mark.parametrize("wrong", [wrong.case for wrong in WRONG])
def test_what_keeps_it_from_working_is_one_line_and_an_exit_code(place: Path, wrong: Wrong) -> None:
    before = set(place.rglob("*")) - set((place / "data").rglob("*"))
    ran = threadcut(place, *wrong.arguments, settings=dict(wrong.settings))
    told = [line for line in ran.lines if not re.match(r"Ready when you are|Added ", line)] + ran.err.splitlines()
    assert ran.code == wrong.code, ran
    assert re.fullmatch(wrong.said, "\n".join(told)), ran
    assert not TECHNICAL.search("\n".join(told))
    assert (ran.files, ran.processes) == ((), ())
    assert set(place.rglob("*")) - {place / "data"} == before - {place / "data"}


@pytest.mark.long
def test_words_that_are_no_edit_are_met_with_suggestions(place: Path) -> None:
    ran = threadcut(place, "try", "clip.mp4", "colourless green ideas sleep furiously")
    assert ran.code == 1
    assert ran.clean, ran
    assert "I did not understand that as an edit." in ran.out
    assert len([line for line in ran.lines if re.match(r"\d\. ", line)]) == 3
    assert not list(place.glob("*edited*"))


@pytest.mark.long
def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = threadcut(tmp_path, "engine", "--port", str(port))
    assert ran.code == 78
    assert ran.err == f"ENGINE_PORT: 127.0.0.1:{port} is in use; choose another port, or 0 for any free one\n"
    assert (ran.out, ran.processes) == ("", ())


SMALL = 'mount -t tmpfs -o size="$1" tmpfs "$0" && shift && "$@"; code=$?; find "$0" -type f; exit $code'


def small_disk(folder: Path, size: str) -> tuple[str, ...]:
    """Words ahead of a command that let it see `folder` as a disk of this size; what stays on it is told at the end."""
    folder.mkdir()
    before = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL, str(folder), size)
    try:
        done = subprocess.run([*before, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode != 0:
        pytest.skip("no mounts in user namespaces here")
    return before


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="a small disk of its own needs Linux")
def test_a_full_disk_under_the_data_folder_is_said(tmp_path: Path) -> None:
    noise = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-vf", "noise=alls=100:allf=t,format=yuv420p")
    clip = footage.clip(tmp_path / "clip.mp4", frames=100, options=noise)
    assert clip.stat().st_size > 5 << 20
    ran = threadcut(tmp_path, "try", clip, "make it vertical", before=small_disk(tmp_path / "data", "4m"))
    assert ran.code == 1, ran
    assert ran.err == ""
    assert ran.last.startswith("The disk here is full, so nothing was saved.")
    assert ran.processes == ()


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="a small disk of its own needs Linux")
def test_a_full_disk_under_the_finished_file_is_said(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "clip.mp4")
    out = tmp_path / "small" / "done.mp4"
    ran = threadcut(tmp_path, "try", clip, "make it vertical", "-o", out, before=small_disk(out.parent, "16k"))
    assert ran.code == 1, ran
    assert ran.err == ""
    assert ran.last == f"{out} cannot be written (No space left on device); name another place with -o"
    assert (ran.files, ran.processes) == ((), ())
