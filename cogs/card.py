"""The card: one message a thread that shows the project as it is, with its timeline as a picture and buttons.

It follows the talk: what was written since the last one would push it out of sight, so it is sent anew below and the
old one is deleted. Only where nothing came after it, it is edited.
"""

import hashlib
from datetime import timedelta

import discord
import structlog

from bot.app import App
from bot.store.errors import NotFoundError
from bot.store.models import Place
from bot.updates import Deed, Offer, Project
from bot.voice.phrase import phrase
from bot.voice.say import say
from cogs import buttons, pictures
from cogs.later import Later

log = structlog.stdlib.get_logger(__name__)

_EDITED_FOR = timedelta(minutes=50)
"""A message older than an hour may be edited only rarely (30046)."""
_KEPT = 1000
_CONTENT_LENGTH = 1900


class Cards:
    """The cards of all threads. What is shown already is not sent again."""

    def __init__(self, client: discord.Client, app: App, later: Later) -> None:
        self._client = client
        self._app = app
        self._later = later
        self._wanted: dict[str, tuple[Place, Project]] = {}
        self._working: set[str] = set()
        self._shown: dict[str, str] = {}

    def show(self, place: Place, project: Project) -> None:
        """Bring the thread's card up to date, by and by; the latest project wins."""
        self._wanted[place.thread] = (place, project)
        if place.thread not in self._working:
            self._working.add(place.thread)
            self._later.start(self._work(place.thread), f"card {place.thread}")

    async def _work(self, thread: str) -> None:
        try:
            while (wanted := self._wanted.pop(thread, None)) is not None:
                await self._show(*wanted)
        finally:
            self._working.discard(thread)

    async def _show(self, place: Place, project: Project) -> None:
        thread = await self._app.store.threads.get(place.thread)
        if thread is None:
            return
        if not project.footage and project.timeline is None:
            await self._remove(place, thread.card)
            return
        content = say(project, place.locale, discord.utils.escape_markdown)[:_CONTENT_LENGTH]
        digest = hashlib.sha256(repr((content, project)).encode()).hexdigest()
        if thread.card is not None and self._shown.get(place.thread) == digest:
            return
        picture = await pictures.timeline(self._app.gallery, project.timeline, project.footage, place.locale)
        if not (thread.card is not None and await self._edited(place, thread.card, project, content, picture)):
            await self._sent(place, thread.card, project, content, picture)
        self._remember(place.thread, digest)

    async def _edited(
        self, place: Place, card: str, project: Project, content: str, picture: pictures.Picture | None
    ) -> bool:
        """Change the card where it is; False where it has to be sent anew."""
        message = self._message(place, card)
        if not self._is_last(place.thread, card) or discord.utils.utcnow() - message.created_at > _EDITED_FOR:
            return False
        try:
            await message.edit(
                content=content, attachments=pictures.files(picture), view=self._view(place, project),
                allowed_mentions=discord.AllowedMentions.none(),
            )  # fmt: skip
        except discord.HTTPException as error:  # deleted, archived or too old
            log.info("card not edited", status=error.status, code=error.code)
            return False
        return True

    async def _sent(
        self, place: Place, old: str | None, project: Project, content: str, picture: pictures.Picture | None
    ) -> None:
        channel = self._client.get_partial_messageable(int(place.thread))
        view = self._view(place, project) or discord.utils.MISSING
        sent = await channel.send(
            content, files=pictures.files(picture), view=view, silent=True,
            allowed_mentions=discord.AllowedMentions.none(),
        )  # fmt: skip
        try:
            await self._app.store.threads.update(
                place.thread, lambda thread: thread.model_copy(update={"card": str(sent.id)})
            )
        except NotFoundError:  # forgotten meanwhile
            old = str(sent.id)
        if old is not None:
            await self._delete(place, old)

    async def _remove(self, place: Place, card: str | None) -> None:
        """An empty project has no card."""
        self._shown.pop(place.thread, None)
        if card is None:
            return
        await self._app.store.threads.update(place.thread, lambda thread: thread.model_copy(update={"card": None}))
        await self._delete(place, card)

    async def _delete(self, place: Place, card: str) -> None:
        try:
            await self._message(place, card).delete()
        except discord.HTTPException as error:
            log.info("old card stays", status=error.status, code=error.code)

    def _message(self, place: Place, card: str) -> discord.PartialMessage:
        return self._client.get_partial_messageable(int(place.thread)).get_partial_message(int(card))

    def _is_last(self, thread: str, card: str) -> bool:
        channel = self._client.get_channel(int(thread))
        return str(getattr(channel, "last_message_id", None)) == card

    def _view(self, place: Place, project: Project) -> discord.ui.View | None:
        able = self._app.context.capabilities
        offers = [Offer(Deed.PREVIEW), Offer(Deed.EXPORT)]
        offers.append(Offer(Deed.UNDO, label="" if able.free_undo else phrase(place.locale, "offer.undo.costs")))
        offers += [Offer(Deed.REDO)] if able.has_redo else []
        offers += [Offer(Deed.TRACKS), Offer(Deed.HELP)]
        return buttons.view(offers, place.locale, off=_off(project))

    def _remember(self, thread: str, digest: str) -> None:
        self._shown.pop(thread, None)
        self._shown[thread] = digest
        while len(self._shown) > _KEPT:
            del self._shown[next(iter(self._shown))]


def _off(project: Project) -> frozenset[Deed]:
    """What there is nothing to do for."""
    off = set()
    if project.timeline is None:
        off |= {Deed.PREVIEW, Deed.EXPORT}
    if project.undo == 0 or (project.undo is None and project.timeline is None):
        off.add(Deed.UNDO)
    if project.redo == 0:
        off.add(Deed.REDO)
    return frozenset(off)
