"""Who may ask the bot for something here, checked by the bot itself whatever the door."""

import discord

from bot.app import App
from bot.voice.phrase import phrase


async def refused(app: App, interaction: discord.Interaction) -> str | None:  # noqa: ARG001 - asks for roles next
    """Why this person may not press or send here, in words; None where they may."""
    if interaction.guild is not None and not _may_write(interaction):
        return phrase(str(interaction.locale), "offer.not_yours")
    return None


def moderates(interaction: discord.Interaction) -> bool:
    """Whether they may remove what others wrote or opened here; in a direct message everything is theirs."""
    can = interaction.permissions
    return interaction.guild is None or can.manage_messages or can.manage_threads


def _may_write(interaction: discord.Interaction) -> bool:
    """Whether they could say the same in words."""
    can = interaction.permissions
    return can.send_messages_in_threads if isinstance(interaction.channel, discord.Thread) else can.send_messages
