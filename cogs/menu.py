"""The message menu "Edit this video": asks for the words in a form, and takes the message's footage with them.

The footage is known in full only when the menu is used: without the Message Content intent Discord shows it to the bot
then, and not when the message is asked for again. So it is kept until the form is sent; asked for again it has fresh
links, and it is found out whether it is still there.
"""

import discord
import structlog
from discord import app_commands
from discord.ext import commands
from pydantic import TypeAdapter

from bot.app import App
from bot.store.models import FileRef
from bot.voice.phrase import phrase
from cogs import attachments, forms, intake
from cogs.edit import take

log = structlog.stdlib.get_logger(__name__)

NAME = "Edit this video"
FORM = rf"{forms.PREFIX}menu:(?P<channel>\d+):(?P<message>\d+)"
_KEPT_S = 3600
_FILES = TypeAdapter(tuple[FileRef, ...])


class Menu(commands.Cog):
    """The door on a message that is there already."""

    def __init__(self, app: App, tree: app_commands.CommandTree[discord.Client]) -> None:
        self._app = app
        self._tree = tree
        self._command = app_commands.ContextMenu(name=NAME, callback=self.edit_this)

    async def cog_load(self) -> None:
        """A cog does not add its message menus by itself."""
        self._tree.add_command(self._command)

    async def cog_unload(self) -> None:
        """As above."""
        self._tree.remove_command(NAME, type=discord.AppCommandType.message)

    async def edit_this(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Ask what to do with the message's footage."""
        locale = str(interaction.locale)
        files = attachments.of_target(message)
        if not files:
            await intake.tell(interaction, phrase(locale, "menu.nothing"))
            return
        name = _name(message.channel.id, message.id)
        await self._app.store.marks.write(name, _FILES.dump_json(files).decode(), _KEPT_S)
        fields = [forms.words(locale, phrase(locale, "menu.words"), required=True)]
        await interaction.response.send_modal(forms.form(f"{forms.PREFIX}{name}", phrase(locale, "menu.title"), fields))


async def submitted(app: App, interaction: discord.Interaction, given: forms.Filled) -> None:
    """The words are there: take them up with the footage, where that still is."""
    locale = str(interaction.locale)
    await interaction.response.defer(thinking=True)
    channel, message = int(given.form["channel"]), int(given.form["message"])
    try:
        target = await _look_again(interaction, channel, message)
    except discord.NotFound:
        await intake.answer(interaction, phrase(locale, "message.gone"))
        return
    files = attachments.of_target(target) if target is not None else ()
    if not files:
        kept = await app.store.marks.read(_name(channel, message))
        files = _FILES.validate_json(kept) if kept is not None else ()
    if files:
        await take(app, interaction, given.get("words", ""), files, on=message)
    else:
        await intake.answer(interaction, phrase(locale, "form.gone"))


async def _look_again(interaction: discord.Interaction, channel: int, message: int) -> discord.Message | None:
    """The message as it is now, None where it may not be seen. Raises discord.NotFound where it is gone."""
    try:
        return await interaction.client.get_partial_messageable(channel).fetch_message(message)
    except discord.Forbidden as error:
        log.info("the message of a form cannot be seen", code=error.code)
        return None


def _name(channel: int, message: int) -> str:
    """Of the form, and of what is kept for it."""
    return f"menu:{channel}:{message}"
