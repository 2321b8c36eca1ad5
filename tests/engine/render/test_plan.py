"""The render plan: pure, exact, without gaps."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from bot.engine.render.frame import frame_of
from bot.engine.render.job import ChildJob, Output, Ratio, RenderJob, SourceFile, read_job, write_job
from bot.engine.render.lines import sample_at
from bot.engine.render.plan import RenderPlan, plan
from bot.engine.render.spans import CHUNK_SECONDS, Body, Join
from bot.engine.timeline.model import Canvas, Fade, Look, Music, Segment, Text, Timeline, Transition
from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture, Sound

RATES = ((30, 1), (25, 1), (24000, 1001), (30000, 1001), (60000, 1001), (60, 1), (12, 1))


def source(
    fps: tuple[int, int] = (30, 1), *, variable: bool = False, size: tuple[int, int] = (1920, 1080)
) -> SourceFile:
    picture = Picture(*size, *fps, "h264", "yuv420p", variable_rate=variable)
    return SourceFile(Path("m"), MediaFacts("video", "mov", 1, 3_600_000, picture, Sound("aac", 48000, 2)))


def still() -> SourceFile:
    return SourceFile(Path("p"), MediaFacts("image", "png_pipe", 1, 0, Picture(800, 600, 25, 1, "png", "rgb24")))


def segment(start: int, end: int, *, join: Transition | None = None, speed: float = 1.0, media: str = "m") -> Segment:
    return Segment(
        f"{start}", "c", media, "name", "image" if media == "p" else "video", start, end, speed, transition=join
    )


MEDIA = {"m": source(), "n": source((25, 1)), "v": source((30, 1), variable=True), "p": still()}


def planned(*segments: Segment, canvas: Canvas | None = None, **more: object) -> RenderPlan:
    return plan(Timeline(canvas or Canvas(), segments, **more), Output(), MEDIA)  # type: ignore[arg-type]  # fields by name


def test_cuts_fall_on_the_nearest_frame_and_the_line_to_the_source_is_exact() -> None:
    made = planned(segment(1000, 2010), segment(5000, 6000))
    first, second = made.spans
    assert isinstance(first, Body)
    assert isinstance(second, Body)
    assert (first.first, first.end, second.first, second.end) == (0, 30, 30, 60)
    assert first.stretch.at == 1
    assert second.stretch.at == 5, "4.99 s, moved onto the source's own frames"
    assert made.frames == 60
    assert made.samples == 96_000


def test_a_boundary_that_plays_straight_on_loses_and_doubles_no_frame() -> None:
    made = planned(segment(10, 1015), segment(1015, 2044), segment(2044, 3000))
    shown = [
        span.stretch.at + Fraction(at, 30) for span in made.spans if isinstance(span, Body) for at in range(span.frames)
    ]
    assert [round(at * 30) for at in shown] == list(range(round(shown[0] * 30), round(shown[0] * 30) + made.frames))
    offsets = {run.offset for run in made.sound}
    assert len(offsets) == 1, "and the sound runs on to the sample"


def test_a_transition_out_of_removed_material_keeps_the_length() -> None:
    made = planned(segment(0, 2000), segment(5000, 7000, join=Transition("crossfade", 500, 250, 250)))
    before, join, after = made.spans
    assert isinstance(join, Join)
    assert made.frames == 120
    assert (join.first, join.end) == (53, 68)  # 1.75 s is frame 52.5: halves go up
    assert before.end == join.first
    assert after.first == join.end


def test_a_transition_by_overlap_shortens() -> None:
    made = planned(segment(0, 2000), segment(5000, 7000, join=Transition("wipe_left", 400)))
    join = made.spans[1]
    assert isinstance(join, Join)
    assert (join.first, join.end, made.frames) == (48, 60, 108)
    assert join.before.at == Fraction(48, 30)
    assert join.after.at == 5


def test_several_rates_keep_their_own_time() -> None:
    made = plan(
        Timeline(Canvas(fps_num=30000, fps_den=1001), (segment(0, 60_000), segment(0, 60_000, media="n"))),
        Output(),
        MEDIA,
    )
    assert made.frames == 3596
    assert made.samples == round(3596 * 48_000 * 1001 / 30_000)
    starts = {span.stretch.media: span.stretch.at for span in reversed(made.spans) if isinstance(span, Body)}
    assert abs(starts["n"]) <= Fraction(1, 50)
    assert (starts["n"] * 25).denominator == 1


def test_only_what_a_text_or_a_fade_touches_is_treated() -> None:
    made = planned(segment(0, 10_000), texts=(Text("t", "Hello", 3000, 6000),), fade_out=Fade(1000))
    table = [(span.first, span.end, span.treatment.text, span.treatment.fade) for span in made.spans]
    assert table == [(0, 90, False, False), (90, 180, True, False), (180, 270, False, False), (270, 300, False, True)]
    assert [span.treatment.why for span in made.spans] == ["plain", "text", "plain", "fade"]


def test_neighbouring_texts_make_one_stretch() -> None:
    texts = tuple(Text(str(at), "word", at, at + 500) for at in range(1000, 5000, 500))
    made = planned(segment(0, 10_000), texts=texts)
    assert [(span.first, span.end) for span in made.spans] == [(0, 30), (30, 150), (150, 300)]


def test_reasons_against_copying() -> None:
    def why(given: Segment, file: SourceFile, canvas: Canvas | None = None) -> str:
        return plan(Timeline(canvas or Canvas(), (given,)), Output(), {"m": file, "p": file}).spans[0].treatment.why

    assert why(segment(0, 1000), source()) == "plain"
    assert why(segment(0, 1000, speed=2), source()) == "speed"
    assert why(segment(0, 1000), source(size=(1280, 720))) == "size"
    assert why(segment(0, 1000), source((25, 1))) == "rate"
    assert why(segment(0, 1000), source(variable=True)) == "plain", "it keeps its times"
    assert why(segment(0, 3000, media="p"), still()) == "still"
    assert planned(segment(0, 3000, media="p")).spans[0].treatment.how == "card"


def test_a_long_body_is_shared_among_workers() -> None:
    made = planned(segment(0, 65_000))
    assert [span.frames for span in made.spans] == [487, 488, 487, 488]
    assert max(span.frames for span in made.spans) <= CHUNK_SECONDS * 30


def test_sound_runs_meet_in_the_middle_of_a_short_crossfade() -> None:
    made = planned(segment(0, 1000), segment(3000, 4000))
    first, second = made.sound
    assert (first.first, first.head, second.end, second.tail) == (0, 240, 96_000, 240)
    assert (first.end, first.tail) == (48_120, 240)
    assert (second.first, second.head) == (47_880, 240)


def test_silence_has_no_run() -> None:
    muted = Segment("x", "c", "m", "name", "video", 0, 1000, muted=True)
    made = planned(muted, segment(0, 3000, media="p"), segment(2000, 3000))
    assert len(made.sound) == 1
    assert made.sound[0].first == 4 * 48_000 - 120


@pytest.mark.parametrize(
    ("ratio", "height", "size"),
    [
        ("9:16", None, (1080, 1920)),
        ("9:16", 720, (720, 1280)),
        ("1:1", None, (1080, 1080)),
        ("4:5", 480, (480, 600)),
        ("16:9", 720, (1280, 720)),
    ],
)
def test_another_shape_of_the_file_alone(ratio: Ratio, height: int | None, size: tuple[int, int]) -> None:
    frame = frame_of(Canvas(fit="pad"), Output(height=height, ratio=ratio))
    assert (frame.width, frame.height) == size
    assert frame.fit == ("pad" if ratio == "16:9" else "crop"), "as it was where the shape is there already"


def test_a_long_preview_of_which_all_is_drawn_shows_every_second_picture() -> None:
    def previewed(seconds: int, **more: object) -> RenderPlan:
        kept = Segment("s", "c", "m", "name", "video", 0, seconds * 1000, **more)  # type: ignore[arg-type]  # by name
        return plan(Timeline(Canvas(), (kept,)), Output(quality="preview"), MEDIA, {})

    grey = Look(bw=True)
    assert previewed(120, look=grey).frame.fps == 30
    long = previewed(121, look=grey)
    assert (long.frame.fps, long.frames, long.samples) == (Fraction(15), 121 * 15, 121 * 48_000)
    assert long.spans[-1].end == long.frames
    timeline = Timeline(Canvas(), (replace(segment(0, 300_000), look=grey),))
    assert plan(timeline, Output(), MEDIA, {}).frame.fps == 30, "an export has all of them"
    assert plan(timeline, Output(quality="preview"), MEDIA).frame.fps == 30, "what can be copied is not known yet"


def test_the_frame_follows_canvas_and_output() -> None:
    assert frame_of(Canvas(3840, 2160), Output()).height == 2160, "somebody asked for such a canvas"
    assert (
        frame_of(Canvas(1080, 1920), Output(height=720)).width,
        frame_of(Canvas(1080, 1920), Output(height=720)).height,
    ) == (720, 1280)
    assert frame_of(Canvas(640, 360), Output(height=1080)).height == 360, "never larger than the canvas"
    assert frame_of(Canvas(1080, 1080), Output(quality="preview")).width == 480
    assert frame_of(Canvas(), Output(fps=29.97)).fps == Fraction(30000, 1001)
    assert frame_of(Canvas(fps_num=240), Output()).fps == 60
    assert frame_of(Canvas(fps_num=60), Output(quality="preview")).fps == 30
    odd = frame_of(Canvas(1078, 606), Output(height=405))
    assert odd.width % 2 == 0
    assert odd.height % 2 == 0


@pytest.mark.parametrize(
    ("canvas", "shown", "asked", "size"),
    [
        (Canvas(), (3840, 2160), None, (1920, 1080)),
        (Canvas(), (3840, 2160), 8192, (3840, 2160)),
        (Canvas(), (3840, 2160), 1440, (2560, 1440)),
        (Canvas(), (1280, 720), 2160, (1920, 1080)),
        (Canvas(1920, 802), (3440, 1440), 8192, (3440, 1440)),
        (Canvas(1080, 1920), (2160, 3840), 2160, (2160, 3840)),
        (Canvas(1080, 1920, fit="crop"), (3840, 2160), 8192, (1214, 2160)),
        (Canvas(1080, 1080, fit="pad"), (3840, 2160), 8192, (3840, 3840)),
        (Canvas(1080, 1080, fit="pad"), (8192, 4320), 8192, (6324, 6324)),
        (Canvas(1918, 1078), (3837, 2157), 8192, (3836, 2156)),
    ],
)
def test_more_than_1080p_is_there_for_who_asks_and_never_made_up(
    canvas: Canvas, shown: tuple[int, int], asked: int | None, size: tuple[int, int]
) -> None:
    frame = frame_of(canvas, Output(height=asked), [shown, (640, 360)])
    assert (frame.width, frame.height) == size


def test_nothing_to_render() -> None:
    with pytest.raises(MediaError) as empty:
        planned()
    assert empty.value.fault is MediaFault.EMPTY
    with pytest.raises(MediaError) as moment:
        planned(segment(0, 10))
    assert moment.value.fault is MediaFault.EMPTY


def test_a_missing_or_wrong_source_is_refused() -> None:
    for timeline in (
        Timeline(Canvas(), (segment(0, 1000, media="gone"),)),
        Timeline(Canvas(), (segment(0, 1000),), music=(Music("a", "p", "n", 0, 1000),)),
        Timeline(Canvas(), (Segment("x", "c", "m", "name", "image", 0, 1000),)),
    ):
        with pytest.raises(MediaError) as refused:
            plan(timeline, Output(), MEDIA)
        assert refused.value.fault is MediaFault.UNSUPPORTED


def test_a_job_survives_the_way_to_the_child(tmp_path: Path) -> None:
    timeline = Timeline(
        Canvas(), (segment(0, 900), segment(5, 700, join=Transition("zoom", 200))), (Text("t", "\u4f60\n{x}", 0, 5),)
    )
    given = ChildJob(RenderJob(timeline, Output(max_bytes=8), Path("t"), Path("s"), MEDIA), Path("f"))
    write_job(given, tmp_path / "job")
    assert read_job(tmp_path / "job") == given


segments = st.lists(
    st.builds(
        lambda start, length, media, speed, style, ms, parts, kind: Segment(
            "s", "c", "p" if kind else media, "name", "image" if kind else "video", 0 if kind else start,
            length if kind else start + length, speed,
            transition=None if style is None else Transition(style, ms, ms * parts[0] // 4, ms * parts[1] // 4),
        ),
        st.integers(0, 100_000), st.integers(1, 20_000), st.sampled_from(["m", "n", "v"]),
        st.sampled_from([1.0, 1.0, 0.5, 1.37, 4.0]), st.sampled_from([None, None, "crossfade", "wipe_left"]),
        st.integers(1, 3000), st.sampled_from([(0, 0), (2, 2), (4, 0), (0, 4), (1, 2)]), st.booleans(),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(segments=segments, rate=st.sampled_from(RATES))
def test_the_spans_cover_every_frame_once_and_nothing_drifts(segments: list[Segment], rate: tuple[int, int]) -> None:
    timeline = Timeline(Canvas(fps_num=rate[0], fps_den=rate[1]), tuple(segments))
    try:
        made = plan(timeline, Output(), MEDIA)
    except MediaError:
        reject()
    assert [span.first for span in made.spans] == [0, *(span.end for span in made.spans[:-1])]
    assert made.spans[-1].end == made.frames
    assert all(span.frames > 0 for span in made.spans)
    fps = made.frame.fps
    length_ms = sum(s.ms for s in segments) - sum(s.transition.overlap for s in segments[1:] if s.transition)
    clamped = any(s.transition for s in segments[1:])
    if not clamped:
        assert abs(made.frames / fps - Fraction(length_ms, 1000)) <= Fraction(1, 2) / fps
    assert abs(made.samples - made.frames * 48_000 / fps) <= Fraction(1, 2)
    assert sample_at(made.frames, fps) == made.samples
    assert all(0 <= run.first < run.end <= made.samples for run in made.sound)
    assert all(run.head + run.tail <= run.end - run.first for run in made.sound)
    assert [run.first for run in made.sound] == sorted(run.first for run in made.sound)


@settings(max_examples=100, deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 5000)), min_size=1, max_size=200))
def test_picture_and_sound_are_on_one_line_at_every_cut(cuts: list[tuple[int, int]]) -> None:
    at, kept = 0, []
    for gap, length in cuts:
        at += gap
        kept.append(segment(at, at + length))
        at += length
    try:
        made = planned(*kept)
    except MediaError:
        reject()
    for span in made.spans:
        assert isinstance(span, Body)
        lines = {
            run.offset
            for run in made.sound
            if run.first < sample_at(span.end, made.frame.fps) - 240
            and run.end > sample_at(span.first, made.frame.fps) + 240
        }
        assert span.stretch.at - span.first / made.frame.fps in lines
        assert (span.stretch.at * 30).denominator == 1
