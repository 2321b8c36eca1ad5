"""The bot, its engine, or both are killed at random moments of their work."""

from pathlib import Path

import pytest

from tests import footage
from tests.crash.numbers import carried
from tests.crash.plan import plan
from tests.crash.runs import carry_out


@pytest.mark.long
async def test_killed_at_random_moments(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Nothing goes unanswered, nothing is sent twice, no render is lost, none is delivered twice."""
    seed, count = request.config.option.seed, request.config.option.runs
    runs = [run for run in plan(seed, count) if run.upstream == "engine"]
    clip = footage.clip(tmp_path / "clip.mp4")
    numbers, wrong = await carry_out(runs, tmp_path, clip)
    request.node.user_properties.append(carried(numbers))
    assert not wrong, f"--runs {count} --seed {seed}\n\n" + "\n\n".join(wrong)
    assert numbers.four == (0, 0, 0, 0)
    assert numbers.kills
