"""Encoders in hardware, tried with a program around the real ffmpeg: there is no such hardware to try them on here."""

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine.render import child
from bot.engine.render import run as running
from bot.engine.render.encoders import CANDIDATES, named, working
from bot.engine.render.job import ChildJob, Output, RenderJob, SourceFile, write_job
from bot.engine.render.run import render
from bot.engine.timeline.model import Canvas, Look, Segment, Timeline
from bot.media import ffmpeg
from tests import measure
from tests.engine.render import clips

GREY = Timeline(Canvas(320, 180), (Segment("s", "c", "m", "name", "video", 0, 3_000, look=Look(bw=True)),))


def program(path: Path, name: str, at_most: int) -> Path:
    """An ffmpeg in which encoder `name` works for so many calls: it is x264 under another name."""
    count = path.with_suffix(".calls")
    path.write_text(
        f"""#!/bin/bash
real="{ffmpeg.binary()}"
case " $* " in *" {name} "*) ;; *" h264_"*) exit 1 ;; *) exec "$real" "$@" ;; esac
if [ "{at_most}" -ge 0 ]; then
    calls=$(wc -c < "{count}" 2>/dev/null || echo 0)
    [ "$calls" -lt {at_most} ] || exit 1
    printf x >> "{count}" 2>/dev/null
fi
args=()
skip=0
for word in "$@"; do
    if [ "$skip" = 1 ]; then skip=0; continue; fi
    case "$word" in
        {name}) args+=(libx264) ;;
        -preset|-rc|-cq|-b:v) skip=1 ;;
        *) args+=("$word") ;;
    esac
done
exec "$real" "${{args[@]}}"
"""
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.long
def test_what_the_bundled_ffmpeg_claims_is_tried_for_real(tmp_path: Path) -> None:
    assert working(program(tmp_path / "without", "h264_none", -1), (320, 180)) is None
    found = working(program(tmp_path / "with", "h264_nvenc", -1), (320, 180))
    assert found == named("h264_nvenc") == CANDIDATES[0]


def fails_later(path: Path) -> Path:
    """An ffmpeg whose encoder passes the trial of one picture and fails with footage."""
    program(path, "h264_nvenc", -1)
    text = path.read_text().replace("args=()", 'case " $* " in *" lavfi "*) ;; *) exit 1 ;; esac\nargs=()')
    path.write_text(text)
    return path


@pytest.mark.long
@pytest.mark.parametrize("lasts", [True, False])
async def test_a_whole_encode_goes_to_hardware_and_back_where_that_fails(
    tmp_path: Path, talk: SourceFile, monkeypatch: pytest.MonkeyPatch, *, lasts: bool
) -> None:
    monkeypatch.setattr(running, "_hardware", {})
    path = tmp_path / "ffmpeg"
    binary = program(path, "h264_nvenc", -1) if lasts else fails_later(path)
    job = RenderJob(GREY, Output(), tmp_path / "out.mp4", tmp_path / "scratch", {"m": talk})
    rendered = await render(job, ffmpeg_bin=binary)
    assert measure.decode_errors(rendered.path) == ""
    assert clips.numbers(clips.decoded(rendered.path, (320, 180))) == list(range(90))
    assert running._hardware == {binary: "h264_nvenc" if lasts else ""}


@pytest.mark.long
async def test_what_is_copied_beside_keeps_x264(
    tmp_path: Path, talk: SourceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_hardware", {})
    plain = replace(GREY, segments=(Segment("s", "c", "m", "name", "video", 500, 9_000),))
    job = RenderJob(plain, Output(), tmp_path / "out.mp4", tmp_path / "scratch", {"m": talk})
    await render(job, ffmpeg_bin=program(tmp_path / "ffmpeg", "h264_nvenc", -1))
    assert running._hardware == {}, "nobody asked"


@pytest.mark.long
async def test_sound_that_is_made_stays_where_hardware_fails(tmp_path: Path, talk: SourceFile) -> None:
    binary, calls = fails_later(tmp_path / "ffmpeg"), tmp_path / "told"
    binary.write_text(binary.read_text().replace("real=", f'echo " $* " >> "{calls}"\nreal=', 1))
    job = RenderJob(GREY, Output(), tmp_path / "out.mp4", tmp_path / "scratch", {"m": talk})
    job.scratch.mkdir()
    told = job.scratch / "job"
    write_job(ChildJob(job, binary, "h264_nvenc"), told)
    await asyncio.to_thread(child.work, [str(told)])
    lines = calls.read_text().splitlines()
    assert any(" h264_nvenc " in line for line in lines)
    assert any(" libx264 " in line for line in lines)
    assert len([line for line in lines if " aac " in line]) == 1
    assert measure.decode_errors(job.target) == ""
