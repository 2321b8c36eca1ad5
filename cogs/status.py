"""`/status`: what is in the thread."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from bot.voice.phrase import phrase
from cogs import glance, places


class Status(commands.Cog):
    """The door to what is in the thread."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Show the footage and the tracks of this thread, and what is being done")
    async def status(self, interaction: discord.Interaction) -> None:
        """Answer at once, from what is kept."""
        locale = str(interaction.locale)
        if places.is_project(interaction.channel):
            await glance.show(self._app, interaction, locale, ephemeral=False)
        else:
            await interaction.response.send_message(phrase(locale, "no_project"), ephemeral=True)
