"""What a translation is made of, and what a language has to say about GUIs."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What an instruction for a GUI becomes (section 8 of the protocol)."""

    EXPORT = "export"
    TRACKS = "tracks"
    STATE = "state"
    CREDITS = "credits"
    SAY = "say"


@dataclass(frozen=True)
class Act:
    """One thing to do in place of the user's hand; `words` are the message that does it, of a SAY only."""

    step: Step
    words: str = ""


@dataclass(frozen=True)
class Translated:
    """What the user reads (may be empty), and what is to be done, in order, each once."""

    text: str
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Language:
    """Patterns over a clause in which quotes, links and file names are blotted out (`mask.py`).

    Groups name what is found: `label` (a button's), `drag` (from where the words of an edit begin).
    """

    names: tuple[tuple[Step, str], ...]
    """What buttons and panels are called, and what each stands for."""
    joints: str
    """What joins two clauses of a sentence."""
    lead: str
    """Words that may come before an instruction."""
    click: str
    """A press of a button, at the beginning of a clause."""
    drag: str
    """A move by hand."""
    place: str
    """Going to, or doing something in, a part of the window."""
    deed: str
    """What a user does with a finished video, told as an instruction: "download it", "you can preview it"."""
    hangs: str
    """A clause that belongs to the one after it or before it: "to save it", "once you are happy"."""
    goes_on: str
    """A clause that goes on with an instruction: "and choose 1080p"."""
    tail: str
    """An instruction that hangs at the end of a clause which else is content: "... to preview in the timeline"."""
    negative: str
    """At the beginning of a clause: it tells what need not, or must not, be done."""
    others: str
    """Somewhere in a clause: people in the footage do something; what follows is their doing, not the user's."""
    plans: str
    """The agent tells or asks what it will do itself: what follows is its doing."""
    addressed: str
    """Somewhere in a clause: it is the user who is told."""
    window: str
    """Somewhere in a clause that addresses the user: a part of the window, so that it is of no use here."""
    offer: str
    """The agent offers to do it: stays, and is a button as well."""
    wording: tuple[tuple[str, str], ...]
    """From the words of a hand to those of an edit, in order."""
