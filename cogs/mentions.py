"""Who may be pinged by what the bot writes."""

import discord


def mention_only(user: str | None) -> discord.AllowedMentions:
    """Pings this user and nobody else."""
    users = [] if user is None else [discord.Object(int(user))]
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)
