"""Title cards: a card of the picture's track with the words on it, between what was there before."""

from dataclasses import replace

from bot.engine.timeline.geometry import Placed, clips, duration_ms, layout
from bot.engine.timeline.ids import fresh_ids
from bot.engine.timeline.limits import MAX_NAME_LENGTH
from bot.engine.timeline.model import Library, Segment, Text, Timeline
from bot.engine.timeline.scope import ROUNDED_MS, clip_at
from bot.engine.timeline.weave import Piece, put_in, weave


def place(timeline: Timeline, start_ms: int | None, ms: int, clip: int | None) -> int | None:
    """Where a card of `ms` goes in (timeline ms) when it is wanted at a time; None where it is to cover the picture.

    At the start, the end or between two clips it is a picture of its own and makes the whole longer; a time in the
    midst of a clip is meant as it is said. Raises RefusedError (no_clip).
    """
    if clip is not None:
        return clip_at(timeline, clip).start_ms if not start_ms else None
    total = duration_ms(timeline)
    if not start_ms:
        return 0
    if start_ms >= total - ROUNDED_MS or abs(start_ms + ms - total) <= ROUNDED_MS:
        return total
    return next((view.start_ms for view in clips(timeline) if abs(view.start_ms - start_ms) <= ROUNDED_MS), None)


def put(timeline: Timeline, at_ms: int, ms: int, words: str, library: Library) -> tuple[Timeline, int, int]:
    """Put a black card in; where it lies then (timeline ms). Raises RefusedError as `weave`."""
    card = Segment(
        id=next(iter(fresh_ids("s", (one.id for one in timeline.segments)))),
        clip=next(iter(fresh_ids("c", (one.clip for one in timeline.segments)))),
        media="",
        name=" ".join(words.split())[:MAX_NAME_LENGTH],
        kind="card",
        start=0,
        end=ms,
    )
    new = put_in(timeline, at_ms, card, library)
    one = next(one for one in layout(new) if one.segment.id == card.id)
    return new, one.from_ms, one.to_ms


def under(timeline: Timeline, text: Text) -> Placed | None:
    """The card that a text was put on."""
    return next(
        (
            one
            for one in layout(timeline)
            if one.segment.kind == "card" and one.from_ms <= text.start and text.end <= one.to_ms
        ),
        None,
    )


def taken_out(timeline: Timeline, texts: tuple[Text, ...], library: Library) -> Timeline:
    """The timeline without these texts, and without the cards they were put on while anything else is left."""
    found = [under(timeline, text) for text in texts if text.role == "title_card"]
    gone = {one.segment.id for one in found if one is not None}
    left = replace(timeline, texts=tuple(one for one in timeline.texts if one not in texts))
    row = [Piece(one.segment, one.from_ms, one.to_ms) for one in layout(left) if one.segment.id not in gone]
    return weave(left, row, library) if gone and row else left
