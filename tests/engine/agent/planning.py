"""Timelines to plan on, and plans as plain dictionaries of the slots that are set."""

from typing import Any

from bot.engine.agent.batch import slots
from bot.engine.agent.plan import plan
from bot.engine.agent.request import ClipFacts, Context, Plan, Question, TimelineFacts

ONE = TimelineFacts((ClipFacts("gameplay.mp4", 120.0),))
THREE = TimelineFacts(
    (ClipFacts("intro.mp4", 8.0), ClipFacts("beach.mp4", 42.0), ClipFacts("sunset.mp4", 30.0)),
    has_music=True,
    texts=("Golden Hour",),
)
SURROUNDINGS = Context(has_speech=True, undo_depth=3, redo_depth=1)

Ops = list[dict[str, Any]]


def planned(text: str, timeline: TimelineFacts = ONE, context: Context = SURROUNDINGS) -> Plan:
    return plan(text, timeline, context)


def ops(text: str, timeline: TimelineFacts = ONE, context: Context = SURROUNDINGS) -> Ops:
    """What would be done at once."""
    return [slots(op) for op in plan(text, timeline, context).ops]


def names(text: str, timeline: TimelineFacts = ONE, context: Context = SURROUNDINGS) -> list[str]:
    return [op["op"] for op in ops(text, timeline, context)]


def question(text: str, timeline: TimelineFacts = ONE, context: Context = SURROUNDINGS) -> Question:
    """The one question that a plan asks."""
    made = plan(text, timeline, context)
    assert len(made.questions) == 1, made
    return made.questions[0]
