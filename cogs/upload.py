"""`/upload`: footage without words, as a file or a link; used without either it opens a form that takes more."""

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from bot.voice.phrase import phrase
from cogs import access, attachments, forms, intake
from cogs.edit import take

FORM = forms.pattern("upload")
_LONGEST_LINK = 2000


class Upload(commands.Cog):
    """The door for footage."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Add footage to this thread: a file or a direct link, or several with a form")
    @app_commands.describe(footage="A video, picture or sound file", link="A direct link to a media file")
    async def upload(
        self, interaction: discord.Interaction, footage: discord.Attachment | None = None, link: str | None = None
    ) -> None:
        """Take the footage in, or ask for it."""
        files = attachments.of_command([footage], link)
        refused = await access.refused(self._app, interaction)
        if refused:
            await intake.tell(interaction, refused)
        elif files:
            await take(self._app, interaction, "", files)
        else:
            await forms.show(interaction, _form(str(interaction.locale)))


def _form(locale: str) -> discord.ui.Modal:
    files: discord.ui.FileUpload[discord.ui.Modal] = discord.ui.FileUpload(
        custom_id="files", required=False, min_values=0, max_values=attachments.MAX_FILES
    )
    link: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        custom_id="link", required=False, max_length=_LONGEST_LINK, placeholder="https://"
    )
    fields = [
        forms.labelled(phrase(locale, "upload.files"), files, phrase(locale, "upload.files.hint")),
        forms.labelled(phrase(locale, "upload.link"), link, phrase(locale, "upload.link.hint")),
        forms.labelled(phrase(locale, "upload.words"), forms.words(locale, required=False)),
    ]
    return forms.form("upload", phrase(locale, "upload.title"), fields)


async def submitted(app: App, interaction: discord.Interaction, _: re.Match[str], given: forms.Filled) -> None:
    """Take in what the form holds: files in their order, then the link, then the words."""
    files = (*given.files.get("files", ()), *attachments.of_link(given.text("link")))
    words = given.text("words")
    refused = await access.refused(app, interaction)
    if refused or not (files or words):
        await intake.tell(interaction, refused or phrase(str(interaction.locale), "upload.nothing"))
        return
    await take(app, interaction, words, files)
