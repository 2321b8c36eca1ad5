"""What the commands without words share, such as `/export` and `/undo`: answered where they were asked."""

from typing import Literal

import discord

from bot.app import App
from bot.store.models import Export, Turn
from bot.voice.phrase import phrase
from cogs import intake, places

Intent = Literal["export", "credits", "undo", "redo"]


async def ask(app: App, interaction: discord.Interaction, intent: Intent, export: Export | None = None) -> None:
    """Hand the request over with the response as the answer to fill; outside a project, say how to start one.

    `export` says what shall be exported, where it is asked for.
    """
    locale = str(interaction.locale)
    if intent != "credits" and not places.is_project(interaction.channel):
        await interaction.response.send_message(phrase(locale, "no_project"), ephemeral=True)
        return
    if interaction.guild is not None and places.is_project(interaction.channel):
        try:
            places.check(interaction, interaction.channel)
        except places.MissingPermissionError as error:
            await interaction.response.send_message(intake.refusal(error, locale), ephemeral=True)
            return
    await interaction.response.defer(thinking=True)
    place = await intake.waiting_answer(interaction, places.place(interaction, interaction.channel))
    refused = await intake.submit(app, Turn(id=f"i{interaction.id}", place=place, intent=intent, export=export))
    if refused:
        await intake.answer(interaction, refused)
