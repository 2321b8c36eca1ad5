"""Fresh links to attachments: Discord signs theirs for about a day, and a request may wait longer than that."""

import discord
import structlog

from bot.store.models import FileRef
from cogs.attachments import of_message

log = structlog.stdlib.get_logger(__name__)


class DiscordLinks:
    """Asks Discord for the message again: its attachments come with links that were signed just now."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def fresh(self, ref: FileRef) -> str | None:
        """Where the file is now; None where it, or the message that brought it, is gone or cannot be seen."""
        if ref.channel is None or ref.message is None or ref.attachment is None:
            return None
        try:
            message = await self._client.get_partial_messageable(int(ref.channel)).fetch_message(int(ref.message))
        except discord.HTTPException as error:
            log.info("no fresh link", status=error.status, code=error.code)
            return None
        return next((file.url for file in of_message(message) if file.attachment == ref.attachment), None)
