"""`/settings roles`: who may use the bot in this server, chosen from a menu of its roles."""

import re
from typing import Self

import discord

from bot.app import App
from bot.flows import servers
from bot.store.models import Server
from bot.voice.phrase import phrase
from cogs import access, intake
from cogs.answering import Answering

MOST_ROLES = 25
"""As many as a menu takes."""


async def show(app: App, interaction: discord.Interaction) -> None:
    """Who may now, with a menu to change it."""
    server = await servers.of(app.store, str(interaction.guild_id))
    locale = str(interaction.locale)
    await interaction.response.send_message(who(server, locale), view=_view(server, locale), ephemeral=True)


def who(server: Server, locale: str) -> str:
    """Who may use the bot there."""
    if not server.roles:
        return phrase(locale, "settings.roles.all")
    roles = phrase(locale, "facts.sep").join(f"<@&{role}>" for role in server.roles)
    return phrase(locale, "settings.roles.some", roles=roles)


class RoleMenu(
    Answering, discord.ui.DynamicItem[discord.ui.RoleSelect[discord.ui.View]], template=r"t1:settings:roles"
):
    """The roles that may use the bot."""

    def __init__(self, roles: tuple[str, ...] = (), placeholder: str = "") -> None:
        menu: discord.ui.RoleSelect[discord.ui.View] = discord.ui.RoleSelect(
            custom_id="t1:settings:roles",
            placeholder=placeholder or None,
            min_values=0,
            max_values=MOST_ROLES,
            default_values=[discord.SelectDefaultValue.from_role(discord.Object(int(role))) for role in roles],
        )
        super().__init__(menu)

    @classmethod
    def read(
        cls,
        match: re.Match[str],  # noqa: ARG003 - of all items
        label: str,  # noqa: ARG003 - of all items
    ) -> Self:
        """The menu that was used."""
        return cls()

    async def pressed(self, interaction: discord.Interaction) -> None:
        """Keep what was chosen."""
        await _keep(interaction, tuple(str(role.id) for role in self.item.values))


class EverybodyButton(
    Answering, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"t1:settings:everybody"
):
    """Lets everybody use the bot again."""

    def __init__(self, label: str) -> None:
        super().__init__(discord.ui.Button(label=label or None, custom_id="t1:settings:everybody"))

    @classmethod
    def read(
        cls,
        match: re.Match[str],  # noqa: ARG003 - of all items
        label: str,
    ) -> Self:
        """The button that was pressed."""
        return cls(label)

    async def pressed(self, interaction: discord.Interaction) -> None:
        """No role is asked for any more."""
        await _keep(interaction, ())


async def _keep(interaction: discord.Interaction, roles: tuple[str, ...]) -> None:
    locale = str(interaction.locale)
    if not access.manages(interaction):
        await intake.tell(interaction, phrase(locale, "settings.not_yours"))
        return
    guild = str(interaction.guild_id)
    chosen = () if guild in roles else roles  # the role @everyone has the server's id
    server = await intake.app_of(interaction).store.servers.update(guild, roles=chosen)
    await interaction.response.edit_message(content=who(server, locale), view=_view(server, locale))


def _view(server: Server, locale: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(RoleMenu(server.roles, phrase(locale, "settings.roles.choose")))
    view.add_item(EverybodyButton(phrase(locale, "settings.roles.everybody")))
    return view
