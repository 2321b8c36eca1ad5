"""Subtitles of what is said: put on, styled, mended, taken away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.engine.hearing.languages import LANGUAGES
from bot.engine.timeline.colours import colour_of
from bot.engine.timeline.cues import words_shown
from bot.engine.timeline.limits import MAX_TEXT_LENGTH
from bot.engine.timeline.listened import audible
from bot.engine.timeline.matching import hits
from bot.engine.timeline.model import Heard, Library, Subtitles, Timeline, Word
from bot.engine.timeline.ops import Subtitle
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.translation import shows_translation, wanted
from bot.engine.timeline.words import readable, sized

Facts = dict[str, int | float | str]


def subtitle(timeline: Timeline, op: Subtitle, library: Library) -> tuple[Timeline, Facts]:
    """Write down what is said and show it; or change how it looks, mend a word, or take the subtitles away.

    Only a `format` asks for a file: then nothing is shown that was not before. What was mended stays mended. In
    another language than is spoken they show what `library.translated` has.
    Refused as no_subtitles, no_sound, no_speech_extra, no_words, not_said, bad_color, no_subtitle_file,
    no_translation, no_language.
    """
    if op.remove:
        return _removed(timeline)
    if op.file is not None:
        raise RefusedError("no_subtitle_file", op.file)
    if op.find is not None:
        return _mended(timeline, op.find, op.replace or "")
    unknown = next((lang for lang in (op.lang, op.translate_to) if lang is not None and lang not in LANGUAGES), None)
    if unknown is not None:
        raise RefusedError("no_language", unknown)
    if op.edit and timeline.subtitles is None:
        raise RefusedError("no_subtitles")
    if op.edit and op.lang is None and op.translate_to is None and timeline.subtitles is not None:
        new = replace(timeline, subtitles=_styled(timeline.subtitles, op))
        return new, _facts("edited", new)
    heard = _heard(timeline, op.lang, library)
    if (lang := wanted(timeline, op)) is not None:
        heard = _translated(timeline, heard, lang, library)
    elif op.format is None or timeline.subtitles is not None:  # as it is said
        heard = tuple(replace(one, shown=(), shown_in="") for one in heard)
    spoken = Counter(one.shown_in or one.lang for one in heard for _ in one.words if one.lang).most_common(1)
    shown_in = spoken[0][0] if spoken else ""
    new = replace(timeline, heard=heard)
    if not words_shown(new):  # all of it was cut out, or plays backwards
        raise RefusedError("no_words")
    if new.subtitles is not None and shows_translation(timeline):
        # A source has one translation: a file in a third language takes those on show with it.
        new = replace(new, subtitles=replace(new.subtitles, lang=shown_in))
    named = op.translate_to or op.lang
    translated: Facts = {"translated": shown_in} if named and any(one.shown for one in heard) else {}
    if op.format is not None and op.burn is None and not op.edit:
        return new, _facts("written", new) | {"format": op.format, "lang": shown_in} | translated
    new = replace(new, subtitles=replace(_styled(new.subtitles or Subtitles(), op), lang=shown_in))
    return new, _facts("added", new) | translated


def _removed(timeline: Timeline) -> tuple[Timeline, Facts]:
    if timeline.subtitles is None:
        raise RefusedError("no_subtitles")
    heard = tuple(replace(one, shown=(), shown_in="") for one in timeline.heard)
    return replace(timeline, subtitles=None, heard=heard), {"action": "removed"}


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
    kept = {one.media for one in timeline.heard if one.words}
    media = audible(timeline, library, library.words.keys() | kept)
    for one in media:
        words, spoken_in = library.words.get(one, ()), library.spoken_in.get(one, "")
        anew = one in kept and lang == spoken_in != own[one].lang and words  # heard once more, as it was said to be
        if one not in kept or anew:
            own[one] = Heard(one, own.get(one, Heard(one)).speech, words, spoken_in)
    if not any(own[one].words for one in media):
        raise RefusedError("no_words")
    return tuple(one for one in own.values() if one.words or one.speech)


def _translated(timeline: Timeline, heard: Sequence[Heard], lang: str, library: Library) -> tuple[Heard, ...]:
    """What was heard, shown in this language; what is translated already may have been mended."""
    there = {segment.media for segment in timeline.segments}
    row = []
    for one in heard:
        words = one.shown if one.shown_in == lang else ()
        if one.lang == lang or not one.words:
            row.append(replace(one, shown=(), shown_in=""))
            continue
        words = library.translated.get((one.media, lang), ()) or words
        if not words and one.media in there:
            raise RefusedError("no_translation", lang)
        row.append(replace(one, shown=words, shown_in=lang if words else ""))
    return tuple(row)


def _mended(timeline: Timeline, wanted: str, by: str) -> tuple[Timeline, Facts]:
    """Other words instead of those that are shown; without any, those go."""
    if not any(one.words for one in timeline.heard):
        raise RefusedError("no_subtitles")
    instead = " ".join(readable(by).split())[:MAX_TEXT_LENGTH]
    row, count = [], 0
    for one in timeline.heard:
        words, found = _replaced(one.shown or one.words, wanted, instead)
        shown_in = one.shown_in if words else ""
        row.append(replace(one, shown=words, shown_in=shown_in) if one.shown else replace(one, words=words))
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
        "words": words_shown(new),
        "burn": int(style.burn),
        "lang": style.lang,
        "position": style.position,
        "color": style.color,
        "size": style.size,
    }
