"""Every command, as somebody in a server uses it."""

import pytest

from tests.cogs.conftest import World, attachments, texts
from tests.upstream import server
from tests.upstream.replies import called, said, sse
from tests.upstream.server import VIDEO

CLIP = ("clip.mp4", server.CLIP)


async def test_edit_in_a_channel_opens_a_thread_and_works_there(world: World) -> None:
    result = await world.ann.slash(world.channel, "edit", words="trim the silences", footage=CLIP)
    await world.until_quiet()

    thread = world.thread
    assert result.acknowledged
    assert result.response is not None
    assert f"<#{thread.id}>" in result.response.content
    assert thread.name == "trim the silences"
    told = "\n".join(texts(thread))
    assert "Ready when you are" in told
    assert "Added clip.mp4" in told
    assert "Done." in told
    assert "timeline.png" in attachments(thread.history())
    (part,) = world.upstream.seen("upload")[0].parts
    assert part.content == CLIP[1]


async def test_edit_in_a_thread_goes_on_there(world: World) -> None:
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    thread = world.thread

    result = await world.ann.slash(thread, "edit", words="add a title 'Hi'")
    await world.until_quiet()

    assert result.response is not None
    assert result.response.content == "add a title 'Hi'"
    assert [seen.json["new_message"]["parts"][0]["text"] for seen in world.upstream.seen("run")] == [
        "trim it",
        "add a title 'Hi'",
    ]
    assert len(world.upstream.seen("session")) == 1


async def test_a_link_goes_to_the_upstream(world: World) -> None:
    await world.ann.slash(world.channel, "edit", words="trim it", link="https://example.org/a.mp4")
    await world.until_quiet()

    assert world.upstream.seen("upload")[0].json == {"urls": ["https://example.org/a.mp4"], "source_type": "url"}


async def test_upload_takes_footage_without_words(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()

    assert "Added clip.mp4" in "\n".join(texts(world.thread))
    assert world.upstream.seen("run") == []


async def test_credits_answer_in_place(world: World) -> None:
    result = await world.ann.slash(world.channel, "credits")
    await world.until_quiet()

    assert result.response is not None
    assert "100 credits left" in world.channel.history()[-1].content


@pytest.mark.parametrize("command", ["export", "status"])
async def test_what_belongs_to_a_project_says_so_elsewhere(world: World, command: str) -> None:
    result = await world.ann.slash(world.channel, command)

    assert result.ephemeral
    assert result.response is not None
    assert "/edit" in result.response.content


async def test_status_shows_the_footage_and_the_timeline(world: World) -> None:
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    thread = world.thread

    await world.ann.slash(thread, "status")
    await world.until_quiet()

    last = thread.history()[-1]
    assert "clip.mp4" in last.content
    assert "Timeline (2 tracks, 10s)" in last.content
    (card,) = [one for one in thread.history() if attachments([one])]
    assert last.content.endswith(f"/{thread.id}/{card.id}")


async def test_export_brings_the_file_and_pings_only_the_requester(world: World) -> None:
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    thread = world.thread

    await world.ann.slash(thread, "export")
    result = await world.until(thread, "Your video is ready")
    await world.until(thread, "Delivered.")
    assert not [text for text in texts(thread) if "Export" in text]

    assert result.content.startswith(world.ann.mention)
    assert "https://web.invalid/workspace/claim" in result.content
    (file,) = result.attachments
    assert file.size == len(VIDEO)
    assert [user.id for user in result.mentions] == [world.ann.id]


async def test_export_before_any_footage_says_the_next_step(world: World) -> None:
    thread = await world.open_thread()

    await world.ann.slash(thread, "export")
    await world.until_quiet()

    assert "There is no footage here yet. Drop a video" in thread.history()[-1].content


async def test_words_and_names_ping_nobody_but_who_asked(world: World) -> None:
    world.upstream.next("run", sse(said("Hello @everyone and <@1>")))

    await world.ann.slash(world.channel, "edit", words="say @everyone", footage=("@everyone.mp4", server.CLIP))
    await world.until_quiet()

    thread = world.thread
    for message in [*thread.history(), *world.channel.history()]:
        if message.author.id == world.bot.user.id:  # type: ignore[union-attr]
            assert not message.mention_everyone
            assert {user.id for user in message.mentions} <= {world.ann.id}
    assert "@" not in (thread.name or "")


async def test_a_question_of_the_upstream_is_shown_with_its_answers(world: World) -> None:
    ask = {"questions": [{"id": "q", "prompt": "Which clip?", "options": [{"id": "a", "label": "the first"}]}]}
    world.upstream.next("run", sse(called("ask_question", ask)))

    await world.ann.slash(world.channel, "edit", words="delete a clip", footage=CLIP)
    await world.until_quiet()

    assert "Which clip?\n1. the first" in "\n".join(texts(world.thread))


async def test_a_missing_permission_is_named(world: World) -> None:
    channel = world.strict_channel()

    await world.ann.slash(channel, "edit", words="trim it", footage=CLIP)
    await world.until_quiet()

    assert "Create Public Threads" in channel.history()[-1].content
    assert world.upstream.requests == []
