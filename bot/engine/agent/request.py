"""What the planner is told and what it answers: frozen values, no behaviour."""

from dataclasses import dataclass

from bot.engine.timeline.ops import EditOp, Op


@dataclass(frozen=True)
class ClipFacts:
    """A clip as the user counts it: its file's name and its length on the timeline, s."""

    name: str
    seconds: float


@dataclass(frozen=True)
class TimelineFacts:
    """What there is to edit: clips in order (the first is number 1), the words of the texts, the picture's size, px.

    `overlays` are the names of the pictures and videos that lie over it.
    """

    clips: tuple[ClipFacts, ...] = ()
    has_music: bool = False
    texts: tuple[str, ...] = ()
    has_subtitles: bool = False
    chapters: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    width: int = 1920
    height: int = 1080

    @property
    def seconds(self) -> float:
        """Length of the joined timeline, s (overlaps of transitions not counted off)."""
        return sum(clip.seconds for clip in self.clips)


@dataclass(frozen=True)
class Option:
    """A likely answer to a question: what its button says, and what it does."""

    id: str
    label: str
    ops: tuple[Op, ...] = ()


@dataclass(frozen=True)
class Question:
    """Something only the user can settle, in the session's language."""

    id: str
    prompt: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Context:
    """What surrounds a request. `attachments` are the names of files that came with it or lie ready.

    `language` is the session's (an ISO code): prompts and labels of questions are worded in it. `last` are the
    operations of the step before, where they are still known: "a bit less aggressive" is about them.
    """

    attachments: tuple[str, ...] = ()
    has_speech: bool = False
    undo_depth: int = 0
    redo_depth: int = 0
    open_question: Question | None = None
    language: str = "en"
    last: tuple[EditOp, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a request comes to.

    `ops` is what is applied without a click (or what is said: clarify, answer, unsupported, refuse); `offered` waits
    for a click and is in the options of `questions`. `notices` are "code:detail" lines that `say` words.
    `coverage` is the share (0-1) of the request's content that the plan accounts for. `source` tells what made it:
    "router", "answer" or "grammar".
    """

    ops: tuple[Op, ...] = ()
    offered: tuple[Op, ...] = ()
    questions: tuple[Question, ...] = ()
    notices: tuple[str, ...] = ()
    coverage: float = 0.0
    source: str = "grammar"
