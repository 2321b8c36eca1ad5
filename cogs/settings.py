"""`/settings`: what the administrators of a server set."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import App
from bot.flows import linked, servers
from bot.voice.phrase import phrase
from bot.voice.servers import Shown, days_line, language_line, overview, talk_line
from cogs import access, account, intake, limits, roles

_LANGUAGES = [
    app_commands.Choice(name="Each user's own", value="own"),
    app_commands.Choice(name="English", value="en-US"),
    app_commands.Choice(name="简体中文", value="zh-CN"),
]
_MOST_DAYS = 3650


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class ServerSettings(commands.GroupCog, group_name="settings", group_description="Settings of this server"):
    """The door for administrators; every answer is for them alone."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Whether they may manage the server, asked before every subcommand."""
        if access.manages(interaction):
            return True
        await intake.tell(interaction, phrase(str(interaction.locale), "settings.not_yours"))
        return False

    @app_commands.command(description="Show everything that is set for this server, and what it means")
    async def show(self, interaction: discord.Interaction) -> None:
        """Everything at a glance."""
        context, locale = self._app.context, str(interaction.locale)
        guild = str(interaction.guild_id)
        server = await servers.of(self._app.store, guild)
        own = await linked.of_guild(context, guild)
        shown = Shown(
            account=None if own is None else account.there(own, locale),
            pays=context.capabilities.own_token,
            roles=roles.who(server, locale),
            talk=server.talk,
            language=server.language,
            days=servers.retention(context.limits, server).total_seconds() / 86_400,
            most_days=servers.most_days(context.limits),
            limits=servers.in_force(context.limits, server),
            bounds={name: most for name, (_, most) in servers.allowed(context.limits).items()},
        )
        await intake.tell(interaction, overview(shown, locale))

    @app_commands.command(description="Link this server's own NemoVideo account, or unlink it")
    async def account(self, interaction: discord.Interaction) -> None:
        """See `cogs/account.py`."""
        await account.show(self._app, interaction)

    @app_commands.command(description="Choose the roles that may use the bot; with none, everybody may")
    async def roles(self, interaction: discord.Interaction) -> None:
        """See `cogs/roles.py`."""
        await roles.show(self._app, interaction)

    @app_commands.command(description="Set how much people may ask for at once, and the largest file")
    async def limits(self, interaction: discord.Interaction) -> None:
        """See `cogs/limits.py`."""
        await limits.show(self._app, interaction)

    @app_commands.command(description="Set the language the bot speaks in this server")
    @app_commands.describe(language="Each user's own, or one for all")
    @app_commands.choices(language=_LANGUAGES)
    async def language(self, interaction: discord.Interaction, language: app_commands.Choice[str]) -> None:
        """Answered in the language that was chosen."""
        chosen = None if language.value == "own" else language.value
        await self._app.store.servers.update(str(interaction.guild_id), language=chosen)
        await intake.tell(interaction, language_line(chosen, chosen or access.own_locale(interaction)))

    @app_commands.command(description="Set how many days a thread that nobody touches is kept here")
    @app_commands.describe(days="Whole days; leave it out for as long as the bot's operator keeps threads")
    async def retention(
        self, interaction: discord.Interaction, days: app_commands.Range[int, 1, _MOST_DAYS] | None = None
    ) -> None:
        """Never longer than the operator's."""
        locale, bounds = str(interaction.locale), self._app.context.limits
        most = servers.most_days(bounds)
        if days is not None and days > most:
            await intake.tell(interaction, phrase(locale, "settings.retention.wrong", most=most))
            return
        server = await self._app.store.servers.update(str(interaction.guild_id), retention_days=days)
        kept = servers.retention(bounds, server).total_seconds() / 86_400
        await intake.tell(interaction, days_line(kept, locale))

    @app_commands.command(description="Switch plain talk in the bot's threads on or off")
    @app_commands.describe(plain="Off: only commands, buttons, mentions and replies count")
    async def talk(self, interaction: discord.Interaction, plain: Literal["on", "off"]) -> None:
        """Whether bare messages and dropped footage are taken up."""
        server = await self._app.store.servers.update(str(interaction.guild_id), talk=plain == "on")
        await intake.tell(interaction, talk_line(str(interaction.locale), on=server.talk))
