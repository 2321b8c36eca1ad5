"""The few words that a picture holds, handed in by who knows the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """`tracks` names each kind of track, `parts` counts the pieces of a clip, `more` the tracks left out.

    `effect` words what is done to a clip.
    """

    tracks: Mapping[str, str]
    parts: Callable[[int], str]
    more: Callable[[int], str]
    effect: Callable[[str], str]
