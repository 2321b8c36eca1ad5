"""`/export` and `/preview`: the finished file, and a quick look at what it will be."""

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.app import App
from bot.flows.export import PREVIEW, chosen
from cogs.asks import ask


class Export(commands.Cog):
    """The doors to the finished file."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Make the finished video and bring it into this thread")
    @app_commands.describe(
        format_="A video, a GIF of up to a minute, or only the sound",
        size="The picture: how large, or another shape",
        quality="Best, or smaller and quicker to load",
        fit="Make it fit this server's upload limit",
    )
    @app_commands.rename(format_="format")
    @app_commands.choices(
        format_=[
            Choice(name="Video (MP4)", value="mp4"),
            Choice(name="GIF", value="gif"),
            Choice(name="Audio only (MP3)", value="mp3"),
        ],
        size=[
            Choice(name="As large as the footage", value="source"),
            Choice(name="4K", value="4k"),
            Choice(name="1440p", value="1440p"),
            Choice(name="1080p", value="1080p"),
            Choice(name="720p", value="720p"),
            Choice(name="480p", value="480p"),
            Choice(name="Vertical 9:16", value="vertical"),
            Choice(name="Vertical 9:16, 720p", value="vertical 720p"),
            Choice(name="Square 1:1", value="square"),
            Choice(name="Portrait 4:5", value="portrait"),
            Choice(name="Landscape 16:9", value="landscape"),
        ],
        quality=[Choice(name="Best", value="high"), Choice(name="Smaller file", value="medium")],
    )
    async def export(
        self,
        interaction: discord.Interaction,
        format_: str | None = None,
        size: str | None = None,
        quality: str | None = None,
        fit: bool = False,
    ) -> None:
        """Answer in the response to the command."""
        await ask(self._app, interaction, "export", chosen(format_, size, quality, fit=fit))

    @app_commands.command(description="Show a small, quick version of the video as it is now")
    async def preview(self, interaction: discord.Interaction) -> None:
        """Answer in the response to the command."""
        await ask(self._app, interaction, "export", PREVIEW)
