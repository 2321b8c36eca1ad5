"""What the README says people see is what they see."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.engine.agent.plan import plan
from bot.engine.agent.request import ClipFacts, Context, TimelineFacts
from bot.flows.account import AccountRests, LinkedTokenRejected
from bot.flows.problems import UncertainError, problem
from bot.media.facts import MediaError, MediaFault
from bot.nemo.errors import BadAnswer, ConnectionLost, NemoError, TurnFailed, refusal
from bot.updates import Problem, ProblemKind, Rebuilt, Update
from bot.voice.say import say

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
LINK = "https://web.example/register"
SOON = datetime(2030, 1, 1, tzinfo=UTC)


def refused(status: int, code: int | None = None, call: str = "run") -> Problem:
    error = refusal(status, code, call=call, in_session=call == "run")
    return problem(error, name="clip.mp4", link=LINK if code == 2001 else None)


SEEN: dict[str, list[Update]] = {
    "`1001`, HTTP 401": [refused(200, 1001), refused(401)],
    "the same, a server's token": [problem(LinkedTokenRejected())],
    "a renewal that meets HTTP 429": [problem(AccountRests(SOON, None))],
    "`1002`, HTTP 404 of a session": [Rebuilt(1)],
    "`2001`, anonymous": [refused(200, 2001), refused(402, 2001)],
    "`2001`, registered": [problem(refusal(200, 2001))],
    "`4001`, HTTP 415": [
        refused(200, 4001),
        refused(415),
        problem(MediaError(MediaFault.UNSUPPORTED), name="clip.mp4"),
    ],
    "`4002`, HTTP 413": [refused(200, 4002), refused(413)],
    "HTTP 400, 422, 403, a code nobody knows": [refused(400), refused(422), refused(403), refused(200, 7777)],
    "HTTP 402": [refused(402), refused(200, 402)],
    "HTTP 404, 410 of an export": [Problem(ProblemKind.RENDER_FAILED)],
    "HTTP 429": [refused(429)],
    "HTTP 5xx, no connection": [refused(500), refused(503), problem(ConnectionLost(sent=False))],
    "HTTP 507": [refused(507)],
    "HTTP 507 of an account's limit": [
        problem(refusal(507, None, reason="quota", limit=50 * 10**9, used=49 * 10**9), name="clip.mp4")
    ],
    "an error in the middle of an answer": [problem(TurnFailed())],
    "an answer that breaks off": [problem(UncertainError())],
    "a page, half an answer, a redirect elsewhere": [problem(BadAnswer("a page"))],
}


def rows() -> dict[str, str]:
    """The table of answers: of each the sentence in quotation marks."""
    table = README.partition("| answer | what the bot does")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return {answer: seen.partition("“")[2].rpartition("”")[0] for answer, _, seen in cells}


@pytest.mark.parametrize("answer", SEEN)
def test_the_readme_tells_what_people_see(answer: str) -> None:
    told = rows()[answer]
    for update in SEEN[answer]:
        line = say(update, "en-US")
        for piece in told.rstrip(".").split("…"):
            assert piece.strip(" .") in line, (line, piece)


def test_every_row_that_shows_something_is_held_against_the_words() -> None:
    assert {answer for answer, seen in rows().items() if seen} == set(SEEN)


def test_every_code_of_the_table_is_in_the_readme() -> None:
    for code in ("1001", "1002", "2001", "4001", "4002", "400", "402", "429", "401", "403", "404", "413", "422", "5xx"):
        assert any(code in answer for answer in rows()), code


def test_nothing_technical_is_in_any_of_it() -> None:
    for updates in SEEN.values():
        for update in updates:
            line = say(update, "en-US")
            assert not any(word in line for word in (NemoError.__name__, "HTTP", "code ", "nmv_", "{")), line


FOOTAGE = TimelineFacts(
    clips=(ClipFacts("a.mp4", 60), ClipFacts("b.mp4", 30), ClipFacts("c.mp4", 20)), has_music=True, texts=("Hello",)
)
WAITING = Context(attachments=("logo.png", "beep.wav", "p1.jpg"), has_speech=True)
ABOUT_BEFORE = ("a bit less aggressive", "cut the part where he says ...")
"""One is about what was done before, one has a place for words."""


def sayings() -> list[str]:
    """What the table of what it can do says for example."""
    table = README.partition("| pauses, by voice")[2].partition("\n\n")[0]
    return [said for said in re.findall(r'"([^"]+)"', table) if said not in ABOUT_BEFORE]


@pytest.mark.parametrize("said", sayings())
def test_the_planner_does_what_the_readme_says_one_can_say(said: str) -> None:
    made = plan(said, FOOTAGE, WAITING)
    assert made.ops
    assert not {op.op for op in made.ops} & {"clarify", "unsupported", "refuse", "answer", "none"}, made
