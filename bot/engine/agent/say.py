"""The engine's answer after a turn, in the session's language: what was done, with numbers; what was not, and why."""

from dataclasses import replace
from types import ModuleType

from bot.engine.agent.languages import OWN_NAMES
from bot.engine.agent.request import Plan
from bot.engine.agent.sentences import Fact, key_of
from bot.engine.agent.wording import Whole, clock, number, shown, words
from bot.engine.timeline.apply import Applied, Done
from bot.engine.timeline.colours import NAMES
from bot.engine.timeline.model import MediaItem
from bot.engine.timeline.ops import (
    Answer,
    Compress,
    ExportOp,
    ExtractAudio,
    Gif,
    Op,
    Refuse,
    Simple,
    Thumbnail,
    Unsupported,
)
from bot.engine.timeline.refusal import OpError, OpErrors

_SPANS = frozenset(
    {
        "length_ms",
        "keep_ms",
        "removed_ms",
        "kept_ms",
        "ms",
        "shortest_ms",
        "total_ms",
        "longest_ms",
        "unheard_ms",
    }
)
"""Facts that are lengths (told in seconds); other `_ms` facts are places (told as a clock)."""
_NAMING = frozenset({"delete_clip", "duplicate"})
"""Operations whose sentence names the clip itself."""
_PLACED = frozenset({"color", "bw", "blur", "zoom"})
"""What is told with the part it was done to, where it was done to a part."""
_COLOURS = {code: name for name, code in reversed(NAMES.items())}
_ALSO = ("skipped", "lost_texts", "lost_music", "ducked", "machine_made", "nearest", "levelled", "closeness", "track")
"""Facts that are told behind the sentence."""
_TIME_CODES = frozenset({"beyond_end", "too_long", "already_short", "long_enough", "too_short_for", "bad_pace"})
_LANGUAGE_CODES = frozenset({"no_translation", "translation_failed"})


def say(plan: Plan, applied: Applied | None, language: str) -> str:
    """What to tell after a plan was carried out; "" only where a question says it all (questions are asked apart)."""
    table = words(language)
    lines = _all_done(table, applied.done) if applied else []
    lines += [line for op in plan.ops if (line := _other(table, op))]
    lines += [_notice(table, notice) for notice in plan.notices]
    if not lines and not plan.questions:
        return str(table.DOORS["none"])
    return "\n".join(dict.fromkeys(lines))


def say_errors(errors: OpErrors, language: str) -> str:
    """Why a plan was not carried out: value, limit and the next step, one line for each cause."""
    table = words(language)
    return "\n".join([*dict.fromkeys(_error(table, error) for error in errors.errors), table.NOTHING_DONE])


def say_upload(item: MediaItem, language: str) -> str:
    """One line for a file that came in."""
    table = words(language)
    line = table.UPLOADED if item.duration_ms else table.UPLOADED_STILL
    return str(line.format(name=shown(item.name), length=clock(item.duration_ms / 1000)))


def _all_done(table: ModuleType, done: tuple[Done, ...]) -> list[str]:
    """One line an operation; the last that changed the length tells the new one."""
    changed = [i for i, one in enumerate(done) if one.facts.get("before_ms") != one.facts.get("after_ms")]
    lines = []
    for index, one in enumerate(done):
        text = _line(table, one)
        if changed and index == changed[-1]:
            length = clock(float(one.facts["after_ms"]) / 1000)
            lines.append(str(table.NOW.format(line=text, length=length)))
        else:
            lines.append(str(table.END.format(line=text)))
    return lines


def _line(table: ModuleType, done: Done) -> str:
    facts = done.facts
    values = {name: _value(table, name, fact) for name, fact in facts.items()}
    values["n"] = number(float(facts.get("count", 0)))
    line = str(table.SAID[key_of(done.op, facts)].format(**values))
    if isinstance(facts.get("clip"), int) and done.op not in _NAMING:
        line = str(table.SAID["of_clip"].format(line=line, clip=facts["clip"]))
    if "start_ms" in facts and done.op in _PLACED:
        line = str(table.SAID["of_part"].format(line=line, **{name: values[name] for name in ("start_ms", "end_ms")}))
    for extra in _ALSO:
        if facts.get(extra) and "none" not in key_of(done.op, facts):
            line = str(table.SAID["also"].format(line=line, more=values[extra]))
    return line


def _value(table: ModuleType, name: str, fact: Fact) -> str:
    """A fact as it reads in a sentence."""
    if name in table.COUNTS and isinstance(fact, int):
        return str(table.COUNTS[name][fact != 1].format(n=fact))
    if name == "places":
        return Whole(", ".join("–".join(clock(int(ms) / 1000) for ms in one.split("-")) for one in str(fact).split()))
    if name == "transcript":
        return str(fact).replace("@", "@\u200b")
    if name == "more":
        return str(table.MORE.format(n=fact)) if fact else ""
    if name in _SPANS:
        return str(table.SECONDS.format(n=number(round(float(fact) / 1000, 1 if float(fact) >= 100 else 2))))
    if name.endswith("_ms"):
        return clock(float(fact) / 1000)
    if name == "changes":
        return ", ".join(_change(table, change) for change in str(fact).split(", "))
    if name == "color":
        fact = _COLOURS.get(str(fact), fact)
    if name == "translated":
        return OWN_NAMES.get(str(fact), shown(fact))
    if name in table.NAMES and isinstance(fact, str):
        return str(table.NAMES[name].get(fact, shown(fact)))
    return shown(fact)


def _change(table: ModuleType, change: str) -> str:
    """One change of the colours: what, and its value or name."""
    what, _, value = change.partition(" ")
    names = table.NAMES["changes"]
    return " ".join(part for part in (names.get(what, what), names.get(value, value)) if part)


def _other(table: ModuleType, op: Op) -> str:
    """The line for what is no edit; "" where somebody else says it."""
    match op:
        case Unsupported(what=what, nearest=nearest):
            key, _, detail = what.partition(" ")
            line = str(table.CANNOT.format(what=table.WHAT[key].format(detail=shown(detail).upper())))
            return line + (str(table.NEAREST.format(nearest=table.NEAR[nearest])) if nearest else "")
        case Refuse(why=why):
            return str(table.REFUSALS[why])
        case Answer(topic=topic):
            return str(table.ANSWERS[topic])
        case Simple(op=name):
            return str(table.DOORS[name]) if name != "none" else ""
        case ExportOp(op=name) | Gif(op=name) | Thumbnail(op=name) | Compress(op=name) | ExtractAudio(op=name):
            return str(table.DOORS[name])
    return ""


def _notice(table: ModuleType, notice: str) -> str:
    code, _, detail = notice.partition(":")
    return str(table.NOTICES[code].format(detail=shown(detail)))


def _error(table: ModuleType, error: OpError) -> str:
    timed = error.code in _TIME_CODES
    if error.code in _LANGUAGE_CODES:
        error = replace(error, value=OWN_NAMES.get(str(error.value), error.value))
    value, limit = (
        clock(float(v)) if timed and isinstance(v, int | float) else shown("" if v is None else v)
        for v in (error.value, error.limit)
    )
    return str(table.ERRORS.get(error.code, table.UNKNOWN_ERROR).format(value=value, limit=limit))
