"""A new project in a thread of its own, whichever door asks for it."""

import discord

from bot.app import App
from bot.store.models import Turn
from bot.voice.phrase import phrase
from cogs import intake, places


async def open_project(app: App, interaction: discord.Interaction, name: str | None = None) -> None:
    """Open a thread for a project, and say in the response, which nobody else sees, where it is."""
    locale = str(interaction.locale)
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        place = await places.of_interaction(interaction, name or phrase(locale, "new.name"))
    except (places.MissingPermissionError, discord.HTTPException) as error:
        await intake.answer(interaction, intake.refusal(error, locale))
        return
    refused = await intake.submit(app, Turn(id=f"i{interaction.id}", place=place, intent="new"))
    await intake.answer(interaction, refused or phrase(locale, "new.opened", thread=f"<#{place.thread}>"))
