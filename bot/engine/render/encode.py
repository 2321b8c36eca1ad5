"""The picture: every span that is not copied is encoded on its own by a few workers.

Each piece has exactly its frames, begins with a keyframe and needs nothing of its neighbours, so that the pieces
follow each other in one track by copying packets. Memory depends on the workers, not on the length.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Lock

from bot.engine.render import heads
from bot.engine.render.copying import Track
from bot.engine.render.encoders import Encoder
from bot.engine.render.fineness import quantizer_of
from bot.engine.render.footage import Footage, opened
from bot.engine.render.frame import Frame
from bot.engine.render.graph import Feed, graph
from bot.engine.render.heads import Coding, Pictures
from bot.engine.render.index import PacketIndex
from bot.engine.render.job import Quality, RenderJob
from bot.engine.render.joined import encode_join
from bot.engine.render.kept import Kept
from bot.engine.render.light import write_cubes
from bot.engine.render.lines import Stretch
from bot.engine.render.looks import Pace, masked
from bot.engine.render.masks import mask_args
from bot.engine.render.plan import RenderPlan
from bot.engine.render.readers import Readers
from bot.engine.render.spans import Body, Join, Span, plain, stretches
from bot.engine.render.steady import Steady
from bot.engine.render.still import STILL_COLOURS, Still, ground, prepared
from bot.engine.render.tool import Ffmpeg
from bot.media.ffmpeg import input_args

_PRESETS: Mapping[Quality, tuple[str, int]] = {
    "high": ("veryfast", 20),
    "medium": ("veryfast", 24),
    "preview": ("ultrafast", 28),
    "proxy": ("superfast", 28),
}
_BESIDE_COPIES: Mapping[Quality, tuple[str, int]] = {
    "high": ("superfast", 20),
    "medium": ("superfast", 24),
    "preview": ("ultrafast", 25),
    "proxy": ("ultrafast", 25),
}
"""Of what stands between copied pictures: short, so its size counts little, and it must not stand out from them."""

_KEYFRAME_SECONDS = 2
_PROXY_GOP_SECONDS = Fraction(1, 2)
_PROXY = ("-tune", "fastdecode", "-bf", "0", "-maxrate", "1000k", "-bufsize", "2000k")
"""It is read in half the time; a cut costs as many frames as the keyframe is away, and an end nothing; noise does not
fill the disk."""
_STEADY = ("-reinit_filter", "0")
"""Where the size changes in mid-file (a shared window), a graph built anew would begin counting anew."""
_MOST_WORKERS = 8
_CORES_EACH = 4
"""Cores that one whole encode of full size keeps busy: fewer encoders at once take less memory."""

_PIXELS_AT_ONCE = 17_000_000
"""Pixels of the pictures that are encoded at once: two of 4k, so that a small machine has the memory."""


class Picture:
    """Encodes the spans of a plan into `folder`, one file each; `workers` at once is what suits this machine."""

    def __init__(
        self,
        job: RenderJob,
        plan: RenderPlan,
        ffmpeg: Ffmpeg,
        folder: Path,
        steady: Mapping[str, Steady],
        indexes: Mapping[str, PacketIndex],
        hardware: Encoder | None = None,
    ) -> None:
        """`steady` is what was steadied, by media; `hardware` encodes where nothing is copied."""
        self._job = job
        self._plan = plan
        self.ffmpeg = ffmpeg
        self._hardware = hardware
        self._folder = folder
        self._steady = steady
        self._kept = Kept(job.spans or folder, job.scratch.name)
        self._quantizers: dict[str, int] = {}
        self._asking = Lock()
        self._todo = [number for number, span in enumerate(plan.spans) if span.treatment.how != "copy"]
        self._footage: dict[tuple[str, bool], Footage] = {}
        self._stills: dict[str, Still] = {}
        self._laid: dict[str, Still] = {}
        light = plan.copied or job.output.quality == "preview"
        at_once = cores() if light else cores() // _CORES_EACH
        self.workers = max(1, min(_MOST_WORKERS, at_once, len(self._todo), _PIXELS_AT_ONCE // plan.frame.pixels))
        self._threads = max(1, cores() // self.workers)
        self._readers = Readers(job.media, indexes, self._threads)
        self._codec = codec_args(plan.frame, job.output.quality, self._threads, plan.track, hardware)
        # Told once for all spans: a timeline of a thousand cuts is long.
        self._told = hashlib.sha256(repr((plan.frame, plan.track, self._codec, job.timeline)).encode())

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Hold the sources open. Raises MediaError when one is not what it was."""
        with ExitStack() as stack:
            stack.enter_context(self._readers)
            self._open(stack)
            yield

    def start(
        self, pool: Executor, on_frames: Callable[[int], None], on_span: Callable[[str], None]
    ) -> dict[int, "Future[Path]"]:
        """Begin to encode every span that is not copied, in order; the futures are by the spans' numbers.

        `on_frames` hears how many frames are done in all, `on_span` the name of each span that was encoded.
        """
        counter = _Counter(on_frames)
        return {number: pool.submit(self._piece, number, counter, on_span) for number in self._todo}

    def _open(self, stack: ExitStack) -> None:
        drawn = [span for span in self._plan.spans if not plain(span)]
        shown = [stretch for span in drawn for stretch in stretches(span)]
        for media, colour in dict.fromkeys((stretch.media, stretch.colour) for stretch in shown if stretch.still):
            target = self._folder / f"still{len(self._stills)}.png"
            if colour:
                self._stills[colour] = ground(colour, self._plan.frame, target)
            else:
                self._stills[media] = prepared(self._job.media[media], target)
        laid = [layer.stretch(0, self._plan.frame.fps) for span in self._plan.spans for layer in span.over]
        for media in dict.fromkeys(stretch.media for stretch in laid if stretch.still):
            target = self._folder / f"laid{len(self._laid)}.png"
            self._laid[media] = prepared(self._job.media[media], target, see_through=True)
        moving = [stretch for stretch in (*shown, *laid) if not stretch.still]
        for media, calm in dict.fromkeys((stretch.media, stretch.look.stabilize) for stretch in moving):
            part = Steady(self._job.media[media], Fraction(0)) if not calm else self._steady[media]
            self._footage[media, calm] = stack.enter_context(opened(part.source, part.begins))
        pictures = ((one.source.facts.picture, one.colours.light) for one in self._footage.values())
        write_cubes(self._folder, {light for picture, light in pictures if picture is not None and picture.hdr})

    def _piece(self, number: int, counter: "_Counter", on_span: Callable[[str], None]) -> Path:
        """A span encoded, or found as an earlier attempt left it."""
        span = self._plan.spans[number]
        name = f"{number:06d}-{self._named(span)}"
        target = self._kept.find(name)
        if target is None:
            part = self._kept.part(name)
            if not self._encode_here(span, part):
                self._encode(number, span, counter, part)
            target = self._kept.keep(name)
            on_span(name)
        counter.at(number, span.frames)
        return target

    def _encode_here(self, span: Span, target: Path) -> bool:
        """Encode pictures of sources that need no graph, in this process; False where they do."""
        coding = Coding(self._plan.track, self._plan.frame.fps, self._job.output.quality, self._threads)
        if isinstance(span, Body) and span.ranks is not None:
            media = span.stretch.media
            with self._readers.one(media) as reader:
                heads.encode(reader, Pictures(*span.ranks), self._quantizer(media), coding, target)
            return True
        if isinstance(span, Join) and span.ranks is not None:
            before, after = span.before.media, span.after.media
            with self._readers.one(before) as first, self._readers.one(after) as second:
                wanted = Pictures(*span.ranks[0]), Pictures(*span.ranks[1])
                quantizer = min(self._quantizer(before), self._quantizer(after))
                encode_join((first, second), wanted, span.style, quantizer, coding, target)
            return True
        return False

    def _quantizer(self, media: str) -> int:
        with self._asking:
            if media not in self._quantizers:
                self._quantizers[media] = quantizer_of(self._job.media[media])
            return self._quantizers[media]

    def _named(self, span: Span) -> str:
        """Of what decides a span's content, so that one of another plan is never taken for it."""
        told = self._told.copy()
        told.update(repr(span).encode())
        return told.hexdigest()[:16]

    def _encode(self, index: int, span: Span, counter: "_Counter", target: Path) -> None:
        frame = self._plan.frame
        feeds: list[Feed] = []
        args: list[str] = []
        shown = [*stretches(span), *(layer.stretch(max(span.first, layer.first), frame.fps) for layer in span.over)]
        for number, stretch in enumerate(shown):
            feed, given = self._feed(stretch, span.frames, laid=number >= len(shown) - len(span.over))
            feeds.append(feed)
            args += given
        if isinstance(span, Body) and span.cuts:
            feeds[0] = replace(feeds[0], cuts=span.cuts)
        masks: list[Path] = []
        for number, feed in enumerate(feeds):
            inputs = []
            for covers in masked(feed.look):
                inputs.append(len(feeds) + len(masks))
                masks.append(self._folder / f"span{index}mask{len(masks)}.gray")
                size = (feed.width, feed.height)
                args += mask_args(covers, feed.look, feed.shows, span.frames, frame.fps, size, masks[-1])
            feeds[number] = replace(feed, masks=tuple(inputs))
        picture = graph(span, tuple(feeds), frame, self._plan.frames, self._job.timeline, self._plan.track)
        hardware = self._hardware or Encoder("")
        if hardware.upload:
            picture = f"{picture.removesuffix('[out]')},{hardware.upload}[out]"
        args = [*hardware.before, "-copyts", *args, "-filter_complex", picture, "-map", "[out]"]
        args += ["-frames:v", str(span.frames)]
        args += [*self._codec, "-f", "nut", "pipe:1"]
        self.ffmpeg.produce(args, target, lambda seconds: counter.at(index, min(span.frames, int(seconds * frame.fps))))
        for mask in masks:
            mask.unlink()

    def _feed(self, stretch: Stretch, frames: int, *, laid: bool) -> tuple[Feed, list[str]]:
        """An input of a graph, and how ffmpeg is told of it; what runs backwards is read from where it ends."""
        fps = self._plan.frame.fps
        look = stretch.look
        pace, shows = (
            _pace(at, speed, frames, fps) for at, speed in ((stretch.point, stretch.pace), (stretch.at, stretch.speed))
        )
        if stretch.still:
            still = self._laid[stretch.media] if laid else self._stills[stretch.colour or stretch.media]
            feed = Feed(
                still.width,
                still.height,
                fps,
                Fraction(0),
                Fraction(0),
                STILL_COLOURS,
                hdr=False,
                look=look,
                pace=pace,
                shows=shows,
                alpha=laid,
            )
            return feed, ["-f", "png_pipe", "-i", f"file:{still.path}"]
        footage = self._footage[stretch.media, look.stabilize]
        picture = footage.source.facts.picture
        assert picture is not None
        at = min(shows.at, footage.last)
        start = footage.start_for(at)
        feed = Feed(
            picture.width,
            picture.height,
            Fraction(picture.fps_num, picture.fps_den),
            footage.zero + at,
            stretch.speed,
            footage.colours,
            picture.hdr,
            picture.fields,
            look,
            pace,
            shows,
        )
        ahead = start - footage.begins
        seek = ["-noaccurate_seek", "-ss", f"{float(ahead):.3f}"] if ahead else []
        if self._job.output.keyframes:
            seek += ["-skip_frame", "nokey"]
        seek += ["-threads", str(self._threads)]
        return feed, [*seek, *_STEADY, "-an", "-sn", "-dn", *input_args(footage.source.facts, footage.source.path)]


def _pace(at: Fraction, speed: Fraction, frames: int, fps: Fraction) -> Pace:
    """How so many frames go on from `at`; what runs backwards is read forwards, from its earliest, and turned then."""
    return Pace(at + (frames - 1) / fps * min(Fraction(0), speed), abs(speed) / fps)


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def codec_args(
    frame: Frame, quality: Quality, threads: int, track: Track | None = None, hardware: Encoder | None = None
) -> list[str]:
    """The encoder's parameters: the same for every piece of a render, so that all have the same headers.

    The id of these tells them from those of pictures that are copied into the same `track`.
    """
    copies = track is not None and bool(track.headers.sps)
    header_id = track.made_id if track is not None else 0
    preset, fineness = (_BESIDE_COPIES if copies else _PRESETS)[quality]
    proxy = quality == "proxy"
    gop = max(1, round(frame.fps * (_PROXY_GOP_SECONDS if proxy else _KEYFRAME_SECONDS)))
    clean = ("-fflags", "+bitexact", "-map_metadata", "-1", "-map_chapters", "-1")
    if hardware is not None:
        return [*hardware.options(quality), "-g", str(gop), *clean]
    rate = "-qp" if quality == "preview" else "-crf"
    return [
        *("-c:v", "libx264", "-preset", preset, rate, str(fineness), "-profile:v", "high", "-pix_fmt", "yuv420p"),
        *("-g", str(gop), "-threads", str(threads)),
        *("-x264-params", f"stitchable=1:open-gop=0:sps-id={header_id}"),
        *(_PROXY if proxy else ()),
        *clean,
    ]


class _Counter:
    """Frames done over all workers."""

    def __init__(self, on_frames: Callable[[int], None]) -> None:
        self._on_frames = on_frames
        self._done: dict[int, int] = {}
        self._total = 0
        self._lock = Lock()

    def at(self, index: int, frames: int) -> None:
        """Piece `index` has come to `frames`."""
        with self._lock:
            before = self._done.get(index, 0)
            if frames > before:
                self._done[index] = frames
                self._total += frames - before
                self._on_frames(self._total)
