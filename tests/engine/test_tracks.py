"""The bundled music, by mood."""

import hashlib
from typing import get_args

import pytest

from bot.engine import tracks
from bot.engine.timeline.moods import MOODS
from bot.engine.timeline.ops import Mood


def _content(mood: Mood, used: set[str], *, another: bool) -> str:
    path = tracks.track(mood, "session", used, another=another)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("mood", get_args(Mood))
def test_every_mood_has_several_tracks_and_another_one_is_the_next(mood: Mood) -> None:
    row = tracks.tracks(mood)
    assert len(row) >= 2
    assert len(set(row)) == len(row)
    heard = [_content(mood, set(), another=False)]
    while len(heard) <= len(row):
        heard.append(_content(mood, {heard[-1]}, another=True))
    assert len(set(heard)) == len(row), "all of them come round"
    assert heard[-1] == heard[0]


def test_the_same_project_gets_the_same_track_and_keeps_it() -> None:
    first = _content("calm", set(), another=False)
    assert first == _content("calm", set(), another=True) == _content("calm", {first}, another=False)
    assert len({tracks.track("calm", f"{n}", set(), another=False) for n in range(40)}) == len(tracks.tracks("calm"))


def test_tracks_have_names_to_be_told_by() -> None:
    names = {tracks.title(path) for mood in MOODS for path in tracks.tracks(mood)}
    assert len(names) == 28
    assert {"calm acoustic 1", "tender electronic 3"} < names
