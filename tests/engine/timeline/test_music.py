"""What is heard beside the footage: music, effects, voices, and how loud and clean all of it is."""

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.timeline import needs
from bot.engine.timeline.apply import append_media
from bot.engine.timeline.heard import spoken
from bot.engine.timeline.model import Library, MediaItem
from bot.engine.timeline.ops import (
    CutRange,
    Denoise,
    Duck,
    EditOp,
    ExportOp,
    MusicOp,
    Mute,
    Normalize,
    ReplaceAudio,
    Split,
    VoiceOver,
    Volume,
)
from bot.engine.timeline.sound import DUCKED
from tests.engine.timeline.footage import DEMO, LIBRARY, RAIN, SONG, TALK, VLOG, after, refused, timeline_of, told

ONE = timeline_of(TALK)


@pytest.mark.parametrize(
    ("op", "media", "start", "end", "volume"),
    [
        (MusicOp(), "rain", 0, 30_000, 30),  # the newest
        (MusicOp(mood="happy"), "rain", 0, 30_000, 30),
        (MusicOp(file="lo-fi song.mp3"), "song", 0, 30_000, 30),
        (MusicOp(file="Lo-Fi Song"), "song", 0, 30_000, 30),
        (MusicOp(file="lo-fi", volume=60), "song", 0, 30_000, 60),
        (MusicOp(file="song", start=5), "song", 5_000, 30_000, 30),
        (MusicOp(file="song", start=5, end=12), "song", 5_000, 12_000, 30),
        (MusicOp(file="song", start=5, end=99), "song", 5_000, 30_000, 30),
        (MusicOp(file="song", volume=0), "song", 0, 30_000, 0),
    ],
)
def test_laid_under_the_video(op: MusicOp, media: str, start: int, end: int, volume: int) -> None:
    (item,) = after(ONE, op).music
    assert (item.media, item.start, item.end, item.volume) == (media, start, end, volume)
    assert (item.offset, item.fade_in, item.fade_out, item.muted) == (0, 0, 1_500, False)


def test_two_at_once_replaced_and_removed() -> None:
    both = after(ONE, MusicOp(file="song"), MusicOp(file="rain"))
    assert [(one.id, one.media) for one in both.music] == [("m1", "song"), ("m2", "rain")]
    assert [one.media for one in after(both, MusicOp(file="song", start=1, replace=True)).music] == ["song"]
    assert told(both, MusicOp(file="song", replace=True)).facts["count"] == 2
    assert [one.media for one in after(both, MusicOp(remove=True, file="rain")).music] == ["song"]
    assert after(both, MusicOp(remove=True)).music == ()


def test_the_same_again_only_changes_its_volume() -> None:
    twice = after(ONE, MusicOp(file="song"), MusicOp(file="song", volume=80))
    assert [(one.media, one.volume) for one in twice.music] == [("song", 80)]
    assert told(ONE, MusicOp(), MusicOp()).facts["action"] == "changed"


def test_a_short_piece_fades_within_its_length() -> None:
    (item,) = after(ONE, MusicOp(start=5, end=6)).music
    assert item.fade_out == 500


def test_of_two_files_with_one_name_the_newest() -> None:
    again = replace(SONG, id="again")
    library = Library({**LIBRARY.media, "again": again}, {})
    assert after(ONE, MusicOp(file="lo-fi song.mp3"), library=library).music[0].media == "again"


@pytest.mark.parametrize(
    ("op", "media", "error"),
    [
        (MusicOp(), (TALK,), ("no_music_file", None, None)),
        (MusicOp(mood="sad"), (TALK,), ("no_music_file", None, None)),
        (MusicOp(file="talk.mp4"), (TALK, SONG), ("no_music_file", "talk.mp4", None)),
        (
            MusicOp(file="o"),
            (TALK, SONG, replace(RAIN, name="Storm.wav")),
            ("ambiguous_file", "o", "Lo-Fi Song.mp3, Storm.wav"),
        ),
        (MusicOp(remove=True), (TALK,), ("no_music", None, None)),
        (MusicOp(start=40), (TALK, SONG), ("beyond_end", 40.0, 30.0)),
        (MusicOp(start=5, end=5), (TALK, SONG), ("empty_range", 5.0, 5.0)),
    ],
)
def test_refused(op: EditOp, media: tuple[Any, ...], error: tuple[Any, ...]) -> None:
    assert refused(ONE, op, library=Library({one.id: one for one in media}, {})) == [error]


def test_so_many_and_no_more() -> None:
    full = after(ONE, *[MusicOp(start=float(at)) for at in range(20)])
    assert refused(full, MusicOp(start=25)) == [("too_many", 21, 20)]


SPEAKING = replace(LIBRARY, loudness={"talk": -24.0, "song": -12.0, "rain": -30.0, "track": -12.0})


def test_under_speech_it_lies_below_it_and_gives_way() -> None:
    (item,) = after(ONE, MusicOp(file="song"), library=SPEAKING).music
    assert (item.volume, item.duck) == (10, DUCKED)  # 20 dB down: 8 LU below -24
    assert after(ONE, MusicOp(file="song"), library=SPEAKING).heard[0].speech == LIBRARY.speech["talk"]
    assert after(ONE, MusicOp(file="rain"), library=SPEAKING).music[0].volume == 79
    assert after(ONE, MusicOp(file="song"), library=replace(SPEAKING, speech={})).music[0].volume == 50
    assert after(timeline_of(DEMO), MusicOp(file="song"), library=SPEAKING).music[0].volume == 100
    assert after(ONE, Mute(), MusicOp(file="song"), library=SPEAKING).music[0].duck is None


def test_a_level_that_is_named_is_the_level() -> None:
    (item,) = after(ONE, MusicOp(file="song", volume=40), library=SPEAKING).music
    assert (item.volume, item.duck) == (40, None)
    (item,) = after(ONE, MusicOp(file="song", volume=40), Duck(percent=10), library=SPEAKING).music
    assert (item.volume, item.duck) == (40, 10)
    (item,) = after(ONE, MusicOp(file="song"), Duck(off=True), library=SPEAKING).music
    assert item.duck is None


def test_footage_that_comes_later_is_listened_to_as_well() -> None:
    later = append_media(after(ONE, MusicOp(file="song"), library=SPEAKING), VLOG)
    assert needs.standing([Split(at=[1])], later) == {"speech"}
    assert needs.standing([ExportOp()], later) == set()
    assert {one.media for one in after(later, Split(at=[1]), library=SPEAKING).heard} == {"talk", "vlog"}


def test_effects_and_other_sound_are_heard_once_and_whole() -> None:
    effect = after(ONE, MusicOp(file="song", role="effect", start=5))
    assert [(one.start, one.end, one.volume, one.duck) for one in effect.music] == [(5_000, 12_000, 100, None)]
    assert [(one.start, one.end) for one in after(effect, CutRange(start=0, end=2)).music] == [(3_000, 10_000)]
    assert [(one.start, one.end) for one in after(effect, CutRange(start=6, end=10)).music] == [(5_000, 12_000)]
    both = after(effect, MusicOp(file="rain"), MusicOp(remove=True))
    assert [one.role for one in both.music] == ["effect"], "the music goes, the effect stays"
    other = after(ONE, ReplaceAudio(file="song"))
    assert [(one.start, one.end, one.role) for one in other.music] == [(0, 7_000, "audio")]
    assert all(one.muted for one in other.segments)
    assert after(other, MusicOp(remove=True)).music == (), "what is no music is meant where there is none"


def test_the_music_is_muted_and_turned_down_without_the_effects() -> None:
    both = after(ONE, MusicOp(file="song", role="effect"), MusicOp(file="rain"))
    quiet = after(both, Volume(target="music", percent=10), Mute(target="music"))
    assert [(one.role, one.volume, one.muted) for one in quiet.music] == [("effect", 100, False), ("music", 10, True)]


def test_a_track_that_was_made_is_taken_for_its_mood_or_where_there_is_no_other() -> None:
    track = MediaItem("track", "tender acoustic 1", "audio", 30_000, has_sound=True, made=True)
    made = Library({"track": track} | LIBRARY.media, {}, made={"mood:jazz": "track", "mood:calm": "track"})
    assert after(ONE, MusicOp(mood="jazz"), library=made).music[0].media == "track"
    assert told(ONE, MusicOp(mood="jazz"), library=made).facts["nearest"] == "jazz"
    assert after(ONE, MusicOp(), library=made).music[0].media == "rain", "somebody's own file comes first"
    bare = Library({"track": track, "talk": TALK}, {}, made=made.made)
    assert after(ONE, MusicOp(), library=bare).music[0].media == "track"


def test_a_voice_over_brings_the_music_down() -> None:
    voice = MediaItem("v", "voice-over: Hi", "audio", 4_000, has_sound=True, made=True)
    made = Library({"v": voice} | LIBRARY.media, {}, made={"voice:Hi": "v"})
    new = after(ONE, MusicOp(file="song"), VoiceOver(text="Hi", start=28), library=made)
    assert [(one.role, one.start, one.end, one.duck) for one in new.music] == [
        ("music", 0, 30_000, DUCKED),
        ("voice", 28_000, 30_000, None),
    ]
    assert told(ONE, VoiceOver(text="Hi", start=28), library=made).facts["unheard_ms"] == 2_000
    assert spoken(new) == ((28_000, 30_000),)


@pytest.mark.parametrize(
    ("op", "error"),
    [
        (Duck(), ("no_music", None, None)),
        (VoiceOver(text="Hi"), ("no_voice", None, None)),
        (VoiceOver(text="你好，欢迎"), ("no_voice_language", None, None)),
        (VoiceOver(text=" ... "), ("no_spoken_words", None, None)),
        (VoiceOver(remove=True), ("no_voice_over", None, None)),
        (MusicOp(file="song", role="effect", start=30), ("beyond_end", 30.0, 30.0)),
        (ReplaceAudio(file="nothing"), ("no_music_file", "nothing", None)),
        (Denoise(target="music"), ("no_music", None, None)),
        (Denoise(clip=2), ("no_clip", 2, 1)),
    ],
)
def test_what_cannot_be_heard_is_refused(op: EditOp, error: tuple[Any, ...]) -> None:
    assert refused(ONE, op) == [error]


def test_nobody_to_give_way_to() -> None:
    assert refused(ONE, MusicOp(), Duck(), library=replace(LIBRARY, speech={})) == [("no_speech_under", None, None)]


def test_clips_of_different_loudness_are_brought_together_before_the_whole_is() -> None:
    two = timeline_of(TALK, VLOG)
    apart = replace(LIBRARY, loudness={"talk": -30.0, "vlog": -18.0})
    new = after(two, Normalize(), library=apart)
    assert (new.loudness, [one.volume for one in new.segments]) == (-14.0, [398, 100])
    assert told(two, Normalize(), library=apart).facts["levelled"] == 1
    set_ = after(two, Volume(percent=50, clip=1), Normalize(lufs=-20), library=apart)
    assert (set_.loudness, [one.volume for one in set_.segments]) == (-20.0, [50, 100]), "what was set stays"
    near = replace(LIBRARY, loudness={"talk": -20.0, "vlog": -18.0})
    assert [one.volume for one in after(two, Normalize(), library=near).segments] == [100, 100]
    assert after(new, Normalize(off=True)).loudness is None


def test_noise_is_taken_out_of_what_sounds() -> None:
    three = timeline_of(TALK, DEMO, VLOG)
    assert [one.denoise for one in after(three, Denoise()).segments] == [True, False, True]
    assert [one.denoise for one in after(three, Denoise(clip=3)).segments] == [False, False, True]
    assert after(three, Denoise(), Denoise(off=True)) == three
    assert refused(three, Denoise(clip=2)) == [("no_sound", 2, None)]
    scored = after(three, MusicOp(file="song"), Denoise(target="music"))
    assert not any(one.denoise for one in scored.segments)
    assert [one.denoise for one in scored.music] == [True]
