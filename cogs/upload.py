"""`/upload`: footage without words, as a file or a link; used without either it opens a form that takes more."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from bot.voice.phrase import phrase
from cogs import attachments, forms, intake
from cogs.edit import take

FORM = f"{forms.PREFIX}upload"
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
        if files:
            await take(self._app, interaction, "", files)
        else:
            await interaction.response.send_modal(_form(str(interaction.locale)))


def _form(locale: str) -> discord.ui.Modal:
    files: discord.ui.FileUpload[discord.ui.Modal] = discord.ui.FileUpload(
        custom_id="files", required=False, min_values=0, max_values=attachments.MAX_FILES
    )
    hint = phrase(locale, "upload.files.hint")
    link = forms.Field(
        "link", phrase(locale, "upload.link"), phrase(locale, "upload.link.hint"),
        placeholder="https://", most=_LONGEST_LINK,
    )  # fmt: skip
    fields: list[forms.Field | forms.Label] = [
        forms.Label(text=phrase(locale, "upload.files"), description=hint, component=files),
        link,
        forms.words(locale, phrase(locale, "upload.words"), required=False),
    ]
    return forms.form(FORM, phrase(locale, "upload.title"), fields)


async def submitted(app: App, interaction: discord.Interaction, given: forms.Filled) -> None:
    """Take in what the form holds: files in their order, then the link, then the words."""
    files = (*given.files.get("files", ()), *attachments.of_link(given.get("link")))
    words = given.get("words", "")
    if files or words:
        await take(app, interaction, words, files)
    else:
        await intake.tell(interaction, phrase(str(interaction.locale), "upload.nothing"))
