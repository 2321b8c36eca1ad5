"""What these journeys do again and again, in Discord."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from simcord.backend.models import Channel

from tests.discord.wire.people import Command, User
from tests.discord.wire.world import Wire

OPEN = "Open the upload page"
OPEN_ZH = "打开上传页面"


@dataclass(frozen=True)
class Link:
    """A person's upload link: the command that it answers, the thread it is for, its address."""

    command: Command
    thread: Channel
    url: str

    @property
    def site(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


async def upload_link(wire: Wire, user: User, channel: str = "hall") -> Link:
    """Use `/upload` in a channel of its own; the thread that opens, and the link."""
    place = wire.channel(channel)
    command = await user.slash(place, "upload")
    answer = await command.answer()
    (thread,) = wire.threads(place)
    return Link(command, thread, user.link(answer, OPEN_ZH if user.locale == "zh-CN" else OPEN))
