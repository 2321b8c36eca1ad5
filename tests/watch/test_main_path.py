"""Footage in, words in, a finished file out: the whole bot against the scripted upstream."""

from pathlib import Path

from bot.flows.suggestions import examples
from bot.settings import Settings
from bot.store.models import Export, FileRef, TurnState
from bot.updates import (
    Asked,
    Balance,
    Changed,
    Delivered,
    Footage,
    Problem,
    ProblemKind,
    Project,
    Ready,
    RenderQueued,
    Said,
    Stage,
    Status,
    Working,
)
from tests.upstream.replies import CUT, called, refuses, said, sse
from tests.upstream.server import CLIP, DRAFT, VIDEO, Upstream
from tests.watch.bench import bench, place, turn


async def test_footage_words_and_export_become_a_delivered_file(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "trim the silences, and export", clip))
        await bot.face.until(lambda: bot.face.of(Project))
        kinds = bot.face.kinds("a1")
        assert [kind for kind in kinds if kind != "Working"] == [
            "Ready", "Footage", "Said", "Changed", "Unasked", "RenderQueued", "Ended", "Project",
        ]  # fmt: skip
        assert bot.face.of(Ready) == [Ready(new=True, offers=examples("en"))]
        (footage,) = bot.face.of(Footage)
        assert (footage.name, footage.kind, footage.size) == ("holiday clip.mp4", "video", clip.stat().st_size)
        assert bot.face.of(Said) == [Said("Done.")]
        render, ready, content = await bot.face.result()
        assert content == VIDEO
        assert ready.name == "holiday clip-edited.mp4"
        assert ready.claim_link == "https://web.invalid/workspace/claim?ct=clm_abc"
        await bot.face.until(lambda: bot.face.of(Delivered))
        assert bot.face.of(RenderQueued) == [RenderQueued(render.id)]
    assert upstream.seen("run")[0].json["new_message"]["parts"] == [{"text": "trim the silences"}]
    assert len(upstream.seen("run")) == len(upstream.seen("render")) == 1
    assert upstream.seen("upload")[0].parts[0].content == clip.read_bytes()[: 1 << 20]


async def test_a_draft_is_posted_back_as_the_text_it_was(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        await bot.ask(turn("a2", intent="export", export=Export(height=720, max_bytes=8_000_000)))
        await bot.face.result()
    body = upstream.seen("render")[0].body.decode()
    assert DRAFT in body
    asked = upstream.seen("render")[0].json["output"]
    assert asked == {"format": "mp4", "quality": "high", "resolution": "720p"}, "a size is none of its words"


async def test_the_same_export_again_is_delivered_from_the_file_that_is_here(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        await bot.ask(turn("a2", intent="export"))
        first, _, _ = await bot.face.result()
        await bot.ask(turn("a3", "Export it please"))
        second, _, content = await bot.face.result(2)
    assert content == VIDEO
    assert len(upstream.seen("render")) == 1
    assert first.nonce != second.nonce
    assert first.file != second.file


async def test_the_second_contact_says_nothing_about_setting_up(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        await bot.ask(turn("a2", "make it short"))
        assert "Ready" not in bot.face.kinds("a2")
        assert Working(Stage.SETUP) not in [update for _, job, update in bot.face.shown if job == "a2"]
    assert len(upstream.seen("session")) == len(upstream.seen("token")) == 1


async def test_no_token_and_no_id_of_the_upstream_reaches_a_face(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "trim it and export", clip))
        await bot.face.result()
        shown = repr(bot.face.shown)
    assert "nmv_" not in shown
    assert not any(session in shown for session in upstream.sessions)


async def test_short_forms_never_reach_the_agent(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a0", "credits"))
        assert bot.face.of(Balance)[0].available == 100
        assert bot.face.of(Balance)[0].top_up_url == "https://web.invalid/register?bind=anon_7"
        await bot.ask(turn("a1", "状态"))
        assert bot.face.of(Status) == [Status((), None)]
        await bot.ask(turn("a2", "export"))
        assert bot.face.of(Problem) == [Problem(ProblemKind.NO_FOOTAGE)]
        assert not upstream.seen("session")
        await bot.ask(turn("a3", "", clip))
        await bot.ask(turn("a4", "导出"))
        assert bot.face.of(Problem, "a4") == [Problem(ProblemKind.NO_DRAFT)]
        await bot.ask(turn("a5", "upload"))
        assert bot.face.of(Ready, "a5") == [Ready(new=True, offers=examples("en"))]
        await bot.ask(turn("a6", "status"))
        status = bot.face.of(Status)[-1]
        assert [footage.name for footage in status.footage] == ["holiday clip.mp4"]
        assert status.timeline is None
        await bot.ask(turn("a7", "cancel"))
        assert bot.face.of(Problem, "a7") == [Problem(ProblemKind.NOTHING_RUNS)]
    assert not upstream.seen("run")


async def test_an_upstream_that_says_nothing_is_spoken_for(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    def edit() -> None:
        upstream.draft = DRAFT

    async with bench(nemo) as bot:
        upstream.next("run", sse(edit), sse())
        await bot.ask(turn("a1", "add a title", clip))
        (changed,) = bot.face.of(Changed, "a1")
        assert {(change.kind, change.track) for change in changed.changes} == {("added", "video"), ("added", "text")}
        assert changed.timeline.duration_ms == 10_000
        await bot.ask(turn("a2", "add another"))
        assert bot.face.of(Changed, "a2")[0].changes == ()


async def test_a_question_is_asked_and_nothing_is_exported(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    question = {"id": "q1", "prompt": "Which clip?", "options": [{"id": "1", "label": "The first"}]}
    async with bench(nemo) as bot:
        upstream.next("run", sse(called("ask_question", {"questions": [question]})))
        await bot.ask(turn("a1", "cut the clip and export", clip))
        (asked,) = bot.face.of(Asked)
        assert (asked.question, asked.choices[0].label) == ("Which clip?", "The first")
        assert not bot.face.of(RenderQueued)
        assert not bot.face.of(Changed)


async def test_tool_calls_are_stages_doors_and_exports(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    events = (
        called("stage", {"stage": "listening", "percent": 40}),
        called("stage", {"stage": "../etc", "percent": "x"}),
        called("credits"),
        called("export", {"format": "mp4", "height": 480, "max_mb": 2.5}),
    )

    def edit() -> None:
        upstream.draft = DRAFT

    async with bench(nemo, able={"hears_export": True}) as bot:
        upstream.next("run", sse(*events[:2], edit, said("Cut."), *events[2:]))
        await bot.ask(turn("a1", "cut it, show credits and export small", clip))
        assert Working(Stage.LISTENING, 40) in bot.face.of(Working)
        assert bot.face.of(Balance)
        render, _, _ = await bot.face.result()
        assert render.export == Export(height=480, max_bytes=2_500_000)
    assert upstream.seen("run")[0].json["new_message"]["parts"] == [{"text": "cut it, show credits and export small"}]


async def test_one_bad_file_does_not_lose_the_others(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    empty, refused = tmp_path / "empty.mp4", tmp_path / "song.exe"
    empty.write_bytes(b"")
    refused.write_bytes(CLIP)
    big = FileRef(name="big.mov", size=600 << 20, path=str(clip))
    page = FileRef(name="page", link="https://www.youtube.com/watch?v=1")
    async with bench(nemo) as bot:
        upstream.next("upload", refuses(4001, 400, "not a media file"))
        await bot.ask(turn("a1", "join them", refused, empty, big, page, clip))
        problems = [(problem.kind, problem.name) for problem in bot.face.of(Problem)]
        assert problems == [
            (ProblemKind.UNSUPPORTED_FILE, "song.exe"),
            (ProblemKind.BROKEN_FILE, "empty.mp4"),
            (ProblemKind.TOO_LARGE, "big.mov"),
            (ProblemKind.NOT_A_SOURCE, "page"),
        ]
        assert bot.face.of(Problem)[2].limit == 500_000_000
        assert [footage.name for footage in bot.face.of(Footage)] == ["holiday clip.mp4"]
        assert bot.face.of(Said)


async def test_words_wait_for_a_file_that_can_be_used(nemo: Settings, upstream: Upstream, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut the first second", empty))
        assert [problem.kind for problem in bot.face.of(Problem)] == [ProblemKind.BROKEN_FILE]
    assert not upstream.seen("run")


async def test_hostile_names_stay_names(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    names = ("../../etc/passwd", "a\r\nX-Evil: 1\x00.mp4", "\u202egpj.exe.mp4", "😀" * 300 + ".mp4", "...")
    thread = "../t 1\r\n*"
    async with bench(nemo) as bot:
        refs = tuple(FileRef(name=name, path=str(clip)) for name in names)
        await bot.ask(turn("../a 1", "cut it and export", *refs, at=place(thread)))
        shown = [footage.name for footage in bot.face.of(Footage)]
        _, ready, content = await bot.face.result()
        assert content == VIDEO
        kept = [path.name for path in nemo.data_dir.rglob("*") if path.is_file()]
    assert len(shown) == len(names)
    assert all(name and len(name) <= 100 and name.isprintable() for name in shown)
    assert not any("/" in name or name.startswith(".") for name in shown)
    assert shown[3].endswith(".mp4")
    assert all(name.isalnum() or name.removesuffix(".mp4").isalnum() for name in kept)
    assert ready.path is not None
    assert ready.path.parent == nemo.results_dir
    assert not list(nemo.data_dir.parent.rglob("*passwd*"))


async def test_a_refusal_ends_with_the_reason_and_the_mend(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", refuses(2001, 402, "no credits"))
        await bot.ask(turn("a1", "make me a film", clip))
        (problem,) = bot.face.of(Problem)
        assert (problem.kind, problem.link) == (ProblemKind.NO_CREDITS, "https://web.invalid/register?bind=anon_7")
        kept = await bot.app.store.turns.get("a1")
        assert kept is not None
        assert kept.state is TurnState.FAILED


async def test_a_turn_that_fails_upstream_says_so_with_its_words(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", sse(said("Let me see."), {"errorCode": "500", "errorMessage": "The model is tired."}))
        await bot.ask(turn("a1", "cut it", clip))
        (problem,) = bot.face.of(Problem)
        assert (problem.kind, problem.hint) == (ProblemKind.EDIT_FAILED, "The model is tired.")


async def test_a_broken_stream_is_never_sent_again_and_its_change_is_told(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    def edit() -> None:
        upstream.draft = DRAFT

    async with bench(nemo) as bot:
        upstream.next("run", sse(said("Wor", partial=True), edit, CUT))
        await bot.ask(turn("a1", "add a title", clip))
        (changed,) = bot.face.of(Changed)
        assert changed.changes
        assert not bot.face.of(Problem)
        assert len(upstream.seen("run")) == 1


async def test_a_broken_stream_without_a_change_ends_in_an_honest_line(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", sse(said("Wor", partial=True), CUT))
        states = 3  # before and after the upload, and before the words
        await bot.ask(turn("a1", "add a title", clip))
        assert [problem.kind for problem in bot.face.of(Problem)] == [ProblemKind.UNCERTAIN]
        assert len(upstream.seen("run")) == 1
        assert len(upstream.seen("state")) == states + 5
        clock = bot.app.context.clock
        assert [wait for wait in getattr(clock, "slept", []) if wait >= 30] == [30, 60, 60, 60, 60]


async def test_a_lost_session_is_set_up_again_with_the_footage_and_the_words_sent_once(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        upstream.sessions.clear()
        await bot.ask(turn("a2", "cut it"))
        await bot.face.until(lambda: bot.face.of(Project, "a2"))
        kinds = [kind for kind in bot.face.kinds("a2") if kind != "Working"]
        assert kinds == ["Rebuilt", "Said", "Changed", "Unasked", "Ended", "Project"]
    assert len(upstream.seen("session")) == 2
    first, again = (seen.parts[0] for seen in upstream.seen("upload"))
    assert (first.sha256, first.name) == (again.sha256, again.name)
    assert len(upstream.seen("run")) == 1


async def test_a_lost_session_whose_footage_is_gone_names_it_and_sends_nothing(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        for path in nemo.media_dir.rglob("*"):
            if path.is_file():
                path.unlink()
        upstream.sessions.clear()
        await bot.ask(turn("a2", "cut it"))
        assert "holiday clip.mp4" in repr(bot.face.shown)
        await bot.face.until(lambda: bot.face.of(Project, "a2"))
        assert bot.face.kinds("a2")[-3:] == ["Rebuilt", "Ended", "Project"]
    assert not upstream.seen("run")


async def test_a_session_that_stays_lost_ends_with_a_line(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip))
        upstream.next("run", refuses(1002), refuses(1002))
        await bot.ask(turn("a2", "cut it"))
        assert bot.face.of(Problem, "a2")
    assert len(upstream.seen("session")) == 2
