"""Which permissions each kind of place needs, and where a missing one is said to be given."""

import discord
import pytest

from cogs.places import missing
from tests.cogs.conftest import World
from tests.upstream import server

CLIP = ("clip.mp4", server.CLIP)


async def test_what_each_kind_of_channel_needs(world: World) -> None:
    await world.open_thread()
    thread = world.bot.get_channel(world.thread.id)
    text = world.bot.get_channel(world.channel.id)
    voice = world.bot.get_channel(world.guild.create_voice_channel("voice").id)
    assert isinstance(thread, discord.Thread)
    nothing = discord.Permissions.none()
    always = {"View Channel", "Read Message History", "Attach Files", "Embed Links"}
    assert set(missing(nothing, thread).values()) == always | {"Send Messages in Threads"}
    assert set(missing(nothing, text).values()) == always | {"Send Messages in Threads", "Create Public Threads"}
    assert set(missing(nothing, voice).values()) == always | {"Send Messages"}
    thread.locked = True
    assert "Manage Threads" in missing(nothing, thread).values()
    assert missing(discord.Permissions.all(), thread) == {}


@pytest.mark.parametrize("door", ["command", "mention"])
async def test_what_a_channel_takes_away_is_given_in_the_channel(world: World, door: str) -> None:
    me = world.bot.user
    assert me is not None
    channel = world.strict_channel()
    if door == "command":
        await world.ann.slash(channel, "edit", words="trim it", footage=CLIP)
    else:
        await world.ann.send(channel, f"<@{me.id}> trim it", attachments=[CLIP])
    await world.until_quiet()
    told = channel.history()[-1].content
    assert "Create Public Threads" in told
    assert "Edit Channel > Permissions" in told
    assert world.upstream.requests == []


async def test_what_no_role_gives_is_given_in_the_roles(world: World) -> None:
    backend, guild = world.env.backend, world.env.backend.guilds[world.guild.id]
    lacking = discord.Permissions(attach_files=True, administrator=True).value
    for role in list(guild.roles.values()):
        backend.edit_role(guild.id, role.id, {"permissions": role.permissions & ~lacking})
    await world.open_thread()
    result = await world.ann.slash(world.thread, "export")
    assert result.ephemeral
    assert result.response is not None
    assert "Attach Files" in result.response.content
    assert "Server Settings > Roles" in result.response.content
