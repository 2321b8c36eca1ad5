"""Puts times, ranges, ratios, sizes, percentages and the other measures behind typed marks."""

import re
from collections.abc import Callable

from bot.engine.agent.tokens import Masked, Token

_NUM = r"\d+(?:\.\d+)?"
_FREE = r"(?<![\w.:])"
_H = rf"({_NUM})[ -]?(?:(?:hours?|hrs?|h)(?![a-z])|个?小时)"
_M = rf"({_NUM})[ -]?(?:(?:minutes?|mins?|m)(?![a-z])|分钟|分(?!之(?![间前后内外])))"
_S = rf"({_NUM})[ -]?(?:(?:seconds?|secs?|s)(?![a-z])|秒钟?)"
_AND = r"\s*(?:,\s*)?(?:and\s+|零|又)?"
_LENGTH = re.compile(
    rf"{_FREE}(?:{_H}(?:{_AND}{_M})?(?:{_AND}{_S})?|{_M}(?:{_AND}{_S}|(?<=分)(\d{{1,2}})(?!\d))?|{_S})", re.ASCII
)
_CLOCK = re.compile(r"(?<![\w:.])(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.(\d{1,3}))?(?!\w|:\d)", re.ASCII)
_MILLIS = re.compile(rf"{_FREE}({_NUM})\s?(?:milliseconds?|ms|毫秒)(?![a-z])", re.ASCII)
_SECONDS_N = re.compile(
    rf"\bseconds? ({_NUM})(?:\s*(to|through|until|and|-)\s*(?:second )?({_NUM})(?![\w:]))?", re.ASCII
)
_MINUTE_N = re.compile(rf"\bminute ({_NUM})\b|第({_NUM})分钟?", re.ASCII)
_MINUTES_N = re.compile(
    rf"\bminutes? ({_NUM})\s*(?:to|through|until|and|-)\s*(?:minute )?({_NUM})(?![\w:]|\s*(?:s|m|sec|min))", re.ASCII
)
_HAN_SECOND = re.compile(rf"第({_NUM})秒", re.ASCII)

_RATIO = re.compile(r"(?<![\w:.])(\d{1,2})\s?([:x×/比])\s?(\d{1,2})(?!\w|:|\.\d)", re.ASCII)
_RATIOS = {"9:16", "16:9", "1:1", "4:5", "5:4", "4:3", "3:4", "21:9", "2:3", "3:2", "2:1", "1:2"}
_WRITTEN_OTHERWISE = {"9:16", "16:9", "1:1", "4:5", "4:3"}
_TIME_BEFORE = re.compile(r"(?:\b(?:at|from|until|till|after|before|between|start|end)|@|从|在)\s*$", re.ASCII)
_SHAPE = re.compile(
    r"\b(?:crop|aspect|ratio|resize|format|convert|reframe|vertical|horizontal|portrait|landscape|canvas|export|render"
    r"|square|make it|turn|shape|change)\b|比例|画幅|裁|竖|横|尺寸|画面|改成|变成|转成|导出|输出",
    re.ASCII,
)
_JOINED_BEFORE = re.compile(r"(\d{1,3}:\d{2})\s*(?:to|-|–|—|~|and|through|until|到|至)\s*$", re.ASCII)
_JOINED_AFTER = re.compile(r"\s*(?:to|-|–|—|~|and|through|until|到|至)\s*(\d{1,3}:\d{2})(?!\d)", re.ASCII)

_T = r"<(T\d+)>"
_TO = r"\s*(?:to|-|–|—|~|through|thru|until|till|到|至|->|→)\s*(?:around |about )?"
_START = r"(?:the )?(?:very )?(?:start|beginning)"
_RANGE = re.compile(rf"{_T}{_TO}{_T}|\bbetween {_T} and {_T}|在{_T}和{_T}之?间", re.ASCII)
_HAN_CUT_RANGE = re.compile(rf"从{_T}(剪|裁|切)掉?到{_T}", re.ASCII)
_BARE_RANGE = re.compile(rf"{_FREE}({_NUM})(?:{_TO}|\s*and\s*){_T}", re.ASCII)
_TO_END = re.compile(
    rf"{_T}{_TO}(?:the )?(?:very )?(?:end|finish)\b|(?:\bfrom |从){_T}\s*(?:onwards?|on|往后|以后|之后)(?![a-z])"
    rf"|{_T}\s*(?:到|至)\s*(?:最后|结尾|结束|末尾|片尾)",
    re.ASCII,
)
_FROM_START = re.compile(rf"\b(?:from )?{_START}{_TO}{_T}|从?(?:开头|开始|片头){_TO}{_T}", re.ASCII)


def _plain(kind: str, scale: float = 1.0) -> Callable[[re.Match[str]], Token]:
    return lambda m: Token(kind, m[0], round(float(next(g for g in m.groups() if g)) * scale, 3))


def _size(m: re.Match[str]) -> Token:
    return Token("Z", m[0], float(m[1]) * {"g": 1024.0, "k": 1 / 1024}.get(m[2][0].lower(), 1.0))


def _height(m: re.Match[str]) -> Token:
    return Token("H", m[0], float(m[1]) if m[1] else {"2": 1440.0, "4": 2160.0, "8": 4320.0}[m[2]])


def _frame_size(m: re.Match[str]) -> Token:
    return Token("H", m[0], float(m[2]), other=float(m[1]))


_SIMPLE: tuple[tuple[str, Callable[[re.Match[str]], Token]], ...] = (
    (rf"{_FREE}(\d{{3,4}})\s?[x×*]\s?(\d{{3,4}})(?!\w)", _frame_size),
    (rf"{_FREE}(?:(\d{{3,4}})\s?p|([248])k)(?![a-z0-9])", _height),
    (rf"{_FREE}({_NUM})\s?(mb|mib|gb|gib|kb|megs?|megabytes?|兆)(?:ytes?)?(?![a-z/])", _size),
    (rf"{_FREE}({_NUM})\s?(?:fps|frames (?:per|a) second|帧每秒|帧)(?![a-z])", _plain("S")),
    (rf"{_FREE}([+-]?{_NUM})\s?(?:db|decibels?|分贝)(?![a-z])", _plain("B")),
    (rf"{_FREE}({_NUM})\s?(?:%|percent\b|per cent\b|pct\b)|百分之({_NUM})", _plain("P")),
    (rf"{_FREE}(\d)成(?=$|[\s,，。]|音量|速)", _plain("P", 10)),
    (rf"{_FREE}({_NUM})\s?(?:x|×|times)(?![a-z0-9])|{_FREE}({_NUM})\s?倍速?|\bx({_NUM})\b", _plain("M")),
)
_SIMPLE_COMPILED = tuple((re.compile(p, re.ASCII), make) for p, make in _SIMPLE)
# 8M is megabytes; 8m is minutes, unless it is a limit
_MEGA = re.compile(
    rf"{_FREE}({_NUM})\s?(M)(?![\w/])"
    r"|(?i:(?<=under )|(?<=below )|(?<=within )|(?<=less than )|(?<=max )|(?<=小于)|(?<=压到)|"
    rf"(?<=不超过))({_NUM})\s?(m)(?!\w)",
    re.ASCII,
)
_BARE = re.compile(rf"(?<![\w.:<])({_NUM})(?![\w:]|\.\d)", re.ASCII)


def capital_sizes(masked: Masked) -> None:
    """Marks 8M, which must happen before the text is lower-cased."""
    masked.text = _MEGA.sub(lambda m: masked.mark(Token("Z", m[0], float(m[1] or m[3]))), masked.text)


def measures(masked: Masked) -> None:
    """Marks ratios, times and the other measures of a lower-case text with digits."""
    text = masked.text
    for pattern, make in _SIMPLE_COMPILED:
        text = pattern.sub(lambda m, make=make: masked.mark(make(m)), text)  # type: ignore[misc]  # the default argument is the maker
    text = _RATIO.sub(lambda m: _ratio(masked, m), text)
    text = _CLOCK.sub(lambda m: masked.mark(_clock(m)), text)
    text = _MILLIS.sub(lambda m: masked.mark(Token("T", m[0], float(m[1]) / 1000)), text)
    text = _HAN_SECOND.sub(lambda m: masked.mark(Token("T", m[0], float(m[1]), clock=True)), text)
    text = _LENGTH.sub(lambda m: masked.mark(_length(m)), text)
    text = _SECONDS_N.sub(lambda m: _seconds_n(masked, m), text)
    text = _MINUTES_N.sub(
        lambda m: (
            masked.mark(Token("G", m[0], float(m[1]) * 60, float(m[2]) * 60)) if float(m[1]) < float(m[2]) else m[0]
        ),
        text,
    )
    text = _MINUTE_N.sub(lambda m: masked.mark(Token("T", m[0], float(m[1] or m[2]) * 60, clock=True)), text)
    masked.text = text


def ranges(masked: Masked, total: float) -> None:
    """Marks "from A to B", "A to the end", "the beginning to B"; `total` is the video's length, s."""

    def pair(m: re.Match[str]) -> str:
        a, b = (masked.tokens[g] for g in m.groups() if g)
        return masked.mark(Token("G", f"{a.raw}-{b.raw}", a.number, b.number))

    def bare(m: re.Match[str]) -> str:
        end = masked.tokens[m[2]]
        unit = re.sub(r"[\d.\s-]", "", end.raw)
        if end.clock or not unit:
            return m[0]
        scale = 3600 if unit[0] == "h" or "小时" in unit else 60 if unit[0] in "m分" and unit != "ms" else 1
        return masked.mark(Token("G", f"{m[1]}-{end.raw}", float(m[1]) * scale, end.number))

    def tail(m: re.Match[str]) -> str:
        start = masked.tokens[next(g for g in m.groups() if g)]
        return masked.mark(Token("G", m[0], start.number, total))

    def head(m: re.Match[str]) -> str:
        end = masked.tokens[next(g for g in m.groups() if g)]
        return masked.mark(Token("G", m[0], 0.0, end.number))

    def cut(m: re.Match[str]) -> str:
        a, b = masked.tokens[m[1]], masked.tokens[m[3]]
        return f"{m[2]}掉{masked.mark(Token('G', m[0], a.number, b.number))}"

    text = _HAN_CUT_RANGE.sub(cut, masked.text)
    text = _RANGE.sub(pair, text)
    text = _BARE_RANGE.sub(bare, text)
    text = _TO_END.sub(tail, text)
    masked.text = _FROM_START.sub(head, text)


def bare_numbers(masked: Masked) -> None:
    """Marks the numbers that are left."""
    masked.text = _BARE.sub(lambda m: masked.mark(Token("N", m[0], float(m[1]))), masked.text)


def _clock(m: re.Match[str]) -> Token:
    seconds = int(m[1] or 0) * 3600 + int(m[2]) * 60 + int(m[3]) + float(f"0.{m[4]}" if m[4] else 0)
    return Token("T", m[0], seconds, clock=True)


def _length(m: re.Match[str]) -> Token:
    g = [float(x) if x else 0.0 for x in m.groups()]
    return Token("T", m[0], round((g[0]) * 3600 + (g[1] + g[3]) * 60 + g[2] + g[4] + g[5] + g[6], 3))


def _seconds_n(masked: Masked, m: re.Match[str]) -> str:
    if m[2]:
        return masked.mark(Token("G", m[0], float(m[1]), float(m[3])))
    return masked.mark(Token("T", m[0], float(m[1]), clock=True))


def _ratio(masked: Masked, m: re.Match[str]) -> str:
    ratio = f"{int(m[1])}:{int(m[3])}"
    if ratio not in _RATIOS or (m[2] in "x×/" and ratio not in _WRITTEN_OTHERWISE):
        return m[0]
    if m[2] == ":" and len(m[3]) == 2 and _is_time(m):
        return m[0]
    return masked.mark(Token("X", m[0], text=ratio))


def _is_time(m: re.Match[str]) -> bool:
    before, after = m.string[: m.start()], m.string[m.end() :]
    neighbour = _JOINED_BEFORE.search(before[-20:]) or _JOINED_AFTER.match(after)
    if neighbour:
        return neighbour[1] not in _RATIOS
    return bool(_TIME_BEFORE.search(before)) and not _SHAPE.search(m.string)
