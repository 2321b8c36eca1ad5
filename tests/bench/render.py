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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.rendering import memory
from tests.bench.rendering.contenders import Command, Contender, Kind, Skip, Task, contenders, named_peer
from tests.bench.rendering.judge import Verdict, judged
from tests.bench.rendering.material import Material, described, given, made
from tests.bench.rendering.meter import Cost, measured
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


@dataclass
class Bench:
    """A run of the bench in a folder, with those who take part."""

    folder: Path
    everybody: Sequence[Contender]
    repeats: int
    seeks: int
    vmaf: bool = True

    def run(self, cases: Sequence[tuple[Case, Material]]) -> list[Aim]:
        """All cases of each footage together, so that what is the same for all is done once a round."""
        found: list[Aim] = []
        for material in {its.path: its for _, its in cases}.values():
            group = [case for case, its in cases if its.path == material.path]
            print(f"\n{described(material)}", flush=True)
            lines = self._round(group, material)
            for case in group:
                mine = [lines[case.name if not one.base else "", one.name] for one in self.everybody]
                print(f"\n{case.name}: medians of {self.repeats}\n{table(mine)}", flush=True)
                found += aims(case.name, case.kind, mine, timed=case.timed)
        return found

    def _round(self, group: Sequence[Case], material: Material) -> Mapping[tuple[str, str], Line]:
        lines: dict[tuple[str, str], Line] = {}
        kept: dict[str, tuple[tuple[int, int], ...]] = {}
        for number in range(self.repeats):
            for case in group:
                for one in self.everybody:
                    key = (case.name if not one.base else "", one.name)
                    if one.base and case is not group[0]:
                        continue
                    line = lines.get(key, Line(one.name))
                    lines[key] = line if line.skipped else self._turn(one, case, material, kept, line, number)
        return lines

    def _turn(
        self, one: Contender, case: Case, material: Material, kept: dict[str, tuple[tuple[int, int], ...]], line: Line,
        number: int,
    ) -> Line:  # fmt: skip
        target = self.folder / "out" / f"{case.name}-{one.name.replace(' ', '-').replace(',', '')}.mp4"
        target.parent.mkdir(parents=True, exist_ok=True)
        command = one.command(Task(case.kind, material.path, target, kept.get(case.name, ())))
        if isinstance(command, Skip):
            return replace(line, skipped=command.why)
        target.unlink(missing_ok=True)
        cost = self._cost(command, target)
        note = cost.fault or f"{cost.wall:.1f} s, {cost.cpu:.1f} s CPU, {cost.peak / 1e6:.0f} MB"
        print(f"  {number + 1}. {case.name}: {one.name}: {note}", flush=True)
        told_by = target.with_suffix(".json")
        if told_by.is_file():
            told_json = json.loads(told_by.read_text(encoding="utf-8"))
            kept[case.name] = tuple((start, end) for start, end in told_json["kept"])
            print(f"     {len(kept[case.name])} ranges; {told_json['steps']}", flush=True)
            told_by.unlink()
        verdict = line.verdict
        if verdict is None and not cost.fault and one.result == "file":
            verdict = self._verdict(target, material)
        return replace(line, costs=(*line.costs, cost), verdict=verdict)

    def _cost(self, command: Command, target: Path) -> Cost:
        return measured(command.args, target.with_suffix(".log"), command.env)

    def _verdict(self, target: Path, material: Material) -> Verdict:
        return judged(target, material, self.seeks, with_vmaf=self.vmaf)


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
        bench = Bench(folder, everybody, words.repeats or (1 if words.quick else 3), 40 if words.quick else 200)
        found = bench.run(_cases(words, folder))
    print(f"\n{told(found)}")
    return int(words.check and any(not aim.met for aim in found))


def _cases(words: argparse.Namespace, folder: Path) -> list[tuple[Case, Material]]:
    chosen = [
        case for case in CASES if (case.name in words.cases if words.cases else not words.quick or case.name in QUICK)
    ]
    if words.footage is not None:
        kinds = dict.fromkeys(case.kind for case in chosen)
        return [(Case(kind, kind, 0), given(words.footage)) for kind in kinds]
    found = []
    for case in chosen:
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
