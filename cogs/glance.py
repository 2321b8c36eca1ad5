"""What is in a thread, told in the interaction itself, at once, whatever else goes on there."""

import discord

from bot.app import App
from bot.flows.status import glance
from bot.voice.phrase import phrase
from bot.voice.say import say
from cogs.mentions import mention_only

_LENGTH = 1900


async def show(app: App, interaction: discord.Interaction, locale: str, *, ephemeral: bool) -> None:
    """Answer with the footage, the tracks and what is at work, and where the card is."""
    key = str(interaction.channel_id)
    status, card = await glance(app.store, key)
    words = say(status, locale, discord.utils.escape_markdown)[:_LENGTH]
    if card is not None:
        link = f"https://discord.com/channels/{interaction.guild_id or '@me'}/{key}/{card}"
        words += "\n" + phrase(locale, "status.card", link=link)
    await interaction.response.send_message(
        words, ephemeral=ephemeral, allowed_mentions=mention_only(None), suppress_embeds=True
    )
