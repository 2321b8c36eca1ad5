"""`/settings account`: this server's own account at the upstream, linked with a token, replaced or unlinked."""

import re
from typing import Self

import discord
import structlog

from bot.app import App
from bot.flows import linked
from bot.flows.account import LinkedTokenRejected
from bot.nemo.errors import NemoError
from bot.store.models import Account
from bot.voice.phrase import phrase
from cogs import access, intake
from cogs.answering import Answering
from cogs.forms import Field, form

log = structlog.stdlib.get_logger(__name__)

FORM = "t1:form:token"
_LONGEST_TOKEN = 1000


async def show(app: App, interaction: discord.Interaction) -> None:
    """Ask for a token, or show what is linked; only the administrator sees it."""
    locale = str(interaction.locale)
    if not app.context.capabilities.own_token:
        await intake.tell(interaction, phrase(locale, "settings.account.local"))
        return
    account = await linked.of_guild(app.context, str(interaction.guild_id))
    if account is None:
        await interaction.response.send_modal(_form(locale))
        return
    await interaction.response.send_message(there(account, locale), view=_choices(locale), ephemeral=True)


async def submitted(app: App, interaction: discord.Interaction, typed: dict[str, str]) -> None:
    """Try the token and say what came of it, to the administrator alone.

    It is kept encrypted, never shown and never logged.
    """
    locale = str(interaction.locale)
    if not access.manages(interaction):
        await intake.tell(interaction, phrase(locale, "settings.not_yours"))
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    guild, user = str(interaction.guild_id), str(interaction.user.id)
    try:
        balance = await linked.link(app.context, guild, typed.get("token", ""), user)
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


def there(account: Account, locale: str) -> str:
    """That an account is linked, by whom and when."""
    since = discord.utils.format_dt(account.issued, "D") if account.issued else "…"
    return phrase(locale, "settings.account.there", who=f"<@{account.linked_by}>", when=since)


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
    def read(cls, match: re.Match[str], label: str) -> Self:
        """The button that was pressed."""
        return cls(match["what"], label)

    async def pressed(self, interaction: discord.Interaction) -> None:
        """Do it, if they still may."""
        locale = str(interaction.locale)
        app = intake.app_of(interaction)
        if not access.manages(interaction):
            await intake.tell(interaction, phrase(locale, "settings.not_yours"))
        elif self.what == "replace":
            await interaction.response.send_modal(_form(locale))
        else:
            await linked.unlink(app.context, str(interaction.guild_id))
            await interaction.response.edit_message(content=phrase(locale, "settings.account.unlinked"), view=None)


def _form(locale: str) -> discord.ui.Modal:
    token = Field(
        "token",
        phrase(locale, "settings.account.token"),
        phrase(locale, "settings.account.hint"),
        placeholder="nmv_usr_…",
        least=8,
        most=_LONGEST_TOKEN,
    )
    return form(FORM, phrase(locale, "settings.account.title"), [token])


def _choices(locale: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for what in ("replace", "unlink"):
        view.add_item(AccountButton(what, phrase(locale, f"settings.account.{what}")))
    return view
