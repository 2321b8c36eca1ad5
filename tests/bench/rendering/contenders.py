"""Who takes part: Threadcut, ffmpeg doing the plainest things, and other programs, each as a command to run.

Peers from the package index get an environment of their own in the bench's folder, made once. A peer is given the
ranges that Threadcut kept where it takes ranges; unsilence finds its own.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.media.ffmpeg import binary
from tests.bench.rendering import making, ours

Kind = ours.Kind
Ranges = Sequence[tuple[int, int]]
"""What is kept, source ms."""

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "192k")
"""How a whole file is encoded: what Threadcut does where it encodes."""

_FADE_S = 0.5
_PEERS = {
    "smartcut": ("smartcut==1.7",),
    "moviepy": ("moviepy==2.2.1",),
    "unsilence": ("unsilence==1.0.9", "setuptools<81"),
}
_MOVIEPY = """
import json, sys
from moviepy import VideoFileClip, concatenate_videoclips, vfx
told = json.loads(sys.argv[1])
source = VideoFileClip(told["source"])
clips = [source.subclipped(a / 1000, min(b / 1000, source.duration)) for a, b in told["kept"]]
fade = told["fade"]
if fade:
    clips = clips[:1] + [clip.with_effects([vfx.CrossFadeIn(fade)]) for clip in clips[1:]]
joined = concatenate_videoclips(clips, **({"method": "compose", "padding": -fade} if fade else {}))
joined.write_videofile(told["target"], codec="libx264", preset="veryfast", audio_codec="aac", threads=told["threads"],
                       ffmpeg_params=["-crf", "20"], logger=None)
"""


@dataclass(frozen=True)
class Task:
    """What is to be made of `source`; `kept` is known once Threadcut has made it."""

    kind: Kind
    source: Path
    target: Path
    kept: Ranges = ()


@dataclass(frozen=True)
class Skip:
    """Why somebody does not take part."""

    why: str


@dataclass(frozen=True)
class Command:
    """A program with its arguments, and what is added to the environment."""

    args: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contender:
    """Somebody who takes part, and how he is told to. `base` is done once for a footage, whatever the task.

    What `leaves_file` is looked at afterwards: neither a copy nor what is only decoded is.
    """

    name: str
    command: Callable[[Task], Command | Skip]
    base: bool = False
    leaves_file: bool = True


def seconds(kept: Ranges) -> str:
    """Ranges as `start,end,start,end`, s."""
    return ",".join(f"{at / 1000:.3f}" for pair in kept for at in pair)


def between(kept: Ranges) -> str:
    """Ranges as an expression of ffmpeg's: in a range, without its end."""
    return "+".join(f"gte(t,{start / 1000:.3f})*lt(t,{end / 1000:.3f})" for start, end in kept)


def contenders(folder: Path, others: Sequence[tuple[str, str]]) -> list[Contender]:
    """Everybody, in the order of the table: `others` are names and command lines from the flag."""
    return [
        Contender("Threadcut", _ours),
        Contender("stream copy", lambda task: _ffmpeg(task, "-c", "copy"), base=True, leaves_file=False),
        Contender("decode only", _decoded, base=True, leaves_file=False),
        Contender("whole transcode, veryfast", lambda task: _ffmpeg(task, *X264), base=True),
        Contender("smartcut", lambda task: _smartcut(folder, task)),
        Contender("ffmpeg select", _select),
        Contender("ffmpeg drawtext", _drawtext),
        Contender("unsilence", lambda task: _unsilence(folder, task)),
        Contender("moviepy", lambda task: _moviepy(folder, task)),
        *(Contender(name, lambda task, line=line: _other(line, task)) for name, line in others),  # type: ignore[misc]  # bound in the loop
    ]


def named_peer(words: str) -> tuple[str, str]:
    """A peer as the flag has it: `NAME=PROGRAM ARGS`, with {input}, {output} and {keep} in it.

    Raises ValueError with what is wrong.
    """
    name, found, line = words.partition("=")
    if not found or not name.strip():
        raise ValueError("write NAME=PROGRAM ARGUMENTS")
    try:
        parts = shlex.split(line)
    except ValueError as error:
        raise ValueError(f"its arguments cannot be read: {error}") from error
    if not parts:
        raise ValueError("write NAME=PROGRAM ARGUMENTS")
    missing = [one for one in ("{input}", "{output}") if not any(one in part for part in parts)]
    if missing:
        raise ValueError(f"{' and '.join(missing)} must be among its arguments")
    return name.strip(), line


def _other(line: str, task: Task) -> Command | Skip:
    if task.kind != "cuts":
        return Skip("is only given cuts")
    given = {"{input}": str(task.source), "{output}": str(task.target), "{keep}": seconds(task.kept)}
    args = []
    for part in shlex.split(line):
        for word, value in given.items():
            part = part.replace(word, value)  # noqa: PLW2901 - the argument, filled in
        args.append(part)
    if shutil.which(args[0]) is None:
        return Skip(f"{args[0]} is no program here")
    return Command(tuple(args))


def _ours(task: Task) -> Command:
    args = ("-m", "tests.bench.rendering.ours", task.kind, str(task.source), str(task.target))
    return Command((sys.executable, *args))


def _ffmpeg(task: Task, *args: str) -> Command:
    return Command((str(binary()), "-nostdin", "-v", "error", "-y", "-i", str(task.source), *args, str(task.target)))


def _decoded(task: Task) -> Command:
    return Command((str(binary()), "-nostdin", "-v", "error", "-i", str(task.source), "-f", "null", "-"))


def _select(task: Task) -> Command | Skip:
    if task.kind != "cuts":
        return Skip("only selects")
    chosen = between(task.kept)
    picture, sound = f"select='{chosen}',setpts=N/FRAME_RATE/TB", f"aselect='{chosen}',asetpts=N/SR/TB"
    return _ffmpeg(task, "-vf", picture, "-af", sound, *X264)


def _drawtext(task: Task) -> Command | Skip:
    if task.kind != "title":
        return Skip("only draws")
    words, start, end = making.TITLE
    font = next(Path("/usr/share/fonts").rglob("*.ttf"), None)
    if font is None:
        return Skip("finds no font")
    drawn = f"drawtext=fontfile={font}:text={words}:fontsize=96:fontcolor=white:x=(w-tw)/2:y=(h-th)/2"
    return _ffmpeg(task, "-vf", f"{drawn}:enable='between(t,{start},{end})'", *X264)


def _smartcut(folder: Path, task: Task) -> Command | Skip:
    if task.kind != "cuts":
        return Skip("only cuts")
    python = _environment(folder, "smartcut")
    if isinstance(python, Skip):
        return python
    program = str(python.with_name("smartcut"))
    return Command((program, str(task.source), str(task.target), "--keep", seconds(task.kept)))


def _unsilence(folder: Path, task: Task) -> Command | Skip:
    if task.kind != "cuts":
        return Skip("only cuts")
    python = _environment(folder, "unsilence")
    if isinstance(python, Skip):
        return python
    system = shutil.which("ffmpeg")
    if system is None:
        return Skip("needs an ffmpeg on PATH")
    program = str(python.with_name("unsilence"))
    args = ("-y", "-ss", "100", "-mid", "0.05", "-t", str(os.cpu_count() or 1))
    return Command((program, *args, str(task.source), str(task.target)), {"TERM": "dumb", "COLUMNS": "120"})


def _moviepy(folder: Path, task: Task) -> Command | Skip:
    if task.kind not in ("cuts", "fades"):
        return Skip("is only given cuts and cross-fades")
    python = _environment(folder, "moviepy")
    if isinstance(python, Skip):
        return python
    told = {
        "source": str(task.source), "target": str(task.target), "kept": list(task.kept), "threads": os.cpu_count() or 1,
        "fade": _FADE_S if task.kind == "fades" else 0,
    }  # fmt: skip
    return Command((str(python), "-c", _MOVIEPY, json.dumps(told)), {"IMAGEIO_FFMPEG_EXE": str(binary())})


def _environment(folder: Path, peer: str) -> Path | Skip:
    """The Python of a peer's own environment, made when it is first asked for."""
    home = folder.absolute() / "peers" / peer
    python = home / "bin" / "python"
    done = home / "made"
    if done.is_file():
        return python
    home.parent.mkdir(parents=True, exist_ok=True)
    uv = shutil.which("uv")
    if uv is None:
        return Skip("there is no uv to install it with")
    steps = (
        [uv, "venv", "-q", "--clear", str(home)],
        [uv, "pip", "install", "-q", "--python", str(python), *_PEERS[peer]],
    )
    for step in steps:
        # elsewhere than here: this project's own constraints are not theirs
        made = subprocess.run(step, capture_output=True, text=True, check=False, cwd=folder)
        if made.returncode:
            return Skip(f"cannot be installed: {(made.stderr.strip().splitlines() or ['no words'])[-1][:100]}")
    done.touch()
    return python
