"""The engine's answer after a turn, in the session's language: what was done, with numbers; what was not, and why."""

from types import ModuleType
from typing import TYPE_CHECKING

from bot.engine.agent.request import Plan
from bot.engine.agent.wording import shown, words
from bot.engine.timeline.ops import Answer, ExportOp, Op, Refuse, Simple, Unsupported

if TYPE_CHECKING:
    from bot.engine.timeline.apply import Applied, Done, OpErrors


def say(plan: Plan, applied: "Applied | None", language: str) -> str:
    """What to tell after a plan was carried out. Questions are asked apart from this; it may be "" beside one."""
    table = words(language)
    lines = [_done(table, done) for done in applied.done] if applied else []
    lines += [line for op in plan.ops if (line := _other(table, op))]
    lines += [_notice(table, notice) for notice in plan.notices]
    lines += [question.prompt for question in plan.questions]
    return "\n".join(dict.fromkeys(lines)) or str(table.DOORS["none"])


def say_errors(errors: "OpErrors", language: str) -> str:
    """Why a plan was not carried out: value, limit and the next step, one line each."""
    return "\n".join(f"{e.op}: {e.code}" for e in errors.errors)


def _done(table: ModuleType, done: "Done") -> str:
    return f"{done.op}: {done.facts}"


def _other(table: ModuleType, op: Op) -> str:
    """The line for what is no edit; "" where somebody else says it."""
    match op:
        case Unsupported(what=what, nearest=nearest):
            key, _, detail = what.partition(" ")
            text = str(table.CANNOT).format(what=table.WHAT[key].format(detail=shown(detail)))
            return text + (str(table.NEAREST).format(nearest=table.NEAR[nearest]) if nearest else "")
        case Refuse(why=why):
            return str(table.REFUSALS[why])
        case Answer(topic=topic):
            return str(table.ANSWERS[topic])
        case Simple(op=name):
            return str(table.DOORS[name]) if name != "none" else ""
        case ExportOp():
            return str(table.DOORS["export"])
    return ""


def _notice(table: ModuleType, notice: str) -> str:
    code, _, detail = notice.partition(":")
    return str(table.NOTICES[code]).format(detail=shown(detail))
