"""What is told of a draft, ours and foreign ones, and of the difference between two."""

import json
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from bot.engine.timeline import draft as ours
from bot.engine.timeline.model import (
    Canvas,
    Chapter,
    Cover,
    Heard,
    Look,
    Music,
    Overlay,
    Segment,
    Subtitles,
    Text,
    Timeline,
    Word,
)
from bot.flows.effects import both
from bot.flows.timeline import changes, since_footage, summary
from bot.nemo.draft import Draft
from bot.nemo.models import State
from bot.store.models import KeptFootage
from bot.updates import Change, TimelineSummary, TrackItem, TrackSummary


def state(draft: object, canvas: dict[str, Any] | None = None) -> State:
    text = json.dumps(draft)
    return State.read({"state": {"draft": draft, "canvas_config": canvas or {}}}, Draft(text))


def kept(name: str, duration_ms: int | None, kind: str = "video") -> KeptFootage:
    return KeptFootage(name=name, kind=kind, size=1, duration_ms=duration_ms, width=1920, height=1080)


def test_the_first_changes_are_told_against_the_footage() -> None:
    given = [kept("a.mp4", 5000), kept("b.png", None, "image"), kept("c.mp3", 9000, "audio"), kept("unused.mp4", 7000)]
    parts = (TrackItem("a.mp4", 0, 2000), TrackItem("b.png", 2000, 5000), TrackItem("a.mp4", 5000, 6000, 50))
    song = TrackSummary("audio", (TrackItem("c.mp3", 0, 6000),))
    after = TimelineSummary(6000, 1080, 1920, (TrackSummary("video", parts), song), ("bw",))
    assert since_footage(given, after) == (
        Change("duration", "", before=8000, after=6000),
        Change("canvas", "", before="1920×1080", after="1080×1920"),
        Change("effects", "", before="", after="bw"),
        Change("added", "audio", "c.mp3", after="0-6s"),
    )
    whole = TimelineSummary(5000, 1920, 1080, (TrackSummary("video", (TrackItem("a.mp4", 0, 5000),)),))
    assert since_footage(given, whole) == ()
    assert since_footage([kept("other.mp4", 5000)], whole) == ()


def test_a_draft_of_our_engine_is_told_by_clips() -> None:
    segments = tuple(
        Segment(f"s{start}", clip, "m1", name, "video", start, start + 1000)
        for start, clip, name in ((0, "c1", "a.mp4"), (2000, "c1", "a.mp4"), (5000, "c2", "b.mp4"))
    )
    timeline = Timeline(
        canvas=Canvas(1080, 1920),
        segments=segments,
        texts=(Text("t1", "Hello", 500, 1500),),
        music=(Music("m1", "m2", "song.mp3", 0, 3000, volume=35),),
    )
    found = summary(state(ours.dump(timeline), {"width": 1080, "height": 1920}))
    assert (found.duration_ms, found.width, found.height) == (3000, 1080, 1920)
    video, sound, text = found.tracks
    assert [(item.name, item.start_ms, item.end_ms) for item in video.items] == [
        ("a.mp4", 0, 2000), ("b.mp4", 2000, 3000),
    ]  # fmt: skip
    assert sound == TrackSummary("audio", (TrackItem("song.mp3", 0, 3000, 35),))
    assert text == TrackSummary("text", (TrackItem("Hello", 500, 1500),))


def test_a_draft_of_our_engine_tells_what_is_done_to_clips_and_to_the_whole() -> None:
    plain = Timeline(segments=(Segment("s1", "c1", "m1", "a.mp4", "video", 0, 4000),))
    look = Look(rotate=90, contrast=10, covers=(Cover("blur"),))
    done = replace(
        plain,
        segments=(replace(plain.segments[0], look=look, reverse=True, speed=2.0),),
        overlays=(Overlay("o1", "m2", "logo.png", "image", 0, 2000),),
        chapters=(Chapter("h1", 0, "Start"),),
        heard=(Heard("m1", ((0, 900),), (Word(0, 900, "Hello"),)),),
        subtitles=Subtitles(burn=False, lang="en"),
        letterbox=239,
    )
    before, after = (summary(state(ours.dump(one))) for one in (plain, done))
    assert [(track.kind, track.items[0].name, track.items[0].effects) for track in after.tracks] == [
        ("video", "a.mp4", ("reversed", "rotated", "coloured", "covered", "speed:2")),
        ("overlay", "logo.png", ()),
        ("chapter", "Start", ()),
        ("subtitle", "EN", ("soft",)),
    ]
    assert after.effects == ("letterbox",)
    told = changes(before, after)
    assert Change("effects", "", before="", after="letterbox") in told
    assert Change("effects", "video", "a.mp4", "", "reversed, rotated, coloured, covered, speed:2") in told
    assert [(one.kind, one.track) for one in told if one.kind == "added"] == [
        ("added", "overlay"), ("added", "chapter"), ("added", "subtitle"),
    ]  # fmt: skip


def test_a_glide_is_told_by_its_slowest_and_its_fastest_pace() -> None:
    paces = ("zoomed", "speed:1.04"), ("speed:1.5",), ("speed:2", "zoomed"), ("speed:0.5",)
    assert reduce(both, paces) == ("zoomed", "speed:0.5-2")


def test_a_draft_of_our_engine_tells_what_is_played_and_from_where() -> None:
    film, song = "a" * 64, "b" * 64
    segments = (
        Segment("s1", "c1", film, "a.mp4", "video", 0, 1000),
        Segment("s2", "c1", film, "a.mp4", "video", 4000, 5000, speed=2.0),
        Segment("s3", "c2", film, "a.mp4", "video", 8000, 9000),
    )
    music = (Music("m1", song, "song.mp3", 500, 2500, offset=7000),)
    found = summary(state(ours.dump(Timeline(canvas=Canvas(1080, 1920), segments=segments, music=music))))
    (first, second), (sound,) = (track.items for track in found.tracks)
    assert (first.media, first.cuts, first.sources) == (film, (1000,), ((0, 1000), (4000, 5000)))
    assert (second.media, second.sources) == (film, ((8000, 9000),))
    assert (sound.media, sound.sources) == (song, ((7000, 9000),))


def test_the_same_keys_in_a_foreign_draft_are_not_taken_for_ours() -> None:
    found = summary(state({"t": [{"tt": 0, "sg": [{"d": 4000, "r": "clip-7", "a": 1, "b": 9, "m": {"name": "one"}}]}]}))
    assert found.tracks[0].items == (TrackItem("one", 0, 4000),)


def test_a_foreign_draft_is_told_as_far_as_it_can_be_read() -> None:
    found = summary(
        state(
            {
                "t": [
                    {"tt": 0, "sg": [{"d": 4000, "m": {"name": "one"}}, {"d": 6000.4, "m": {"title": "two"}}]},
                    {"tt": 1, "sg": [{"d": 10_000, "volume": 0.35, "name": "Lo-fi"}]},
                    {"tt": 9, "sg": [{"x": 1}]},
                    {"tt": 7, "sg": []},
                    "odd",
                ]
            }
        )
    )
    assert found.duration_ms == 10_000
    assert [track.kind for track in found.tracks] == ["video", "audio", "other"]
    assert found.tracks[0].items == (TrackItem("one", 0, 4000), TrackItem("two", 4000, 10_000))
    assert found.tracks[1].items == (TrackItem("Lo-fi", 0, 10_000, 35),)


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"t": None},
        {"t": [None, 3, {"sg": 5}, {"tt": "0", "sg": [None, [], {"d": "long"}]}]},
        {"t": [{"tt": 0, "sg": [{"d": 1e300, "m": [], "name": {"a": 1}, "s": True}]}], "d": -1e308},
        {"t": [{"tt": 7, "sg": [{"tx": "\u202e\r\n\x00" + "x" * 1000, "d": 1}]}]},
    ],
)
def test_nonsense_is_left_out(draft: object) -> None:
    found = summary(state(draft))
    names = [item.name for track in found.tracks for item in track.items]
    assert all(len(name) <= 80 and name.isprintable() for name in names)


def timeline(*tracks: TrackSummary, ms: int = 10_000, size: tuple[int, int] = (1920, 1080)) -> TimelineSummary:
    return TimelineSummary(ms, *size, tracks)


VIDEO = TrackSummary("video", (TrackItem("a.mp4", 0, 10_000, 100),))


def test_what_changed_is_named_with_before_and_after() -> None:
    before = timeline(
        VIDEO,
        TrackSummary("audio", (TrackItem("Lo-fi", 0, 10_000, 35),)),
        TrackSummary("text", (TrackItem("Hi", 0, 3000), TrackItem("Bye", 7000, 9000))),
    )
    after = timeline(
        TrackSummary("video", (TrackItem("a.mp4", 0, 8000, 100),)),
        TrackSummary("audio", (TrackItem("Lo-fi", 0, 10_000, 20),)),
        TrackSummary("text", (TrackItem("Hi", 1000, 4000), TrackItem("Paradise", 0, 3000))),
        ms=8000,
        size=(1080, 1920),
    )
    assert set(changes(before, after)) == {
        Change("duration", "", before=10_000, after=8000),
        Change("canvas", "", before="1920×1080", after="1080×1920"),
        Change("volume", "audio", "Lo-fi", 35, 20),
        Change("moved", "text", "Hi", "0-3s", "1-4s"),
        Change("added", "text", "Paradise", after="0-3s"),
        Change("removed", "text", "Bye", before="7-9s"),
    }


def test_the_same_timeline_has_no_changes_and_the_first_one_is_all_new() -> None:
    assert changes(timeline(VIDEO), timeline(VIDEO)) == ()
    assert changes(TimelineSummary(0), timeline(VIDEO)) == (Change("added", "video", "a.mp4", after="0-10s"),)
    twice = TrackSummary("text", (TrackItem("x", 0, 1), TrackItem("x", 5, 6)))
    once = TrackSummary("text", (TrackItem("x", 5, 6),))
    assert changes(timeline(twice), timeline(once)) == (Change("removed", "text", "x", before="0-0s"),)
