"""What a plan costs and how well requests are understood.

`uv run pytest -m bench -n 0 -s tests/bench/plan.py`: milliseconds a plan for a sentence and for 2,000 characters, how
that grows with the length, and the scores of both halves of the labelled requests and, where it lies beside the
project, of the evaluation's own. Times are of the process, not of the clock on the wall.
"""

import json
from pathlib import Path
from time import process_time

import pytest

from bot.engine.agent import plan as planner
from tests.engine.agent.planning import SURROUNDINGS, THREE
from tests.engine.agent.scoring import LABELS, labels, scored

SHARED = Path(__file__).parents[3] / "shared" / "eval" / "dev-instructions.jsonl"
SENTENCE = "cut the first 5 seconds, add a title that says Day One and lower the music to 30%"
WORDS = (
    "Cut the first 40 seconds, remove the pauses where I say nothing, then speed the screen recording up 2x. "
    "剪掉最后十秒，把第二个片段静音，然后加个转场。Add the text 'Level 2' at 0:12 in yellow; fade out the music. "
)


def milliseconds(text: str, times: int) -> float:
    """Process time of one plan; the best of three rounds."""
    rounds = []
    for _ in range(3):
        before = process_time()
        for _ in range(times):
            planner.plan(text, THREE, SURROUNDINGS)
        rounds.append((process_time() - before) * 1000 / times)
    return min(rounds)


@pytest.mark.bench
def test_what_a_plan_costs() -> None:
    milliseconds(SENTENCE, 3)
    lengths = {n: (WORDS * (n // len(WORDS) + 1))[:n] for n in (200, 2_000, 20_000)}
    print(f"\na sentence ({len(SENTENCE)} characters): {milliseconds(SENTENCE, 30):.1f} ms")
    costs = {n: milliseconds(text, 10 if n < 20_000 else 2) for n, text in lengths.items()}
    for n, cost in costs.items():
        print(f"{n:6d} characters: {cost:7.1f} ms, {1000 * cost / n:.1f} µs a character")


@pytest.mark.bench
def test_how_much_is_understood() -> None:
    print()
    for half in ("dev", "test"):
        print(f"own, {half:6s}", scored(labels(LABELS / f"{half}.jsonl")))
    if SHARED.is_file():
        print("evaluation ", scored([json.loads(line) for line in SHARED.read_text(encoding="utf-8").splitlines()]))
