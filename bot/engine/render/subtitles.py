"""Subtitles on the picture, as lines of the ASS file, and their track in the finished file."""

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from av.packet import Packet

from bot.engine.hearing.languages import LANGUAGES
from bot.engine.render.frame import Frame
from bot.engine.render.job import Format
from bot.engine.render.texts import ALIGN, BOX_EDGE, MARGIN, Taken, clean, clock, colour, ems, escaped, line_height
from bot.engine.timeline.cues import SIZE, Cue, burned, on_show
from bot.engine.timeline.model import Subtitles, Timeline

OUTLINE = 0.08
_ACROSS = 0.9
_HIGHLIGHT, _OTHER_HIGHLIGHT = "#ffd400", "#35d6ff"
_YELLOW = ("yellow", "#ffff00", "#ffd400")
_LINES = 2.4
_MOST_TEXT = 65_000


def events(timeline: Timeline, frame: Frame) -> list[str]:
    """The lines of the ASS file that draw them; none where nothing is burned in."""
    style = timeline.subtitles
    if style is None:
        return []
    return [event for cue in burned(timeline) for event in _events(cue, style, frame)]


def taken(timeline: Timeline, frame: Frame) -> Taken:
    """The room of the burned subtitles: two lines of them, and a little air."""
    style = timeline.subtitles
    if style is None or not burned(timeline):
        return Taken()
    high = round(min(frame.width, frame.height) * SIZE * style.size / 100 * line_height() * _LINES)
    return Taken(top=high * style.position.startswith("top"), bottom=high * style.position.startswith("bottom"))


def _events(cue: Cue, style: Subtitles, frame: Frame) -> Iterator[str]:
    rows = [clean(text) for text in cue.texts(uppercase=style.uppercase)]
    em = min(frame.width, frame.height) * SIZE * style.size / 100
    widest = max(map(ems, rows), default=0.0)
    if not any(rows):
        return
    em = min(em, frame.width * _ACROSS / widest) if widest else em
    across, down = round(frame.width * MARGIN), round(frame.height * MARGIN)
    border = f"\\bord{em * OUTLINE if style.outline else 0:.1f}"
    tags = f"\\an{ALIGN[style.position]}\\fs{em * line_height():.1f}"
    tags += f"\\shad{em * BOX_EDGE:.1f}" if style.box else border
    head, look = f"{across},{across},{down},,", "Box" if style.box else "Default"
    plain = colour(style.color)
    if not style.karaoke:
        body = "\\N".join(escaped(row) for row in rows)
        yield _event(cue.start, cue.end, look, head, f"{{{tags}\\1c{plain}}}{body}")
        return
    bright = colour(_OTHER_HIGHLIGHT if style.color.casefold() in _YELLOW else _HIGHLIGHT)
    for start, end, number in _moments(cue):
        body = _highlighted(cue, number, (plain, bright), uppercase=style.uppercase)
        yield _event(start, end, look, head, f"{{{tags}\\1c{plain}}}{body}")


def _event(start: int, end: int, look: str, head: str, body: str) -> str:
    """Neighbours meet in the same hundredth: where two overlap, libass would move one out of the other's way."""
    return f"Dialogue: 2,{clock(start // 10)},{clock(max(end // 10, start // 10 + 1))},{look},,{head}{body}\n"


def _moments(cue: Cue) -> Iterator[tuple[int, int, int]]:
    """From when to when which word (counted over the lines) is the one that is said; -1: none."""
    starts = [max(cue.start, one.start) for line in cue.lines for one in line]
    if starts[0] // 10 > cue.start // 10:
        yield cue.start, starts[0], -1
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else cue.end
        if end // 10 > start // 10:
            yield start, end, number


def _highlighted(cue: Cue, bright_one: int, colours: tuple[str, str], *, uppercase: bool) -> str:
    plain, bright = colours
    rows = []
    number = 0
    for line, whole in zip(cue.lines, cue.texts(uppercase=uppercase), strict=True):
        at, row = 0, ""
        for one in line:
            text = one.word.text.upper() if uppercase else one.word.text
            found = max(whole.find(text, at), at)
            row += escaped(_cleaned(whole[at:found]))
            word = escaped(_cleaned(text))
            row += f"{{\\1c{bright}}}{word}{{\\1c{plain}}}" if number == bright_one else word
            at = found + len(text)
            number += 1
        rows.append(row)
    return "\\N".join(rows)


def _cleaned(text: str) -> str:
    """As `clean`, with the spaces at the edges kept."""
    lead, trail = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{lead}{clean(text)}{trail}" if text.strip(" ") else text


def track(timeline: Timeline, form: Format = "mp4") -> "Iterator[Packet[Any]]":
    """The packets of a text track, in order: bare text in an MKV, else 3GPP timed text; none without such a track."""
    if timeline.subtitles is None or timeline.subtitles.burn:
        return
    for cue in on_show(timeline):
        text = "\n".join(cue.texts(uppercase=timeline.subtitles.uppercase)).encode("utf-8", "replace")[:_MOST_TEXT]
        packet: Packet[Any] = Packet(text if form == "mkv" else struct.pack(">H", len(text)) + text)
        packet.pts = packet.dts = cue.start
        packet.duration = cue.end - cue.start
        packet.time_base = Fraction(1, 1000)
        yield packet


def language(timeline: Timeline) -> str:
    """The track's language as files name it; "und" where it is not known."""
    lang = timeline.subtitles.lang if timeline.subtitles else ""
    return LANGUAGES.get(lang, "und")
