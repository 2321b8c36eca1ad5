"""Names and descriptions of commands in the languages the bot speaks, besides the English in which they are defined.

Commands need nothing for it: the library asks for every string, and says where it stands.
"""

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as At

from bot.voice.words.zh_cn_commands import CHOICES, COMMANDS

_DESCRIPTIONS = frozenset({At.command_description, At.group_description, At.parameter_description})


_CHINESE = frozenset({discord.Locale.chinese, discord.Locale.taiwan_chinese})
"""Where answers are in Simplified Chinese (see `bot/voice/phrase.py`): they name commands as the menus do."""


class Chinese(app_commands.Translator):
    """Translates into Simplified Chinese."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The words for it, None where there are none: then Discord shows the English ones."""
        if locale not in _CHINESE:
            return None
        if context.location is At.choice_name:
            return CHOICES.get(string.message)
        name, description = COMMANDS.get(key(context.data), ("", ""))
        return (description if context.location in _DESCRIPTIONS else name) or None


def key(data: object) -> str:
    """What one types in English for a command, a group or an option."""
    if isinstance(data, app_commands.Parameter):
        return f"{data.command.qualified_name} {data.display_name}"
    return str(getattr(data, "qualified_name", ""))
