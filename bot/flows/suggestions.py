"""What somebody may want next: examples to try at the beginning, sensible steps after an edit."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.flows.context import Job
from bot.store.models import Thread
from bot.updates import Change, Deed, Offer, TimelineSummary
from bot.voice.phrase import phrase

EXAMPLES = ("example.talk", "example.vertical", "example.hd")
"""Phrases of whole requests that work on any footage with a picture."""
_MOST_STEPS = 2


@dataclass(frozen=True)
class _Step:
    """A request that makes sense on some timelines; `said` finds it in what was asked for before."""

    name: str
    said: re.Pattern[str]
    fits: Callable[[TimelineSummary], bool]


def _parts(timeline: TimelineSummary) -> int:
    return sum(len(item.cuts) + 1 for track in timeline.tracks if track.kind == "video" for item in track.items)


def _wide(timeline: TimelineSummary) -> bool:
    return bool(timeline.width and timeline.height and timeline.width > timeline.height)


_STEPS = (
    _Step(
        "silences",
        re.compile(r"silen|pause|dead air|gaps?\b|jump ?cut|静音|停顿|沉默|气口|空白", re.IGNORECASE),
        lambda timeline: _parts(timeline) == 1,
    ),
    _Step(
        "transitions",
        re.compile(r"transition|cross ?fade|dissolve|wipe|转场|过渡|叠化", re.IGNORECASE),
        lambda timeline: _parts(timeline) > 1,
    ),
    _Step("vertical", re.compile(r"vertical|portrait|9\s*[:x×]\s*16|竖", re.IGNORECASE), _wide),
    _Step(
        "music",
        re.compile(r"music|song|soundtrack|bgm|音乐|配乐|歌", re.IGNORECASE),
        lambda timeline: all(track.kind != "audio" for track in timeline.tracks),
    ),
    _Step("fades", re.compile(r"\bfade|淡入|淡出", re.IGNORECASE), lambda timeline: _parts(timeline) > 0),
)


def examples(locale: str) -> tuple[Offer, ...]:
    """Requests to try, in the locale's language; taken as often as one likes."""
    return tuple(
        Offer(Deed.EXAMPLE, number=number, words=words, label=words)
        for number, words in enumerate(phrase(locale, key) for key in EXAMPLES)
    )


async def next_steps(job: Job, changes: tuple[Change, ...], timeline: TimelineSummary) -> tuple[Offer, ...]:
    """Two or three things one may want after this edit, and a way back; nothing where nothing came of it.

    What was asked for in this project before is not offered again.
    """
    if not changes or not timeline.tracks:
        return ()
    asked = await _noted(job)
    locale = job.turn.place.locale
    steps = [step.name for step in _STEPS if step.name not in asked and step.fits(timeline)][:_MOST_STEPS]
    says = (phrase(locale, f"step.{name}") for name in steps)
    offered = await job.offer(*(Offer(Deed.SAY, words=words, label=words) for words in says))
    export = () if job.turn.export is not None else (Offer(Deed.EXPORT),)
    costs = not job.context.capabilities.free_undo
    return (*offered, *export, Offer(Deed.UNDO, label=phrase(locale, "offer.undo.costs") if costs else ""))


async def _noted(job: Job) -> frozenset[str]:
    """The steps this project has been asked for, this request's among them."""
    now = {step.name for step in _STEPS if step.said.search(job.turn.words)}
    before = frozenset(job.thread.asked) if job.thread is not None else frozenset()
    if now <= before:
        return before

    def note(thread: Thread) -> Thread:
        return thread.model_copy(update={"asked": tuple(sorted({*thread.asked, *now}))})

    await job.save_thread(note)
    return before | now
