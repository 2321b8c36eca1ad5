"""A project's history: steps, undo, redo, a bounded length, and changes that happen as one or not at all."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.engine.briefing import context, kept
from bot.engine.records.projects import HISTORY_LIMIT, Project, ProjectFile, Work
from bot.engine.records.records import ChangedMeanwhileError, Records
from bot.engine.records.turns import QUEUE_LIMIT, Turn
from bot.engine.timeline.model import Heard, Library, Segment, Text, Timeline, Transition, Word
from bot.engine.timeline.ops import TransitionOp, TrimSilence
from bot.media.facts import MediaFacts, Picture

PICTURE = MediaFacts("video", "mov", 1000, 5000, Picture(640, 360, 30, 1, "h264", "yuv420p"))


def timeline(number: int) -> Timeline:
    """A timeline that is told from others, with every kind of value in it."""
    cut = Segment(
        "s", "c", "a" * 64, "名字 🎬.mp4", "video", 0, 1000 + number, transition=Transition("zoom", 300, 150, 150)
    )
    return Timeline(segments=(cut,), texts=(Text("t", "words", 0, 500),), volume=number)


async def step(records: Records, project: Project, number: int) -> Project:
    return await put(records, (await records.projects.open(project)).stepped(timeline(number)))


async def put(records: Records, work: Work) -> Project:
    await records.add_files(work, [])
    found = await records.projects.get(work.before.session)
    assert found is not None
    return found


async def shown(records: Records, project: Project) -> int:
    return (await records.projects.open(project)).timeline.volume


async def moved(records: Records, project: Project, by: int) -> Project:
    work = await records.projects.moved(await records.projects.open(project), by)
    return await put(records, work)


@pytest.fixture
async def project(records: Records) -> Project:
    return await records.projects.create("anon_1", "project", "en")


async def running(records: Records, project: Project, words: str = "cut it") -> Turn:
    turn = await records.turns.add(project.session, project.user, words)
    assert turn is not None
    await records.start_turn(turn)
    return turn


async def test_a_new_project_is_empty(records: Records, project: Project) -> None:
    assert project.session.isdigit()
    assert len(project.session) == 19
    assert (await records.projects.open(project)).timeline == Timeline()
    assert (project.undo_depth, project.redo_depth) == (0, 0)
    assert await records.projects.get("1" * 19) is None


async def test_steps_come_back_exactly_and_undo_and_redo_walk_them(records: Records, project: Project) -> None:
    for number in (1, 2, 3):
        project = await step(records, project, number)
    assert (await records.projects.open(project)).timeline == timeline(3)
    project = await moved(records, project, -2)
    assert await shown(records, project) == 1
    assert (project.undo_depth, project.redo_depth) == (1, 2)
    project = await moved(records, project, 1)
    assert await shown(records, project) == 2
    project = await moved(records, project, -50)
    assert (await records.projects.open(project)).timeline == Timeline()
    project = await moved(records, project, 50)
    assert await shown(records, project) == 3


async def test_a_new_step_drops_what_was_undone(records: Records, project: Project, redis: Redis) -> None:
    for number in (1, 2, 3):
        project = await step(records, project, number)
    project = await moved(records, project, -2)
    project = await step(records, project, 9)
    assert project.redo_depth == 0
    assert await shown(records, project) == 9
    assert await shown(records, await moved(records, project, -1)) == 1
    assert await redis.hlen(f"tce:d:steps:{project.session}") == 3


async def test_the_history_is_bounded(records: Records, project: Project, redis: Redis) -> None:
    for number in range(1, HISTORY_LIMIT + 6):
        project = await step(records, project, number)
    assert project.undo_depth == HISTORY_LIMIT - 1
    assert await redis.hlen(f"tce:d:steps:{project.session}") == HISTORY_LIMIT
    assert await shown(records, await moved(records, project, -1000)) == 6


async def test_of_two_changes_from_the_same_state_one_is_refused(records: Records, project: Project) -> None:
    first, second = await records.projects.open(project), await records.projects.open(project)
    results = await asyncio.gather(
        records.add_files(first.stepped(timeline(1)), []),
        records.add_files(second.stepped(timeline(2)), []),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(ChangedMeanwhileError) == 1
    current = await records.projects.get(project.session)
    assert current is not None
    assert current.undo_depth == 1


async def test_a_turn_ends_with_its_timeline_its_words_and_its_credit_at_once(
    records: Records, project: Project
) -> None:
    turn = await running(records, project)
    assert await records.ledger.hold(turn.user, turn.id)
    work = (await records.projects.open(project)).stepped(timeline(1))
    await records.finish_turn(turn, "changed", "Cut it.", work)
    ended, after = await records.turns.get(turn.id), await records.projects.get(project.session)
    assert ended is not None
    assert after is not None
    assert (ended.state, ended.outcome, ended.reply, ended.words) == ("done", "changed", "Cut it.", "")
    assert await records.turns.newest(project.session) == ended
    assert await shown(records, after) == 1
    assert (await records.ledger.balance(turn.user)).available == 2
    assert await records.turns.open() == ()
    with pytest.raises(ChangedMeanwhileError):
        await records.finish_turn(turn, "changed", "Cut it again.", None)


async def test_a_turn_that_changed_nothing_costs_nothing(records: Records, project: Project) -> None:
    turn = await running(records, project)
    await records.ledger.hold(turn.user, turn.id)
    await records.finish_turn(turn, "said", "There is nothing to cut.", None)
    balance = await records.ledger.balance(turn.user)
    assert (balance.available, balance.frozen) == (3, 0)


async def test_a_cut_off_turn_is_rolled_back_once_and_cannot_come_back(records: Records, project: Project) -> None:
    turn = await running(records, project)
    await records.ledger.hold(turn.user, turn.id)
    late = (await records.projects.open(project)).stepped(timeline(1))
    assert await records.roll_back(turn, "The engine was stopped.")
    assert not await records.roll_back(turn, "The engine was stopped.")
    with pytest.raises(ChangedMeanwhileError):
        await records.finish_turn(turn, "changed", "Cut it.", late)
    after, ended = await records.projects.get(project.session), await records.turns.get(turn.id)
    assert after is not None
    assert ended is not None
    assert (await records.projects.open(after)).timeline == Timeline()
    assert ended.outcome == "rolled_back"
    assert (await records.ledger.balance(turn.user)).available == 3


async def test_the_newest_turn_of_a_session(records: Records, project: Project) -> None:
    assert await records.turns.newest(project.session) is None
    old = await running(records, project)
    new = await running(records, project)
    assert await records.roll_back(old, "stopped")
    newest = await records.turns.newest(project.session)
    assert newest is not None
    assert (newest.id, newest.state) == (new.id, "running")
    await records.turns.forget(project.session)
    assert await records.turns.newest(project.session) is None


async def test_an_account_has_a_bounded_number_of_open_turns(records: Records, project: Project) -> None:
    turns = [await records.turns.add(project.session, project.user, "hello") for _ in range(QUEUE_LIMIT + 1)]
    assert turns[-1] is None
    assert None not in turns[:-1]
    assert await records.turns.add(project.session, "anon_2", "hello") is not None
    assert turns[0] is not None
    await records.finish_turn(turns[0], "said", "", None)
    assert await records.turns.add(project.session, project.user, "hello") is not None


async def test_media_are_owned_and_forgotten_with_their_last_project(records: Records, project: Project) -> None:
    other = await records.projects.create("anon_1", "project", "en")
    sha = "b" * 64
    file = ProjectFile(media=sha, name="talk.mp4", kind="video", size=1000, duration_ms=5000, width=640, height=360)
    for one in (project, other):
        await records.add_files(await records.projects.open(one), [(file, PICTURE)])
    assert await records.media.facts(sha) == PICTURE
    owned = await records.media.owned("anon_1")
    assert (owned[sha].name, owned[sha].width, owned[sha].duration_ms) == ("talk.mp4", 640, 5000)
    assert await records.media.owned("anon_2") == {}
    assert await records.media.drop("anon_1", project.session, {sha}) == set()
    assert await records.media.used(sha)
    assert await records.media.drop("anon_1", other.session, {sha}) == {sha}
    assert await records.media.owned("anon_1") == {}
    assert await records.media.facts(sha) is None


async def test_speech_is_remembered(records: Records) -> None:
    assert await records.media.found("speech", "c" * 64) is None
    await records.media.keep_found("speech", "c" * 64, ((0, 100), (300, 900)))
    assert await records.media.found("speech", "c" * 64) == ((0, 100), (300, 900))
    await records.media.keep_found("speech", "d" * 64, ())
    assert await records.media.found("speech", "d" * 64) == ()
    all_found = await records.media.all_found("speech", ["c" * 64, "e" * 64, "d" * 64])
    assert all_found == {"c" * 64: ((0, 100), (300, 900)), "d" * 64: ()}
    assert await records.media.all_found("speech", []) == {}


async def test_the_last_step_is_known_by_its_operations_until_it_is_taken_back(
    records: Records, project: Project
) -> None:
    edits = (TrimSilence(strength="strong"), TransitionOp(between=[(1, 2)]))
    project = await step(records, project, 1)
    work = (await records.projects.open(project)).stepped(timeline(2), kept(edits))
    project = await put(records, work)
    assert context(await records.projects.open(project), Library()).last == edits
    back = await moved(records, project, -1)
    assert context(await records.projects.open(back), Library()).last == ()
    forth = await moved(records, back, 1)
    assert context(await records.projects.open(forth), Library()).last == edits


def _heard(count: int, text: str = "word") -> tuple[Heard, ...]:
    return (Heard("a" * 64, ((0, 100),), tuple(Word(at * 360, at * 360 + 300, text) for at in range(count)), "en"),)


@pytest.mark.long
async def test_an_hour_of_words_is_kept_once_for_all_steps(records: Records, project: Project, redis: Redis) -> None:
    """Fifty edits of a video in which ten thousand words are said."""
    heard = _heard(10_000)
    work = (await records.projects.open(project)).stepped(replace(timeline(0), heard=heard))
    project = await put(records, work)
    for number in range(1, 51):
        work = await records.projects.open(project)
        project = await put(records, work.stepped(replace(work.timeline, volume=number)))
    size = await redis.memory_usage(f"tce:d:steps:{project.session}", samples=0)
    assert size is not None
    assert size < 1_000_000
    work = await records.projects.open(project)
    assert (work.timeline.volume, work.timeline.heard) == (50, heard)
    work = await records.projects.moved(work, -40)
    assert (work.timeline.volume, work.timeline.heard) == (10, heard)


async def test_words_go_with_the_last_step_that_holds_them(records: Records, project: Project, redis: Redis) -> None:
    one, other = _heard(3), _heard(3, "other")
    work = (await records.projects.open(project)).stepped(replace(timeline(1), heard=one))
    work = work.stepped(replace(timeline(2), heard=other))
    project = await put(records, work)
    work = await records.projects.moved(await records.projects.open(project), -1)
    assert work.timeline.heard == one
    project = await put(records, work.stepped(timeline(3)))  # the step with the other words is dropped
    kept = [name for name in await redis.hkeys(f"tce:d:steps:{project.session}") if "heard" in str(name)]
    assert len(kept) == 1
    work = await records.projects.moved(await records.projects.open(project), -1)
    assert work.timeline.heard == one
    work = await records.projects.moved(work, -1)
    assert work.timeline.heard == ()
