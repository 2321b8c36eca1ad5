"""The doors without a command: talk and footage in a thread, mentions, replies, direct messages."""

from tests.cogs.conftest import World, texts
from tests.upstream import server
from tests.upstream.replies import said, sse

CLIP = ("clip.mp4", server.CLIP)


def asked(world: World) -> list[str]:
    """The words that reached the upstream."""
    return [seen.json["new_message"]["parts"][0]["text"] for seen in world.upstream.seen("run")]


async def test_footage_and_talk_in_the_bots_thread_are_taken_up(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)

    await world.ann.send(world.thread, "trim the silences", attachments=[("second.mp4", server.CLIP + b"more")])
    await world.until_quiet()

    assert [part.name for seen in world.upstream.seen("upload") for part in seen.parts] == ["clip.mp4", "second.mp4"]
    assert asked(world) == ["trim the silences"]


async def test_a_thread_the_bot_does_not_work_in_is_left_alone(world: World) -> None:
    thread = await world.open_thread()

    await world.ann.send(thread, "trim the silences", attachments=[CLIP])
    await world.until_quiet()

    assert world.upstream.requests == []
    assert len(thread.history()) == 1


async def test_talk_in_a_channel_is_left_alone(world: World) -> None:
    await world.ann.send(world.channel, "trim the silences", attachments=[CLIP])
    await world.until_quiet()

    assert world.upstream.requests == []
    assert world.channel.threads == []


async def test_a_mention_in_a_channel_opens_a_thread_on_that_message(world: World) -> None:
    me = world.bot.user
    assert me is not None

    message = await world.ann.send(world.channel, f"<@{me.id}> trim the silences", attachments=[CLIP])
    await world.until_quiet()

    assert world.thread.id == message.id
    assert world.thread.name == "trim the silences"
    assert asked(world) == ["trim the silences"]


async def test_a_mention_in_a_thread_makes_it_a_project(world: World) -> None:
    thread = await world.open_thread()
    me = world.bot.user
    assert me is not None

    await world.ann.send(thread, f"<@{me.id}>", attachments=[CLIP])
    await world.ann.send(thread, "add a title")
    await world.until_quiet()

    assert asked(world) == ["add a title"]


async def test_a_reply_to_the_bot_is_meant_for_it(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    answer = world.thread.history()[-1]

    await world.ann.send(world.thread, "make it vertical", reply_to=answer)
    await world.until_quiet()

    assert asked(world) == ["make it vertical"]


async def test_a_direct_message_is_a_project_of_its_own(world: World) -> None:
    files = world.env.backend.store_attachments(world.ann.user.dm_channel.id, [CLIP])
    await world.ann.send_dm("trim the silences", attachments=files)
    await world.until_quiet()

    assert asked(world) == ["trim the silences"]
    assert "Added clip.mp4" in "\n".join(texts(world.ann.user.dm_channel))


async def test_other_bots_are_not_listened_to(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    other = world.guild.add_member(world.env.create_user("other", bot=True))

    await other.send(world.thread, "delete everything")
    await world.until_quiet()

    assert asked(world) == []


async def test_without_a_right_to_open_threads_the_permission_is_named(world: World) -> None:
    channel = world.strict_channel()
    me = world.bot.user
    assert me is not None

    await world.ann.send(channel, f"<@{me.id}> trim it", attachments=[CLIP])
    await world.until_quiet()

    assert "Create Public Threads" in channel.history()[-1].content
    assert world.upstream.requests == []


async def test_a_deleted_thread_is_forgotten(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    thread = world.thread
    assert await world.bot.app.store.threads.get(str(thread.id)) is not None

    world.env.backend.delete_channel(thread.id)
    await world.until_quiet()

    assert await world.bot.app.store.threads.get(str(thread.id)) is None


async def test_long_answers_come_in_parts(world: World) -> None:
    world.upstream.next("run", sse(said("word " * 900)))

    await world.ann.slash(world.channel, "edit", words="tell me a lot", footage=CLIP)
    await world.until_quiet()

    told = texts(world.thread)
    assert all(len(text) <= 2000 for text in told)
    assert sum(text.count("word") for text in told) == 900
