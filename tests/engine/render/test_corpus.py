"""Every kind of footage that people drop, rendered with no edit, with cuts, with a cross-fade and with a title.

What a finished file shows and sounds is held against what its source shows and sounds at the same moment, both decoded
without any code of the engine's.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine.render import child
from bot.engine.render.explain import table
from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.plan import RenderPlan
from bot.engine.render.spans import Body, Join, Span
from bot.engine.timeline.canvas import canvas_for
from bot.engine.timeline.model import MediaItem, Segment, Text, Timeline, Transition
from bot.media import sniff
from bot.media.facts import MediaError, MediaFault
from tests import measure
from tests.engine.render import clips, corpus, kinds, truth
from tests.engine.render.conftest import Made, Make

pytestmark = pytest.mark.long

_TICK = 0.0011
"""Matroska counts in ms; everything finer is not told apart, s."""
_SEEKS = 20
_LIGHT = 235
_COLOUR_OFF = 8
_DIMMED = 12
"""By which the lightest of the patches is dimmed to leave room for what shines."""
_TOLD = 8
_COMBED, _FRAYED = 4, 1
"""Levels by which lines stand out in what is of two moments at least, and in what is of one at most."""
_END = 0.03
_MOSTLY = 0.65
"""Of a file that is not edited: the picture may begin late or end early."""
_AT_CUT = 0.04
"""A mark that a cut goes through may be heard in part, s."""


@dataclass(frozen=True)
class Dropped:
    """A file of a kind, as the engine probed it, and the truth about it."""

    source: SourceFile

    @cached_property
    def shown(self) -> truth.Shown:
        """What it shows."""
        return truth.shown(self.source.path)

    @cached_property
    def sound(self) -> NDArray[np.float32]:
        """What it sounds."""
        return truth.sound(self.source.path) if self.source.facts.sound else np.zeros(0, np.float32)

    @cached_property
    def marks(self) -> list[tuple[float, bool]]:
        """When its marks are heard, s."""
        return truth.marks(self.sound)


Drop = Callable[[kinds.Kind], Dropped]


@pytest.fixture(scope="session")
def drop(folder: Path) -> Drop:
    """Each kind is made once."""
    known: dict[str, Dropped] = {}

    def dropped(kind: kinds.Kind) -> Dropped:
        if kind.name not in known:
            path = folder / kind.file
            kind.write(path)
            known[kind.name] = Dropped(clips.probed(path, sniff.container_in(path)))
        return known[kind.name]

    return dropped


def timeline(source: SourceFile, edit: str) -> Timeline:
    """The file as the first on a timeline, edited in one of four ways."""
    facts = source.facts
    assert facts.picture is not None
    item = MediaItem(
        "m", "name", "video", facts.duration_ms, facts.picture.width, facts.picture.height,
        facts.picture.fps_num, facts.picture.fps_den, facts.sound is not None,
    )  # fmt: skip
    parts = {"cuts": ((0.03, 0.31), (0.42, 0.63), (0.7, 0.97)), "fade": ((0.05, 0.45), (0.55, 0.93))}
    join = Transition("crossfade", 300, 150, 150) if edit == "fade" else None
    segments = tuple(
        Segment(
            f"s{index}", "c", "m", "name", "video", round(start * facts.duration_ms), round(end * facts.duration_ms),
            transition=join if index else None,
        )
        for index, (start, end) in enumerate(parts.get(edit, ((0.0, 1.0),)))
    )  # fmt: skip
    texts = (Text("t", "TITLE", 900, 1700, "top", size=200, fade=0),) if edit == "title" else ()
    return Timeline(canvas_for(item), segments, texts)


@pytest.mark.parametrize("edit", ["none", "cuts", "fade", "title"])
@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.name)
async def test_a_kind_of_footage(make: Make, drop: Drop, kind: kinds.Kind, edit: str) -> None:
    dropped = drop(kind)
    made = await make(timeline(dropped.source, edit), {"m": dropped.source}, Output())
    path = made.file.path
    job = RenderJob(timeline(dropped.source, edit), Output(), path, path, {"m": dropped.source})
    smart = child._planned(job)[0]
    made = replace(made, plan=replace(smart, spans=tuple(apart(smart))))
    print(table(smart))
    assert measure.decode_errors(path) == ""
    finished = truth.shown(path)
    problems = treated(kind, made, edit)
    problems += [*wrong_pictures(made, dropped, finished), *late_marks(made, dropped)]
    problems += [*lengths(made, dropped), *wrong_seeks(made, dropped, finished)]
    if "fields" in kind.name or "interlaced" in kind.name:
        problems += combs(made, dropped, finished)
    assert not problems, "\n".join(problems[:_TOLD])
    assert dropped.source.facts.picture is not None
    if edit == "none":
        bright = dropped.source.facts.picture.hdr
        assert bright == ("hlg" in kind.name or "pq" in kind.name or "dolby" in kind.name)
        meant = np.array(corpus.PATCHES, float) if bright else truth.patches(dropped.source.path, 1)
        assert np.abs(truth.patches(path, 1) - meant).max() < (_DIMMED if bright else _COLOUR_OFF)
    if edit == "title":
        assert titled(finished, 0.9, 1.7)


@pytest.mark.parametrize("kind", kinds.REFUSED, ids=lambda kind: kind.name)
def test_what_cannot_be_played_is_refused_at_the_door(tmp_path: Path, kind: kinds.Kind) -> None:
    path = tmp_path / kind.file
    kind.write(path)
    with pytest.raises(MediaError) as refused:
        clips.probed(path, sniff.container_in(path))
    assert refused.value.fault is MediaFault.BROKEN
    assert "\n" not in str(refused.value)


def apart(plan: RenderPlan) -> Iterator[Span]:
    """The spans, each cut of them by itself."""
    for span in plan.spans:
        if not isinstance(span, Body) or not span.cuts:
            yield span
            continue
        for cut, end in zip(span.cuts, [*(one.frame for one in span.cuts[1:]), span.frames], strict=True):
            stretch = replace(span.stretch, at=span.stretch.at + cut.later)
            yield replace(span, first=span.first + cut.frame, end=span.first + end, stretch=stretch, cuts=())


def source_at(made: Made, at: float) -> tuple[Body, float] | None:
    """The body on show at a time of the output, and the moment of the source (s); None in a transition."""
    frame = int(at * made.plan.frame.fps + 1e-6)
    span = next((one for one in made.plan.spans if one.first <= frame < one.end), None)
    if not isinstance(span, Body):
        return None
    return span, float(span.stretch.at) + (at - float(span.first / made.plan.frame.fps)) * float(span.stretch.speed)


def wrong_pictures(made: Made, dropped: Dropped, finished: truth.Shown) -> list[str]:
    """Moments that show another picture than the source does there.

    A quarter of a frame into each: where the rates differ, a frame is shown that has just begun.
    """
    picture = dropped.source.facts.picture
    assert picture is not None
    fps = float(made.plan.frame.fps)
    into = min(1 / fps, picture.fps_den / picture.fps_num) / 4
    found = []
    for frame in range(made.plan.frames):
        at = frame / fps + into
        place = source_at(made, at)
        if place is None:
            continue
        due = {dropped.shown.number(place[1] + slack) for slack in (-_TICK, _TICK)}
        if (number := finished.number(at)) not in due:
            found.append(f"{at:.3f}: {number} for {sorted(due)}")
    return found


def late_marks(made: Made, dropped: Dropped) -> list[str]:
    """Marks that are not heard, or not with the pictures they belong to, or that do not belong."""
    due = list(due_marks(made, dropped))
    heard = truth.marks(made.sound)
    found = []
    for at, rising in due:
        best = min((one for one in heard if one[1] == rising), key=lambda one: abs(one[0] - at), default=(-9.0, True))
        if abs(best[0] - at) > 0.001:
            found.append(f"due at {at:.4f}, heard at {best[0]:.4f}")
    for at, rising in heard:
        frame = at * float(made.plan.frame.fps)
        place = source_at(made, at)
        if place is None or min(frame - place[0].first, place[0].end - frame) < _AT_CUT * float(made.plan.frame.fps):
            continue
        if not any(abs(one - place[1]) < 0.01 for one, up in dropped.marks if up == rising):
            found.append(f"heard at {at:.4f}, belongs to nothing")
    return found


def due_marks(made: Made, dropped: Dropped) -> Iterator[tuple[float, bool]]:
    """When the marks of the source are due in the output: those that lie whole in a body."""
    fps = float(made.plan.frame.fps)
    for span in made.plan.spans:
        if isinstance(span, Join):
            continue
        begin, end = span.first / fps, span.end / fps
        for at, rising in dropped.marks:
            there = begin + at - float(span.stretch.at)
            if begin + 0.005 <= there <= end - _AT_CUT:
                yield there, rising


def combs(made: Made, dropped: Dropped, finished: truth.Shown) -> list[str]:
    """Where the runner is frayed, or is not where it was when the frame's earlier lines were taken."""
    source = combing(dropped.shown.pictures)
    crude = "interlaced" in dropped.source.path.name
    found = [] if (source > _COMBED) == crude else [f"the source itself has combs of {source:.2f}"]
    kept = [
        finished.pictures[finished.index((frame + 0.25) / float(made.plan.frame.fps))]
        for frame in range(made.plan.frames)
        if source_at(made, frame / float(made.plan.frame.fps)) is not None
    ]
    if (left := combing(kept)) > _FRAYED:
        found.append(f"combs of {left:.2f} are left of {source:.2f}")
    for number, picture in zip(clips.numbers(np.stack(kept)), kept, strict=True):
        band = picture[round(len(picture) * 0.63) : round(len(picture) * 0.67)].mean(axis=0)
        due = 2 * number * corpus.RUNNER_SPEED % (picture.shape[1] - 40)
        if abs((edge := int(np.argmax(band > 125))) - due) > 2:
            found.append(f"picture {number}: the runner is at {edge}, not {due}")
    return found


def combing(pictures: Sequence[NDArray[np.uint8]]) -> float:
    """By how many levels lines stand out from both of their neighbours where the runner is, on average.

    In a picture of the usual width: it is as long in a wider one.
    """
    band = np.stack([one[round(len(one) * 0.62) + 1 : round(len(one) * 0.68) - 1] for one in pictures]).astype(int)
    up, down = band[:, 1:-1] - band[:, :-2], band[:, 1:-1] - band[:, 2:]
    apart = np.minimum(abs(up), abs(down)) * (np.sign(up) == np.sign(down))
    return float(apart.mean() * band.shape[2] / corpus.SIZE[0])


def lengths(made: Made, dropped: Dropped) -> list[str]:
    """Where picture or sound is not as long as planned; sound that is taken as it is ends where it ends."""
    picture, sound = measure.lengths(made.file.path)
    planned = float(made.plan.frames / made.plan.frame.fps)
    facts = dropped.source.facts.picture
    assert facts is not None
    frame = facts.fps_den / facts.fps_num if facts.variable_rate else 0  # how long its last one is shown is not said
    found = [] if abs(picture - planned) <= _END + frame else [f"picture {picture:.3f} for {planned:.3f}"]
    ends = len(dropped.sound) / clips.RATE if len(made.plan.sound) == 1 else planned
    if not min(planned, ends) - _END <= sound <= planned + _END:
        found.append(f"sound {sound:.3f} for {planned:.3f}")
    return found


def treated(kind: kinds.Kind, made: Made, edit: str) -> list[str]:
    """Where something is encoded that could be copied, or is copied and ought not to be."""
    reasons = Counter[str]()
    for span in made.plan.spans:
        reasons[span.treatment.why] += span.frames
    wanted = kind.whole if edit == "none" or kind.cut is None else kind.cut
    if edit == "none":
        return [] if reasons[wanted] >= _MOSTLY * made.plan.frames else [f"{wanted} expected, but {dict(reasons)}"]
    copied = reasons["plain"] > 0
    if edit == "title":
        return [] if copied == (kind.whole == "plain") else [f"with a title, {dict(reasons)}"]
    return [] if copied == (wanted == "plain") and reasons[wanted] else [f"{wanted} expected, but {dict(reasons)}"]


def wrong_seeks(made: Made, dropped: Dropped, finished: truth.Shown) -> list[str]:
    """Places where a player that jumps there sees something else than one that came to it.

    In a track of variable rate a demuxer may land behind the place, on a keyframe that is decoded long before it is
    shown; a player then begins further ahead.
    """
    facts = dropped.source.facts.picture
    assert facts is not None
    dice = random.Random(len(finished.times))
    found = []
    with av.open(str(made.file.path)) as file:
        stream = file.streams.video[0]
        assert stream.time_base is not None
        for _ in range(_SEEKS):
            index = dice.randrange(len(finished.times))
            at = float(finished.times[index])
            frame = None
            for back in (0, 1, 3) if facts.variable_rate else (0,):
                file.seek(round((max(0.0, at - back) + 0.001) / stream.time_base), stream=stream)
                frame = next((one for one in file.decode(stream) if (one.time or 0.0) > at - 0.001), None)
                if frame is not None and (frame.time or 0.0) < at + 0.001:
                    break
            if frame is None or abs((frame.time or 0.0) - at) > 0.001:
                found.append(f"{at:.3f}: no frame")
            elif np.abs(truth.upright(frame).astype(int) - finished.pictures[index]).max() > 0:
                found.append(f"{at:.3f}: another picture")
    return found


def titled(finished: truth.Shown, start: float, end: float) -> bool:
    """Whether something bright is drawn over the upper part from `start` to `end` s, and only then."""
    light = [int((one[: len(one) * 2 // 5] > _LIGHT).sum()) for one in finished.pictures]
    inside = [count for at, count in zip(finished.times, light, strict=True) if start + 0.02 < at < end - 0.05]
    outside = [count for at, count in zip(finished.times, light, strict=True) if at < start - 0.04 or at > end + 0.04]
    return min(inside) > 40 and max(outside) < 5
