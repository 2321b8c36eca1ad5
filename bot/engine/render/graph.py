"""The ffmpeg filter graph of one span. Only numbers and our own words are in it; no name, path or text of a user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.engine.render.colours import rgb
from bot.engine.render.copying import Track
from bot.engine.render.footage import Colours, matrix_of
from bot.engine.render.frame import Frame
from bot.engine.render.layers import Layer, Place, cell_place, placed
from bot.engine.render.light import CUBES
from bot.engine.render.looks import STANDING, Pace, covered, followed, toned, turned, zoomed
from bot.engine.render.marks import FONTS_FOLDER, marks
from bot.engine.render.spans import Body, Cut, Join, Span
from bot.engine.timeline.model import PLAIN, Look, Timeline, TransitionStyle
from bot.media.facts import Fields

TEXTS_FILE = "texts.ass"

XFADE: Mapping[TransitionStyle, str] = {
    "crossfade": "fade",
    "wipe_left": "wipeleft",
    "wipe_right": "wiperight",
    "slide_left": "slideleft",
    "slide_right": "slideright",
    "circle": "circleopen",
    "dissolve": "dissolve",
}
"""ffmpeg's names for the styles that run both pictures at once."""

THROUGH: Mapping[TransitionStyle, str] = {"fade_black": "black", "fade_white": "white"}
"""Styles that fade out to a colour and in again; xfade's own ones jump to the colour in the first frames."""

_LEAST_FRAMES = 4
_ZOOM = 0.8

WHOLE: Mapping[Fields, tuple[str, ...]] = {
    "": (),
    "told": ("bwdif=mode=send_frame:deint=interlaced",),
    "top": ("bwdif=mode=send_frame:parity=tff",),
    "bottom": ("bwdif=mode=send_frame:parity=bff",),
}
"""What makes whole pictures of fields, one of each pair: the filter that left the fewest combs and the most detail."""

HOLD = "tpad=stop=-1:stop_mode=clone"
"""The last frame goes on without end."""

_MICRO = 1_000_000
_TICK = Fraction(1, _MICRO)
_BACK = 2
"""Pictures before the beginning of a cut that are still looked at."""
_PLAIN = Track()
_BACKDROP_SIDE = 96


@dataclass(frozen=True)
class Feed:
    """One input of a graph: `shift` is the container's own time (s) of what is shown first.

    `speed` as of a `Stretch`; backwards, `shift` is the time of what the span's last frame shows. `look` is done to it,
    its zoom at the places `pace` tells; `shows` are the places of its source, `masks` the inputs that say where its
    covers lie. With `alpha` it can be seen through. `fields` as of a `Picture`, `cuts` as of a `Body`.
    """

    width: int
    height: int
    rate: Fraction
    shift: Fraction
    speed: Fraction
    colours: Colours
    hdr: bool
    fields: Fields = ""
    look: Look = PLAIN
    pace: Pace = STANDING
    shows: Pace = STANDING
    masks: tuple[int, ...] = ()
    alpha: bool = False
    cuts: tuple[Cut, ...] = ()


def graph(
    span: Span, feeds: tuple[Feed, ...], frame: Frame, frames: int, timeline: Timeline, track: Track = _PLAIN
) -> str:
    """The graph from the inputs to `[out]`; `frames` is the length of the whole output.

    The inputs are what the span shows (one, or two of a transition), then what lies over it.
    """
    shown = len(feeds) - len(span.over)
    chains = [_conform(index, feed, frame, span.frames) for index, feed in enumerate(feeds[:shown])]
    if isinstance(span, Body):
        last = "[c0]"
    else:
        chains.append(_transition(span, frame))
        last = "[x]"
    for index, (layer, feed) in enumerate(zip(span.over, feeds[shown:], strict=True), start=shown):
        place = placed(layer.overlay, turned(feed.look, feed.width, feed.height)[1:], frame, timeline.letterbox)
        inner = replace(frame, width=place.width, height=place.height, fit="crop")
        chains.append(_conform(index, feed, inner, span.frames))
        chains.append(_laid(last, index, layer, place, span))
        last = f"[o{index}]"
    steps = list(_drawn(span, frame, frames, timeline))
    steps += _as_track(track, frame)
    chains.append(f"{last}{','.join(steps)}[out]")
    return ";".join(chains)


def _as_track(track: Track, frame: Frame) -> list[str]:
    """What was drawn upright in BT.709, as the pictures that are copied beside it are."""
    steps = []
    tags, matrix = track.tags, matrix_of(track.tags.matrix, min(frame.width, frame.height))
    if tags.full or matrix != "bt709":
        given = "full" if tags.full else "limited"
        steps.append(f"scale=in_color_matrix=bt709:in_range=limited:out_color_matrix={matrix}:out_range={given}")
    steps.append("format=yuv420p,setsar=1")
    if track.turn:
        steps.append({90: "transpose=cclock", 180: "hflip,vflip", 270: "transpose=clock"}[track.turn])
    told = f"color_primaries={tags.primaries}:color_trc={tags.transfer}:colorspace={tags.matrix}"
    steps.append(f"setparams=range={'pc' if tags.full else 'tv'}:{told}")
    return steps


def _conform(index: int, feed: Feed, frame: Frame, frames: int) -> str:
    """One input as the canvas wants it, from its first frame on and without end (the last frame holds).

    Each output frame shows what a player would show at that time: the latest frame that began by then. A quarter of
    a frame of slack makes that certain where time stamps are rounded.
    """
    speed = abs(feed.speed) or Fraction(1)
    slack = min(1 / feed.rate / speed, 1 / frame.fps) / 4
    moved = f"setpts=(PTS-({float(feed.shift * _MICRO):.3f}))*{float(1 / speed):.9f}-{float(slack * _MICRO):.1f}"
    timing = [
        *WHOLE[feed.fields],
        "settb=AVTB",
        *(_cuts(feed, frame, frames, slack) if feed.cuts else (moved,)),
        f"fps=fps={frame.fps.numerator}/{frame.fps.denominator}:round=up:start_time=0",
    ]
    onward = HOLD
    if feed.speed == 0:
        timing.append("trim=end_frame=1")
    elif feed.speed < 0:
        onward = f"{HOLD},trim=end_frame={frames},reverse,{HOLD}"
    return f"[{index}:V:0]{','.join(timing)},{_picture(index, feed, frame, frames)},{onward},setsar=1[c{index}]"


def _cuts(feed: Feed, frame: Frame, frames: int, slack: Fraction) -> tuple[str, str]:
    """Takes the pictures that are shown out of those that are read, and puts each where its cut has it.

    At the beginning of a cut that is the last one up to there, of two where the cut before leaves them: a file may
    lack one.
    """
    found: list[tuple[Fraction, str, str]] = []
    last = feed.shift - 1
    for cut, end in zip(feed.cuts, [*(one.frame for one in feed.cuts[1:]), frames], strict=True):
        at, begin = feed.shift + cut.later, cut.frame / frame.fps - slack
        first = max(last + _TICK, at + slack * feed.speed - _BACK / feed.rate)
        last = at + ((end - cut.frame - 1) / frame.fps + slack) * feed.speed
        low, high, zero, then = (f"{float(one * _MICRO):.1f}" for one in (first, last, at, begin))
        moved = f"{then}+max(0,(PTS-({zero}))*{float(1 / feed.speed):.9f})"
        shows = f"between(pts,{low},{high})" if end < frames else f"gte(pts,{low})"  # what comes then ends it
        found.append((first, shows, moved))
    kept = _chosen([(at, shows) for at, shows, _ in found], "pts")
    return f"select='{kept}'", f"setpts='{_chosen([(at, moved) for at, _, moved in found], 'PTS')}'"


def _chosen(words: Sequence[tuple[Fraction, str]], time: str) -> str:
    """The words of the last entry that begins by a time (s), as an expression; halved again and again, it is flat."""
    if len(words) == 1:
        return words[0][1]
    half = len(words) // 2
    turn = float(words[half][0] * _MICRO)
    return f"if(lt({time},{turn:.1f}),{_chosen(words[:half], time)},{_chosen(words[half:], time)})"


def _laid(last: str, index: int, layer: Layer, place: Place, span: Span) -> str:
    """An input laid over the picture, from its first frame in the span to its last."""
    late, gone = max(0, layer.first - span.first), layer.end - span.first
    steps = []
    if late:
        steps.append(f"setpts=PTS+{late}")
    if layer.overlay.opacity < 100:
        steps.append(f"format=yuva420p,lutyuv=a=val*{layer.overlay.opacity / 100:g}")
    until = f":enable='between(n,{late},{gone - 1})'" if late or gone < span.frames else ""
    return (
        f"[c{index}]{','.join(steps) or 'null'}[l{index}];{last}[l{index}]"
        f"overlay=x={place.left}:y={place.top}:format=yuv420{until}[o{index}]"
    )


def _picture(index: int, feed: Feed, frame: Frame, frames: int) -> str:
    """The source as it is seen: cut and turned, scaled, coloured, covered and magnified, then fitted to the canvas."""
    steps, *given = turned(feed.look, feed.width, feed.height)
    if feed.look.cell is not None:
        return _in_cell(index, replace(feed, look=replace(feed.look, cell=None)), frame, frames, feed.look.cell)
    inner = _size((given[0], given[1]), frame, cover=frame.fit == "crop")
    moving = zoomed(feed.look.zoom, feed.pace)
    steps.append(_scaled(feed, *inner))
    steps += toned(feed.look, inner, f"c{index}")
    if feed.masks:
        steps.append(HOLD)
    steps += covered(feed.look, inner, f"c{index}", feed.masks)
    if moving:
        steps += [HOLD, moving]
    follow = (
        followed(feed.look, feed.shows, frames, inner, (frame.width, frame.height)) if frame.fit == "crop" else None
    )
    if follow and inner != (frame.width, frame.height):
        return ",".join([*steps, HOLD, follow])
    return _fitted(index, ",".join(steps), inner, frame)


def _in_cell(index: int, feed: Feed, frame: Frame, frames: int, cell: tuple[int, int, int, int]) -> str:
    """The source fills its place; the rest is black."""
    place = cell_place(cell, frame)
    picture = _picture(index, feed, replace(frame, width=place.width, height=place.height, fit="crop"), frames)
    return f"{picture},pad={frame.width}:{frame.height}:{place.left}:{place.top}:black"


def _fitted(index: int, picture: str, inner: tuple[int, int], frame: Frame) -> str:
    if inner == (frame.width, frame.height):
        return picture
    if frame.fit == "crop":
        return f"{picture},crop={frame.width}:{frame.height}"
    if frame.fit == "pad":
        return f"{picture},pad={frame.width}:{frame.height}:(ow-iw)/2:(oh-ih)/2:black"
    small = Fraction(_BACKDROP_SIDE, min(frame.width, frame.height))
    back = (max(2, round(frame.width * small / 2) * 2), max(2, round(frame.height * small / 2) * 2))
    return (
        f"{picture},split[f{index}][b{index}];"
        f"[b{index}]scale={back[0]}:{back[1]}:force_original_aspect_ratio=increase,crop={back[0]}:{back[1]},"
        f"gblur=sigma=4,scale={frame.width}:{frame.height}:flags=bilinear,setsar=1[g{index}];"
        f"[g{index}][f{index}]overlay=(W-w)/2:(H-h)/2:eof_action=repeat"
    )


def _size(given: tuple[int, int], frame: Frame, *, cover: bool) -> tuple[int, int]:
    """A picture's size on the canvas, even; a bar of a pixel or two is not worth having."""
    ratios = (Fraction(frame.width, given[0]), Fraction(frame.height, given[1]))
    scale = max(ratios) if cover else min(ratios)
    sides = []
    for length, full in zip(given, (frame.width, frame.height), strict=True):
        side = max(2, 2 * round(length * scale / 2))
        sides.append(full if abs(side - full) <= 2 else side)
    return sides[0], sides[1]


def _scaled(feed: Feed, width: int, height: int) -> str:
    if feed.alpha:
        return f"scale={width}:{height}:flags=bicubic:out_color_matrix=bt709:out_range=limited,format=yuva420p"
    given = "full" if feed.colours.full_range else "limited"
    if feed.hdr:
        return (
            f"scale={width}:{height}:flags=bicubic,zscale=min=bt2020nc:rin={given}:m=gbr,format=gbrpf32le,"
            f"lut3d=file={CUBES[feed.colours.light]}:interp=tetrahedral,"
            "zscale=min=gbr:m=bt709:r=limited,format=yuv420p"
        )
    return (
        f"scale={width}:{height}:flags=bicubic:in_color_matrix={feed.colours.matrix}:in_range={given}:"
        "out_color_matrix=bt709:out_range=limited,format=yuv420p"
    )


def _transition(join: Join, frame: Frame) -> str:
    colour = THROUGH.get(join.style)
    if colour is not None and join.length >= _LEAST_FRAMES:
        return _through(join, frame, colour)
    seconds, gone = (float(frames / frame.fps) for frames in (join.length, join.done))
    both = f"xfade=transition={XFADE.get(join.style, 'fade')}:duration={seconds:.6f}:offset={-gone:.6f}[x]"
    if join.style != "zoom":
        return f"[c0][c1]{both}"
    return (  # xfade's own zoom ends in one pixel blown up to the whole picture
        f"[c0]zoompan=z=1+{_ZOOM}*(on+{join.done})/{join.length}:d=1:x=(iw-iw/zoom)/2:y=(ih-ih/zoom)/2:"
        f"s={frame.width}x{frame.height}:fps={frame.fps.numerator}/{frame.fps.denominator},setsar=1[z];[z][c1]{both}"
    )


def _through(join: Join, frame: Frame, colour: str) -> str:
    """Out to a colour and in again; of a part, what it does not show comes last and is never asked for."""
    half = join.length // 2
    out = max(0, min(half, join.done + join.frames) - join.done)
    fades = []
    for number, kind, begin, end in ((0, "out", 0, half), (1, "in", half, join.length)):
        first, gone = (0, join.done) if number == 0 else (out, max(0, join.done - half))
        cut = f"trim=end_frame={out}" if number == 0 and out else f"trim=start_frame={first}"
        seconds = float((end - begin) / frame.fps)
        fades.append(
            f"[c{number}]{cut},setpts=PTS-STARTPTS+{gone},"
            f"fade=type={kind}:start_time=0:duration={seconds:.6f}:color={colour},setpts=PTS-{gone}[{kind}]"
        )
    order = "[out][in]" if out else "[in][out]"
    return f"{fades[0]};{fades[1]};{order}concat=n=2:v=1:a=0[x]"


def _drawn(span: Span, frame: Frame, frames: int, timeline: Timeline) -> list[str]:
    """Marks, texts and fades, in the time of the whole output; the time base is one frame."""
    steps = marks(timeline, frame, frames)
    if span.treatment.text:
        steps.append(f"ass=filename={TEXTS_FILE}:fontsdir={FONTS_FOLDER}")
    fade_in, fade_out = timeline.fade_in, timeline.fade_out
    if span.treatment.fade and fade_in is not None:
        steps.append(f"fade=type=in:start_time=0:duration={fade_in.ms / 1000:.3f}:color={_colour(fade_in.color)}")
    if span.treatment.fade and fade_out is not None:
        start = float(frames / frame.fps) - fade_out.ms / 1000
        steps.append(
            f"fade=type=out:start_time={max(0.0, start):.6f}:duration={fade_out.ms / 1000:.3f}"
            f":color={_colour(fade_out.color)}"
        )
    if not steps:
        return []
    return [f"setpts=PTS+{span.first}", *steps, f"setpts=PTS-{span.first}"]


def _colour(name: str) -> str:
    """A colour as ffmpeg writes it; what is none is black."""
    red, green, blue = rgb(name, (0, 0, 0))
    return f"0x{red:02X}{green:02X}{blue:02X}"
