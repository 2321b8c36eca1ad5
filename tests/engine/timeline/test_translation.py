"""Subtitles in another language: the sentences that are asked for, and their words in the time of what is said."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.engine.render.job import Format
from bot.engine.render.subtitle_file import written
from bot.engine.timeline.cues import burned, cues
from bot.engine.timeline.draft import dump, load
from bot.engine.timeline.model import Library, Timeline, Word
from bot.engine.timeline.ops import CutRange, CutWords, Speed, Subtitle
from bot.engine.timeline.translation import pieces, readable, sentences, told
from tests.engine.timeline.footage import LIBRARY, TALK, VLOG, after, refused, timeline_of
from tests.engine.timeline.footage import told as done
from tests.engine.timeline.talking import knowing, words

SAID = words("Um, welcome to this, my friends. | Goodbye now and then.")
ENGLISH = knowing(talk=SAID)
TEXTS = ("Bienvenidos a esto, mis amigos.", "Adiós.")


def _in(lang: str, texts: Sequence[str], library: Library = ENGLISH, timeline: Timeline | None = None) -> Library:
    """The library after a model gave these texts."""
    timeline = timeline or timeline_of(TALK)
    due = sentences(timeline, lang, library)
    assert len(due) == len(texts)
    return replace(
        library, translated={("talk", lang): told(library.words["talk"], list(zip(due, texts, strict=True)))}
    )


def _text(timeline: Timeline) -> str:
    return " ".join(" ".join(cue.texts()) for cue in cues(timeline))


SPANISH = _in("es", TEXTS)


def test_sentences_of_what_is_heard() -> None:
    talk = timeline_of(TALK)
    assert [one.text for one in sentences(talk, "es", ENGLISH)] == [
        "welcome to this, my friends.",
        "Goodbye now and then.",
    ]
    assert sentences(talk, "en", ENGLISH) == ()
    cut = after(talk, CutRange(start=0, end=3))
    assert [one.text for one in sentences(cut, "es", ENGLISH)] == ["Goodbye now and then."]
    unended = knowing(talk=words(" ".join(["word"] * 300)))
    assert max(len(one.text) for one in sentences(talk, "es", unended)) < 200


@pytest.mark.parametrize("how", [{"translate_to": "es"}, {"lang": "es"}])
def test_shown_in_the_time_of_what_is_said(how: dict[str, str]) -> None:
    timeline = after(timeline_of(TALK), Subtitle.model_validate(how), library=SPANISH)
    assert _text(timeline) == " ".join(TEXTS)
    assert timeline.subtitles is not None
    assert timeline.subtitles.lang == "es"
    (heard,) = timeline.heard
    assert heard.words == SAID  # what was heard is there still
    assert (heard.shown[0].start, heard.shown[-1].end) == (SAID[0].start, SAID[-1].end)
    assert all(one.start < one.end for one in heard.shown)
    assert load(dump(timeline), Library(LIBRARY.media)) == timeline
    assert done(timeline_of(TALK), Subtitle.model_validate(how), library=SPANISH).facts["translated"] == "es"


def test_they_follow_cuts_and_speed_and_words_are_found_as_they_were_said() -> None:
    timeline = after(timeline_of(TALK), Subtitle(translate_to="es"), library=SPANISH)
    faster = after(timeline, Speed(factor=2), library=SPANISH)
    assert _text(faster) == " ".join(TEXTS)
    assert cues(faster)[0].start == cues(timeline)[0].start / 2
    assert _text(after(timeline, CutRange(start=0, end=3), library=SPANISH)) == "Adiós."
    assert _text(after(timeline, CutWords(words="goodbye now and then"), library=SPANISH)) == TEXTS[0]


def test_from_language_to_language() -> None:
    french = _in("fr", ("Bienvenue.", "Au revoir."), SPANISH)
    timeline = after(timeline_of(TALK), Subtitle(), Subtitle(edit=True, translate_to="es"), library=SPANISH)
    assert _text(timeline) == " ".join(TEXTS)
    mended = after(timeline, Subtitle(find="Adiós", replace="Hasta luego"))
    assert _text(mended).endswith("Hasta luego.")
    assert _text(after(mended, Subtitle(edit=True, size="larger"))) == _text(mended)
    assert _text(after(mended, Subtitle(burn=False), library=ENGLISH)) == _text(mended)
    assert sentences(mended, "es", ENGLISH) == ()
    assert _text(after(mended, Subtitle(edit=True, translate_to="fr"), library=french)) == "Bienvenue. Au revoir."
    english = "welcome to this, my friends. Goodbye now and then."
    assert _text(after(mended, Subtitle(lang="en"), library=ENGLISH)) == english
    assert _text(after(mended, Subtitle(remove=True), Subtitle(), library=ENGLISH)) == english


def test_a_file_of_them_shows_nothing() -> None:
    forms: tuple[Format, ...] = ("srt", "vtt", "txt")
    timeline = after(timeline_of(TALK), Subtitle(format="srt", translate_to="es"), library=SPANISH)
    assert timeline.subtitles is None
    for form in forms:
        text = written(timeline, form)
        assert all(one in text for one in TEXTS)
        assert "Goodbye" not in text
    english = after(timeline_of(TALK), Subtitle(), Subtitle(format="srt", translate_to="es"), library=SPANISH)
    assert written(english, "srt").count("Adiós") == 1
    assert "Goodbye now and then." in [text for cue in burned(english) for text in cue.texts()]
    assert "Goodbye" in written(after(english, Subtitle(format="srt"), library=ENGLISH), "srt")
    assert "Adiós" not in _text(after(english, Subtitle(burn=False), library=ENGLISH))
    facts = done(timeline_of(TALK), Subtitle(format="srt", translate_to="es"), library=SPANISH).facts
    assert (facts["action"], facts["lang"], facts["translated"]) == ("written", "es", "es")


def test_without_a_translation_nothing_is_translated() -> None:
    talk = timeline_of(TALK)
    for op in (Subtitle(translate_to="fr"), Subtitle(lang="fr"), Subtitle(format="srt", translate_to="fr")):
        assert refused(talk, op, library=SPANISH) == [("no_translation", "fr", None)]
    assert refused(talk, Subtitle(translate_to="tlh"), library=SPANISH) == [("no_language", "tlh", None)]
    both = knowing(talk=SAID, vlog=words("Hi."))
    assert refused(
        timeline_of(TALK, VLOG), Subtitle(translate_to="es"), library=replace(both, translated=SPANISH.translated)
    ) == [("no_translation", "es", None)]
    assert done(talk, Subtitle(translate_to="en"), library=ENGLISH).facts.get("translated") is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Guten Tag, alle!", ["Guten", "Tag,", "alle!"]),
        ("欢迎用 Threadcut，朋友们！", ["欢", "迎", "用", "Threadcut，", "朋", "友", "们！"]),
        ("他说“你好”。", ["他", "说", "“你", "好”。"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("", []),
    ],
)
def test_pieces(text: str, parts: list[str]) -> None:
    assert pieces(text) == parts


def test_readable() -> None:
    assert readable(" a\n\tb\x07\u202ec\ufeff\ud800 ") == "a bc"
    assert readable("می\u200cخواهم") == "می\u200cخواهم"


def test_a_word_of_no_length_is_no_error() -> None:
    short = knowing(talk=(Word(1_000, 1_020, "Hi."),))
    there = _in("es", ("Una frase bastante más larga que lo dicho.",), short)
    assert _text(after(timeline_of(TALK), Subtitle(translate_to="es"), library=there)).startswith("Una frase")
