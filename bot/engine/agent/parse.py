"""Third step: atoms into clauses, and the best reading of each.

Atoms are joined and split so that the readings account for as much as possible: "and" comes apart only when both
halves mean something. A clause without a verb may borrow its neighbour's: "cut the first 5 s and the last 10".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from bot.engine.agent.clauses import Atom, chunks, negated
from bot.engine.agent.corrections import corrected, goes_on, opens, takes_back
from bot.engine.agent.families import (
    assembly,
    clips,
    cuts,
    files,
    frame,
    hiding,
    joins,
    lengths,
    looks,
    meta,
    mixing,
    music,
    overlays,
    repeats,
    router,
    seen,
    shape,
    silence,
    sound,
    speech,
    speed,
    subtitles,
    text,
    turning,
    zoom,
)  # fmt: skip
from bot.engine.agent.lexicon import VERBS
from bot.engine.agent.request import Context, TimelineFacts
from bot.engine.agent.rules import Reading, Rule, cleaned, compiled, read, weigh
from bot.engine.agent.tokens import Masked, Token
from bot.engine.timeline.ops import Clarify, Simple, Unsupported

FAMILIES = (
    router, files, silence, speech, seen, cuts, lengths, clips, assembly, repeats, joins, subtitles, text, mixing,
    music, sound, speed, shape, frame, turning, zoom, looks, hiding, overlays, meta,
)  # fmt: skip
"""Where rules come from; of two readings that explain as much, the earlier family's counts."""
EDITS: tuple[Rule, ...] = tuple(rule for family in FAMILIES for rule in family.RULES)
GROUP = 4
"""Atoms that one clause may join."""
SURE = 0.95
"""An edit this well accounted for stands against a recognised "cannot"."""
FITS = 0.6
"""A correction must be accounted for so well to take the place of what it corrects."""
_ANY_VERB = "|".join(f"@{verb}" for verb in VERBS)


@dataclass(frozen=True)
class Clause:
    """A stretch of the request and what it was taken for (None: not understood)."""

    text: str
    reading: Reading | None

    @property
    def weight(self) -> float:
        """How much content it has."""
        return weigh(cleaned(self.text), ())[1]


@dataclass
class Reader:
    """Everything a reading depends on."""

    masked: Masked
    facts: TimelineFacts
    context: Context
    known: dict[tuple[str, tuple[str, ...]], Reading | None] = field(default_factory=dict)

    def one(self, text: str, leads: Sequence[str] = ()) -> Reading | None:
        """The best reading of a clause."""
        key = (text, tuple(leads))
        if key not in self.known:
            self.known[key] = self._read(text, leads)
        return self.known[key]

    def _read(self, text: str, leads: Sequence[str]) -> Reading | None:
        args = (self.masked.tokens, self.facts, self.context)
        first = read(text, *args, seen.REPORTS) or read(text, *args, meta.FIRST)
        if first:
            return first
        if negated(text):
            return self._not_to_do(text)
        best = read(text, *args, EDITS)
        if not compiled(_ANY_VERB).search(cleaned(text)):
            for lead in leads:
                borrowed = read(text, *args, EDITS, lead)
                if borrowed and (best is None or borrowed.covered > best.covered):
                    best = borrowed
        if best is None or best.share < SURE or best.rule in {"vague", "vague_part", "amount_missing"}:
            cannot = read(text, *args, meta.CANNOT_RULES)
            if cannot:
                return cannot
        return best

    def _not_to_do(self, text: str) -> Reading:
        """A prohibition is understood as doing nothing, unless it fences off a part: then it is left unexplained."""
        clause = cleaned(text)
        weight = weigh(clause, ())[1]
        fenced = re.search(r"<[TGC]\d+>", clause, re.ASCII) is not None
        return Reading((), 0.0 if fenced else weight, weight, "negated", text=text)


def parse(masked: Masked, facts: TimelineFacts, context: Context) -> list[Clause]:
    """The clauses in order."""
    reader = Reader(masked, facts, context)
    out: list[Clause] = []
    verb = ""
    for atoms in chunks(masked.text):
        verb = _chunk(reader, atoms, verb, out)
    return out


def _chunk(reader: Reader, atoms: list[Atom], verb: str, out: list[Clause]) -> str:
    """Reads one chunk onto `out`; returns the last verb, for the next chunk to borrow."""
    start = 0
    atoms = _with_openers(atoms)
    for i, atom in enumerate(atoms):
        fix = corrected(atom.text)
        back = takes_back(atom.text)
        if not (fix or back) or not (i > 0 or out):
            continue
        tried = list(out)
        last = _partition(reader, atoms[start:i], verb, tried)
        start_then = i
        if back:
            tried[-1] = Clause(tried[-1].text, _nothing(tried[-1].text))
            after = goes_on(atom.text)
            atoms[i] = Atom(after, atom.joint)
            start_then = i if after and reader.one(after) else i + 1
        elif fix and _amended(reader, tried, *fix):
            start_then = i + 1
        elif fix and fix[1]:
            atoms[i] = Atom(fix[0], atom.joint)
        else:
            continue  # "make it", "actually" may as well go on as well
        out[:], verb, start = tried, last, start_then
    return _partition(reader, atoms[start:], verb, out)


def _with_openers(atoms: list[Atom]) -> list[Atom]:
    """ "No wait, 3x": the words that open a correction belong to what follows them."""
    out: list[Atom] = []
    for i, atom in enumerate(atoms):
        if opens(atom.text) and i + 1 < len(atoms):
            atoms[i + 1] = Atom(f"{atom.text}, {atoms[i + 1].text}", atom.joint)
        else:
            out.append(atom)
    return out


def _amended(reader: Reader, out: list[Clause], said: str, strong: bool) -> bool:
    """Puts what a correction says in the place of the clause before it; False when it does not fit there."""
    before = out[-1]
    if before.reading is None or not before.reading.ops:
        return False
    text = _with_value(reader, before.text, said)
    found = reader.one(text) if text else None
    if found is None or not found.ops:
        prefix = re.match(r"[^<]+(?=<)|[a-z]+", cleaned(before.text))
        verbs = [m[0] for m in [compiled(_ANY_VERB).search(cleaned(before.text))] if m]
        tries = [reader.one(said, verbs), reader.one(f"{prefix[0]} {said}") if prefix else None]
        text, found = None, max(tries, key=lambda one: one.share if one and one.ops else -1.0)
        if found is None or not found.ops or found.share < FITS or found.rule.startswith(("cannot", "vague")):
            if strong:  # something else was meant than what was read
                out[-1] = Clause(before.text, replace(before.reading, covered=0.5 * before.reading.weight))
            return False
    if not strong and not text and not _contradicts(before.reading, found):
        return False
    out[-1] = Clause(text or said, found)
    return True


def _contradicts(before: Reading, after: Reading) -> bool:
    """Whether both set the same slot of the same operation, to different values: "2x", "actually 3x"."""
    for old, new in product(before.ops, after.ops):
        was, now = old.model_dump(exclude_none=True), new.model_dump(exclude_none=True)
        if old.op == new.op and any(was[slot] != now[slot] for slot in was.keys() & now.keys()):
            return True
    return False


def _with_value(reader: Reader, before: str, said: str) -> str | None:
    """A clause with another value, where a correction says no more than that: "12", "clip 3", 270度."""
    value = re.fullmatch(r"(?:to |at |by |in )?<(([A-Z])\d+)>\W*(?:度|倍|秒|个|号|段)?\W*(?:instead|please|then|吧|"
    r"好了?)?\W*",
                         said, re.ASCII)  # fmt: skip
    if not value:
        return None
    kinds = "TN" if value[2] in "TN" else value[2]
    old = list(re.finditer(rf"<([{kinds}]\d+)>", before, re.ASCII))
    if not old:
        return None
    tokens, key, was = reader.masked.tokens, value[1], reader.masked.tokens[old[-1][1]]
    if value[2] == "N" and was.kind == "T":  # "10 seconds, no, 12"
        unit = 60.0 if re.search(r"min|分", was.raw) else 1.0
        key = reader.masked.mark(Token("T", tokens[key].raw, tokens[key].number * unit))[1:-1]
    return f"{before[: old[-1].start()]}<{key}>{before[old[-1].end() :]}"


def _nothing(text: str) -> Reading:
    weight = weigh(cleaned(text), ())[1]
    return Reading((), weight, weight, "taken_back", text=text)


def _partition(reader: Reader, atoms: list[Atom], verb: str, out: list[Clause]) -> str:
    """The way of joining neighbours that explains most, fewest clauses first."""
    atoms = _fenced(reader, atoms)
    n = len(atoms)
    if not n:
        return verb
    found = [None if negated(a.text) else compiled(_ANY_VERB).search(cleaned(a.text)) for a in atoms]
    later = next((m[0] for m in found if m), "")
    best: list[tuple[float, int, Clause | None]] = [(0.0, 0, None)]
    for end in range(1, n + 1):
        options: list[tuple[float, int, Clause | None]] = []
        for start in range(max(0, end - GROUP), end):
            if end - start > 1 and any(negated(a.text) for a in atoms[start:end]) and not _excepts(atoms[start:end]):
                continue
            text = _join(atoms[start:end])
            earlier = next((m[0] for m in reversed(found[:start]) if m), verb)
            reading = reader.one(text, tuple(dict.fromkeys(v for v in (earlier, later) if v)))
            if reading and reading.share < 0.4 and reading.rule != "negated" and not reading.rule.startswith("cannot"):
                reading = None
            worth = reading.covered - 0.05 * (reading.weight - reading.covered) + _merit(reading) if reading else 0.0
            if reading and reading.rule == "vague" and end - start < n:
                worth = 0.0
            score = best[start][0] + worth - 0.01
            options.append((score, start, Clause(text, reading)))
        best.append(max(options, key=lambda o: (o[0], o[1] == 0)))
    found_clauses: list[Clause] = []
    at = n
    while at > 0:
        _, start, clause = best[at]
        if clause:
            found_clauses.append(clause)
        at = start
    out.extend(reversed(found_clauses))
    return next((m[0] for m in reversed(found) if m), verb)


def _merit(reading: Reading) -> float:
    """A little for every op read from a clause's own words: "and" comes apart when both halves parse."""
    return (
        0.0
        if reading.borrowed
        else 0.02 * sum(not isinstance(op, Clarify | Simple | Unsupported) for op in reading.ops)
    )


def _fenced(reader: Reader, atoms: list[Atom]) -> list[Atom]:
    """ "Don't cut the intro and the outro": what hangs on a prohibition stays with it."""
    out: list[Atom] = []
    for atom in atoms:
        hangs = bool(out) and negated(out[-1].text) and re.search(r"\b(?:and|or)\b|[和、与]", atom.joint, re.ASCII)
        if hangs and reader.one(atom.text) is None:
            out[-1] = Atom(f"{out[-1].text}{atom.joint}{atom.text}", out[-1].joint)
        else:
            out.append(atom)
    return out


def _excepts(atoms: Sequence[Atom]) -> bool:
    """Whether the prohibition is not the first: it may be an exception to what comes before."""
    return not negated(atoms[0].text)


def _join(atoms: Sequence[Atom]) -> str:
    return atoms[0].text + "".join(f"{a.joint}{a.text}" for a in atoms[1:])


def original(text: str, tokens: dict[str, Token]) -> str:
    """A clause as it was written, for showing it to the user."""
    return re.sub(r"<([A-Z]\d+)>", lambda m: tokens[m[1]].raw if m[1] in tokens else "", text, flags=re.ASCII).strip()
