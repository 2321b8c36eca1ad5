"""`/status`: what is in the thread."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from cogs.asks import ask


class Status(commands.Cog):
    """The door to what is in the thread."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Show the footage and the timeline of this thread")
    async def status(self, interaction: discord.Interaction) -> None:
        """Answer in the response to the command."""
        await ask(self._app, interaction, "status")
