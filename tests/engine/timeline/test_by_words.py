"""Cutting by what is said."""

import pytest

from bot.engine.timeline.geometry import duration_ms
from bot.engine.timeline.matching import hits, nearest
from bot.engine.timeline.model import Word
from bot.engine.timeline.ops import CutWords, RemoveFiller, Report
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.report import report
from tests.engine.timeline.footage import DEMO, LIBRARY, TALK, VLOG, after, points, refused, timeline_of, told
from tests.engine.timeline.talking import hanzi, knowing, words

SAID = words("Hello there, my friends. Let us talk about pricing today. It costs twenty five dollars. Thank you and "
             "goodbye for now.")  # fmt: skip
TALKING = knowing(talk=SAID)


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("hello", 0, 0), ("HELLO THERE", 0, 1), ("hello there my friends", 0, 3), ("pricing", 8, 8),
        ("prizing", 8, 8), ("25 dollars", 12, 14), ("twenty-five dollars", 12, 14), ("good bye", 18, 18),
        ("lets talk about prices", 4, 8),
    ],
)  # fmt: skip
def test_found_however_it_is_written(wanted: str, first: int, last: int) -> None:
    (found,) = hits(wanted, [word.text for word in SAID])
    assert (found.first, found.last) == (first, last)


def test_chinese_is_found_inside_what_the_model_took_for_a_word() -> None:
    texts = ["今天", "天气", "很", "好，", "我们", "出去", "走走。"]
    assert [(one.first, one.last) for one in hits("天气很好", texts)] == [(1, 3)]
    assert [(one.first, one.last) for one in hits("气很", texts)] == [(1, 2)]


def test_a_word_is_no_part_of_another() -> None:
    assert hits("art", ["party", "art.", "start"])[0].first == 1
    assert len(hits("art", ["party", "art.", "start"])) == 1
    assert hits("umbrella", ["um", "bread"]) == ()


def test_what_is_not_said_is_not_found_and_the_nearest_is_told() -> None:
    texts = [word.text for word in SAID]
    assert hits("bananas and pineapples", texts) == ()
    assert hits("", texts) == hits("...", texts) == ()
    near = nearest("talk about the price", texts)
    assert near is not None
    assert "talk" in texts[near.first : near.last + 1]
    assert nearest("xyzzy", texts) is None


def test_the_whole_sentence_goes() -> None:
    done = told(timeline_of(TALK), CutWords(words="pricing"), library=TALKING)
    assert done.facts["said"] == "Let us talk about pricing today."
    new = after(timeline_of(TALK), CutWords(words="pricing"), library=TALKING)
    ((_, first), (second, _)) = points(new)
    assert SAID[3].end <= first <= SAID[4].start  # between the words on both sides
    assert SAID[9].end <= second <= SAID[10].start


def test_only_the_words_or_only_the_rest() -> None:
    exact = after(timeline_of(TALK), CutWords(words="talk about", exact=True), library=TALKING)
    ((_, first), (second, _)) = points(exact)
    assert SAID[5].end <= first <= SAID[6].start
    assert SAID[7].end <= second <= SAID[8].start
    kept = after(timeline_of(TALK), CutWords(words="dollars", keep=True), library=TALKING)
    ((start, end),) = points(kept)
    assert SAID[9].end <= start <= SAID[10].start
    assert SAID[14].end <= end <= SAID[15].start


def test_from_here_to_there() -> None:
    new = after(timeline_of(TALK), CutWords(words="let us talk", until="dollars"), library=TALKING)
    ((_, first), (second, _)) = points(new)
    assert SAID[3].end <= first <= SAID[4].start
    assert SAID[14].end <= second <= SAID[15].start
    assert refused(timeline_of(TALK), CutWords(words="dollars", until="hello"), library=TALKING)[0][0].startswith(
        "not_said"
    )


def test_every_place_goes() -> None:
    library = knowing(talk=words("One apple a day. Two pears. An apple again. Done."))
    done = told(timeline_of(TALK), CutWords(words="apple"), library=library)
    assert done.facts["ranges"] == 2
    assert len(points(after(timeline_of(TALK), CutWords(words="apple"), library=library))) == 3


def test_refusals_name_what_is_missing() -> None:
    talk = timeline_of(TALK)
    assert refused(talk, CutWords(words="hello")) == [("no_speech_extra", None, None)]
    assert refused(talk, RemoveFiller()) == [("no_speech_extra", None, None)]
    assert refused(timeline_of(DEMO), CutWords(words="hello"), library=TALKING) == [("no_sound", None, None)]
    assert refused(timeline_of(VLOG), CutWords(words="hello"), library=TALKING) == [("no_words", None, None)]
    assert refused(talk, CutWords(words="qqq"), library=TALKING) == [("not_said", "qqq", None)]
    assert refused(talk, CutWords(words="halo their"), library=TALKING)[0][:2] == ("not_said_near", "halo their")
    everything = knowing(talk=words("everything is one sentence", start=100, step=7_400, gap=0))
    assert refused(talk, CutWords(words="everything"), library=everything)[0][0] == "nothing_left"


def test_hesitations_go_and_their_neighbours_stay_whole() -> None:
    said = words("So um I think, uhhh, this is, er, what we like, you know, to do.", gap=120)
    library = knowing(talk=said)
    done = told(timeline_of(TALK), RemoveFiller(), library=library)
    assert done.facts["fillers"] == 3
    assert done.facts["found"] == "um ×1, uhhh ×1, er ×1"
    new = after(timeline_of(TALK), RemoveFiller(), library=library)
    gone = [(before[1], following[0]) for before, following in zip(points(new), points(new)[1:], strict=False)]
    fillers = [said[1], said[4], said[7]]
    for (start, end), word in zip(gone, fillers, strict=True):
        assert start <= word.start
        assert end >= word.end
    kept = [word for word in said if word not in fillers]
    assert not any(start < word.end and end > word.start for start, end in gone for word in kept)


def test_only_the_words_that_are_named() -> None:
    library = knowing(talk=words("You know, um, it is like, you know, fine."))
    assert told(timeline_of(TALK), RemoveFiller(words=["you know"]), library=library).facts["fillers"] == 2
    assert (
        told(timeline_of(TALK), RemoveFiller(words=["um", "like"]), library=library).facts["found"] == "um ×1, like ×1"
    )
    assert told(timeline_of(TALK), RemoveFiller(words=["actually"]), library=library).facts["fillers"] == 0


def test_chinese_hesitations_and_only_those() -> None:
    library = knowing("zh", talk=hanzi("嗯我觉得呃那个很好。"))
    assert told(timeline_of(TALK), RemoveFiller(), library=library).facts["found"] == "嗯 ×1, 呃 ×1"
    done = told(timeline_of(TALK), RemoveFiller(words=["那个"]), library=library)
    assert done.facts["found"] == "那个 ×1"


def test_only_in_one_clip() -> None:
    library = knowing(talk=words("So um yes."), vlog=words("And um no."))
    done = told(timeline_of(TALK, VLOG), RemoveFiller(clip=2), library=library)
    assert (done.facts["fillers"], done.facts["clip"]) == (1, 2)


def test_what_is_said_is_told_on_the_timeline_as_it_is() -> None:
    timeline = after(timeline_of(TALK), CutWords(words="hello"), library=TALKING)
    facts = report(timeline, Report(what="words", words="pricing"), TALKING)
    at = int(str(facts["places"]).split("-")[0])
    assert SAID[8].start - at == 30_000 - duration_ms(timeline)
    text = str(report(timeline, Report(what="transcript"), TALKING)["transcript"])
    assert text.startswith("0:0")
    assert "pricing today" in text
    assert "Hello" not in text
    with pytest.raises(RefusedError, match="not_said"):
        report(timeline, Report(what="words", words="hello there"), TALKING)
    long = knowing(talk=tuple(Word(at, at + 40, "blah") for at in range(0, 29_000, 50)))
    assert report(timeline_of(TALK), Report(what="transcript"), long)["goes_on"] == 1


def test_words_of_a_source_that_nobody_knows_are_not_looked_for_in_others() -> None:
    assert refused(timeline_of(TALK, VLOG), CutWords(words="hello"), library=LIBRARY)[0][0] == "no_speech_extra"
