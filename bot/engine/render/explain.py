"""The render plan as a table for people."""

from collections import Counter
from fractions import Fraction

from bot.engine.render.cost import cost
from bot.engine.render.encode import cores
from bot.engine.render.lines import Stretch
from bot.engine.render.plan import RenderPlan
from bot.engine.render.spans import Body, stretches
from bot.engine.render.treatment import WORDS


def table(plan: RenderPlan) -> str:
    """One line a span: frames, how they come about and why, what is shown; then how much is done in which way."""
    frame = plan.frame
    lines = [f"{frame.width}x{frame.height}, {_number(frame.fps)} frames a second, {plan.frames} frames"]
    names: dict[str, str] = {}
    for span in plan.spans:
        shown = ", ".join(_named(stretch, names) for stretch in stretches(span))
        if isinstance(span, Body) and span.cuts:
            shown += f", {len(span.cuts)} cuts"
        why = WORDS[span.treatment.why]
        lines.append(f"{span.first:>7} {span.end:>7}  {span.treatment.how:<6}  {shown}{f'  ({why})' if why else ''}")
    done: Counter[str] = Counter()
    for span in plan.spans:
        done[span.treatment.how] += span.frames
    told = {"copy": "copied", "encode": "encoded", "card": "made of one picture"}
    parts = [f"{count} {told[how]} ({100 * count / plan.frames:.0f} %)" for how, count in done.most_common()]
    seconds = cost(plan).seconds(cores())
    return "\n".join([*lines, f"{', '.join(parts)}; about {max(1, round(seconds))} s on {cores()} cores"])


def _named(stretch: Stretch, names: dict[str, str]) -> str:
    """A source by its number in the order in which they turn up, and where in it."""
    if not stretch.media:
        return f"card {stretch.colour}"
    name = names.setdefault(stretch.media, f"file {len(names) + 1}")
    return name if stretch.still else f"{name} from {float(stretch.at):.3f} s"


def _number(rate: Fraction) -> str:
    return f"{float(rate):.2f}".rstrip("0").rstrip(".")
