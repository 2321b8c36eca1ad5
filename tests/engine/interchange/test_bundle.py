"""The ZIP: a project, its media under names of our own, and notes; whole or not at all."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from bot.engine.interchange.bundle import bundle, writes
from bot.engine.render.job import Format, Output, RenderJob, SourceFile
from bot.engine.timeline.model import Timeline
from bot.media.facts import MediaError, MediaFault
from tests.engine.interchange.projects import FULL, MEDIA, canvas, piece
from tests.engine.render import clips


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> SourceFile:
    path = tmp_path_factory.mktemp("it's [here], 100%") / "talk.mp4"
    return clips.footage(path, frames=120, sound=clips.tone(4))


def _timeline(*, name: str = "../../etc/passwd\n<x>.mp4") -> Timeline:
    row = (
        replace(piece(1, "talk", 0, 1_000), name=name),
        replace(piece(2, "talk", 2_000, 2_500, freeze=True), name=name),
        replace(piece(3, "", 0, 1_000), kind="card", name="", color="#204060"),
    )
    return Timeline(canvas=canvas(), segments=row)


def _job(folder: Path, timeline: Timeline, media: dict[str, SourceFile], form: Format = "fcpxml") -> RenderJob:
    return RenderJob(timeline, Output(format=form), folder / "project.zip", folder / "scratch it's", media)


@pytest.mark.long
@pytest.mark.parametrize("form", ["otio", "fcpxml", "edl"])
async def test_everything_is_in_it(tmp_path: Path, talk: SourceFile, form: Format) -> None:
    if not writes(form):
        pytest.skip("OpenTimelineIO has no package for this Python")
    told: list[float] = []
    made = await bundle(_job(tmp_path, _timeline(), {"talk": talk}, form), told.append)
    assert (made.path.stat().st_size, made.duration_ms) == (made.size, 2_500)
    assert told == sorted(told)
    with ZipFile(made.path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == [f"project.{form}", "NOTES.txt", "media/video-01.mp4", "media/held-02.png", "media/card-03.png"]
        assert archive.read("media/video-01.mp4") == talk.path.read_bytes()
        held = np.asarray(Image.open(BytesIO(archive.read("media/held-02.png"))).convert("L"))
        assert clips.numbers(held[None]) == [60]
        card = Image.open(BytesIO(archive.read("media/card-03.png")))
        assert (card.size, card.getpixel((5, 5))) == ((1280, 720), (0x20, 0x40, 0x60))
        project = archive.read(f"project.{form}").decode()
        assert "media/video-01.mp4" in project or form == "edl"
        assert "video-01.mp4" in project
        assert "Held pictures" in archive.read("NOTES.txt").decode()
    assert list(tmp_path.iterdir()) == [made.path]


@pytest.mark.long
async def test_the_same_timeline_gives_the_same_file(tmp_path: Path, talk: SourceFile) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = await bundle(_job(tmp_path / "a", _timeline(), {"talk": talk}))
    second = await bundle(_job(tmp_path / "b", _timeline(), {"talk": talk}))
    assert first.path.read_bytes() == second.path.read_bytes()


@pytest.mark.long
async def test_a_full_project_is_read_by_an_xml_reader(tmp_path: Path, talk: SourceFile) -> None:
    photo = tmp_path / "photo"
    Image.new("RGB", (80, 60)).save(photo, "JPEG")
    song = clips.music(tmp_path / "song.wav", clips.tone(3))
    media = {
        "talk": replace(MEDIA["talk"], path=talk.path), "vlog": replace(MEDIA["vlog"], path=talk.path),
        "photo": replace(MEDIA["photo"], path=photo), "song": song,
    }  # fmt: skip
    held = replace(FULL.segments[4], start=1_000, end=2_500)
    timeline = replace(FULL, segments=(*FULL.segments[:4], held, *FULL.segments[5:]))
    made = await bundle(_job(tmp_path / "out", timeline, media))
    with ZipFile(made.path) as archive:
        root = ET.fromstring(archive.read("project.fcpxml"))
        sources = {one.get("src") for one in root.iter("media-rep")}
        assert sources == {name for name in archive.namelist() if name.startswith("media/")}


@pytest.mark.long
async def test_the_last_picture_is_held_where_the_source_ends(tmp_path: Path, talk: SourceFile) -> None:
    end = talk.facts.duration_ms
    for after_it in (0, 4_000):  # its sound may go on longer
        held = replace(piece(1, "talk", end - 1 + after_it, end + 999 + after_it), freeze=True)
        job = _job(tmp_path / f"{after_it}", Timeline(canvas=canvas(), segments=(held,)), {"talk": talk})
        with ZipFile((await bundle(job)).path) as archive:
            (name,) = (one for one in archive.namelist() if "held" in one)
            picture = np.asarray(Image.open(BytesIO(archive.read(name))).convert("L"))
        assert clips.numbers(picture[None]) == [119]


async def test_what_is_too_large_or_missing_leaves_nothing(tmp_path: Path) -> None:
    huge = {"talk": replace(MEDIA["talk"], facts=replace(MEDIA["talk"].facts, size=1 << 40))}
    with pytest.raises(MediaError) as caught:
        await bundle(_job(tmp_path, _timeline(), huge))
    assert caught.value.fault is MediaFault.TOO_LARGE
    with pytest.raises(MediaError):
        await bundle(_job(tmp_path, _timeline(), {}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
async def test_a_file_that_is_gone_leaves_nothing(tmp_path: Path) -> None:
    gone = {"talk": replace(MEDIA["talk"], path=tmp_path / "nowhere")}
    with pytest.raises(MediaError):
        await bundle(_job(tmp_path / "out", Timeline(canvas=canvas(), segments=(piece(1, "talk", 0, 1_000),)), gone))
    assert list((tmp_path / "out").iterdir()) == []
