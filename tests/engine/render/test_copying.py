"""What is copied: whole stretches that decode by themselves, and the very pictures that a player would show there."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.render.copying import LEAST, parts
from bot.engine.render.index import PacketIndex, index_of
from bot.engine.render.job import Output, SourceFile
from bot.engine.render.plan import plan
from bot.engine.render.spans import Body
from bot.engine.timeline.model import Canvas, Segment, Text, Timeline, Transition
from bot.media.footage import read_footage
from tests.engine.render import clips
from tests.engine.render.conftest import Make

TALK = Path(__file__).parents[2] / "media" / "talk.mp4"
SOURCE = SourceFile(TALK, read_footage(TALK, "mov", TALK.stat().st_size))
INDEX = index_of(SOURCE)
FPS = Fraction(30)


def segment(start: int, end: int, media: str = "m", **more: object) -> Segment:
    return replace(Segment(f"{media}{start}", "c", media, "name", "video", start, end), **more)  # type: ignore[arg-type]


@given(st.integers(0, 929), st.integers(1, 930))
def test_every_frame_comes_about_once_and_copies_stand_by_themselves(rank: int, frames: int) -> None:
    made = list(parts(INDEX, Fraction(rank, 30), frames, FPS))
    assert [part.first for part in made] == [0, *(part.end for part in made[:-1])]
    assert made[-1].end == frames
    for part in made:
        if part.ranks is not None:
            assert part.ranks == (rank + part.first, rank + part.end)
        if part.copied:
            assert part.ranks is not None
            assert part.ranks[0] in INDEX.starts
            assert INDEX.clean[part.ranks[1]]
            assert part.end - part.first >= LEAST
    if frames >= 130 and rank + frames <= 930:
        assert any(part.copied for part in made), "two seconds always hold a keyframe"


def test_what_plays_on_behind_the_last_picture_is_not_taken_for_pictures() -> None:
    made = list(parts(INDEX, Fraction(30), 60, FPS))
    assert made[-1].end == 60
    assert made[-1].ranks is None, "the last one is held"


def broken(index: PacketIndex) -> Iterator[PacketIndex]:
    yield replace(index, starts=index.starts[:0], seeks=index.seeks[:0])
    yield replace(index, clean=np.zeros_like(index.clean))


def test_nothing_is_copied_where_nothing_can_begin_or_end() -> None:
    for index in broken(INDEX):
        assert not any(part.copied for part in parts(index, Fraction(0), 900, FPS))


def planned(*segments: Segment, indexes: dict[str, PacketIndex], **more: object) -> list[tuple[str, str]]:
    media = dict.fromkeys(indexes, SOURCE)
    made = plan(Timeline(Canvas(), segments, **more), Output(), media, indexes)  # type: ignore[arg-type]
    return [(span.treatment.how, span.treatment.why) for span in made.spans]


def test_a_title_touches_only_its_own_frames() -> None:
    table = planned(segment(0, 31_000), indexes={"m": INDEX}, texts=(Text("t", "Hello", 3000, 6000),))
    assert table == [("copy", "plain"), ("encode", "text"), ("copy", "plain")]


def test_a_cut_is_encoded_to_the_next_keyframe_and_the_rest_copied() -> None:
    table = planned(segment(500, 6_000), segment(8_000, 12_000), indexes={"m": INDEX})
    assert table == [("encode", "cut"), ("copy", "plain"), ("copy", "plain")]


def test_sources_whose_headers_clash_are_not_copied_side_by_side() -> None:
    headers = replace(INDEX.headers, sps={0: INDEX.headers.sps[0] + b"\x01"})
    other = replace(INDEX, headers=headers)
    both = (segment(0, 20_000), segment(0, 10_000, "n"))
    assert planned(*both, indexes={"m": INDEX, "n": INDEX}) == [("copy", "plain"), ("copy", "plain")]
    assert planned(*both, indexes={"m": INDEX, "n": other}) == [("copy", "plain"), ("encode", "headers")]
    turned = replace(INDEX, tags=replace(INDEX.tags, matrix=6))
    assert planned(*both, indexes={"m": INDEX, "n": turned}) == [("copy", "plain"), ("encode", "colour")]


def packets(path: Path) -> dict[int, bytes]:
    """The picture's packets by the frame they show."""
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        assert stream.time_base is not None
        return {
            round(packet.pts * stream.time_base * 30): bytes(packet)
            for packet in source.demux(stream)
            if packet.pts is not None
        }


@pytest.mark.long
async def test_what_is_copied_is_the_sources_own_byte_for_byte(make: Make, talk: SourceFile) -> None:
    cuts = (segment(700, 9_000), segment(11_000, 19_000, transition=Transition("crossfade", 500, 250, 250)))
    timeline = Timeline(Canvas(320, 180), cuts, (Text("t", "Hello", 4_500, 5_000),))
    made = await make(timeline, {"m": talk})
    source, output = packets(talk.path), packets(made.file.path)
    smart = plan(timeline, Output(), {"m": talk}, {"m": index_of(talk)})
    copied = 0
    for span in smart.spans:
        if span.treatment.how == "copy":
            assert isinstance(span, Body)
            assert span.ranks is not None
            for number in range(span.frames):
                assert output[span.first + number] == source[span.ranks[0] + number]
                copied += 1
    assert copied == smart.copied > smart.frames // 2
    shown = clips.numbers(made.pictures)
    assert shown[:8] == list(range(21, 29))
    assert len(shown) == smart.frames


@pytest.mark.long
async def test_footage_of_variable_rate_keeps_its_times(make: Make, folder: Path) -> None:
    uneven = clips.footage(
        folder / "uneven copied.mp4", frames=300, sound=clips.bursts(10), picture_filter="select='not(eq(mod(n,7),3))'"
    )
    assert uneven.facts.picture is not None
    assert uneven.facts.picture.variable_rate
    fps = Fraction(uneven.facts.picture.fps_num, uneven.facts.picture.fps_den)
    canvas = Canvas(320, 180, fps_num=fps.numerator, fps_den=fps.denominator)
    made = await make(Timeline(canvas, (segment(1_210, 5_000), segment(6_100, 9_500))), {"m": uneven})
    times, numbers = clips.timed(made.file.path)
    second = float(made.plan.spans[1].first / fps)
    for number, at in zip(numbers, times, strict=True):
        first = at < second - 0.001
        due = max(0, number / 30 - 1.21) if first else max(second, number / 30 - 6.1 + 3.79)
        assert abs(at - due) < 0.001, number
    assert times[0] == 0
    assert {number % 7 for number in numbers} == {0, 1, 2, 4, 5, 6}
