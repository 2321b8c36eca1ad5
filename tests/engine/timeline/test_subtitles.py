"""Subtitles: put on, styled, mended, taken away."""

from bot.engine.timeline.cues import cues
from bot.engine.timeline.draft import dump, load
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import CutRange, Subtitle
from tests.engine.timeline.footage import DEMO, LIBRARY, TALK, VLOG, after, refused, timeline_of, told
from tests.engine.timeline.talking import knowing, words

TALKING = knowing(talk=words("Welcome to Thread cut, my friends."))


def _on(**how: object) -> Timeline:
    return after(timeline_of(TALK), Subtitle(**how), library=TALKING)


def _text(timeline: Timeline) -> str:
    return " ".join(" ".join(cue.texts()) for cue in cues(timeline))


def test_put_on_with_their_looks_and_kept_in_a_draft() -> None:
    timeline = _on(position="top", color="yellow", size="large", karaoke=True, box=True, outline=False)
    style = timeline.subtitles
    assert style is not None
    assert (style.position, style.color, style.size, style.lang) == ("top", "#ffff00", 150, "en")
    assert style.karaoke
    assert style.box
    assert not style.outline
    assert load(dump(timeline), Library(LIBRARY.media)) == timeline
    assert told(timeline_of(TALK), Subtitle(), library=TALKING).facts["words"] == 6


def test_changed_without_listening_again() -> None:
    larger = after(_on(), Subtitle(edit=True, size="larger", position="top"))
    assert larger.subtitles is not None
    assert (larger.subtitles.size, larger.subtitles.position) == (133, "top")
    assert after(_on(), Subtitle(edit=True, burn=False)).subtitles != _on().subtitles
    assert refused(timeline_of(TALK), Subtitle(edit=True, size="larger")) == [("no_subtitles", None, None)]


def test_taken_away_and_put_on_again_as_they_were_mended() -> None:
    mended = after(_on(), Subtitle(find="thread cut", replace="Threadcut"))
    assert _text(mended) == "Welcome to Threadcut, my friends."
    gone = after(mended, Subtitle(remove=True))
    assert gone.subtitles is None
    assert _text(after(gone, Subtitle(), library=TALKING)) == "Welcome to Threadcut, my friends."
    assert refused(gone, Subtitle(remove=True)) == [("no_subtitles", None, None)]


def test_mended_words_take_the_time_of_those_they_stand_for() -> None:
    timeline = after(_on(), Subtitle(find="Welcome", replace="A very warm welcome"))
    row = timeline.heard[0].words
    assert [word.text for word in row[:4]] == ["A", "very", "warm", "welcome"]
    assert (row[0].start, row[3].end) == (1_000, 1_300)
    assert _text(after(_on(), Subtitle(find="my friends", replace=""))) == "Welcome to Thread cut,"
    assert refused(_on(), Subtitle(find="banana", replace="x"))[0][0] == "not_said"
    assert refused(timeline_of(TALK), Subtitle(find="banana", replace="x"))[0][0] == "no_subtitles"


def test_a_file_of_them_shows_nothing_that_was_not_shown() -> None:
    timeline = _on(format="srt")
    assert timeline.subtitles is None
    assert _text(timeline) == "Welcome to Thread cut, my friends."
    assert _on(format="srt", burn=True).subtitles is not None


def test_another_language_is_heard_anew_and_what_was_heard_stays_else() -> None:
    spanish = knowing("es", talk=words("Hola a todos."))
    again = after(_on(), Subtitle(lang="es"), library=spanish)
    assert _text(again) == "Hola a todos."
    assert again.subtitles is not None
    assert again.subtitles.lang == "es"
    assert _text(after(_on(), Subtitle(), library=spanish)) == "Welcome to Thread cut, my friends."


def test_footage_that_comes_later_gets_its_words_with_the_next_request() -> None:
    library = knowing(talk=words("First."), vlog=words("Second."))
    both = after(timeline_of(TALK, VLOG), Subtitle(), library=library)
    assert _text(both) == "First. Second."
    assert _text(after(both, CutRange(start=0, end=5), library=library)) == "Second."


def test_refusals() -> None:
    talk = timeline_of(TALK)
    assert refused(talk, Subtitle()) == [("no_speech_extra", None, None)]
    assert refused(timeline_of(DEMO), Subtitle(), library=TALKING) == [("no_sound", None, None)]
    assert refused(timeline_of(VLOG), Subtitle(), library=TALKING) == [("no_words", None, None)]
    assert refused(talk, Subtitle(file="a.srt"), library=TALKING) == [("no_subtitle_file", "a.srt", None)]
    assert refused(talk, Subtitle(translate_to="fr"), library=TALKING) == [("no_translation", "fr", None)]
    assert refused(talk, Subtitle(lang="tlh"), library=TALKING) == [("no_language", "tlh", None)]
    assert refused(talk, Subtitle(color="octarine"), library=TALKING)[0][0] == "bad_color"
