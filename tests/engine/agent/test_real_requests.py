"""Ninety real requests, chosen by the hash of their text: who asks for no edit gets none, and most others get theirs.

The requests themselves lie beside the project, where they are there; here is only what each of them asks for.
"""

import hashlib
from pathlib import Path

import pytest

from bot.engine.agent.plan import plan
from bot.engine.agent.request import ClipFacts, Context, Plan, TimelineFacts
from bot.engine.timeline.ops import EditOp, FileOp

REQUESTS = Path(__file__).parents[4] / "shared" / "eval" / "real-requests.txt"
LONG = TimelineFacts((ClipFacts("talk.mov", 3600.0), ClipFacts("second.mov", 60.0)), has_music=True)
SURROUNDINGS = Context(has_speech=True, undo_depth=1)
CHANGES = (*EditOp.__args__, *FileOp.__args__)

ASKED: dict[str, str] = {
    "01d50d844fe2": "extract_audio",
    "02733e23b749": "rotate",
    "032900dac123": "speed",
    "03b8f3e0558b": "slideshow|about no photos",
    "049b35e597f0": "subtitle",
    "04da8cbbe09a": "export",
    "056a4e59bca4": "subtitle",
    "05ce261b9f1d": "gif",
    "07341e2c42be": "cut_range",
    "09b76ac05b3f": "subtitle",
    "0a54382ad498": "subtitle",
    "0a678ac85358": "gif",
    "0b977b3b73ab": "duck",
    "0ba256b74162": "text",
    "0c73dc2644f0": "text",
    "0c77f831ec7e": "cut_range",
    "0cb3d0ec8e5e": "music",
    "0db362cc95cf": "transition",
    "0db603501bf5": "export",
    "0e002e86dc94": "speed",
    "0f343485cd7a": "extract_audio",
    "117b9b87a0d4": "keep_range",
    "11f0c894e367": "trim_start",
    "12038a08a55b": "trim_silence",
    "126d55e60c1c": "rotate",
    "1297155fa892": "thumbnail",
    "131a77d7223b": "trim_silence",
    "13514eb99696": "trim_silence",
    "1443a563e6e8": "thumbnail",
    "1531efddfbbe": "aspect",
    "15da98184912": "thumbnail",
    "16b464acc904": "slideshow|about no photos",
    "170ca1b2a468": "export",
    "172f85f32dbf": "thumbnail",
    "17e7980ef556": "subtitle",
    "18176cc1bdc4": "voice_over|about voice words",
    "1850321ee732": "watermark|about upload named",
    "195c6c564ef9": "highlight",
    "19e5230ffdb0": "text",
    "1cd6e68272ca": "trim_silence",
    "1f224c415639": "subtitle",
    "219c731b13b0": "trim_start",
    "232215f95432": "gif",
    "244826940ce6": "transition",
    "250b5c2b1513": "text",
    "2535836d7eb0": "subtitle",
    "27a9a18455f3": "trim_start",
    "29113ac6df95": "subtitle",
}
"""What those of the ninety that ask for something the engine can do ask for, by the first digits of their hash: one of
these operations, or the question about what is missing ("about ...")."""


def chosen() -> dict[str, str]:
    """The ninety by the first digits of their hash."""
    lines = [line for line in REQUESTS.read_text(encoding="utf-8").splitlines() if line.strip()]
    hashed = sorted((hashlib.sha256(line.encode()).hexdigest(), line) for line in dict.fromkeys(lines))
    return {digest[:12]: line for digest, line in hashed[:90]}


def changes(made: Plan) -> set[str]:
    return {op.op for op in made.ops if isinstance(op, CHANGES)}


def offers(made: Plan) -> set[str]:
    """What waits for a click, and what is asked about because something is missing."""
    options = [option for question in made.questions for option in question.options]
    waiting = {op.op for op in (*made.offered, *(op for option in options for op in option.ops))}
    return waiting | {f"about {op.about}" for op in made.ops if op.op == "clarify"}


@pytest.mark.skipif(not REQUESTS.is_file(), reason="the real requests are not beside the project here")
def test_real_requests_get_what_they_ask_for_and_nothing_else() -> None:
    plans = {key: plan(text, LONG, SURROUNDINGS) for key, text in chosen().items()}
    assert plans.keys() >= ASKED.keys()
    assert not {key: changes(made) for key, made in plans.items() if key not in ASKED and changes(made)}
    wanted = {key: set(names.split("|")) for key, names in ASKED.items()}
    acted = [key for key, names in wanted.items() if changes(plans[key]) & names]
    offered = [key for key, names in wanted.items() if key not in acted and offers(plans[key]) & names]
    counts = f"{len(acted)} acted on, {len(offered)} offered, of {len(ASKED)}"
    assert len(acted) >= len(ASKED) / 2, counts
    assert len(acted) + len(offered) >= 0.75 * len(ASKED), counts
