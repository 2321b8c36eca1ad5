"""Whole renders of small footage, measured in the finished file."""

from fractions import Fraction
from pathlib import Path
from typing import get_args

import av
import numpy as np
import pytest
from av.stream import Stream
from numpy.typing import NDArray

from bot.engine.render.job import Output, SourceFile
from bot.engine.render.plan import RenderPlan
from bot.engine.render.spans import Body, Join
from bot.engine.timeline.model import Canvas, Fade, Segment, Timeline, Transition, TransitionStyle
from tests import measure
from tests.engine.render import clips
from tests.engine.render.conftest import Made, Make
from tests.footage import QUICK, Footage, make_talk

SMALL = Canvas(320, 180)


def cut(start: int, end: int, *, join: Transition | None = None, media: str = "m", **more: object) -> Segment:
    return Segment(f"s{start}", "c", media, "name", "video", start, end, transition=join, **more)  # type: ignore[arg-type]  # fields by name


def expected(made: RenderPlan, rate: int = 30) -> list[int | None]:
    """The number each output frame should carry; None inside a transition."""
    frames: list[int | None] = []
    for span in made.spans:
        if isinstance(span, Join):
            frames += [None] * span.frames
        else:
            line = span.stretch
            frames += [
                int((line.at + at / made.frame.fps * line.speed) * rate + Fraction(1, 4)) for at in range(span.frames)
            ]
    return frames


def differences(made: Made, rate: int = 30, slack: int = 0) -> list[tuple[int, int, int]]:
    """Frames of bodies that show another number: (output frame, number, expected)."""
    shown = clips.numbers(made.pictures)
    wanted = expected(made.plan, rate)
    assert len(shown) == len(wanted) == made.plan.frames
    pairs = enumerate(zip(shown, wanted, strict=True))
    return [(at, number, due) for at, (number, due) in pairs if due is not None and abs(number - due) > slack]


def out_of_step(made: Made) -> list[float]:
    """For each burst heard away from joins: how far the picture on show is from where the burst belongs, ms."""
    shown = clips.numbers(made.pictures)
    fps = made.plan.frame.fps
    bodies = [(span.first, span.end) for span in made.plan.spans if isinstance(span, Body)]
    found = []
    for at in clips.onsets(made.sound):
        frame = int(at * fps + Fraction(1, 100))
        if not any(first < frame < end - 1 for first, end in bodies):
            continue
        source = shown[frame] / 30 + (at - float(frame / fps))
        found.append((source - round(source / clips.BURST_SECONDS) * clips.BURST_SECONDS) * 1000)
    return found


async def test_cuts_and_crossfades_of_a_talk(make: Make, talk: SourceFile) -> None:
    keep = [(137, 2450), (3010, 4333), (6001, 9999), (11_234, 13_000), (15_020, 18_777)]
    segments = [cut(*keep[0]), *(cut(*part, join=Transition("crossfade", 300, 150, 150)) for part in keep[1:])]
    made = await make(Timeline(SMALL, tuple(segments)), {"m": talk})
    assert differences(made) == []
    assert measure.decode_errors(made.file.path) == ""
    marks = out_of_step(made)
    assert len(marks) > 15
    assert max(map(abs, marks)) <= 40
    assert abs(marks[-1]) <= 5
    length = sum(end - start for start, end in keep)
    assert abs(made.file.duration_ms - length) <= 17
    assert len(made.sound) == pytest.approx(made.plan.samples, abs=48)


async def test_the_file_is_what_is_promised(make: Make, talk: SourceFile) -> None:
    made = await make(Timeline(SMALL, (cut(0, 3000),)), {"m": talk})
    assert measure.starts_fast(made.file.path)
    with av.open(str(made.file.path)) as file:
        picture, sound = file.streams.video[0], file.streams.audio[0]
        assert (picture.codec_context.name, picture.codec_context.profile, picture.pix_fmt) == (
            "h264",
            "High",
            "yuv420p",
        )
        assert (sound.codec_context.name, sound.codec_context.sample_rate, sound.codec_context.layout.name) == (
            "aac",
            48_000,
            "stereo",
        )
        assert picture.average_rate == 30
        assert (picture.start_time, sound.start_time) == (0, 0)
        assert seconds(picture) == 3
        assert seconds(sound) == pytest.approx(3, abs=0.002)
        assert len(file.streams) == 2
        stamps = [packet.dts for packet in file.demux(picture) if packet.dts is not None]
        assert stamps == sorted(set(stamps))


def seconds(stream: Stream) -> float:
    assert stream.duration is not None
    assert stream.time_base is not None
    return float(stream.duration * stream.time_base)


async def test_nothing_of_the_sources_metadata_stays(make: Make, talk: SourceFile) -> None:
    path = talk.path.with_name("tagged.mp4")
    tags = ["-metadata", "title=secret-title", "-metadata", "location=+48.2082+016.3738/", "-map_metadata", "0"]
    clips.run(["-i", str(talk.path), "-c", "copy", "-movflags", "use_metadata_tags", *tags, str(path)])
    assert b"secret-title" in path.read_bytes()
    made = await make(Timeline(SMALL, (cut(0, 500),)), {"m": SourceFile(path, talk.facts)})
    data = made.file.path.read_bytes()
    assert b"secret-title" not in data
    assert b"48.2082" not in data


async def test_a_real_talk_without_its_pauses(make: Make, tmp_path: Path) -> None:
    await measure_talk(make, make_talk(tmp_path / "talk.mp4", seconds=20, size=(640, 360)), utterances=3)


@pytest.mark.long
async def test_ten_minutes_of_talk_are_in_step_at_the_end(make: Make, tmp_path: Path) -> None:
    footage = make_talk(tmp_path / "talk.mp4", seconds=600, size=(640, 360), video=QUICK)
    await measure_talk(make, footage, utterances=80)


async def measure_talk(make: Make, footage: Footage, utterances: int) -> None:
    """Cut the known pauses out, a crossfade at each join, and measure picture, sound and both together."""
    keep = [(max(0, start - 200), min(footage.duration_ms, end + 250)) for start, end in footage.speech_ms]
    join = Transition("crossfade", 200, 100, 100)
    segments = tuple(cut(start, end, join=join if index else None) for index, (start, end) in enumerate(keep))
    made = await make(Timeline(Canvas(*footage.size), segments), {"m": clips.probed(footage.path, "mov")})
    path = made.file.path
    assert measure.decode_errors(path) == ""
    watched = measure.watch(path)
    wanted = expected(made.plan)
    assert [at for at, due in enumerate(wanted) if due is not None and watched.numbers[at] != due] == []
    assert watched.black == []
    assert watched.frozen() == []
    joins = [span.first / 30 for span in made.plan.spans if isinstance(span, Join)]
    assert watched.cuts() == pytest.approx([at + 0.1 for at in joins], abs=0.1)
    sound = measure.hear(path)
    assert measure.clicks(sound, [at + 0.1 for at in joins]) == []
    heard = measure.in_step(watched, sound, footage)
    assert len(heard) >= utterances
    assert max(abs(one.late_ms) for one in heard) <= 40
    assert abs(heard[-1].late_ms) <= 10
    picture, track = measure.lengths(path)
    assert abs(picture - made.plan.frames / 30) < 0.001
    assert abs(picture - track) < 0.03


async def test_a_player_may_jump_anywhere(make: Make, talk: SourceFile) -> None:
    keep = [(137, 2450), (3010, 4333), (6001, 9999), (11_234, 13_000)]
    segments = [cut(*keep[0]), *(cut(*part, join=Transition("crossfade", 300, 150, 150)) for part in keep[1:])]
    made = await make(Timeline(SMALL, tuple(segments)), {"m": talk})
    wanted = expected(made.plan)
    with av.open(str(made.file.path)) as file:
        picture = file.streams.video[0]
        assert picture.time_base is not None
        for at in range(1, made.plan.frames, 7):
            file.seek(round(at / 30 / picture.time_base), stream=picture)
            frame = next(f for f in file.decode(picture) if (f.time or 0) > (at - 0.5) / 30)
            assert frame.time == pytest.approx(at / 30, abs=0.001)
            if wanted[at] is not None:
                assert clips.numbers(frame.to_ndarray(format="gray")[None].astype(np.uint8)) == [wanted[at]]


async def test_every_transition_is_drawn(make: Make, talk: SourceFile) -> None:
    styles: tuple[TransitionStyle, ...] = get_args(TransitionStyle)
    places = [at * 6700 % 18_000 + 300 for at in range(len(styles) + 1)]
    segments = [cut(places[0], places[0] + 1200)]
    for place, style in zip(places[1:], styles, strict=True):
        segments.append(cut(place, place + 1200, join=Transition(style, 600, 300, 300)))
    made = await make(Timeline(SMALL, tuple(segments)), {"m": talk})
    assert differences(made) == []
    pictures = made.pictures.astype(np.int16)
    drawn = [span for span in made.plan.spans if isinstance(span, Join)]
    assert [join.style for join in drawn] == list(styles)
    for join in drawn:
        during = pictures[join.first : join.end]
        middle = during[len(during) // 2]
        for side in (join.before, join.after):
            plain = clips.counted_frame(int(side.at * 30) + len(during) // 2, 320, 180).astype(np.int16)
            assert np.abs(middle - plain).mean() > 4, "neither the one nor the other"
        moved = np.abs(np.diff(during, axis=0)).mean(axis=(1, 2))
        assert np.median(moved) > 1, "it moves on"
        light = during.mean(axis=(1, 2))
        assert (light.min() < 20) == (join.style == "fade_black")
        assert (light.max() > 225) == (join.style == "fade_white")
        if join.style.startswith("fade_"):
            assert np.abs(np.diff(light)).max() < 3 * np.ptp(light) / len(during), "and does not jump"


async def test_joined_sound_has_no_click(make: Make, hum: SourceFile) -> None:
    keep = [(0, 1003), (2517, 3301), (5003, 6109), (7777, 9000)]
    made = await make(Timeline(SMALL, tuple(cut(*part) for part in keep)), {"m": hum})
    assert clicks(made.sound, 0.3, 440) == []
    assert loudest_gap(made.sound) < 0.004


def clicks(sound: NDArray[np.float32], level: float, frequency: float) -> list[float]:
    """Jumps between samples that the tone itself cannot make, s."""
    steepest = 2 * np.pi * frequency / clips.RATE * level
    return [float(at) / clips.RATE for at in np.flatnonzero(np.abs(np.diff(sound)) > 2.5 * steepest)]


def loudest_gap(sound: NDArray[np.float32]) -> float:
    """The longest run of near silence, away from both ends, s."""
    quiet = np.abs(sound[2000:-4000]) < 0.01
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    return float((edges[1::2] - edges[::2]).max(initial=0)) / clips.RATE


async def test_a_cut_without_a_ramp_would_be_heard() -> None:
    """The measure itself: a bare splice of the same tone is a click."""
    tone = clips.tone(1)
    assert clicks(np.concatenate((tone[:10_025], tone[30_000:])), 0.3, 440)
    assert not clicks(tone, 0.3, 440)


async def test_fades_in_picture_and_sound(make: Make, hum: SourceFile) -> None:
    timeline = Timeline(SMALL, (cut(0, 4000),), fade_in=Fade(1000), fade_out=Fade(1000, "#ffffff"))
    made = await make(timeline, {"m": hum})
    light = made.pictures.mean(axis=(1, 2))
    assert light[0] < 20
    assert light[15] == pytest.approx((light[0] + light[35]) / 2, rel=0.25)
    assert light[-1] > 215
    assert abs(light[60] - light[35]) < 5
    loud = np.abs(made.sound).reshape(-1, 4800)[:, :].max(axis=1)
    assert loud[0] < 0.05
    assert loud[4] == pytest.approx(0.15, abs=0.04)
    assert loud[20] == pytest.approx(0.3, abs=0.03)
    assert loud[-1] < 0.05


async def test_speed_keeps_picture_and_sound_together(make: Make, talk: SourceFile) -> None:
    for speed, pitch in ((2.0, True), (2.0, False), (0.5, True), (1.37, True)):
        segments = (cut(1037, 3000), cut(6037, 10_037, speed=speed, keep_pitch=pitch), cut(15_011, 16_222))
        made = await make(Timeline(SMALL, segments), {"m": talk})
        assert differences(made, slack=1 if speed == 1.37 else 0) == []
        fast = made.plan.spans[1]
        assert isinstance(fast, Body)
        first = float(fast.first / made.plan.frame.fps)
        last = float(fast.end / made.plan.frame.fps)
        marks = [at for at in clips.onsets(made.sound) if first + 0.02 < at < last - 0.02]
        assert len(marks) >= 7
        line = [(float(fast.stretch.at) + (at - first) * speed) for at in marks]
        assert max(abs(at - round(at * 2) / 2) / speed for at in line) <= 0.04, (speed, pitch)


@pytest.mark.long
async def test_hundreds_of_cuts_stay_in_step(make: Make, folder: object, talk: SourceFile) -> None:
    """24 s of source cut into 400 pieces over five minutes: nothing adds up."""
    kept = []
    for index in range(400):
        start = (index * 379) % 18_500 + index % 7
        kept.append(cut(start, start + 700 + index % 61))
    made = await make(Timeline(SMALL, tuple(kept)), {"m": talk}, Output(quality="preview"))
    assert differences(made) == []
    marks = out_of_step(made)
    assert len(marks) > 400
    assert max(map(abs, marks)) <= 40
    assert measure.decode_errors(made.file.path) == ""
