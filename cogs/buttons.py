"""Buttons that work after any restart: all that one stands for is in its id and in the turn's record.

Every button is a `DynamicItem`, and every message gets a view of its own: discord.py 2.7.1 forgets the class of a
dynamic item when a view that mixes it with an ordinary button stops, or when one view is sent twice.
"""

import re
from collections.abc import Container, Iterable
from typing import Self

import discord

from bot.app import App
from bot.flows import offers
from bot.flows.guide import guide
from bot.updates import Deed, Offer
from bot.voice.phrase import phrase
from bot.voice.say import offer_label, say
from cogs import access, drops, glance, intake, places
from cogs.answering import Answering
from cogs.opening import open_project

_LABEL_LENGTH = 80
_MOST = 25
_LOUD = frozenset({Deed.EXPORT, Deed.AGAIN, Deed.REBUILD, Deed.UPLOAD})


class OfferButton(
    Answering, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"t1:(\w+):([^:]*):(\d{1,2})"
):
    """One offer as a button."""

    def __init__(self, offer: Offer | None, label: str, custom_id: str, *, off: bool = False) -> None:
        """`offer` is None where the id is of a deed that this release does not know."""
        self.offer = offer
        loud = offer is not None and offer.deed in _LOUD
        style = discord.ButtonStyle.primary if loud else discord.ButtonStyle.secondary
        super().__init__(
            discord.ui.Button(label=label[:_LABEL_LENGTH] or None, style=style, custom_id=custom_id, disabled=off)
        )

    @classmethod
    def read(cls, match: re.Match[str], label: str) -> Self:
        """The button that was pressed, as its id tells it."""
        known = match[1] in set(Deed)
        return cls(Offer(Deed(match[1]), match[2], int(match[3])) if known else None, label, match[0])

    async def pressed(self, interaction: discord.Interaction) -> None:
        """Take the offer."""
        await _take(interaction, self.offer)


class OldButton(
    Answering, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"t(?!1:)\d{1,3}:.{0,100}"
):
    """A button of a release whose ids this one does not read."""

    @classmethod
    def read(cls, match: re.Match[str], label: str) -> Self:
        """The button that was pressed."""
        return cls(discord.ui.Button(label=label or None, custom_id=match[0]))

    async def pressed(self, interaction: discord.Interaction) -> None:
        """Say so, and take it away."""
        await _gone(interaction)


def mark(offer: Offer) -> str:
    """The id of an offer's button; of a finished video's it tells the message that brought it from all others."""
    return f"t1:{offer.deed.value}:{offer.ref}:{offer.number}"


def view(items: Iterable[Offer], locale: str, *, off: Container[Deed] = ()) -> discord.ui.View | None:
    """A fresh view with a button for each offer, greyed where it is one of `off`; None where there is none."""
    shown = list(items)[:_MOST]
    if not shown:
        return None
    made = discord.ui.View(timeout=None)
    for offer in shown:
        made.add_item(OfferButton(offer, offer_label(offer, locale), mark(offer), off=offer.deed in off))
    return made


def marks(message: discord.Message) -> set[str]:
    """The ids of a message's buttons."""
    rows = (row.children for row in message.components if isinstance(row, discord.ActionRow))
    return {child.custom_id for row in rows for child in row if child.custom_id is not None}


async def explain(app: App, interaction: discord.Interaction) -> None:
    """How to use the bot where they are, with what can be pressed there; nobody else sees it."""
    locale = str(interaction.locale)
    told = guide(app.context, in_project=places.is_project(interaction.channel))
    shown = view(told.offers, locale) or discord.utils.MISSING
    await interaction.response.send_message(say(told, locale), view=shown, ephemeral=True)


async def _take(interaction: discord.Interaction, offer: Offer | None) -> None:
    locale = str(interaction.locale)
    app = intake.app_of(interaction)
    match offer:
        case None:
            await _gone(interaction)
        case Offer(deed=Deed.KEEP):
            kept = f"{interaction.message.content if interaction.message else ''}\n{phrase(locale, 'offer.kept')}"
            await interaction.response.edit_message(content=kept[:2000], view=None)
        case Offer(deed=Deed.TRACKS):
            await _tracks(interaction, offer)
        case Offer(deed=Deed.HELP):
            await explain(app, interaction)
        case Offer(deed=Deed.UPLOAD):
            await drops.ask(app, interaction)
        case Offer(deed=Deed.CANCEL):
            await _cancel(app, interaction, offer.ref)
        case Offer(deed=Deed.NEW) if not places.is_project(interaction.channel):
            await open_project(app, interaction)
        case _:
            await _request(app, interaction, offer)


async def _cancel(app: App, interaction: discord.Interaction, job: str) -> None:
    """Stop one request or one export: for whoever asked for it, and for who may remove what others write."""
    locale = str(interaction.locale)
    place = await app.runner.place_of(job)
    if place is None or place.thread != str(interaction.channel_id):
        await _gone(interaction)
    elif place.requester != str(interaction.user.id) and not access.moderates(interaction):
        await intake.tell(interaction, phrase(locale, "cancel.not_yours"))
    else:
        await interaction.response.defer()
        if not (await app.runner.cancel_job(job)).anything:
            await intake.tell(interaction, phrase(locale, "cancel.over"))


async def _request(app: App, interaction: discord.Interaction, offer: Offer) -> None:
    locale = str(interaction.locale)
    turn = await offers.request(app.store, offer, f"i{interaction.id}", places.place(interaction, interaction.channel))
    if turn is None:
        await _gone(interaction)
        return
    elsewhere = await _belongs_elsewhere(interaction, offer)
    if elsewhere is not None:
        await intake.tell(interaction, phrase(locale, "offer.elsewhere", thread=f"<#{elsewhere}>"))
        return
    if places.is_project(interaction.channel):  # elsewhere nothing is written: it goes to the project's own place
        places.check(interaction, interaction.channel)
    if offer.deed in offers.REPEATABLE:
        await interaction.response.defer()
    else:
        await interaction.response.edit_message(view=None)
    refused = await intake.submit(app, turn)
    if refused:
        await intake.tell(interaction, refused)


async def _tracks(interaction: discord.Interaction, offer: Offer) -> None:
    """Only for whoever pressed: the thread's card shows the same to everybody."""
    locale, app = str(interaction.locale), intake.app_of(interaction)
    elsewhere = await _belongs_elsewhere(interaction, offer)
    if elsewhere is None:
        await glance.show(app, interaction, locale, ephemeral=True)
    else:
        await intake.tell(interaction, phrase(locale, "offer.elsewhere", thread=f"<#{elsewhere}>"))


async def _gone(interaction: discord.Interaction) -> None:
    await interaction.response.edit_message(view=None)
    await intake.tell(interaction, phrase(str(interaction.locale), "offer.gone"))


async def _belongs_elsewhere(interaction: discord.Interaction, offer: Offer) -> str | None:
    """The thread of a finished video that was handed over somewhere else."""
    if offer.deed not in offers.REPEATABLE or not offer.ref:
        return None
    render = await intake.app_of(interaction).store.renders.get(offer.ref)
    return render.place.thread if render is not None and render.place.thread != str(interaction.channel_id) else None
