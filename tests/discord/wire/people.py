"""People at the keyboard: what somebody in Discord can do, told to the bot through the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcord import interactions
from simcord.backend import serializers
from simcord.backend.models import Channel, Interaction, Message
from simcord.backend.models import User as Account
from simcord.enums import InteractionType, OptionType

if TYPE_CHECKING:
    from tests.discord.wire.world import Wire


@dataclass(frozen=True)
class Command:
    """A slash command somebody has used."""

    wire: Wire
    record: Interaction

    @property
    def id(self) -> int:
        """Its snowflake: the bot's messages since then are after it."""
        return self.record.id

    async def answer(self, timeout_s: float = 30.0) -> Message:
        """The bot's own answer to it, once it has stopped thinking."""
        messages = self.wire.backend.messages

        def ready() -> Message | None:
            if self.record.message_id is None or self.record.loading:
                return None
            return messages[self.record.channel_id].get(self.record.message_id)

        return await self.wire.wait_until(ready, timeout_s, lambda: f"no answer to /{self.record.command_name}")


@dataclass(frozen=True)
class User:
    """One of the people."""

    wire: Wire
    account: Account
    locale: str

    @property
    def id(self) -> int:
        """The account's snowflake."""
        return self.account.id

    def dm(self) -> Channel:
        """The direct messages with the bot."""
        return self.wire.backend.get_dm_channel(self.id)

    async def slash(self, channel: Channel, name: str, /, **options: Any) -> Command:
        """Use a slash command that the bot has registered; a Path is uploaded as Discord does it."""
        backend = self.wire.backend
        offered = {one["name"]: one for one in backend.visible_commands(user_id=self.id, channel_id=channel.id)}
        assert name in offered, f"/{name} is not offered here: {sorted(offered)}"
        given = {key: await _read(value) if isinstance(value, Path) else value for key, value in options.items()}
        spec = offered[name]
        accepted = interactions.check_options(name, spec, given)
        types = {option["name"]: option["type"] for option in spec["options"]}
        resolved: dict[str, Any] = {}
        built = []
        for key, value in accepted.items():
            if types[key] == OptionType.ATTACHMENT:
                filename, file = value
                stored = interactions.store_interaction_attachment(backend, channel.id, filename, file, resolved)
                built.append({"name": key, "type": types[key], "value": stored})
            else:
                built.append({"name": key, "type": types[key], "value": value})
        data = {"id": spec["id"], "name": name, "type": 1, "options": built, "resolved": resolved}
        record, payload = interactions.base_payload(
            backend,
            type=InteractionType.APPLICATION_COMMAND,
            channel_id=channel.id,
            guild_id=channel.guild_id,
            user_id=self.id,
            data=data,
        )
        payload |= {"locale": self.locale, "attachment_size_limit": self.wire.rules.upload_limit}
        backend.emit("INTERACTION_CREATE", payload)
        return Command(self.wire, record)

    async def press(self, message: Message, label: str) -> Command:
        """Press a button under a message, which the bot has to acknowledge in time like a command."""
        backend = self.wire.backend
        rows = (row["components"] for row in message.components)
        button = next(one for row in rows for one in row if one.get("label") == label)
        record, payload = interactions.base_payload(
            backend,
            type=InteractionType.MESSAGE_COMPONENT,
            channel_id=message.channel_id,
            guild_id=backend.get_channel(message.channel_id).guild_id,
            user_id=self.id,
            data={"custom_id": button["custom_id"], "component_type": 2},
        )
        record.source_message_id = message.id
        payload |= {
            "locale": self.locale,
            "attachment_size_limit": self.wire.rules.upload_limit,
            "message": self.wire.cdn.signed(dict(serializers.message_payload(backend, message))),
        }
        backend.emit("INTERACTION_CREATE", payload)
        return Command(self.wire, record)

    async def post(
        self, channel: Channel, text: str = "", *, files: Iterable[Path] = (), reply_to: Message | None = None
    ) -> Message:
        """Write a message, with files, or as a reply (which pings whom it answers)."""
        backend = self.wire.backend
        needed = ["send_messages_in_threads" if channel.is_thread else "send_messages"]
        backend.require_permissions(channel.guild_id, self.id, channel.id, *needed)
        reference = None
        if reply_to is not None:
            told = {"channel_id": str(channel.id), "message_id": str(reply_to.id)}
            reference = backend.normalize_message_reference(channel.id, told)
        if channel.is_thread:
            backend.add_thread_member(channel.id, self.id)
        stored = backend.store_attachments(channel.id, [await _read(path) for path in files])
        return backend.create_message(channel.id, self.id, text, reference=reference, attachments=stored)


async def _read(path: Path) -> tuple[str, bytes]:
    return path.name, await asyncio.to_thread(path.read_bytes)
