"""Words on the talk's timeline, put where they are by hand."""

from dataclasses import replace

from bot.engine.timeline.model import Library, Word
from tests.engine.timeline.footage import LIBRARY


def words(text: str, start: int = 1_000, step: int = 300, gap: int = 50) -> tuple[Word, ...]:
    """One after the other, `step` ms each and `gap` apart; "|" is a pause of a second."""
    row: list[Word] = []
    at = start
    for part in text.split():
        if part == "|":
            at += 1_000 - gap
            continue
        row.append(Word(at, at + step, part))
        at += step + gap
    return tuple(row)


def hanzi(text: str, start: int = 1_000, step: int = 200) -> tuple[Word, ...]:
    """One character after the other, with the punctuation that follows it."""
    row: list[Word] = []
    for sign in text:
        if sign in "，。？！" and row:
            row[-1] = replace(row[-1], text=row[-1].text + sign)
        else:
            begin = row[-1].end if row else start
            row.append(Word(begin, begin + step, sign))
    return tuple(row)


def knowing(lang: str = "en", **spoken: tuple[Word, ...]) -> Library:
    """The library, with the words of these media."""
    silent = {one: () for one in LIBRARY.media if one not in spoken and LIBRARY.media[one].has_sound}
    heard = {**silent, **spoken}
    return replace(LIBRARY, words=heard, fillers=heard, spoken_in=dict.fromkeys(spoken, lang))
