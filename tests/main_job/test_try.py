"""`threadcut try` in every way it is called: words, a conversation, JSON, another language; and stopped half-way."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests import footage, measure
from tests.main_job.command import Ran, environment, still_running, threadcut


@dataclass(frozen=True)
class Step:
    """Something said in a conversation, and what an export after it looks like: size, ms, sound, words on it."""

    words: str
    size: tuple[int, int]
    ms: int
    loud: bool = True
    titled: bool = False


WIDE, TALL = (320, 180), (180, 320)
STEPS = (
    Step("put music.mp3 under it", WIDE, 4000),
    Step("make it vertical", TALL, 4000),
    Step("undo", WIDE, 4000),
    Step('add a title "Hi there" for the first 2 seconds', WIDE, 4000, titled=True),
    Step("make it twice as fast", WIDE, 2000, titled=True),
    Step("undo 2", WIDE, 4000),
    Step("redo", WIDE, 4000, titled=True),
    Step("cut from 0:00 to 0:01 and mute the music", WIDE, 3000, loud=False, titled=True),
)


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Path]:
    """A conversation in JSON over two silent clips and a piece of music, exported after each step."""
    folder = tmp_path_factory.mktemp("conversation")
    first = footage.silent(folder / "first clip.mp4")
    footage.clip(folder / "second.mp4", frames=50, size=(640, 360), fps=25, sound=False)
    footage.sound_only(folder / "music.mp3")
    said = [line for step in STEPS for line in (step.words, "export")]
    given = ["", "status", "'second.mp4'", str(folder / "music.mp3"), "credits", *said, "exit", "export"]
    return threadcut(folder, "try", "--json", first, given="\n".join(given)), folder


@pytest.mark.long
def test_the_ending_of_the_target_says_what_the_file_is(tmp_path: Path) -> None:
    footage.clip(tmp_path / "clip.mp4", frames=60)

    ran = threadcut(tmp_path, "try", "clip.mp4", "cut the first half second and export", "-o", "loop.gif")
    assert (ran.code, ran.last) == (0, str(tmp_path / "loop.gif"))
    assert (tmp_path / "loop.gif").read_bytes()[:4] == b"GIF8"

    ran = threadcut(tmp_path, "try", "clip.mp4", "export the audio only", "-o", "out.mp4")
    assert (ran.code, ran.last) == (0, str(tmp_path / "out.mp3"))
    with av.open(str(tmp_path / "out.mp3")) as file:
        assert [stream.type for stream in file.streams] == ["audio"]


def updates(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.lines]


@pytest.mark.long
def test_a_conversation_ends_with_exit_and_leaves_only_its_files(talked: tuple[Ran, Path]) -> None:
    ran, folder = talked
    assert ran.code == 0
    assert ran.clean, ran
    numbers = ["", *(f"-{number}" for number in range(2, len(STEPS) + 1))]
    made = {str(folder / f"first clip-edited{number}.mp4") for number in numbers}
    assert {str(path) for path in folder.glob("*edited*")} == made
    assert not list(folder.glob(".*"))


@pytest.mark.long
def test_every_update_of_a_conversation_is_a_line_of_json(talked: tuple[Ran, Path]) -> None:
    names = [update["update"] for update in updates(talked[0])]
    assert names.count("Footage") == 3
    assert names.count("Result") == names.count("RenderReady") == len(STEPS)
    assert {"Ready", "Status", "Balance", "Said", "Changed", "Working"} <= set(names)
    assert {"Problem", "Refused", "Asked"}.isdisjoint(names)


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(STEPS)), ids=[step.words for step in STEPS])
def test_each_step_shows_in_its_export(talked: tuple[Ran, Path], number: int) -> None:
    results = [update["path"] for update in updates(talked[0]) if update["update"] == "Result"]
    path, step = Path(results[number]), STEPS[number]
    assert measure.decode_errors(path) == ""
    video, audio = measure.lengths(path)
    assert abs(video * 1000 - step.ms) < 40
    assert abs(audio * 1000 - step.ms) < 60
    picture = first_picture(path)
    assert picture.shape == step.size[::-1]
    assert bool(picture[: picture.shape[0] * 3 // 4].max() > 180) == step.titled
    assert bool(np.sqrt(np.mean(measure.hear(path) ** 2)) > 0.003) == step.loud


def first_picture(path: Path) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Half a second in, its brightness."""
    with av.open(str(path)) as file:
        frame = next(frame for frame in file.decode(video=0) if (frame.time or 0) >= 0.5)
        return frame.to_ndarray(format="gray").astype(np.uint8)


def test_clips_of_other_sizes_and_rates_are_joined_and_chinese_is_answered_in_chinese(tmp_path: Path) -> None:
    """Without the word "export" and without -o there is a file all the same, named after the footage."""
    one = footage.clip(tmp_path / "one.mp4", frames=60)
    two = footage.clip(tmp_path / "two.mp4", frames=50, size=(640, 360), fps=25)
    ran = threadcut(tmp_path, "try", one, two, "加上转场", settings={"LANG": "zh_CN.UTF-8"})
    assert ran.code == 0, ran
    assert ran.clean, ran
    assert ran.last == str(tmp_path / "one-edited.mp4")
    assert all(any("\u4e00" <= char <= "\u9fff" for char in line) for line in ran.lines[:-1]), ran.out
    watched = measure.watch(Path(ran.last))
    assert watched.size == (320, 180)
    assert watched.fps == 30
    assert abs(watched.end - 3.5) < 0.05
    assert watched.black == []
    assert watched.numbers[:45] == tuple(range(45))
    assert None in watched.numbers[45:60]
    assert sorted({number for number in watched.numbers[60:] if number is not None}) == list(range(13, 50))


@pytest.mark.long
def test_several_files_are_a_result_in_themselves_and_never_replaced(tmp_path: Path) -> None:
    """Words that change nothing on one file are no reason to make a copy of it; joining two is."""
    one = footage.clip(tmp_path / "one.mp4", frames=30)
    two = footage.clip(tmp_path / "one-edited.mp4", frames=45)
    before = two.read_bytes()
    ran = threadcut(tmp_path, "try", one, two, "merge these clips into one")
    assert (ran.code, ran.last) == (0, str(tmp_path / "one-edited-2.mp4"))
    assert measure.watch(Path(ran.last)).numbers == (*range(30), *range(45))
    assert two.read_bytes() == before


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Footage that takes a while."""
    path = tmp_path_factory.mktemp("work") / "talk.mp4"
    return footage.clip(path, frames=900, size=(1280, 720), options=footage.QUICK)


def _heeds_signals() -> None:
    """As in a terminal: tests run under nohup, or in the background of a script, would hand their deafness down."""
    for name in ("SIGINT", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


@pytest.fixture
def busy(tmp_path: Path, work: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A run in the middle of its render."""
    words = "make it vertical and export"
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "bot", "try", "--json", str(work), words, "-o", "done.mp4"],
        cwd=tmp_path, env=environment(tmp_path / "data"), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=_heeds_signals,  # noqa: PLW1509 - there are no threads here
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["update"] == "RenderProgress" and 0 < json.loads(line)["percent"] < 100:
                break
        yield process, tmp_path
        process.kill()
    still_running(tmp_path)


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="no such signals there")
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGHUP", 129)])
def test_stopped_in_the_middle_of_a_render_it_leaves_nothing(
    busy: tuple[subprocess.Popen[str], Path], number: str, code: int
) -> None:
    process, folder = busy
    process.send_signal(getattr(signal, number))
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert err == ""
    assert still_running(folder) == ()
    assert {path.name for path in folder.rglob("*")} == {"data"}
