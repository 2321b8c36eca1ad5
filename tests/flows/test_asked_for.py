"""What a tool call asks of a file."""

from typing import Any

import pytest

from bot.flows.asked_for import called
from bot.store.models import Export


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        ({}, Export()),
        ({"format": "mp4", "height": 720, "max_mb": 8}, Export(height=720, max_bytes=8_000_000)),
        (
            {"format": "GIF", "start": 3, "end": 6, "width": 320},
            Export(format="gif", from_ms=3000, to_ms=6000, width=320),
        ),
        ({"format": "png", "at": 10.5}, Export(format="png", from_ms=10_500)),
        ({"format": "thumbnail", "at": 0}, Export(format="png", from_ms=0)),
        ({"format": "frames", "every": 2, "start": 1}, Export(format="frames", every_ms=2000, from_ms=1000)),
        ({"format": "frames", "count": 12}, Export(format="frames", count=12)),
        ({"format": "wav"}, Export(format="wav")),
        ({"format": "srt"}, Export(format="srt")),
        ({"project": "fcpxml"}, Export(format="fcpxml")),
        ({"fps": 60}, Export(fps=60)),
        ({"format": "exe; rm -rf", "start": "soon", "fps": 0, "width": True, "count": 10**9, "end": -5}, Export()),
        ({"format": ["mp3"], "project": {"otio": 1}, "at": float("nan"), "every": float("inf")}, Export()),
    ],
    ids=repr,
)
def test_a_call_is_read_and_nonsense_left_out(args: dict[str, Any], wanted: Export) -> None:
    assert called(args) == wanted
