"""`/upload`: footage without words, as a file or a link."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from bot.voice.phrase import phrase
from cogs import attachments
from cogs.edit import take


class Upload(commands.Cog):
    """The door for footage."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Add footage to this thread: a file or a direct link")
    @app_commands.describe(footage="A video, picture or sound file", link="A direct link to a media file")
    async def upload(
        self, interaction: discord.Interaction, footage: discord.Attachment | None = None, link: str | None = None
    ) -> None:
        """Take the footage in."""
        files = attachments.of_command([footage], link)
        if files:
            await take(self._app, interaction, "", files)
        else:
            await interaction.response.send_message(phrase(str(interaction.locale), "upload.nothing"), ephemeral=True)
