"""Subtitles as they are shown: a pure function of the timeline, so that they follow every edit.

A cue ends where the speaker pauses, where a sentence ends and where the picture jumps; what is longer than two lines
is parted at commas and small pauses, into parts as even as can be. Widths are counted in narrow letters: a Chinese
character is as wide as two.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.engine.hearing.languages import HESITATIONS
from bot.engine.timeline.geometry import clips, duration_ms
from bot.engine.timeline.model import Canvas, Subtitles, Timeline, Word
from bot.engine.timeline.spoken import CLOSING, Said, joined, said, wide

MAX_MS = 7_000
SIZE = 0.055
"""The default size of subtitles: the em in parts of the picture's short side."""

_LINE, _WIDE_LINE = 42, 34
_LEAST_LINE = 8
_ACROSS = 0.88
_EM = 2.0
"""Narrow letters to an em."""
_PAUSE_MS = 700
_JUMP_MS = 1_000
_SHORT = 12
_CLOSE_MS = 300
_LEAST_MS, _LINGER_MS = 1_000, 350
_GAP_MS = 250
_MS_A_LETTER = 50
"""Twenty letters a second, or ten Chinese characters, can be read."""
_COMMAS = (",", ";", ":", "，", "、", "；", "：", "—", "–")
_ENGLISH = "a an the of to in on at and or but for with from my your his her its our their is are"
_LEADING = frozenset(_ENGLISH.split(" "))
"""No line ends with these where it can end elsewhere."""


@dataclass(frozen=True)
class Cue:
    """Words shown together, timeline ms, in one or two lines."""

    start: int
    end: int
    lines: tuple[tuple[Said, ...], ...]

    def texts(self, *, uppercase: bool = False) -> tuple[str, ...]:
        """Each line as it is written."""
        rows = tuple(joined([one.word.text for one in line]) for line in self.lines)
        return tuple(row.upper() for row in rows) if uppercase else rows


def words_shown(timeline: Timeline) -> int:
    """How many words the cues show: none that was cut out, none of the hesitations."""
    return sum(len(line) for cue in cues(timeline) for line in cue.lines)


def cues(timeline: Timeline) -> tuple[Cue, ...]:
    """The cues of the words that the timeline holds, translated where they are; in order, none over another."""
    return _cues(timeline, {one.media: one.shown for one in timeline.heard})


def on_show(timeline: Timeline) -> tuple[Cue, ...]:
    """The cues that are seen with the picture, in the subtitles' language: files of them may be in another."""
    if timeline.subtitles is None:
        return ()
    lang = timeline.subtitles.lang
    return _cues(timeline, {one.media: one.shown for one in timeline.heard if one.shown_in == lang})


def burned(timeline: Timeline) -> tuple[Cue, ...]:
    """The cues that are drawn on the picture."""
    return on_show(timeline) if timeline.subtitles is not None and timeline.subtitles.burn else ()


def _cues(timeline: Timeline, shown: Mapping[str, tuple[Word, ...]]) -> tuple[Cue, ...]:
    plain = {one.media: shown.get(one.media) or without_hesitations(one.words, one.lang) for one in timeline.heard}
    row = said(timeline, lambda media: plain.get(media, ()))
    limit = line_limit(timeline.canvas, timeline.subtitles or Subtitles(), row)
    groups = [part for run in _runs(timeline, row, limit) for part in _parted(run, limit)]
    return _timed(timeline, groups, limit)


def line_limit(canvas: Canvas, style: Subtitles, row: Sequence[Said]) -> int:
    """How many letters a line takes: what can be read at a glance, and fits the picture at the style's size."""
    em = min(canvas.width, canvas.height) * SIZE * style.size / 100
    fits = int(canvas.width * _ACROSS / em * _EM)
    signs = "".join(one.word.text for one in row[:200])
    mostly_wide = sum(map(wide, signs)) * 2 > len(signs)
    return max(_LEAST_LINE, min(_WIDE_LINE if mostly_wide else _LINE, fits))


def letters(text: str) -> int:
    """The width of a text in narrow letters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def without_hesitations(words: Sequence[Word], lang: str) -> tuple[Word, ...]:
    """The words that say something."""
    empty = frozenset(HESITATIONS.get(lang, ()))
    return tuple(word for word in words if word.text.strip(CLOSING + ".,!?…，。、？！").casefold() not in empty)


def _runs(timeline: Timeline, row: Sequence[Said], limit: int) -> list[list[Said]]:
    """What belongs together: no pause, no jump of the picture, no end of a sentence that is long enough."""
    runs: list[list[Said]] = []
    width = 0
    for one in row:
        last = runs[-1][-1] if runs else None
        pause = one.start - last.end if last else _PAUSE_MS
        full_stop = last is not None and last.ends_sentence and (width >= min(_SHORT, limit) or pause >= _CLOSE_MS)
        if last is None or pause >= _PAUSE_MS or full_stop or _jumps(timeline, last, one):
            runs.append([])
            width = 0
        runs[-1].append(one)
        width += letters(one.word.text) + 1
    return runs


def _jumps(timeline: Timeline, before: Said, after: Said) -> bool:
    """Whether something else is on show: another clip, or another place than a word that was cut out leaves."""
    if before.index == after.index:
        return False
    one, other = timeline.segments[before.index], timeline.segments[after.index]
    left_out = after.word.start - before.word.end
    return (one.clip, one.media) != (other.clip, other.media) or not 0 <= left_out < _JUMP_MS


def _parted(run: Sequence[Said], limit: int) -> list[Sequence[Said]]:
    """A run in parts that fit into the lines, none shown longer than a cue may be."""
    short = run[-1].end - run[0].start <= MAX_MS
    if len(run) < 2 or (short and (_width(run) <= limit or _line_break(run, limit))):
        return [run]
    at = _best(run, _widths(run), range(1, len(run)))
    return [*_parted(run[:at], limit), *_parted(run[at:], limit)]


def _line_break(run: Sequence[Said], limit: int) -> int | None:
    """Before which word the second line begins; None where two lines are not enough."""
    widths = _widths(run)
    fits = [at for at in range(1, len(run)) if widths[at - 1] - 1 <= limit and widths[-1] - widths[at - 1] - 1 <= limit]
    return _best(run, widths, fits) if fits else None


def _best(run: Sequence[Said], widths: Sequence[int], places: Sequence[int]) -> int:
    """Where to part a run: about its middle, rather behind a comma or at a pause than behind an article."""
    total = widths[-1]
    inner = [at for at in places if 0.2 * total <= widths[at - 1] <= 0.8 * total]

    def cost(at: int) -> float:
        before, after = run[at - 1], run[at]
        uneven = abs(2 * widths[at - 1] - total) / total
        comma = 0.35 if before.word.text.rstrip(CLOSING).endswith(_COMMAS) or before.ends_sentence else 0.0
        pause = 0.3 * min(500, max(0, after.start - before.end)) / 500
        leading = 0.2 if before.word.text.casefold() in _LEADING else 0.0
        return uneven - comma - pause + leading

    return min(inner or [places[len(places) // 2]], key=cost)


def _widths(run: Sequence[Said]) -> list[int]:
    """How wide the run is up to each word, with the space behind it."""
    return list(accumulate(letters(one.word.text) + (not wide(one.word.text[-1])) for one in run))


def _width(run: Sequence[Said]) -> int:
    return letters(joined([one.word.text for one in run]))


def _timed(timeline: Timeline, groups: Sequence[Sequence[Said]], limit: int) -> tuple[Cue, ...]:
    """Each shown a little longer than it is said where there is room: up to the next one, and to the clip's end."""
    clip_ends = [view.end_ms for view in clips(timeline) for _ in range(view.first, view.last + 1)]
    total = duration_ms(timeline)
    found: list[Cue] = []
    for index, group in enumerate(groups):
        start = max(group[0].start, found[-1].end if found else 0)
        spoken = min(max(one.end for one in group), total)
        following = groups[index + 1][0].start if index + 1 < len(groups) else total
        room = max(spoken, min(following, clip_ends[group[-1].index]))
        wanted = max(spoken + _LINGER_MS, start + _LEAST_MS, start + _width(group) * _MS_A_LETTER)
        end = min(room, wanted)
        if 0 < room - end < _GAP_MS:
            end = room
        if following < end:  # two speak over each other
            end = max(following, start + 1)
        if end > start:
            found.append(Cue(start, end, _lines(group, limit)))
    return tuple(found)


def _lines(group: Sequence[Said], limit: int) -> tuple[tuple[Said, ...], ...]:
    at = _line_break(group, limit) if _width(group) > limit else None
    return (tuple(group),) if at is None else (tuple(group[:at]), tuple(group[at:]))
