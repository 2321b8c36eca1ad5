"""`/undo` and `/redo`: one step back, one step forward."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from cogs.asks import ask


class History(commands.Cog):
    """The doors to the timeline's history."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Take back the last change in this thread")
    async def undo(self, interaction: discord.Interaction) -> None:
        """Answer in the response to the command."""
        await ask(self._app, interaction, "undo")

    @app_commands.command(description="Do again what was taken back last in this thread")
    async def redo(self, interaction: discord.Interaction) -> None:
        """Answer in the response to the command."""
        await ask(self._app, interaction, "redo")
