"""What holds whatever is done in whatever order."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar, cast, get_args

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.engine.timeline.apply import OpErrors, apply
from bot.engine.timeline.checks import first_problem
from bot.engine.timeline.draft import DraftError, dump, load
from bot.engine.timeline.geometry import at, clips, duration_ms, layout, plays_on, timeless
from bot.engine.timeline.limits import MIN_PIECE_MS
from bot.engine.timeline.model import Library, MediaItem, Position, Role, Timeline, TransitionStyle
from bot.engine.timeline.ops import (
    Aspect,
    Chapters,
    CutRange,
    DeleteClip,
    Duplicate,
    EditOp,
    ExactLength,
    FadeOp,
    Freeze,
    KeepRange,
    Loop,
    Merge,
    MusicOp,
    Mute,
    Reorder,
    Resize,
    Reverse,
    Slideshow,
    SoundCut,
    Speed,
    Split,
    TextOp,
    TransitionOp,
    TrimEnd,
    TrimSilence,
    TrimStart,
    Volume,
)
from tests.engine.timeline.footage import DEMO, LIBRARY, PHOTO, TALK, VLOG, timeline_of

_T = TypeVar("_T")

MANY = settings(max_examples=100, deadline=None)

times = st.floats(0, 60).map(lambda value: round(value, 3))
short = st.floats(0.01, 8).map(lambda value: round(value, 3))
numbers = st.integers(1, 5)
maybe = st.none()
clip = maybe | numbers
ranges = st.tuples(times, short).map(lambda pair: (pair[0], pair[0] + pair[1]))

cutting: st.SearchStrategy[EditOp] = st.one_of(
    st.builds(TrimStart, seconds=short, clip=clip | st.just("each")),
    st.builds(TrimEnd, seconds=short, clip=clip | st.just("each")),
    ranges.map(lambda pair: CutRange(start=pair[0], end=pair[1])),
    st.builds(KeepRange, ranges=st.lists(ranges, min_size=1, max_size=3), clip=clip | st.just("each")),
    st.builds(DeleteClip, clip=numbers),
)
silence = st.builds(
    TrimSilence,
    min_seconds=maybe | st.floats(0.2, 3),
    clip=clip,
    keep_seconds=maybe | st.floats(0.05, 3),
    speed=maybe | st.floats(1.1, 20),
)
parting: st.SearchStrategy[EditOp] = st.one_of(
    st.builds(Split, at=st.lists(times, min_size=1, max_size=3)),
    st.builds(Split, every=st.floats(2, 20)),
    st.builds(Split, parts=st.integers(2, 9)),
    st.permutations([1, 2, 3]).map(lambda order: Reorder(order=list(order))),
)
turning: st.SearchStrategy[EditOp] = st.one_of(
    st.builds(Duplicate, clip=clip),
    st.builds(Loop, times=maybe | st.integers(2, 4), clip=clip, boomerang=maybe | st.just(True)),
    st.builds(Loop, seconds=short, clip=clip, boomerang=maybe | st.just(True)),
    st.builds(Freeze, at=maybe | times, seconds=maybe | short),
    st.builds(ExactLength, seconds=st.floats(0.01, 60), how=maybe | st.sampled_from(["speed", "cut"])),
    st.builds(
        Speed,
        factor=st.floats(0.1, 20),
        start=maybe | times,
        end=maybe | times,
        ramp=st.sampled_from(["in", "out", "both"]),
    ),
    st.builds(
        TextOp,
        content=st.just("card"),
        role=st.just("title_card"),
        start=maybe | times,
        seconds=maybe | short,
        clip=clip,
    ),
    st.builds(TextOp, target=st.just("card"), edit=st.just(True), start=maybe | times, seconds=maybe | short),
    st.builds(TextOp, target=st.just("card"), remove=st.just(True)),
    st.builds(Slideshow, seconds=maybe | short, style=maybe | st.sampled_from(["none", "circle"])),
    st.builds(Merge, files=maybe | st.lists(st.sampled_from(["talk", "demo", "photo"]), max_size=2)),
    st.builds(SoundCut, kind=st.sampled_from(["j", "l"]), seconds=maybe | short, remove=maybe | st.just(True)),
    st.builds(Chapters, items=maybe | st.lists(st.tuples(times, st.text(max_size=5)), max_size=3)),
    st.builds(Reverse, start=maybe | times, end=maybe | times, clip=clip, off=maybe | st.just(True)),
)
joining: st.SearchStrategy[EditOp] = st.builds(
    TransitionOp,
    style=maybe | st.sampled_from(get_args(TransitionStyle)),
    seconds=maybe | st.floats(0.05, 5),
    between=st.just("all") | st.tuples(numbers, numbers),
    remove=maybe | st.just(True),
)
levelling: st.SearchStrategy[EditOp] = st.one_of(
    st.builds(Speed, factor=st.floats(0.1, 20), start=maybe | times, end=maybe | times, clip=clip),
    st.builds(
        Volume,
        target=maybe | st.sampled_from(["all", "video", "music"]),
        percent=maybe | st.integers(0, 400),
        db=maybe | st.floats(-60, 12),
        direction=st.sampled_from(["up", "down"]),
        clip=clip,
    ),
    st.builds(
        Mute,
        target=st.sampled_from(["all", "video", "music"]),
        start=maybe | times,
        end=maybe | times,
        off=maybe | st.just(True),
    ),
)
dressing: st.SearchStrategy[EditOp] = st.one_of(
    st.builds(
        TextOp,
        content=st.text(max_size=20),
        start=maybe | times,
        end=maybe | times,
        seconds=maybe | short,
        role=maybe | st.sampled_from(get_args(Role)),
        position=maybe | st.sampled_from(get_args(Position)),
        size=maybe | st.sampled_from(["small", "large"]) | st.integers(-5, 900),
        clip=clip,
    ),
    st.builds(TextOp, target=st.just("a"), start=maybe | times, end=maybe | times, size=st.just("larger")),
    st.builds(TextOp, remove=st.just(True), target=st.sampled_from(["all", "a"])),
    st.builds(
        MusicOp,
        file=maybe | st.sampled_from(["song", "rain"]),
        start=maybe | times,
        end=maybe | times,
        volume=maybe | st.integers(0, 400),
        replace=maybe | st.just(True),
    ),
    st.builds(
        FadeOp,
        kind=st.sampled_from(["in", "out", "both"]),
        seconds=maybe | st.floats(0.01, 30),
        target=maybe | st.sampled_from(["video", "music", "all"]),
    ),
    st.builds(Aspect, ratio=st.sampled_from(["16:9", "9:16", "1:1", "4:5", "21:9", "4:1", "7:5"])),
    st.builds(Resize, height=st.integers(144, 2160)),
)
every = st.one_of(cutting, silence, parting, turning, joining, levelling, dressing)
uploads = st.lists(st.sampled_from([TALK, VLOG, DEMO, PHOTO]), min_size=1, max_size=3)
footage = uploads.map(lambda items: timeline_of(*items))


def _done(timeline: Timeline, ops: list[EditOp]) -> Timeline:
    """As many of the operations as can be done, one plan each."""
    for op in ops:
        before = repr(timeline)
        try:
            new = apply(timeline, [op], LIBRARY).timeline
        except OpErrors:
            new = timeline
        assert repr(timeline) == before  # pure: what was before can be gone back to
        timeline = new
    return timeline


def _outcome(call: Callable[[], _T]) -> _T | Exception:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - which one it may be is what is tested
        return error


@given(footage, st.lists(every, max_size=10))
@MANY
def test_every_timeline_is_valid_and_comes_back_from_its_draft(timeline: Timeline, ops: list[EditOp]) -> None:
    timeline = _done(timeline, ops)
    assert first_problem(timeline, LIBRARY) is None
    draft = json.loads(json.dumps(dump(timeline)))
    assert load(draft, Library(LIBRARY.media)) == timeline
    placed = layout(timeline)
    assert placed[0].from_ms == placed[0].start_ms == 0
    assert placed[-1].to_ms == placed[-1].end_ms == duration_ms(timeline) > 0
    for before, after in pairwise(placed):
        assert before.to_ms == after.from_ms
    for one in placed:
        assert one.start_ms <= one.from_ms < one.to_ms <= one.end_ms
        assert at(placed, one.from_ms)[0] == one
    assert sum(view.end_ms - view.start_ms for view in clips(timeline)) == duration_ms(timeline)


@given(footage, st.lists(every, max_size=6), st.lists(every, max_size=4))
@MANY
def test_a_plan_is_whole_or_not_at_all(timeline: Timeline, earlier: list[EditOp], plan: list[EditOp]) -> None:
    timeline = _done(timeline, earlier)
    done = _outcome(lambda: apply(timeline, plan, LIBRARY))
    if isinstance(done, Exception):
        assert isinstance(done, OpErrors)
        assert done.errors
        assert all(0 <= one.index < len(plan) and one.op == plan[one.index].op for one in done.errors)
        return
    assert [one.op for one in done.done] == [one.op for one in plan]
    assert apply(timeline, plan, LIBRARY) == done  # the same again
    if plan:
        assert done.done[-1].facts["after_ms"] == duration_ms(done.timeline)
        assert done.done[0].facts["before_ms"] == duration_ms(timeline)


@given(st.lists(st.one_of(parting, turning, joining, levelling), max_size=6), silence)
@example([ExactLength(op="exact_length", seconds=0.5), Slideshow(op="slideshow")], TrimSilence(op="trim_silence"))
@MANY
def test_words_stay_whole_and_a_second_run_finds_nothing(ops: list[EditOp], op: TrimSilence) -> None:
    timeline = _done(timeline_of(TALK, VLOG), ops)
    before = _heard(timeline)
    done = _outcome(lambda: apply(timeline, [op], LIBRARY).timeline)
    assume(isinstance(done, Timeline))
    once = cast("Timeline", done)
    assert _heard(once) == before
    if op.clip is None:  # a clip's number may mean another one now
        again = _outcome(lambda: apply(once, [op], LIBRARY).timeline)
        if again != once:  # all that sounded was a pause: it is gone, and stills alone are left
            assert _codes(again) <= {"no_sound", "no_speech"}
            assert before == set()


def _codes(refused: object) -> set[str]:
    """Why it was refused."""
    assert isinstance(refused, OpErrors), refused
    return {one.code for one in refused.errors}


def _heard(timeline: Timeline) -> set[tuple[str, int]]:
    """Every 10 ms of speech that plays."""
    return {
        (one.media, moment)
        for one in timeline.segments
        if not timeless(one)
        for start, end in LIBRARY.speech.get(one.media, ())
        for moment in range(-(-max(start, one.start) // 10) * 10, min(end, one.end), 10)
    }


@given(footage, st.lists(st.one_of(cutting, parting, levelling), max_size=5), ranges)
@MANY
def test_a_cut_takes_out_what_was_asked_for(timeline: Timeline, ops: list[EditOp], where: tuple[float, float]) -> None:
    """Without transitions, to the rounding of each segment and the rests shorter than a frame."""
    timeline = _done(timeline, ops)
    total, (start, end) = duration_ms(timeline), (round(where[0] * 1000), round(where[1] * 1000))
    try:
        cut = apply(timeline, [CutRange(start=where[0], end=where[1])], LIBRARY).timeline
    except OpErrors:
        return
    gone = total - duration_ms(cut)
    slack = len(timeline.segments) + 2
    assert -slack <= gone - (min(end, total) - start) <= 2 * MIN_PIECE_MS + slack


@given(footage, st.lists(every, max_size=6), st.lists(times, min_size=1, max_size=4))
@MANY
def test_splitting_loses_nothing(timeline: Timeline, ops: list[EditOp], where: list[float]) -> None:
    timeline = _done(timeline, [*ops, TransitionOp(remove=True)])
    try:
        split = apply(timeline, [Split(at=where)], LIBRARY).timeline
    except OpErrors:
        return
    assert abs(duration_ms(split) - duration_ms(timeline)) <= len(where)
    assert _material(split) == _material(timeline)


def _material(timeline: Timeline) -> list[tuple[str, int, int, float, bool, int]]:
    """What plays, with neighbours that play straight on put together: entered at, left at, speed, held, length."""
    row: list[tuple[str, int, int, float, bool, int]] = []
    for one in timeline.segments:
        enter, leave = (one.end, one.start) if one.reverse else (one.start, one.end)
        length = one.end - one.start
        last = row[-1] if row else None
        if one.freeze:
            leave = enter
        if last is not None and (last[0], last[2], last[3], last[4]) == (one.media, enter, one.speed, one.freeze):
            row[-1] = (last[0], last[1], leave, one.speed, one.freeze, last[5] + length)
        else:
            row.append((one.media, enter, leave, one.speed, one.freeze, length))
    return row


@given(footage, st.lists(every, max_size=8))
@MANY
def test_transitions_stand_at_joins_and_can_be_borne(timeline: Timeline, ops: list[EditOp]) -> None:
    timeline = _done(timeline, [*ops, TransitionOp()])
    for before, after in pairwise(timeline.segments):
        transition = after.transition
        if transition is None:
            continue
        assert not plays_on(before, after)
        assert 100 <= transition.ms <= min(before.ms, after.ms) // 2
        assert transition.overlap >= 0
        out, into = transition.lead_out * before.speed, transition.lead_in * after.speed
        if timeless(before):
            assert out == 0
        else:
            last = LIBRARY.media[before.media].duration_ms
            assert before.start - out >= 0 if before.reverse else before.end + out <= last
        if timeless(after):
            assert into == 0
        else:
            last = LIBRARY.media[after.media].duration_ms
            assert after.end + into <= last if after.reverse else after.start - into >= 0


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
DRESSED = dump(
    _done(
        timeline_of(TALK, VLOG),
        [TrimSilence(), TransitionOp(), TextOp(content="Hi"), MusicOp(), FadeOp(kind="both"), Speed(factor=2, clip=2)],
    )
)


@given(st.data(), values)
@settings(max_examples=300, deadline=None)
def test_a_draft_with_any_value_anywhere_is_loaded_or_refused(data: st.DataObject, value: Any) -> None:
    draft = json.loads(json.dumps(DRESSED))
    node = draft
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        child = node[key]
        if not isinstance(child, dict | list) or not child or data.draw(st.booleans()):
            break
        node = child
    node[key] = value
    timeline = _outcome(lambda: load(draft, Library(LIBRARY.media)))
    if isinstance(timeline, Exception):
        assert isinstance(timeline, DraftError)
        assert str(timeline).isprintable()
        return
    assert first_problem(timeline, LIBRARY) is None
    assert load(dump(timeline), Library(LIBRARY.media)) == timeline
    if all(track["sg"] for track in draft["t"]):
        assert dump(timeline) == draft


@given(values)
@MANY
def test_whatever_is_posted_is_refused_in_one_way(value: Any) -> None:
    error = _outcome(lambda: load(value, Library({"talk": MediaItem("talk", "talk", "video", 1, 2, 2)})))
    assert isinstance(error, DraftError)
    assert error.where
    assert error.problem
