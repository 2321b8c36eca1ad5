"""The small machine under the families: a rule is patterns that must all be found, and a function that builds ops.

Patterns are written over masked text: `@name` is a class of the lexicon, `<T>` a mark of kind T (`<TN>`: T or N), a
space is "perhaps a space". Whatever a rule finds (its needs, and what its builder takes) is accounted for; the rest of
the clause decides how far the reading is believed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import ValidationError

from bot.engine.agent.lexicon import DROPPED, GLUE, HAN_GLUE, HAN_HEAVY, HEAVY, NOUN_PHRASES, WORDS, pattern_of
from bot.engine.agent.request import Context, Question, TimelineFacts
from bot.engine.agent.tokens import Token
from bot.engine.agent.toofar import too_far
from bot.engine.timeline.ops import Clarify, EditOp, FileOp, Op

OUT_OF_RANGE = "out of range"
"""What a Clarify is about when a value is beyond what an op takes."""

PUNCTUATION = r"[\s,.;:!?'\"()，。！？、；：…~-]"
"""What `\\W` means in a pattern; with re.ASCII it would be every 汉字 as well."""

_CLASSES = {name: pattern_of(words) for name, words in WORDS.items()}
_CLASS = re.compile(r"@([a-z_]+)", re.ASCII)
_MARK = re.compile(r"<([A-Z]+)>", re.ASCII)
_WORD = re.compile(r"<[A-Z]\d+>|[a-z][a-z0-9'-]*|\d+|[\u2e80-\u9fff\uac00-\ud7af\u3040-\u30ff]+|[^\W\d_]+", re.ASCII)


EXCEPTION = re.compile(
    r"\b(?:except(?:ing)?|but not|not (?:in|on|at|between|from|the|for)|other than|apart from|"
    r"excluding|besides|instead of|rather than|(?:everything|all|anything|nothing) but"
    r"|unless)\b|<C\d+>\s*but\b"
    r"|除了?|除非|以外|之外(?!音)|不包括|不含",
    re.ASCII,
)
_ACTING = r"@add|@make"
"""Verbs that say no more than "do it": whatever op was read accounts for them."""


@lru_cache(maxsize=4096)
def compiled(source: str) -> re.Pattern[str]:
    """The pattern behind a rule's shorthand."""
    source = source.replace(r"\W", PUNCTUATION).replace(" ", r"\s*")
    source = _CLASS.sub(lambda m: _CLASSES[m[1]].replace(" ", r"\s*"), source)
    return re.compile(_MARK.sub(r"<[\1]\\d+>", source), re.ASCII)


def cleaned(text: str) -> str:
    """A clause as patterns see it: without articles, politeness and measure words."""
    return " ".join(DROPPED.sub(" ", NOUN_PHRASES.sub(" version ", text)).split())


@dataclass
class Found:
    """A clause on which all needs of a rule were found; a builder reads and takes from it.

    A builder that has read every word and still may be wrong ("subtitles" alone) says so by `unsure`; one that reads
    several things at once ("clip 1 brighter and clip 2 warmer") by `torn`: the clause must come apart.
    `several` are the clips of a list that the op is for, each once: the builder has made it for the first.
    """

    text: str
    tokens: dict[str, Token]
    facts: TimelineFacts
    context: Context
    hits: list[re.Match[str]]
    spans: list[tuple[int, int]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    offer: tuple[Op, ...] = ()
    unsure: bool = False
    torn: bool = False
    several: tuple[int, ...] = ()

    def take(self, source: str) -> re.Match[str] | None:
        """Finds every occurrence, accounts for it, and returns the first."""
        found = list(compiled(source).finditer(self.text))
        self.spans.extend(m.span() for m in found)
        return found[0] if found else None

    def find(self, source: str) -> list[re.Match[str]]:
        """Every occurrence; accounts for nothing."""
        return list(compiled(source).finditer(self.text))

    def has(self, source: str) -> bool:
        """Whether a pattern occurs; accounts for nothing."""
        return compiled(source).search(self.text) is not None

    def token(self, source: str) -> Token | None:
        """Takes a pattern and returns the first token inside its match."""
        match = compiled(source).search(self.text)
        if match is None:
            return None
        self.spans.append(match.span())
        return self.inside(match)

    def inside(self, match: re.Match[str]) -> Token | None:
        """The first token of a match."""
        mark = re.search(r"<([A-Z]\d+)>", match[0], re.ASCII)
        return self.tokens[mark[1]] if mark else None

    def all(self, kinds: str) -> list[Token]:
        """Takes every token of some kinds, in order."""
        marks = list(re.finditer(rf"<([{kinds}]\d+)>", self.text, re.ASCII))
        self.spans.extend(m.span() for m in marks)
        return [self.tokens[m[1]] for m in marks]

    def ask(self, question: Question) -> None:
        """Adds a question that a Clarify of this clause stands for."""
        self.questions.append(question)


Build = Callable[[Found], Sequence[Op] | None]


@dataclass(frozen=True)
class Rule:
    """`needs` must all be found, `never` must not; `build` may still decline with None."""

    name: str
    needs: tuple[str, ...]
    build: Build
    never: str = ""
    _searches: list[Callable[[str], re.Match[str] | None]] = field(default_factory=list, compare=False, repr=False)

    def searches(self) -> list[Callable[[str], re.Match[str] | None]]:
        """How its needs are looked for, each compiled when it is first asked for: thousands of times a request."""
        if not self._searches:
            self._searches[:] = [compiled(need).search for need in self.needs]
        return self._searches


@dataclass(frozen=True)
class Reading:
    """What a rule made of a clause, and how much of the clause's weight it accounts for.

    `unsure`: every word is accounted for, and yet it may be meant otherwise: it waits for a click.
    """

    ops: tuple[Op, ...]
    covered: float
    weight: float
    rule: str
    questions: tuple[Question, ...] = ()
    text: str = ""
    offer: tuple[Op, ...] = ()
    borrowed: bool = False
    unsure: bool = False

    @property
    def share(self) -> float:
        """Coverage of this clause, 0-1."""
        return self.covered / self.weight if self.weight else 1.0


def weigh(text: str, spans: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """The covered and the whole weight of a clause's content."""
    taken = bytearray(len(text))
    for a, b in spans:
        taken[a:b] = b"\1" * (min(b, len(text)) - a)
    covered = total = 0.0
    for m in _WORD.finditer(text):
        if m[0][0] == "<" or m[0].isascii():
            weight = _weight(m[0])
            total += weight
            end = m.end() - 2 if m[0].endswith("'s") else m.end()  # "the music's too loud"
            if weight and taken.find(0, m.start(), end) < 0:
                covered += weight
        else:
            inner_covered, inner = _weigh_han(m[0], taken[m.start() : m.end()])
            covered += inner_covered
            total += inner
    return covered, total


def _inside(m: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    return any(a <= m.start() and m.end() <= b for a, b in spans)


def _weight(word: str) -> float:
    if word[0] == "<" or word in HEAVY:
        return 2.0
    return 0.0 if word in GLUE else 1.0


def _weigh_han(run: str, taken: bytearray) -> tuple[float, float]:
    """汉字 count half each; glue weighs nothing when left over, heavy words double."""
    covered = 0.5 * taken.count(1)
    rest = "".join("\n" if gone else c for c, gone in zip(run, taken, strict=True))
    heavy = 2.0 * len(HAN_HEAVY.findall(rest))
    rest = HAN_GLUE.sub("", HAN_HEAVY.sub("", rest)).replace("\n", "")
    return covered, covered + heavy + 0.5 * len(rest)


def read(
    text: str, tokens: dict[str, Token], facts: TimelineFacts, context: Context, rules: Sequence[Rule], lead: str = ""
) -> Reading | None:
    """The best reading of one clause, or None. `lead` is a borrowed verb put before it: it weighs nothing."""
    clause = cleaned(text)
    whole = f"{lead} {clause}" if lead else clause
    skip = len(whole) - len(clause)
    best: Reading | None = None
    for rule in rules:
        hits = _hits(rule, whole)
        if hits is None or (rule.never and compiled(rule.never).search(whole)):
            continue  # needs first: most rules fail there, and cost one search
        found = Found(whole, tokens, facts, context, hits, [m.span() for group in hits_all(rule, whole) for m in group])
        try:
            ops = rule.build(found)
        except ValidationError as error:
            ops = [Clarify(about=OUT_OF_RANGE)]
            found.ask(too_far(error, context))
        if ops is None or found.torn:
            continue
        ops = _for_each(ops, found.several)
        found.take(_ACTING)
        edits = any(isinstance(op, EditOp | FileOp) for op in ops)
        if edits and any(not _inside(m, found.spans) for m in EXCEPTION.finditer(whole)):
            continue  # an exception that the rule did not read would turn the edit into its opposite
        spans = [(max(a - skip, 0), b - skip) for a, b in found.spans if b > skip]
        covered, weight = weigh(clause, spans)
        reading = Reading(
            tuple(ops), covered, weight, rule.name, tuple(found.questions), text, found.offer, bool(lead), found.unsure
        )
        if best is None or reading.covered > best.covered:
            best = reading
    return best


def _for_each(ops: Sequence[Op], clips: tuple[int, ...]) -> Sequence[Op]:
    """ "Mute clips 1 and 2" is one op for each."""
    if len(clips) < 2:
        return ops
    return [
        one
        for op in ops
        for one in (
            [op.model_copy(update={"clip": n}) for n in clips] if getattr(op, "clip", None) == clips[0] else [op]
        )
    ]


def _hits(rule: Rule, text: str) -> list[re.Match[str]] | None:
    hits = []
    for search in rule.searches():
        match = search(text)
        if match is None:
            return None
        hits.append(match)
    return hits


def hits_all(rule: Rule, text: str) -> list[list[re.Match[str]]]:
    """Every occurrence of every need."""
    return [list(compiled(need).finditer(text)) for need in rule.needs]
