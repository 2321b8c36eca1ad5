"""Every operation on real footage: seen in the finished file, taken back by one undo, and there after a restart."""

from importlib.util import find_spec
from typing import get_args

import pytest

from bot.engine.agent.plan import plan
from bot.engine.briefing import context, facts
from bot.engine.timeline.ops import EditOp
from tests.operations.case import Case
from tests.operations.cases import CASES
from tests.operations.studio import Studio

EXTRAS = {"speech": "faster_whisper", "vision": "ai_edge_litert", "voice": "piper"}
"""By which module an extra is known to be there."""


def _marks(case: Case) -> list[pytest.MarkDecorator]:
    if case.extra is None:
        return [pytest.mark.long]
    missing = find_spec(EXTRAS[case.extra]) is None
    return [pytest.mark.extra, pytest.mark.skipif(missing, reason=f"the extra {case.extra} is not installed")]


ALL = [pytest.param(case, id=case.name, marks=_marks(case)) for case in CASES]


@pytest.mark.parametrize("case", ALL)
async def test_it_is_seen_and_heard_and_can_be_taken_back(studio: Studio, case: Case) -> None:
    project, seen = await studio.tried(case)
    case.check(seen)
    project, undone = await studio.moved(project, -1)
    assert undone == seen.before.timeline
    project, redone = await studio.moved(project, 1)
    assert redone == seen.after.timeline


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES if case.extra is None])
@pytest.mark.long
async def test_what_is_said_plans_to_it(studio: Studio, case: Case) -> None:
    project = await studio.ready(case)
    work = await studio.records.projects.open(project)
    library = await studio.library(project)
    for words in filter(None, (case.says, case.says_zh)):
        made = plan(words, facts(work.timeline), context(work, library))
        assert made.ops == case.ops, words


def test_there_is_a_case_for_every_operation() -> None:
    assert {one.model_fields["op"].default for one in get_args(EditOp)} == {case.op for case in CASES}
