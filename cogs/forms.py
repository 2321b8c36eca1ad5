"""Modals that work after any restart: nothing of one is kept in memory, all that it stands for is in its id.

The library keeps every modal it sends until it is submitted, and discards what is submitted to one it does not know,
such as one that was open while the bot was restarted. Ours are not given to it to keep: every submission is read here.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
import structlog
from discord.ext import commands

from bot.app import App
from bot.store.models import FileRef
from bot.voice.phrase import phrase
from cogs import attachments, intake
from cogs.late import too_late

log = structlog.stdlib.get_logger(__name__)

_PREFIX = "t1:form:"
_TITLE_LENGTH, _LABEL_LENGTH = 45, 45
_MOST_WORDS = 4000
"""As many characters as a field takes."""


@dataclass(frozen=True)
class Filled:
    """What was typed and uploaded, by the custom id of the field."""

    texts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[FileRef, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed there, without space around it; empty where the field was left out."""
        return self.texts.get(name, "").strip()


Submitted = Callable[[App, discord.Interaction, re.Match[str], Filled], Awaitable[None]]
"""Does what a form was filled in for; the match is of the form's id."""


def form(name: str, title: str, fields: Iterable[discord.ui.Item[discord.ui.Modal]]) -> discord.ui.Modal:
    """A modal of this name (the part of its id that `pattern` looks for) with these fields, each in its label."""
    made = discord.ui.Modal(title=title[:_TITLE_LENGTH], custom_id=f"{_PREFIX}{name}")
    for one in fields:
        made.add_item(one)
    return made


def labelled(
    text: str, component: discord.ui.Item[discord.ui.Modal], description: str | None = None
) -> discord.ui.Label[discord.ui.Modal]:
    """A field under its name."""
    return discord.ui.Label(text=text[:_LABEL_LENGTH], description=description, component=component)


def words(locale: str, *, required: bool = True) -> discord.ui.TextInput[discord.ui.Modal]:
    """The field "words", for what to do with the footage."""
    return discord.ui.TextInput(
        custom_id="words",
        style=discord.TextStyle.paragraph,
        required=required,
        max_length=_MOST_WORDS,
        placeholder=phrase(locale, "form.example"),
    )


def pattern(name: str) -> re.Pattern[str]:
    """Finds a form by its id; `name` is a regular expression."""
    return re.compile(rf"{_PREFIX}{name}")


async def show(interaction: discord.Interaction, modal: discord.ui.Modal) -> None:
    """Open the form; it must be the first answer."""
    modal.stop()  # the library keeps only what is not finished
    await interaction.response.send_modal(modal)


class Forms(commands.Cog):
    """Where every form that is sent arrives."""

    def __init__(self, app: App, doors: Mapping[re.Pattern[str], Submitted]) -> None:
        self._app = app
        self._doors = doors

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take what was filled in; whatever happens, the user hears of it."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: Mapping[str, Any] = interaction.data or {}
        name = str(data.get("custom_id", ""))
        if not name.startswith(_PREFIX) or too_late(interaction):
            return
        try:
            for wanted, submitted in self._doors.items():
                match = wanted.fullmatch(name)
                if match is not None:
                    await submitted(self._app, interaction, match, filled(data))
                    return
            await intake.tell(interaction, phrase(str(interaction.locale), "form.gone"))
        except Exception as error:  # noqa: BLE001 - answered with a reference that finds it in the log
            await intake.failed(interaction, error)


def filled(data: Mapping[str, Any]) -> Filled:
    """The fields of a submission, as Discord sends it."""
    uploads: Mapping[str, Any] = data.get("resolved", {}).get("attachments", {})
    texts: dict[str, str] = {}
    files: dict[str, tuple[FileRef, ...]] = {}
    for label in data.get("components", ()):
        one = label.get("component", {})
        name = one.get("custom_id", "")
        if isinstance(one.get("value"), str):
            texts[name] = one["value"]
        else:
            files[name] = tuple(attachments.of_payload(uploads[id_]) for id_ in one.get("values", ()) if id_ in uploads)
    return Filled(texts, files)
