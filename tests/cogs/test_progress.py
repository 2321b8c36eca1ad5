"""The message that tells how far something is: who may stop it, and until when."""

import discord

from bot.store.models import Place
from bot.updates import Stage, Working
from tests.cogs.conftest import World


async def test_cancel_is_there_as_long_as_there_is_something_to_stop(world: World) -> None:
    thread = await world.open_thread()
    place = Place(face="discord", thread=str(thread.id), guild=str(world.guild.id), requester=str(world.ann.id))

    async def shown(update: Working) -> list[str | None]:
        await world.bot.face.show(place, "i1-0", update)
        await world.until_quiet()
        (message,) = thread.history()[-1:]
        rows = (row for row in message.components if isinstance(row, discord.ActionRow))
        return [button.label for row in rows for button in row.children if isinstance(button, discord.Button)]

    assert await shown(Working(Stage.CONVERTING, 10, "a.gif")) == ["Cancel"]
    assert await shown(Working(Stage.FITTING, 20)) == []  # it is finished, and only made smaller to be handed over
    me = world.bot.user
    assert me is not None
    assert sum(message.author.id == me.id for message in thread.history()) == 1
