"""Subtitles follow the timeline, are easy to read, and lie over nothing else."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.timeline.cues import Cue, cues, letters
from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.model import Canvas, Library, Subtitles, Timeline, Word
from bot.engine.timeline.ops import CutRange, DeleteClip, Reorder, Reverse, Speed, Split, Subtitle, TrimSilence
from tests.engine.timeline.footage import LIBRARY, TALK, VLOG, after, timeline_of
from tests.engine.timeline.talking import hanzi, knowing, words

SENTENCES = (
    "This is the first thing I say. | And here is another one, which goes on for rather longer than two lines of a "
    "picture can hold at once, so it is parted where it makes sense."
)
TALKING = knowing(talk=words(SENTENCES))


def _subtitled(library: Library = TALKING, *items: object) -> Timeline:
    return after(timeline_of(TALK, *items), Subtitle(), library=library)  # type: ignore[arg-type]


def _texts(timeline: Timeline) -> list[str]:
    return [" / ".join(cue.texts()) for cue in cues(timeline)]


def test_parted_at_sentences_and_commas_and_no_wider_than_a_line() -> None:
    found = _texts(_subtitled())
    assert found[0] == "This is the first thing I say."
    assert found[1].startswith("And here is another one,")
    assert " ".join(found).replace(" / ", " ").split() == [word.text for word in TALKING.words["talk"]]
    assert all(len(line) <= 44 for text in found for line in text.split(" / "))
    assert all(len(text.split(" / ")) <= 2 for text in found)


def test_chinese_by_its_characters() -> None:
    said = "我们今天来看一下这个新的功能，它可以自动给视频加上字幕，然后导出成文件。"
    found = cues(_subtitled(knowing("zh", talk=hanzi(said))))
    assert "".join(line for cue in found for line in cue.texts()) == said
    assert all(letters(line) <= 36 for cue in found for line in cue.texts())
    assert [cue.texts()[-1][-1] for cue in found][-1] == "。"


def test_hesitations_are_not_read() -> None:
    found = _texts(_subtitled(knowing(talk=words("So, um, this uhm works, uh."))))
    assert found == ["So, this uhm works,"] or found == ["So, this works,"]


def test_they_follow_a_cut_a_move_and_a_pace() -> None:
    timeline = _subtitled()
    first, second = cues(timeline)[0], cues(timeline)[1]
    cut = after(timeline, CutRange(start=0, end=0.5), library=TALKING)
    assert [cue.start for cue in cues(cut)][:2] == [first.start - 500, second.start - 500]
    fast = after(timeline, Speed(factor=2), library=TALKING)
    assert cues(fast)[0].start == first.start // 2
    parted = after(timeline, Split(at=[3.4]), Reorder(order=[2, 1]), library=TALKING)
    assert _texts(parted)[0].startswith("And here")
    assert _texts(parted)[-1] == "This is the first thing I say."
    assert cues(after(timeline, Split(at=[3.4]), DeleteClip(clip=1), library=TALKING))[0].start == second.start - 3_400
    assert cues(after(timeline, Reverse(), library=TALKING)) == ()


def test_none_goes_through_a_cut() -> None:
    """The last word of one clip and the first of the next are never shown together."""
    library = knowing(talk=words("and so we", start=29_000, step=300), vlog=words("walk on here", start=0))
    timeline = _subtitled(library, VLOG)
    assert _texts(timeline) == ["and so we", "walk on here"]
    assert cues(timeline)[0].end <= 30_000
    jump = after(_subtitled(knowing(talk=words("before it | | and after it"))), CutRange(start=1.8, end=3.6))
    assert _texts(jump) == ["before it", "and after it"]


def test_a_word_that_was_cut_out_leaves_the_sentence_whole() -> None:
    timeline = _subtitled(knowing(talk=words("I think basically it works fine.")))
    cut = after(timeline, CutRange(start=1.7, end=2.05))
    assert _texts(cut) == ["I think it works fine."]


def test_they_stay_long_enough_to_be_read() -> None:
    (cue,) = cues(_subtitled(knowing(talk=(Word(1_000, 1_200, "Hi!"),))))
    assert (cue.start, cue.end) == (1_000, 2_000)
    quick = cues(
        _subtitled(knowing(talk=words("an incomprehensibly multitudinous internationalisation", step=150, gap=0)))
    )
    assert quick[-1].end - quick[0].start >= 50 * 50


def test_an_upright_picture_takes_shorter_lines() -> None:
    timeline = _subtitled()
    upright = replace(timeline, canvas=Canvas(1080, 1920), subtitles=Subtitles(size=200))
    assert max(len(line) for cue in cues(upright) for line in cue.texts()) <= 20
    assert len(cues(upright)) > len(cues(timeline))


def test_pauses_cut_out_take_nothing_of_what_is_said() -> None:
    timeline = _subtitled()
    trimmed = after(timeline, TrimSilence(), library=replace(TALKING, speech=LIBRARY.speech))
    shown = " ".join(" ".join(cue.texts()) for cue in cues(trimmed)).split()
    heard = [word.text for word in TALKING.words["talk"]]
    assert set(shown) <= set(heard)
    assert len(shown) >= len(heard) // 2


WORDS = st.lists(
    st.tuples(st.integers(0, 3_000), st.integers(1, 800), st.sampled_from(["a", "Wort.", "字", "x" * 90, "um", "no,"])),
    max_size=60,
)


@settings(max_examples=60)
@given(WORDS, st.sampled_from(["", "bottom", "top"]), st.integers(20, 400))
def test_whatever_is_said_cues_are_in_order_and_within_the_video(
    steps: list[tuple[int, int, str]], position: str, size: int
) -> None:
    row: list[Word] = []
    at = 0
    for gap, length, text in steps:
        row.append(Word(at + gap, at + gap + length, text))
        at += gap + length
    timeline = timeline_of(TALK)
    if all(word.text == "um" for word in row):  # hesitations are not shown
        return
    timeline = after(timeline, Subtitle(size=size), library=knowing(talk=tuple(row)))
    timeline = after(timeline, CutRange(start=5, end=9))
    found: tuple[Cue, ...] = cues(timeline)
    assert all(before.end <= following.start for before, following in pairwise(found))
    assert all(0 <= cue.start < cue.end <= duration_ms(timeline) for cue in found)
    assert all(1 <= len(cue.lines) <= 2 and all(cue.lines) for cue in found)
