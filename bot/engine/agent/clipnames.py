"""Puts references to clips ("clip 2", "the last clip", 第二个片段, "beach.mp4") behind marks."""

import re

from bot.engine.agent.lexicon import VOCABULARY
from bot.engine.agent.numbers import ORDINAL_WORDS, ordinal
from bot.engine.agent.request import TimelineFacts
from bot.engine.agent.tokens import Masked, Token

_NOUN = r"(?:video )?(?:clips?|shots?|segments?|scenes?|videos?)"
_HAN_NOUN = r"(?:片段|视频|镜头|素材|clips?)"
_ORDINAL = rf"(?:{ORDINAL_WORDS}|\d{{1,3}}(?:st|nd|rd|th)|last|final(?! video)|(?:second|next) to last|penultimate)"
_LIST = r"#?\d{1,3}(?:\s*(?:,|and|&|和|与|、|跟)\s*#?\d{1,3})*"
_EACH = re.compile(
    rf"\b(?:(?:both|all|every|each)(?: one)?(?: of)?(?: the| my| these)? {_NOUN}|each one)\b"
    rf"|(?:每一?[个段]|所有的?|全部的?|各个?){_HAN_NOUN}|每一?段|各段",
    re.ASCII,
)
_SOME = re.compile(
    r"(?<=swap )(?:the )?(first|last) (2)\b(?! ?(?:sec|min|frame|hour))|"
    rf"\b(first|last) (\d{{1,3}}) {_NOUN}\b|(前|后|最后)(\d{{1,3}})[个段]{_HAN_NOUN}",
    re.ASCII,
)
_NO_MEASURE = r"(?![\w:%°]|\s*(?:degrees?|deg|pixels?|percent|times)\b|\s*度)"
"""A number that measures something counts no clip: "rotate the video 90°"."""
_NUMBERED = re.compile(
    rf"\b(?:clips?|shots?|segments?|scenes?|videos?) ?(?:no\.? ?|number )?({_LIST}){_NO_MEASURE}"
    rf"|(?:片段|镜头|素材)({_LIST}){_NO_MEASURE}",
    re.ASCII,
)
_NTH = re.compile(
    rf"\b(?:the )?({_ORDINAL})(?:(?: {_NOUN})?\s*(?:and|&|,)\s*(?:the )?({_ORDINAL}))? (?:{_NOUN}|one)\b", re.ASCII
)
_HAN_ONE = rf"(\d{{1,3}})\s?(?:[个段]{_HAN_NOUN}?|{_HAN_NOUN})"
_HAN_FROM_END = re.compile(rf"倒数第\s?{_HAN_ONE}", re.ASCII)
_HAN_NTH = re.compile(
    rf"第\s?{_HAN_ONE}(?:\s?[和与跟、]\s?第?\s?{_HAN_ONE})?|(最后)[一1]?(?:[个段]{_HAN_NOUN}|段(?!时间|话|文字|音乐))",
    re.ASCII,
)
_HAN_LISTED = re.compile(r"第(\d{1,3})(?=[、和与跟]第?\d{1,3}[个段])", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_ORDINARY = {
    "main",
    "new",
    "old",
    "best",
    "raw",
    "good",
    "bad",
    "test",
    "final",
    "edit",
    "untitled",
    "content",
    "export",
    "logo",
    "watermark",
}
"""Names that mean the clip only with its ending or a noun: "keep the main content" is about no file."""
_PLACES = {"intro", "outro", "opening", "ending", "beginning"}


def clips(masked: Masked, facts: TimelineFacts) -> None:
    """Marks clip references. The name of the only clip means the whole video and becomes that word."""
    last = max(len(facts.clips), 1)

    def mark(m: re.Match[str], numbers: tuple[int, ...]) -> str:
        return masked.mark(Token("C", m[0], clips=numbers))

    def some(m: re.Match[str]) -> str:
        edge, number = (g for g in m.groups() if g)
        count = min(int(number), 100)
        first = 1 if edge in {"first", "前"} else max(last - count + 1, 1)
        return mark(m, tuple(range(first, first + count)))

    def nth(m: re.Match[str]) -> str:
        return mark(m, tuple(_position(word, last) for word in m.groups() if word))

    text = _EACH.sub(lambda m: masked.mark(Token("C", m[0], text="each")), masked.text)
    text = _SOME.sub(some, text)
    text = _NUMBERED.sub(lambda m: mark(m, tuple(int(d) for d in _DIGITS.findall(m[1] or m[2]))), text)
    text = _NTH.sub(nth, text)
    text = _HAN_LISTED.sub(r"第\1个", text)
    text = _HAN_FROM_END.sub(lambda m: mark(m, (max(last + 1 - int(m[1] or m[2]), 0),)), text)
    text = _HAN_NTH.sub(lambda m: mark(m, (last,) if m[3] else tuple(int(g) for g in m.groups()[:2] if g)), text)
    masked.text = _named(masked, text, facts)


def _position(word: str, last: int) -> int:
    if word in {"last", "final"}:
        return last
    if word in {"second to last", "next to last", "penultimate"}:
        return last - 1
    return ordinal(word) or 0


def _named(masked: Masked, text: str, facts: TimelineFacts) -> str:
    names = [clip.name.casefold() for clip in facts.clips]

    def file(m: re.Match[str]) -> str:
        token = masked.tokens[m[1]]
        name = token.text.casefold()
        if name not in names:
            return m[0]
        if len(names) == 1:
            return " video "
        return masked.mark(Token("C", token.raw, clips=(names.index(name) + 1,)))

    text = re.sub(r"<(F\d+)>", file, text, flags=re.ASCII)
    if len(names) == 1:
        return text
    for number, name in enumerate(names[:200], 1):
        stem = name.rsplit(".", 1)[0]
        plain = stem.isalpha() and stem.isascii() and len(stem) >= 3
        if (plain and (stem not in VOCABULARY or stem in _PLACES)) or re.fullmatch(r"[a-z]{1,8}_?\d{1,4}", stem):
            noun = r" (?:clip|video|shot|part|footage|scene)"
            said = re.escape(stem) + (noun if stem in _ORDINARY else f"(?:{noun})?")
            pattern = re.compile(rf"(?<![\w<]){said}(?![\w>])", re.ASCII)
            text = pattern.sub(lambda m, n=number: masked.mark(Token("C", m[0], clips=(n,))), text)  # type: ignore[misc]  # the default argument is an int
    return text
