"""What is said on the timeline as it is now: every word that is heard, where it is heard."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.engine.timeline.geometry import Placed, layout, timeless
from bot.engine.timeline.model import Library, Timeline, Word

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "．")
CLOSING = "\"'”’)]）】」』»"

_WIDE = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0xA4CF),  # Chinese, Japanese
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)


@dataclass(frozen=True)
class Said:
    """A word on the timeline from `start` to `end` (ms), said in the segment `index`."""

    index: int
    start: int
    end: int
    word: Word

    @property
    def ends_sentence(self) -> bool:
        """Whether a full stop, a question mark or the like follows."""
        return self.word.text.rstrip(CLOSING).endswith(SENTENCE_ENDS)


def said(timeline: Timeline, words_of: Callable[[str], Sequence[Word]]) -> tuple[Said, ...]:
    """Every word in the order it is heard; `words_of` has those of a source.

    A word belongs to where most of it is heard. What plays backwards or stands still says nothing; sound that leads
    or lags its picture is said where it is heard.
    """
    found = [one for placed in layout(timeline) for one in _said(placed, words_of(placed.segment.media))]
    return tuple(sorted(found, key=lambda one: one.start))


def words_known(timeline: Timeline, library: Library) -> Callable[[str], Sequence[Word]]:
    """The words of a source as the timeline has them (they may have been mended), else as they were heard."""
    own = {heard.media: heard.words for heard in timeline.heard if heard.words}
    return lambda media: own.get(media) or library.words.get(media, ())


def _said(placed: Placed, words: Sequence[Word]) -> Iterator[Said]:
    segment = placed.segment
    if timeless(segment) or segment.reverse:
        return
    first = segment.start - round(segment.sound_early * segment.speed)
    last = segment.end + round(segment.sound_late * segment.speed)
    earliest = placed.from_ms - segment.sound_early
    latest = placed.to_ms + segment.sound_late
    for word in words[max(0, bisect_left(words, first, key=lambda one: one.start) - 1) :]:
        if word.start >= last:
            break
        if first <= (word.start + word.end) / 2 < last:
            start, end = (_at(placed, edge, earliest, latest) for edge in (word.start, word.end))
            if end > start:
                yield Said(placed.index, start, end, word)


def _at(placed: Placed, source_ms: int, earliest: int, latest: int) -> int:
    time = placed.start_ms + round((source_ms - placed.segment.start) / placed.segment.speed)
    return min(max(time, earliest, 0), latest)


def joined(texts: Sequence[str]) -> str:
    """Words as one writes them: with spaces between, except in scripts that have none."""
    row = ""
    for text in texts:
        row += f" {text}" if row and text and _apart(row[-1], text[0]) else text
    return row


def _apart(last: str, first: str) -> bool:
    return not wide(last) and (not wide(first) or last in ",.;:!?")


def wide(sign: str) -> bool:
    """Whether a sign is of a script that has no spaces between words."""
    return any(first <= ord(sign) <= last for first, last in _WIDE)
