"""What every button and menu of ours does with a press, whatever it is for."""

import re
from abc import ABC, abstractmethod
from typing import Self

import discord

from cogs import access, intake
from cogs.late import too_late


class Answering(ABC):
    """Of a dynamic item: who may not press it is told so, and what goes wrong is answered, here for all of them.

    No check of commands and no error handler sees a press.
    """

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - the library's signature
        item: discord.ui.Item[discord.ui.View],
        match: re.Match[str],
        /,
    ) -> Self:
        """The item that was pressed."""
        return cls.read(match, _label_of(item))

    @classmethod
    @abstractmethod
    def read(cls, match: re.Match[str], label: str) -> Self:
        """The item as its id, which the template matched, and its label tell it."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do what was pressed; whatever happens, the user hears of it, unless it is too late for that."""
        if too_late(interaction):
            return
        try:
            refused = await self.refused(interaction)
            if refused:
                await intake.tell(interaction, refused)
            else:
                await self.pressed(interaction)
        except Exception as error:  # noqa: BLE001 - answered with a reference that finds it in the log
            await intake.tell(interaction, intake.refusal(error, str(interaction.locale)))

    async def refused(self, interaction: discord.Interaction) -> str | None:
        """Why they may not press it, in words; None where they may."""
        return await access.refused(intake.app_of(interaction), interaction)

    @abstractmethod
    async def pressed(self, interaction: discord.Interaction) -> None:
        """What the button does."""


def _label_of(item: discord.ui.Item[discord.ui.View]) -> str:
    """What a pressed button says."""
    return (item.label if isinstance(item, discord.ui.Button) else None) or ""
