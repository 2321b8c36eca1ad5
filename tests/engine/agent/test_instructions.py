"""How many of the labelled requests are planned right. The test half is only ever looked at as a sum."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.agent.scoring import LABELS, judge, labels, planned, scored, total

SHARED = Path(__file__).parents[4] / "shared" / "eval"
DEV, TEST = LABELS / "dev.jsonl", LABELS / "test.jsonl"


def test_the_halves_are_split_by_their_texts() -> None:
    for path, half in ((DEV, 0), (TEST, 1)):
        asked = labels(path)
        assert len(asked) >= 400
        assert {hashlib.sha256(label["text"].encode()).digest()[0] % 2 for label in asked} == {half}


@pytest.mark.parametrize(("path", "ops", "full"), [(DEV, 0.95, 0.90), (TEST, 0.92, 0.91)], ids=["dev", "test"])
def test_labelled_requests_are_planned_right(path: Path, ops: float, full: float) -> None:
    score = scored(labels(path))
    assert score.ops >= ops * score.n, score
    assert score.full >= full * score.n, score
    assert score.harm == 0, score


@pytest.mark.skipif(not SHARED.is_dir(), reason="the evaluation's own scorer is not beside the project here")
def test_it_scores_as_the_evaluation_does(tmp_path: Path) -> None:
    asked = labels(DEV)
    made = planned(asked)
    for i, ops in enumerate(made):  # and what no planner makes: swapped, doubled, unasked for, nothing
        if i % 5 == 1:
            made[i] = [*reversed(ops), {"op": "mute", "target": "all"}][: 1 + i % 2]
        elif i % 5 == 2:
            made[i] = [{**op, "start": 3, "clip": 1} for op in ops] * (i % 3)
    answers = tmp_path / "answers.jsonl"
    answers.write_text(
        "".join(json.dumps({"id": label["id"], "ops": ops}) + "\n" for label, ops in zip(asked, made, strict=True)),
        encoding="utf-8",
    )
    command = [sys.executable, str(SHARED / "score.py"), str(DEV), str(answers)]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    line = next(line for line in theirs.splitlines() if line.startswith("ALL")).split(maxsplit=1)[1]
    assert line.split() == str(total(judge(*pair) for pair in zip(asked, made, strict=True))).split()
