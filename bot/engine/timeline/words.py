"""Words on the picture."""

import unicodedata
from dataclasses import replace

from bot.engine.timeline import cards
from bot.engine.timeline.colours import colour_of
from bot.engine.timeline.limits import MAX_SIZE, MAX_TEXTS, MIN_SIZE, MIN_TEXT_MS
from bot.engine.timeline.model import Library, Position, Role, Text, Timeline
from bot.engine.timeline.ops import TextOp
from bot.engine.timeline.refusal import RefusedError
from bot.engine.timeline.scope import milliseconds, windows
from bot.engine.timeline.weave import fresh_ids, tidy

Facts = dict[str, int | float | str]

POSITIONS: dict[Role, Position] = {
    "title": "center",
    "title_card": "center",
    "lower_third": "bottom-left",
    "caption": "bottom",
    "meme": "top",
}
LENGTHS_MS: dict[Role, int] = {
    "title": 3_000,
    "title_card": 3_000,
    "lower_third": 4_000,
    "caption": 4_000,
    "meme": 4_000,
}
THROUGHOUT: tuple[Role, ...] = ("caption", "meme")
"""These stay for the whole of what they are put on when nobody says when."""
FADE_MS = 300
SIZES = {"small": 70, "large": 150}
SMALLER = 0.75


def text(timeline: Timeline, op: TextOp, library: Library) -> tuple[Timeline, Facts]:
    """Add words; or change or remove the ones that `target` names, by their words or their role, or the only ones.

    A title card is a picture of its own where `cards.place` says so, and comes and goes with its words.
    Refused as no_content, no_text, ambiguous_text, bad_color, beyond_end, empty_range, no_clip, too_many.
    """
    if op.remove:
        return _removed(timeline, op, library)
    if op.edit or op.target is not None:
        return _edited(timeline, op, library)
    content = readable(op.content or "")
    if not content:
        raise RefusedError("no_content")
    if len(timeline.texts) >= MAX_TEXTS:
        raise RefusedError("too_many", len(timeline.texts) + 1, MAX_TEXTS)
    role: Role = op.role or "title"
    timeline, start, end = _room(timeline, op, role, content, library)
    new = Text(
        id=next(iter(fresh_ids("t", (one.id for one in timeline.texts)))),
        content=content,
        start=start,
        end=end,
        position=op.position or POSITIONS[role],
        color=colour_of(op.color) if op.color else "white",
        size=sized(op.size, 100),
        role=role,
        fade=0 if op.fade is False else FADE_MS,
    )
    return tidy(replace(timeline, texts=(*timeline.texts, new))), _facts("added", new)


def readable(words: str) -> str:
    """Words as they can be drawn: line breaks stay, other control characters and empty edges do not."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


def _room(timeline: Timeline, op: TextOp, role: Role, content: str, library: Library) -> tuple[Timeline, int, int]:
    """From when to when words are shown, and the timeline with the card that is put in for them."""
    if role == "title_card":
        start = milliseconds(op.start) if op.start is not None else None
        ms = milliseconds(op.seconds) if op.seconds is not None else LENGTHS_MS[role]
        if op.end is not None and op.end > (op.start or 0):
            ms = milliseconds(op.end - (op.start or 0))
        at_ms = cards.place(timeline, start, max(ms, MIN_TEXT_MS), op.clip)
        if at_ms is not None:
            return cards.put(timeline, at_ms, max(ms, MIN_TEXT_MS), content, library)
    return timeline, *_when(timeline, op, role)


def _when(timeline: Timeline, op: TextOp, role: Role) -> tuple[int, int]:
    """From when to when; an end beyond the end is the end."""
    ((first, last),) = windows(timeline, op.clip)
    length = LENGTHS_MS[role]
    if op.seconds is not None:
        length = milliseconds(op.seconds)
    elif role in THROUGHOUT and op.start is None:
        length = last - first
    end = first + milliseconds(op.end) if op.end is not None else None
    start = first + milliseconds(op.start or 0)
    if op.start is None and end is not None and op.seconds is not None:
        start = max(first, end - length)
    if start >= last:
        raise RefusedError("beyond_end", op.start, (last - first) / 1000)
    if end is not None and end <= start:
        raise RefusedError("empty_range", op.start or 0, op.end)
    end = min(last, start + max(length, MIN_TEXT_MS) if end is None else end)
    if end - start < MIN_TEXT_MS:  # a title at the very end is seen for its last moment
        start = max(first, end - MIN_TEXT_MS)
    return start, end


def _edited(timeline: Timeline, op: TextOp, library: Library) -> tuple[Timeline, Facts]:
    ((old,)) = _meant(timeline, op, several=False)
    content = old.content if op.content is None else readable(op.content)
    if not content:
        raise RefusedError("no_content")
    role = op.role or old.role
    new = replace(
        old,
        content=content,
        role=role,
        position=op.position or (POSITIONS[role] if op.role and op.role != old.role else old.position),
        color=colour_of(op.color) if op.color else old.color,
        size=sized(op.size, old.size),
        fade=old.fade if op.fade is None else FADE_MS * op.fade,
    )
    if (op.start, op.end, op.seconds, op.clip) != (None, None, None, None):
        keeping = op
        if op.clip is None:  # what is not said stays: its start, its length
            moved = op.start is not None
            keeping = op.model_copy(
                update={
                    "start": op.start if moved or (op.seconds and op.end) else old.start / 1000,
                    "seconds": op.seconds or (None if op.end is not None else (old.end - old.start) / 1000),
                }
            )
        if role == old.role == "title_card" and cards.under(timeline, old) is not None:
            timeline = cards.taken_out(timeline, (old,), library)
            timeline, start, end = _room(timeline, keeping, role, content, library)
            new = replace(new, start=start, end=end)
            return tidy(replace(timeline, texts=(*timeline.texts, new))), _facts("edited", new)
        start, end = _when(timeline, keeping, role)
        new = replace(new, start=start, end=end)
    texts = tuple(new if one.id == old.id else one for one in timeline.texts)
    return tidy(replace(timeline, texts=texts)), _facts("edited", new)


def _removed(timeline: Timeline, op: TextOp, library: Library) -> tuple[Timeline, Facts]:
    gone = _meant(timeline, op, several=True)
    return cards.taken_out(timeline, gone, library), _facts("removed", gone[0]) | {"count": len(gone)}


def _meant(timeline: Timeline, op: TextOp, *, several: bool) -> tuple[Text, ...]:
    """The texts of a request: by their words (all of them, else a part), by role; "all" where several may be meant."""
    texts = timeline.texts
    if not texts:
        raise RefusedError("no_text", op.target)
    found = texts
    if op.target is not None and not (several and op.target.strip().casefold() in ("all", "*")):
        wanted = " ".join(op.target.split()).casefold()
        plain = [(one, " ".join(one.content.split()).casefold()) for one in texts]
        found = (
            tuple(one for one, words in plain if words == wanted)
            or tuple(one for one, words in plain if wanted in words)
            or tuple(one for one in texts if one.role.replace("_", " ") == wanted.replace("_", " "))
        )
    elif op.role is not None and op.target is None and len(texts) > 1:
        found = tuple(one for one in texts if one.role == op.role)
    elif several and op.target is not None:
        return texts
    if not found:
        raise RefusedError("no_text", op.target, _listed(texts))
    if (len(found) > 1 and len({one.content for one in found}) > 1) or (len(found) > 1 and not several):
        raise RefusedError("ambiguous_text", op.target, _listed(found))
    return found


def _listed(texts: tuple[Text, ...]) -> str:
    return ", ".join(one.content[:40] for one in texts[:5])


def sized(asked: str | int | None, before: int) -> int:
    """Percent of the default; numbers are percent too."""
    if asked is None:
        return before
    if isinstance(asked, int):
        size = asked
    elif asked in SIZES:
        size = SIZES[asked]
    else:
        size = round(before * SMALLER) if asked == "smaller" else round(before / SMALLER)
    return min(MAX_SIZE, max(MIN_SIZE, size))


def _facts(action: str, new: Text) -> Facts:
    return {
        "action": action,
        "content": new.content,
        "role": new.role,
        "position": new.position,
        "color": new.color,
        "size": new.size,
        "start_ms": new.start,
        "end_ms": new.end,
    }
