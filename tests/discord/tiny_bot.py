"""A small bot on plain discord.py, for the wire's own test: `python tiny_bot.py`, addresses from the environment.

What it is told in a message decides what it does; nothing of Threadcut is in it.
"""

import asyncio
import io
import os
import sys

if "ZLIB" in os.environ:
    vars(sys)["modules"] |= {"zstandard": None, "compression.zstd": None}

import discord
from discord import app_commands

from tests.discord.launch import point_discord_at

LATE_S = 3.3


class Tiny(discord.AutoShardedClient):
    """Answers commands and does what messages say."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = "NO_CONTENT" not in os.environ
        lean = "LEAN" in os.environ
        cached = discord.MemberCacheFlags.none() if lean else discord.MemberCacheFlags.from_intents(intents)
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None if lean else 1000,
            member_cache_flags=cached,
            chunk_guilds_at_startup=False,
        )
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        """Register the commands."""
        self.tree.add_command(hello)
        self.tree.add_command(slow)
        self.tree.add_command(late)
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        """Do what the message says, and say what came of it."""
        if message.author == self.user:
            return
        try:
            await self._do(message)
        except discord.HTTPException as error:
            await message.channel.send(f"refused: {error.status} {error.code}")

    async def _do(self, message: discord.Message) -> None:
        word, _, rest = message.content.partition(" ")
        channel = message.channel
        if word == "read":
            data = await message.attachments[0].read()
            await channel.send(f"{message.attachments[0].filename}: {len(data)} bytes")
        elif word == "thread" and isinstance(channel, discord.TextChannel):
            thread = await channel.create_thread(name=rest, type=discord.ChannelType.public_thread)
            await thread.add_user(message.author)
            await thread.send("here")
        elif word == "branch":
            await (await message.create_thread(name=rest)).send("on the message")
        elif word == "edit":
            sent = await channel.send("first")
            await sent.edit(content="second", attachments=[discord.File(io.BytesIO(b"x"), "note.txt")])
        elif word == "send":
            await channel.send("file", file=discord.File(io.BytesIO(b"0" * int(rest)), "big.bin"))
        elif word == "twice":
            one = await channel.send("once", nonce="a nonce")
            two = await channel.send("again", nonce="a nonce")
            await channel.send(f"same: {one.id == two.id}")
        elif word == "old":
            await channel.get_partial_message(int(rest)).edit(content="edited")  # type: ignore[union-attr]
            await channel.get_partial_message(int(rest)).edit(content="again")  # type: ignore[union-attr]
        else:
            await channel.send(f"heard: {message.content!r}")


@app_commands.command()
async def hello(interaction: discord.Interaction, name: str, file: discord.Attachment | None = None) -> None:
    """Greet."""
    size = "" if file is None else f" with {len(await file.read())} bytes"
    await interaction.response.send_message(f"hello {name}{size}")


@app_commands.command()
async def slow(interaction: discord.Interaction) -> None:
    """Defer, then answer."""
    await interaction.response.defer(thinking=True)
    await interaction.followup.send("done thinking")


@app_commands.command()
async def late(interaction: discord.Interaction) -> None:
    """Answer after Discord has given up."""
    await asyncio.sleep(LATE_S)
    try:
        await interaction.response.send_message("too late")
    except discord.NotFound as error:
        assert isinstance(interaction.channel, discord.TextChannel)
        await interaction.channel.send(f"refused: {error.status} {error.code}")


if __name__ == "__main__":
    point_discord_at(os.environ["WIRE_API"], os.environ["WIRE_GATEWAY"], os.environ["WIRE_CDN"])
    Tiny().run(os.environ["DISCORD_TOKEN"])
