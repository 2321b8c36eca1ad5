"""Updates as Discord shows them."""

from dataclasses import replace

import discord

from bot.updates import Asked, DropEnded, Dropped, Said, Update
from bot.voice.say import say


def words_of(update: Update, locale: str) -> str:
    """The update in words; people by name, and in what an upstream says no link may hide behind other words."""
    match update:
        case Dropped(by=by):
            update = replace(update, by=_named(by))
        case DropEnded(whose=whose, by=by):
            update = replace(update, whose=_named(whose), by=_named(by))
    text = say(update, locale, discord.utils.escape_markdown)
    return text.replace("](", "]\\(") if isinstance(update, Said | Asked) else text


def _named(user: str) -> str:
    return f"<@{user}>" if user else ""
