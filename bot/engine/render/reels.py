"""Where the sound of each run is read: from a tape where it is read forwards and as it is, else from a decoded file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from bot.engine.render.denoise import denoised
from bot.engine.render.job import RenderJob, SourceFile
from bot.engine.render.lines import SAMPLE_RATE, nearest
from bot.engine.render.pcm import Block, Pcm, Sound, decode, mirrored, stretched
from bot.engine.render.plan import RenderPlan
from bot.engine.render.runs import MusicRun, SoundRun
from bot.engine.render.sound_source import Part, begins, decoded
from bot.engine.render.tape import AHEAD, Claim, Tape, tapes, worth_it
from bot.engine.render.tool import Ffmpeg

_SEEKABLE = ("mov", "matroska", "wav", "flac")
"""Containers in which a decoder that starts further on knows exactly where it is."""

_SPARE = Fraction(1)
"""A sound that is repeated comes from a file; one that is this much (s) longer than what is played of it is not."""

Item = SoundRun | MusicRun


@dataclass(frozen=True)
class Reel:
    """A tape to be: what is read from it, and which items of the plan (runs, then music) that are."""

    media: str
    claims: tuple[Claim, ...]
    items: tuple[int, ...]


def reels(plan: RenderPlan, media: Mapping[str, SourceFile]) -> list[Reel]:
    """What of the plan is read from tapes. Pure."""
    forwards: dict[str, list[tuple[int, Claim]]] = {}
    for index, item in enumerate(_items(plan)):
        if _forwards(item, media[item.media]):
            first = item.first + _shift(item)
            forwards.setdefault(item.media, []).append((index, Claim(first, first + item.end - item.first, item.first)))
    found: list[Reel] = []
    for name, rows in forwards.items():
        rows.sort(key=lambda row: row[1].at)
        claims = [claim for _, claim in rows]
        ahead = AHEAD if media[name].facts.container in _SEEKABLE else None
        groups = tapes(claims, ahead)
        if worth_it(groups, _part(claims)):
            found += [
                Reel(name, tuple(claims[one] for one in group), tuple(rows[one][0] for one in group))
                for group in groups
            ]
    return found


class Sounds:
    """The decoded sound of a plan. What must lie in a file is decoded at the start, into `folder`."""

    def __init__(
        self, job: RenderJob, plan: RenderPlan, ffmpeg: Ffmpeg, folder: Path, on_part: Callable[[float], None]
    ) -> None:
        """`on_part` hears how much of the files is done, 0.0 to 1.0. Raises MediaError, or OSError (disk full)."""
        self._job = job
        self._reels = reels(plan, job.media)
        self._runs = len(plan.sound)
        items = _items(plan)
        taped = {index for reel in self._reels for index in reel.items}
        filed = [(index, item) for index, item in enumerate(items) if index not in taped]
        self.in_files = bool(filed)
        self._files = _decoded(job, ffmpeg, folder, filed, on_part)
        self._items = items

    @contextmanager
    def opened(self) -> Iterator[tuple[Sequence[Sound], Sequence[Sound]]]:
        """The sounds of the plan's runs and of its music, one to one, to be read once from start to end."""
        sounds: dict[int, Sound] = dict(self._files)
        with ExitStack() as stack:
            for reel in self._reels:
                part = _part(reel.claims)
                tape = Tape(partial(decoded, self._job.media[reel.media], part), begins(part), reel.claims)
                stack.callback(tape.close)
                for claim, index in enumerate(reel.items):
                    item = self._items[index]
                    sounds[index] = _Taped(tape, claim, _shift(item) if isinstance(item, SoundRun) else 0)
            row = [sounds[index] for index in range(len(self._items))]
            yield row[: self._runs], row[self._runs :]


@dataclass(frozen=True)
class _Taped:
    """One claim of a tape, read by sample numbers that are `shift` behind the tape's."""

    tape: Tape
    claim: int
    shift: int

    def read(self, first: int, end: int) -> Block:
        """As `Sound`."""
        return self.tape.read(self.claim, first + self.shift, end + self.shift)


def _items(plan: RenderPlan) -> list[Item]:
    return [*plan.sound, *plan.music]


def _forwards(item: Item, source: SourceFile) -> bool:
    if isinstance(item, SoundRun):
        return item.speed == 1 and not item.denoise
    played = item.offset + Fraction(item.end - item.first, SAMPLE_RATE)
    return not item.denoise and (item.once or played + _SPARE <= Fraction(source.facts.duration_ms, 1000))


def _shift(item: Item) -> int:
    """What is added to a sample number of the output for that of the source."""
    return nearest(item.offset * SAMPLE_RATE) - (0 if isinstance(item, SoundRun) else item.first)


def _part(claims: Sequence[Claim]) -> Part:
    first, end = min(claim.first for claim in claims), max(claim.end for claim in claims)
    return Fraction(first, SAMPLE_RATE), Fraction(end, SAMPLE_RATE)


def _decoded(
    job: RenderJob,
    ffmpeg: Ffmpeg,
    folder: Path,
    items: Sequence[tuple[int, Item]],
    on_part: Callable[[float], None],
) -> dict[int, Sound]:
    """The sounds of these items in files: each source as far as it is heard, cleaned, then turned and stretched."""
    parts: dict[tuple[str, bool], Part] = {}
    for _, item in items:
        low, high = _heard(item)
        known = parts.get((item.media, item.denoise), (low, high))
        parts[item.media, item.denoise] = min(low, known[0]), max(high, known[1])
    files: dict[tuple[str, bool], Pcm] = {}
    for number, ((media, denoise), part) in enumerate(parts.items()):
        begin, size = number / len(parts), (0.5 if denoise else 1.0) / len(parts)
        path = folder / f"sound{number}.pcm"
        pcm = decode(job.media[media], part, path, _share(on_part, begin, size))
        if denoise:
            pcm = denoised(pcm, folder / f"clean{number}.pcm", _share(on_part, begin + size, size))
            path.unlink()
        files[media, denoise] = pcm
    return {index: _played(ffmpeg, folder, index, item, files[item.media, item.denoise]) for index, item in items}


def _played(ffmpeg: Ffmpeg, folder: Path, index: int, item: Item, pcm: Pcm) -> Sound:
    if isinstance(item, MusicRun):
        return pcm
    if item.speed < 0:
        item, pcm = mirrored(item, pcm, folder / f"back{index}.pcm")
    if item.speed == 1:
        return replace(pcm, start=pcm.start - _shift(item))
    return stretched(ffmpeg, item, pcm, folder / f"run{index}.pcm")


def _heard(item: Item) -> Part:
    """The part of its source that is heard, s."""
    if isinstance(item, MusicRun):
        return item.offset, item.offset + Fraction(item.end - item.first, SAMPLE_RATE)
    low, high = sorted(item.offset + Fraction(at, SAMPLE_RATE) * item.speed for at in (item.first, item.end))
    return low, high


def _share(on_part: Callable[[float], None], begin: float, size: float) -> Callable[[float], None]:
    return lambda part: on_part(begin + size * part)
