"""Subtitles of what is said: put on, styled, mended, taken away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.engine.hearing.languages import LANGUAGES
from bot.engine.timeline.colours import colour_of
from bot.engine.timeline.limits import MAX_TEXT_LENGTH
from bot.engine.timeline.listened import audible
from bot.engine.timeline.matching import hits
from bot.engine.timeline.model import Heard, Library, Subtitles, Timeline, Word
from bot.engine.timeline.ops import Subtitle
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.words import readable, sized

Facts = dict[str, int | float | str]


def subtitle(timeline: Timeline, op: Subtitle, library: Library) -> tuple[Timeline, Facts]:
    """Write down what is said and show it; or change how it looks, mend a word, or take the subtitles away.

    Only a `format` asks for a file: then nothing is shown that was not before. What was mended stays mended.
    Refused as no_subtitles, no_sound, no_speech_extra, no_words, not_said, bad_color, no_subtitle_file,
    no_translation, no_language.
    """
    if op.remove:
        return _removed(timeline)
    if op.translate_to is not None:
        raise RefusedError("no_translation", op.translate_to)
    if op.file is not None:
        raise RefusedError("no_subtitle_file", op.file)
    if op.find is not None:
        return _mended(timeline, op.find, op.replace or "")
    if op.lang is not None and op.lang not in LANGUAGES:
        raise RefusedError("no_language", op.lang)
    if op.edit:
        if timeline.subtitles is None:
            raise RefusedError("no_subtitles")
        new = replace(timeline, subtitles=_styled(timeline.subtitles, op))
        return new, _facts("edited", new)
    heard = _heard(timeline, op.lang, library)
    lang = Counter(one.lang for one in heard for _ in one.words if one.lang).most_common(1)
    new = replace(timeline, heard=heard)
    if op.format is not None and op.burn is None:
        return new, _facts("written", new) | {"format": op.format, "lang": lang[0][0] if lang else ""}
    style = _styled(timeline.subtitles or Subtitles(), op)
    new = replace(new, subtitles=replace(style, lang=lang[0][0] if lang else ""))
    return new, _facts("added", new)


def _removed(timeline: Timeline) -> tuple[Timeline, Facts]:
    if timeline.subtitles is None:
        raise RefusedError("no_subtitles")
    return replace(timeline, subtitles=None), {"action": "removed"}


def _styled(style: Subtitles, op: Subtitle) -> Subtitles:
    def chosen(value: bool | None, before: bool) -> bool:
        return before if value is None else value

    return replace(
        style,
        burn=chosen(op.burn, style.burn),
        position=op.position or style.position,
        color=colour_of(op.color) if op.color else style.color,
        size=sized(op.size, style.size),
        outline=chosen(op.outline, style.outline),
        box=chosen(op.box, style.box),
        karaoke=chosen(op.karaoke, style.karaoke),
        uppercase=chosen(op.uppercase, style.uppercase),
    )


def _heard(timeline: Timeline, lang: str | None, library: Library) -> tuple[Heard, ...]:
    """What was heard, with the words of every source; those that the timeline has already may have been mended."""
    own = {one.media: one for one in timeline.heard}
    kept = {one.media for one in timeline.heard if one.words and lang in (None, one.lang)}
    media = audible(timeline, library, library.words.keys() | kept)
    for one in media:
        if one not in kept:
            words, spoken_in = library.words[one], library.spoken_in.get(one, "")
            own[one] = replace(own.get(one, Heard(one)), words=words, lang=spoken_in)
    if not any(own[one].words for one in media):
        raise RefusedError("no_words")
    return tuple(one for one in own.values() if one.words or one.speech)


def _mended(timeline: Timeline, wanted: str, by: str) -> tuple[Timeline, Facts]:
    """Other words instead of those; without any, those go."""
    if not any(one.words for one in timeline.heard):
        raise RefusedError("no_subtitles")
    instead = " ".join(readable(by).split())[:MAX_TEXT_LENGTH]
    row, count = [], 0
    for one in timeline.heard:
        words, found = _replaced(one.words, wanted, instead)
        row.append(replace(one, words=words))
        count += found
    if not count:
        raise RefusedError("not_said", wanted)
    facts: Facts = {"action": "mended", "hits": count, "find": wanted, "replace": instead}
    return replace(timeline, heard=tuple(row)), facts


def _replaced(words: Sequence[Word], wanted: str, instead: str) -> tuple[tuple[Word, ...], int]:
    """The words with every place of `wanted` written anew, within the time it takes to say it."""
    found = hits(wanted, [word.text for word in words], fuzzy=False)
    new: list[Word] = []
    at = 0
    for hit in found:
        new += words[at : hit.first]
        new += _spread(instead, words[hit.first : hit.last + 1])
        at = hit.last + 1
    return (*new, *words[at:]), len(found)


def _spread(text: str, over: Sequence[Word]) -> list[Word]:
    """Words over the time of others, by their length; what is punctuation behind the last one stays."""
    parts = text.split()
    if not parts:
        return []
    ending = over[-1].text[len(over[-1].text.rstrip(".,!?;:…，。、？！；：")) :]
    if ending and not parts[-1].endswith(ending):
        parts[-1] += ending
    start, end = over[0].start, over[-1].end
    total = sum(map(len, parts))
    edges, done = [start], 0
    for part in parts:
        done += len(part)
        edges.append(start + (end - start) * done // total)
    return [Word(a, b, part) for (a, b), part in zip(pairwise(edges), parts, strict=True)]


def _facts(action: str, new: Timeline) -> Facts:
    style = new.subtitles or Subtitles()
    return {
        "action": action,
        "words": sum(len(one.words) for one in new.heard),
        "burn": int(style.burn),
        "lang": style.lang,
        "position": style.position,
        "color": style.color,
        "size": style.size,
    }
