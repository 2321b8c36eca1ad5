"""How long it gets: exact_length, highlight."""

from typing import Any

import pytest

from tests.engine.agent.planning import ONE, names, ops, planned, question


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it exactly 30 seconds", {"op": "exact_length", "seconds": 30}),
        ("make it exactly 90 seconds long", {"op": "exact_length", "seconds": 90}),
        ("speed it up so it lasts exactly 60 seconds", {"op": "exact_length", "seconds": 60, "how": "speed"}),
        ("cut it to exactly 45 s", {"op": "exact_length", "seconds": 45, "how": "cut"}),
        ("make the video last exactly 2 minutes", {"op": "exact_length", "seconds": 120}),
        ("give me the best 30 seconds", {"op": "highlight", "seconds": 30}),
        ("压到正好60秒", {"op": "exact_length", "seconds": 60}),
        ("make a 60 second highlight reel", {"op": "highlight", "seconds": 60}),
        ("boil it down to a 60 second highlight", {"op": "highlight", "seconds": 60}),
        ("keep only the best moments", {"op": "highlight"}),
        (
            "extract the best moments and compile them into a 3-minute highlight reel",
            {"op": "highlight", "seconds": 180},
        ),
        ("剪一个一分钟的精华版", {"op": "highlight", "seconds": 60}),
        ("trim to the first 30 seconds", {"op": "keep_range", "start": 0, "end": 30}),
    ],
)
def test_lengths(text: str, expected: dict[str, Any]) -> None:
    assert ops(text) == [expected]


@pytest.mark.parametrize(
    "text", ["make a 30s version", "make it 30 seconds", "cut it down to 30 seconds", "时长改成30秒"]
)
def test_which_seconds_stay_is_asked(text: str) -> None:
    made = {option.ops[0].op for option in question(text).options}
    assert {"keep_range", "highlight", "exact_length"} <= made


def test_what_is_boring_is_offered_not_taken_away() -> None:
    made = planned("remove the boring parts")
    assert [op.op for op in made.ops] == ["clarify"]
    assert [op.op for op in made.offered] == ["highlight"]


@pytest.mark.parametrize(
    "text",
    [
        "Which moments would make a good highlight reel?", "suggest where to cut for a 90-second highlight reel",
        "generate a 30 second promo", "highlight the moving car", "15-second product reveal, soft light",
        "write a script for a 60-second recap",
    ],
)  # fmt: skip
def test_none_of_them(text: str) -> None:
    assert not {"highlight", "exact_length"} & set(names(text, ONE))
