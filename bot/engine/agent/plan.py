"""Words to operations: what a request comes to on this timeline. Pure, deterministic, bounded."""

import re
from dataclasses import replace

from bot.engine.agent.answers import answered
from bot.engine.agent.asking import question
from bot.engine.agent.check import check
from bot.engine.agent.clashes import clash
from bot.engine.agent.described import described
from bot.engine.agent.families.meta import SUGGESTED
from bot.engine.agent.masking import mask
from bot.engine.agent.parse import Clause, original, parse
from bot.engine.agent.request import ClipFacts, Context, Option, Plan, Question, TimelineFacts
from bot.engine.agent.rules import EXCEPTION, Reading
from bot.engine.agent.sequence import in_turn
from bot.engine.agent.together import settled
from bot.engine.agent.tokens import Masked, Token
from bot.engine.agent.tongues import unknown
from bot.engine.agent.wording import Whole, shown
from bot.engine.timeline.ops import (
    Answer,
    Clarify,
    CutRange,
    EditOp,
    FileOp,
    KeepRange,
    Op,
    Redo,
    Refuse,
    Simple,
    Undo,
    Unsupported,
)  # fmt: skip

__all__ = ["ClipFacts", "Context", "Option", "Plan", "Question", "TimelineFacts", "as_asked", "plan"]

ACT = 0.75
"""At least this share of the request must be accounted for to act on it at once."""
TOLD = 0.66
"""The same for what is plainly told to be done and leaves nothing open."""
OFFER = 0.4
"""From this share on, what was understood is offered; below, nothing is."""

_DESCRIBES = re.compile(
    r"^\W*(?:(?:an?|the|my|our|your|his|her|this|that|these|those|there|it|it's|he|she|they|we|you|what|who|how|why|"
    r"when)"
    r"\b|i\b(?! (?:want|need|'d like|would like))|[一两三几][只个位片座条张名]|这是|那是|我的|他|她|它|今天|"
    r"\w+ing\b)|<F\d+>",
    re.ASCII | re.IGNORECASE,
)
"""How a description, a story or a question begins; what is told to be done begins with what to do.

A file that is named may be none of this project.
"""
_POLITE = re.compile(r"\b(?:please|pls|plz)\b|请|麻烦|谢谢", re.ASCII)
_COMPLAINT = re.compile(
    r"^\W*(?:the|it|it's|its|that|that's|this|there's|there is|i|i'm|my|sorry|something|some (?:parts|bits|"
    r"clips))\b(?:\W+[\w']+){0,6}?\W+(?:too \w+|"
    r"wrong|awful|terrible|horrible|bad|ugly|weird|annoying|boring|distracting|shaky|shakes|noisy|a mess|mess|mistake|"
    r"messed up|off|worse|not right|(?:louder|quieter|brighter|darker) than (?:others|the rest)|(?:can'?t|cannot|"
    r"barely|hardly) (?:hear|see|"
    r"read)(?: \w+)?|n't work|n't like it|hate it)(?:\W+(?:now|here|a lot|tbh|imo|ngl|for me|"
    r"at all))?\W*$",
    re.ASCII,
)
"""What is wrong, said beside what shall be done about it: short, without a place or a number."""
_DETAILS = {"text words", "text change", "no text yet", "what to do"}
_ACTS = (*EditOp.__args__, *FileOp.__args__, Undo, Redo)


def plan(text: str, timeline: TimelineFacts, context: Context) -> Plan:
    """What `text` asks for, ready to be applied op by op. Never raises; never edits on what it did not understand."""
    made = as_asked(text, timeline, context)
    if made.source == "answer":
        return made
    questions = tuple(
        replace(asked, options=tuple(replace(o, ops=in_turn(o.ops, timeline)) for o in asked.options))
        for asked in made.questions
    )
    ops, offered = in_turn(made.ops, timeline), in_turn(made.offered, timeline)
    return replace(made, ops=ops, offered=offered, questions=questions)


def as_asked(text: str, timeline: TimelineFacts, context: Context) -> Plan:
    """The same with every place and number as it was meant: on the timeline that the asker sees."""
    option = answered(text, context.open_question)
    if option is not None:
        return _settled(option, timeline, context)
    masked = mask(text, timeline, context)
    if unknown(masked.text):
        ask = question(context, "language", {}, SUGGESTED)
        return Plan((Clarify(about="language"),), questions=(ask,), notices=tuple(masked.notices))
    clauses = settled(parse(masked, timeline, context))
    made = _decide(clauses, masked, timeline, context)
    if masked.notices:
        made = replace(made, notices=(*masked.notices, *made.notices))
    return made


def _settled(option: Option, timeline: TimelineFacts, context: Context) -> Plan:
    if not option.ops:
        return Plan((Simple(op="none"),), notices=("reword:",), coverage=1.0, source="answer")
    steps_back = any(isinstance(op, Undo) for op in option.ops)
    problem = None if steps_back else check(option.ops, timeline, context)
    if problem:
        return Plan((Clarify(about=problem.id.replace("_", " ")),), questions=(problem,), coverage=1.0, source="answer")
    return Plan(option.ops, coverage=1.0, source="answer")


def _decide(clauses: list[Clause], masked: Masked, timeline: TimelineFacts, context: Context) -> Plan:
    readings = [clause.reading for clause in clauses if clause.reading]
    acts = [op for r in readings for op in r.ops if isinstance(op, _ACTS)]
    coverage = _coverage(clauses, acting=bool(acts))
    enough = TOLD if _plainly_told(clauses) else ACT
    unsure = any(_fences(clause) for clause in clauses) or any(
        (r.share < enough or (r.unsure and not _surely_meant(r, readings, masked)))
        and any(isinstance(op, _ACTS) for op in r.ops)
        for r in readings
    )
    unsure = unsure or any(isinstance(op, Answer) for r in readings for op in r.ops)  # who asks for advice decides
    lost = tuple(
        f"not_understood:{shown(original(c.text, masked.tokens))}" for c in clauses if not c.reading and c.weight >= 1
    )
    if not acts:
        return _no_act(readings, coverage, lost, masked, context)
    if coverage < OFFER:
        return _at_a_loss(readings, coverage, context)
    problem = check(acts, timeline, context) or clash(acts, context)
    if problem:
        return Plan(
            (Clarify(about=problem.id.replace("_", " ")),), questions=(problem,), notices=lost, coverage=coverage
        )
    if coverage < enough or unsure:
        return _offer(acts, readings, coverage, lost, masked, context)
    ops, questions, notices = _said(readings, masked, context)
    notices += tuple(f"not_done:{shown(original(r.text, masked.tokens))}" for r in readings if _detail_lost(r))
    source = "router" if len(readings) == 1 and not isinstance(acts[0], EditOp) else "grammar"
    offered, more = _other_reading(ops, readings, context)
    return Plan(ops, offered, questions or more, (*notices, *lost), coverage, source)


def _plainly_told(clauses: list[Clause]) -> bool:
    """Whether every clause was read, as an edit, and none begins like a description."""
    return all(
        c.reading is not None
        and not _DESCRIBES.search(c.text)
        and (c.reading.rule == "negated" or all(isinstance(op, _ACTS) for op in c.reading.ops))
        for c in clauses
    )


def _complains(clause: Clause) -> bool:
    """Whether a clause only says what is wrong: "it starts too early, cut the first 4 s" is about the cut."""
    return _COMPLAINT.search(clause.text) is not None and not re.search(r"<[A-Z]\d+>", clause.text, re.ASCII)


def _surely_meant(reading: Reading, readings: list[Reading], masked: Masked) -> bool:
    """Whether a noun and nothing else is a request after all: a "please", or an edit beside it."""
    if reading.rule != "subtitles_bare":
        return False
    beside = any(not r.unsure and r.share >= ACT and any(isinstance(op, _ACTS) for op in r.ops) for r in readings)
    return beside or _POLITE.search(masked.text) is not None


def _fences(clause: Clause) -> bool:
    """Whether a clause sets something apart in a way that was not read: "except the first 10 s"."""
    if clause.reading is None:
        return EXCEPTION.search(clause.text) is not None
    return clause.reading.rule == "negated" and clause.reading.share < 1


def _coverage(clauses: list[Clause], *, acting: bool) -> float:
    """The share of the content that is accounted for; what only gets an honest answer counts as understood."""
    covered = weight = 0.0
    for clause in clauses:
        reading = clause.reading
        if reading is None:
            weight += 0.0 if acting and _complains(clause) else clause.weight
            continue
        harmless = not any(isinstance(op, _ACTS) for op in reading.ops) and reading.rule != "negated"
        weight += reading.weight
        covered += reading.weight if harmless and (reading.share >= OFFER or not acting) else reading.covered
    return min(covered / weight, 1.0) if weight else (1.0 if clauses else 0.0)


_Said = tuple[tuple[Op, ...], tuple[Question, ...], tuple[str, ...]]


def _said(readings: list[Reading], masked: Masked, context: Context) -> _Said:
    """All ops in order, with one question at most; what that leaves out becomes a notice."""
    ops: list[Op] = []
    questions: list[Question] = []
    notices: list[str] = []
    acting = any(isinstance(op, _ACTS) for r in readings for op in r.ops)
    for reading in readings:
        for op in reading.ops:
            if acting and isinstance(op, Refuse):
                notices.append(f"left_out:{op.why}")
            elif _needless(op, ops, alone=len(readings) == 1):
                continue
            elif isinstance(op, Clarify) and (questions or (acting and (op.about == "what to do" or _tells(reading)))):
                notices.append(f"not_done:{shown(original(reading.text, masked.tokens))}")
            else:
                ops.append(op)
                if isinstance(op, Clarify):
                    questions.extend(reading.questions[:1] or (question(context, "out_of_range", {}, {}),))
    return tuple(ops), tuple(questions), tuple(notices)


def _tells(reading: Reading) -> bool:
    """Whether a clause tells how it is, beside what shall be done: "the ending drags, cut the last 20 s"."""
    return _DESCRIBES.search(reading.text) is not None and "<" not in reading.text


def _needless(op: Op, before: list[Op], *, alone: bool) -> bool:
    """Said already, small talk beside a request, or the look of a text that cannot be made ("in bold letters")."""
    if isinstance(op, Simple) and op.op == "none":
        return not alone
    if isinstance(op, Clarify) and op.about in _DETAILS:
        return any(isinstance(b, Unsupported) for b in before)
    return isinstance(op, Unsupported | Answer | Refuse | Simple) and op in before


def _detail_lost(reading: Reading) -> bool:
    """Whether something that cannot be done carries a time or a clip with it: the user must see that it was left."""
    cannot = any(isinstance(op, Unsupported) for op in reading.ops)
    return cannot and reading.share < ACT and re.search(r"<[TGC]\d+>", reading.text, re.ASCII) is not None


def _no_act(readings: list[Reading], coverage: float, lost: tuple[str, ...], masked: Masked, context: Context) -> Plan:
    ops, questions, notices = _said(readings, masked, context)
    if not ops and readings and not lost:
        return Plan((Simple(op="none"),), notices=("left_alone:",), coverage=coverage)
    if not ops or (coverage < OFFER and not any(isinstance(op, Unsupported | Refuse | Answer) for op in ops)):
        return _at_a_loss(readings, coverage, context)
    source = "router" if all(isinstance(op, Simple) for op in ops) else "grammar"
    return Plan(ops, (), questions, (*notices, *lost), coverage, source)


def _at_a_loss(readings: list[Reading], coverage: float, context: Context) -> Plan:
    """Not enough was understood: what cannot be done is said; otherwise suggestions."""
    cannot = tuple(dict.fromkeys(op for r in readings for op in r.ops if isinstance(op, Unsupported | Refuse)))
    if cannot:
        return Plan(cannot, coverage=coverage)
    ask = question(context, "not_understood", {}, SUGGESTED)
    return Plan((Clarify(about="not understood"),), questions=(ask,), coverage=coverage)


def _offer(
    acts: list[Op], readings: list[Reading], coverage: float, lost: tuple[str, ...], masked: Masked, context: Context
) -> Plan:
    """What was understood waits for a click."""
    absent = tuple(
        f"no_file:{shown(t.text)}" for t in masked.tokens.values() if t.kind == "F" and not _here(t, context)
    )
    cannot = tuple(op for r in readings for op in r.ops if isinstance(op, Unsupported | Answer))
    understood = "; ".join(
        f"“{shown(original(r.text, masked.tokens))}”: "
        + ", ".join(described(op, context.language) for op in r.ops if isinstance(op, _ACTS))
        for r in readings
        if any(isinstance(op, _ACTS) for op in r.ops)
    )
    ask = question(context, "apply_understood", {"understood": Whole(understood)}, {"apply": tuple(acts), "reword": ()})
    return Plan((*cannot, Clarify(about="partly understood")), tuple(acts), (ask,), (*absent, *lost), coverage)


def _here(file: Token, context: Context) -> bool:
    """Whether a named file lies ready; clips of the timeline were marked as such before."""
    return any(name.casefold() == file.text.casefold() for name in context.attachments)


def _other_reading(
    ops: tuple[Op, ...], readings: list[Reading], context: Context
) -> tuple[tuple[Op, ...], tuple[Question, ...]]:
    """ "Cut from A to B" removes; that only this part was meant to stay is one click away."""
    if len(ops) != 1 or not isinstance(ops[0], CutRange | KeepRange):
        return (), ()
    other = next((op for r in readings for op in r.offer), None)
    if other is None:
        return (), ()
    if isinstance(other, KeepRange):
        ask = question(context, "other_reading", {}, {"keep_instead": (Undo(count=1), other)})
    else:
        ask = question(context, "other_reading_kept", {}, {"cut_instead": (Undo(count=1), other)})
    return (other,), (ask,)
