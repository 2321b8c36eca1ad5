"""The form of `/upload`: several files, a link and words at once, as large as Discord takes files here."""

import re
from typing import Self

import discord

from bot.app import App
from bot.flows import servers
from bot.store.models import Place
from bot.voice.phrase import attached_size, phrase, size
from cogs import attachments, forms, intake
from cogs.answering import Answering
from cogs.edit import take

_FORM = f"{forms.PREFIX}upload"
FORM = rf"{_FORM}(?::(?P<drop>[0-9a-f]{{32}}))?"
"""Of a form that was opened beside an upload link, with the id of its drop: it goes on in the same thread."""
_LONGEST_LINK = 2000


async def ask(app: App, interaction: discord.Interaction, drop: str | None = None) -> None:
    """Show the form, with how large a file may be that Discord takes here, and one that a link leads to."""
    server = await servers.of(app.store, None if interaction.guild_id is None else str(interaction.guild_id))
    limit = servers.file_bytes(app.context.limits, server)
    modal = _form(str(interaction.locale), drop, limit, min(limit, interaction.filesize_limit))
    await interaction.response.send_modal(modal)


def _form(locale: str, drop: str | None, limit: int, attached: int) -> discord.ui.Modal:
    files: discord.ui.FileUpload[discord.ui.Modal] = discord.ui.FileUpload(
        custom_id="files", required=False, min_values=0, max_values=attachments.MAX_FILES
    )
    hint = phrase(locale, "upload.files.hint", size=attached_size(attached))
    link = forms.Field(
        "link", phrase(locale, "upload.link"), phrase(locale, "upload.link.hint", size=size(limit)),
        placeholder="https://", most=_LONGEST_LINK,
    )  # fmt: skip
    fields: list[forms.Field | forms.Label] = [
        forms.Label(text=phrase(locale, "upload.files"), description=hint, component=files),
        link,
        forms.words(locale, phrase(locale, "upload.words"), required=False),
    ]
    return forms.form(_FORM if drop is None else f"{_FORM}:{drop}", phrase(locale, "upload.title"), fields)


async def submitted(app: App, interaction: discord.Interaction, given: forms.Filled) -> None:
    """Take in what the form holds: files in their order, then the link, then the words."""
    files = (*given.files.get("files", ()), *attachments.of_link(given.get("link")))
    words = given.get("words", "")
    if files or words:
        await take(app, interaction, words, files, there=await _thread_of(app, interaction, given.form["drop"]))
    else:
        await intake.tell(interaction, phrase(str(interaction.locale), "upload.nothing"))


async def _thread_of(app: App, interaction: discord.Interaction, id_: str) -> Place | None:
    """Where an upload link of theirs leads to, where that is not here but in a thread that was opened for it."""
    drop = await app.store.drops.get(id_) if id_ else None
    if drop is None or drop.place.requester != str(interaction.user.id):
        return None
    if drop.place.thread == str(interaction.channel_id):
        return None
    return drop.place.model_copy(update={"answer": None})


class AttachButton(
    Answering, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"t1:attach:(?P<drop>[0-9a-f]{32})"
):
    """Opens the form instead of the upload page."""

    def __init__(self, drop: str, label: str) -> None:
        self.drop = drop
        super().__init__(discord.ui.Button(label=label or None, custom_id=f"t1:attach:{drop}"))

    @classmethod
    def read(cls, match: re.Match[str], label: str) -> Self:
        """The button that was pressed."""
        return cls(match["drop"], label)

    async def pressed(self, interaction: discord.Interaction) -> None:
        """Show the form."""
        await ask(intake.app_of(interaction), interaction, self.drop)
