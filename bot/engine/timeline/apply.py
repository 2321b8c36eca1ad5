"""Operations on a timeline: pure, and a plan is applied whole or not at all.

Every operation works on the timeline as the ones before it left it; only neighbouring `cut_range`s are one list of
places, all on the timeline before the first of them: that is the one their asker looked at. Their `before_ms` and
`after_ms` are those of the list.

Facts of an operation, by name. All have `before_ms` and `after_ms` (the timeline's length); those that cost texts or
music their place also `lost_texts`, `lost_music`.

| op | facts |
|---|---|
| trim_silence | pauses, removed_ms, clip; closeness (gentle, strong) where it is not normal; keep_ms or factor where
pauses are shortened or played faster |
| trim_start, trim_end | removed_ms, clips (how many were trimmed), clip |
| cut_range | start_ms, end_ms, removed_ms |
| keep_range | ranges, kept_ms, removed_ms, clip |
| cut_seen | what, stretches, removed_ms |
| highlight | ranges, kept_ms, removed_ms, places ("1000-4000 9000-12000"), more (places not named) |
| delete_clip | clip, name, clips (left), removed_ms |
| split | cuts (new ones), clips |
| reorder | order ("2, 1"), clips |
| duplicate | clips (now), clip, name |
| loop | boomerang (0, 1), times (in all) or length_ms, clip |
| freeze | at_ms, ms |
| slideshow | photos, ms (each), added, style ("none" too) |
| merge | added, clips (now), name (of up to three) |
| sound_cut | kind (j, l), joins, then moved (how many), skipped, ms; or removed |
| chapters | action (set, removed), chapters (how many), titles (of the first ones) |
| exact_length | length_ms, how (speed, cut), factor |
| reverse | start_ms, end_ms, off (0, 1), clip |
| transition | joins, then made, skipped, shortened, style ("mixed" too), ms, shortest_ms; or removed |
| fade | kind, target, ms, color; or removed |
| text | action (added, edited, removed), content, role, position, color, size, start_ms, end_ms; count when removed |
| speed | factor, start_ms, end_ms, clip, ramp (in, out, both) |
| volume | target, percent, before_percent, clip |
| mute | target, off (0, 1), start_ms and end_ms where a range was named, clip |
| music | action (added, changed, replaced, removed), name, volume, start_ms, end_ms; count when removed or replaced;
role where it is no music, ducked (percent), machine_made (1), nearest (the mood that the track only comes near to) |
| replace_audio | name, end_ms, short (1: it ends before the video does) |
| duck | off (0, 1); percent, passages |
| normalize | off (0, 1); lufs, levelled (clips brought together before) |
| denoise | target, off (0, 1), clip |
| voice_over | action (added, removed), start_ms, end_ms, unheard_ms; count when removed |
| aspect, resize | width, height, before_width, before_height, mode, ratio, track (followed, missing, nobody) |
| subtitle | action (added, edited, written), words, burn (0, 1), lang, position, color, size, format; or as below |
| subtitle | translated (into which language) where the words are not those that are said |
| subtitle | action (removed); action (mended), hits, find, replace |
| remove_filler | fillers, removed_ms, found ("um ×3, uh ×1"), clip |
| cut_words | keep (0, 1), ranges, removed_ms, said (the first of them), places, more |
| fps | fps, before_fps |
| color | action (changed, removed), changes ("brightness +20, preset vintage"), start_ms, end_ms, clip |
| bw | action (changed, spared, removed), start_ms, end_ms, clip, spared ("2, 3": clips left in colour) |
| blur | action (added, changed, removed), style, covered (all, faces, region), strength, start_ms, end_ms, clip |
| zoom | action (added, removed), zoom (in, out, punch, cuts), percent, start_ms, end_ms, clip |
| stabilize | action (added, removed), clip |
| rotate | degrees, width, height, clip |
| flip | axis, clip |
| crop | action (edges, bars, removed), width, height, clip |
| watermark | action (added, edited, removed), name, position, size, opacity, start_ms, end_ms |
| picture_in_picture | action (added, full, edited, removed) and as watermark; silenced (it had sound) |
| split_screen | layout (row, column, grid), clips |
| letterbox, timecode, progress_bar | action (added, removed); ratio; position |

Codes of errors: no_footage, no_clip, beyond_end, empty_range, nothing_left, no_sound, no_speech, no_join,
not_neighbours, bad_order, no_text, ambiguous_text, no_content, bad_color, bad_ratio, no_level, no_music,
no_music_file, ambiguous_file, too_many, too_long, not_yet, already_short, too_short, long_enough, only_stills,
not_reversed, no_speech_under, no_voice, no_voice_language, no_voice_over, no_spoken_words, no_shots,
too_short_for, bad_pace, no_file, no_photos, no_chapters, nothing_marks,
no_subtitle_file, no_subtitles, no_speech_extra, no_words, not_said, not_said_near, no_translation,
translation_failed, too_much_said, no_language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.engine.timeline import (
    backwards,
    by_words,
    chapters,
    clean,
    cuts,
    highlight,
    holds,
    joins,
    lengths,
    levels,
    looks,
    marks,
    merging,
    overlays,
    repeats,
    seen,
    shape,
    silence,
    sound,
    soundcuts,
    subtitles,
    turns,
    words,
)
from bot.engine.timeline.appending import appended
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Library, MediaItem, Timeline
from bot.engine.timeline.ops import CutRange, EditOp, TransitionOp
from bot.engine.timeline.refusal import OpError, OpErrors, RefusedError
from bot.engine.timeline.scope import span

__all__ = ["Applied", "Done", "OpError", "OpErrors", "append_media", "apply"]

Facts = dict[str, int | float | str]


@dataclass(frozen=True)
class Done:
    """An operation that was done, with the numbers that the words about it need; see the module."""

    op: str
    facts: Facts


@dataclass(frozen=True)
class Applied:
    """The timeline after a plan, and what each operation did, in order."""

    timeline: Timeline
    done: tuple[Done, ...]


_WAYS: dict[str, Callable[[Timeline, Any, Library], tuple[Timeline, Facts]]] = {
    "trim_silence": silence.trim_silence,
    "trim_start": cuts.trim_start,
    "trim_end": cuts.trim_end,
    "keep_range": cuts.keep_range,
    "split": cuts.split,
    "delete_clip": cuts.delete_clip,
    "cut_seen": seen.cut_seen,
    "highlight": highlight.highlight,
    "reorder": cuts.reorder,
    "duplicate": repeats.duplicate,
    "loop": repeats.loop,
    "slideshow": merging.slideshow,
    "merge": merging.merge,
    "sound_cut": soundcuts.sound_cut,
    "chapters": chapters.chapters,
    "exact_length": lengths.exact_length,
    "freeze": holds.freeze,
    "reverse": backwards.reverse,
    "transition": joins.transition,
    "fade": shape.fade,
    "text": words.text,
    "speed": levels.speed,
    "volume": levels.volume,
    "mute": levels.mute,
    "subtitle": subtitles.subtitle,
    "remove_filler": by_words.remove_filler,
    "cut_words": by_words.cut_words,
    "music": sound.music,
    "replace_audio": sound.replace_audio,
    "duck": sound.duck,
    "voice_over": sound.voice_over,
    "normalize": clean.normalize,
    "denoise": clean.denoise,
    "aspect": shape.aspect,
    "resize": shape.resize,
    "fps": shape.fps,
    "color": looks.color,
    "bw": looks.bw,
    "blur": looks.blur,
    "zoom": looks.zoom,
    "stabilize": looks.stabilize,
    "rotate": turns.rotate,
    "flip": turns.flip,
    "crop": turns.crop,
    "watermark": overlays.watermark,
    "picture_in_picture": overlays.picture_in_picture,
    "split_screen": overlays.split_screen,
    "letterbox": marks.letterbox,
    "timecode": marks.timecode,
    "progress_bar": marks.progress_bar,
}
"""`cut_range` is taken as lists; an operation that is not here is refused as not_yet."""


_FROM_FILES = frozenset({"slideshow", "merge"})
"""What is made of files that lie ready needs nothing on the timeline."""


def _no_way(_timeline: Timeline, op: Any, _library: Library) -> tuple[Timeline, Facts]:
    raise RefusedError("not_yet", op.op.replace("_", " "))


def apply(timeline: Timeline, ops: Sequence[EditOp], library: Library) -> Applied:
    """The timeline after all of `ops`. Every media id in it must be in `library`.

    Raises OpErrors with everything that stands against the plan; an operation that fails is left out for those after
    it, so that one call tells all.
    """
    work = _Work(timeline, library, [], [])
    for together, group in groupby(enumerate(ops), lambda numbered: isinstance(numbered[1], CutRange)):
        if together:
            work.cut_ranges([(index, op) for index, op in group if isinstance(op, CutRange)])
            continue
        for index, op in group:
            work.one(index, op)
    if work.errors:
        raise OpErrors(tuple(work.errors))
    return Applied(sound.attentive(work.timeline, library), tuple(work.done))


@dataclass
class _Work:
    timeline: Timeline
    library: Library
    done: list[Done]
    errors: list[OpError]

    def one(self, index: int, op: EditOp) -> None:
        try:
            if op.op not in _FROM_FILES:
                self._footage()
            new, facts = _WAYS.get(op.op, _no_way)(self.timeline, op, self.library)
        except RefusedError as error:
            after_others = self.done or self.errors
            if after_others and isinstance(op, TransitionOp) and op.between == "all" and error.code == "no_join":
                # "trim the silences and add transitions" on footage without a pause: there is nothing to join, and
                # that must not undo the rest. It is told like a join without room, and not at all where the trim
                # itself could not be done.
                none: Facts = {"joins": 0, "made": 0, "skipped": 0, "shortened": 0}
                self.done.append(Done(op.op, none | _lengths(self.timeline, self.timeline, op.op)))
                return
            self._refused(index, op, error)
            return
        self.done.append(Done(op.op, facts | _lengths(self.timeline, new, op.op)))
        self.timeline = new

    def cut_ranges(self, ops: Sequence[tuple[int, CutRange]]) -> None:
        ranges = []
        for index, op in ops:
            try:
                self._footage()
                ranges.append(span(self.timeline, op.start, op.end))
            except RefusedError as error:
                self._refused(index, op, error)
        if not ranges:
            return
        try:
            new, facts = cuts.cut_ranges(self.timeline, ranges, self.library)
        except RefusedError as error:
            self._refused(*ops[-1], error)
            return
        lengths = _lengths(self.timeline, new, "cut_range")
        self.done.extend(Done("cut_range", each | lengths) for each in facts)
        self.timeline = new

    def _footage(self) -> None:
        if not self.timeline.segments:
            raise RefusedError("no_footage")

    def _refused(self, index: int, op: EditOp, error: RefusedError) -> None:
        self.errors.append(OpError(index, op.op, error.code, error.value, error.limit))


def append_media(timeline: Timeline, item: MediaItem) -> Timeline:
    """An upload joins the end as `appended` says. Sound files change nothing. Raises OpErrors (too_many, too_long)."""
    if item.kind == "audio":
        return timeline
    try:
        return appended(timeline, item)
    except RefusedError as error:
        raise OpErrors((OpError(0, "upload", error.code, error.value, error.limit),)) from error


def _lengths(before: Timeline, after: Timeline, op: str) -> Facts:
    facts: Facts = {"before_ms": duration_ms(before), "after_ms": duration_ms(after)}
    if op not in ("text", "music"):
        for name, lost in (
            ("lost_texts", len(before.texts) - len(after.texts)),
            ("lost_music", len(before.music) - len(after.music)),
        ):
            if lost > 0:
                facts[name] = lost
    return facts
