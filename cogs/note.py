"""The note of an upload link: the one public message that says whose link is open, with a button that revokes it.

It becomes the message that tells what was sent by the link, or that it has ended: see `cogs/face.py`.
"""

import re
from datetime import datetime
from typing import Self

import discord
import structlog

from bot.app import App
from bot.flows.drops import close_drop
from bot.store.models import Drop, Place
from bot.updates import DropEnded
from bot.voice.phrase import phrase
from cogs import access, intake
from cogs.answering import Answering
from cogs.mentions import mention_only
from cogs.wording import words_of

log = structlog.stdlib.get_logger(__name__)


async def post(app: App, client: discord.Client, drop: Drop) -> Drop:
    """Tell the thread of a link that was given, in one message for as long as that is there; the drop with its note.

    A thread that is not told of a link has none. Raises discord.HTTPException.
    """
    place = drop.place
    channel = client.get_partial_messageable(int(place.thread))
    if place.answer is not None and await _is_told(channel.get_partial_message(int(place.answer)), drop):
        return drop
    try:
        sent = await channel.send(
            _words(place, drop.expires), view=_view(drop), silent=True, nonce=_nonce(drop),
            allowed_mentions=mention_only(None),
        )  # fmt: skip
    except discord.HTTPException:
        if place.answer is None:  # else something may have come in by it
            await close_drop(app.context, drop.id)
        raise
    noted = {"answer": str(sent.id)}
    return await app.store.drops.update(
        drop.id, lambda kept: kept.model_copy(update={"place": kept.place.model_copy(update=noted)})
    )


async def _is_told(message: discord.PartialMessage, drop: Drop) -> bool:
    """Bring the note up to date, since the link may work longer now; whether it is still there."""
    try:
        await message.edit(
            content=_words(drop.place, drop.expires), view=_view(drop), allowed_mentions=mention_only(None)
        )
    except discord.NotFound:
        return False
    except discord.HTTPException as error:  # too old to be edited again so soon: it stays as it is
        log.info("the note of a link was not renewed", status=error.status, code=error.code)
    return True


def _nonce(drop: Drop) -> str:
    """Of one note in the place of another that was deleted: sent twice, it is one message."""
    return f"n{drop.id[:11]}{(drop.place.answer or '')[-12:]}"


def _view(drop: Drop) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(RevokeButton(drop.id, phrase(drop.place.locale, "drop.revoke")))
    return view


def _words(place: Place, expires: datetime) -> str:
    until = discord.utils.format_dt(expires, "f")
    if place.guild is None:
        return phrase(place.locale, "drop.note.direct", until=until)
    return phrase(place.locale, "drop.note", user=f"<@{place.requester}>", until=until)


class RevokeButton(
    Answering, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"t1:revoke:(?P<drop>[0-9a-f]{32})"
):
    """Ends an upload link: for its owner, and for who may remove what others write."""

    def __init__(self, drop: str, label: str) -> None:
        self.drop = drop
        style = discord.ButtonStyle.danger
        super().__init__(discord.ui.Button(label=label or None, style=style, custom_id=f"t1:revoke:{drop}"))

    @classmethod
    def read(cls, match: re.Match[str], label: str) -> Self:
        """The button that was pressed."""
        return cls(match["drop"], label)

    async def refused(self, interaction: discord.Interaction) -> str | None:
        """Nobody by a role: who has lost theirs may still end their own link, and a moderator need not have it."""
        await access.refused(intake.app_of(interaction), interaction)  # sets the language
        return None

    async def pressed(self, interaction: discord.Interaction) -> None:
        """End it, if it is theirs to end; what is over already is said so, and the button goes."""
        app, locale = intake.app_of(interaction), str(interaction.locale)
        drop = await app.store.drops.get(self.drop)
        if drop is None:
            await interaction.response.edit_message(view=None)
            await intake.tell(interaction, phrase(locale, "drop.over"))
            return
        user = str(interaction.user.id)
        if user != drop.place.requester and not access.moderates(interaction):
            await intake.tell(interaction, phrase(locale, "drop.not_yours"))
            return
        await interaction.response.defer()  # what came in is deleted first, and it may be much
        if not await close_drop(app.context, drop.id):
            await interaction.edit_original_response(view=None)
            await intake.tell(interaction, phrase(locale, "drop.over"))
            return
        log.info("upload link revoked", drop=drop.id, own=user == drop.place.requester)
        names = tuple(file.name for file in drop.files)
        ended = DropEnded("revoked", names, whose=drop.place.requester or "", by=user)
        words = words_of(ended, drop.place.locale)
        await interaction.edit_original_response(content=words[:2000], view=None, allowed_mentions=mention_only(None))
