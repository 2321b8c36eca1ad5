"""What is said, to read: paragraphs of whole sentences."""

from dataclasses import dataclass

from bot.engine.timeline.cues import Cue, cues
from bot.engine.timeline.model import Timeline
from bot.engine.timeline.spoken import joined

_PAUSE_MS = 2_000


@dataclass(frozen=True)
class Paragraph:
    """What is said from `start` on (timeline ms), up to the next clip or long pause."""

    start: int
    text: str

    @property
    def line(self) -> str:
        """Its time, then its words."""
        hours, rest = divmod(self.start // 1000, 3600)
        clock = f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
        return f"{clock} {self.text}"


def paragraphs(timeline: Timeline) -> tuple[Paragraph, ...]:
    """Everything that is said, out of the words that the timeline holds."""
    rows: list[list[Cue]] = []
    clip = ""
    for cue in cues(timeline):
        here = timeline.segments[cue.lines[0][0].index].clip
        if not rows or here != clip or cue.start - rows[-1][-1].lines[-1][-1].end >= _PAUSE_MS:
            rows.append([])
        rows[-1].append(cue)
        clip = here
    return tuple(Paragraph(row[0].start, joined([joined(cue.texts()) for cue in row])) for row in rows)
