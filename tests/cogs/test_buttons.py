"""Buttons: what they do, who may press them, and what is said once they are of no use any more."""

import discord
import pytest

from bot.updates import Deed, Offer
from cogs.buttons import OfferButton, mark, marks, view
from tests.cogs.conftest import World, texts
from tests.upstream import server
from tests.upstream.replies import Reply, called, said, sse
from tests.upstream.server import DRAFT

CLIP = ("clip.mp4", server.CLIP)
FAILS = sse({"errorMessage": "The model is tired."})
SCORED = (
    '{"t": [{"tt": 0, "sg": [{"d": 9000, "m": {"name": "clip.mp4"}}]}, {"tt": 1, "sg": [{"d": 9000, "n": "Lo-fi"}]}]}'
)


def sent(world: World) -> list[str]:
    """The words that reached the upstream."""
    return [seen.json["new_message"]["parts"][0]["text"] for seen in world.upstream.seen("run")]


def buttons(message: discord.Message) -> list[str | None]:
    """The labels under a message."""
    return [button.label for row in message.components for button in getattr(row, "children", [])]


async def test_a_turn_that_failed_is_sent_again_only_by_a_press(world: World) -> None:
    world.upstream.next("run", FAILS)
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    lost = await world.until(world.thread, "could not finish")
    assert buttons(lost) == ["Try again"]
    assert sent(world) == ["trim it"]

    await world.ann.click(lost, label="Try again")
    await world.until_quiet()

    assert sent(world) == ["trim it", "trim it"]
    assert "Done." in "\n".join(texts(world.thread))
    assert buttons(next(one for one in world.thread.history() if one.id == lost.id)) == []


async def test_pressed_twice_it_is_one_request(world: World) -> None:
    world.upstream.next("run", FAILS)
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    lost = await world.until(world.thread, "could not finish")

    (custom_id,) = marks(lost)
    await world.ann.click(lost, label="Try again")
    await world.until_quiet()
    turn = custom_id.split(":")[1]
    offer = Offer(Deed.AGAIN, turn, 0)
    message = await world.bot_says("still here", view([offer], "en-US"))
    await world.ann.click(message, label="Try again")
    await world.until_quiet()

    assert sent(world) == ["trim it", "trim it"]


async def test_an_answer_is_one_press(world: World) -> None:
    ask = {"questions": [{"id": "q", "prompt": "Which clip?", "options": [{"label": "the first"}, {"label": "both"}]}]}
    world.upstream.next("run", sse(called("ask_question", ask)))
    await world.ann.slash(world.channel, "edit", words="delete a clip", footage=CLIP)
    await world.until_quiet()
    asked = await world.until(world.thread, "Which clip?")
    assert buttons(asked) == ["the first", "both"]

    await world.ann.click(asked, label="both")
    await world.until_quiet()

    assert sent(world) == ["delete a clip", "1. Which clip?: both"]


async def test_what_the_upstream_added_by_itself_is_kept_or_removed(world: World) -> None:
    def edit() -> None:
        world.upstream.draft = SCORED

    world.upstream.next("run", sse(edit, said("Trimmed.")))
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    await world.until_quiet()
    told = await world.until(world.thread, "added this by itself")
    assert "Sound: Lo-fi" in told.content
    assert buttons(told) == ["Keep", "Remove"]

    await world.ann.click(told, label="Remove")
    await world.until_quiet()
    assert sent(world)[1:] == ['Remove what you added without being asked: "Lo-fi". Change nothing else.']

    world.upstream.draft = "{}"
    world.upstream.next("run", sse(edit, said("Again.")))
    await world.ann.send(world.thread, "trim it more")
    await world.until_quiet()
    again = [one for one in world.thread.history() if "added this by itself" in one.content][-1]
    await world.ann.click(again, label="Keep")
    await world.until_quiet()
    kept = next(one for one in world.thread.history() if one.id == again.id)
    assert kept.content.endswith("Kept as it is.")
    assert buttons(kept) == []
    assert len(sent(world)) == 3


async def test_a_failed_export_is_asked_for_again_with_the_same_wishes(world: World) -> None:
    world.upstream.draft = DRAFT
    failed = Reply(json={"status": "failed", "error": "out of memory"})
    world.upstream.next("render_status", failed, failed)
    await world.ann.slash(world.channel, "edit", words="trim it and export under 8 MB", footage=CLIP)
    told = await world.until(world.thread, "export failed")

    await world.ann.click(told, label="Export")
    await world.until(world.thread, "Your video is ready")

    renders = await world.bot.app.store.renders.of_thread(str(world.thread.id))
    assert [render.export.max_bytes for render in renders] == [8_000_000, 8_000_000]


async def test_under_a_finished_video_one_press_shows_its_tracks(world: World) -> None:
    await world.ann.slash(world.channel, "edit", words="trim it and export", footage=CLIP)
    result = await world.until(world.thread, "Your video is ready")
    assert buttons(result) == ["Show tracks"]

    for _ in range(2):  # as often as one likes
        shown = await world.ann.click(result, label="Show tracks")
        assert shown.ephemeral
        assert shown.response is not None
        assert "Timeline (2 tracks, 10s)" in shown.response.content
    assert buttons(result) == ["Show tracks"]


async def test_who_may_not_write_there_may_not_press(world: World) -> None:
    world.upstream.next("run", FAILS)
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    lost = await world.until(world.thread, "could not finish")
    bob = world.reader("bob")

    result = await bob.click(lost, label="Try again")

    assert result.ephemeral
    assert result.response is not None
    assert "may write" in result.response.content
    assert sent(world) == ["trim it"]


@pytest.mark.parametrize("custom_id", ["t1:again:i404:0", "t1:say:i404:7", "t1:teleport:x:0"])
async def test_a_button_whose_record_is_gone_says_so_and_goes(world: World, custom_id: str) -> None:
    await world.ann.slash(world.channel, "upload", footage=CLIP)
    await world.until_quiet()
    _, deed, ref, number = custom_id.split(":")
    known = deed in set(Deed)
    offer = Offer(Deed(deed), ref, int(number)) if known else None
    shown = discord.ui.View(timeout=None)
    shown.add_item(OfferButton(offer, "Do it", custom_id))
    message = await world.bot_says("an old message", shown)

    result = await world.ann.click(message, label="Do it")
    await world.until_quiet()

    assert "too old" in "\n".join(one.content for one in result.followups)
    assert buttons(next(one for one in world.thread.history() if one.id == message.id)) == []


async def test_all_buttons_of_a_view_are_dynamic_and_live_for_ever() -> None:
    """The library un-registers a dynamic item's class when a view that mixes it with an ordinary button stops."""
    made = view([Offer(deed, "i1", number, label="x") for number, deed in enumerate(Deed)], "en-US")
    assert made is not None
    assert made.timeout is None
    assert all(isinstance(item, OfferButton) for item in made.children)
    assert len({mark(item.offer) for item in made.children if isinstance(item, OfferButton) and item.offer}) == len(
        Deed
    )
    assert view([], "en-US") is None
