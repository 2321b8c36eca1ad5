"""`/credits`: the account's balance."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from cogs.asks import ask


class Credits(commands.Cog):
    """The door to the account's balance."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Show the credits that are left")
    async def credits(self, interaction: discord.Interaction) -> None:
        """Answer in the response to the command."""
        await ask(self._app, interaction, "credits")
