"""The tables: who took how long for what, and which of the aims are met."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.rendering.judge import Verdict
from tests.bench.rendering.meter import Cost

OURS, DECODED, TRANSCODED, SMARTCUT = "Threadcut", "decode only", "whole transcode, veryfast", "smartcut"
MEMORY_MB = 500


@dataclass(frozen=True)
class Line:
    """What somebody did: every time he was run, and what came of it. `skipped` is why he was not."""

    name: str
    costs: tuple[Cost, ...] = ()
    verdict: Verdict | None = None
    skipped: str = ""

    @property
    def wall(self) -> float:
        """The median, s."""
        return median(cost.wall for cost in self.costs)

    @property
    def cpu(self) -> float:
        """The median, s."""
        return median(cost.cpu for cost in self.costs)

    @property
    def megabytes(self) -> float:
        """The most memory of any run."""
        return max(cost.peak for cost in self.costs) / 1e6

    @property
    def done(self) -> bool:
        """Whether it took part and came to something, every time."""
        return bool(self.costs) and not any(cost.fault for cost in self.costs)


@dataclass(frozen=True)
class Aim:
    """Something to reach in a case. `value` is None where it could not be measured."""

    case: str
    what: str
    value: float | None
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether it is reached."""
        if self.value is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def table(lines: Sequence[Line]) -> str:
    """All of a case."""
    known = {line.name: line for line in lines if line.done}
    head = ("", "s", "CPU s", "x transcode", "x decoding", "x smartcut", "peak MB", "file MB", "length s", "sync ms",
            "VMAF", "seek errors", "warnings")  # fmt: skip
    rows = [head, *(_row(line, known) for line in lines)]
    whole = [row for row in rows if len(row) == len(head)]
    widths = [
        max(len(row[0]) for row in rows),
        *(max(map(len, column)) for column in list(zip(*whole, strict=True))[1:]),
    ]
    shown = []
    for number, row in enumerate(rows):
        cells = [cell.rjust(widths[column]) if column else cell.ljust(widths[0]) for column, cell in enumerate(row)]
        shown.append("| " + " | ".join(cells) + " |" if len(row) == len(head) else f"| {cells[0]} | {row[1]}")
        if not number:
            shown.append("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(shown)


def _row(line: Line, known: dict[str, Line]) -> tuple[str, ...]:
    if not line.done:
        faults = [cost.fault for cost in line.costs if cost.fault]
        return line.name, faults[0] if faults else f"left out: {line.skipped}"
    ratios = [
        f"{line.wall / known[base].wall:.2f}" if base in known else "-" for base in (TRANSCODED, DECODED, SMARTCUT)
    ]
    cells = [line.name, f"{line.wall:.1f}", f"{line.cpu:.1f}", *ratios, f"{line.megabytes:.0f}"]
    found = line.verdict
    if found is None:
        return (*cells, *["-"] * 6)
    late, vmaf = (f"{one:.1f}" if one is not None else "-" for one in (found.late_ms, found.vmaf))
    seeks = f"{found.seek_errors} of {found.seeks}"
    return (*cells, f"{found.megabytes:.1f}", f"{found.seconds:.1f}", late, vmaf, seeks, str(found.warnings))


LIMITS: dict[str, tuple[tuple[str, str, float], ...]] = {
    "cuts": (("to a whole transcode", TRANSCODED, 0.2), ("to decoding once", DECODED, 1.0)),
    "fades": (("to a whole transcode", TRANSCODED, 0.33),),
    "title": (("to a whole transcode", TRANSCODED, 0.07),),
}
"""The most that a kind of case may take, as a share of what somebody else does with the same footage."""

AS_FAST_AS_SMARTCUT = 3.3


def aims(case: str, kind: str, lines: Sequence[Line], *, timed: bool) -> list[Aim]:
    """What is wanted of a case, and what was found; `timed` is whether there are aims for its speed."""
    known = {line.name: line for line in lines if line.done}
    mine = known.get(OURS)
    if mine is None:
        return [Aim(case, "a finished file", None, 1)]
    wanted = LIMITS.get(kind, ()) if timed else ()
    found = [Aim(case, what, _ratio(mine, known.get(base)), most) for what, base, most in wanted]
    if kind == "cuts" and timed:
        theirs = known.get(SMARTCUT)
        faster = theirs.wall / mine.wall if theirs is not None else None
        found.append(Aim(case, "times as fast as smartcut", faster, AS_FAST_AS_SMARTCUT, at_least=True))
    found.append(Aim(case, "peak memory, MB", mine.megabytes, MEMORY_MB))
    if mine.verdict is not None:
        found.append(Aim(case, "sync error, ms", mine.verdict.late_ms, 1))
        found.append(Aim(case, "VMAF", mine.verdict.vmaf, 97, at_least=True))
        found.append(Aim(case, f"errors in {mine.verdict.seeks} seeks", mine.verdict.seek_errors, 0))
        found.append(Aim(case, "warnings of the decoder", mine.verdict.warnings, 0))
    return found


def _ratio(mine: Line, base: Line | None) -> float | None:
    return mine.wall / base.wall if base is not None else None


def told(found: Sequence[Aim]) -> str:
    """The aims, one a line."""
    words = {True: "met", False: "NOT MET", None: "not measured"}
    return "\n".join(
        f"{words[aim.met]:<12} {aim.case:<14} {aim.what:<28} "
        f"{'-' if aim.value is None else f'{aim.value:.2f}':>8}  {'>=' if aim.at_least else '<='} {aim.limit:g}"
        for aim in found
    )
