"""An upstream that thinks its user sits before a GUI: what it wants clicked is a button, is shown, or is left out."""

from pathlib import Path

import pytest

from bot.flows import offers
from bot.settings import Settings
from bot.store.models import TurnState
from bot.updates import Asked, Balance, Changed, Deed, Offer, Problem, RenderQueued, Said, Status, Tracks
from tests.upstream.replies import called, said, sse
from tests.upstream.server import DRAFT, Upstream
from tests.watch.bench import bench, place, turn

READY = "Your video is ready! Preview in the Timeline panel or click Export to save it."


async def test_an_export_button_of_the_upstream_is_a_button_here(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    upstream.draft = DRAFT
    async with bench(nemo) as bot:
        await bot.ask(turn("a0", "", clip))
        upstream.draft = DRAFT
        upstream.next("run", sse(said("Your video is", partial=True), said(READY)))
        await bot.ask(turn("a1", "finish it with a title"))
        (told,) = bot.face.of(Said, "a1")
        assert told == Said("Your video is ready!", (Offer(Deed.EXPORT, "a1", 0),))
        assert bot.face.of(Tracks, "a1"), "what shall be looked at is shown"
        press = await offers.request(bot.app.store, told.offers[0], "p1", place())
        assert press is not None
        await bot.ask(press)
        assert bot.face.of(RenderQueued, "p1")
        await bot.face.result()


async def test_a_change_is_shown_once_and_an_export_that_follows_is_not_offered(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    def edit() -> None:
        upstream.draft = DRAFT

    async with bench(nemo) as bot:
        upstream.next("run", sse(edit, said(READY)))
        await bot.ask(turn("a1", "cut it and export", clip))
        assert bot.face.of(Said) == [Said("Your video is ready!")]
        assert len(bot.face.of(Changed)) == 1
        assert not bot.face.of(Tracks)
        assert len(bot.face.of(RenderQueued)) == 1


@pytest.mark.parametrize(
    ("text", "shown", "kind"),
    [
        ("剪好了。请打开媒体面板查看素材。", ["剪好了。"], Status),
        ("Open the Media panel to see your uploads.", [], Status),
        ("Not enough credits. Please check your account or billing page.", ["Not enough credits."], Balance),
    ],
)
async def test_a_panel_is_the_state_and_a_billing_page_the_credits(
    nemo: Settings, upstream: Upstream, clip: Path, text: str, shown: list[str], kind: type[Status | Balance]
) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", sse(said(text)))
        await bot.ask(turn("a1", "trim it", clip))
        assert [told.text for told in bot.face.of(Said)] == shown
        assert len(bot.face.of(kind)) == 1


async def test_a_text_of_which_nothing_is_left_is_no_answer(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", sse(said("Hover over the clip to see its length.")))
        await bot.ask(turn("a1", "how long is it", clip))
        assert not bot.face.of(Said)
        assert [changed.changes for changed in bot.face.of(Changed)] == [()], "the user is not left with silence"


async def test_a_drag_is_an_edit_that_one_press_sends(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", sse(said("Cut. Drag the second clip to the end of the timeline to reorder it.")))
        await bot.ask(turn("a1", "cut it in two", clip))
        (told,) = bot.face.of(Said)
        assert (told.text, [offer.words for offer in told.offers]) == (
            "Cut.",
            ["move the second clip to the end of the timeline"],
        )
        press = await offers.request(bot.app.store, told.offers[0], "p1", place())
        assert press is not None
        await bot.ask(press)
        kept = await bot.app.store.turns.get(press.id)
        assert kept is not None
        assert kept.state is TurnState.SETTLED
    words = [seen.json["new_message"]["parts"][0]["text"] for seen in upstream.seen("run")]
    assert words == ["cut it in two", "move the second clip to the end of the timeline"]


async def test_questions_and_failures_have_nothing_to_click_either(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    ask = {"questions": [{"id": "q", "prompt": "Which clip? Select it in the Media panel.", "options": []}]}
    async with bench(nemo) as bot:
        upstream.next("run", sse(called("ask_question", ask)))
        upstream.next("run", sse({"errorMessage": "The model is tired. Click Retry to try again."}))
        await bot.ask(turn("a1", "cut the clip", clip))
        await bot.ask(turn("a2", "cut the clip"))
        assert [asked.question for asked in bot.face.of(Asked)] == ["Which clip?"]
        assert [problem.hint for problem in bot.face.of(Problem)] == ["The model is tired."]


async def test_our_own_engine_is_taken_at_its_word(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo, able={"talks_of_a_gui": False}) as bot:
        upstream.next("run", sse(said('I did not find "click Export". Say: click Export.')))
        await bot.ask(turn("a1", "cut it", clip))
        assert bot.face.of(Said) == [Said('I did not find "click Export". Say: click Export.')]
