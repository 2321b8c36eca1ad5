"""Questions with likely answers; their words come from the language modules."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.engine.agent.request import Context, Option, Question
from bot.engine.agent.wording import shown, words
from bot.engine.timeline.ops import Clarify, Op

Options = Mapping[str, tuple[Op, ...]]


def question(context: Context, key: str, values: Mapping[str, object], options: Options) -> Question:
    """A worded question. An option's key may carry a number for its label: "clip_2", "seconds_5"."""
    table = words(context.language)
    prompt = table.QUESTIONS[key].format(**{k: shown(v) for k, v in values.items()})
    return Question(
        key, prompt, tuple(Option(name, _label(table.OPTIONS, name, values), ops) for name, ops in options.items())
    )


def _label(table: Mapping[str, str], name: str, values: Mapping[str, object]) -> str:
    known = {k: shown(v) for k, v in values.items()}
    if name in table:
        return table[name].format(**known)
    stem, _, tail = name.partition("_")
    return table[stem].format(n=known.get(name, tail), **known)


class Asking(Protocol):
    """A clause that is being read, which takes a question along."""

    @property
    def context(self) -> Context:
        """What surrounds the request."""

    def ask(self, question: Question) -> None:
        """Adds a question that a Clarify of the clause stands for."""


def choose(found: Asking, key: str, values: Mapping[str, object], options: Options) -> Sequence[Op]:
    """A clarify that waits for one of the options."""
    found.ask(question(found.context, key, values, options))
    return [Clarify(about=key.replace("_", " "))]


def missing(found: Asking, key: str, **values: object) -> Sequence[Op]:
    """A clarify whose answer must be written."""
    return choose(found, key, values, {})
