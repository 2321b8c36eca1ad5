"""Who may use the bot where a server has chosen roles: the same answer at every door."""

import discord
import pytest
import simcord

from bot.updates import Deed, Offer
from cogs.buttons import view
from cogs.forms import Field, form
from tests.cogs.conftest import World, texts
from tests.upstream import server

CLIP = ("clip.mp4", server.CLIP)


@pytest.fixture
async def bob(world: World) -> simcord.MemberActor:
    """Somebody with the role that may; ann, whose project it is, has it not."""
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    await world.until_quiet()
    role = world.guild.create_role("editors")
    await world.bot.app.store.servers.update(str(world.guild.id), roles=(str(role.id),))
    return world.guild.add_member(world.env.create_user("bob"), roles=[role])


def runs(world: World) -> int:
    return len(world.upstream.seen("run"))


def refusal(result: simcord.InteractionResult) -> str:
    assert result.ephemeral
    assert result.response is not None
    assert "one of these roles" in result.response.content
    return str(result.response.content)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("edit", {"words": "mute it"}),
        ("upload", {"link": "https://example.org/a.mp4"}),
        ("export", {}),
        ("status", {}),
        ("credits", {}),
    ],
)
async def test_commands(world: World, bob: simcord.MemberActor, command: str, options: dict[str, object]) -> None:
    asked = len(world.upstream.requests)
    before = len(world.thread.history())
    for channel in (world.thread, world.channel):
        refusal(await world.ann.slash(channel, command, **options))
    await world.until_quiet()
    assert len(world.upstream.requests) == asked
    assert len(world.thread.history()) == before

    result = await bob.slash(world.thread, command, **options)
    await world.until_quiet()
    assert result.acknowledged
    assert not result.ephemeral
    assert len(world.thread.history()) > before


async def test_buttons(world: World, bob: simcord.MemberActor) -> None:
    message = await world.bot_says("Tracks?", view([Offer(Deed.TRACKS)], "en-US"))
    refusal(await world.ann.click(message, label="Show tracks"))
    shown = await bob.click(message, label="Show tracks")
    assert shown.response is not None
    assert "In this thread" in shown.response.content


async def test_a_locked_thread_is_closed_to_presses_and_its_permission_is_named(world: World) -> None:
    world.upstream.draft = server.DRAFT
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    await world.until_quiet()
    message = await world.bot_says("Here it is.", view([Offer(Deed.EXPORT)], "en-US"))
    backend = world.env.backend
    lacking = discord.Permissions(manage_threads=True, administrator=True).value
    for role in list(backend.guilds[world.guild.id].roles.values()):
        backend.edit_role(world.guild.id, role.id, {"permissions": role.permissions & ~lacking})
    admin = world.admin()
    backend.edit_channel(world.thread.id, {}, thread_metadata={"locked": True})
    await world.until_quiet()

    theirs = await world.ann.click(message, label="Export")
    assert theirs.response is not None
    assert "may write in this thread" in theirs.response.content
    result = await admin.click(message, label="Export")
    assert result.response is not None
    assert "Manage Threads" in result.response.content
    assert world.upstream.seen("render") == []


async def test_forms(world: World, bob: simcord.MemberActor) -> None:
    """The role was there when the form was shown, and is not when it is sent."""
    sent: list[dict[str, str]] = []

    async def take(app: object, interaction: discord.Interaction, typed: dict[str, str]) -> None:
        sent.append(typed)
        await interaction.response.send_message("Taken.", ephemeral=True)

    forms = world.bot.get_cog("Forms")
    forms._handlers["t1:form:test"] = take  # type: ignore[union-attr]  # a form of the test's own
    tree = world.bot.tree

    @tree.command(description="Show a form")
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(form("t1:form:test", "A form", [Field("words", "Words")]))

    await tree.sync()
    shown = await bob.slash(world.thread, "ask")
    again = await bob.slash(world.thread, "ask")
    result = await bob.submit_modal(shown, {"words": "mute it"})
    assert result.response is not None
    assert result.response.content == "Taken."
    world.env.backend.guilds[world.guild.id].members[bob.id].role_ids.clear()
    refusal(await bob.submit_modal(again, {"words": "mute it"}))
    assert sent == [{"words": "mute it"}]


async def test_plain_talk_and_drops_are_left_alone_in_silence(world: World, bob: simcord.MemberActor) -> None:
    before, ran = len(world.thread.history()), runs(world)
    await world.ann.send(world.thread, "mute it", attachments=[("second.mp4", server.CLIP + b"2")])
    await world.until_quiet()
    assert (len(world.thread.history()), runs(world)) == (before + 1, ran)

    await bob.send(world.thread, "mute it")
    await world.until_quiet()
    assert runs(world) == ran + 1


@pytest.mark.parametrize("how", ["mention", "reply"])
async def test_a_mention_and_a_reply_are_answered_once(world: World, bob: simcord.MemberActor, how: str) -> None:
    me = world.bot.user
    assert me is not None
    ran = runs(world)
    answer = world.thread.history()[-1]

    async def say(who: simcord.MemberActor) -> None:
        if how == "mention":
            await who.send(world.thread, f"<@{me.id}> mute it")
        else:
            await who.send(world.thread, "mute it", reply_to=answer)
        await world.until_quiet()

    for _ in range(2):
        await say(world.ann)
    assert runs(world) == ran
    lines = [text for text in texts(world.thread) if "one of these roles" in text]
    assert len(lines) == 1
    assert "\n" not in lines[0]
    await say(bob)
    assert runs(world) == ran + 1


async def test_administrators_always_may(world: World, bob: simcord.MemberActor) -> None:
    admin = world.admin()
    await admin.slash(world.thread, "edit", words="mute it")
    await world.until_quiet()
    await admin.send(world.thread, "louder")
    await world.until_quiet()
    assert runs(world) == 3
    assert refusal(await world.ann.slash(world.thread, "status")).count("<@&") == 1


async def test_a_refusal_is_in_the_servers_language(world: World, bob: simcord.MemberActor) -> None:
    await world.bot.app.store.servers.update(str(world.guild.id), language="zh-CN")
    me = world.bot.user
    assert me is not None
    result = await world.ann.slash(world.thread, "status")
    assert result.response is not None
    assert "身份组" in result.response.content
    await world.ann.send(world.thread, f"<@{me.id}> mute it")
    await world.until_quiet()
    assert "身份组" in world.thread.history()[-1].content
