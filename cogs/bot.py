"""The Discord client: which events it asks for, its commands, its errors, its start and its end."""

import asyncio
import signal
from contextlib import AsyncExitStack

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.app import App, open_app
from bot.settings import Settings
from cogs import access, account, attaching, intake, limits, menu
from cogs.account import AccountButton
from cogs.attaching import AttachButton
from cogs.buttons import OfferButton, OldButton
from cogs.credits import Credits
from cogs.edit import Edit
from cogs.export import Export
from cogs.face import DiscordFace
from cogs.forms import Forms
from cogs.fresh import DiscordLinks
from cogs.help import Help
from cogs.history import History
from cogs.late import Lateness, too_late
from cogs.leaving import Leaving
from cogs.menu import Menu
from cogs.note import RevokeButton
from cogs.project import ConfirmButton, Project
from cogs.roles import EverybodyButton, RoleMenu
from cogs.settings import ServerSettings
from cogs.standing import DiscordStanding
from cogs.status import Status
from cogs.sync import sync_if_changed
from cogs.threads import Threads
from cogs.translate import Chinese
from cogs.upload import Upload

log = structlog.stdlib.get_logger(__name__)

EXIT_OK, EXIT_CONFIG = 0, 78
_BAD_TOKEN = "DISCORD_TOKEN: Discord does not accept this token; make a new one in the developer portal"  # noqa: S105

_FORMS = {
    account.FORM: account.submitted,
    limits.FORM: limits.submitted,
    attaching.FORM: attaching.submitted,
    menu.FORM: menu.submitted,
}


class Tree(app_commands.CommandTree["Threadcut"]):
    """Every command is asked for first who may use it; every failed one is answered, with a reference for the log."""

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Whether they may: a refusal is answered here, and so is a check that failed."""
        if too_late(interaction):
            return False
        try:
            words = await access.refused(self.client.app, interaction)
        except Exception as error:  # noqa: BLE001 - no other handler sees it
            await intake.failed(interaction, error)
            return False
        if words and interaction.type is not discord.InteractionType.autocomplete:
            await intake.tell(interaction, words)
        return words is None

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer whatever was left unanswered; nothing technical reaches the user."""
        if isinstance(error, app_commands.CheckFailure):  # a check of ours has said why
            return
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await intake.failed(interaction, cause)


class Threadcut(commands.AutoShardedBot):
    """Adapts Discord to the app; holds no rule of the product."""

    def __init__(self, app: App, *, message_content: bool, serves: bool = True) -> None:
        """`serves` is False for a client that logs in only to send the commands.

        With the setting unset there are as many shards as Discord recommends.
        """
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=message_content)
        super().__init__(
            command_prefix=(),
            intents=intents,
            tree_cls=Tree,
            help_command=None,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=app.settings.discord.shards,
        )
        self.app = app
        self.lateness = Lateness()
        self._serves = serves
        self.face = DiscordFace(self, app)

    async def setup_hook(self) -> None:
        """Before the socket opens: the commands, and where it serves the face and what a restart left to do."""
        for cog in (
            Edit(self.app),
            Upload(self.app),
            Credits(self.app),
            Export(self.app),
            Status(self.app),
            History(self.app),
            Project(self.app),
            Help(self.app),
            ServerSettings(self.app),
            Threads(self.app, self),
            Menu(self.app, self.tree),
            Forms(self.app, _FORMS),
            Leaving(self.app, self),
        ):
            await self.add_cog(cog)
        await self.tree.set_translator(Chinese())
        await sync_if_changed(self.tree, self.app.store, self.application_id or 0, force=not self._serves)
        self.add_dynamic_items(OfferButton, OldButton, AccountButton, ConfirmButton, RoleMenu, EverybodyButton)
        self.add_dynamic_items(AttachButton, RevokeButton)
        if self._serves:
            self.app.context.fresh_links["discord"] = DiscordLinks(self)
            self.app.context.standing["discord"] = DiscordStanding(self, self.app.store)
            self.app.runner.register("discord", self.face)
            self.app.checks["discord"] = self._is_there
            await self.app.start()

    async def _is_there(self) -> bool:
        return self.is_ready() and not self.is_closed()

    async def on_message(self, message: discord.Message, /) -> None:
        """There are no prefix commands: the `Threads` cog listens by itself."""

    async def on_ready(self) -> None:
        """Say that the bot is up; nothing else belongs here, it can come many times."""
        log.info("ready", user=str(self.user), servers=len(self.guilds))

    async def close(self) -> None:
        """Stop showing progress, then leave Discord."""
        await self.face.close()
        await super().close()


async def run_bot(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; the exit code. Settings hold a token (checked before)."""
    token = settings.discord.token
    if token is None:
        return EXIT_CONFIG
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(open_app(settings, web=True))
        stopping = asyncio.Event()
        _on_signals(stopping)
        message_content = settings.discord.message_content
        while True:
            try:
                return await _run_until(
                    Threadcut(app, message_content=message_content), token.get_secret_value(), stopping
                )
            except discord.PrivilegedIntentsRequired:
                if not message_content:  # it asked for no other: to try again would only use up the day's log-ins
                    return _refused("Discord refuses the bot's intents (4014) although it asks for no privileged one")
                # On in the settings, off in Discord's portal: go on without, every other door works.
                log.warning(
                    "the Message Content intent is off in Discord's developer portal: footage and talk without a"
                    " mention, a reply or a command are not seen; turn it on under Bot, or set"
                    " DISCORD_MESSAGE_CONTENT=false"
                )
                message_content = False
            except discord.LoginFailure:
                return _refused(_BAD_TOKEN)


async def send_commands(settings: Settings) -> int:
    """Send the slash commands to Discord, changed or not; the exit code."""
    token = settings.discord.token
    if token is None:
        return EXIT_CONFIG
    async with open_app(settings) as app, Threadcut(app, message_content=False, serves=False) as bot:
        try:
            await bot.login(token.get_secret_value())
        except discord.LoginFailure:
            return _refused(_BAD_TOKEN)
        print(f"{len(bot.tree.get_commands())} commands sent")  # noqa: T201 - the command's answer
    return EXIT_OK


def _refused(why: str) -> int:
    log.error(why)
    return EXIT_CONFIG


async def _run_until(bot: Threadcut, token: str, stopping: asyncio.Event) -> int:
    async with bot:
        running = asyncio.create_task(bot.start(token), name="discord")
        stop = asyncio.create_task(stopping.wait(), name="wait for a signal")
        try:
            await asyncio.wait({running, stop}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running  # raises what ended it
            else:
                log.info("stopping")
                await bot.close()
                await running
        finally:
            stop.cancel()
            running.cancel()
            await asyncio.gather(stop, running, return_exceptions=True)
    return EXIT_OK


def _on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stopping.set)
        except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt instead
            return
