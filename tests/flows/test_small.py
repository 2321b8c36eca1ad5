"""Names, languages, problems."""

import errno

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.context import FetchError
from bot.flows.names import clean_name
from bot.flows.problems import UncertainError, problem
from bot.flows.setup import language
from bot.media.facts import MediaError, MediaFault
from bot.nemo import errors
from bot.updates import Problem, ProblemKind


@given(st.text(max_size=300))
def test_a_cleaned_name_is_one_short_printable_line_that_is_no_path(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= 100
    assert cleaned.isprintable()
    assert not set(cleaned) & set('/\\:*?"<>|')
    assert not cleaned.startswith(".")
    assert clean_name(cleaned) == cleaned


def test_a_good_name_stays() -> None:
    assert clean_name("Urlaub – Teil 2 (ß).mp4") == "Urlaub – Teil 2 (ß).mp4"
    assert clean_name("假期 视频.mov") == "假期 视频.mov"


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("en-US", "en"), ("zh-CN", "zh-CN"), ("zh-TW", "zh-TW"), ("zh", "zh-CN"), ("pt-BR", "pt"), ("ja", "ja"),
     ("de_DE", "de"), ("", "en"), ("C", "en"), ("../x", "en")],
)  # fmt: skip
def test_the_language_is_an_iso_code(locale: str, expected: str) -> None:
    assert language(locale) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UncertainError(), Problem(ProblemKind.UNCERTAIN)),
        (FetchError("x", gone=True), Problem(ProblemKind.FOOTAGE_GONE)),
        (FetchError("x"), Problem(ProblemKind.LINK_FAILED)),
        (MediaError(MediaFault.TOO_LARGE, limit=5), Problem(ProblemKind.TOO_LARGE, limit=5)),
        (MediaError(MediaFault.TOO_LONG, limit=5000), Problem(ProblemKind.TOO_LONG, limit=5)),
        (errors.UnsupportedFile("", reason="too_many_pixels", limit=5), Problem(ProblemKind.TOO_MANY_PIXELS, limit=5)),
        (OSError(errno.ENOSPC, "No space left on device"), Problem(ProblemKind.DISK_FULL)),
        (errors.StorageFull(), Problem(ProblemKind.DISK_FULL)),
        (errors.UnsupportedFile("odd", reason="broken"), Problem(ProblemKind.BROKEN_FILE)),
        (errors.FileTooLarge(limit=7, reason="too_large"), Problem(ProblemKind.TOO_LARGE, limit=7)),
        (errors.FileTooLarge(), Problem(ProblemKind.TOO_LARGE, limit=500_000_000)),
        (errors.UnsupportedFile("a page", reason="a_page"), Problem(ProblemKind.NOT_A_SOURCE)),
        (errors.BadRequest("no", reason="denied"), Problem(ProblemKind.LINK_FAILED)),
        (errors.UpstreamDown(), Problem(ProblemKind.UPSTREAM_DOWN)),
        (errors.ConnectionLost(), Problem(ProblemKind.UPSTREAM_DOWN)),
        (errors.TokenRejected(), Problem(ProblemKind.TOKEN_REJECTED)),
    ],
)
def test_a_known_error_has_a_problem_of_its_own(error: Exception, expected: Problem) -> None:
    assert problem(error) == expected


def test_what_nobody_foresaw_gets_a_reference_that_finds_the_traceback() -> None:
    with structlog.testing.capture_logs() as lines:
        told = problem(KeyError("/secret/path"), name="a.mp4")
    assert told.kind is ProblemKind.INTERNAL
    assert told.reference
    assert "secret" not in repr(told)
    (line,) = [line for line in lines if line.get("reference") == told.reference]
    assert isinstance(line["exc_info"], KeyError)
