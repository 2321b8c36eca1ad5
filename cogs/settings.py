"""`/settings account`: an administrator links this server's own account at the upstream, or unlinks it."""

import re
from typing import Self

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.app import App
from bot.flows import linked
from bot.flows.account import LinkedTokenRejected
from bot.nemo.errors import NemoError
from bot.store.models import Account
from bot.voice.phrase import phrase
from cogs import intake
from cogs.buttons import Answering, label_of

log = structlog.stdlib.get_logger(__name__)

_LONGEST_TOKEN = 1000


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class ServerSettings(commands.GroupCog, group_name="settings", group_description="Settings of this server"):
    """What administrators set."""

    def __init__(self, app: App) -> None:
        self._app = app

    @app_commands.command(description="Link this server's own NemoVideo account, or unlink it")
    async def account(self, interaction: discord.Interaction) -> None:
        """Ask for a token, or show what is linked; only the administrator sees it."""
        locale = str(interaction.locale)
        if not _may(interaction):
            await interaction.response.send_message(phrase(locale, "settings.not_yours"), ephemeral=True)
            return
        if not self._app.context.capabilities.own_token:
            await interaction.response.send_message(phrase(locale, "settings.account.local"), ephemeral=True)
            return
        account = await linked.of_guild(self._app.context, str(interaction.guild_id))
        if account is None:
            await interaction.response.send_modal(TokenModal(self._app, locale))
            return
        await interaction.response.send_message(_shown(account, locale), view=_choices(locale), ephemeral=True)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server that sends the bot away takes its token with it."""
        await linked.unlink(self._app.context, str(guild.id))


class TokenModal(discord.ui.Modal):
    """Asks for a token. What is typed is tried, kept encrypted, and never shown or logged."""

    def __init__(self, app: App, locale: str) -> None:
        super().__init__(title=phrase(locale, "settings.account.title"), timeout=900)
        self._app = app
        self._token: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="token", min_length=8, max_length=_LONGEST_TOKEN, placeholder="nmv_usr_…"
        )
        self.add_item(
            discord.ui.Label(
                text=phrase(locale, "settings.account.token"),
                description=phrase(locale, "settings.account.hint"),
                component=self._token,
            )
        )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Try the token and say what came of it, to the administrator alone."""
        locale = str(interaction.locale)
        if not _may(interaction):
            await interaction.response.send_message(phrase(locale, "settings.not_yours"), ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild, user = str(interaction.guild_id), str(interaction.user.id)
        try:
            balance = await linked.link(self._app.context, guild, self._token.value, user)
        except LinkedTokenRejected:
            words = phrase(locale, "settings.account.refused")
        except NemoError as error:
            log.info("a token could not be tried", reason=str(error))
            words = phrase(locale, "settings.account.untried")
        else:
            words = phrase(locale, "settings.account.linked")
            if balance.available is not None:
                words += "\n" + phrase(locale, "balance", balance.available)
        await intake.answer(interaction, words)

    async def on_error(  # type: ignore[override]  # a modal hands over no item
        self, interaction: discord.Interaction, error: Exception, /
    ) -> None:
        """Answer with a reference that finds it in the log."""
        await intake.failed(interaction, error)


class AccountButton(
    Answering,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"t1:account:(?P<what>replace|unlink)",
):
    """Replace or unlink what is linked."""

    def __init__(self, what: str, label: str) -> None:
        self.what = what
        style = discord.ButtonStyle.danger if what == "unlink" else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=label or None, style=style, custom_id=f"t1:account:{what}"))

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - the library's signature
        item: discord.ui.Item[discord.ui.View],
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(match["what"], label_of(item))

    async def pressed(self, interaction: discord.Interaction) -> None:
        """Do it, if they still may."""
        locale = str(interaction.locale)
        app = intake.app_of(interaction)
        if not _may(interaction):
            await interaction.response.send_message(phrase(locale, "settings.not_yours"), ephemeral=True)
        elif self.what == "replace":
            await interaction.response.send_modal(TokenModal(app, locale))
        else:
            await linked.unlink(app.context, str(interaction.guild_id))
            await interaction.response.edit_message(content=phrase(locale, "settings.account.unlinked"), view=None)


def _may(interaction: discord.Interaction) -> bool:
    """Whether they administrate this server; Discord's own check of commands is only a default that can be changed."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def _shown(account: Account, locale: str) -> str:
    since = discord.utils.format_dt(account.issued, "D") if account.issued else "…"
    return phrase(locale, "settings.account.there", who=f"<@{account.linked_by}>", when=since)


def _choices(locale: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for what in ("replace", "unlink"):
        view.add_item(AccountButton(what, phrase(locale, f"settings.account.{what}")))
    return view
