"""Hostile footage, names, words and numbers: nothing read, nothing fetched, nothing left.

Every attack goes the way of an upload: probed, and where it is taken, opened by everything that opens footage, and
rendered. A canary tells whether somebody else's file was opened or a server on this machine was called: inotify for the
one, a listener for the other. The attacks on lists are tried without the sandbox as well (the guard has to hold by
itself), and the sandbox without the guard.

`uv run pytest tests/engine/test_hostile.py` runs all of it, the long ones too (see tests/conftest.py).
"""

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from zipfile import ZipFile

import av
import psutil  # type: ignore[import-untyped, unused-ignore]  # has no types of its own
import pytest
from PIL import Image

from bot.engine.hearing.listen import listen
from bot.engine.hearing.loudness import loudness
from bot.engine.interchange.bundle import bundle
from bot.engine.looking.look import look
from bot.engine.names import shown
from bot.engine.render.frame import Frame
from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.plan import plan
from bot.engine.render.run import render
from bot.engine.render.texts import document
from bot.engine.timeline.draft import DraftError, dump, load
from bot.engine.timeline.model import Canvas, Chapter, Segment, Text, Timeline
from bot.media import sandbox
from bot.media.container import make_container
from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture, Sound
from bot.media.ffmpeg import CONTAINERS, DECODERS, SAFE_GLOBAL, binary, guard_args
from bot.media.folder import MediaFolder
from bot.media.gif import make_gif
from bot.media.peaks import hear_peaks
from bot.media.probe import probe
from bot.media.process import run
from bot.media.reshape import reshape
from bot.media.sandbox import Reach
from bot.media.shrink import fit
from bot.media.sound_file import make_mp3, make_sound
from bot.media.stills import make_frames, make_still
from bot.media.thumbs import make_thumbs
from tests import footage, measure
from tests.boxes import LAYERS, use
from tests.engine.hostile.canary import Canary, hung
from tests.engine.hostile.files import (
    BOMBS,
    LISTS,
    MOVIES,
    RARE,
    Attack,
    attached,
    concat_of_a_file,
    hls_of_a_file,
    media_elsewhere,
    plain,
)  # fmt: skip

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the canary is told of a touch by inotify")

FFMPEG = str(binary())
PATIENCE_S = 300.0
"""What any single attack may cost, the machine busy: nothing hangs."""

SMALL = Canvas(160, 90, 25)
NAMES = (
    "../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a\nb.mp4", "a\0b.mp4", "%d%03d.mp4", "file:/etc/passwd",
    "-i.mp4", "concat:a|b.mp4", "';[out]drop.mp4", "[0:v]null[x];,=:'\\.mp4", "\u202egpj.mp4", "x" * 5_000 + ".mp4",
    "$(touch canary).mp4", "`id`.mp4", "<script>.mp4", "CON", "..", "",
)  # fmt: skip
WORDS = (
    "{\\an7\\fs400}", "{\\fnWingdings}", "{\\p1}m 0 0 l 99 99", "\\N\\n\\h", "%{n}%{metadata:title}%{expr:0}",
    "',:;[out]nullsink", "x\nDialogue: 9,0:00:00.00,9:00:00.00,Default,,0,0,0,,evil", "x\r[Fonts]\rfontname: a.ttf",
    "\u2028[Events]\u2029", "{" * 200, "\\" * 200, "字{\\r}文", "=metadata\n;#\n[CHAPTER]\nSTART=0",
)  # fmt: skip


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    with hung(tmp_path_factory.mktemp("somebody") / "else") as found:
        yield found


@pytest.fixture(autouse=True)
def nothing_happened(canary: Canary) -> Iterator[None]:
    """After every test: nothing was touched, and no process is left."""
    canary.singing()
    before = {one.pid for one in psutil.Process().children(recursive=True)}
    yield
    assert canary.singing() == []
    left = [one for one in psutil.Process().children(recursive=True) if one.pid not in before]
    assert not psutil.wait_procs(left, timeout=5)[1]


def kept(path: Path) -> SourceFile:
    """An ordinary video, as it was probed when it was ordinary."""
    plain(path)
    picture, sound = Picture(160, 90, 25, 1, "h264", "yuv420p"), Sound("aac", 44_100, 1)
    return SourceFile(path, MediaFacts("video", "mov", path.stat().st_size, 1000, picture, sound))


def segment(media: str = "m", end: int = 1000, name: str = "name") -> Segment:
    return Segment("s1", "c1", media, name, "video", 0, end)


# The canary itself: it sings when it is touched, and the attacks are real ones.


@pytest.mark.long
@pytest.mark.parametrize("make", [hls_of_a_file, concat_of_a_file, media_elsewhere])
def test_an_ffmpeg_without_a_guard_falls_for_it(tmp_path: Path, canary: Canary, make: object) -> None:
    assert callable(make)
    path = tmp_path / "clip.mp4"
    make(path, canary)
    loose = ["-enable_drefs", "1", "-use_absolute_path", "1"] if make is media_elsewhere else []
    form = {hls_of_a_file: ["-f", "hls", "-allowed_extensions", "ALL", "-extension_picky", "0"]}.get(make, loose)
    form = ["-f", "concat", "-safe", "0"] if make is concat_of_a_file else form
    command = [FFMPEG, "-v", "error", *form, "-i", str(path), "-f", "null", "-"]
    subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False, timeout=60)
    assert "a file was opened" in canary.singing()


def test_the_canary_hears_a_call(canary: Canary) -> None:
    from urllib.request import urlopen  # noqa: PLC0415

    with contextlib.suppress(OSError):
        urlopen(canary.url, timeout=10)
    assert canary.singing() == ["the network was used"]


# Files.


async def all_the_way(path: Path, place: Path) -> set[str]:
    """Take a file as an upload is taken, then do everything to it; the faults on the way."""
    try:
        facts = await probe(path)
    except MediaError as error:
        return {error.fault.value}
    said: set[str] = set()
    (place / "thumbs").mkdir(parents=True)
    job = RenderJob(
        Timeline(SMALL, (Segment("s1", "c1", "m", "n", facts.kind, 0, min(facts.duration_ms or 500, 1000)),))
        if facts.kind != "audio"
        else Timeline(),
        Output(), place / "out.mp4", place / "scratch", {"m": SourceFile(path, facts)},
    )  # fmt: skip
    for work in (
        make_thumbs(path, [0, 500, facts.duration_ms], place / "thumbs", seconds=5),
        hear_peaks(path),
        listen(path, facts),
        loudness(path, facts),
        look(path, facts),
        render(job),
    ):
        try:
            await work
        except MediaError as error:
            if error.fault is not MediaFault.TIMED_OUT:  # ended by a clock of ours, as promised
                said.add(error.fault.value)
    assert not (place / "scratch").exists()
    assert {one.name for one in place.iterdir()} <= {"thumbs", "out.mp4"}
    return said


async def forced(path: Path, place: Path) -> None:
    """What would be if it came past the door: ffmpeg with our guard, whatever container it is taken for."""
    for container in ("mov", "matroska", "mpegts"):
        target = place / f"{container}.mkv"
        args = [*SAFE_GLOBAL, *guard_args(container), "-i", f"file:{path}", "-map", "0", "-t", "1", "-f", "matroska"]
        with contextlib.suppress(MediaError):
            await run([FFMPEG, *args, str(target)], reach=Reach((path,), (place,)), wall_s=60)


def nowhere(marker: str, place: Path) -> bool:
    return not any(marker.encode() in one.read_bytes() for one in place.rglob("*") if one.is_file())


async def attacked(attack: Attack, canary: Canary, tmp_path: Path) -> None:
    begun = time.monotonic()
    path, place = tmp_path / ("a" * 64), tmp_path / "made"
    place.mkdir()
    await asyncio.to_thread(attack.make, path, canary)
    canary.singing()  # some are made out of it
    inside = path.read_bytes()
    said = await all_the_way(path, place)
    allowed = {fault.value for fault in attack.faults}
    assert said <= allowed, said
    assert canary.singing() == []
    assert nowhere(canary.marker, place)
    assert path.read_bytes() == inside
    assert time.monotonic() - begun < PATIENCE_S


@pytest.mark.long
@pytest.mark.parametrize("attack", [*MOVIES, *RARE, *BOMBS], ids=lambda attack: attack.name)
async def test_footage_that_lies_is_refused_or_harmless(attack: Attack, canary: Canary, tmp_path: Path) -> None:
    await attacked(attack, canary, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("attack", LISTS, ids=lambda attack: attack.name)
async def test_a_list_of_other_files_is_never_followed(
    attack: Attack, canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the sandbox: the door and the guard have to hold by themselves."""
    use(monkeypatch, "limits")
    await attacked(attack, canary, tmp_path)
    assert {one.name for one in (tmp_path / "made").iterdir()} == set(), "none of them is a video"
    await forced(tmp_path / ("a" * 64), tmp_path / "made")
    assert nowhere(canary.marker, tmp_path / "made")


@pytest.mark.long
@pytest.mark.parametrize("layer", LAYERS)
async def test_the_sandbox_holds_where_the_guard_fails(
    layer: sandbox.Kind, canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ffmpeg that would follow anything finds no file to follow to, and no network."""
    use(monkeypatch, layer)
    wide = ["-protocol_whitelist", "file,http,tcp,crypto,data,concat,subfile"]
    lists = tmp_path / "lists"
    for make, form in (
        (hls_of_a_file, ["-f", "hls", "-allowed_extensions", "ALL", "-extension_picky", "0"]),
        (concat_of_a_file, ["-f", "concat", "-safe", "0"]),
        (media_elsewhere, ["-enable_drefs", "1", "-use_absolute_path", "1"]),
    ):
        await asyncio.to_thread(make, lists, canary)
        canary.singing()
        (tmp_path / "made").mkdir(exist_ok=True)
        command = [FFMPEG, *SAFE_GLOBAL, "-y", *wide, *form, "-i", str(lists), "-t", "1", "-f", "matroska"]
        with contextlib.suppress(MediaError):
            await run([*command, str(tmp_path / "made" / "x")], reach=Reach((lists,), (tmp_path / "made",)), wall_s=60)
        assert canary.singing() == []
    command = [FFMPEG, *SAFE_GLOBAL, *wide, "-i", canary.url, "-f", "null", "-"]
    with pytest.raises(MediaError):
        await run(command, reach=sandbox.NOTHING, wall_s=60)
    assert canary.singing() == []


@pytest.mark.long
@pytest.mark.parametrize("attack", RARE, ids=lambda attack: attack.name)
async def test_a_rare_decoder_is_refused_by_ffmpeg_itself(attack: Attack, canary: Canary, tmp_path: Path) -> None:
    path = tmp_path / "a"
    await asyncio.to_thread(attack.make, path, canary)
    for container in ("avi", "matroska", "mov"):
        command = [FFMPEG, *SAFE_GLOBAL, *guard_args(container), "-i", f"file:{path}", "-f", "null", "-"]
        with pytest.raises(MediaError):
            await run(command, reach=Reach((path,)), wall_s=60)


def test_the_lists_of_what_is_opened_hold_nothing_that_leads_elsewhere() -> None:
    assert not {"hls", "dash", "concat", "image2", "sdp", "rtsp", "lavfi", "svg_pipe", "ass", "srt"} & set(CONTAINERS)
    assert not {"magicyuv", "svg", "ansi", "bintext", "librsvg"} & set(DECODERS)
    for form in ("hls", "concat", "lavfi", "../x", "image2", ""):
        with pytest.raises(MediaError):
            guard_args(form)


@pytest.mark.long
async def test_what_comes_with_the_footage_does_not_go_into_the_file(canary: Canary, tmp_path: Path) -> None:
    """Of a video with a playlist attached only its picture and its sound are left."""
    path = tmp_path / ("a" * 64)
    attached(path, canary)
    canary.singing()
    job = RenderJob(Timeline(SMALL, (segment(),)), Output(), tmp_path / "out.mp4", tmp_path / "scratch",
                    {"m": SourceFile(path, await probe(path))})  # fmt: skip
    await render(job)
    with av.open(str(job.target)) as made:
        assert [one.type for one in made.streams] == ["video", "audio"]
    assert nowhere("EXTM3U", tmp_path / "out.mp4")


# Where it was filmed, by whom, with what.

WHERE = "+48.8577+002.2950/"
TOLD = (b"48.8577", b"secret-title", b"secret-stream", b"Somebody")


def tagged(path: Path, form: str) -> None:
    tags = ["-metadata", f"location={WHERE}", "-metadata", f"com.apple.quicktime.location.ISO6709={WHERE}"]
    tags += ["-metadata", "title=secret-title", "-metadata", "artist=Somebody"]
    tags += ["-metadata:s:v", "handler_name=secret-stream", "-metadata:s:a", "title=secret-stream"]
    tags += ["-movflags", "use_metadata_tags"] if form == "mp4" else []
    plain(path.with_name("plain"))
    footage.ffmpeg(["-i", str(path.with_name("plain")), "-c", "copy", *tags, "-f", form, str(path)])
    path.with_name("plain").unlink()
    assert sum(word in path.read_bytes() for word in TOLD) >= 3


@pytest.mark.long
@pytest.mark.parametrize("form", ["mp4", "matroska"])
async def test_no_file_of_ours_says_where_it_was_filmed(form: str, tmp_path: Path) -> None:
    source, made = tmp_path / "tagged", tmp_path / "made"
    made.mkdir()
    tagged(source, form)
    facts = await probe(source)
    await render(RenderJob(Timeline(SMALL, (segment(),)), Output(), made / "render.mp4", tmp_path / "scratch",
                           {"m": SourceFile(source, facts)}))  # fmt: skip
    for ending in ("mov", "mkv", "webm"):
        await make_container(source, made / f"x.{ending}")
    await reshape(source, made / "tall.mp4", "9:16")
    await fit(source, made / "fitted.mp4", max(20_000, facts.size - 1_000))
    await make_gif(source, made / "x.gif")
    await make_mp3(source, made / "x.mp3")
    await make_sound(source, made / "x.wav", "wav")
    await make_sound(source, made / "x.m4a", "m4a")
    await make_still(source, made / "x.png")
    await make_frames(source, made / "x.zip")
    (made / "thumbs").mkdir()
    await make_thumbs(source, [0], made / "thumbs", seconds=10)
    files = [one for one in made.rglob("*") if one.is_file()]
    assert len(files) == 13
    assert {one.name: [word for word in TOLD if word in one.read_bytes()] for one in files} == {
        one.name: [] for one in files
    }


@pytest.mark.long
async def test_a_photo_keeps_its_place_to_itself(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    exif = Image.Exif()
    exif[0x010E] = "secret-title"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (64, 48), "green").save(path, "JPEG", exif=exif)
    assert b"secret-title" in path.read_bytes()
    (tmp_path / "thumbs").mkdir()
    await make_thumbs(path, [0], tmp_path / "thumbs", seconds=10)
    job = RenderJob(Timeline(SMALL, (Segment("s1", "c1", "m", "n", "image", 0, 400),)), Output(), tmp_path / "o.mp4",
                    tmp_path / "scratch", {"m": SourceFile(path, await probe(path))})  # fmt: skip
    await render(job)
    for made in (tmp_path / "thumbs" / "0.jpg", job.target):
        assert b"secret-title" not in made.read_bytes()


# Names, words, numbers.


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_is_never_a_path(name: str, tmp_path: Path) -> None:
    told = shown(name)
    assert told
    assert not re.search(r"[/\\\x00-\x1f\u202e]", told)
    assert len(told) <= 120

    async def chunks() -> "object":
        yield b"RIFF"

    folder = MediaFolder(tmp_path / "media")
    found = await folder.ingest(chunks(), 100)  # type: ignore[arg-type]
    assert found.path.parent.is_relative_to(tmp_path / "media")
    assert re.fullmatch(r"[0-9a-f]{64}", found.path.name)
    with pytest.raises(ValueError, match="SHA-256"):
        folder.path(name)


@pytest.mark.long
async def test_names_and_words_reach_neither_a_path_nor_a_filter_nor_a_script(canary: Canary, tmp_path: Path) -> None:
    """Everything that somebody may write, in one film and in the projects for other editors."""
    source = kept(tmp_path / ("a" * 64))
    evil = [*NAMES, *WORDS, f"movie={canary.video}", f"{{\\fn{canary.words}}}", canary.url]
    texts = tuple(Text(f"t{at}", words[:500] or "x", 0, 1000, fade=0) for at, words in enumerate(evil))
    chapters = tuple(Chapter(f"h{at}", at * 10, words[:100]) for at, words in enumerate(evil))
    parts = tuple(Segment(f"s{at}", f"c{at}", "m", name[:300], "video", 0, 80) for at, name in enumerate(evil))
    timeline = Timeline(SMALL, parts, texts, chapters=chapters)
    for form in ("mp4", "fcpxml", "edl"):
        job = RenderJob(timeline, Output(format=form), tmp_path / f"out.{form}", tmp_path / "scratch", {"m": source})
        await (render(job) if form == "mp4" else bundle(job))
        assert canary.singing() == []
        if form != "mp4":
            with ZipFile(job.target) as archive:
                for name in archive.namelist():
                    assert re.fullmatch(r"(media/)?[A-Za-z0-9_-]+\.[a-z0-9]+", name), name
    assert measure.decode_errors(tmp_path / "out.mp4") == ""
    assert {one.name for one in tmp_path.iterdir()} == {"a" * 64, "out.mp4", "out.fcpxml", "out.edl"}
    assert nowhere(canary.marker, tmp_path)


def test_words_make_no_events_and_no_tags_of_their_own() -> None:
    frame = Frame(160, 90, Fraction(25), "pad")
    for words in WORDS:
        script = document((Text("t", words[:500], 0, 1000, fade=0),), frame)
        events = [line for line in script.splitlines() if line.startswith("Dialogue:")]
        assert len(events) == 1, words
        assert script.count("\n[Events]\n") == 1
        told = events[0].split(",,", 2)[-1]
        ours = re.findall(r"(?<!\\)\{([^}]*)\}", told.partition("}")[2])
        assert all(re.fullmatch(r"\\fn[A-Za-z ]+", tag) for tag in ours), words


NUMBERS: tuple[object, ...] = (
    -1,
    0,
    2**31,
    2**63,
    -(2**63),
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    True,
    None,
    "1",
    [],
    {},
)


@pytest.mark.long
def test_a_draft_with_any_number_turned_is_refused_or_bounded(tmp_path: Path) -> None:
    """Each number of a whole draft, one by one made hostile: an error that says where, or a plan that ends."""
    from tests.engine.timeline.test_draft import FULL, MEDIA  # noqa: PLC0415

    draft = dump(FULL)
    turned = 0
    for path in _numbers(draft):
        for number in NUMBERS:
            changed = json.loads(json.dumps(draft))
            place = changed
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = number
            turned += 1
            try:
                timeline = load(changed, MEDIA)
            except DraftError:
                continue
            with contextlib.suppress(MediaError):  # its media are not here
                assert plan(timeline, Output(), {}).frames < 24 * 3600 * 60
    assert turned > 500


def _numbers(value: object, path: tuple[object, ...] = ()) -> "Iterator[tuple[object, ...]]":
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _numbers(one, (*path, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _numbers(one, (*path, at))
    elif isinstance(value, int | float):
        yield path
