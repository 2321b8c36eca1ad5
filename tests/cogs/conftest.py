"""The real bot on the real app, in SimCord's Discord, against the scripted upstream; attachments over a real socket."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from types import SimpleNamespace

import discord
import pytest
import simcord
import simcord.backend.cdn
from aiohttp import web
from redis.asyncio import Redis
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.app import Tuning, open_app
from bot.settings import Settings
from cogs.bot import Threadcut
from cogs.fresh import DiscordLinks
from cogs.progress import Progress
from cogs.standing import DiscordStanding
from tests.upstream.plugin import upstream
from tests.upstream.server import Upstream
from tests.watch.bench import cloud

__all__ = ["upstream"]

PUBLIC = "https://cut.example"
"""Where the bot's web server is said to be reached."""


@dataclass
class World:
    """A server with a channel, somebody in it, and the bot."""

    env: simcord.Env
    bot: Threadcut
    upstream: Upstream
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    ann: simcord.MemberActor

    async def until_quiet(self) -> None:
        """Until every request is done and shown. Exports go on in the background: see `until`."""
        await self.env.settle()

    async def until(self, channel: simcord.ChannelHandle, words: str) -> discord.Message:
        """Wait for a message of the bot's that holds these words."""
        async with asyncio.timeout(10):
            while True:
                found = [message for message in channel.history() if words in message.content]
                if found:
                    return found[-1]
                await asyncio.sleep(0.02)

    def strict_channel(self) -> simcord.ChannelHandle:
        """A channel in which the bot may not open threads."""
        me = self.bot.user
        assert me is not None
        return self.guild.create_text_channel(
            "strict", overwrites={me: discord.PermissionOverwrite(create_public_threads=False)}
        )

    def reader(self, name: str) -> simcord.MemberActor:
        """Somebody who may read everything here and write nothing."""
        member = self.guild.add_member(self.env.create_user(name))
        self.silence(member)
        return member

    def silence(self, member: simcord.MemberActor) -> None:
        """From now on this member may write nothing here."""
        deny = discord.Permissions(send_messages=True, send_messages_in_threads=True).value
        channel = self.env.backend.get_channel(self.channel.id)
        channel.overwrites.append(Overwrite(member.id, OverwriteType.MEMBER, deny=deny))

    def admin(self) -> simcord.MemberActor:
        """Somebody who may manage the server."""
        role = self.guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
        return self.guild.add_member(self.env.create_user("admin"), roles=[role])

    async def settle(self, there: Callable[[], Awaitable[object]]) -> None:
        """Wait until something is so in Redis, which tells nobody."""
        async with asyncio.timeout(10):
            while not await there():  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.02)

    def member(self, name: str, **can: bool) -> simcord.MemberActor:
        """Somebody else, who may what everybody may and this besides."""
        roles = [self.guild.create_role(f"{name}'s", permissions=discord.Permissions(**can))] if can else []
        return self.guild.add_member(self.env.create_user(name), roles=roles)

    async def bot_says(self, text: str, view: discord.ui.View | None) -> discord.Message:
        """A message of the bot's in the thread, as an earlier release may have left one."""
        thread = self.bot.get_partial_messageable(self.thread.id)
        sent = await (thread.send(text) if view is None else thread.send(text, view=view))
        await self.env.settle()
        return sent

    def sent(self) -> list[str]:
        """The words that reached the upstream."""
        return [seen.json["new_message"]["parts"][0]["text"] for seen in self.upstream.seen("run")]

    def uploaded(self) -> list[str | None]:
        """The names of the files that reached the upstream."""
        return [part.name for seen in self.upstream.seen("upload") for part in seen.parts]

    async def open_thread(self, name: str = "cuts") -> simcord.ChannelHandle:
        """A thread that ann opened by hand: the bot knows nothing of it."""
        self.env.backend.create_thread(self.channel.id, name, self.ann.id)
        await self.env.settle()
        return self.thread

    @property
    def thread(self) -> simcord.ChannelHandle:
        """The one thread of the channel."""
        (thread,) = self.channel.threads
        return thread


@pytest.fixture
def message_content() -> bool:
    """Whether the bot has the Message Content intent; a module of tests may say otherwise."""
    return True


@pytest.fixture
def abilities() -> dict[str, object]:
    """What the upstream is taken to be capable of, besides what the cloud is."""
    return {}


@pytest.fixture
def general() -> dict[str, object]:
    """What is set besides, for a test to override."""
    return {}


@pytest.fixture
def reached() -> bool:
    """Whether users reach the bot's web server; then `PUBLIC` is where."""
    return False


@pytest.fixture
async def world(
    settings: Settings,
    upstream: Upstream,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
    message_content: bool,
    abilities: dict[str, object],
    general: dict[str, object],
    reached: bool,
) -> AsyncIterator[World]:
    box = SimpleNamespace(env=None)

    async def give(request: web.Request) -> web.Response:
        content = box.env.backend.cdn.get(f"{address}{request.path}")
        return web.Response(body=content) if content is not None else web.Response(status=404)

    site = web.Application()
    site.router.add_get("/{path:.*}", give)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    address = f"http://{host}:{port}"
    monkeypatch.setattr(simcord.backend.cdn, "CDN_BASE", address)
    tuning = Tuning(
        lease_s=2.0,
        able=lambda found: dataclasses.replace(found, **{"poll_s": 0.05, "queries_s": (0.05,), **abilities}),  # type: ignore[arg-type]  # the test's business
        attachment_hosts=frozenset({f"{host}:{port}"}),
        attachments_secure=False,
    )
    made = cloud(settings, upstream.url, **({"public_url": PUBLIC} if reached else {}), **general)
    made = dataclasses.replace(made, web=made.web.model_copy(update={"port": 0}))
    async with open_app(made, web=reached, tuning=tuning) as app:
        bot = Threadcut(app, message_content=message_content, serves=False)
        bot.face.progress = Progress(clock=lambda: 0.0, every_s=0.0)
        app.context.standing["discord"] = DiscordStanding(bot, app.store)
        app.runner.register("discord", bot.face)
        app.context.fresh_links["discord"] = DiscordLinks(bot)
        await app.start()
        approved = discord.Intents.all()
        approved.message_content = message_content
        env = box.env = simcord.Env(bot, shard_count=1, approved_intents=approved)
        await env.start()
        try:
            guild = env.create_guild()
            channel = guild.create_text_channel("general")
            ann = guild.add_member(env.create_user("ann"))
            yield World(env, bot, upstream, guild, channel, ann)
        finally:
            await app.stop()
            await env.shutdown()
    await runner.cleanup()


def texts(channel: simcord.ChannelHandle) -> list[str]:
    """What was written in a channel, in order."""
    return [message.content for message in channel.history()]


def attachments(messages: list[discord.Message]) -> list[str]:
    """Names of the files in messages."""
    return [file.filename for message in messages for file in message.attachments]
