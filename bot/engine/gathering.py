"""What a plan must know of the media: found out once for each content, kept, and handed over as a library."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from bot.engine.feed import Feed, Stage
from bot.engine.hearing import weights
from bot.engine.hearing.listen import listen
from bot.engine.hearing.loudness import levels, loudness
from bot.engine.hearing.transcribe import Spoken, transcribe
from bot.engine.looking.bars import bars
from bot.engine.looking.faces import faces, model
from bot.engine.looking.keyframes import keyframes
from bot.engine.looking.look import look
from bot.engine.records.media import Media, item
from bot.engine.records.projects import Project
from bot.engine.storage.storage import Storage
from bot.engine.timeline.model import Library, MediaItem, Timeline
from bot.engine.timeline.needs import Need, needs, spoken_language, standing
from bot.engine.timeline.ops import Op
from bot.media.facts import MediaError, MediaFacts
from bot.settings import Engine

_log = structlog.get_logger(__name__)

_AT_ONCE = 2

_SEEN: frozenset[Need] = frozenset({"looked", "faces", "bars"})

_LARGE: frozenset[Need] = frozenset({"words", "fillers", "keyframes"})
"""An hour of these is half a megabyte: they are fetched only for a plan that needs them."""

_ASIDE: frozenset[Need] = frozenset({"keyframes"})
"""What spares work where it is known: nobody is told of it, and nothing waits for it but the end."""

Progress = Callable[[float], None]
"""Hears how much of one file is done, 0 to 1."""

Way = Callable[[Path, MediaFacts, Progress], Awaitable[Any]]
"""Finds one thing out of one file."""


class Gathering:
    """Finds things out, a few at once."""

    def __init__(self, media: Media, storage: Storage, engine: Engine | None = None) -> None:
        """`engine` names the programs and models that are not the ones that come along."""
        self._media = media
        self._storage = storage
        self._engine = engine or Engine.model_construct()
        self._ffmpeg_bin = self._engine.ffmpeg_bin
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._ways: dict[Need, Way] = {
            "speech": self._speech,
            "looked": look,
            "bars": bars,
            "keyframes": keyframes,
            "loudness": self._loudness,
            "levels": self._levels,
        }
        seer = model()
        if seer is not None:  # without the extra nobody is seen, and what needs faces says so
            self._ways["faces"] = partial(faces, weights=seer)
        if weights.installed(self._engine.whisper):  # else whoever needs words says what is missing
            self._ways |= {"words": self._words, "fillers": partial(self._words, fillers=True)}

    async def known(self, project: Project) -> Library:
        """The library of a project, with what was found out before."""
        media: dict[str, MediaItem] = {}
        for file in project.files:
            found = await self._media.facts(file.media)
            if found is None:
                continue
            media.pop(file.media, None)  # the newest comes last
            media[file.media] = item(file.media, file.name, found, made=file.made)
        library = Library(media)
        for need in self._ways.keys() - _LARGE:
            for one, value in (await self._media.all_found(need, list(media))).items():
                library = _with(library, need, one, value)
        return library

    async def for_plan(
        self,
        ops: Sequence[Op],
        timeline: Timeline,
        library: Library,
        feed: Feed,
        made: Mapping[str, MediaFacts] | None = None,
    ) -> Library:
        """The library with everything that these operations need of the media in the timeline.

        `made` are the facts of what was made for the plan, which is not in the records yet. Raises MediaError.
        """
        shown = dict.fromkeys(segment.media for segment in timeline.segments if segment.media in library.media)
        lang = spoken_language(ops)
        wanted = (needs(ops) | standing(ops, timeline)) & self._ways.keys()
        aside = [asyncio.create_task(self._aside(need, shown, library)) for need in wanted & _ASIDE]
        try:
            for need in sorted(wanted - _ASIDE):
                library = await self._all(need, lang, shown, library, feed, made or {})
            for task in aside:
                for need, one, value in await task:
                    library = _with(library, need, one, value)
        finally:
            for task in aside:
                task.cancel()
            await asyncio.gather(*aside, return_exceptions=True)
        return library

    async def _all(
        self,
        need: Need,
        lang: str | None,
        shown: Iterable[str],
        library: Library,
        feed: Feed,
        made: Mapping[str, MediaFacts],
    ) -> Library:
        """The library with one need of every medium, found out one after the other."""
        names = _asked(need, shown, library)
        way = partial(self._words, lang=lang) if need == "words" and lang else self._ways[need]
        if need in _LARGE:
            for one in names:
                library = _with(library, need, one, await self._media.found(need, one))
        due = [one for one in names if _due(need, one, lang, library) and _fits(need, library.media[one])]
        for number, one in enumerate(due):
            facts = made.get(one) or await self._media.facts(one)
            if facts is None:
                continue

            stage: Stage = "looking" if need in _SEEN else "listening"

            def tell(share: float, stage: Stage = stage, number: int = number, of: int = len(due)) -> None:
                feed.stage(stage, (number + share) * 100 / of)

            tell(0)
            library = _with(library, need, one, await self._find(need, one, facts, way, tell))
        return library

    async def _aside(self, need: Need, shown: Iterable[str], library: Library) -> list[tuple[Need, str, Any]]:
        """One need of every medium, quietly, beside what takes longer; a plan goes on without what cannot be found."""
        found: list[tuple[Need, str, Any]] = []
        for one in shown:
            value = await self._media.found(need, one)
            facts = await self._media.facts(one) if value is None and _fits(need, library.media[one]) else None
            try:
                if facts is not None:
                    value = await self._find(need, one, facts, self._ways[need], _nobody)
            except MediaError as error:
                _log.warning("found out nothing", need=need, media=one, fault=error.fault.value)
            found.append((need, one, value))
        return found

    async def _find(self, need: Need, media: str, facts: MediaFacts, way: Way, tell: Progress) -> Any:
        async with self._slots:
            value = await way(await self._storage.media(media), facts, tell)
        await self._media.keep_found(need, media, value)
        return value

    async def _speech(self, path: Path, facts: MediaFacts, tell: Progress) -> tuple[tuple[int, int], ...]:
        return await listen(path, facts, tell, ffmpeg_bin=self._ffmpeg_bin)

    async def _loudness(self, path: Path, facts: MediaFacts, tell: Progress) -> float:
        return await loudness(path, facts, tell, ffmpeg_bin=self._ffmpeg_bin)

    async def _levels(self, path: Path, facts: MediaFacts, tell: Progress) -> tuple[int, ...]:
        return await levels(path, facts, tell, ffmpeg_bin=self._ffmpeg_bin)

    async def _words(
        self, path: Path, facts: MediaFacts, tell: Progress, *, fillers: bool = False, lang: str | None = None
    ) -> Spoken:
        return await transcribe(
            path, facts, tell, lang=lang, fillers=fillers, model=self._engine.whisper, ffmpeg_bin=self._ffmpeg_bin
        )


def _nobody(_done: float) -> None:
    """Nobody wants to know."""


def _due(need: Need, media: str, lang: str | None, library: Library) -> bool:
    """Whether it is not known yet, or was heard in another language than it is said, and may well be, in."""
    other = need == "words" and lang is not None and lang in library.may_be_in.get(media, ())
    return media not in _field(library, need) or other


def _asked(need: Need, names: Iterable[str], library: Library) -> dict[str, None]:
    """The media of which it must be known: loudness also of sounds, which may be laid under the footage."""
    sounds = [one.id for one in library.media.values() if one.kind == "audio"] if need == "loudness" else []
    return dict.fromkeys([*names, *sounds])


def _fits(need: Need, media: MediaItem) -> bool:
    """Whether a thing can be found out of such a file at all."""
    if need in ("faces", "bars"):
        return media.kind != "audio"
    return media.kind == "video" if need in _SEEN | _ASIDE else media.has_sound


def _field(library: Library, need: Need) -> dict[str, Any]:
    known: dict[str, Any] = getattr(library, need)
    return known


def _with(library: Library, need: Need, media: str, value: Any) -> Library:
    """The library with one more thing known; None is not known."""
    if value is None:
        return library
    if isinstance(value, Spoken):
        library = replace(
            library,
            spoken_in={**library.spoken_in, media: value.lang},
            may_be_in={**library.may_be_in, media: value.may_be},
        )
        value = value.words
    if need == "faces":
        library = replace(library, everybody={**library.everybody, media: value.everybody})
        value = value.main
    fields: dict[str, Any] = {need: {**_field(library, need), media: value}}
    return replace(library, **fields)
