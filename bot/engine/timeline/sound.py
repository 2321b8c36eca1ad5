"""What is heard beside the footage: music, effects, voices; and music that gives way to speech."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.heard import knowing, speaks, spoken
from bot.engine.timeline.limits import MAX_MUSIC, MIN_PIECE_MS
from bot.engine.timeline.model import Library, MediaItem, Music, Segment, SoundRole, Timeline
from bot.engine.timeline.moods import MOODS
from bot.engine.timeline.naming import named
from bot.engine.timeline.needs import made_for
from bot.engine.timeline.ops import Duck, MusicOp, ReplaceAudio, VoiceOver
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import milliseconds, span
from bot.engine.timeline.voices import foreign, speakable
from bot.engine.timeline.weave import change, fresh_ids, tidy

Facts = dict[str, int | float | str]

DEFAULT_VOLUME = 30
"""Percent, under a sound whose loudness is not known."""

DUCKED = 30
"""To what percent of its level music goes under speech: 10 dB down."""

DEFAULT_FADE_OUT_MS = 1_500
SEAM_MS = 10
"""Where music is parted in the middle each side fades this long, so that nothing clicks."""

_BELOW_SPEECH = 8.0
"""How far below the speech music lies where nobody speaks, LU; ducked, it is 18 below."""

_BESIDE_SOUND = 50
_LEAST, _MOST = 5, 100
"""No louder than the file is, without being asked."""

_LUFS = (-45.0, -5.0)
"""Loudness that can be gone by; what is fainter is silence with a cough in it."""


def music(timeline: Timeline, op: MusicOp, library: Library) -> tuple[Timeline, Facts]:
    """Lay a sound file of the library, or a track that was made for the plan, under the picture; or remove it.

    Music is looped to the end and goes down under speech, unless its level was named; an effect is heard once. The
    same file at the same place is not laid twice, it only gets the new volume. Refused as no_music, no_music_file,
    ambiguous_file, beyond_end, empty_range, too_many.
    """
    if op.remove:
        return _removed(timeline, op)
    item = _chosen(op, library)
    role = op.role or "music"
    if role == "music":
        start, end = span(timeline, op.start, min(op.end, duration_ms(timeline) / 1000) if op.end is not None else None)
    else:
        start, end = _once(timeline, op.start, item)
    new = replace(
        _laid(timeline, item, start, end),
        volume=op.volume if op.volume is not None else _level(timeline, role, item, library),
        fade_out=DEFAULT_FADE_OUT_MS if role == "music" else 0,
        role=role,
    )
    others = tuple(one for one in timeline.music if not (op.replace and one.role == role))
    same = next((one for one in others if _same(one, new)), None)
    if same is not None:
        new = replace(same, volume=same.volume if op.volume is None else op.volume, muted=False)
        action, row = "changed", tuple(new if one.id == same.id else one for one in others)
    else:
        if role == "music" and op.volume is None and speaks(timeline, library):
            new = replace(new, duck=DUCKED)
        action, row = ("replaced" if len(others) < len(timeline.music) else "added"), (*others, new)
    _bounded(row)
    facts: Facts = {"action": action, "name": new.name, "volume": new.volume, "start_ms": start, "end_ms": end}
    if role != "music":
        facts["role"] = role
    if new.duck is not None:
        facts["ducked"] = new.duck
    if item.made:
        facts["machine_made"] = 1
        if op.mood is not None and MOODS[op.mood].near:
            facts["nearest"] = op.mood
    if action == "replaced":
        facts["count"] = len(timeline.music) - len(others)
    return tidy(attentive(replace(timeline, music=row), library)), facts


def replace_audio(timeline: Timeline, op: ReplaceAudio, library: Library) -> tuple[Timeline, Facts]:
    """The footage falls silent, and a sound file of the library is heard instead, once, from the start.

    Refused as no_music_file, ambiguous_file, too_many.
    """
    item = _file(op.file, library)
    start, end = _once(timeline, None, item)
    total = duration_ms(timeline)
    silent = change(timeline, 0, total, lambda one: replace(one, muted=True), library)
    new = replace(
        _laid(timeline, item, start, end),
        volume=100,
        fade_out=DEFAULT_FADE_OUT_MS if item.duration_ms > total else 0,
        role="audio",
    )
    row = (*(one for one in silent.music if not _same(one, new)), new)
    _bounded(row)
    facts: Facts = {"name": item.name, "end_ms": end, "short": int(end < total)}
    return tidy(replace(silent, music=row)), facts


def voice_over(timeline: Timeline, op: VoiceOver, library: Library) -> tuple[Timeline, Facts]:
    """A voice that was made for the plan speaks from `start` on; or what was spoken so is removed.

    Refused as no_voice, no_voice_language, no_voice_over, no_spoken_words, beyond_end, too_many.
    """
    if op.remove:
        gone = [one for one in timeline.music if one.role == "voice"]
        if not gone:
            raise RefusedError("no_voice_over")
        kept = tuple(one for one in timeline.music if one.role != "voice")
        return replace(timeline, music=kept), {"action": "removed", "count": len(gone)}
    if not op.text or not speakable(op.text):
        raise RefusedError("no_spoken_words")
    item = library.media.get(library.made.get(made_for(op) or "", ""))
    if item is None:
        raise RefusedError("no_voice_language" if foreign(op.text) else "no_voice")
    start, end = _once(timeline, op.start, item)
    new = replace(
        _laid(timeline, item, start, end),
        volume=100,
        role="voice",
    )
    row = tuple(
        replace(one, duck=DUCKED) if one.role == "music" and one.duck is None else one for one in timeline.music
    )
    _bounded((*row, new))
    missing = max(0, item.duration_ms - (end - start))
    facts: Facts = {"action": "added", "start_ms": start, "end_ms": end}
    if missing > MIN_PIECE_MS:
        facts["unheard_ms"] = missing
    return tidy(attentive(replace(timeline, music=(*row, new)), library)), facts


def duck(timeline: Timeline, op: Duck, library: Library) -> tuple[Timeline, Facts]:
    """Bring the music down while somebody speaks, to `percent` of its level; or leave it as it is (`off`).

    Refused as no_music, no_speech_under.
    """
    if not any(one.role == "music" for one in timeline.music):
        raise RefusedError("no_music")
    percent = None if op.off else DUCKED if op.percent is None else op.percent
    known = timeline if op.off else knowing(timeline, library)
    if percent is not None and not spoken(known):
        raise RefusedError("no_speech_under")
    row = tuple(replace(one, duck=percent) if one.role == "music" else one for one in known.music)
    facts: Facts = {"off": int(bool(op.off))}
    if percent is not None:
        facts |= {"percent": percent, "passages": len(spoken(known))}
    return replace(known, music=row), facts


def _laid(timeline: Timeline, item: MediaItem, start: int, end: int) -> Music:
    """A file from `start` to `end`, under an id that no other has."""
    return Music(next(iter(fresh_ids("m", (one.id for one in timeline.music)))), item.id, item.name, start, end)


def attentive(timeline: Timeline, library: Library) -> Timeline:
    """A timeline whose music gives way to speech knows where somebody speaks, as far as that is known."""
    return knowing(timeline, library) if any(one.duck is not None for one in timeline.music) else timeline


def of_music(timeline: Timeline) -> frozenset[str]:
    """The ids of what "the music" means: what is music, or all there is where none of it is."""
    music = frozenset(one.id for one in timeline.music if one.role == "music")
    return music or frozenset(one.id for one in timeline.music)


def silenced(
    timeline: Timeline, start: int, end: int, muted: bool, library: Library, meant: frozenset[str]
) -> Timeline:
    """Mute the items `meant` (ids) from `start` to `end` (timeline ms), or bring them back. Refused as too_many."""
    row: list[Music] = []
    for item in timeline.music:
        if item.id not in meant:
            row.append(item)
            continue
        for piece in _parted(item, (start, end), library.media[item.media].duration_ms):
            inside = start <= (piece.start + piece.end) / 2 < end
            row.append(replace(piece, muted=muted) if inside else piece)
    joined = _joined(row)
    ids = iter(fresh_ids("m", (one.id for one in timeline.music)))
    seen: set[str] = set()
    numbered = []
    for item in joined:
        numbered.append(replace(item, id=next(ids)) if item.id in seen else item)
        seen.add(item.id)
    _bounded(numbered)
    return tidy(replace(timeline, music=tuple(numbered)))


def _level(timeline: Timeline, role: SoundRole, item: MediaItem, library: Library) -> int:
    """A sane level for a sound, percent: music well below speech, full where nothing else is heard."""
    if role != "music":
        return _MOST
    if not any(_heard(one, library) for one in timeline.segments):
        return _BESIDE_SOUND if any(one.role == "audio" for one in timeline.music) else _MOST
    if not speaks(timeline, library):
        return _BESIDE_SOUND
    own = library.loudness.get(item.id)
    heard = [library.loudness[media] for media in _speakers(timeline, library) if media in library.loudness]
    if own is None or not heard or not all(_LUFS[0] <= one <= _LUFS[1] for one in (own, *heard)):
        return DEFAULT_VOLUME
    db = sum(heard) / len(heard) - _BELOW_SPEECH - own
    return min(_MOST, max(_LEAST, round(100 * 10 ** (db / 20))))


def _speakers(timeline: Timeline, library: Library) -> list[str]:
    """The sources in which somebody is heard speaking."""
    heard = dict.fromkeys(one.media for one in timeline.segments if _heard(one, library))
    return [media for media in heard if library.speech.get(media)]


def _heard(segment: Segment, library: Library) -> bool:
    if segment.kind != "video" or segment.muted or not segment.volume:
        return False
    return library.media[segment.media].has_sound


def _once(timeline: Timeline, start: float | None, item: MediaItem) -> tuple[int, int]:
    """Where a sound lies that is heard once, from `start` (s) on. Refused as beyond_end."""
    total = duration_ms(timeline)
    begin = milliseconds(start or 0)
    if begin >= total:
        raise RefusedError("beyond_end", start, total / 1000)
    return begin, min(total, begin + max(1, item.duration_ms))


def _same(one: Music, new: Music) -> bool:
    return (one.media, one.start, one.end, one.role) == (new.media, new.start, new.end, new.role)


def _removed(timeline: Timeline, op: MusicOp) -> tuple[Timeline, Facts]:
    """Take away what is named; without a name the music, or all there is where none of it is music."""
    wanted = (op.file or "").strip().casefold()
    meant = frozenset(one.id for one in timeline.music) if op.file or op.role else of_music(timeline)
    gone = [
        one
        for one in timeline.music
        if one.id in meant and wanted in one.name.casefold() and op.role in (None, one.role)
    ]
    if not gone:
        raise RefusedError("no_music", op.file)
    row = tuple(one for one in timeline.music if one not in gone)
    return replace(timeline, music=row), {"action": "removed", "count": len(gone), "name": gone[0].name}


def _chosen(op: MusicOp, library: Library) -> MediaItem:
    """The file that is meant, or the track that was made for this operation."""
    made = library.media.get(library.made.get(made_for(op) or "", ""))
    own = [item for item in library.media.values() if item.kind == "audio" and not item.made]
    if made is not None and (op.mood is not None or not own):
        return made
    return _file(op.file, library)


def _file(name: str | None, library: Library) -> MediaItem:
    """The sound file that is meant: by its name, its name without the ending, or a part of it; else the newest."""
    files = [item for item in library.media.values() if item.kind == "audio"]
    own = [item for item in files if not item.made]
    if name is None and own:
        return own[-1]
    if name is None or not files:
        raise RefusedError("no_music_file", name)
    return named(files, name, "no_music_file")


def _parted(item: Music, points: Sequence[int], source_ms: int) -> list[Music]:
    """A music item parted at points of the timeline; what plays in each part stays where it is in the source.

    A part that begins in the middle of the source and lasts beyond its end would loop from there: it becomes two.
    """
    inner = [point for point in points if item.start + MIN_PIECE_MS <= point <= item.end - MIN_PIECE_MS]
    if not inner:
        return [item]
    period = max(1, source_ms - item.offset)
    plain = replace(item, fade_in=SEAM_MS, fade_out=SEAM_MS)
    parts: list[Music] = []
    for start, end in pairwise([item.start, *inner, item.end]):
        into = (start - item.start) % period
        turn = start + period - into
        if into and start + MIN_PIECE_MS < turn < end - MIN_PIECE_MS:
            parts.append(replace(plain, start=start, end=turn, offset=item.offset + into))
            parts.append(replace(plain, start=turn, end=end))
        else:
            parts.append(replace(plain, start=start, end=end, offset=item.offset + into))
    parts[0] = replace(parts[0], fade_in=item.fade_in)
    parts[-1] = replace(parts[-1], fade_out=item.fade_out)
    return parts


def _joined(row: Sequence[Music]) -> list[Music]:
    """Parts that play straight on in the same way become one again."""
    joined: list[Music] = []
    for item in row:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.fade_out == SEAM_MS
            and item
            == replace(
                last,
                id=item.id,
                start=last.end,
                end=item.end,
                offset=last.offset + last.end - last.start,
                fade_in=SEAM_MS,
                fade_out=item.fade_out,
            )
        ):
            joined[-1] = replace(last, end=item.end, fade_out=item.fade_out)
        else:
            joined.append(item)
    return joined


def _bounded(row: Sequence[Music]) -> None:
    if len(row) > MAX_MUSIC:
        raise RefusedError("too_many", len(row), MAX_MUSIC)
