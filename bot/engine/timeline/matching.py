"""Finding what somebody said by roughly how it is written: case, punctuation, spaces and number words do not count."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from bot.engine.timeline.spoken import wide

LIKE_ENOUGH = 0.82
NEAR = 0.55
_FUZZY_LETTERS = 4
_MOST_LETTERS = 80
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ROUND = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: str(number) for number, word in enumerate(_SMALL.split(" "))}
_TENS = {word: str(number) for number, word in enumerate(_ROUND.split(" "), 2)}
_HAN = str.maketrans("零一二三四五六七八九两〇", "012345678920")


@dataclass(frozen=True)
class Hit:
    """The words `first` to `last` (inclusive), and how `like` what was looked for they are (1: the same)."""

    first: int
    last: int
    like: float = 1.0


def plain(texts: Sequence[str]) -> list[str]:
    """Each word by its letters and digits alone; one may be nothing."""
    parts = [(index, _bare(part)) for index, text in enumerate(texts) for part in text.split("-")]
    found = [""] * len(texts)
    for (index, word), (_, following) in pairwise([*parts, (0, "")]):
        if word in _TENS:  # "twenty five" is 25, "twenty" is 20
            units = following in _UNITS and 0 < int(_UNITS[following]) < 10
            found[index] += _TENS[word] + ("" if units else "0")
        else:
            found[index] += _UNITS.get(word, word)
    return found


def _bare(text: str) -> str:
    letters = (sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
    return "".join(letters).translate(_HAN)


def hits(wanted: str, texts: Sequence[str], *, fuzzy: bool = True) -> tuple[Hit, ...]:
    """Every place where it is said, in order and apart; where it is nowhere so, what is `LIKE_ENOUGH`."""
    query = "".join(plain(wanted.split()))
    if not query:
        return ()
    words = plain(texts)
    found = _exact(query, words)
    if not found and fuzzy and len(query) >= _FUZZY_LETTERS:
        found = [one for one in _similar(query, words, LIKE_ENOUGH) if one.like >= LIKE_ENOUGH]
    return tuple(found)


def nearest(wanted: str, texts: Sequence[str]) -> Hit | None:
    """What comes nearest to it; None where nothing comes near."""
    query = "".join(plain(wanted.split()))
    return max(_similar(query, plain(texts), NEAR), key=lambda one: one.like, default=None) if query else None


def _exact(query: str, words: Sequence[str]) -> list[Hit]:
    """Matches that begin and end with a word; in scripts without spaces anywhere."""
    stream = "".join(words)
    owner = [index for index, word in enumerate(words) for _ in word]
    found: list[Hit] = []
    at = stream.find(query)
    while at >= 0:
        end = at + len(query)
        begins = at == 0 or owner[at - 1] != owner[at] or wide(stream[at])
        stops = end == len(stream) or owner[end] != owner[end - 1] or wide(stream[end - 1])
        if begins and stops and (not found or owner[at] > found[-1].last):
            found.append(Hit(owner[at], owner[end - 1]))
            at = end - 1
        at = stream.find(query, at + 1)
    return found


def _similar(query: str, words: Sequence[str], least: float) -> list[Hit]:
    """Runs of words that are like the query, in order, the likeliest of those that overlap."""
    query = query[:_MOST_LETTERS]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(query)
    found: list[Hit] = []
    for first in range(len(words)):
        best = max(_grown(words, first, len(query), matcher, least), key=lambda one: one.like, default=None)
        if best is None:
            continue
        if found and best.first <= found[-1].last:
            if best.like > found[-1].like:
                found[-1] = best
        else:
            found.append(best)
    return found


def _grown(words: Sequence[str], first: int, letters: int, matcher: "SequenceMatcher[str]", least: float) -> list[Hit]:
    """The runs from one word on that are about as long as the query."""
    found = []
    text = ""
    for last in range(first, len(words)):
        text += words[last]
        if len(text) > letters * 1.4 + 2:
            break
        if not words[first] or not words[last] or len(text) < letters * 0.6:
            continue
        matcher.set_seq1(text)
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            like = matcher.ratio()
            if like >= least:
                found.append(Hit(first, last, like))
    return found
