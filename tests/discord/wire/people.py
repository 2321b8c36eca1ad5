"""People at the keyboard: what somebody in Discord can do, told to the bot through the gateway."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcord import interactions
from simcord.backend import serializers
from simcord.backend.models import Channel, Interaction, Message
from simcord.backend.models import User as Account
from simcord.enums import AppCommandType, ComponentType, InteractionType, OptionType

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

    @property
    def shown(self) -> Message | None:
        """The bot's answer to it as it looks now."""
        messages = self.wire.backend.messages[self.record.channel_id]
        return None if self.record.message_id is None else messages.get(self.record.message_id)

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
        """Use a slash command the bot has registered ("settings account" is one of a group); a Path is uploaded."""
        backend = self.wire.backend
        name, *sub = name.split()
        offered = {one["name"]: one for one in backend.visible_commands(user_id=self.id, channel_id=channel.id)}
        assert name in offered, f"/{name} is not offered here: {sorted(offered)}"
        spec, nesting = interactions.walk_to_subcommand(offered[name], sub)
        given = {key: await _read(value) if isinstance(value, Path) else value for key, value in options.items()}
        accepted = interactions.check_options(name, spec, given)
        types = {option["name"]: option["type"] for option in spec.get("options", ())}
        resolved: dict[str, Any] = {}
        built = []
        for key, value in accepted.items():
            if types[key] == OptionType.ATTACHMENT:
                filename, file = value
                stored = interactions.store_interaction_attachment(backend, channel.id, filename, file, resolved)
                built.append({"name": key, "type": types[key], "value": stored})
            else:
                built.append({"name": key, "type": types[key], "value": value})
        nested = interactions.nest_options(offered[name], nesting, built)
        data = {"id": offered[name]["id"], "name": name, "type": 1, "options": nested, "resolved": resolved}
        return self._interact(InteractionType.APPLICATION_COMMAND, channel, data)

    def sees(self, message: Message) -> bool:
        """Whether it is shown to them: an answer for one person's eyes is shown to that one alone."""
        return message.visible_to(self.id)

    def link(self, message: Message, label: str) -> str:
        """Where a button under a message leads to, in the browser."""
        assert self.sees(message), "that answer is for somebody else's eyes"
        return str(_button(message, label)["url"])

    async def press(self, message: Message, label: str) -> Command:
        """Press a button under a message, which the bot has to acknowledge in time like a command."""
        button = _button(message, label)
        channel = self.wire.backend.get_channel(message.channel_id)
        data = {"custom_id": button["custom_id"], "component_type": 2}
        return self._interact(InteractionType.MESSAGE_COMPONENT, channel, data, source=message)

    def menu(self, channel: Channel, name: str, message: Message) -> Command:
        """Use a message's menu, where the bot has registered an entry of this name."""
        backend = self.wire.backend
        offered = backend.visible_commands(user_id=self.id, channel_id=channel.id, type=AppCommandType.MESSAGE)
        entry = next((one for one in offered if one["name"] == name), None)
        assert entry is not None, f"{name!r} is not offered here: {[one['name'] for one in offered]}"
        target = self.wire.cdn.signed(dict(serializers.message_payload(backend, message)))
        data = {
            "id": entry["id"],
            "name": name,
            "type": int(AppCommandType.MESSAGE),
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): target}},
        }
        return self._interact(InteractionType.APPLICATION_COMMAND, channel, data)

    async def fill(self, shown: Command, **values: str | Sequence[Path]) -> Command:
        """Fill in the modal that the bot showed, and send it; paths are uploaded."""
        await self.wire.wait_until(lambda: shown.record.modal, what=lambda: "no modal was shown")
        modal = shown.record.modal
        assert modal is not None
        channel = self.wire.backend.get_channel(shown.record.channel_id)
        resolved: dict[str, Any] = {}
        components = []
        for one in (label["component"] for label in modal["components"]):
            value = values.get(one["custom_id"], "" if one["type"] == ComponentType.TEXT_INPUT else ())
            field: dict[str, Any] = {"type": one["type"], "custom_id": one["custom_id"]}
            if isinstance(value, str):
                field["value"] = value
            else:
                files = [await _read(path) for path in value]
                store = functools.partial(interactions.store_interaction_attachment, self.wire.backend, channel.id)
                field["values"] = [store(name, data, resolved) for name, data in files]
            assert value or not one.get("required", True), f"{one['custom_id']} has to be filled in"
            components.append({"type": 18, "component": field})
        data = {"custom_id": modal["custom_id"], "components": components, "resolved": resolved}
        return self._interact(InteractionType.MODAL_SUBMIT, channel, data)

    def _interact(
        self, type_: InteractionType, channel: Channel, data: dict[str, Any], *, source: Message | None = None
    ) -> Command:
        backend = self.wire.backend
        record, payload = interactions.base_payload(
            backend, type=type_, channel_id=channel.id, guild_id=channel.guild_id, user_id=self.id, data=data
        )
        payload |= {"locale": self.locale, "attachment_size_limit": self.wire.rules.upload_limit}
        payload["data"] = self.wire.cdn.signed(payload["data"])
        if source is not None:
            record.source_message_id = source.id
            payload["message"] = self.wire.cdn.signed(dict(serializers.message_payload(backend, source)))
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


def _button(message: Message, label: str) -> dict[str, Any]:
    rows = (row["components"] for row in message.components)
    return next(one for row in rows for one in row if one.get("label") == label)


async def _read(path: Path) -> tuple[str, bytes]:
    return path.name, await asyncio.to_thread(path.read_bytes)
