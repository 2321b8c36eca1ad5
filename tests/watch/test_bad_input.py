"""Bad input: one clear line each, before anything is uploaded where that can be known; the thread stays usable."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from bot.media.facts import MediaError, MediaFault
from bot.media.folder import MediaFolder
from bot.settings import Settings
from bot.store.models import FileRef, TurnState
from bot.updates import Changed, Deed, Footage, Problem, ProblemKind, Said
from bot.voice.say import say
from tests.upstream.replies import CUT, Reply, refuses, said, sse
from tests.upstream.server import CLIP, DRAFT, Upstream
from tests.watch.bench import bench, turn

NOT_MEDIA = {
    "program.mp4": b"MZ\x90\x00" + b"\0" * 5000,
    "elf.mov": b"\x7fELF" + b"\0" * 5000,
    "page.mkv": b"<!doctype html><html>" + b" " * 5000,
    "archive.webm": b"PK\x03\x04" + b"\0" * 5000,
    "list.mp4": b"#EXTM3U\nfile:///etc/passwd\n",
    "photo.jpg": b"\x00\x00\x00\x18ftypheic" + b"\0" * 5000,
    "notes.mp4": "只是文字".encode() * 100,
}


@pytest.mark.parametrize("name", NOT_MEDIA)
async def test_what_is_no_media_by_its_content_is_refused_before_it_is_sent(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(NOT_MEDIA[name])
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", file))
        (problem,) = bot.face.of(Problem)
        assert (problem.kind, problem.name) == (ProblemKind.UNSUPPORTED_FILE, name)
        line = say(problem, "en-US")
        assert "\n" not in line
        assert all(ending in line for ending in ("MP4", "MOV", "MKV", "JPG", "MP3"))
        assert not upstream.seen("upload")
        assert not [path for path in nemo.media_dir.rglob("*") if path.is_file()], "nothing stays behind"
        await bot.ask(turn("a2", "cut it", clip))
        assert bot.face.of(Said, "a2")


async def test_a_file_the_cloud_has_no_use_for_is_refused_here_and_taken_by_our_engine(
    nemo: Settings, upstream: Upstream, tmp_path: Path
) -> None:
    voice = tmp_path / "voice-message.ogg"
    voice.write_bytes(b"OggS" + b"\0" * 4000)
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", voice))
        assert [problem.kind for problem in bot.face.of(Problem)] == [ProblemKind.UNSUPPORTED_FILE]
        assert not upstream.seen("upload")
    async with bench(nemo, able={"takes": frozenset({"ogg"})}) as bot:
        await bot.ask(turn("a2", "", voice))
        assert [footage.name for footage in bot.face.of(Footage)] == ["voice-message.ogg"]


async def test_501_mb_are_refused_by_what_is_said_of_them_and_by_what_comes(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", FileRef(name="long.mp4", size=501_000_000, url="https://x.invalid/a")))
        (problem,) = bot.face.of(Problem)
        assert say(problem, "en-US") == ("long.mp4 is too large: the limit is 500 MB. Compress or trim it first.")
        big = tmp_path / "big.mp4"
        with big.open("wb") as file:
            file.write(CLIP)
            file.truncate(501_000_000)  # a hole: nothing of it is on the disk
        await bot.ask(turn("a2", "cut it", big))
        assert bot.face.of(Problem)[1].kind is ProblemKind.TOO_LARGE
        assert not [path for path in nemo.media_dir.rglob("*") if path.is_file()]
        assert not upstream.seen("upload")


async def test_a_nearly_full_disk_takes_no_footage(
    nemo: Settings, upstream: Upstream, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.media.room.free_to_use", lambda _: -1)
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        (problem,) = bot.face.of(Problem)
        assert say(problem, "en-US").startswith("The disk here is full")
        assert not [path for path in nemo.media_dir.rglob("*") if path.is_file()]
        assert not upstream.seen("upload")


async def test_an_upstream_that_refuses_a_file_tells_what_it_takes_and_how_large(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        upstream.next("upload", refuses(4001, 400, "bad file"), refuses(4002, 400, "big"), Reply(413))
        for number in range(3):
            await bot.ask(turn(f"a{number}", "", clip))
        lines = [say(problem, "en-US") for problem in bot.face.of(Problem)]
        assert "MP4, MOV, AVI, WebM, MKV" in lines[0]
        assert lines[1] == lines[2] == "holiday clip.mp4 is too large: the limit is 500 MB. Compress or trim it first."


NONSENSE = {
    "a page": Reply(body="<html>nginx</html>", content_type="text/html"),
    "nothing": Reply(body=""),
    "half": Reply(body='{"code": 0, "data": {"se'),
    "a list": Reply(json=[1, 2]),
    "no id": Reply(json={"code": 0, "data": {"task_id": "../../etc", "session_id": {}}}),
    "elsewhere": Reply(302, headers={"Location": "https://elsewhere.invalid/"}),
}


@pytest.mark.parametrize("endpoint", ["session", "state"])
@pytest.mark.parametrize("form", NONSENSE)
async def test_a_server_that_answers_nonsense_is_said_with_a_reference_and_the_thread_stays_usable(
    nemo: Settings, upstream: Upstream, clip: Path, endpoint: str, form: str
) -> None:
    async with bench(nemo) as bot:
        upstream.next(endpoint, NONSENSE[form])
        with structlog.testing.capture_logs() as logged:
            await bot.ask(turn("a1", "cut it", clip))
        (problem,) = bot.face.of(Problem)
        assert problem.kind is ProblemKind.NONSENSE
        assert problem.reference
        assert [entry for entry in logged if entry.get("reference") == problem.reference], "it is found in the log"
        words = say(problem, "en-US")
        assert words.startswith("The editor is not answering properly.")
        assert problem.reference in words
        assert not any(part in words for part in ("html", "BadAnswer", "http", "{"))
        assert [offer.deed for offer in problem.offers] == [Deed.AGAIN]
        await bot.ask(turn("a2", "cut it"))
        assert bot.face.of(Said, "a2"), bot.face.kinds("a2")


@pytest.mark.parametrize("reply", [sse(CUT), NONSENSE["a page"], sse({"oops": 1}, CUT), sse(b"data: {{{\n\n", CUT)])
async def test_a_turn_that_ends_in_nonsense_is_not_sent_again(
    nemo: Settings, upstream: Upstream, clip: Path, reply: Reply
) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", reply)
        await bot.ask(turn("a1", "cut it", clip))
        (problem,) = bot.face.of(Problem)
        assert problem.kind is ProblemKind.UNCERTAIN
        assert [offer.deed for offer in problem.offers] == [Deed.AGAIN]
        kept = await bot.app.store.turns.get("a1")
        assert kept is not None
        assert kept.state is TurnState.FAILED
        assert len(upstream.seen("run")) == 1


async def test_a_session_lost_after_the_words_were_sent_is_no_reason_to_send_them_again(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        upstream.next("run", sse(said("Working on it."), upstream.sessions.clear))
        await bot.ask(turn("a2", "cut it"))
        upstream.next("run", sse(said("Hm."), {"code": 1002, "message": "gone"}))
        await bot.ask(turn("a3", "cut more"))
    words = [seen.json["new_message"]["parts"][0]["text"] for seen in upstream.seen("run")]
    assert words.count("cut it") == 1
    assert words.count("cut more") == 1
    assert ProblemKind.UNCERTAIN in [problem.kind for problem in bot.face.of(Problem)]


async def test_a_folder_is_shown_the_beginning_before_it_writes(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path / "media")
    seen: list[bytes] = []

    def refuse(head: bytes) -> None:
        seen.append(head)
        raise MediaError(MediaFault.UNSUPPORTED)

    async def endless() -> AsyncIterator[bytes]:
        for number in itertools.count():
            yield bytes([number % 256]) * 100_000

    with pytest.raises(MediaError):
        await folder.ingest(endless(), 1 << 40, refuse)
    assert len(seen) == 1
    assert (1 << 20) <= len(seen[0]) < (1 << 20) + 100_000
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.long
async def test_a_network_that_is_cut_for_a_while_costs_nothing_and_the_change_is_told(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    """The stream breaks, then nothing can be reached: a question without an answer does not count as unchanged."""

    def edit() -> None:
        upstream.draft = DRAFT

    async with bench(nemo) as bot:
        await bot.ask(turn("a0", "", clip))
        upstream.next("run", sse(said("Wor", partial=True), edit, CUT))
        upstream.next("state", upstream_state(), *[Reply(drop=True)] * 21)  # each question is asked three times
        await bot.ask(turn("a1", "add a title"))
        assert bot.face.of(Changed, "a1")
        assert not bot.face.of(Problem)
    assert len(upstream.seen("run")) == 1


def upstream_state() -> Reply:
    """The state before the words are sent."""
    return Reply(json={"code": 0, "data": {"state": {"video_infos": [], "draft": {}, "canvas_config": {}}}})
