"""Where somebody speaks on the timeline, and what the timeline must know for that."""

from dataclasses import replace

from bot.engine.timeline.found import shown
from bot.engine.timeline.geometry import merged
from bot.engine.timeline.model import Heard, Library, Segment, Timeline


def spoken(timeline: Timeline) -> tuple[tuple[int, int], ...]:
    """Where somebody is heard speaking, (start, end) in ms of the timeline, in order: footage and voice-overs."""
    voices = [(one.start, one.end) for one in timeline.music if one.role == "voice" and not one.muted and one.volume]
    speech = {one.media: one.speech for one in timeline.heard}
    heard = shown(timeline, lambda segment: speech.get(segment.media, ()) if _sounds(segment) else ())
    return merged([*heard, *voices])


def speaks(timeline: Timeline, library: Library) -> bool:
    """Whether anybody is heard speaking, as far as that is known."""
    return bool(spoken(knowing(timeline, library)))


def knowing(timeline: Timeline, library: Library) -> Timeline:
    """The timeline with what is known of the speech in its footage; words that are there stay."""
    known = {one.media: one for one in timeline.heard}
    for media in dict.fromkeys(one.media for one in timeline.segments):
        speech = library.speech.get(media)
        if speech:
            known[media] = replace(known.get(media, Heard(media)), speech=speech)
    heard = tuple(known.values())
    return timeline if heard == timeline.heard else replace(timeline, heard=heard)


def _sounds(segment: Segment) -> bool:
    return segment.kind == "video" and not segment.muted and segment.volume > 0
