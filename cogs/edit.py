"""`/edit` and `/upload`: words and footage into the project of this thread, or into a new one."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from bot.store.models import FileRef, Place, Turn
from bot.voice.phrase import phrase
from cogs import attachments, intake, places

Words = app_commands.Range[str, 1, 2000]


class Edit(commands.Cog):
    """The door for words."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Say what to do with the footage; drop a file or give a link along with it")
    @app_commands.describe(
        words="What to do: trim the silences, add transitions, and export",
        footage="A video, picture or sound file",
        link="A direct link to a media file",
    )
    async def edit(
        self,
        interaction: discord.Interaction,
        words: Words,
        footage: discord.Attachment | None = None,
        link: str | None = None,
    ) -> None:
        """Take the request: answered at once, worked on in the thread."""
        await take(self._app, interaction, words, attachments.of_command([footage], link))


async def take(
    app: App, interaction: discord.Interaction, words: str, files: tuple[FileRef, ...], on: int | None = None,
    there: Place | None = None,
) -> None:  # fmt: skip
    """Open or find the project, hand the request over, and say in the response where it goes on.

    `on` is the message that a new thread is for; `there` is where it goes on, where that is elsewhere.
    """
    if not interaction.response.is_done():
        await interaction.response.defer(thinking=True)
    try:
        place = there or await places.of_interaction(interaction, words or files[0].name, on)
    except (places.MissingPermissionError, discord.HTTPException) as error:
        await intake.answer(interaction, intake.refusal(error, str(interaction.locale)))
        return
    turn = Turn(id=f"i{interaction.id}", place=place, intent="edit" if words else "upload", words=words, files=files)
    refused = await intake.submit(app, turn)
    opened = place.thread != str(interaction.channel_id)
    shown = discord.utils.escape_markdown(words or ", ".join(file.name for file in files))
    taken = phrase(place.locale, "taken.thread", words=shown[:1500], thread=f"<#{place.thread}>") if opened else shown
    await intake.answer(interaction, refused or taken[:1900])
