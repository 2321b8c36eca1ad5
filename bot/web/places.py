"""Where in Discord a page leads back to."""

from bot.store.models import Place


def thread_url(place: Place) -> str | None:
    """The thread of this place in Discord; None where it has none there."""
    if place.face != "discord":
        return None
    return f"https://discord.com/channels/{place.guild or '@me'}/{place.thread}"
