"""`/new`, `/cancel` and `/forget`: a project begins, stops what it is at, and ends.

What cannot be brought back is asked about first. The question is seen only by whoever asked for it; its button tells
who that was and of which thread it is, and everything is checked once more when it is pressed.
"""

import re
from typing import Literal, Self, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from bot.flows.start_over import is_empty
from bot.store.models import Thread, Turn
from bot.voice.phrase import phrase
from bot.voice.say import say
from cogs import access, intake, places
from cogs.answering import Answering
from cogs.opening import open_project

What = Literal["new", "forget"]
Name = app_commands.Range[str, 1, 80]


class Project(commands.Cog):
    """The doors to a project's beginning and end."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Begin a project: in a channel in a new thread, in a thread from nothing")
    @app_commands.describe(name="What to call the new thread")
    async def new(self, interaction: discord.Interaction, name: Name | None = None) -> None:
        """Open a thread; where there is a project already, ask whether it shall start over."""
        refused = _refused(interaction)
        if refused:
            await interaction.response.send_message(refused, ephemeral=True)
        elif not places.is_project(interaction.channel):
            await open_project(self._app, interaction, name)
        else:
            await self._again(interaction)

    @app_commands.command(description="Stop what is running in this thread, and what you have waiting here")
    async def cancel(self, interaction: discord.Interaction) -> None:
        """Stop it, and tell whoever asked what was stopped; in the thread each request says so for itself."""
        locale = str(interaction.locale)
        if not places.is_project(interaction.channel):
            await interaction.response.send_message(phrase(locale, "no_project"), ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        stopped = await self._app.runner.cancel(places.place(interaction, interaction.channel))
        await intake.answer(interaction, say(stopped, locale))

    @app_commands.command(description="Delete this thread's project: footage, timeline, finished videos, records")
    async def forget(self, interaction: discord.Interaction) -> None:
        """Ask first."""
        locale = str(interaction.locale)
        thread = await self._app.store.threads.get(str(interaction.channel_id))
        refused = None
        if not places.is_project(interaction.channel):
            refused = "no_project"
        elif thread is None:
            refused = "forget.nothing"
        elif not _may_end(interaction, thread):
            refused = "forget.not_yours"
        if refused:
            await interaction.response.send_message(phrase(locale, refused), ephemeral=True)
            return
        key = "forget.ask" if self._app.context.capabilities.forgets else "forget.ask.stays"
        question = _question("forget", interaction)
        await interaction.response.send_message(phrase(locale, key), view=question, ephemeral=True)

    async def _again(self, interaction: discord.Interaction) -> None:
        app, locale, key = self._app, str(interaction.locale), str(interaction.channel_id)
        if await is_empty(app.store, key):
            await interaction.response.defer(ephemeral=True, thinking=True)
            await _start_over(app, interaction)
        elif not _may_end(interaction, await app.store.threads.get(key)):
            await interaction.response.send_message(phrase(locale, "new.not_yours"), ephemeral=True)
        else:
            words = phrase(locale, "new.ask" if app.context.capabilities.forgets else "new.ask.stays")
            await interaction.response.send_message(words, view=_question("new", interaction), ephemeral=True)


class ConfirmButton(
    Answering,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"t1:yes-(?P<what>new|forget):(?P<thread>\d{1,20}):(?P<user>\d{1,20})",
):
    """Does what was asked about, for whoever was asked, there."""

    def __init__(self, what: What, thread: str, user: str, label: str) -> None:
        self.what = what
        self.thread = thread
        self.user = user
        super().__init__(
            discord.ui.Button(
                label=label or None, style=discord.ButtonStyle.danger, custom_id=f"t1:yes-{what}:{thread}:{user}"
            )
        )

    @classmethod
    def read(cls, match: re.Match[str], label: str) -> Self:
        """The button that was pressed."""
        return cls(cast("What", match["what"]), match["thread"], match["user"], label)

    async def pressed(self, interaction: discord.Interaction) -> None:
        """Do it, if they still may."""
        app, locale = intake.app_of(interaction), str(interaction.locale)
        refused = await self._refused(app, interaction)
        if refused:
            await intake.tell(interaction, refused)
        elif self.what == "new":
            await interaction.response.edit_message(content=phrase(locale, "working.setup"), view=None)
            await _start_over(app, interaction)
        else:
            await interaction.response.edit_message(content=phrase(locale, "forget.working"), view=None)
            await intake.answer(interaction, say(await app.runner.forget(self.thread), locale))

    async def _refused(self, app: App, interaction: discord.Interaction) -> str | None:
        locale = str(interaction.locale)
        if str(interaction.user.id) != self.user or str(interaction.channel_id) != self.thread:
            return phrase(locale, "confirm.not_yours")
        if not _may_end(interaction, await app.store.threads.get(self.thread)):
            return phrase(locale, f"{self.what}.not_yours")
        return None


def _refused(interaction: discord.Interaction) -> str | None:
    """Why the bot may not begin anything here."""
    if places.is_project(interaction.channel):
        try:
            places.check(interaction, interaction.channel)
        except places.MissingPermissionError as error:
            return intake.refusal(error, str(interaction.locale))
    return None


def _may_end(interaction: discord.Interaction, thread: Thread | None) -> bool:
    """Whether they may take a project from everybody: who began it, and who may remove what others write."""
    begun = thread is None or thread.owner is None or thread.owner == str(interaction.user.id)
    return begun or access.moderates(interaction)


def _question(what: What, interaction: discord.Interaction) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    label = phrase(str(interaction.locale), f"confirm.{what}")
    view.add_item(ConfirmButton(what, str(interaction.channel_id), str(interaction.user.id), label))
    return view


async def _start_over(app: App, interaction: discord.Interaction) -> None:
    """Have the thread start over, when it is its time; the response, which nobody else sees, says that it will."""
    place = places.place(interaction, interaction.channel)
    refused = await intake.submit(app, Turn(id=f"i{interaction.id}", place=place, intent="new"))
    thread = phrase(place.locale, "new.opened", thread=f"<#{place.thread}>")
    await intake.answer(interaction, refused or thread)
