"""Runs the unchanged bot against a Discord on loopback: `python launch.py run`, addresses from the environment.

The library is pointed at the wire before the bot is imported; the bot's own attachment hosts are handed over as its
composition takes them. Nothing else differs from `threadcut run`.
"""

import functools
import os
import sys
from urllib.parse import urlsplit

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

LEASE_S = 3.0
"""How long a killed bot's place stays taken: shorter than for real, so that a test need not wait."""


def point_discord_at(api: str, gateway: str, cdn: str) -> None:
    """Have discord.py talk to these addresses instead of Discord's."""
    Route.BASE = api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    discord.Asset.BASE = cdn


def main() -> int:
    """Start the bot's own command line."""
    cdn = os.environ["WIRE_CDN"]
    point_discord_at(os.environ["WIRE_API"], os.environ["WIRE_GATEWAY"], cdn)
    import bot.app  # noqa: PLC0415  after discord.py was pointed elsewhere
    from bot.__main__ import main as command_line  # noqa: PLC0415

    tuning = functools.partial(
        bot.app.Tuning,
        attachment_hosts=frozenset({urlsplit(cdn).netloc}),
        attachments_secure=False,
        lease_s=LEASE_S,
    )
    vars(bot.app)["Tuning"] = tuning
    return command_line(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
