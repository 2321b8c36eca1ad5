"""Translates what is said by the optional model, a few sentences at a time, before a plan is applied."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.engine.agent import translating
from bot.engine.agent.model import repair
from bot.engine.ask_model import Model, ModelError
from bot.engine.feed import Feed
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import Op, Subtitle
from bot.engine.timeline.refusal import OpError, OpErrors
from bot.engine.timeline.spoken import words_known
from bot.engine.timeline.translation import Sentence, sentences, told, wanted

_log = structlog.get_logger(__name__)

MOST_LETTERS = 120_000
"""Of one request: about two hours of speech."""
_ROUNDS = 2
"""The first answer, and one that mends it."""


def translatable(model: Model, ops: Sequence[Op]) -> None:
    """Whether what shall be translated can be, before anybody listens for hours. Raises OpErrors."""
    if not model.there:
        asked = ((index, op.translate_to) for index, op in enumerate(ops) if isinstance(op, Subtitle))
        errors = tuple(OpError(index, "subtitle", "no_translation", lang, None) for index, lang in asked if lang)
        if errors:
            raise OpErrors(errors)


async def translated(model: Model, ops: Sequence[Op], timeline: Timeline, library: Library, feed: Feed) -> Library:
    """The library with what is said in the languages that these operations show. Raises OpErrors."""
    if not model.there:
        return library  # whoever needs it says so
    for index, op in enumerate(ops):
        lang = wanted(timeline, op) if isinstance(op, Subtitle) else None
        if lang is None:
            continue
        due = await asyncio.to_thread(sentences, timeline, lang, library)
        if not due or (due[0].media, lang) in library.translated:
            continue
        letters = sum(len(one.text) for one in due)
        if letters > MOST_LETTERS:
            raise OpErrors((OpError(index, op.op, "too_much_said", letters, MOST_LETTERS),))
        try:
            texts = await _texts(model, [one.text for one in due], lang, feed)
        except ModelError as error:
            _log.warning("model does not translate", reason=str(error))
            raise OpErrors((OpError(index, op.op, "translation_failed", lang, None),)) from None
        library = _with(library, timeline, lang, list(zip(due, texts, strict=True)))
    return library


async def _texts(model: Model, said: Sequence[str], lang: str, feed: Feed) -> list[str]:
    """Each sentence in this language. Raises ModelError."""
    found: list[str] = []
    for batch in translating.batches(said):
        feed.stage("translating", len(found) * 100 / len(said))
        found += await _batch(model, batch, lang)
    feed.stage("translating", 100)
    return found


async def _batch(model: Model, batch: Sequence[str], lang: str) -> Sequence[str]:
    asked = translating.messages(batch, lang)
    for _ in range(_ROUNDS):
        answer = await model.answer(asked, translating.schema(len(batch)))
        lines = await asyncio.to_thread(translating.read, answer, batch)
        if not lines.errors:
            return lines.texts
        _log.info("model's translation does not hold", errors=len(lines.errors))
        asked = repair(asked, answer, lines.errors)
    raise ModelError("no translation that holds")


def _with(library: Library, timeline: Timeline, lang: str, pairs: Sequence[tuple[Sentence, str]]) -> Library:
    words_of = words_known(timeline, library)
    media = dict.fromkeys(sentence.media for sentence, _ in pairs)
    new = {(one, lang): told(words_of(one), [pair for pair in pairs if pair[0].media == one]) for one in media}
    return replace(library, translated={**library.translated, **new})
