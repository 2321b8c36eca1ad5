"""What is suggested works: our own engine carries out every example and every step, in each language, as it says."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.flows import route, suggestions
from bot.store.models import Export
from bot.updates import Deed
from bot.voice.phrase import phrase

CONTEXT = {
    "clips": [{"name": "talk.mp4", "seconds": 60}, {"name": "b.mp4", "seconds": 20}],
    "has_speech": True,
    "width": 1920,
    "height": 1080,
}
SILENCES, TRANSITIONS = {"op": "trim_silence"}, {"op": "transition", "between": "all"}
VERTICAL = {"op": "aspect", "ratio": "9:16"}
MEANT: dict[str, list[dict[str, Any]]] = {
    "example.talk": [SILENCES, TRANSITIONS, {"op": "export"}],
    "example.vertical": [VERTICAL, {"op": "export"}],
    "example.hd": [{"op": "export", "format": "mp4", "height": 1080}],
    "step.silences": [SILENCES],
    "step.transitions": [TRANSITIONS],
    "step.vertical": [VERTICAL],
    "step.music": [{"op": "music", "mood": "calm"}],
    "step.fades": [{"op": "fade", "kind": "both"}],
}


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_engine_does_what_each_suggestion_says(locale: str) -> None:
    lines = [json.dumps({"id": key, "text": phrase(locale, key), "context": CONTEXT}) for key in MEANT]
    planned = subprocess.run(
        [sys.executable, "-m", "bot", "plan"], input="\n".join(lines), capture_output=True, text=True, check=True,
        timeout=60,
    )  # fmt: skip
    found = {answer["id"]: answer["ops"] for answer in map(json.loads, planned.stdout.splitlines())}
    assert found == MEANT


def test_every_suggestion_is_one_of_those() -> None:
    steps = {f"step.{step.name}" for step in suggestions._STEPS}
    assert {*suggestions.EXAMPLES, *steps} == set(MEANT)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_an_example_that_exports_is_heard_here_for_an_upstream_that_does_not_hear_it(locale: str) -> None:
    ways = [route.route(offer.words) for offer in suggestions.examples(locale)]
    assert [way.export for way in ways] == [Export(), Export(), Export(height=1080)]
    assert [offer.deed for offer in suggestions.examples(locale)] == [Deed.EXAMPLE] * 3


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_step_is_found_in_its_own_words(locale: str) -> None:
    for step in suggestions._STEPS:
        assert step.said.search(phrase(locale, f"step.{step.name}"))
