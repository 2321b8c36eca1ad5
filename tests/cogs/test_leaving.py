"""What goes with a server that sends the bot away, with a deleted channel, and with what happened while it was away."""

import discord
import pytest

from bot.store.models import Place, RenderState, Thread
from tests.cogs.conftest import World
from tests.upstream import server

CLIP = ("clip.mp4", server.CLIP)


async def project(world: World) -> str:
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    await world.until_quiet()
    return str(world.thread.id)


async def gone(world: World, thread: str) -> bool:
    return await world.bot.app.store.threads.get(thread) is None


def stranger(world: World, guild: str, key: str = "77") -> Thread:
    """A thread of another server, as this bot's records have it."""
    return Thread(key=key, place=Place(face="discord", thread=key, guild=guild, channel="66"))


async def test_a_server_that_sends_the_bot_away_takes_everything_with_it(world: World) -> None:
    store, guild = world.bot.app.store, str(world.guild.id)
    world.upstream.render_states = ("processing",)
    thread = await project(world)
    await world.ann.slash(world.thread, "export")
    (seen,) = [await world.upstream.wait_for("render")]
    await store.servers.update(guild, talk=False)
    await store.threads.save(stranger(world, "5"))
    (render,) = await store.renders.of_thread(thread)
    await world.settle(lambda: _is(world, render.id, RenderState.RENDERING))

    here = world.bot.get_guild(world.guild.id)
    assert here is not None
    world.bot.dispatch("guild_remove", here)

    await world.settle(lambda: gone(world, thread))
    await world.upstream.wait_for("cancel")
    assert world.upstream.renders[seen.json["id"]] == ["cancelled"]
    await world.settle(lambda: _no_record(world, guild))
    assert await store.renders.get(render.id) is None
    assert [one async for one in store.renders.open()] == []
    assert not await gone(world, "77")


async def _is(world: World, id_: str, state: RenderState) -> bool:
    render = await world.bot.app.store.renders.get(id_)
    return render is not None and render.state is state


async def _no_record(world: World, guild: str) -> bool:
    return await world.bot.app.store.servers.get(guild) is None


async def test_its_account_goes_too(world: World) -> None:
    world.upstream.tokens.add("nmv_usr_of_this_server")
    admin = world.admin()
    shown = await admin.slash(world.channel, "settings account")
    await admin.submit_modal(shown, {"token": "nmv_usr_of_this_server"})
    await world.until_quiet()
    key = f"nemo:guild:{world.guild.id}"
    assert await world.bot.app.store.accounts.get(key) is not None
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    world.bot.dispatch("guild_remove", guild)

    async def unlinked() -> bool:
        return await world.bot.app.store.accounts.get(key) is None

    await world.settle(unlinked)


async def test_a_deleted_channel_takes_its_threads_with_it(world: World) -> None:
    thread = await project(world)
    await world.bot.app.store.threads.save(stranger(world, str(world.guild.id)))
    channel = world.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)

    world.bot.dispatch("guild_channel_delete", channel)

    await world.settle(lambda: gone(world, thread))
    assert not await gone(world, "77")


@pytest.mark.parametrize("same_bot", [True, False])
async def test_a_server_that_is_gone_when_the_bot_comes_back_is_forgotten_only_by_the_same_bot(
    world: World, same_bot: bool
) -> None:
    store = world.bot.app.store
    thread = await project(world)
    await store.threads.save(stranger(world, "5"))
    await store.servers.update("6", talk=False)
    await store.marks.write("application", str(world.bot.application_id) if same_bot else "another")

    leaving = world.bot.get_cog("Leaving")
    await leaving.on_ready()  # type: ignore[union-attr]  # the listener

    assert await gone(world, "77") == same_bot
    assert (await store.servers.get("6") is None) == same_bot
    assert not await gone(world, thread)
