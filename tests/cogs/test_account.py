"""`/settings account`: an administrator links, replaces and unlinks the server's token; nobody else does."""

import pytest
import simcord
from redis.asyncio import Redis

from bot.store.models import Account
from tests.cogs.conftest import World, texts
from tests.upstream.replies import Reply
from tests.upstream.server import CLIP

TOKEN = "nmv_usr_of_this_server"
FIELD = "token"


@pytest.fixture
def admin(world: World) -> simcord.MemberActor:
    """Somebody who may manage the server, and has a token."""
    world.upstream.tokens.add(TOKEN)
    return world.admin()


async def kept(world: World) -> Account | None:
    return await world.bot.app.store.accounts.get(f"nemo:guild:{world.guild.id}")


async def submit(world: World, admin: simcord.MemberActor, token: str) -> str:
    """Link by the modal; what the administrator is told."""
    shown = await admin.slash(world.channel, "settings account")
    result = await admin.submit_modal(shown, {FIELD: token})
    await world.until_quiet()
    assert result.ephemeral
    assert result.response is not None
    return str(result.response.content)


async def test_a_token_is_linked_and_new_projects_use_it(world: World, admin: simcord.MemberActor) -> None:
    assert "Linked" in await submit(world, admin, TOKEN)
    account = await kept(world)
    assert account is not None
    assert account.linked_by == str(admin.id)

    await world.ann.slash(world.channel, "edit", words="trim it", footage=("clip.mp4", CLIP))
    await world.until_quiet()
    assert [seen.token for seen in world.upstream.seen("run")] == [TOKEN]
    result = await world.ann.slash(world.channel, "credits")
    await world.until_quiet()
    assert result.response is not None
    assert "This server's account" in world.channel.history()[-1].content
    assert TOKEN not in "\n".join(texts(world.channel) + texts(world.thread))


async def test_a_token_that_is_refused_or_cannot_be_tried_changes_nothing(
    world: World, admin: simcord.MemberActor
) -> None:
    assert "not accepted" in await submit(world, admin, "nmv_usr_wrong")
    world.upstream.next("credits", *[Reply(503)] * 3)
    assert "could not be tried" in await submit(world, admin, TOKEN)
    assert await kept(world) is None


async def test_what_is_linked_is_said_without_the_token_and_can_be_unlinked(
    world: World, admin: simcord.MemberActor, redis: Redis
) -> None:
    await submit(world, admin, TOKEN)
    shown = await admin.slash(world.channel, "settings account")
    assert shown.ephemeral
    assert shown.response is not None
    assert admin.mention in shown.response.content
    assert TOKEN not in shown.response.content

    await admin.click(shown.response, label="Unlink")
    await world.until_quiet()
    assert await kept(world) is None
    again = await admin.slash(world.channel, "settings account")
    assert again.modal is not None


async def test_it_is_replaced_by_the_same_modal(world: World, admin: simcord.MemberActor) -> None:
    await submit(world, admin, TOKEN)
    world.upstream.tokens.add("nmv_usr_second")
    shown = await admin.slash(world.channel, "settings account")
    assert shown.response is not None
    asked = await admin.click(shown.response, label="Replace")
    await admin.submit_modal(asked, {FIELD: "nmv_usr_second"})
    await world.until_quiet()
    account = await kept(world)
    assert account is not None
    assert account.token is not None
    assert account.token.get_secret_value() == "nmv_usr_second"


async def test_who_may_not_manage_the_server_any_more_can_neither_unlink_nor_link(
    world: World, admin: simcord.MemberActor
) -> None:
    """Discord hides the command from others by default only: it is checked again at every step."""
    await submit(world, admin, TOKEN)
    shown = await admin.slash(world.channel, "settings account")
    assert shown.response is not None
    asked = await admin.click(shown.response, label="Replace")
    again = await admin.slash(world.channel, "settings account")
    assert again.response is not None
    world.env.backend.guilds[world.guild.id].members[admin.id].role_ids.clear()

    for result in (
        await admin.submit_modal(asked, {FIELD: "nmv_usr_second"}),
        await admin.click(again.response, label="Unlink"),
    ):
        assert result.response is not None
        assert "manage this server" in result.response.content
    account = await kept(world)
    assert account is not None
    assert account.token is not None
    assert account.token.get_secret_value() == TOKEN


async def test_a_form_that_was_open_over_a_restart_is_taken(world: World, admin: simcord.MemberActor) -> None:
    shown = await admin.slash(world.channel, "settings account")
    world.bot._connection._view_store._modals.clear()  # as a new process has it
    result = await admin.submit_modal(shown, {FIELD: TOKEN})
    await world.until_quiet()
    assert result.response is not None
    assert "Linked" in result.response.content
    assert await kept(world) is not None
