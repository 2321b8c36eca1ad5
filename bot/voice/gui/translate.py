"""From what the upstream says to what a user without its GUI reads, and what is to be done instead of a click.

A text is read line by line, a line sentence by sentence, a sentence clause by clause. A clause that begins with an
instruction goes, and with it what hangs on it; everything else stays as it was written, letter for letter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum, auto
from itertools import pairwise

from bot.voice.gui import en, zh
from bot.voice.gui.mask import BLOT, bare, mask
from bot.voice.gui.parts import Act, Language, Step, Translated

_LISTED = re.compile(r"\s*(?:[-+*](?=\s)|[•·▪◦>]+|\(?\d{1,3}[.)、．]|#{1,6})?\s*(?:\[[ xX]\]\s*)?")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"[:：][\s*_]*$|^\s*#{1,6} |^\s*\*\*[^*]+\*\*\s*$")
_SENTENCE_END = re.compile(
    r"(?<=[\U0001f300-\U0001faff\u2600-\u27bf])\s+(?=[A-Z])|(?<!\be\.g)(?<!\bi\.e)[.!?…]+(?:\s+|$)|[。！？]+\s*"
)
_LABEL = re.compile(
    rf"(?: on| at)?(?: the| that| this| your| an?)?(?: (?:blue|green|red|big|small|new|main))*[ \"]*"
    rf"(?P<label>{BLOT}+|(?-i:[A-Z])[\w&/+-]*(?: (?-i:[A-Z])[\w&/-]*)*|(?!the\b|that\b"
    rf"|this\b)[\w-]+(?= (?:button|option|link|key)))",
    re.IGNORECASE,
)
_LABEL_ZH = re.compile(rf"[^，。；{BLOT}]{{0,8}}?(?P<label>{BLOT}+|[^，。；\s{BLOT}的]{{1,6}}?(?=按钮|键))")
_ADDRESS = re.compile(r"https?://")
"""A sentence with an address in it is left alone: that, the user can click."""
_LOCAL = re.compile(
    r"\b(?:files?|footage|computer|desktop|phone|here|upload)\b|素材|文件|电脑|本地|这里|此处", re.IGNORECASE
)
_OWN = re.compile(r"\b(?:I|we|who)\b|我", re.IGNORECASE)
"""The agent tells of its own doing."""
_ASIDE = re.compile(r"\s?[(（]([^()（）]{1,200})[)）]")
_DONE = re.compile(r"\W*\w+ed\b")
"""What was done, not what is to be done."""
_DECORATION = re.compile(rf"[^\w{BLOT}\"(（]*")
_CONNECTOR = re.compile(r"^(\W*)(?:or|and|but|then|或者?|并且?|而且)\b\s*|^(\W*)(?:或者?|并且?|而且|再)", re.IGNORECASE)


class Kind(Enum):
    """How a clause stands: an instruction, what goes on with one, what hangs on a neighbour, or content."""

    ORDER = auto()
    GOES_ON = auto()
    HANGS = auto()
    CONTENT = auto()


@dataclass
class Line:
    """A line as it is left; whether all it said is gone, and whether it could only go on with an instruction."""

    text: str
    gone: bool = False
    weak: bool = False


@dataclass
class Clause:
    """What joins it to the one before begins at `joint`, its own words at `start`."""

    joint: int
    start: int
    end: int
    kind: Kind = Kind.CONTENT
    acts: tuple[Act, ...] = ()
    hard: bool = False
    """It names a part of the window, or a hand's work on it: nothing else is meant."""
    stays: bool = True


@dataclass(frozen=True)
class Spoken:
    """One language's patterns, compiled."""

    joints: re.Pattern[str]
    lead: re.Pattern[str]
    click: re.Pattern[str]
    drag: re.Pattern[str]
    place: re.Pattern[str]
    deed: re.Pattern[str]
    hangs: re.Pattern[str]
    goes_on: re.Pattern[str]
    tail: re.Pattern[str]
    negative: re.Pattern[str]
    others: re.Pattern[str]
    plans: re.Pattern[str]
    addressed: re.Pattern[str]
    window: re.Pattern[str]
    offer: re.Pattern[str]
    names: tuple[tuple[Step, re.Pattern[str]], ...]
    wording: tuple[tuple[re.Pattern[str], str], ...]


def _compiled(language: Language) -> Spoken:
    def made(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    names = {field.name for field in fields(Language)} - {"names", "wording"}
    return Spoken(
        **{name: made(getattr(language, name)) for name in names},
        names=tuple((step, re.compile(pattern, re.IGNORECASE | re.ASCII)) for step, pattern in language.names),
        wording=tuple((made(old), new) for old, new in language.wording),
    )


_SPOKEN = tuple(_compiled(language) for language in (en.LANGUAGE, zh.LANGUAGE))
_JOINTS = re.compile("|".join(language.joints for language in (en.LANGUAGE, zh.LANGUAGE)), re.IGNORECASE)


def translate(text: str) -> Translated:
    """The text without instructions for a GUI, and what they become."""
    acts: dict[Act, None] = {}
    lines: list[Line] = []
    fenced = False
    for raw in text.split("\n"):
        fence = bool(_FENCE.match(raw))
        fenced ^= fence
        if fence or fenced:
            lines.append(Line(raw))
            continue
        sign = _LISTED.match(raw)
        assert sign is not None
        words = raw[sign.end() :]
        left = _line(words, acts)
        gone = left != words and not re.search(r"\w", left)
        lines.append(Line("" if gone else sign[0] + left, gone, weak=_only_goes_on(words)))
    _drop_weak(lines)
    return Translated(_joined(lines), tuple(acts))


def _drop_weak(lines: list[Line]) -> None:
    """In a list with instructions in it, an item that would only go on with one goes too."""
    for number, line in enumerate(lines):
        if line.weak and not line.gone and _item(line.text):
            near = [lines[other] for other in (number - 1, number + 1) if 0 <= other < len(lines)]
            if any(other.gone for other in near):
                line.text, line.gone = "", True


def _joined(lines: list[Line]) -> str:
    """The lines that are left; not the headings under which nothing is, and no blank ones where something went."""
    left: list[str] = []
    emptied = False  # the lines below, up to here, are gone
    for line in reversed(lines):
        if line.gone:
            emptied = True
        elif emptied and (not line.text.strip() or (_HEADING.search(line.text) and not (left and _item(left[-1])))):
            continue
        else:
            if emptied and left and left[-1].strip() and not _item(line.text) and not _item(left[-1]):
                left.append("")
            emptied = False
            left.append(line.text)
    return "\n".join(reversed(left)).strip()


def _item(line: str) -> bool:
    sign = _LISTED.match(line)
    return sign is not None and bool(sign[0].strip())


def _only_goes_on(words: str) -> bool:
    masked = mask(words)
    clauses = list(_clauses(words, masked, 0, len(masked)))
    return bool(clauses) and all(clause.kind is Kind.GOES_ON for clause in clauses)


def _line(line: str, acts: dict[Act, None]) -> str:
    for aside in reversed(list(_ASIDE.finditer(mask(line)))):
        inner = line[aside.start(1) : aside.end(1)]
        if not _sentences(inner, acts).strip():
            line = line[: aside.start()] + line[aside.end() :]
    left = _sentences(line, acts)
    return left + "**" if left.count("**") % 2 and not line.count("**") % 2 else left


def _sentences(line: str, acts: dict[Act, None]) -> str:
    masked = mask(line)
    parts = []
    start = 0
    for stop in [*_SENTENCE_END.finditer(masked), None]:
        words_end, end = (stop.start(), stop.end()) if stop else (len(line), len(line))
        if start < end:
            parts.append(_sentence(line, masked, start, words_end, end, acts))
        start = end
    return "".join(parts).strip() if "".join(parts) != line else line


def _sentence(line: str, masked: str, start: int, words_end: int, end: int, acts: dict[Act, None]) -> str:
    """What is left of the sentence from `start` to `end`, whose words end at `words_end`."""
    asked = any(mark in masked[words_end:end] for mark in "?？")
    clauses = list(_clauses(line, masked, start, words_end, asked=asked))
    if not clauses or _ADDRESS.search(line, start, end):
        return line[start:end]
    _judge(clauses, masked)
    if _look_through(line, masked, clauses):
        _judge(clauses, masked)
    for clause in clauses:
        if not clause.stays:
            acts.update(dict.fromkeys(clause.acts))
    kept = [clause for clause in clauses if clause.stays]
    if not kept:
        return ""
    for spoken in _SPOKEN:
        offered = spoken.offer.search(masked, kept[0].start, kept[-1].end)
        if offered is not None:
            acts.update({Act(Step(name)): None for name, found in offered.groupdict().items() if found})
    if len(kept) == len(clauses):
        return line[start:end]
    left = line[kept[0].start : kept[0].end]
    for before, clause in pairwise(clauses):
        if clause.stays and clause is not kept[0]:
            words = line[clause.joint : clause.end]
            left += words if before.stays else _CONNECTOR.sub(r"\1\2", words)
    if kept[0] is not clauses[0] and line[clauses[0].start : clauses[0].start + 1].isupper():
        left = left[:1].upper() + left[1:]
    return left.rstrip(" ,，;；:：—-") + (line[words_end:end] or "")


def _clauses(line: str, masked: str, start: int, end: int, *, asked: bool = False) -> Iterator[Clause]:
    """The clauses between two places; of a question (`asked`) only a hand's work is an instruction."""
    joints = [found.span() for found in _JOINTS.finditer(masked, start, end) if found.start() > start]
    joint, begin = start, start
    told = planned = False
    for stop, after in [*joints, (end, end)]:
        if not masked[begin:stop].strip():  # two joints in a row
            begin = after
            continue
        clause = Clause(joint, begin, stop)
        joint, begin = stop, after
        clause.kind, clause.acts = _kind(line, masked, clause)
        words = masked[clause.start : clause.end]
        addressed = any(spoken.addressed.search(words) for spoken in _SPOKEN)
        soft = clause.kind in (Kind.ORDER, Kind.GOES_ON) and not clause.hard
        if (soft and asked) or (clause.kind is not Kind.HANGS and not addressed and (told or (planned and soft))):
            clause.kind, clause.acts = Kind.CONTENT, ()
        told = told or any(spoken.others.search(masked, clause.start, clause.end) for spoken in _SPOKEN)
        planned = planned or any(spoken.plans.match(masked, clause.start, clause.end) for spoken in _SPOKEN)
        yield clause


def _kind(line: str, masked: str, clause: Clause) -> tuple[Kind, tuple[Act, ...]]:
    decorated = _DECORATION.match(masked, clause.start, clause.end)
    at = decorated.end() if decorated else clause.start
    negative = any(spoken.negative.match(masked, at, clause.end) for spoken in _SPOKEN)
    for spoken in (*_SPOKEN, *_SPOKEN):  # "请 click Export": the words before may be of the other language
        for words in (spoken.negative, spoken.lead):
            lead = words.match(masked, at, clause.end)
            at = lead.end() if lead else at
        at += masked.startswith(" ", at, clause.end)
    if any(spoken.lead.fullmatch(f"{masked[clause.start : clause.end].strip()} ") for spoken in _SPOKEN):
        return Kind.HANGS, ()
    for spoken in _SPOKEN:
        for pattern in (spoken.drag, spoken.click, spoken.place, spoken.deed):
            found = pattern.match(masked, at, clause.end)
            if found is not None:
                clause.hard = pattern is not spoken.deed
                return Kind.ORDER, () if negative else tuple(_acts(line, masked, clause, found, spoken, pattern))
        if clause.joint > 0 and spoken.tail.match(masked, clause.joint, clause.end):
            clause.hard = True
            return Kind.ORDER, tuple(_named(line, clause.start, clause.end))
    for spoken in _SPOKEN:
        if spoken.hangs.match(masked, clause.start, clause.end):
            pressed = spoken.click.search(masked, clause.start, clause.end)
            if pressed is not None and not _OWN.search(masked, clause.start, pressed.start()):
                return Kind.ORDER, tuple(_acts(line, masked, clause, pressed, spoken, spoken.click))
            return Kind.HANGS, ()
        if spoken.goes_on.match(masked, at, clause.end) or _fragment(masked, clause):
            return Kind.GOES_ON, tuple(_named(line, at, clause.end))
    return Kind.CONTENT, ()


def _fragment(masked: str, clause: Clause) -> bool:
    """Whether it is only the rest of a list: "in 4K or 1080p"."""
    joined = re.search(r"\b(?:or|and)\b", masked[clause.joint : clause.start])
    return joined is not None and re.fullmatch(r"[A-Za-z0-9.+-]{1,12}", masked[clause.start : clause.end]) is not None


def _judge(clauses: list[Clause], masked: str) -> None:
    """Which clauses stay: orders go, and with them what goes on with them or hangs on them."""
    last: bool | None = None  # whether the last clause that stands by itself stays
    waiting: list[Clause] = []  # what hangs on the clause to come
    for clause in clauses:
        apart = bool(masked[clause.joint : clause.start].strip())
        if (clause.kind is Kind.HANGS and (last is None or apart)) or (clause.kind is Kind.GOES_ON and last is None):
            waiting.append(clause)
            continue
        if clause.kind in (Kind.ORDER, Kind.CONTENT):
            last = clause.kind is Kind.CONTENT
        clause.stays = last is not False
        for one in waiting:
            one.stays = clause.stays
        waiting = []
    for one in waiting:
        one.stays = last is not False


def _look_through(line: str, masked: str, clauses: list[Clause]) -> bool:
    """Finds instructions within clauses: a press, or a part of the window that the user is told of. Whether any."""
    told = found = False
    for clause in clauses:
        for spoken in _SPOKEN:
            told = told or bool(spoken.others.search(masked, clause.start, clause.end))
            if not clause.stays or told or _OWN.search(masked, clause.start, clause.end):
                continue
            words = masked[clause.start : clause.end]
            pressed = spoken.click.search(masked, clause.start, clause.end)
            acts: tuple[Act, ...] | None = None
            if pressed is not None and not _DONE.match(words):
                acts = tuple(_acts(line, masked, clause, pressed, spoken, spoken.click)) or (Act(Step.STATE),)
            elif spoken.window.search(words) and spoken.addressed.search(words):
                acts = tuple(_named(line, clause.start, clause.end)) or (Act(Step.STATE),)
            if acts is not None:
                clause.kind, clause.acts, found = Kind.ORDER, acts, True
    return found


def _acts(
    line: str, masked: str, clause: Clause, found: re.Match[str], spoken: Spoken, pattern: re.Pattern[str]
) -> Iterator[Act]:
    if pattern is spoken.drag:
        words = line[found.start("drag") : clause.end].strip()
        yield from () if _LOCAL.search(words) else _said(words, spoken)
        return
    if pattern is spoken.click:
        label = (_LABEL if spoken is _SPOKEN[0] else _LABEL_ZH).match(masked, found.end(), clause.end)
        words = bare(line[label.start("label") : label.end("label")]) if label else ""
        if label and masked[label.start("label")] == BLOT and not _begins_with_a_name(words):
            yield from _said(words, spoken)
            return
        named = list(_named(line, found.start(), clause.end))
        yield from named or _said(words, spoken)
        return
    yield from list(_named(line, found.start(), clause.end)) or [Act(Step.STATE)]


def _begins_with_a_name(label: str) -> bool:
    return any(pattern.match(label) for spoken in _SPOKEN for _, pattern in spoken.names)


def _said(words: str, spoken: Spoken) -> Iterator[Act]:
    """The words of a hand as those of an edit; nothing where no message can do it."""
    for old, new in spoken.wording:
        words = old.sub(new, words)
    if words:
        yield Act(Step.SAY, words)


def _named(line: str, start: int, end: int) -> Iterator[Act]:
    """What the first name among the words stands for; of quoted words, a button's label is one."""
    words = line[start:end]
    for part in (re.split(r"[>→›]", words)[-1], words):  # of a path through menus, where it leads
        both = [(at.start(), step) for one in _SPOKEN for step, pattern in one.names if (at := pattern.search(part))]
        if both:
            yield Act(min(both, key=lambda name: name[0])[1])
            return
