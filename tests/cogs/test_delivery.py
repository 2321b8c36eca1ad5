"""A finished video comes once, whichever way an earlier attempt went, and however long ago."""

import dataclasses

import discord

from bot.store.models import Place, Render
from bot.updates import RenderReady
from tests.cogs.conftest import World
from tests.upstream import server

CLIP = ("clip.mp4", server.CLIP)


def brought(channel: object) -> list[discord.Message]:
    return [one for one in channel.history() if "video is ready" in one.content]  # type: ignore[attr-defined]


async def finished(world: World) -> tuple[Render, RenderReady]:
    """A project with an export that was never handed over."""
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()
    place = Place(
        face="discord",
        thread=str(world.thread.id),
        channel=str(world.channel.id),
        guild=str(world.guild.id),
        requester=str(world.ann.id),
    )
    now = world.thread.history()[-1].created_at  # the clock of this Discord
    render = Render(id="r1-0", place=place, session="s", nonce="n" * 24, created=now)
    return render, RenderReady("r1-0", "a.mp4", None, 10, 1000, None, None, "https://x.example/a", None)


async def test_an_attempt_that_got_through_is_found_in_the_thread(world: World) -> None:
    render, ready = await finished(world)
    await world.bot.face.deliver(render, ready)
    assert len(brought(world.thread)) == 1
    again = render.model_copy(update={"deliveries": 1, "nonce": "another"})  # as after Discord forgot the first
    await world.bot.face.deliver(again, ready)
    assert len(brought(world.thread)) == 1


async def test_an_attempt_that_went_another_way_is_found_there(world: World) -> None:
    render, ready = await finished(world)
    elsewhere = render.model_copy(update={"place": render.place.model_copy(update={"thread": "1", "channel": None})})
    await world.bot.face.deliver(elsewhere, ready)
    dm = world.ann.user.dm_channel
    assert len(brought(dm)) == 1
    again = render.model_copy(update={"deliveries": 1, "nonce": "another"})
    await world.bot.face.deliver(again, ready)
    assert brought(world.thread) == []
    assert len(brought(dm)) == 1


async def test_an_attempt_that_did_not_get_through_is_made_again(world: World) -> None:
    render, ready = await finished(world)
    await world.bot.face.deliver(render.model_copy(update={"deliveries": 3}), ready)
    other = render.model_copy(update={"id": "r2-0", "nonce": "m" * 24, "deliveries": 1})
    await world.bot.face.deliver(other, dataclasses.replace(ready, render="r2-0"))
    assert len(brought(world.thread)) == 2
