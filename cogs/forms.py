"""Forms that work after any restart: what one is for is in its id, what was filled in comes with the submission.

The library keeps every modal it sends until it is submitted, and discards what is submitted to one it does not know,
such as one that was open while the bot was restarted. Ours are not given to it to keep: every submission is read here.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import discord
from discord.ext import commands

from bot.app import App
from bot.store.models import FileRef
from bot.voice.phrase import phrase
from cogs import access, attachments, intake
from cogs.late import too_late

PREFIX = "t1:form:"
"""With which the id of every form begins."""
_MOST_WORDS = 4000
"""As many characters as a field takes."""

Input = discord.ui.TextInput[discord.ui.Modal]
Label = discord.ui.Label[discord.ui.Modal]


@dataclass(frozen=True)
class Field:
    """One line to type in."""

    id: str
    label: str
    hint: str = ""
    value: str = ""
    placeholder: str = ""
    least: int = 0
    most: int = 100


class Filled(dict[str, str]):
    """What was typed, by field, without space around it; `files` are what was uploaded, by field as well.

    `form` is what the form's id tells: the groups of the expression under which its handler is known, empty where they
    are not in it.
    """

    def __init__(self, typed: Mapping[str, str], files: Mapping[str, tuple[FileRef, ...]], form: Mapping[str, str]):
        super().__init__(typed)
        self.files = files
        self.form = form


Handler = Callable[[App, discord.Interaction, Filled], Awaitable[None]]
"""Carries out a submission: the app, the interaction to answer, and what was filled in."""


def form(id_: str, title: str, fields: Iterable[Field | Label]) -> discord.ui.Modal:
    """A form to show; the handler of this id gets what is filled in."""
    modal = discord.ui.Modal(title=title, custom_id=id_)
    modal.stop()  # the library keeps only what is not finished
    for field in fields:
        modal.add_item(_line(field) if isinstance(field, Field) else field)
    return modal


def words(locale: str, label: str, *, required: bool) -> Label:
    """The field `words`: what to do with the footage."""
    box = Input(
        custom_id="words",
        style=discord.TextStyle.paragraph,
        required=required,
        max_length=_MOST_WORDS,
        placeholder=phrase(locale, "form.example"),
    )
    return Label(text=label, component=box)


def _line(field: Field) -> Label:
    line = Input(
        custom_id=field.id,
        default=field.value or None,
        placeholder=field.placeholder or None,
        required=field.least > 0,
        min_length=field.least or None,
        max_length=field.most,
    )
    return Label(text=field.label, description=field.hint or None, component=line)


class Forms(commands.Cog):
    """Takes the submissions of every form."""

    def __init__(self, app: App, handlers: Mapping[str, Handler]) -> None:
        """`handlers` by the forms' ids, which are regular expressions."""
        self._app = app
        self._handlers = dict(handlers)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Carry out a submission, if who sent it may; whatever happens, they hear of it, unless it is too late."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data = cast("Mapping[str, Any]", interaction.data or {})
        if not str(data.get("custom_id")).startswith(PREFIX) or too_late(interaction):
            return
        try:
            refused = await access.refused(self._app, interaction)
            if refused:
                await intake.tell(interaction, refused)
            else:
                await self._carry_out(interaction, data)
        except Exception as error:  # noqa: BLE001 - answered with a reference that finds it in the log
            await intake.failed(interaction, error)

    async def _carry_out(self, interaction: discord.Interaction, data: Mapping[str, Any]) -> None:
        for id_, handler in self._handlers.items():
            match = re.fullmatch(id_, data["custom_id"])
            if match is not None:
                await handler(self._app, interaction, filled(data, match.groupdict("")))
                return
        await intake.tell(interaction, phrase(str(interaction.locale), "form.gone"))


def filled(data: Mapping[str, Any], form: Mapping[str, str]) -> Filled:
    """The fields of a submission, as Discord sends it."""
    uploads: Mapping[str, Any] = data.get("resolved", {}).get("attachments", {})
    typed: dict[str, str] = {}
    files: dict[str, tuple[FileRef, ...]] = {}
    for label in data.get("components", ()):
        one = label.get("component", {})
        name = str(one.get("custom_id"))
        if isinstance(one.get("value"), str):
            typed[name] = one["value"].strip()
        else:
            files[name] = tuple(attachments.of_payload(uploads[id_]) for id_ in one.get("values", ()) if id_ in uploads)
    return Filled(typed, files, form)
