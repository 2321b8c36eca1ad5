"""Every update has words in every language, with nothing left unfilled."""

import string
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from bot.updates import (
    Asked,
    Balance,
    Cancelled,
    Change,
    Changed,
    Choice,
    Deed,
    Delivered,
    DropEnded,
    Dropped,
    Ended,
    Footage,
    Forgotten,
    Guide,
    Made,
    Offer,
    Priced,
    Problem,
    ProblemKind,
    Project,
    Queued,
    Ready,
    Rebuilt,
    RenderProgress,
    RenderQueued,
    RenderReady,
    Said,
    Stage,
    Status,
    Stopped,
    TimelineSummary,
    TrackItem,
    Tracks,
    TrackSummary,
    Unasked,
    Update,
    Working,
)
from bot.voice.phrase import length, size
from bot.voice.say import say
from bot.voice.timelines import timeline
from bot.voice.words import en, zh_cn

TALK = Footage("talk.mp4", "video", 2_400_000, 32_000, 1920, 1080, 30.0)
TIMELINE = TimelineSummary(
    86_000,
    1920,
    1080,
    (
        TrackSummary("video", (TrackItem("city timelapse", 0, 10_000),)),
        TrackSummary("audio", (TrackItem("Lo-fi", 0, 10_000, 35),)),
        TrackSummary("text", (TrackItem('"Urban Dreams"', 0, 3_000),)),
    ),
)
EXAMPLES: list[Update] = [
    Queued(1),
    Queued(3),
    Ready(new=True),
    Ready(new=False),
    Rebuilt(2),
    Rebuilt(1, ("a.mp4", "b.mp4")),
    *(Working(stage) for stage in Stage),
    *(Working(stage, 42.4, "a.mp4") for stage in Stage),
    Said("Done."),
    TALK,
    Footage("beat.mp3", "audio", 900),
    Footage("cat.png", "image", 90_000, None, 640, 480),
    Changed((), TIMELINE),
    Changed(
        (
            Change("added", "text", '"Hi" (0s-3s)'),
            Change("removed", "audio", "Lo-fi"),
            Change("moved", "text", "Hi", "0s-3s", "1s-4s"),
            Change("volume", "audio", "Lo-fi", 35, 20),
            Change("duration", "", "", 86_000, 60_500),
            Change("canvas", "", "", "1920×1080", "1080×1920"),
            Change("added", "video", "b.mp4"),
        ),
        TIMELINE,
    ),
    Asked("q1", "Which clip?", (Choice("a", "intro.mp4"), Choice("b", "beach.mp4"))),
    Asked("q2", "What shall the title say?"),
    Said("", (Offer(Deed.EXPORT),)),
    Tracks(TIMELINE),
    Made("city.mp4", "video", 10_000, 1080, 1920, "https://cdn.example/city.mp4"),
    Made("noise.png", "image"),
    Unasked((Change("added", "audio", "Lo-fi", after="0-3s"), Change("added", "text", "Hi"))),
    Changed((Change("renamed", "text", "New", "Old", "New"), Change("added", "text", "Hi", after="0-3s")), TIMELINE),
    Status((), None),
    Status((TALK,), None),
    Status((TALK,), TIMELINE),
    Project((), None),
    Project((TALK,), TIMELINE, 2, 1),
    Balance(None),
    Balance(1, 2, 100, "anonymous", 50, 100, "https://example.org/register"),
    Balance(40, owner="server", edit_cost=50),
    Balance(40, 0, 40, "bot", 1),
    RenderQueued("r1"),
    RenderQueued("r1", preview=True),
    RenderQueued("r1", preview=True, quick=False),
    RenderQueued("r1", preview=True, long_ms=1_200_000),
    RenderProgress("r1", 37.6),
    RenderReady("r1", "talk.mp4", Path("x"), 8_400_000, 24_000, 1920, 1080, None, None),
    RenderReady(
        "r1",
        "t.mp4",
        None,
        99,
        None,
        None,
        None,
        "https://example.org/v",
        datetime(2026, 1, 2, tzinfo=UTC),
        "https://c",
    ),
    *(
        RenderReady("r1", "t.mp4", path, 99, 9_000, 640, 360, link, None, full_size=full, limit=limit)
        for path in (Path("x"), None)
        for link in (None, "https://example.org/v")
        for full in (None, 80_000_000)
        for limit in (None, 10_000_000)
    ),
    RenderReady("r1", "t.gif", Path("x"), 99, 60_000, 640, 360, None, None, format="gif", whole_ms=90_000),
    RenderReady("r1", "t.mp3", Path("x"), 99, 60_000, None, None, None, None, format="mp3"),
    RenderReady("r1", "t.mp4", Path("x"), 99, 60_000, 640, 360, None, None, preview=True),
    RenderReady("r1", "t.mp4", Path("x"), 99, 60_000, 640, 360, None, None, preview=True, quick=False),
    RenderReady("r1", "t.mp4", Path("x"), 99, 60_000, 640, 360, None, None, preview=True, keyframes=True),
    Delivered("r1"),
    Cancelled(),
    Cancelled(may_go_on=True),
    Stopped(),
    Stopped(1, 2, 3, may_go_on=True),
    Priced(None),
    Priced(50, (Offer(Deed.SAY, "t", 0, "Undo the last change.", "Undo it"),)),
    Dropped(("a.mp4",)),
    Dropped(("a.mp4", "b.mp4"), "cut it\nand export", "<@7>"),
    DropEnded("closed"),
    DropEnded("expired", ("a.mp4", "b.mp4")),
    Forgotten(),
    Forgotten(2, 1, 1, "gone"),
    Forgotten(1, 0, 3, "later"),
    Forgotten(0, 2, 0, "stays"),
    Guide(
        in_project=True,
        file_limit=500_000_000,
        has_page=True,
        on_this_machine=True,
        edit_cost=None,
        free_undo=True,
        has_redo=True,
    ),
    Guide(
        in_project=False,
        file_limit=8_000_000,
        has_page=False,
        on_this_machine=False,
        edit_cost=50,
        free_undo=False,
        has_redo=False,
    ),
    *(Problem(kind) for kind in ProblemKind),
    *(
        Problem(kind, "as it said", "a.mov", 500_000_000, 30, datetime(2026, 1, 2, tzinfo=UTC), "https://x", "ref-1")
        for kind in ProblemKind
    ),
]


@pytest.mark.parametrize("locale", ["en-US", "zh-CN", "pt-BR"])
@pytest.mark.parametrize("update", EXAMPLES, ids=lambda update: type(update).__name__)
def test_every_update_has_words_with_nothing_left_unfilled(update: Update, locale: str) -> None:
    words = say(update, locale)

    assert words.strip()
    assert "{" not in words
    assert "None" not in words
    assert len(words) < 2000


def test_the_examples_cover_every_kind_of_update() -> None:
    assert {type(update) for update in EXAMPLES} | {Ended} == set(get_args(Update))


def test_the_end_of_a_request_is_no_message() -> None:
    assert say(Ended(), "en") == ""


def test_chinese_is_complete_and_takes_the_same_fields() -> None:
    def fields(template: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name}

    keys = {key for key in en.WORDS if not key.endswith(".one")}
    assert set(zh_cn.WORDS) == keys
    assert {key: fields(zh_cn.WORDS[key]) for key in keys} == {key: fields(en.WORDS[key]) for key in keys}


def test_the_timeline_is_listed_a_track_a_line() -> None:
    assert timeline(TIMELINE, "en").splitlines() == [
        "Timeline (3 tracks, 1:26):",
        "1. Video: city timelapse (0s-10s)",
        "2. Sound: Lo-fi (0s-10s, 35%)",
        '3. Title: "Urban Dreams" (0s-3s)',
    ]


def test_a_clip_that_was_cut_says_into_how_many_parts() -> None:
    words = timeline(
        TimelineSummary(900, tracks=(TrackSummary("video", (TrackItem("a", 0, 900, cuts=(1, 2)),)),)), "en"
    )

    assert words.endswith("1. Video: a (0s-0.9s, 3 parts)")


def test_a_track_of_hundreds_of_cuts_names_the_first_few() -> None:
    cuts = tuple(TrackItem("talk.mp4", at, at + 1) for at in range(300))
    words = timeline(TimelineSummary(300, tracks=(TrackSummary("video", cuts),)), "en")

    assert words.endswith("and 294 more")


def test_names_pass_the_faces_escape_and_braces_are_only_braces() -> None:
    words = say(Problem(ProblemKind.BROKEN_FILE, name="{0.__class__}*x*"), "en", lambda text: text.replace("*", r"\*"))

    assert words.startswith(r"{0.__class__}\*x\* is damaged")


@pytest.mark.parametrize(
    ("ms", "words"), [(0, "0s"), (12_440, "12.4s"), (59_999, "60s"), (86_000, "1:26"), (3_723_000, "1:02:03")]
)
def test_lengths_read_as_people_write_them(ms: int, words: str) -> None:
    assert length(ms) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "1 KB"), (512_000, "512 KB"), (8_440_000, "8.4 MB"), (1_200_000_000, "1.2 GB")]
)
def test_sizes_count_in_thousands(count: int, words: str) -> None:
    assert size(count) == words
