"""What is in a thread, told in the interaction itself, at once, whatever else goes on there."""

import discord

from bot.app import App
from bot.flows.drops import is_open
from bot.flows.status import glance
from bot.voice.phrase import phrase
from bot.voice.say import say
from cogs.mentions import mention_only

_LENGTH = 1500
_SHOWN_LINKS = 3


async def show(app: App, interaction: discord.Interaction, locale: str, *, ephemeral: bool) -> None:
    """Answer with the footage, the tracks and what is at work, and where the card is."""
    key = str(interaction.channel_id)
    status, card = await glance(app.store, key)
    words = say(status, locale, discord.utils.escape_markdown)[:_LENGTH]
    words += "".join([f"\n{line}" for line in await _links(app, key, locale)])
    if card is not None:
        link = f"https://discord.com/channels/{interaction.guild_id or '@me'}/{key}/{card}"
        words += "\n" + phrase(locale, "status.card", link=link)
    await interaction.response.send_message(
        words, ephemeral=ephemeral, allowed_mentions=mention_only(None), suppress_embeds=True
    )


async def _links(app: App, thread: str, locale: str) -> list[str]:
    """Whose upload links are open there, and until when."""
    found = [drop for drop in await app.store.drops.of_thread(thread) if is_open(app.context, drop)]
    return [
        phrase(
            locale,
            "status.drop",
            user=f"<@{drop.place.requester}>",
            until=discord.utils.format_dt(drop.expires, "f"),
        )
        for drop in found[:_SHOWN_LINKS]
    ]
