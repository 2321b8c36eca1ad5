"""What is made for a plan, since nobody uploaded it: a track of a mood, a spoken text.

It becomes media by content, like an upload.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.engine import tracks
from bot.engine.intake import Intake, Taken
from bot.engine.records.media import item
from bot.engine.records.projects import FILES_LIMIT, Project
from bot.engine.speaking.speak import installed, speak
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.needs import DEFAULT_MOOD, made_for
from bot.engine.timeline.ops import MusicOp, Op, VoiceOver
from bot.engine.timeline.voices import foreign, speakable
from bot.media.facts import MediaFacts

_NAME = 40
"""Characters of a text that its voice-over is named by."""


@dataclass(frozen=True)
class Made:
    """The library with what was made, and the files of it, which are in no project yet."""

    library: Library
    files: tuple[Taken, ...] = ()

    @property
    def facts(self) -> dict[str, MediaFacts]:
        """What each file is, by its content."""
        return {one.file.media: one.facts for one in self.files}


class Making:
    """Makes what plans ask for."""

    def __init__(self, intake: Intake) -> None:
        """`intake` takes the files in; whoever asked `drop`s them there once the plan is kept, or is not."""
        self._intake = intake

    async def for_plan(self, project: Project, ops: Sequence[Op], timeline: Timeline, library: Library) -> Made:
        """Everything that these operations play and nobody uploaded. Raises MediaError."""
        made = Made(library)
        for op in ops:
            key = made_for(op)
            if key is None or key in made.library.made or len(project.files) + len(made.files) >= FILES_LIMIT:
                continue
            if isinstance(op, VoiceOver) and op.text and installed() and speakable(op.text) and not foreign(op.text):
                made = _with(made, key, await self._voice(op.text, project.user))
            elif isinstance(op, MusicOp) and not (op.mood is None and _has_sound_files(library)):
                made = _with(made, key, await self._track(op, project, timeline))
        return made

    async def drop(self, made: Made) -> None:
        """Remove what was made and is not used in the end."""
        await self._intake.drop(made.files)

    async def _track(self, op: MusicOp, project: Project, timeline: Timeline) -> Taken:
        used = {one.media for one in timeline.music}
        mood, another = op.mood or DEFAULT_MOOD, bool(op.replace)
        path = await asyncio.to_thread(tracks.track, mood, project.session, used, another=another)

        return await self._intake.take(_read(path), tracks.title(path), project.user)

    async def _voice(self, text: str, user: str) -> Taken:
        with TemporaryDirectory() as folder:
            path = await speak(text, Path(folder))
            return await self._intake.take(_read(path), f"voice-over: {text[:_NAME]}", user)


async def _read(path: Path) -> AsyncIterator[bytes]:
    yield await asyncio.to_thread(path.read_bytes)


def _has_sound_files(library: Library) -> bool:
    return any(one.kind == "audio" and not one.made for one in library.media.values())


def _with(made: Made, key: str, taken: Taken) -> Made:
    file = taken.file.model_copy(update={"made": True})
    found = item(file.media, file.name, taken.facts, made=True)
    library = made.library
    media = {found.id: found} | library.media  # what is made comes first: the newest is somebody's own
    library = replace(library, media=media, made={**library.made, key: file.media})
    return Made(library, (*made.files, replace(taken, file=file)))
