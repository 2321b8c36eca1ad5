"""`/settings roles`: a menu of the server's roles and a button for everybody, both of which work after a restart."""

import pytest
import simcord

from bot.store.models import Server
from cogs.roles import EverybodyButton, RoleMenu, _view
from tests.cogs.conftest import World


@pytest.fixture
def admin(world: World) -> simcord.MemberActor:
    return world.admin()


async def roles(world: World) -> tuple[str, ...]:
    kept = await world.bot.app.store.servers.get(str(world.guild.id))
    return () if kept is None else kept.roles


async def test_roles_are_chosen_from_a_menu_and_everybody_may_again(world: World, admin: simcord.MemberActor) -> None:
    editors, cutters = world.guild.create_role("editors"), world.guild.create_role("cutters")
    shown = await admin.slash(world.channel, "settings roles")
    assert shown.ephemeral
    assert shown.response is not None
    assert "Everybody who may write here" in shown.response.content

    chosen = await admin.select(shown.response, [editors, cutters])
    await world.until_quiet()
    assert set(await roles(world)) == {str(editors.id), str(cutters.id)}
    assert chosen.acknowledged

    again = await admin.slash(world.channel, "settings roles")
    assert again.response is not None
    assert f"<@&{editors.id}>" in again.response.content
    await admin.click(again.response, label="Everybody")
    await world.until_quiet()
    assert await roles(world) == ()


async def test_everyones_role_is_everybody(world: World, admin: simcord.MemberActor) -> None:
    shown = await admin.slash(world.channel, "settings roles")
    assert shown.response is not None
    await admin.select(shown.response, [world.guild.create_role("editors"), world.guild.default_role])
    await world.until_quiet()
    assert await roles(world) == ()


async def test_who_may_not_manage_the_server_any_more_cannot_choose(world: World, admin: simcord.MemberActor) -> None:
    editors = world.guild.create_role("editors")
    shown = await admin.slash(world.channel, "settings roles")
    assert shown.response is not None
    world.env.backend.guilds[world.guild.id].members[admin.id].role_ids.clear()
    for result in (await admin.select(shown.response, [editors]), await admin.click(shown.response, label="Everybody")):
        assert result.response is not None
        assert "manage this server" in result.response.content
    assert await world.bot.app.store.servers.get(str(world.guild.id)) is None


async def test_everything_shown_is_dynamic() -> None:
    """The library un-registers a dynamic item's class when a view that mixes it with an ordinary one stops."""
    shown = _view(Server(guild="1", roles=("2", "3")), "en-US")
    assert shown.timeout is None
    assert all(isinstance(item, RoleMenu | EverybodyButton) for item in shown.children)
