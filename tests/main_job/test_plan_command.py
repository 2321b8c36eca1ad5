"""`threadcut plan`: a line out for each line in."""

import json
from pathlib import Path

import pytest

from tests.main_job.command import ROOT, threadcut

SHARED = ROOT / ".." / "shared" / "eval" / "dev-instructions.jsonl"
CLIP = {"clips": [{"name": "talk.mp4", "seconds": 60}], "has_speech": True}
OWN = (
    {"id": "a", "text": "trim the silences and export", "context": CLIP},
    {"id": 2, "text": "剪掉前5秒", "context": CLIP},
    {"id": "c", "text": "sing me a song", "context": CLIP},
)


def answers(folder: Path, lines: list[str]) -> list[dict[str, object]]:
    ran = threadcut(folder, "plan", given="\n".join(lines))
    assert ran.code == 0
    assert ran.err == ""
    return [json.loads(line) for line in ran.lines]


def test_each_request_gets_its_plan(tmp_path: Path) -> None:
    found = answers(tmp_path, [*map(json.dumps, OWN), "", "no json"])
    assert [one["id"] for one in found] == ["a", 2, "c", None]
    assert found[0]["ops"] == [{"op": "trim_silence"}, {"op": "export"}]
    assert found[1]["ops"] == [{"op": "trim_start", "seconds": 5}]
    assert "error" in found[3]


@pytest.mark.skipif(not SHARED.is_file(), reason="the evaluation's requests are not beside the project here")
def test_the_evaluation_runs(tmp_path: Path) -> None:
    lines = SHARED.read_text(encoding="utf-8").splitlines()
    found = answers(tmp_path, lines)
    assert [one["id"] for one in found] == [json.loads(line)["id"] for line in lines]
    assert not [one for one in found if "error" in one]
