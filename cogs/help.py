"""`/help`: how to use the bot, and buttons to begin with."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from cogs.buttons import explain


class Help(commands.Cog):
    """The door to the guide."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="How to edit video here")
    async def help(self, interaction: discord.Interaction) -> None:
        """Answer whoever asked, and nobody else."""
        await explain(self._app, interaction)
