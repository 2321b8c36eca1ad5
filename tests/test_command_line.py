"""The command line as a person meets it: real processes, their output and exit codes."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, names
from tests.upstream.replies import Reply
from tests.upstream.server import CLIP, VIDEO, scripted

PATIENCE_S = 60


def command(folder: Path, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `threadcut` with these arguments in a folder of its own; no setting of this machine leaks in."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=clean(folder, **environment),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def clean(folder: Path, **environment: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.upper() not in names()}
    root = str(Path(__file__).parents[1])
    return kept | {"DATA_DIR": str(folder / "data"), "PYTHONPATH": root, "LOG_FORMAT": "json"} | environment


def test_run_without_a_token_is_two_readable_lines_and_78(tmp_path: Path) -> None:
    ended = command(tmp_path, "run")
    assert ended.returncode == 78
    first, second = ended.stderr.strip().splitlines()
    assert first.startswith("DISCORD_TOKEN is not set")
    assert ".env" in second
    assert ended.stdout == ""
    assert not (tmp_path / "data").exists()


def test_sync_without_a_token_says_the_same(tmp_path: Path) -> None:
    assert command(tmp_path, "sync").returncode == 78


def test_a_wrong_setting_is_one_line_that_names_it(tmp_path: Path) -> None:
    ended = command(tmp_path, "run", MAX_UPLOAD_MB="9999")
    assert ended.returncode == 78
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith("MAX_UPLOAD_MB:")


@pytest.mark.parametrize("arguments", [("run",), pytest.param(("try", "clip.mp4", "cut it"), marks=pytest.mark.long)])
async def test_a_token_that_the_upstream_refuses_is_one_line_and_78(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "clip.mp4").write_bytes(CLIP)
    async with scripted() as upstream:
        settings = {"UPSTREAM": "nemo", "NEMO_API_URL": upstream.url, "NEMO_TOKEN": "nmv_usr_wrong"}
        ended = await asyncio.to_thread(command, tmp_path, *arguments, DISCORD_TOKEN="a.b", **settings)
        assert [seen.endpoint for seen in upstream.requests] == ["credits"]
    assert ended.returncode == 78
    last = ended.stderr.strip().splitlines()[-1]
    assert last.startswith("NEMO_TOKEN: the upstream does not accept this token")
    assert "Traceback" not in ended.stderr
    assert "nmv_usr_wrong" not in ended.stderr + ended.stdout


async def test_an_upstream_that_is_down_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(CLIP)
    async with scripted() as upstream:
        upstream.tokens.add("nmv_usr_right")
        upstream.next("credits", *[Reply(503)] * 3)
        settings = {"UPSTREAM": "nemo", "NEMO_API_URL": upstream.url, "NEMO_TOKEN": "nmv_usr_right"}
        settings |= {"NEMO_POLL_SECONDS": "0.1"}
        words = ("try", "clip.mp4", "cut it and export")
        ended = await asyncio.to_thread(command, tmp_path, *words, **settings)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "clip-edited.mp4").read_bytes() == VIDEO


def test_no_redis_at_the_address_is_one_line(tmp_path: Path) -> None:
    ended = command(tmp_path, "engine", REDIS_URL="redis://127.0.0.1:1/0")
    assert ended.returncode == 69
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith("REDIS_URL:")


def test_no_ffmpeg_is_one_line(tmp_path: Path) -> None:
    ended = command(tmp_path, "engine", ENGINE_FFMPEG_BIN=str(tmp_path / "nothing"))
    assert ended.returncode == 69
    (line,) = ended.stderr.strip().splitlines()
    assert "ENGINE_FFMPEG_BIN" in line


def test_a_port_in_use_is_one_line(tmp_path: Path, redis_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = command(tmp_path, "engine", "--port", port, REDIS_URL=redis_url)
    assert ended.returncode == 78
    assert [line for line in ended.stderr.splitlines() if line.startswith("ENGINE_PORT:")]
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    ended = command(tmp_path, "try", "nothing.mp4", "trim it")
    assert (ended.returncode, ended.stderr.strip()) == (1, "nothing.mp4: there is no such file")


def test_plan_answers_line_by_line(tmp_path: Path) -> None:
    context = {"clips": [{"name": "talk.mp4", "seconds": 60}], "has_speech": True}
    asked = [{"id": "1", "text": "cut the first 5 seconds", "context": context}, {"id": "2", "text": "export"}]
    ended = command(tmp_path, "plan", stdin="\n".join(map(json.dumps, asked)) + "\n")
    assert ended.returncode == 0
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["1", "2"]
    assert [op["op"] for op in answers[0]["ops"]] == ["trim_start"]


def test_help_names_every_command_and_imports_nothing_heavy(tmp_path: Path) -> None:
    ended = command(tmp_path, "--help")
    assert ended.returncode == 0
    for name in ("run", "try", "plan", "engine", "worker", "doctor", "sync"):
        assert f"\n    {name} " in ended.stdout
    heavy = "import sys, bot.__main__; sys.exit(bool({'discord','aiohttp','av','numpy','redis'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", heavy], cwd=tmp_path, env=clean(tmp_path), check=False)
    assert loaded.returncode == 0


def test_the_doctor_checks_everything_and_says_what_mends_it(tmp_path: Path, redis_url: str) -> None:
    ended = command(tmp_path, "doctor", REDIS_URL=redis_url, DISCORD_TOKEN="")
    assert ended.returncode == 1
    lines = ended.stdout.splitlines()
    checked = {line.split(":")[0].split(maxsplit=1)[1] for line in lines if not line.startswith(" ")}
    assert checked == {
        "python", "folder", "ffmpeg", "sandbox", "hardware encoder", "fonts", "voice detector", "extras", "redis",
        "storage", "upstream", "model", "discord", "links",
    }  # fmt: skip
    failed = [line for line in lines if line.startswith("FAIL")]
    assert failed == ["FAIL discord: no token"]
    assert "DISCORD_TOKEN" in lines[lines.index(failed[0]) + 1]


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_the_engine_ends_cleanly_on_a_signal(
    tmp_path: Path, settings: Settings, redis_url: str, number: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "engine", "--port", "0"),
        cwd=tmp_path,
        env=clean(tmp_path, REDIS_URL=redis_url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        assert json.loads(await process.stdout.readline())["listening"].startswith("http://127.0.0.1:")
        process.send_signal(number)
        _, said = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in said


@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_a_conversation_ends_cleanly_on_a_signal_and_leaves_nothing(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "try", "--json"),
        cwd=tmp_path,
        env=clean(tmp_path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"credits\n")
    async with asyncio.timeout(PATIENCE_S):
        while json.loads(await process.stdout.readline())["update"] != "Balance":
            pass
        process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
    assert process.returncode == 143
    assert b"Traceback" not in said
    assert not list((tmp_path / "data").glob("try-*"))
