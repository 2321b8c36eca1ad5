"""`threadcut plan`: lines in, lines out."""

import json
from pathlib import Path

import pytest

from bot.engine.agent.batch import run

CONTEXT = {"clips": [{"name": "a.mp4", "seconds": 60}], "has_music": False, "undo_depth": 1}
EVAL = Path(__file__).parents[3].parent / "shared" / "eval" / "dev-instructions.jsonl"


def answers(*lines: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(lines)]


def test_only_set_slots_are_written_and_defaults_that_are_told() -> None:
    line = json.dumps({"id": "x", "text": "trim the silences, add transitions, mute it", "context": CONTEXT})
    assert answers(line) == [
        {
            "id": "x",
            "ops": [{"op": "trim_silence"}, {"op": "transition", "between": "all"}, {"op": "mute", "target": "all"}],
        }
    ]


def test_what_waits_for_a_click_is_apart() -> None:
    text = "trim the silences and speed it up 2x and sprinkle fairy dust over granny"
    found = answers(json.dumps({"id": 7, "text": text, "context": CONTEXT}))[0]
    assert found["ops"] == [{"op": "clarify", "about": "partly understood"}]
    assert found["offered"] == [{"op": "trim_silence"}, {"op": "speed", "factor": 2.0}]


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        ("not json", None),
        ("[1, 2]", None),
        ('{"id": "a"}', "a"),
        ('{"id": "a", "text": 5}', "a"),
        ('{"id": "a", "text": "x", "context": {"clips": [{"name": "x", "seconds": -1}]}}', "a"),
        ('{"id": "a", "text": "x", "context": {"clips": [{"name": "x", "seconds": NaN}]}}', "a"),
        ("[" * 100_000, None),
    ],
)
def test_a_bad_line_gets_an_error_line_and_the_rest_goes_on(line: str, id_: str | None) -> None:
    bad, good = answers(line, "", json.dumps({"id": "g", "text": "export", "context": CONTEXT}))
    assert bad["id"] == id_
    assert bad["ops"] == []
    assert str(bad["error"]).startswith("line 1: ")
    assert good == {"id": "g", "ops": [{"op": "export"}]}


def test_the_examples_of_the_evaluation_all_get_a_plan() -> None:
    if not EVAL.is_file():
        pytest.skip("the evaluation's examples are not beside the project")
    lines = EVAL.read_text(encoding="utf-8").splitlines()
    found = answers(*lines)
    assert [one["id"] for one in found] == [json.loads(line)["id"] for line in lines]
    assert all(one["ops"] and "error" not in one for one in found)
