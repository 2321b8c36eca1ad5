"""Threadcut's renders beside other programs, in one run: what they cost and how good what they leave is.

    uv run python -m tests.bench.render             all cases, three times each: about two hours
    uv run python -m tests.bench.render --quick     40 seconds of footage, once
    uv run python -m tests.bench.render --memory    peak memory of 3 and of 60 minutes

It makes its footage (see `rendering.material`) and installs its peers in a folder that it uses again. Seconds are of
this machine and its other work: the ratios are what counts, and everybody takes turns within a round so that all meet
the same machine. `--check` ends with 1 when an aim is not met. Footage of your own (`--footage`) carries no numbers:
its sync and VMAF cannot be told.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from tests.bench.rendering import memory
from tests.bench.rendering.contenders import Contender, Kind, Skip, Task, contenders, named_peer
from tests.bench.rendering.judge import judged
from tests.bench.rendering.material import Material, described, given, made
from tests.bench.rendering.meter import measured
from tests.bench.rendering.report import Aim, Line, aims, table, told


@dataclass(frozen=True)
class Case:
    """What is done to which footage; `timed` is whether there are aims for its speed."""

    name: str
    kind: Kind
    seconds: int
    gop: int = 60
    timed: bool = True


CASES = (
    Case("cuts-60", "cuts", 180),
    Case("cuts-30", "cuts", 180, gop=30, timed=False),
    Case("cuts-250", "cuts", 180, gop=250, timed=False),
    Case("fades-60", "fades", 180),
    Case("title-60", "title", 180),
    Case("cuts-10min", "cuts", 600),
)
QUICK = {"cuts-60", "fades-60", "title-60"}
QUICK_SECONDS = 40


@dataclass(frozen=True)
class How:
    """Where a run of the bench keeps what it makes, who takes part, and how often."""

    folder: Path
    everybody: Sequence[Contender]
    repeats: int
    seeks: int


@dataclass
class Group:
    """All cases of one footage, together: what is the same for all of them is done once a round.

    `lines` are by case and name, the case "" for what is the same for all; `kept` is what Threadcut kept in a case.
    """

    how: How
    material: Material
    cases: Sequence[Case]
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    kept: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def run(self) -> list[Aim]:
        """Everybody in turn, round after round; then a table of each case."""
        print(f"\n{described(self.material)}", flush=True)
        for number in range(self.how.repeats):
            for case in self.cases:
                for one in self.how.everybody:
                    if not one.base or case is self.cases[0]:
                        self._turn(one, case, number + 1)
        found: list[Aim] = []
        for case in self.cases:
            lines = [self.lines["" if one.base else case.name, one.name] for one in self.how.everybody]
            print(f"\n{case.name}: medians of {self.how.repeats}\n{table(lines)}", flush=True)
            found += aims(case.name, case.kind, lines, timed=case.timed)
        return found

    def _turn(self, one: Contender, case: Case, number: int) -> None:
        key = ("" if one.base else case.name, one.name)
        line = self.lines.setdefault(key, Line(one.name))
        target = self.how.folder / "out" / f"{case.name}-{one.name.replace(' ', '-').replace(',', '')}.mp4"
        command = one.command(Task(case.kind, self.material.path, target, self.kept.get(case.name, ())))
        if isinstance(command, Skip):
            self.lines[key] = replace(line, skipped=command.why)
            return
        target.unlink(missing_ok=True)
        cost = measured(command.args, target.with_suffix(".log"), command.env)
        told_of = cost.fault or f"{cost.wall:.1f} s, {cost.cpu:.1f} s CPU, {cost.peak / 1e6:.0f} MB"
        print(f"  {number}. {case.name}: {one.name}: {told_of}", flush=True)
        self._learn(case, target.with_suffix(".json"))
        verdict = line.verdict
        if verdict is None and not cost.fault and one.leaves_file:
            verdict = judged(target, self.material, self.how.seeks)
        self.lines[key] = replace(line, costs=(*line.costs, cost), verdict=verdict)

    def _learn(self, case: Case, told_by: Path) -> None:
        """What Threadcut kept is what the others are given."""
        if told_by.is_file():
            found = json.loads(told_by.read_text(encoding="utf-8"))
            told_by.unlink()
            self.kept[case.name] = tuple((start, end) for start, end in found["kept"])
            print(f"     {len(self.kept[case.name])} ranges; {found['steps']}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """The program."""
    words = _parser().parse_args(argv)
    folder = words.folder or Path(tempfile.gettempdir()) / "threadcut-bench"
    everybody = [one for one in contenders(folder, words.peer) if not words.only or one.name in words.only]
    unknown = set(words.only or ()) - {one.name for one in everybody}
    if unknown:
        print(f"Nobody here is called {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    if words.memory:
        found = memory.run(folder, quick=words.quick)
    else:
        how = How(folder, everybody, words.repeats or (1 if words.quick else 3), 40 if words.quick else 200)
        found = []
        for _, its in groupby(_cases(words, folder), lambda one: one[1].path):
            cases = list(its)
            found += Group(how, cases[0][1], [case for case, _ in cases]).run()
    print(f"\n{told(found)}")
    return int(words.check and any(not aim.met for aim in found))


def _cases(words: argparse.Namespace, folder: Path) -> list[tuple[Case, Material]]:
    chosen = [
        case for case in CASES if (case.name in words.cases if words.cases else not words.quick or case.name in QUICK)
    ]
    if words.footage is not None:
        kinds = dict.fromkeys(case.kind for case in chosen)
        return [(Case(kind, kind, 0), given(words.footage)) for kind in kinds]
    found: list[tuple[Case, Material]] = []
    for case in sorted(chosen, key=lambda one: (one.seconds, one.gop != 60, one.gop)):
        seconds = QUICK_SECONDS if words.quick else case.seconds
        together = sorted({one.gop for one in chosen if one.seconds == case.seconds})
        found.append((case, made(folder / "media", seconds, case.gop, together=together)))
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.render", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--footage", type=Path, help="a file of your own instead of what is made")
    parser.add_argument("--cases", nargs="+", choices=[case.name for case in CASES], help="some cases only")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help='some of those who take part: "Threadcut", "smartcut"'
    )
    parser.add_argument(
        "--peer", action="append", default=[], type=_peer, metavar="NAME=COMMAND",
        help="another program, with {input}, {output} and, where it takes ranges, {keep} (start,end,start,end in s): "
        "--peer 'auto-editor=/opt/auto-editor {input} --output {output} --no-open'",
    )  # fmt: skip
    parser.add_argument("--repeats", type=int, help="rounds; the table has medians")
    parser.add_argument("--quick", action="store_true", help="short footage, one round, fewer seeks")
    parser.add_argument("--memory", action="store_true", help="only memory, of short and of long footage")
    parser.add_argument("--folder", type=Path, help="where footage, peers and results are kept")
    parser.add_argument("--check", action="store_true", help="end with 1 when an aim is not met")
    return parser


def _peer(words: str) -> tuple[str, str]:
    try:
        return named_peer(words)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
