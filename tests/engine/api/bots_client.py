"""The bot's own client, with an anonymous account of the upstream it is given."""

from contextlib import aclosing
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr

from bot.nemo.attribution import Attribution
from bot.nemo.client import Nemo
from bot.nemo.events import Event

ATTRIBUTION = Attribution("tests", "0", "unknown")


@dataclass
class Anonymous:
    """A token of one client id, asked for when it is needed."""

    nemo: Nemo | None = None
    kept: SecretStr | None = None

    async def token(self) -> SecretStr:
        """The one that was given out last."""
        return self.kept or await self.renew(SecretStr(""))

    async def renew(self, stale: SecretStr) -> SecretStr:
        """Another one, of the same client id."""
        assert self.nemo is not None
        self.kept = (await self.nemo.anonymous_token("client-1")).token
        return self.kept


def bots_client(http: aiohttp.ClientSession, address: str, attribution: Attribution = ATTRIBUTION) -> Nemo:
    """A client with an account of its own."""
    credentials = Anonymous()
    nemo = Nemo(http, address, "https://nemovideo.com", attribution, credentials)
    credentials.nemo = nemo
    return nemo


async def said(nemo: Nemo, session: str, words: str) -> list[Event]:
    """A message, and everything that comes back."""
    async with aclosing(nemo.run(session, words)) as events:
        return [event async for event in events]
