"""Transitions that fit: how long one may be between two segments, and what it borrows from beyond the cut."""

from bisect import bisect_left, bisect_right

from bot.engine.timeline.geometry import plays_on, room, timeless
from bot.engine.timeline.limits import MAX_TRANSITION_MS, MIN_TRANSITION_MS
from bot.engine.timeline.model import Library, Segment, Transition, TransitionStyle


def fitted(
    before: Segment, after: Segment, style: TransitionStyle, ms: int, library: Library, overlap: int | None = None
) -> Transition | None:
    """The longest transition up to `ms` that takes at most half of either segment; None below 100 ms or at no join.

    It borrows at most half of its length from each side of the cut, and only what is not spoken where somebody
    listened: words that were cut out are not heard again. The rest is overlap, up to `overlap` ms where that is
    given: then it gets shorter rather than take more of the timeline.
    """
    room_out, room_in = quiet_room(before, after, library)
    ms = min(ms, MAX_TRANSITION_MS, before.ms // 2, after.ms // 2)
    if overlap is not None:
        ms = min(ms, 2 * (min(room_out, room_in) + overlap), room_out + room_in + overlap)
    ms -= ms % 2  # two equal halves: a millisecond left over would be overlap
    if ms < MIN_TRANSITION_MS or plays_on(before, after):
        return None
    return Transition(style, ms, min(ms // 2, room_out), min(ms // 2, room_in))


def quiet_room(before: Segment, after: Segment, library: Library) -> tuple[int, int]:
    """The room beyond a cut in which nobody speaks, as far as somebody listened; see `geometry.room`."""
    room_out, room_in = room(before, after, library)
    return min(room_out, _quiet_after(before, library)), min(room_in, _quiet_before(after, library))


def problem(before: Segment, after: Segment, transition: Transition, library: Library) -> str | None:
    """What is wrong with a transition where it stands; None when the two segments bear it."""
    if plays_on(before, after):
        return "is at no join"
    if not MIN_TRANSITION_MS <= transition.ms <= MAX_TRANSITION_MS:
        return f"is not {MIN_TRANSITION_MS} to {MAX_TRANSITION_MS} ms long"
    if transition.ms > min(before.ms, after.ms) // 2:
        return "takes more than half of a segment"
    half = transition.ms // 2
    room_out, room_in = room(before, after, library)
    if not (0 <= transition.lead_out <= min(half, room_out) and 0 <= transition.lead_in <= min(half, room_in)):
        return "borrows more than there is"
    return None


def settled(before: Segment, after: Segment, library: Library) -> Transition | None:
    """The transition into `after` as it can be behind `before`: untouched where it is right, else fitted anew."""
    transition = after.transition
    if transition is None or problem(before, after, transition, library) is None:
        return transition
    return fitted(before, after, transition.style, transition.ms, library)


def _quiet_after(segment: Segment, library: Library) -> int:
    return _quiet(segment, library, back=segment.reverse)


def _quiet_before(segment: Segment, library: Library) -> int:
    return _quiet(segment, library, back=not segment.reverse)


def _quiet(segment: Segment, library: Library, *, back: bool) -> int:
    """How long (ms of the timeline) nobody speaks in the source beyond the out point, or (`back`) the in point."""
    speech = library.speech.get(segment.media)
    if timeless(segment) or not speech:
        return MAX_TRANSITION_MS
    if back:
        earlier = bisect_left(speech, segment.start, key=lambda spoken: spoken[0]) - 1
        return _paced(segment.start - speech[earlier][1], segment) if earlier >= 0 else MAX_TRANSITION_MS
    following = bisect_right(speech, segment.end, key=lambda spoken: spoken[1])
    return _paced(speech[following][0] - segment.end, segment) if following < len(speech) else MAX_TRANSITION_MS


def _paced(source_ms: int, segment: Segment) -> int:
    return max(0, int(source_ms / segment.speed))
