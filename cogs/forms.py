"""Forms that work after any restart: what one is for is in its id, what was typed comes with the submission.

The library knows a form only as long as the process lives that showed it, so none of its own callbacks is used: the
form is shown, and whatever process gets the submission carries it out.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import discord
from discord.ext import commands

from bot.app import App
from cogs import access, intake

Handler = Callable[[App, discord.Interaction, dict[str, str]], Awaitable[None]]
"""Carries out a submission: the app, the interaction to answer, and what was typed by field."""


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


def form(id_: str, title: str, fields: Iterable[Field]) -> discord.ui.Modal:
    """A form to show; a handler of this id gets what is typed."""
    modal = discord.ui.Modal(title=title, custom_id=id_, timeout=None)
    for field in fields:
        line: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
            custom_id=field.id,
            default=field.value or None,
            placeholder=field.placeholder or None,
            required=field.least > 0,
            min_length=field.least or None,
            max_length=field.most,
        )
        modal.add_item(discord.ui.Label(text=field.label, description=field.hint or None, component=line))
    return modal


class Forms(commands.Cog):
    """Takes the submissions of every form."""

    def __init__(self, app: App, handlers: Mapping[str, Handler]) -> None:
        """`handlers` by the forms' ids."""
        self._app = app
        self._handlers = handlers

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Carry out a submission, if who sent it may; whatever happens, they hear of it."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data = cast("Mapping[str, Any]", interaction.data or {})
        handler = self._handlers.get(str(data.get("custom_id")))
        if handler is None:
            return
        try:
            words = await access.refused(self._app, interaction)
            if words:
                await intake.tell(interaction, words)
            else:
                await handler(self._app, interaction, typed(data))
        except Exception as error:  # noqa: BLE001 - answered with a reference that finds it in the log
            await intake.failed(interaction, error)


def typed(data: Mapping[str, Any]) -> dict[str, str]:
    """What a submission has in its fields, by their ids."""
    found: dict[str, str] = {}
    for row in data.get("components", ()):
        inner = [row["component"]] if "component" in row else row.get("components", ())
        found |= {str(one["custom_id"]): str(one["value"]) for one in inner if one.get("value") is not None}
    return found
