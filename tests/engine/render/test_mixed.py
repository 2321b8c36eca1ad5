"""A phone, a screen recorder, a camera and a photo in one timeline: each in its place, its size, its time and colours.

The phone's is HEVC in HLG, upright by a matrix, the recorder's H.264 with 60 frames a second and one channel, the
camera's 29.97 with six channels.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bot.engine.render import child
from bot.engine.render.explain import table
from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.plan import RenderPlan
from bot.engine.render.spans import Body
from bot.engine.timeline.model import Canvas, Fit, Segment, Timeline, Transition, TransitionStyle
from bot.media import sniff
from bot.media.facts import MediaFacts, Picture
from tests import measure
from tests.engine.render import clips, corpus, kinds, truth
from tests.engine.render.conftest import Made, Make
from tests.engine.render.test_corpus import Dropped, wrong_seeks

pytestmark = pytest.mark.long

PHOTO = (80, 120, 160)
MODES: dict[str, Canvas] = {
    "recorder first": Canvas(320, 180, 60, 1),
    "recorder first, filled": Canvas(320, 180, 60, 1, fit="crop"),
    "camera first, blurred": Canvas(320, 180, 30_000, 1001, fit="blur_pad"),
    "phone first": Canvas(180, 320, 30, 1),
    "phone first, filled": Canvas(180, 320, 30, 1, fit="crop"),
}
COPIED = {"recorder first": "recorder", "recorder first, filled": "recorder", "camera first, blurred": "camera"}
"""Of which source something is copied: of the one that has the canvas' own size and rate."""
_SLACK = 0.0011
_OFF = 12
_EDGE = 0.04


@pytest.fixture(scope="module")
def dropped(folder: Path) -> dict[str, Dropped]:
    """The sources that have pictures and sound."""
    made: dict[str, Callable[[Path], None]] = {
        "recorder.mp4": lambda path: corpus.write(
            path, fps=60, frames=300, video=kinds.x264(gop=60), audio=("-ac", "1", *corpus.AAC)
        ),
        "camera.mov": lambda path: corpus.write(
            path, fps=kinds.NTSC, matrix="bt709", video=kinds.x264(),
            steps="setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709",
            audio=("-af", "pan=5.1|FC=c0|FL=0.2*c0|FR=0.2*c0", *corpus.AAC),
        ),
        "phone.mov": lambda path: kinds.phone(
            path, 90, (*kinds.TEN_BIT_HEVC, "-tag:v", "hvc1"), light="arib-std-b67"
        ),
    }  # fmt: skip
    found = {}
    for name, write in made.items():
        path = folder / name
        write(path)
        found[name.partition(".")[0]] = Dropped(clips.probed(path, sniff.container_in(path)))
    return found


@pytest.fixture(scope="module")
def photo(folder: Path) -> SourceFile:
    path = folder / "photo.png"
    Image.new("RGB", (400, 400), PHOTO).save(path)
    return SourceFile(
        path, MediaFacts("image", "png_pipe", path.stat().st_size, 0, Picture(400, 400, 0, 1, "png", "rgb24"))
    )


def cut(media: str, start: int, end: int, join: TransitionStyle | None = None) -> Segment:
    kind = "image" if media == "photo" else "video"
    moved = Transition(join, 400, 200, 200) if join else None
    return Segment(f"{media}{start}", media, media, media, kind, start, end, transition=moved)  # type: ignore[arg-type]  # a word


SEGMENTS = (
    cut("recorder", 300, 2500),
    cut("phone", 900, 2600, "crossfade"),
    cut("photo", 0, 1200, "wipe_left"),
    cut("camera", 700, 2900),
    cut("recorder", 2800, 3900, "fade_black"),
    cut("camera", 3300, 4400, "crossfade"),
    cut("phone", 2900, 4000),
    cut("recorder", 4000, 4900),
)


@pytest.mark.parametrize("name", MODES)
async def test_a_mixed_timeline(make: Make, dropped: dict[str, Dropped], photo: SourceFile, name: str) -> None:
    canvas = MODES[name]
    media = {**{one: given.source for one, given in dropped.items()}, "photo": photo}
    timeline = Timeline(canvas, SEGMENTS)
    made = await make(timeline, media)
    path = made.file.path
    made = replace(made, plan=child._planned(RenderJob(timeline, Output(), path, path, media))[0])
    print(table(made.plan))
    assert measure.decode_errors(path) == ""
    problems = [*wrong_treatment(made.plan, COPIED.get(name)), *wrong_pictures(made, dropped, canvas)]
    problems += [*late_marks(made, dropped), *wrong_lengths(made)]
    problems += wrong_seeks(made, dropped["recorder"], truth.shown(path))
    assert not problems, "\n".join(problems[:12])


def wrong_treatment(plan: RenderPlan, copied: str | None) -> Iterator[str]:
    """Where something other is copied than the source that the canvas is like, or another reason is given."""
    seen: dict[str, set[tuple[str, str]]] = {}
    for span in plan.spans:
        if isinstance(span, Body):
            seen.setdefault(span.stretch.media, set()).add((span.treatment.how, span.treatment.why))
    upright = plan.frame.height > plan.frame.width
    for media, ways in seen.items():
        reasons = {why for how, why in ways if how != "copy"}
        if (("copy", "plain") in ways) != (media == copied):
            yield f"{media}: {ways}"
        due = {"photo": {"still"}, "phone": {"codec"} if upright else {"size"}}
        due |= {"recorder": {"size"} if upright else {"rate"}, "camera": {"size"} if upright else {"rate"}}
        if not reasons <= ({"cut", "open"} if media == copied else due[media]):
            yield f"{media}: {reasons}"


@dataclass(frozen=True)
class Box:
    """Where a source lies on the canvas; it may reach beyond it."""

    left: int
    top: int
    width: int
    height: int


def box(canvas: Canvas, size: tuple[int, int]) -> Box:
    sides = (canvas.width / size[0], canvas.height / size[1])
    scale = max(sides) if canvas.fit == "crop" else min(sides)
    width, height = round(size[0] * scale), round(size[1] * scale)
    return Box((canvas.width - width) // 2, (canvas.height - height) // 2, width, height)


def wrong_pictures(made: Made, dropped: dict[str, Dropped], canvas: Canvas) -> Iterator[str]:
    """Frames that show another picture than is due, elsewhere, or in other colours; of transitions, the middle."""
    with av.open(str(made.file.path)) as file:
        frames = [(frame.time or 0.0, upright(frame)) for frame in file.decode(video=0)]
    fps = float(made.plan.frame.fps)
    times = np.array([at for at, _ in frames])

    def shown(frame: int) -> NDArray[np.float64]:
        return frames[max(0, int(np.searchsorted(times, (frame + 0.25) / fps, side="right")) - 1)][1]

    for frame in range(made.plan.frames):
        at = frame / fps + 0.25 / fps
        span = next(one for one in made.plan.spans if one.first <= frame < one.end)
        if not isinstance(span, Body):
            if span.style == "crossfade" and frame == span.first + span.frames // 2:
                ends = (shown(span.first - 1) + shown(span.end)) / 2
                if (off := np.abs(shown(frame) - ends)[-canvas.height // 6 :].mean()) > _OFF:  # where nothing moves
                    yield f"{at:.3f}: half way it is off by {off:.0f} from half of each"
            continue
        picture = shown(frame)
        media = span.stretch.media
        facts = dropped[media].source.facts.picture if media in dropped else None
        place = box(canvas, (400, 400) if facts is None else (facts.width, facts.height))
        yield from (f"{at:.3f}: {media}: {one}" for one in wrong_place(picture, place, canvas.fit))
        if facts is None:
            off = np.abs(picture[canvas.height // 2, canvas.width // 2 - 40 : canvas.width // 2 + 40] - PHOTO).max()
            if off > _OFF:
                yield f"{at:.3f}: the photo's colour is off by {off:.0f}"
            continue
        moment = float(span.stretch.at) + (at - span.first / fps)
        due = {dropped[media].shown.number(moment + slack) for slack in (-_SLACK, _SLACK)}
        number, told = number_on(picture, place)
        if number not in {one & told for one in due}:
            yield f"{at:.3f}: {media} shows {number} for {sorted(due)}"
        yield from (f"{at:.3f}: {media}: {one}" for one in wrong_colours(picture, place))


def number_on(picture: NDArray[np.float64], place: Box) -> tuple[int, int]:
    """The number that a picture carries, and the bits of it that are on the canvas."""
    out = max(0, -place.left)
    grey = np.pad(picture.mean(axis=2), ((0, 0), (out, out))).astype(np.uint8)[None]
    centres = [place.left + place.width * (0.1 + 0.8 * (bit + 0.5) / clips.BITS) for bit in range(clips.BITS)]
    told = sum(1 << bit for bit, at in enumerate(centres) if 4 <= at < picture.shape[1] - 4)
    return clips.numbers(grey, (place.left + out, place.top, place.width, place.height))[0] & told, told


def upright(frame: av.VideoFrame) -> NDArray[np.float64]:
    return np.rot90(frame.to_ndarray(format="rgb24").astype(np.float64), round(frame.rotation / 90))


def wrong_place(picture: NDArray[np.float64], place: Box, fit: Fit) -> Iterator[str]:
    """Whether what lies beside a picture is black, blurred, or not there at all."""
    edges = [picture[:, : place.left - 2], picture[:, place.left + place.width + 2 :],
             picture[: max(0, place.top - 2)], picture[place.top + place.height + 2 :]]  # fmt: skip
    if place.left <= 0:
        edges = edges[2:]
    beside = [edge.reshape(-1, 3) for edge in edges if edge.size]
    if fit == "crop" and beside:
        yield "it does not fill the canvas"
    for edge in beside:
        level = edge.mean()
        if (fit == "pad" and edge.max() > 24) or (fit == "blur_pad" and level < 24):
            yield f"beside it there is {level:.0f}"


def wrong_colours(picture: NDArray[np.float64], place: Box) -> Iterator[str]:
    """The patches along the lower edge, as far as they are on the canvas."""
    row = place.top + round(place.height * 0.78)
    if row >= len(picture):
        return
    for index, colour in enumerate(corpus.PATCHES):
        left = place.left + place.width * index / 4 + place.width / 16
        end = left + place.width / 8
        if left < 0 or end > picture.shape[1]:
            continue
        off = np.abs(picture[row - 2 : row + 2, round(left) : round(end)].mean(axis=(0, 1)) - colour).max()
        if off > _OFF:
            yield f"patch {index} is off by {off:.0f}"


def late_marks(made: Made, dropped: dict[str, Dropped]) -> Iterator[str]:
    """Marks that are not heard with the pictures they belong to, to a millisecond."""
    fps, heard = float(made.plan.frame.fps), truth.marks(made.sound)
    count = 0
    for run in spans_of_sources(made.plan):
        begin, end = run.first / fps, run.end / fps
        if run.stretch.media not in dropped:
            continue
        for at, rising in dropped[run.stretch.media].marks:
            there = begin + at - float(run.stretch.at)
            if not begin + 0.005 <= there <= end - _EDGE:
                continue
            count += 1
            best = min((abs(one - there) for one, up in heard if up == rising), default=9.0)
            if best > 0.001:
                yield f"{run.stretch.media}: due at {there:.4f}, heard {best:.4f} away"
    if count < 12:
        yield f"only {count} marks were looked for"


def spans_of_sources(plan: RenderPlan) -> Iterator[Body]:
    """The bodies, those that follow each other in one source as one."""
    last: Body | None = None
    for span in plan.spans:
        if not isinstance(span, Body):
            if last is not None:
                yield last
            last = None
        elif last is not None and span.stretch.media == last.stretch.media and near(last, span, plan):
            last = replace(last, end=span.end)
        else:
            if last is not None:
                yield last
            last = span
    if last is not None:
        yield last


def near(one: Body, other: Body, plan: RenderPlan) -> bool:
    """Whether one goes on in the other."""
    return abs(one.stretch.at + one.frames / plan.frame.fps - other.stretch.at) < 0.002


def wrong_lengths(made: Made) -> Iterator[str]:
    """Picture and sound are as long as planned, and that is what the timeline says, to a frame."""
    fps = made.plan.frame.fps
    due = sum(one.end - one.start for one in SEGMENTS) / 1000
    planned = float(made.plan.frames / fps)
    if abs(planned - due) > 1 / fps:
        yield f"planned {planned:.3f} for {due:.3f}"
    picture, sound = measure.lengths(made.file.path)
    if abs(picture - planned) > 0.5 / fps:
        yield f"picture {picture:.3f} for {planned:.3f}"
    if abs(sound - planned) > 0.03:
        yield f"sound {sound:.3f} for {planned:.3f}"
