"""Names that people gave, fit to be shown."""

import pytest

from bot.engine.names import from_url, shown


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("talk.mp4", "talk.mp4"), ("../../etc/passwd.mp4", "passwd.mp4"), ("C:\\films\\a.mp4", "a.mp4"),
        ("a\u202egnp.mp4", "agnp.mp4"), ("a\x00b\nc\u2028d\ud800e.mp4", "abcde.mp4"), ("", "file"), ("..", "file"),
        ("///", "file"), ("\u200b", "file"), ("  two   words .mp4 ", "two words .mp4"), ("-i.mp4", "-i.mp4"),
        ("片段 👩\u200d🎬 {x} @everyone.mp4", "片段 👩\u200d🎬 {x} @everyone.mp4"), ("e\u0301.mp4", "é.mp4"),
        ("x" * 300 + ".mp4", "x" * 115 + "….mp4"), ("x" * 300, "x" * 120), ("." * 300, "file"),
    ],
)  # fmt: skip
def test_shown(name: str, expected: str) -> None:
    assert shown(name) == expected
    assert shown(expected) == expected
    assert len(shown(name)) <= 120


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/My%20talk.mp4", "My talk.mp4"),
        ("/", "linked file"),
        ("/a%2F..%2Fb.mp4", "b.mp4"),
        ("/%ff.mp4", "\ufffd.mp4"),
    ],
)
def test_from_url(path: str, expected: str) -> None:
    assert from_url(path) == expected
