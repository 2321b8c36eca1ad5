"""What is needed to work with what is said: sound, somebody who listened to it, and words."""

from collections.abc import Container

from bot.engine.timeline.geometry import timeless
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.spoken import Said, said, words_known


def listened(timeline: Timeline, library: Library) -> tuple[Said, ...]:
    """Every word on the timeline. Refused as no_sound, no_speech_extra, no_words."""
    own = {heard.media for heard in timeline.heard if heard.words}
    audible(timeline, library, library.words.keys() | own)
    row = said(timeline, words_known(timeline, library))
    if not row:
        raise RefusedError("no_words")
    return row


def audible(timeline: Timeline, library: Library, known: Container[str]) -> tuple[str, ...]:
    """The sources on the timeline in which somebody may speak, in order.

    Refused as no_sound where there is none, as no_speech_extra where one is not `known`: nobody could listen to it.
    """
    used = dict.fromkeys(one.media for one in timeline.segments if not timeless(one))
    media = tuple(one for one in used if library.media[one].has_sound)
    if not media:
        raise RefusedError("no_sound")
    if any(one not in known for one in media):
        raise RefusedError("no_speech_extra")
    return media
