"""Slash commands to Discord, only when what would be sent has changed."""

import hashlib
import json

import discord
import structlog
from discord import app_commands

from bot.store.store import Store

log = structlog.stdlib.get_logger(__name__)


async def digest(tree: app_commands.CommandTree[discord.Client]) -> str:
    """A hash of the whole payload, translations included."""
    translator = tree.translator
    commands = tree.get_commands()
    payload = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in commands
    ]
    text = json.dumps(sorted(payload, key=lambda item: (item["type"], item["name"])), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


async def sync_if_changed(
    tree: app_commands.CommandTree[discord.Client], store: Store, application: int, *, force: bool = False
) -> bool:
    """Send the commands when their hash is not the one sent last, or by `force`; whether they were sent."""
    now = await digest(tree)
    if not force and await store.marks.read(f"commands:{application}") == now:
        return False
    await tree.sync()
    await store.marks.write(f"commands:{application}", now)
    log.info("commands synced", count=len(tree.get_commands()))
    return True
