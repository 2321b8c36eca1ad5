"""Numbers without a unit: seconds where they plainly are a time, and nothing where they may be anything else."""

import pytest

from tests.engine.agent.planning import ONE, Ops, ops


def one(op: str, **slots: object) -> Ops:
    return [{"op": op, **slots}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("freeze at 2 for 1 second", one("freeze", at=2, seconds=1)),
        ("blur from 3 to 5", one("blur", start=3, end=5)),
        ("从3到5静音", one("mute", target="all", start=3, end=5)),
        ("gif from 3 to 6", one("gif", start=3, end=6)),
        ("split at 5 and 10", one("split", at=[5, 10])),
        ("zoom in at 5", one("zoom", kind="in", start=5)),
        ('add the title "Hi" at 5', one("text", content="Hi", start=5, role="title")),
        ('title "Hi" from 3 to 5', one("text", content="Hi", start=3, end=5, role="title")),
    ],
)
def test_seconds(text: str, expected: Ops) -> None:
    assert ops(text, ONE) == expected


@pytest.mark.parametrize("text", ["increase speed from 1 to 2", "move the clip from 3 to 1", "go from 3 to 5"])
def test_anything_else(text: str) -> None:
    assert [op["op"] for op in ops(text, ONE)] == ["clarify"]


@pytest.mark.parametrize("text", ["srt", "给我一个srt", "给我SRT", "subtitle file", "字幕文件 srt", "srt file"])
def test_a_file_by_its_kind_alone(text: str) -> None:
    assert ops(text, ONE) == one("subtitle", format="srt")
