"""What is said in other words: the sentences that are to be translated, and the time that their translation takes."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.engine.hearing.languages import LANGUAGES
from bot.engine.timeline.cues import letters, without_hesitations
from bot.engine.timeline.limits import MAX_TEXT_LENGTH
from bot.engine.timeline.model import Library, Timeline, Word
from bot.engine.timeline.ops import Subtitle
from bot.engine.timeline.spoken import CLOSING, SENTENCE_ENDS, joined, said, wide, words_known

_PAUSE_MS = 700
_LONGEST_MS, _LONGEST = 12_000, 160
_JOINERS = "\u200c\u200d"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LEADS = "([（【「『《“‘¿¡"


@dataclass(frozen=True)
class Sentence:
    """What is said in one go: the words `first` to `last` of a source, as one text."""

    media: str
    first: int
    last: int
    text: str


def wanted(timeline: Timeline, op: Subtitle) -> str | None:
    """The language that subtitles shall be in after this, where one is named or they are translated; None: as heard."""
    if op.remove or op.file is not None or op.find is not None:
        return None
    named = op.translate_to or op.lang
    if named is None and not op.edit and timeline.subtitles is not None and shows_translation(timeline):
        named = timeline.subtitles.lang
    return named if named in LANGUAGES else None


def shows_translation(timeline: Timeline) -> bool:
    """Whether the subtitles that are seen with the picture are translated."""
    lang = timeline.subtitles.lang if timeline.subtitles is not None else None
    return any(one.shown and one.shown_in == lang for one in timeline.heard)


def sentences(timeline: Timeline, lang: str, library: Library) -> tuple[Sentence, ...]:
    """Everything on the timeline that is neither said in this language nor translated, in sentences of the sources."""
    own = {one.media: one.lang for one in timeline.heard if one.words}
    done = {one.media for one in timeline.heard if one.shown_in == lang}
    words_of = words_known(timeline, library)
    heard: dict[str, set[Word]] = {}
    for one in said(timeline, words_of):
        heard.setdefault(timeline.segments[one.index].media, set()).add(one.word)
    found: list[Sentence] = []
    for media, audible in heard.items():
        spoken_in = own.get(media) or library.spoken_in.get(media, "")
        if spoken_in != lang and media not in done:
            found += _parted(media, words_of(media), spoken_in, audible)
    return tuple(found)


def told(words: Sequence[Word], parts: Iterable[tuple[Sentence, str]]) -> tuple[Word, ...]:
    """A source's words with these sentences in other words, each in the time it takes to say it."""
    row: list[Word] = []
    at = 0
    for sentence, text in parts:
        row += words[at : sentence.first]
        row += spread(pieces(text), words[sentence.first].start, words[sentence.last].end)
        at = sentence.last + 1
    return (*row, *words[at:])


def spread(parts: Sequence[str], start: int, end: int) -> list[Word]:
    """Words over a time, by their length."""
    total = max(1, sum(map(letters, parts)))
    edges, done = [start], 0
    for part in parts:
        done += letters(part)
        edges.append(start + (end - start) * done // total)
    return [Word(a, b, part[:MAX_TEXT_LENGTH]) for (a, b), part in zip(pairwise(edges), parts, strict=True)]


def pieces(text: str) -> list[str]:
    """A text in what is said one after the other: words, and in scripts without spaces signs."""
    return [part for word in text.split() for part in _signs(word)]


def _signs(word: str) -> Iterator[str]:
    """A word as it is; of a script without spaces each sign, with the marks and the punctuation that belong to it."""
    row = ""
    for sign in word:
        closes = not sign.isalnum() and sign not in _LEADS
        if row and not closes and row[-1] not in _LEADS and (wide(sign) or wide(row[0])):
            yield row
            row = ""
        row += sign
    if row:
        yield row


def _parted(media: str, words: Sequence[Word], lang: str, audible: set[Word]) -> Iterator[Sentence]:
    first = 0
    for at, word in enumerate(words):
        last = at + 1 == len(words)
        pause = last or words[at + 1].start - word.end >= _PAUSE_MS
        long = word.end - words[first].start >= _LONGEST_MS or sum(len(one.text) for one in words[first:at]) >= _LONGEST
        if not (pause or long or word.text.rstrip(CLOSING).endswith(SENTENCE_ENDS)):
            continue
        part = words[first : at + 1]
        text = joined([one.text for one in without_hesitations(part, lang)])
        if text and not audible.isdisjoint(part):
            yield Sentence(media, first, at, text)
        first = at + 1


def readable(text: str) -> str:
    """A text on one line, without signs that cannot be seen; those that join letters stay."""
    return " ".join("".join(sign for sign in text if sign.isspace() or _seen(sign)).split())


def _seen(sign: str) -> bool:
    return sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN
