"""The formats that the render itself makes: each is measured, and nothing the source tells of itself is in any."""

import asyncio
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from bot.engine.render.job import Format, Output, Rendered, RenderJob, SourceFile
from bot.engine.render.run import render
from bot.engine.timeline.model import Canvas, Chapter, Heard, Segment, Subtitles, Timeline, Word
from bot.media import ffmpeg
from bot.media.facts import MediaError, MediaFault
from bot.media.probe import probe
from tests import measure
from tests.engine.render import clips

SPOKEN = "Secret weapons of the alphabet"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> SourceFile:
    """6 s, a burst every half second, and tags as a phone writes them."""
    made = clips.footage(folder / "plain.mp4", frames=180, sound=clips.bursts(6))
    path = tmp_path_factory.mktemp("tagged") / "talk.mp4"
    tags = ["-metadata", "title=mytitle", "-metadata", "location=+52.5200+013.4050/", "-metadata:s:v", "title=mytitle"]
    clips.run(["-i", str(made.path), "-c", "copy", "-movflags", "use_metadata_tags", *tags, str(path)])
    assert path.read_bytes().count(b"+52.5200") > 0
    return clips.probed(path, "mov")


@pytest.fixture
def timeline() -> Timeline:
    """Two pieces with a second cut out, a line of subtitles that can be switched on and two chapters."""
    parts = tuple(Segment(f"s{start}", "c", "m", "mytitle", "video", start, start + 2_000) for start in (0, 3_000))
    heard = (Heard("m", words=(Word(3_500, 4_000, SPOKEN),), lang="de"),)
    chapters = (Chapter("h1", 0, "Erstes"), Chapter("h2", 2_000, "Zweites"))
    return Timeline(Canvas(320, 180), parts, subtitles=Subtitles(burn=False, lang="de"), heard=heard, chapters=chapters)


async def made(
    tmp_path: Path, talk: SourceFile, timeline: Timeline, output: Output, *, told: list[float] | None = None,
    binary: Path | None = None,
) -> Rendered:  # fmt: skip
    """The file; nothing else is left."""
    job = RenderJob(timeline, output, tmp_path / "out" / f"a.{output.format}", tmp_path / "scratch", {"m": talk})
    try:
        return await render(job, (told if told is not None else []).append, ffmpeg_bin=binary)
    finally:
        assert not job.scratch.exists()
        assert {path.name for path in job.target.parent.iterdir()} <= {job.target.name}


def untagged(path: Path) -> bool:
    content = path.read_bytes()
    return b"mytitle" not in content and b"+52.5200" not in content


@pytest.mark.long
@pytest.mark.parametrize(
    ("form", "container", "codecs", "limit"),
    [
        ("mp4", "mov", ("h264", "aac"), None), ("mov", "mov", ("h264", "aac"), None),
        ("mkv", "matroska", ("h264", "aac"), None), ("webm", "matroska", ("vp9", "opus"), None),
        ("mov", "mov", ("h264", "aac"), 60_000), ("webm", "matroska", ("vp9", "opus"), 60_000),
    ],
)  # fmt: skip
async def test_a_video_in_every_container(
    tmp_path: Path, talk: SourceFile, timeline: Timeline, form: Format, container: str, codecs: tuple[str, str],
    limit: int | None,
) -> None:  # fmt: skip
    told: list[float] = []

    file = await made(tmp_path, talk, timeline, Output(form, max_bytes=limit), told=told)

    facts = await probe(file.path)
    assert (facts.container, facts.captions) == (container, ("ger" if form == "mov" else "deu",))
    assert facts.size == file.size <= (limit or 10_000_000)
    assert facts.picture is not None
    assert facts.sound is not None
    assert (facts.picture.codec, facts.sound.codec) == codecs
    assert (facts.picture.width, facts.picture.height) == (file.width, file.height)
    assert abs(facts.duration_ms - 4_000) < 60
    assert measure.decode_errors(file.path) == ""
    if limit is None:
        shown = clips.numbers(clips.decoded(file.path, (320, 180)))
        assert shown == [*range(60), *range(90, 150)]
    bursts = clips.onsets(clips.heard(file.path), 0.05)
    assert bursts == pytest.approx([at / 2 for at in range(8)], abs=0.012)
    assert [(start, title) for start, _, title in measure.chapters(file.path)] == [(0, "Erstes"), (2, "Zweites")]
    assert SPOKEN.encode() in file.path.read_bytes()
    assert untagged(file.path)
    assert told == sorted(told)
    assert told[-1] > 0.99


@pytest.mark.long
async def test_a_gif_is_as_wide_as_asked(tmp_path: Path, talk: SourceFile, timeline: Timeline) -> None:
    told: list[float] = []

    file = await made(tmp_path, talk, timeline, Output("gif", width=160), told=told)

    facts = await probe(file.path)
    assert (facts.container, facts.sound) == ("gif", None)
    assert (file.width, file.height) == (160, 90)
    assert abs(facts.duration_ms - 4_000) < 120
    assert untagged(file.path)
    assert told == sorted(told)


@pytest.fixture
def deaf_to_pictures(tmp_path: Path) -> Path:
    """An ffmpeg that refuses to look at a picture or to encode one."""
    program = tmp_path / "ffmpeg"
    refused = "*libx264*|*filter_complex*|*0:v*|*0:V*|*aac*-b:a*"
    program.write_text(f'#!/bin/sh\ncase "$*" in {refused}) exit 9;; esac\nexec "{ffmpeg.binary()}" "$@"\n')
    program.chmod(0o700)
    return program


@pytest.mark.long
async def test_a_wav_is_the_splice_itself_and_no_picture_is_touched(
    tmp_path: Path, talk: SourceFile, timeline: Timeline, deaf_to_pictures: Path
) -> None:
    file = await made(tmp_path, talk, timeline, Output("wav"), binary=deaf_to_pictures)

    facts = await probe(file.path)
    assert (facts.container, facts.picture, facts.sound and facts.sound.codec) == ("wav", None, "pcm_s16le")
    assert (file.duration_ms, file.width, file.height) == (4_000, 0, 0)
    sound, source = clips.heard(file.path), clips.heard(talk.path)
    assert len(sound) == 4 * clips.RATE
    for start, here in ((0.1, 0.1), (3.1, 2.1)):
        there, spliced = source[round(start * clips.RATE) :], sound[round(here * clips.RATE) :]
        there, spliced = (piece[: round(1.8 * clips.RATE)] for piece in (there, spliced))
        assert np.abs(there - spliced).max() < 2e-4, "no codec lies between"
    assert untagged(file.path)


@pytest.mark.long
@pytest.mark.parametrize(("form", "container", "codec"), [("mp3", "mp3", "mp3"), ("m4a", "mov", "aac")])
async def test_sound_into_a_size(
    tmp_path: Path, talk: SourceFile, timeline: Timeline, form: Format, container: str, codec: str
) -> None:
    sizes = []
    for limit in (None, 50_000):
        file = await made(tmp_path, talk, timeline, Output(form, max_bytes=limit))
        facts = await probe(file.path)
        assert facts.sound is not None
        assert (facts.kind, facts.container, facts.sound.codec) == ("audio", container, codec)
        assert abs(facts.duration_ms - 4_000) < 120
        assert len(clips.onsets(clips.heard(file.path), 0.05)) == 8
        assert untagged(file.path)
        sizes.append(facts.size)
    assert sizes[1] <= 50_000
    assert sizes[1] < sizes[0]


@pytest.mark.parametrize(
    ("output", "fault"),
    [(Output("mp3"), MediaFault.SILENT), (Output("wav", max_bytes=10_000), MediaFault.TOO_LARGE),
     (Output("m4a", max_bytes=10_000), MediaFault.TOO_LARGE)],
)  # fmt: skip
async def test_what_cannot_be_made_says_why_and_leaves_nothing(
    tmp_path: Path, talk: SourceFile, timeline: Timeline, output: Output, fault: MediaFault
) -> None:
    if fault is MediaFault.SILENT:
        timeline = replace(timeline, segments=tuple(replace(one, volume=0) for one in timeline.segments))
    with pytest.raises(MediaError) as failed:
        await made(tmp_path, talk, timeline, output)
    assert (failed.value.fault, failed.value.limit) == (fault, output.max_bytes)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.long
async def test_cancelled_while_it_is_converted(tmp_path: Path, talk: SourceFile, timeline: Timeline) -> None:
    there = asyncio.Event()
    job = RenderJob(
        timeline, Output("webm", max_bytes=80_000), tmp_path / "out" / "a.webm", tmp_path / "scratch", {"m": talk}
    )
    running = asyncio.create_task(render(job, lambda done: there.set() if done > 0.35 else None))
    async with asyncio.timeout(60):
        await there.wait()
    running.cancel()
    await asyncio.wait((running,))
    assert running.cancelled()
    assert not job.scratch.exists()
    assert list(job.target.parent.iterdir()) == []


@pytest.mark.long
async def test_an_mkv_of_frames_shows_each_at_its_time(tmp_path: Path, talk: SourceFile, timeline: Timeline) -> None:
    """Its clock ticks in ms: no frame may fall into its neighbour's place."""
    file = await made(tmp_path, talk, timeline, Output("mkv"))
    with av.open(str(file.path)) as opened:
        times = [float(frame.time or 0) for frame in opened.decode(video=0)]
    assert times == pytest.approx([number / 30 for number in range(120)], abs=0.001)
