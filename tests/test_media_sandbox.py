"""The sandbox: what a child was given it reaches, and nothing else, whichever layer holds it."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import textwrap
from fractions import Fraction
from pathlib import Path

import psutil
import pytest
import structlog

from bot.engine.render.frame import Frame
from bot.engine.render.graph import TEXTS_FILE
from bot.engine.render.marks import FONTS_FOLDER
from bot.engine.render.texts import write_texts
from bot.engine.timeline.model import Text
from bot.media import sandbox
from bot.media.ffmpeg import SAFE_GLOBAL, binary
from bot.media.process import run
from bot.media.sandbox import Kind, Reach
from tests.boxes import LAYERS, use

ROOT = Path(__file__).parents[1]

# Tries what somebody would try who has taken a child over; prints what worked, as JSON.
INTRUDER = """
    import json, os, socket, sys
    given, own, secret, outside, port = sys.argv[1:6]
    did = {}
    def attempt(name, work):
        try:
            did[name] = work()
        except OSError:
            did[name] = None
    attempt("read what was given", lambda: open(given).read())
    attempt("write its own", lambda: open(own, "w").write("done"))
    attempt("read a secret", lambda: open(secret).read())
    attempt("read our environment", lambda: "TOKEN" in open(f"/proc/{os.getppid()}/environ").read() or None)
    attempt("read the settings", lambda: open(sys.argv[6]).read() and 1)
    attempt("list a home", lambda: os.listdir(os.path.expanduser("~")) and None)
    attempt("change what was given", lambda: open(given, "w").write("changed"))
    attempt("cut what was given", lambda: os.truncate(given, 0) or 1)
    attempt("delete what was given", lambda: os.unlink(given) or 1)
    attempt("write elsewhere", lambda: open(outside, "w").write("here"))
    attempt("change our code", lambda: open(sys.argv[7], "a").write("#"))
    attempt("write among devices", lambda: open("/dev/intruder", "w").write("x"))
    attempt("open a socket", lambda: socket.create_connection(("127.0.0.1", int(port)), 2) and 1)
    attempt("ask a name", lambda: socket.getaddrinfo("localhost.example", 80) and None)
    print(json.dumps(did))
"""


@pytest.mark.parametrize("layer", LAYERS)
async def test_a_child_reaches_what_it_was_given_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: Kind
) -> None:
    use(monkeypatch, layer)
    monkeypatch.setenv("DISCORD_TOKEN", "TOKEN")
    given, own, secret, outside = (tmp_path / name for name in ("given", "own", "secret", "outside"))
    for path in (given, own, secret):
        path.write_text(path.name)
    settings = ROOT / "pyproject.toml"  # lies where an .env would
    called = False

    def hear(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal called
        called = True
        writer.close()

    lines: list[str] = []
    async with await asyncio.start_server(hear, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        words = [*map(str, (given, own, secret, outside, port, settings, ROOT / "bot" / "__init__.py"))]
        command = [sys.executable, "-c", textwrap.dedent(INTRUDER), *words]
        await run(command, reach=Reach((given,), (own,)), wall_s=30, on_line=lines.append)
    did = json.loads(lines[0])
    assert {what: came for what, came in did.items() if came is not None} == {
        "read what was given": "given",
        "write its own": 4,
    }
    assert not called
    assert given.read_text() == "given"
    assert own.read_text() == "done"
    assert not outside.exists()


async def test_a_folder_to_write_holds_what_may_only_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Landlock cannot take away what a folder around it gives: nothing of ours relies on this, it is a second net."""
    use(monkeypatch, "bwrap")
    source, other = tmp_path / "source", tmp_path / "other"
    source.write_text("source")
    code = "import sys; open(sys.argv[2], 'w').write('x'); open(sys.argv[1], 'w')"
    with pytest.raises(Exception, match="ended with 1"):
        await run([sys.executable, "-c", code, str(source), str(other)], reach=Reach((source,), (tmp_path,)), wall_s=30)
    assert source.read_text() == "source"
    assert other.read_text() == "x"


@pytest.mark.parametrize("layer", LAYERS)
async def test_a_path_from_where_we_stand_means_the_same_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: Kind
) -> None:
    use(monkeypatch, layer)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").write_text("it")
    lines: list[str] = []
    command = [sys.executable, "-c", "print(open('here').read())"]
    await run(command, reach=Reach((Path("here"),)), wall_s=30, on_line=lines.append)
    assert lines == ["it"]


@pytest.mark.parametrize("layer", LAYERS)
async def test_a_program_out_of_the_way_is_found_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: Kind
) -> None:
    """As ENGINE_FFMPEG_BIN may name one: by a link, in a folder of somebody's own."""
    use(monkeypatch, layer)
    (tmp_path / "real").mkdir()
    shutil.copy(binary(), tmp_path / "real" / "ffmpeg-9")
    (tmp_path / "ffmpeg").symlink_to("real/ffmpeg-9")
    lines: list[str] = []
    await run([str(tmp_path / "ffmpeg"), "-version"], reach=sandbox.NOTHING, wall_s=60, on_line=lines.append)
    assert lines[0].startswith("ffmpeg version")


@pytest.mark.parametrize("layer", LAYERS)
async def test_words_are_drawn_inside_though_their_family_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: Kind
) -> None:
    """Without fonts libass draws nothing and ffmpeg ends well: only the picture tells."""
    use(monkeypatch, layer)
    frame = Frame(320, 180, Fraction(25), "pad")
    write_texts([Text(id="t1", content="Words 文字", start=0, end=1000, fade=0)], frame, tmp_path)
    target = tmp_path / "out.gray"
    drawn = f"ass=filename={TEXTS_FILE}:fontsdir={FONTS_FOLDER},format=gray"
    args = ["-f", "lavfi", "-i", "color=black:s=320x180:d=0.2:r=25", "-vf", drawn, "-f", "rawvideo", str(target)]
    command = [str(binary()), *SAFE_GLOBAL, "-y", *args]
    monkeypatch.chdir(tmp_path)
    await run(command, reach=Reach(writes=(tmp_path,)), wall_s=60)
    assert sum(level > 200 for level in target.read_bytes()[: 320 * 180]) > 100


def test_limits_alone_are_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_holds", lambda _layer: False)
    sandbox._found.cache_clear()
    try:
        with structlog.testing.capture_logs() as lines:
            assert {sandbox.kind() for _ in range(3)} == {"limits"}
        assert [line["log_level"] for line in lines] == ["warning"]
        assert sandbox.boxed(["/bin/true"], sandbox.NOTHING) == ["/bin/true"]
    finally:
        sandbox._found.cache_clear()


def test_a_layer_that_lets_a_secret_out_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_box", lambda _layer, args, _reach: list(args))
    assert not sandbox._holds("landlock")


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("layer", LAYERS)
def test_an_ordinary_user_has_the_sandbox_too(tmp_path: Path, layer: Kind) -> None:
    """In a namespace where that user can read Python, wherever root has it."""
    if not (shutil.which("unshare") and shutil.which("setpriv")):
        pytest.skip("no unshare or setpriv here")
    (tmp_path / "python").mkdir()
    python, packages = tmp_path / "python/bin/python3", Path(psutil.__file__).parents[1]
    for folder in (tmp_path, *tmp_path.parents[:4]):  # pytest's own are root's alone
        if "pytest" in folder.name or folder.name.startswith("popen-") or folder == tmp_path:
            folder.chmod(0o755)
    code = f"from bot.media import sandbox; import sys; sys.exit(0 if sandbox._holds({layer!r}) else 3)"
    script = 'mount --bind "$1" "$2" && shift 2 && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"'
    command = ["unshare", "--mount", "sh", "-c", script, "sh", sys.base_prefix, str(tmp_path / "python")]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"}

    def ends(words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*command, str(python), "-c", words], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )

    if ends("import bot.media.sandbox, av").returncode:
        pytest.skip("an ordinary user cannot be let read what root reads here")
    done = ends(code)
    assert done.returncode == 0, done.stdout + done.stderr
