"""`/export`: the finished file."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from cogs.asks import ask


class Export(commands.Cog):
    """The door to the finished file."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Make the finished video and bring it into this thread")
    async def export(self, interaction: discord.Interaction) -> None:
        """Answer in the response to the command."""
        await ask(self._app, interaction, "export")
