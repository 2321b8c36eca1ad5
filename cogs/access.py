"""Who may ask the bot for something here, checked by the bot itself whatever the door; and in which language it speaks.

Every command, press and form comes through `refused` before anything else is done with it (`Tree`, `Answering` and
`Forms` see to that), every message through `refused_there`.
"""

import discord

from bot.app import App
from bot.flows import servers
from bot.store.models import Server
from bot.voice.phrase import phrase

_PRESSED = frozenset({discord.InteractionType.component, discord.InteractionType.modal_submit})
_OWN = "own locale"


async def refused(app: App, interaction: discord.Interaction) -> str | None:
    """Why this person may not use, press or send this here, in words; None where they may.

    From then on the interaction speaks the server's language where it set one, whoever reads its locale.
    """
    guild = interaction.guild_id
    if guild is None:
        return None
    server = await servers.of(app.store, str(guild))
    if server.language is not None:
        interaction.extras[_OWN] = str(interaction.locale)
        interaction.locale = discord.Locale(server.language)
    if interaction.permissions.manage_guild:
        return None
    locale = str(interaction.locale)
    if not servers.may_use(server, roles_of(interaction.user)):
        return _only(server, locale)
    if interaction.type in _PRESSED and not may_write(interaction.permissions, interaction.channel):
        return phrase(locale, "offer.not_yours")
    return None


def own_locale(interaction: discord.Interaction) -> str:
    """The language of the person themselves, whatever the server's is."""
    return str(interaction.extras.get(_OWN, interaction.locale))


def refused_there(server: Server, message: discord.Message) -> str | None:
    """Why the writer of this message may not use the bot here, in words; None where they may."""
    author = message.author
    managing = isinstance(author, discord.Member) and author.guild_permissions.manage_guild
    if managing or servers.may_use(server, roles_of(author)):
        return None
    return _only(server, server.language or preferred(message))


def guild_of(message: discord.Message) -> str | None:
    """The server of a message; None for a direct one."""
    return None if message.guild is None else str(message.guild.id)


def preferred(message: discord.Message) -> str:
    """The language of a message, which does not tell its writer's: the server's as Discord has it."""
    return "en-US" if message.guild is None else str(message.guild.preferred_locale)


def manages(interaction: discord.Interaction) -> bool:
    """Whether they administrate this server; Discord's own check of commands is only a default that can be changed."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def roles_of(user: discord.User | discord.Member) -> set[str]:
    """The ids of somebody's roles, as the event or the answer carries them: members are not cached."""
    return {str(role.id) for role in user.roles} if isinstance(user, discord.Member) else set()


def _only(server: Server, locale: str) -> str:
    roles = phrase(locale, "facts.sep").join(f"<@&{role}>" for role in server.roles)
    return phrase(locale, "access.roles", roles=roles)


def moderates(interaction: discord.Interaction) -> bool:
    """Whether they may remove what others wrote or opened here; in a direct message everything is theirs."""
    can = interaction.permissions
    return interaction.guild is None or can.manage_messages or can.manage_threads


def may_write(can: discord.Permissions, channel: object) -> bool:
    """Whether somebody who may do so much in a channel could say something there in words."""
    if isinstance(channel, discord.Thread):
        return can.send_messages_in_threads and (can.manage_threads or not channel.locked)
    return can.send_messages
