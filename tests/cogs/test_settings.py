"""`/settings`: what each subcommand sets, that it counts from then on, and that only administrators set it."""

from typing import Any

import pytest
import simcord

from bot.store.models import Server
from tests.cogs.conftest import World, texts
from tests.upstream import server
from tests.upstream.replies import said, sse

CLIP = ("clip.mp4", server.CLIP)
SUBCOMMANDS: dict[str, dict[str, Any]] = {
    "show": {},
    "account": {},
    "roles": {},
    "limits": {},
    "language": {"language": "zh-CN"},
    "retention": {"days": 3},
    "talk": {"plain": "off"},
}


async def kept(world: World) -> Server | None:
    return await world.bot.app.store.servers.get(str(world.guild.id))


async def told(
    world: World, who: simcord.MemberActor, subcommand: str, at: simcord.ChannelHandle | None = None, **options: Any
) -> str:
    """What somebody is told by a subcommand, and nobody else."""
    result = await who.slash(at or world.channel, f"settings {subcommand}", **options)
    await world.until_quiet()
    assert result.ephemeral
    assert result.response is not None
    return str(result.response.content)


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
async def test_nobody_else_can_set_anything(world: World, subcommand: str) -> None:
    """Discord hides the commands from others by default only: a server can give them to anybody."""
    (command,) = [one for one in await world.bot.tree.fetch_commands() if one.name == "settings"]
    world.guild.set_command_permissions(command, {world.ann: True})

    words = await told(world, world.ann, subcommand, **SUBCOMMANDS[subcommand])

    assert "manage this server" in words
    assert await kept(world) is None


async def test_show_tells_everything_with_its_bounds(world: World) -> None:
    admin = world.admin()
    before = await told(world, admin, "show")
    assert "the bot's account pays" in before
    assert "Everybody who may write here" in before
    assert "Plain talk is on" in before
    assert "own language" in before
    assert "kept for 30 days. At most 30." in before
    assert "Requests of one person at once: 3 (at most 3)" in before
    assert "The largest file, in MB: 500 (at most 500)" in before

    await world.bot.app.store.servers.update(
        str(world.guild.id), talk=False, language="en-US", retention_days=90, user_running=1, roles=("42",)
    )
    after = await told(world, admin, "show")
    assert "<@&42>" in after
    assert "Plain talk is off" in after
    assert "speaks English" in after
    assert "kept for 30 days" in after  # the operator's is shorter
    assert "Requests of one person at once: 1 (at most 3)" in after


async def test_the_language_of_a_server_is_spoken_by_everything_there(world: World) -> None:
    admin = world.admin()
    assert "简体中文" in await told(world, admin, "language", language="zh-CN")
    assert "直接对话已开启" in await told(world, admin, "show")

    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()
    assert "已添加 clip.mp4" in "\n".join(texts(world.thread))
    await world.ann.send(world.thread, "status")
    await world.until_quiet()
    assert "本帖里的素材" in world.thread.history()[-1].content
    result = await world.ann.slash(world.channel, "status")
    assert result.response is not None
    assert "这个命令要在项目帖里使用" in result.response.content

    assert "own language" in await told(world, admin, "language", language="own")
    await world.ann.slash(world.thread, "status")
    await world.until_quiet()
    assert "In this thread" in world.thread.history()[-1].content


async def test_retention_is_at_most_the_operators(world: World) -> None:
    admin = world.admin()
    assert "from 1 to 30" in await told(world, admin, "retention", days=31)
    assert await kept(world) is None
    assert "for 1 day." in await told(world, admin, "retention", days=1)
    assert "for 30 days." in await told(world, admin, "retention")
    record = await kept(world)
    assert record is not None
    assert record.retention_days is None


async def test_with_plain_talk_off_only_what_is_meant_counts(world: World) -> None:
    admin = world.admin()
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()
    thread, me = world.thread, world.bot.user
    assert me is not None
    assert "only commands" in await told(world, admin, "talk", thread, plain="off")

    await world.ann.send(thread, "mute it", attachments=[("second.mp4", server.CLIP + b"2")])
    await world.until_quiet()
    assert world.upstream.seen("run") == []
    assert len(world.upstream.seen("upload")) == 1

    world.upstream.next("run", sse(said("One.")), sse(said("Two.")), sse(said("Three.")))
    await world.ann.send(thread, f"<@{me.id}> mute it")
    await world.until_quiet()
    await world.ann.send(thread, "louder", reply_to=thread.history()[-1])
    await world.until_quiet()
    await world.ann.slash(thread, "edit", words="fade out")
    await world.until_quiet()
    assert [seen.json["new_message"]["parts"][0]["text"] for seen in world.upstream.seen("run")] == [
        "mute it",
        "louder",
        "fade out",
    ]

    assert "as they come" in await told(world, admin, "talk", thread, plain="on")
    await world.ann.send(thread, "faster")
    await world.until_quiet()
    assert len(world.upstream.seen("run")) == 4


async def test_direct_messages_are_no_server(world: World) -> None:
    await world.bot.app.store.servers.update(str(world.guild.id), talk=False, roles=("42",), language="zh-CN")
    files = world.env.backend.store_attachments(world.ann.user.dm_channel.id, [CLIP])
    await world.ann.send_dm("trim it", attachments=files)
    await world.until_quiet()
    assert "Added clip.mp4" in "\n".join(texts(world.ann.user.dm_channel))
