"""What was found in the footage, told on the timeline as it is now edited; nothing is changed.

Facts by `what`; `places` are up to `MOST_PLACES` times ("1000") or stretches ("1000-2500"), ms, in order, and
`more` is how many there are beyond them.

| what | facts |
|---|---|
| shots | shots, places, more |
| black, frozen | stretches, total_ms, places, more |
| pauses | pauses, total_ms, longest_ms, places, more |
| transcript | words, transcript (a line a paragraph, with its time), goes_on (1 where there is more of it) |
| words | said, hits, places, more |
| loudness | lufs; with several clips also loudest, loudest_lufs, quietest, quietest_lufs (clips by number) |

Refused as no_footage, no_sound, no_speech, not_yet; and as `cut_words`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import log10

from bot.engine.hearing.pauses import pauses
from bot.engine.timeline.cues import words_shown
from bot.engine.timeline.found import black, frozen, shots, shown
from bot.engine.timeline.geometry import clips, duration_ms, timeless
from bot.engine.timeline.listened import listened
from bot.engine.timeline.matching import hits, nearest
from bot.engine.timeline.model import Heard, Library, Segment, Timeline
from bot.engine.timeline.ops import Report
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.spoken import joined, words_known
from bot.engine.timeline.transcript import paragraphs

Facts = dict[str, int | float | str]
MOST_PLACES = 12
_MOST_TEXT = 1_200
"""Letters of a transcript in an answer: a message is not for reading a lecture."""

_SILENT_LUFS = -70.0


def report(timeline: Timeline, op: Report, library: Library) -> Facts:
    """What is asked for, with `before_ms` and `after_ms` as of an operation that changed nothing."""
    if not timeline.segments:
        raise RefusedError("no_footage")
    if op.what not in _REPORTS:
        raise RefusedError("not_yet", op.what)
    length = duration_ms(timeline)
    facts = _REPORTS[op.what](timeline, op, library)
    return {"what": op.what} | facts | {"before_ms": length, "after_ms": length}


def places(found: Sequence[tuple[int, int]]) -> Facts:
    """The facts `places` and `more` of stretches."""
    return _places([f"{start}-{end}" for start, end in found])


def _shots(timeline: Timeline, _op: Report, library: Library) -> Facts:
    begins = shots(timeline, library)
    return {"shots": len(begins)} | _places([str(at) for at in begins])


def _black(timeline: Timeline, _op: Report, library: Library) -> Facts:
    return _stretches(shown(timeline, black(library)))


def _frozen(timeline: Timeline, _op: Report, library: Library) -> Facts:
    return _stretches(shown(timeline, frozen(library)))


def _stretches(found: tuple[tuple[int, int], ...]) -> Facts:
    total = sum(end - start for start, end in found)
    return {"stretches": len(found), "total_ms": total} | places(found)


def _pauses(timeline: Timeline, _op: Report, library: Library) -> Facts:
    if not any(_sounds(one, library) for one in timeline.segments):
        raise RefusedError("no_sound")
    if not any(library.speech.get(one.media) for one in timeline.segments):
        raise RefusedError("no_speech")

    def of(segment: Segment) -> tuple[tuple[int, int], ...]:
        speech = library.speech.get(segment.media)
        return pauses(speech, library.media[segment.media].duration_ms) if speech else ()

    found = shown(timeline, of)
    total = sum(end - start for start, end in found)
    longest = max((end - start for start, end in found), default=0)
    return {"pauses": len(found), "total_ms": total, "longest_ms": longest} | places(found)


def _loudness(timeline: Timeline, _op: Report, library: Library) -> Facts:
    """Of each source as a whole, with the volume it is played at: what is measured is files, not the finished mix."""
    energy: dict[int, float] = {}
    weight: dict[int, int] = {}
    for number, view in enumerate(clips(timeline), 1):
        for one in timeline.segments[view.first : view.last + 1]:
            gain = one.volume / 100 * timeline.volume / 100
            lufs = library.loudness.get(one.media, _SILENT_LUFS)
            if one.muted or not gain or not _sounds(one, library) or lufs <= _SILENT_LUFS:
                continue
            weight[number] = weight.get(number, 0) + one.ms
            energy[number] = energy.get(number, 0) + one.ms * gain**2 * 10 ** (lufs / 10)
    if not energy:
        raise RefusedError("no_sound")
    facts: Facts = {"lufs": _lufs(sum(energy.values()), sum(weight.values()))}
    if len(energy) > 1:
        by_clip = {number: _lufs(energy[number], weight[number]) for number in energy}
        loudest, quietest = max(by_clip, key=by_clip.__getitem__), min(by_clip, key=by_clip.__getitem__)
        facts |= {"loudest": loudest, "loudest_lufs": by_clip[loudest]}
        facts |= {"quietest": quietest, "quietest_lufs": by_clip[quietest]}
    return facts


def _lufs(energy: float, weight: int) -> float:
    return round(10 * log10(energy / max(weight, 1)), 1)


def _sounds(segment: Segment, library: Library) -> bool:
    return not timeless(segment) and library.media[segment.media].has_sound


def _places(found: list[str]) -> Facts:
    return {"places": " ".join(found[:MOST_PLACES]), "more": max(0, len(found) - MOST_PLACES)}


def _transcript(timeline: Timeline, _op: Report, library: Library) -> Facts:
    listened(timeline, library)  # refused where nobody can be understood
    words = words_known(timeline, library)
    media = dict.fromkeys(one.media for one in timeline.segments)
    heard = tuple(Heard(one, words=tuple(words(one)), lang=library.spoken_in.get(one, "")) for one in media)
    said = replace(timeline, heard=heard)
    text = "\n".join(one.line for one in paragraphs(said))
    facts: Facts = {"words": words_shown(said), "transcript": text}
    if len(text) > _MOST_TEXT:
        facts |= {"transcript": text[:_MOST_TEXT].rsplit(" ", 1)[0] + " …", "goes_on": 1}
    return facts


def _words(timeline: Timeline, op: Report, library: Library) -> Facts:
    row = listened(timeline, library)
    texts = [one.word.text for one in row]
    found = hits(op.words or "", texts)
    if not found:
        near = nearest(op.words or "", texts)
        if near is None:
            raise RefusedError("not_said", op.words)
        raise RefusedError("not_said_near", op.words, joined(texts[near.first : near.last + 1]))
    where = places([(row[one.first].start, row[one.last].end) for one in found])
    facts: Facts = {"said": joined(texts[found[0].first : found[0].last + 1]), "hits": len(found)}
    return facts | where


_REPORTS: dict[str, Callable[[Timeline, Report, Library], Facts]] = {
    "shots": _shots,
    "black": _black,
    "frozen": _frozen,
    "pauses": _pauses,
    "loudness": _loudness,
    "transcript": _transcript,
    "words": _words,
}
