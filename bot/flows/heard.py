"""What a turn's stream brought, and its texts as the user reads them: without the GUI the upstream imagines."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from bot.flows.context import Job
from bot.nemo.errors import NemoError
from bot.store.models import Export
from bot.updates import Deed, Offer, Said, Update
from bot.voice.gui import Act, Step, translate

_SHOWN = {Step.TRACKS: "tracks", Step.STATE: "status", Step.CREDITS: "credits"}


@dataclass
class Heard:
    """What came, besides what was told at once."""

    exports: bool = False
    """An export follows by itself: none has to be offered."""
    began: bool = False
    """The stream has brought something: the words were taken."""
    said: bool = False
    asked: bool = False
    broken: bool = False
    """The stream was lost: what came of it has to be asked for."""
    failed: NemoError | None = None
    """The upstream said that the turn failed."""
    undone: bool = False
    """The upstream tells, after a lost stream, that nothing came of the words."""
    changed: bool = False
    """The timeline is another one, and was shown."""
    files: tuple[Export, ...] = ()
    """What shall be exported, in order."""
    doors: list[str] = field(default_factory=list)
    """The other flows to run after the turn: status, tracks, credits, cancel, upload."""

    def open(self, door: str) -> None:
        """Have this flow run after the turn, once."""
        if door not in self.doors:
            self.doors.append(door)


async def said(job: Job, text: str, heard: Heard) -> AsyncGenerator[Update, None]:
    """One text of the upstream: what it wants clicked is done, offered or shown (section 8 of the protocol)."""
    if not job.context.capabilities.talks_of_a_gui:
        heard.said = True
        yield Said(text)
        return
    done = translate(text)
    for act in done.acts:
        if act.step in _SHOWN:
            heard.open(_SHOWN[act.step])
    offers = [offer for act in done.acts if (offer := _offer(act, heard)) is not None]
    if done.text or offers:  # else nothing was said that is of any use here, and the turn is a silent one
        heard.said = True
        yield Said(done.text, await job.offer(*offers))


def without_gui(job: Job, text: str) -> str:
    """What is left of a text without what it wants clicked."""
    return translate(text).text if job.context.capabilities.talks_of_a_gui else text


def _offer(act: Act, heard: Heard) -> Offer | None:
    if act.step is Step.EXPORT:
        return None if heard.exports else Offer(Deed.EXPORT)
    if act.step is Step.SAY and act.words:
        return Offer(Deed.SAY, words=act.words, label=act.words)
    return None
