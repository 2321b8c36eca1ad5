"""Every operation, really applied, can be told in both languages: with numbers, without a raw key left over."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.engine.agent import words_en, words_zh
from bot.engine.agent.plan import plan
from bot.engine.agent.request import Context, Plan
from bot.engine.agent.say import say, say_errors, say_upload
from bot.engine.timeline import apply as timeline_apply
from bot.engine.timeline.apply import Applied, Done, OpError, OpErrors, append_media, apply
from bot.engine.timeline.model import Library, Looked, MediaItem, Timeline, Word
from bot.engine.timeline.ops import (
    Aspect,
    Blur,
    Bw,
    Chapters,
    Color,
    Crop,
    CutRange,
    CutSeen,
    CutWords,
    DeleteClip,
    Denoise,
    Duck,
    Duplicate,
    EditOp,
    ExactLength,
    FadeOp,
    Flip,
    Fps,
    Freeze,
    Highlight,
    KeepRange,
    Letterbox,
    Loop,
    Merge,
    MusicOp,
    Mute,
    Normalize,
    Op,
    PictureInPicture,
    ProgressBar,
    RemoveFiller,
    Reorder,
    ReplaceAudio,
    Report,
    Resize,
    Reverse,
    Rotate,
    Slideshow,
    SoundCut,
    Speed,
    Split,
    SplitScreen,
    Stabilize,
    Subtitle,
    TextOp,
    Timecode,
    TransitionOp,
    TrimEnd,
    TrimSilence,
    TrimStart,
    Unsupported,
    VoiceOver,
    Volume,
    Watermark,
    ZoomOp,
)  # fmt: skip
from bot.engine.timeline.report import report
from tests.engine.agent.planning import ONE, SURROUNDINGS, THREE, planned

MEDIA = {
    "m1": MediaItem("m1", "talk.mp4", "video", 60_000, 1920, 1080, has_sound=True),
    "m2": MediaItem("m2", "beach.mp4", "video", 40_000, 1920, 1080, has_sound=True),
    "m3": MediaItem("m3", "song.mp3", "audio", 30_000, has_sound=True),
}
MADE = {
    "m4": MediaItem("m4", "tender acoustic 2", "audio", 36_000, has_sound=True, made=True),
    "m5": MediaItem("m5", "voice-over", "audio", 4_000, has_sound=True, made=True),
}
SPOKEN = tuple(
    Word(1_000 + 500 * number, 1_400 + 500 * number, word)
    for number, word in enumerate(["Sprinkle", "fairy", "dust.", "Um,", "talk", "it", "over,", "granny."])
)
LIBRARY = Library(
    MADE | MEDIA | {"m6": MediaItem("m6", "logo.png", "image", 0, 400, 400)},
    {"m1": ((2_000, 20_000), (26_000, 50_000)), "m2": ((0, 40_000),)},
    looked={"m1": Looked((0, 2_000, 21_000), ((0, 2_000), (20_000, 21_000)), (), (9,) * 60)},
    bars={"m1": (0, 130, 0, 130), "m2": (0, 130, 0, 130)},
    loudness={"m1": -18.0, "m2": -24.0},
    words={"m1": SPOKEN, "m2": ()},
    fillers={"m1": SPOKEN, "m2": ()},
    spoken_in={"m1": "en"},
    made={"mood:jazz": "m4", "voice:Hello.": "m5"},
)


def footage() -> Timeline:
    timeline = Timeline()
    for item in MEDIA.values():
        timeline = append_media(timeline, item)
    return timeline


def told(ops: Sequence[EditOp], language: str, timeline: Timeline | None = None) -> str:
    applied = apply(timeline or footage(), ops, LIBRARY)
    return say(Plan(tuple(ops)), applied, language)


CASES: tuple[tuple[list[EditOp], str], ...] = (
    ([TrimSilence()], r"Removed \d+ pauses? \([\d.]+ s\); now \d+:\d\d"),
    ([TrimSilence(strength="gentle")], "; with more room around the words; now"),
    ([TrimSilence(strength="stronger")], "; closer to the words; now"),
    ([TrimSilence(min_seconds=30)], "Found no pauses to remove."),
    ([TrimStart(seconds=5)], "Cut 5 s off the start; now 1:35."),
    ([TrimStart(seconds=5, clip=2)], "Cut 5 s off the start in clip 2; now 1:35."),
    ([TrimEnd(seconds=2, clip="each")], "Cut 4 s off the ends of 2 clips; now 1:36."),
    ([CutRange(start=30, end=45)], "Removed 0:30 to 0:45 (15 s); now 1:25."),
    ([KeepRange(start=0, end=30)], "Kept 30 s, removed 70 s; now 0:30."),
    ([KeepRange(ranges=[(0, 10), (20, 30)])], "Kept 2 parts (20 s), removed 80 s; now 0:20."),
    ([Split(at=[10, 20])], "Split into 4 clips."),
    ([Highlight(seconds=20)], "Kept the liveliest "),
    ([CutSeen(what="black")], "Removed 2 stretches of black (3 s); now 1:37."),
    ([CutSeen(what="frozen")], "Found no part in which the picture stands still."),
    ([DeleteClip(clip=2)], "Deleted clip 2 (beach.mp4, 40 s); now 1:00."),
    ([Reorder(order=[2, 1])], "Put the clips in the order 2, 1."),
    ([Duplicate(clip=2)], "Clip 2 (beach.mp4) is there twice now, 3 clips in all; now 2:20."),
    ([Duplicate()], "Everything plays twice now; now 3:20."),
    ([Loop(times=3)], "Plays 3 times in all; now 5:00."),
    ([Loop(seconds=300, clip=1)], "Repeats until 300 s are filled in clip 1; now 5:40."),
    ([Loop(boomerang=True)], "Plays there and back, 1×; now 3:20."),
    ([Loop(boomerang=True, seconds=150)], "Plays there and back until 150 s are filled; now 2:30."),
    ([TrimSilence(keep_seconds=1)], r"Shortened \d+ pauses to 1 s \([\d.]+ s less\)"),
    ([TrimSilence(speed=4)], r"Plays \d+ pauses at 4× \([\d.]+ s less\)"),
    ([Speed(factor=4, ramp="in")], "Glides to 4× between 0:00 and 1:40"),
    ([Speed(factor=4, ramp="out", start=10, end=20)], "Glides from 4× back between 0:10 and 0:20"),
    ([Speed(factor=4, ramp="both", clip=1)], "Glides to 4× and back between 0:00 and 1:00 in clip 1"),
    ([ExactLength(seconds=90)], "Made it exactly 90 s long by playing it at 1.11×; now 1:30."),
    ([ExactLength(seconds=60)], "Made it exactly 60 s long by cutting the end; now 1:00."),
    ([ExactLength(seconds=100)], "It is exactly 100 s long already."),
    ([Split(parts=4)], "Split into 5 clips."),
    ([Split(scenes=True)], "Split into 4 clips."),
    ([TextOp(content="A", role="title_card")], "Added the title card “A” (0:00 to 0:03, center); now 1:43."),
    ([Slideshow(seconds=4)], "Made a slideshow of 1 photo, 4 s each (crossfade); now 1:44."),
    ([Slideshow(seconds=4, style="none")], "Made a slideshow of 1 photo, 4 s each; now 1:44."),
    ([Merge()], "Put logo.png behind the others (3 clips now); now 1:45."),
    ([Merge(), Merge()], "All your files play one after the other already (3 clips)."),
    ([SoundCut(kind="j")], "The sound begins up to 0.5 s before the picture at 1 cut; now 1:39.5."),
    ([SoundCut(kind="l", seconds=2)], "The sound goes on for up to 2 s behind the picture at 1 cut; now 1:38."),
    ([Mute(), SoundCut(kind="l")], "Moved no sound: no cut has room for it."),
    ([SoundCut(kind="j"), SoundCut(kind="j", remove=True)], "The sound begins and ends with its picture again."),
    ([SoundCut(kind="j", remove=True)], "The sound begins and ends with its picture already."),
    ([Chapters()], "Set 2 chapters: Sprinkle fairy dust. Um, talk it, beach."),
    ([Chapters(items=[(0, "A"), (50, "B")])], "Set 2 chapters: A, B."),
    ([Chapters(), Chapters(remove=True)], "Removed 2 chapters."),
    ([Freeze(at=10, seconds=3)], "Holds the picture at 0:10 for 3 s; now 1:43."),
    ([Reverse()], "Plays backwards now."),
    ([Reverse(clip=1)], "Plays backwards now in clip 1."),
    ([Reverse(start=10, end=20)], "0:10 to 0:20 plays backwards now."),
    ([Reverse(), Reverse(off=True)], "Plays forwards again."),
    ([TransitionOp()], r"Added 1 transition \(crossfade, 0.5 s\)"),
    ([TransitionOp(style="wipe_left"), TransitionOp(remove=True)], "Removed 1 transition"),
    ([FadeOp(kind="out", seconds=2)], "Added a fade out (2 s, black) to "),
    ([FadeOp(kind="both"), FadeOp(kind="both", remove=True)], "Removed the fade in and out of "),
    ([FadeOp(kind="in", remove=True)], "There was no fade in to remove."),
    ([TextOp(content="Day One", role="title", start=0)], "Added the title “Day One” (0:00 to 0:03, center)."),
    ([TextOp(content="A"), TextOp(target="A", edit=True, color="red")], "Changed the "),
    ([TextOp(content="A"), TextOp(target="A", remove=True)], "Removed the "),
    ([Speed(factor=2)], "Plays at 2× now; now 0:50."),
    ([Speed(factor=2, start=10, end=20)], "0:10 to 0:20 plays at 2× now; now 1:35."),
    ([Speed(factor=0.5, clip=2)], "Plays at 0.5× now in clip 2; now 2:20."),
    ([Volume(percent=50)], "Set the volume of everything from 100% to 50%."),
    ([Volume(percent=50, clip=1)], "in clip 1."),
    ([Mute()], "Muted everything."),
    ([Mute(start=10, end=20)], "Muted everything from 0:10 to 0:20."),
    ([Mute(), Mute(off=True)], "Brought the sound of everything back."),
    ([MusicOp(file="song.mp3", volume=40)], "Added “song.mp3” as music (0:00 to 1:40, 40%)."),
    ([MusicOp(), MusicOp(volume=20)], "song.mp3"),
    ([MusicOp(), MusicOp(file="song.mp3", replace=True)], "song.mp3"),
    ([MusicOp(), MusicOp(remove=True)], "Removed the music “song.mp3”."),
    ([MusicOp(), Volume(target="music", percent=10)], "Set the volume of the music from 30% to 10%."),
    ([MusicOp()], "as music (0:00 to 1:40, 30%); 30% of that while somebody speaks."),
    ([MusicOp(mood="jazz")], "made by a machine and free to use; the nearest I have to jazz."),
    ([MusicOp(file="song.mp3", role="effect", start=3)], "Added the sound “song.mp3” at 0:03 (100%)."),
    ([ReplaceAudio()], "Replaced the sound by “song.mp3”; it ends at 0:30 and it is quiet after that."),
    ([KeepRange(start=0, end=20), ReplaceAudio()], "Replaced the sound by “song.mp3”."),
    ([MusicOp(), Duck(percent=20)], "The music goes down to 20% of its level while somebody speaks."),
    ([MusicOp(), Duck(off=True)], "The music no longer goes down while somebody speaks."),
    ([Normalize()], "Evened out the loudness, to -14 LUFS; brought 1 clip to the level of the others first."),
    ([Normalize(off=True)], "Left the loudness as it is recorded."),
    ([Denoise()], "Took steady noise out of the sound of the video."),
    ([Denoise(clip=2, off=True)], "Left the noise in the sound of the video as it is recorded in clip 2."),
    ([VoiceOver(text="Hello.", start=2)], "Added your words as a voice-over (0:02 to 0:06), in a machine's voice."),
    ([VoiceOver(text="Hello.", start=98)], "the video ends 2 s before they do."),
    ([VoiceOver(text="Hello."), VoiceOver(remove=True)], "Removed the voice-over."),
    ([Aspect(ratio="9:16", mode="blur_pad")], "Made the picture 9:16 ("),
    ([Aspect(ratio="9:16", track="speaker")], "I cannot see faces without the vision extra, so it is"),
    ([Fps(value=24)], "Made it 24 frames a second (it was 30)."),
    ([Color(brightness="up", preset="vintage")], "Changed the picture: brightness +20, look vintage."),
    ([Color(saturation=-40, start=10, end=20)], "Changed the picture: saturation -40 from 0:10 to 0:20."),
    ([Color(vignette=True, clip=2), Color(remove=True)], "Took the changes of the colours away."),
    ([Bw(clip=2)], "Made it black and white in clip 2."),
    ([Bw(except_clips=[1])], "Made it black and white, except clip 1."),
    ([Bw(), Bw(off=True)], "Brought the colours back."),
    ([Blur(start=5, end=10)], "Made the picture unreadable (blurred, 50%) from 0:05 to 0:10."),
    ([Blur(region=(0, 0, 0.5, 0.5), style="pixelate")], "Made that region unreadable (pixelated, 50%)."),
    ([Blur(), Blur(strength="more")], "Changed how strongly it is blurred."),
    ([Blur(), Blur(remove=True)], "Took the blur away."),
    ([ZoomOp(kind="in", start=5)], "Zoomed slowly in (120%) from 0:05 to 0:09."),
    ([ZoomOp(kind="cuts"), ZoomOp(remove=True)], "Took the zoom away."),
    ([Stabilize(clip=1)], "Steadied the picture, which crops its edges a little in clip 1."),
    ([Stabilize(), Stabilize(off=True)], "Left the picture as shaky as it was."),
    ([Rotate(degrees=90)], "Turned the picture 90° clockwise (1080×1920)."),
    ([Flip(axis="horizontal", clip=1)], "Mirrored the picture left to right in clip 1."),
    ([Crop(left=0.5)], "Cut the edges off (960×1080)."),
    ([Crop(left=0.5), Crop(remove=True)], "Brought the edges back (1920×1080)."),
    ([Crop(auto="black_bars")], "Took the black bars away (1920×800)."),
    ([Watermark(position="top-left")], "Laid “logo.png” over the picture (top left, 15% wide, 0:00 to 1:40)."),
    ([Watermark(), Watermark(edit=True, opacity=0.5)], "Changed “logo.png” (bottom right, 15% wide, opacity 50%, "),
    ([Watermark(), Watermark(remove=True)], "Took “logo.png” off the picture."),
    ([PictureInPicture(clip=2, position="left-half")], "Laid “beach.mp4” over the picture (left half, 50% wide, "),
    ([PictureInPicture(clip=2, full=True, start=5, end=9)], "“beach.mp4” fills the picture from 0:05 to 0:09"),
    ([PictureInPicture(clip=2), PictureInPicture(edit=True, size="larger")], "Changed “beach.mp4” (bottom right, 40%"),
    ([PictureInPicture(clip=2), PictureInPicture(remove=True)], "Took “beach.mp4” off the picture."),
    ([SplitScreen()], "Put 2 clips on the screen at once (side by side); the first of them is heard; now 1:00."),
    ([Letterbox()], "Added cinema bars (2.39:1)."),
    ([Letterbox(), Letterbox(remove=True)], "Took the bars away."),
    ([Timecode()], "Added the running time (top right)."),
    ([Timecode(), Timecode(remove=True)], "Took the running time away."),
    ([ProgressBar()], "Added a progress bar along the bottom."),
    ([ProgressBar(), ProgressBar(remove=True)], "Took the progress bar away."),
    ([Subtitle()], "Put subtitles on the picture (7 words; bottom, white, size 100%)."),
    ([Subtitle(burn=False)], "Made subtitles (7 words) a track of the video"),
    ([Subtitle(), Subtitle(edit=True, size="larger")], "Changed the subtitles: bottom, white, size 133%."),
    ([Subtitle(), Subtitle(edit=True, burn=False)], "Made the subtitles a track of the video"),
    ([Subtitle(), Subtitle(find="fairy", replace="granny")], "Wrote “granny” for “fairy” in the subtitles, once."),
    ([Subtitle(), Subtitle(remove=True)], "Removed the subtitles."),
    ([Subtitle(format="srt")], "Wrote down what is said (7 words)."),
    ([RemoveFiller()], "Cut out 1 hesitation (0.5 s): um ×1; now 1:39.5."),
    ([RemoveFiller(words=["asdfgh"])], "Found no hesitations to cut out."),
    ([CutWords(words="fairy dust")], "Cut 1 part (1.7 s), 0:00.8–0:02.4: “Sprinkle fairy dust.”; now 1:38.3."),
    ([CutWords(words="granny", keep=True)], "Kept only 1 part, 0:02.4–0:05.2, and cut"),
    ([Resize(height=720)], "Made the picture 1280×720 (it was 1920×1080)."),
    ([TextOp(content="Late", start=90, end=95), KeepRange(start=0, end=30)], "1 text went with that part"),
)  # fmt: skip


@pytest.mark.parametrize(("ops", "expected"), CASES)
def test_what_was_done_is_told_with_numbers(ops: list[EditOp], expected: str) -> None:
    text = told(ops, "en")
    assert expected in text or re.search(expected, text), text


@pytest.mark.parametrize("ops", [ops for ops, _ in CASES])
@pytest.mark.parametrize("language", ["en", "fr", "zh-CN", "zh"])
def test_nothing_raw_is_left_in_any_language(ops: list[EditOp], language: str) -> None:
    text = told(ops, language)
    for item in LIBRARY.media.values():
        text = text.replace(item.name, "").replace(item.name.partition(".")[0], "")
    _is_readable(text, language)


def test_every_operation_of_the_engine_is_among_the_cases() -> None:
    told_of = {op.op for ops, _ in CASES for op in ops}
    assert told_of == set(timeline_apply._WAYS) | {"cut_range"}


def test_the_length_is_told_once_after_the_last_change() -> None:
    text = told([TrimStart(seconds=5), TrimEnd(seconds=5), Mute()], "en")
    assert text == "Cut 5 s off the start.\nCut 5 s off the end; now 1:30.\nMuted everything."


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("shots", "Found 4 shots, from: 0:00, 0:02, 0:21, 1:00."),
        ("black", "Found 2 stretches of black (3 s in all): 0:00–0:02, 0:20–0:21."),
        ("frozen", "The picture stands still nowhere for a second or more."),
        ("pauses", "Found 3 pauses (17.2 s in all, the longest 9.8 s): 0:00–0:01.8, 0:20.2–0:25.8, 0:50.2–1:00."),
        ("transcript", "This is said:\n0:01 Sprinkle fairy dust. talk it over, granny.\n(7 words)."),
        ("words", "“fairy” is said once: 0:01.5–0:01.9."),
        ("loudness", "is -19.5 LUFS; loudest is clip 1 (-18), quietest clip 2 (-24)."),
    ],
)
def test_a_report_is_told(what: Any, expected: str) -> None:
    done = Done("report", report(footage(), Report(what=what, words="fairy"), LIBRARY))
    assert expected in say(Plan(), Applied(footage(), (done,)), "en")
    _is_readable(say(Plan(), Applied(footage(), (done,)), "zh").replace("LUFS", ""), "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_undo_and_redo_are_told(language: str) -> None:
    for name in ("undo", "redo"):
        for count in (0, 1, 3):
            _is_readable(say(Plan(), Applied(Timeline(), (Done(name, {"count": count}),)), language), language)
    assert say(Plan(), Applied(Timeline(), (Done("undo", {"count": 3}),)), "en") == "Took back 3 steps."


def _codes() -> set[str]:
    listed = re.search(r"Codes of errors: ([^.]+)\.", timeline_apply.__doc__ or "")
    assert listed
    return {code.strip() for code in listed[1].split(",")}


def test_every_error_has_words_with_a_next_step_in_both_languages() -> None:
    for table in (words_en, words_zh):
        assert set(table.ERRORS) >= _codes()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", sorted(_codes()))
def test_errors_are_readable(code: str, language: str) -> None:
    for value, limit in ((None, None), (3.0, 120.0), ("a, b", "c, d")):
        text = say_errors(OpErrors((OpError(0, "cut_range", code, value, limit),)), language)
        _is_readable(text, language)
        assert "changed nothing" in text or "没有做任何改动" in text


def test_a_real_error_tells_value_and_limit() -> None:
    with pytest.raises(OpErrors) as caught:
        apply(footage(), [CutRange(start=200, end=210), DeleteClip(clip=9)], LIBRARY)
    assert say_errors(caught.value, "en") == (
        "3:20 is beyond the end: the video is 1:40 long. Name a time before that.\n"
        "There is no clip 9; this project has 2. Say which of them you mean.\n"
        "I changed nothing."
    )


def test_what_is_understood_and_has_no_way_yet_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(timeline_apply._WAYS, "delete_clip")
    with pytest.raises(OpErrors) as caught:
        apply(footage(), [DeleteClip(clip=1), Mute()], LIBRARY)
    assert say_errors(caught.value, "en").startswith("I understand that (delete clip), but I cannot do it yet.")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "text",
    ["add captions", "help", "what is love?", "clone my voice", "export as mov", "merge the clips", "status", "credits",
     "cancel", "upload", "thanks", "export", "don't export", "make it better", "trim 5 seconds", "delete clip 9",
     "delete every file on the server", "cut from 3:00 to 4:00", "cut from 0:10 to 0:20", "undo 50 times", "asdfgh",
     "trim the silences and speed it up 2x and sprinkle fairy dust over granny", "remove the title", "split it",
     "crop it", "make it 30 seconds long", "the volume", "speed it up", "slower", "scale to 1000x900",
     "add a filter", "blur the logo", "rotate it",
     "crop the left side", "change the frame rate", "add my logo", "put brand.png top left", "add a picture in picture",
     "split screen", "extract all frames", "make a gif", "take a screenshot", "compress it", "extract the audio",
     "gif of 1:55 to 3:00", "blur from 0:20 to 0:10", "remove the watermark", "add stickers", "export as avi"],
)  # fmt: skip
def test_every_kind_of_answer_is_readable(text: str, language: str) -> None:
    for timeline in (ONE, THREE):
        made = plan(text, timeline, replace(SURROUNDINGS, language=language))
        _is_readable(say(made, None, language) or made.questions[0].prompt, language)
        for question in made.questions:
            _is_readable(question.prompt, language)
            for option in question.options:
                assert option.label
                assert "{" not in option.label


def test_what_was_left_is_told_beside_what_was_done() -> None:
    text = "trim the silences, add transitions, make it 9:16, mute it, speed up 2x, frobnicate"
    made = planned(text, THREE)
    assert say(made, None, "en") == "I did not understand: “frobnicate”."
    assert say(made, None, "zh") == "我没看懂：“frobnicate”。"


def test_words_of_people_cannot_ping_or_run_on() -> None:
    made = planned("mute it, trim the silences, make it vertical and @everyone " + "x" * 300)
    text = say(made, None, "en")
    assert "@everyone" not in text
    assert "…" in text


def test_what_cannot_be_done_names_the_nearest_thing() -> None:
    ops: tuple[Op, ...] = (Unsupported(what="format mov", nearest="mp4"),)
    assert say(Plan(ops), None, "en") == (
        "I can't export MOV files: my files are MP4 (H.264 and AAC). Nearest: a finished MP4 (export)."
    )


def test_the_languages_hold_the_same_keys() -> None:
    names = [name for name in vars(words_en) if name.isupper()]
    assert names == [name for name in vars(words_zh) if name.isupper()]
    for name in names:
        english, chinese = getattr(words_en, name), getattr(words_zh, name)
        if isinstance(english, dict):
            if name != "NAMES":
                assert set(english) == set(chinese), name
            for key, text in english.items():
                if isinstance(text, str):
                    assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", chinese[key])), (name, key)


def test_an_upload_is_told() -> None:
    assert say_upload(MEDIA["m1"], "en") == "“talk.mp4” is in (1:00)."
    assert say_upload(MEDIA["m1"], "zh") == "“talk.mp4”已收到（1:00）。"
    assert say_upload(MediaItem("p", "p.png", "image", 0), "en") == "“p.png” is in."


def test_the_language_of_the_context_words_the_question() -> None:
    made = plan("speed it up", ONE, Context(language="zh"))
    assert made.questions[0].prompt == "要快多少？"


def _is_readable(text: str, language: str) -> None:
    """Words only: no placeholder, no key with an underscore, no None, no dictionary; Chinese where Chinese is due."""
    assert text
    text = re.sub(
        r"pip install 'threadcut\[[a-z]+\]'|uv：uv sync --extra [a-z]+|MODEL_[A-Z]+", "", text
    )  # as it is typed
    assert not re.search(r"[{}\[\]]|\b[a-z]+_[a-z_]+\b|\bNone\b|\bTrue\b|ms\b", text), text
    if language.startswith("zh"):
        assert re.search("[\u4e00-\u9fff]", text), text
        known = (
            r"talk|One|ff0000|MP4|MOV|GIF|AAC|MP3|WAV|M4A|Day|Late|H|x|A|r"
            r"rggbb|p|asdfgh|LUFS|sprinkle|fairy|dust|over|granny|frobnicate|trim|the|silences|speed|it|up|status|"
            r"MB|OTIO|[Uu]m|Sprinkle|talk|it|PNG|AVI|brand|logo|png"
        )
        assert not [w for w in re.findall(r"[A-Za-z][A-Za-z0-9]+", text) if not re.fullmatch(known, w)], text
