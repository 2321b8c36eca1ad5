"""`/settings limits`: a form with what is set, every wrong number named, and the numbers count."""

import pytest
import simcord

from tests.cogs.conftest import World, texts
from tests.upstream import server

TYPED = {"user_running": "1", "user_waiting": "0", "server_running": "4", "server_waiting": "", "file_mb": "1"}


@pytest.fixture
def admin(world: World) -> simcord.MemberActor:
    return world.admin()


async def submit(world: World, admin: simcord.MemberActor, typed: dict[str, str]) -> str:
    shown = await admin.slash(world.channel, "settings limits")
    world.bot._connection._view_store._modals.clear()  # a restart while the form is open
    result = await admin.submit_modal(shown, typed)
    await world.until_quiet()
    assert result.ephemeral
    assert result.response is not None
    return str(result.response.content)


async def test_the_numbers_are_kept_shown_again_and_taken_back(world: World, admin: simcord.MemberActor) -> None:
    assert "One person: 1 requests at once, 0 waiting. This server: 4 at once, 100 waiting. Largest file: 1 MB." in (
        await submit(world, admin, TYPED)
    )
    kept = await world.bot.app.store.servers.get(str(world.guild.id))
    assert kept is not None
    assert (kept.user_running, kept.user_waiting, kept.server_running, kept.server_waiting, kept.file_mb) == (
        *(1, 0, 4, None, 1),
    )
    shown = await admin.slash(world.channel, "settings limits")
    assert shown.modal is not None
    lines = [row["component"] for row in shown.modal["components"]]
    assert {line["custom_id"]: line.get("value") or "" for line in lines} == TYPED
    assert lines[3]["placeholder"] == "100"

    assert "3 requests at once, 10 waiting" in await submit(world, admin, dict.fromkeys(TYPED, ""))


async def test_each_wrong_number_is_one_clear_line_and_nothing_is_changed(
    world: World, admin: simcord.MemberActor
) -> None:
    typed = {"user_running": "4", "user_waiting": "-1", "server_running": "0", "server_waiting": "7", "file_mb": "1.5"}
    words = await submit(world, admin, typed)
    assert words.splitlines()[0] == (
        "Requests of one person at once: give a whole number from 1 to 3, or nothing for 3. Nothing was changed."
    )
    assert [line.split(":")[0] for line in words.splitlines()] == [
        "Requests of one person at once",
        "Requests of one person that may wait",
        "Requests of this server at once",
        "The largest file, in MB",
    ]
    assert await world.bot.app.store.servers.get(str(world.guild.id)) is None


async def test_who_may_not_manage_the_server_any_more_cannot_submit(world: World, admin: simcord.MemberActor) -> None:
    shown = await admin.slash(world.channel, "settings limits")
    world.env.backend.guilds[world.guild.id].members[admin.id].role_ids.clear()
    result = await admin.submit_modal(shown, TYPED)
    assert result.response is not None
    assert "manage this server" in result.response.content
    assert await world.bot.app.store.servers.get(str(world.guild.id)) is None


async def test_a_file_over_the_servers_own_limit_is_refused_with_that_limit(
    world: World, admin: simcord.MemberActor
) -> None:
    await submit(world, admin, TYPED)
    big = server.CLIP + bytes(1_000_000)
    await world.ann.slash(world.channel, "upload", footage=("big.mp4", big))
    await world.until_quiet()
    assert "big.mp4 is too large: the limit is 1 MB" in "\n".join(texts(world.thread))
    assert world.upstream.seen("upload") == []


async def test_an_export_over_the_servers_bound_is_told_its_place_and_comes_when_the_other_is_done(
    world: World, admin: simcord.MemberActor
) -> None:
    await submit(world, admin, TYPED | {"user_waiting": "", "file_mb": ""})
    world.upstream.render_states = ("processing",)
    await world.ann.slash(world.channel, "edit", words="trim it", footage=("clip.mp4", server.CLIP))
    await world.until_quiet()
    await world.ann.slash(world.thread, "export")
    first = await world.upstream.wait_for("render")
    await world.ann.slash(world.thread, "export")
    await world.until(world.thread, "Queued: one request is ahead of yours.")
    assert len(world.upstream.seen("render")) == 1

    world.upstream.renders[first.json["id"]] = ["completed"]
    await world.until(world.thread, "Your video is ready")

    async def both() -> bool:
        return sum("Your video is ready" in text for text in texts(world.thread)) == 2

    await world.settle(both)
    assert len(world.upstream.seen("render")) == 1  # the second is the same file
