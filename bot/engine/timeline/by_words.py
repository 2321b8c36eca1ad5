"""Cutting by what is said: passages that somebody names, and hesitations."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.engine.hearing.languages import hesitations
from bot.engine.timeline.geometry import Placed, duration_ms, layout, merged, without
from bot.engine.timeline.listened import audible, listened
from bot.engine.timeline.matching import Hit, hits, nearest, plain
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import CutWords, RemoveFiller
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.report import places
from bot.engine.timeline.scope import clip_at
from bot.engine.timeline.spoken import Said, joined, said
from bot.engine.timeline.weave import cut

Facts = dict[str, int | float | str]

_PAUSE_MS = 700
_BREATH_MS = 250
_SLIVER_MS = 300
_HESITATION_PAUSE_MS = 150


def cut_words(timeline: Timeline, op: CutWords, library: Library) -> tuple[Timeline, Facts]:
    """Cut every passage in which these words are said, or keep only those: the sentence around each, or `exact`.

    With `until` it is one passage, from the first place of the words to the next of those. Refused as no_sound,
    no_speech_extra, no_words, not_said (with what comes nearest), nothing_left.
    """
    row = listened(timeline, library)
    texts = [one.word.text for one in row]
    found = hits(op.words, texts)
    if not found:
        raise _not_said(op.words, texts, row)
    if op.until is not None:
        ends = hits(op.until, texts[found[0].last + 1 :])
        if not ends:
            raise _not_said(op.until, texts, row)
        found = (Hit(found[0].first, found[0].last + 1 + ends[0].last),)
    passages = [(one.first, one.last) for one in found]
    if not op.exact:
        passages = _sentences(row, passages)
    placed = layout(timeline)
    total = duration_ms(timeline)
    spoken = merged([_stretch(row, first, last, placed) for first, last in passages])
    gone = tuple(without(0, total, spoken)) if op.keep else spoken
    if not gone:
        return timeline, {"keep": 1, "ranges": len(spoken), "removed_ms": 0} | _told(row, passages, spoken)
    new = cut(timeline, gone, library)
    facts: Facts = {"keep": int(bool(op.keep)), "ranges": len(spoken), "removed_ms": total - duration_ms(new)}
    return new, facts | _told(row, passages, spoken)


def remove_filler(timeline: Timeline, op: RemoveFiller, library: Library) -> tuple[Timeline, Facts]:
    """Cut hesitations out, or the words that are named; what is said beside them stays whole.

    Refused as no_sound, no_speech_extra, no_words, no_clip.
    """
    audible(timeline, library, library.fillers.keys())
    row = said(timeline, lambda media: library.fillers.get(media, ()))
    if not row:
        raise RefusedError("no_words")
    if op.clip is not None:
        view = clip_at(timeline, op.clip)
        inside = range(view.first, view.last + 1)
        row = tuple(one for one in row if one.index in inside)
    passages = _fillers(timeline, op, library, row)
    facts: Facts = {"clip": op.clip} if op.clip is not None else {}
    if not passages:
        return timeline, facts | {"fillers": 0, "removed_ms": 0, "found": ""}
    placed = layout(timeline)
    gone = merged([_hesitation(row, first, last, placed) for first, last in passages])
    new = cut(timeline, gone, library)
    counted = Counter(
        joined([one.word.text for one in row[first : last + 1]]).strip(".,!?…，。、？！ ").casefold()
        for first, last in passages
    )
    listed = ", ".join(f"{word} ×{count}" for word, count in counted.most_common(6))
    removed = duration_ms(timeline) - duration_ms(new)
    return new, facts | {"fillers": len(passages), "removed_ms": removed, "found": listed}


def _not_said(wanted: str, texts: Sequence[str], row: Sequence[Said]) -> RefusedError:
    near = nearest(wanted, texts)
    if near is None:
        return RefusedError("not_said", wanted)
    return RefusedError("not_said_near", wanted, joined([one.word.text for one in row[near.first : near.last + 1]]))


def _sentences(row: Sequence[Said], passages: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The passages grown to whole sentences, each once."""
    starts = [0, *(index for index in range(1, len(row)) if _begins(row[index - 1], row[index]))]
    grown: list[tuple[int, int]] = []
    for first, last in passages:
        begin = starts[bisect_right(starts, first) - 1]
        after = bisect_right(starts, last)
        end = starts[after] - 1 if after < len(starts) else len(row) - 1
        if not grown or begin > grown[-1][1]:
            grown.append((begin, end))
    return grown


def _begins(before: Said, after: Said) -> bool:
    return before.ends_sentence or after.start - before.end >= _PAUSE_MS


def _stretch(row: Sequence[Said], first: int, last: int, placed: Sequence[Placed]) -> tuple[int, int]:
    """A passage with half the pause on either side; where the picture changes just there, up to that."""
    start, end = row[first].start, row[last].end
    before = row[first - 1] if first else None
    after = row[last + 1] if last + 1 < len(row) else None
    return (
        _edge(start, before.end if before else 0, placed[row[first].index].from_ms, _BREATH_MS),
        _edge(end, after.start if after else placed[-1].to_ms, placed[row[last].index].to_ms, _BREATH_MS),
    )


def _edge(word: int, neighbour: int, boundary: int, most: int) -> int:
    """Where to cut between an edge of a passage and its neighbour, on either side of it."""
    way = 1 if neighbour >= word else -1
    if abs(boundary - word) <= _SLIVER_MS and (neighbour - boundary) * way >= 0:
        return boundary  # there is a cut already: nothing is left over beside it
    return word + way * min(abs(neighbour - word) // 2, most)


def _hesitation(row: Sequence[Said], first: int, last: int, placed: Sequence[Placed]) -> tuple[int, int]:
    """A hesitation with the pauses around it, of which a little stays."""
    start, end = row[first].start, row[last].end
    here, there = placed[row[first].index], placed[row[last].index]
    before = row[first - 1].end if first and row[first - 1].index == row[first].index else here.from_ms
    following = last + 1 < len(row) and row[last + 1].index == row[last].index
    after = row[last + 1].start if following else there.to_ms
    return _kept_pause(start, min(before, start), -1), _kept_pause(end, max(after, end), 1)


def _kept_pause(word: int, neighbour: int, way: int) -> int:
    gap = abs(neighbour - word)
    return word + way * min(gap - min(gap // 2, _HESITATION_PAUSE_MS), _BREATH_MS)


def _fillers(timeline: Timeline, op: RemoveFiller, library: Library, row: Sequence[Said]) -> list[tuple[int, int]]:
    """What goes, by first and last word; neighbours are one."""
    if op.words:
        texts = [one.word.text for one in row]
        usual = {short for lang in {*library.spoken_in.values()} for short in _short(hesitations(lang))}
        alone = {short for word in op.words for short in _short([word]) if short in usual}
        found = [(hit.first, hit.last) for word in op.words for hit in hits(word, texts, fuzzy=False)]
        found += [(index, index) for index, text in enumerate(texts) if set(_short([text])) & alone]
    else:
        found = []
        for index, one in enumerate(row):
            lang = library.spoken_in.get(timeline.segments[one.index].media, "en")
            if set(_short([one.word.text])) & set(_short(hesitations(lang))):
                found.append((index, index))
    chosen = sorted({index for first, last in found for index in range(first, last + 1)})
    return list(_runs(chosen))


def _runs(indices: Sequence[int]) -> Iterator[tuple[int, int]]:
    for _, group in groupby(enumerate(indices), lambda numbered: numbered[1] - numbered[0]):
        run = [index for _, index in group]
        yield run[0], run[-1]


def _short(words: Sequence[str]) -> list[str]:
    """However long somebody hesitates: "ummm" is "um"."""
    return [short for word in plain(words) if (short := "".join(sign for sign, _ in groupby(word)))]


def _told(row: Sequence[Said], passages: Sequence[tuple[int, int]], spoken: Sequence[tuple[int, int]]) -> Facts:
    first, last = passages[0]
    return {"said": joined([one.word.text for one in row[first : last + 1]])} | places(spoken)
