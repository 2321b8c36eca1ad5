"""The pieces of the render bench say what is so: ranges, tables, aims, costs, verdicts."""

import sys
from pathlib import Path

import pytest

from tests.bench import render
from tests.bench.rendering import judge
from tests.bench.rendering.contenders import Command, Skip, Task, between, contenders, named_peer, seconds
from tests.bench.rendering.judge import Run, Verdict, chosen, runs
from tests.bench.rendering.material import FPS, Material, made
from tests.bench.rendering.meter import Cost, measured
from tests.bench.rendering.report import DECODED, OURS, SMARTCUT, TRANSCODED, Line, aims, table, told
from tests.footage import ffmpeg

KEPT = ((0, 1250), (3000, 4006))


def test_ranges_as_others_want_them() -> None:
    assert seconds(KEPT) == "0.000,1.250,3.000,4.006"
    assert between(KEPT) == "gte(t,0.000)*lt(t,1.250)+gte(t,3.000)*lt(t,4.006)"


def test_a_peer_of_the_flag(tmp_path: Path) -> None:
    peer = named_peer(f"echo={sys.executable} {{input}} -o {{output}} --keep={{keep}} 'a b'")
    (one,) = [one for one in contenders(tmp_path, [peer]) if one.name == "echo"]
    task = Task("cuts", Path("in it's.mp4"), Path("out.mp4"), KEPT)
    command = one.command(task)
    assert isinstance(command, Command)
    assert command.args == (sys.executable, "in it's.mp4", "-o", "out.mp4", f"--keep={seconds(KEPT)}", "a b")
    assert isinstance(one.command(Task("title", Path("a"), Path("b"))), Skip)
    (gone,) = [one for one in contenders(tmp_path, [("gone", "/no/such {input} {output}")]) if one.name == "gone"]
    assert gone.command(task) == Skip("/no/such is no program here")


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("auto-editor", "write NAME=PROGRAM ARGUMENTS"),
        ("=prog {input} {output}", "write NAME=PROGRAM ARGUMENTS"),
        ("a=", "write NAME=PROGRAM ARGUMENTS"),
        ("a=prog {input}", "{output} must be among its arguments"),
        ("a=prog", "{input} and {output} must be among its arguments"),
        ("a=prog '{input} {output}", "its arguments cannot be read: No closing quotation"),
    ],
)
def test_a_peer_that_cannot_be_understood(words: str, wrong: str) -> None:
    with pytest.raises(ValueError, match="^" + wrong.replace("{", r"\{")):
        named_peer(words)


def test_frames_are_matched_by_their_numbers() -> None:
    assert runs([4, 5, 6, 20, 21, 30, 30]) == [Run(0, 4, 3), Run(3, 20, 2), Run(5, 30, 1), Run(6, 30, 1)]
    assert runs([4, 5, 6, 7, None, None, 20, 21, 22, 23]) == [Run(0, 4, 2), Run(8, 22, 2)], "the rest may be mixed"
    mine, theirs = chosen([Run(0, 4, 3), Run(5, 20, 2)])
    assert mine == "gte(n,0)*lt(n,3)*lt(mod(n-0,50),5)+gte(n,5)*lt(n,7)*lt(mod(n-5,50),5)"
    assert theirs == "gte(n,4)*lt(n,7)*lt(mod(n-4,50),5)+gte(n,20)*lt(n,22)*lt(mod(n-20,50),5)"


def line(name: str, wall: float, verdict: Verdict | None = None) -> Line:
    return Line(name, (Cost(wall, 2 * wall, 300_000_000), Cost(wall * 9, 1, 100_000_000), Cost(wall, 1, 1)), verdict)


def test_the_table_and_the_aims() -> None:
    good = Verdict(16.7, 131.0, 0.4, 98.7, 0, 200, 0)
    lines = [
        line(OURS, 5, good), line(DECODED, 6), line(TRANSCODED, 50), line(SMARTCUT, 20),
        Line("moviepy", skipped="is only given cuts"), Line("unsilence", (Cost(1, 1, 1, "ended with 1: no"),)),
    ]  # fmt: skip
    rows = table(lines).splitlines()
    assert [cell.strip() for cell in rows[2].strip("|").split("|")] == [
        "Threadcut", "5.0", "1.0", "0.10", "0.83", "0.25", "300", "16.7", "131.0", "0.4", "98.7", "0 of 200", "0",
    ]  # fmt: skip
    assert rows[-2].endswith("left out: is only given cuts")
    assert rows[-1].endswith("ended with 1: no")
    found = aims("cuts-60", "cuts", lines, timed=True)
    assert [aim.met for aim in found] == [True] * len(found)
    assert len(aims("cuts-30", "cuts", lines, timed=False)) == len(found) - 3
    slow = aims("cuts-60", "cuts", [line(OURS, 12, Verdict(1, 1, 3.0, None, 1, 200, 0)), *lines[1:]], timed=True)
    assert {aim.what: aim.met for aim in slow} == {
        "to a whole transcode": False, "to decoding once": False, "times as fast as smartcut": False,
        "peak memory, MB": True, "sync error, ms": False, "VMAF": None, "errors in 200 seeks": False,
        "warnings of the decoder": True,
    }  # fmt: skip
    assert "NOT MET" in told(slow)
    failed = aims("cuts-60", "cuts", [Line(OURS, (Cost(1, 1, 1, "ended with 1"),))], timed=True)
    assert [aim.met for aim in failed] == [None]


@pytest.mark.long
def test_what_a_command_costs(tmp_path: Path) -> None:
    child = "import time; held = bytearray(60_000_000); time.sleep(0.7)"
    script = f"import subprocess, sys; own = bytearray(50_000_000); subprocess.run([sys.executable, '-c', {child!r}])"
    cost = measured([sys.executable, "-c", script], tmp_path / "log")
    assert cost.fault == ""
    assert cost.wall > 0.7
    assert 110_000_000 < cost.peak < 200_000_000, "both processes count"
    failed = measured([sys.executable, "-c", "import sys; sys.exit('it broke')"], tmp_path / "log")
    assert failed.fault == "ended with 1: it broke"
    endless = measured([sys.executable, "-c", "while True: pass"], tmp_path / "log", limit_s=0.5)
    assert endless.fault.startswith("ended with -9")
    assert measured(["/no/such/program"], tmp_path / "log").fault.startswith("ended with 127: cannot run")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return made(tmp_path_factory.mktemp("bench"), 14, 60, (320, 180))


@pytest.mark.long
def test_a_verdict_sees_what_is_wrong(small: Material, tmp_path: Path) -> None:
    assert small.truth is not None
    assert small.truth.frames == 14 * FPS
    itself = judge.judged(small.path, small, 20)
    assert (itself.seek_errors, itself.warnings) == (0, 0)
    assert itself.vmaf == pytest.approx(100, abs=3)
    assert itself.late_ms is not None
    assert itself.late_ms < 1
    rough = tmp_path / "rough.mp4"
    late = ["-itsoffset", "0.05", "-i", str(small.path), "-map", "0:v", "-map", "1:a"]
    ffmpeg(["-i", str(small.path), *late, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "51", str(rough)])
    found = judge.judged(rough, small, 20)
    assert found.late_ms == pytest.approx(50, abs=3)
    assert found.vmaf is not None
    assert found.vmaf < 80
    damaged = tmp_path / "damaged.mp4"
    data = bytearray(small.path.read_bytes())
    for at in range(len(data) // 3, len(data) // 2, 997):
        data[at] ^= 0xFF
    damaged.write_bytes(data)
    assert judge.judged(damaged, small, 20, with_vmaf=False).warnings > 0


@pytest.mark.long
def test_the_whole_way(tmp_path: Path, small: Material, capsys: pytest.CaptureFixture[str]) -> None:
    only = ["--only", "Threadcut", "decode only", "whole transcode, veryfast"]
    code = render.main(
        ["--folder", str(tmp_path), "--footage", str(small.path), "--cases", "cuts-60", "--quick", *only]
    )
    said = capsys.readouterr().out
    assert code == 0
    assert "| Threadcut" in said
    assert "not measured cuts           sync error, ms" in said
    assert "met          cuts           peak memory, MB" in said
    assert render.main(["--only", "nobody"]) == 2
