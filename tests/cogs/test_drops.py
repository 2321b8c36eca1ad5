"""Upload links: who gets which, who is told, who may still use one, and what is said where there are none."""

import asyncio
import re

import discord
import pytest
import simcord

from bot.flows.context import NotAllowed
from bot.store.models import Drop, DropFile
from bot.updates import Deed, Offer
from cogs.buttons import view
from cogs.note import RevokeButton
from tests.cogs.conftest import PUBLIC, World, texts
from tests.cogs.test_buttons import CLIP, buttons
from tests.cogs.test_project import buttons_of, words

LARGE = ("large.mp4", CLIP[1] + bytes(1_100_000))


@pytest.fixture
def reached() -> bool:
    return True


async def drop_of(world: World) -> Drop:
    """The one drop of the channel's one thread."""
    (drop,) = await world.bot.app.store.drops.of_thread(str(world.thread.id))
    return drop


def notes(world: World) -> int:
    """How many messages tell of a link."""
    return sum("can send footage here" in text for text in texts(world.thread))


def note_of(world: World) -> discord.Message:
    """The message that tells of the link that is open."""
    return next(one for one in world.thread.history() if buttons(one) == ["Revoke the link"])


async def test_a_link_is_for_one_persons_eyes_and_the_thread_is_told(world: World) -> None:
    result = await world.ann.slash(world.channel, "upload")
    told = words(result)
    assert f"<#{world.thread.id}>" in told
    assert "up to 10 files, each up to 500 MB" in told
    assert "whoever has its link acts as you" in told
    assert re.search(r"until <t:\d+:f>", told)
    assert PUBLIC not in told, "a button cannot be copied into the channel by accident"
    assert buttons_of(result) == ["Open the upload page", "Attach here instead"]
    assert world.thread.name == "Footage from ann"
    note = note_of(world)
    assert f"<@{world.ann.id}> can send footage here" in note.content
    assert (await drop_of(world)).place.answer == str(note.id)


async def test_asked_for_again_it_is_the_same_and_nothing_is_told_twice(world: World) -> None:
    first = await world.ann.slash(world.channel, "upload")
    again = [await world.ann.slash(where, "upload") for where in (world.channel, world.thread)]
    links = {str(one.response.components[0]["components"][0]["url"]) for one in (first, *again) if one.response}
    assert len(links) == 1
    assert links.pop().startswith(f"{PUBLIC}/u/")
    assert notes(world) == 1
    bob = world.member("bob")
    await bob.slash(world.thread, "upload")
    assert notes(world) == 2
    assert len(await world.bot.app.store.drops.of_thread(str(world.thread.id))) == 2


async def test_in_a_thread_of_their_own_it_begins_a_project(world: World) -> None:
    """What is dropped there from then on is taken, and what came in by the link goes with the project."""
    thread = await world.open_thread()
    result = await world.ann.slash(thread, "upload")
    await world.until_quiet()
    assert thread.name == "cuts"
    assert f"<#{thread.id}>" in words(result)
    await world.ann.send(thread, attachments=[CLIP])
    await world.until(thread, "Added clip.mp4")
    await world.bot.app.runner.forget(str(thread.id))
    assert await world.bot.app.store.drops.of_thread(str(thread.id)) == ()


async def test_a_note_that_was_deleted_comes_back(world: World) -> None:
    """A link that can be used is one that can be revoked."""
    first = await world.ann.slash(world.channel, "upload")
    world.env.backend.delete_message(world.thread.id, note_of(world).id)
    again = await world.ann.slash(world.thread, "upload")
    assert first.response is not None
    assert again.response is not None
    assert first.response.components[0]["components"][0] == again.response.components[0]["components"][0]
    assert notes(world) == 1
    assert (await drop_of(world)).place.answer == str(note_of(world).id)


async def test_a_thread_that_was_deleted_is_not_led_to(world: World) -> None:
    await world.ann.slash(world.channel, "upload")
    old = world.thread.id
    world.env.backend.delete_channel(old)
    await world.until_quiet()
    await world.ann.slash(world.channel, "upload")
    assert world.thread.id != old


async def test_where_the_bot_may_not_write_there_is_no_link(world: World) -> None:
    result = await world.ann.slash(world.strict_channel(), "upload")
    assert "Create Public Threads" in words(result)
    assert buttons_of(result) == []


async def test_a_thread_of_which_nothing_came_is_used_again(world: World) -> None:
    await world.ann.slash(world.channel, "upload")
    await world.ann.click(note_of(world), label="Revoke the link")
    await world.ann.slash(world.channel, "upload")
    note = note_of(world)
    await world.ann.send(world.thread, attachments=[CLIP])
    await world.until(world.thread, "Added clip.mp4")
    await world.until_quiet()
    await world.ann.click(note, label="Revoke the link")
    await world.ann.slash(world.channel, "upload")
    assert len(world.channel.threads) == 2


async def test_the_button_revokes_for_its_owner_and_for_moderators_alone(world: World) -> None:
    bob, mod = world.member("bob"), world.member("mod", manage_messages=True)
    for who in (world.ann, mod):
        await world.ann.slash(world.channel, "upload")
        note = note_of(world)
        refused = await bob.click(note, label="Revoke the link")
        assert "can revoke it" in words(refused)
        await who.click(note, label="Revoke the link")
        note = next(one for one in world.thread.history() if one.id == note.id)
        assert note.content == f"The upload link of <@{world.ann.id}> was revoked by <@{who.id}>."
        assert buttons(note) == []
    over = await world.ann.click(await world.bot_says("old", revoking("0" * 32)), label="Revoke the link")
    assert "over already" in over.followups[0].content


def revoking(drop: str) -> discord.ui.View:
    """A button as it was left under an old note."""
    made = discord.ui.View(timeout=None)
    made.add_item(RevokeButton(drop, "Revoke the link"))
    return made


async def test_a_link_that_ended_says_so_where_it_was_told(world: World) -> None:
    """Its page closed it, or its time is over; what had come in by then is named."""
    batches, store, ann = world.bot.app.batches, world.bot.app.store, world.ann.id
    await world.ann.slash(world.channel, "upload")
    first = note_of(world)
    assert await batches.close((await drop_of(world)).id)
    await world.until(world.thread, f"The upload link of <@{ann}> is closed.")

    await world.ann.slash(world.thread, "upload")
    second = note_of(world)
    drop = next(one for one in await store.drops.of_thread(str(world.thread.id)) if one.state == "open")
    came = DropFile(id="0" * 32, name="my *talk*.mp4", size=9)
    past = {"files": (came,), "expires": drop.created}
    await store.drops.update(drop.id, lambda kept: kept.model_copy(update=past))
    await batches.sweep()
    told = await world.until(world.thread, "has ended. For a new one use /upload.")
    assert "Not sent, and removed: my \\*talk\\*.mp4." in told.content
    assert [one.id for one in world.thread.history() if "upload link of" in one.content] == [first.id, second.id]
    assert notes(world) == 0


async def test_a_batch_is_told_in_place_of_its_note_however_long_its_words_are(world: World) -> None:
    """In as many messages as it takes; everything that comes of it is below."""
    app = world.bot.app
    await world.ann.slash(world.channel, "upload")
    note, drop = note_of(world), await drop_of(world)
    file = DropFile(id="0" * 32, name="clip.mp4", size=len(CLIP[1]))
    folder = app.settings.uploads_dir / drop.id
    folder.mkdir(parents=True)
    (folder / file.id).write_bytes(CLIP[1])
    await app.store.drops.update(drop.id, lambda kept: kept.model_copy(update={"files": (file,)}))
    await app.batches.send(drop.id, "trim it, please. " * 200 + "@everyone", [file.id])
    await world.until(world.thread, "Added clip.mp4")
    await world.until_quiet()
    first, *rest = [one for one in world.thread.history() if one.id == note.id or "trim it, please" in one.content]
    assert first.content == f"<@{world.ann.id}> sent a file from the upload page: clip.mp4"
    assert buttons(first) == []
    assert len(rest) == 2
    assert not any(one.mention_everyone for one in (first, *rest))
    assert world.sent()[0].endswith("@everyone")


async def test_who_has_lost_the_role_may_still_end_a_link_but_not_use_it(world: World) -> None:
    await world.ann.slash(world.channel, "upload")
    role = world.guild.create_role("editors")
    await world.bot.app.store.servers.update(str(world.guild.id), roles=(str(role.id),))
    standing = world.bot.app.context.standing["discord"]
    assert await standing.refused((await drop_of(world)).place) == NotAllowed("roles", {"roles": "editors"})
    await world.ann.click(note_of(world), label="Revoke the link")
    assert any("was revoked" in text for text in texts(world.thread))


@pytest.mark.parametrize("what", ["member", "thread", "lock", "silence", "manager"])
async def test_who_may_still_send(world: World, what: str) -> None:
    """Asked of Discord as it is now, whatever was true when the link was given."""
    await world.ann.slash(world.channel, "upload")
    place, backend = (await drop_of(world)).place, world.env.backend
    expected = {"member": "left", "thread": "no_thread", "lock": "write", "silence": "write", "manager": None}[what]
    match what:
        case "member":
            backend.remove_member(world.guild.id, world.ann.id)
        case "thread":
            backend.delete_channel(world.thread.id)
        case "lock":
            backend.edit_channel(world.thread.id, {}, thread_metadata={"locked": True})
        case "silence":
            world.silence(world.ann)
            backend.edit_channel(world.channel.id, {}, overwrites=backend.get_channel(world.channel.id).overwrites)
        case "manager":
            role = world.guild.create_role("editors")
            await world.bot.app.store.servers.update(str(world.guild.id), roles=(str(role.id),))
            manager = world.guild.create_role("boss", permissions=discord.Permissions(manage_guild=True))
            backend.add_member_role(world.guild.id, world.ann.id, manager.id)
    await world.until_quiet()
    found = await world.bot.app.context.standing["discord"].refused(place)
    assert (found and found.why) == expected


async def test_an_answer_of_discords_counts_for_some_seconds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.ann.slash(world.channel, "upload")
    place = (await drop_of(world)).place
    asked = []
    fetch = discord.Guild.fetch_member

    async def counted(guild: discord.Guild, member: int, /) -> discord.Member:
        asked.append(member)
        return await fetch(guild, member)

    monkeypatch.setattr(discord.Guild, "fetch_member", counted)
    standing = world.bot.app.context.standing["discord"]
    assert await asyncio.gather(*(standing.refused(place) for _ in range(20))) == [None] * 20
    assert asked == [world.ann.id]


@pytest.mark.parametrize("general", [{"max_upload_mb": 1}])
async def test_too_large_offers_a_link_to_whoever_presses(world: World) -> None:
    await world.ann.slash(world.channel, "upload", footage=LARGE)
    told = await world.until(world.thread, "too large: the limit is 1 MB")
    await world.until_quiet()
    assert buttons(told) == ["Upload in the browser"]
    bob = world.member("bob")
    pressed = await bob.click(told, label="Upload in the browser")
    assert "each up to 1 MB" in words(pressed)
    assert f"<@{bob.id}> can send footage here" in texts(world.thread)[-1]


async def test_help_and_a_new_project_offer_the_page(world: World) -> None:
    result = await world.ann.slash(world.channel, "help")
    assert buttons_of(result) == ["New project", "Upload in the browser"]
    assert "a page in your browser" in words(result)
    await world.ann.slash(world.channel, "new")
    await world.until_quiet()
    assert buttons(world.thread.history()[-1])[-1] == "Upload in the browser"
    assert buttons_of(await world.ann.slash(world.thread, "help"))[-1] == "Upload in the browser"


async def test_status_tells_of_open_links(world: World) -> None:
    await world.ann.slash(world.channel, "upload")
    result = await world.ann.slash(world.thread, "status")
    assert result.response is not None
    assert f"<@{world.ann.id}> can send footage from the browser until <t:" in result.response.content


class TestWithoutPage:
    """PUBLIC_URL is not set."""

    @pytest.fixture
    def reached(self) -> bool:
        return False

    def hints(self, shown: simcord.InteractionResult) -> list[str]:
        assert shown.modal is not None
        return [label.get("description", "") for label in shown.modal["components"]]

    async def test_the_form_says_what_can_be_given(self, world: World) -> None:
        shown = await world.ann.slash(world.channel, "upload")
        files, link, _ = self.hints(shown)
        assert "each up to 25 MB" in files, "as the interaction says"
        assert "up to 500 MB" in link
        assert await world.bot.app.store.marks.done("operator told of uploads")

    @pytest.mark.parametrize("general", [{"max_upload_mb": 15}])
    async def test_too_large_says_what_can_be_given(self, world: World) -> None:
        await world.ann.slash(world.channel, "new")
        await world.ann.send(world.thread, attachments=[("large.mp4", CLIP[1] + bytes(15_100_000))])
        told = await world.until(world.thread, "too large: the limit is 15 MB")
        assert "Discord takes files up to 10 MB here" in told.content
        assert "`/upload link:`) brings up to 15 MB" in told.content
        assert buttons(told) == []

    async def test_a_button_of_a_time_with_a_page_opens_the_form(self, world: World) -> None:
        await world.open_thread()
        message = await world.bot_says("Too large.", view([Offer(Deed.UPLOAD)], "en-US"))
        shown = await world.ann.click(message, label="Upload in the browser")
        assert shown.modal is not None
