"""`/upload`: footage without words, as a file or a link; without either it gives a link to the upload page.

Where there is no such page, it opens a form that takes several files.
"""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from cogs import attachments, drops
from cogs.edit import take


class Upload(commands.Cog):
    """The door for footage."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(
        description="Add footage to this thread: a file or a link; with neither, several or large ones"
    )
    @app_commands.describe(footage="A video, picture or sound file", link="A direct link to a media file")
    async def upload(
        self, interaction: discord.Interaction, footage: discord.Attachment | None = None, link: str | None = None
    ) -> None:
        """Take the footage in, or say how it can come."""
        files = attachments.of_command([footage], link)
        if files:
            await take(self._app, interaction, "", files)
        else:
            await drops.ask(self._app, interaction)
