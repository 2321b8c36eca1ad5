"""`/status`: what is in the thread."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from bot.voice.phrase import phrase
from cogs import access, glance, places


class Status(commands.Cog):
    """The door to what is in the thread."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Show the footage and the tracks of this thread, and what is being done")
    async def status(self, interaction: discord.Interaction) -> None:
        """Answer at once, from what is kept."""
        locale = str(interaction.locale)
        refused = await access.refused(self._app, interaction)
        if not places.is_project(interaction.channel):
            refused = phrase(locale, "no_project")
        if refused:
            await interaction.response.send_message(refused, ephemeral=True)
            return
        await glance.show(self._app, interaction, locale, ephemeral=False)
