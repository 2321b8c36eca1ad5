"""One process for many servers: nothing is kept in memory that is not needed, nothing asked for that is not used."""

import discord
import pytest

from cogs.bot import Threadcut
from cogs.sync import digest, sync_if_changed
from tests.cogs.conftest import World


async def test_no_members_and_no_messages_are_kept(world: World) -> None:
    assert world.bot.intents == discord.Intents(
        guilds=True, guild_messages=True, dm_messages=True, message_content=True
    )
    assert world.bot._connection.member_cache_flags == discord.MemberCacheFlags.none()
    assert world.bot._connection._messages is None
    assert not world.bot._connection._chunk_guilds


@pytest.mark.parametrize("shards", [None, 3])
async def test_the_setting_says_how_many_shards(world: World, shards: int | None) -> None:
    settings = world.bot.app.settings
    changed = settings.discord.model_copy(update={"shards": shards})
    object.__setattr__(settings, "discord", changed)
    assert Threadcut(world.bot.app, message_content=False).shard_count == shards


async def test_commands_are_sent_when_a_translation_changed_and_not_otherwise(world: World) -> None:
    tree, store = world.bot.tree, world.bot.app.store
    application = world.bot.application_id or 0
    assert not await sync_if_changed(tree, store, application)
    before = await digest(tree)
    await tree.set_translator(None)
    assert await digest(tree) != before
    assert await sync_if_changed(tree, store, application)
    assert not await sync_if_changed(tree, store, application)
