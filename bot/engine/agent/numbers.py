"""Number words and 汉字 numerals to digits, only where they count something."""

import re

from bot.engine.agent.wordlist import wordlist

_UNITS = {
    w: n
    for n, w in enumerate(
        wordlist(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen"
        )
    )
}
_TENS = {w: 10 * n for n, w in enumerate(wordlist("twenty thirty forty fifty sixty seventy eighty ninety"), 2)}
_ORDINALS = {
    w: n for n, w in enumerate(wordlist("first second third fourth fifth sixth seventh eighth ninth tenth"), 1)
}
_HAN = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_SCALE = {"十": 10, "百": 100, "千": 1000}

_UNIT = "|".join(_UNITS)
_TEN = "|".join(_TENS)
_COUNTED = (
    r"hours?|hrs?|minutes?|mins?|seconds?|secs?|frames?|percent|per cent|times|x\b|clips?|shots?|videos?|segments?"
    r"|parts?|pieces?|steps?|edits?|changes?|db|decibels?|megabytes?|mb|degrees?|point|equal"
)
_NUMBER_WORD = re.compile(
    rf"\b((?:{_UNIT}|{_TEN})(?:[ -](?:{_UNIT}|{_TEN}|hundred|and))*)(?=[ -]+(?:and a half )?(?:{_COUNTED}))", re.ASCII
)
_AFTER_EDGE = re.compile(
    rf"\b(first|last|clips?|to|every|by) ((?:{_TEN})(?:[ -](?:{_UNIT}))?|(?!one\b)(?:{_UNIT}))\b", re.ASCII
)
_POINT = re.compile(r"\b(\d+) point (\d)\b", re.ASCII)
_HAN_NUMBER = r"[零〇一二两三四五六七八九十百千万]+"
_LONG = re.compile(r"\d{10,}", re.ASCII)
_HAN_PERCENT = re.compile(rf"百分之({_HAN_NUMBER})", re.ASCII)
_HAN_COUNTED = re.compile(
    rf"(?<!{_HAN_NUMBER[:-1]})({_HAN_NUMBER})(?:点({_HAN_NUMBER}))?(?=\s*(?:秒|分钟|分(?!之)|小时|毫秒|倍|步|次|"
    rf"个片段|个视频|"
    r"个镜头|段视频|成音量|clips?|%))",
    re.ASCII,
)
_THOUSANDS = re.compile(r"(?<![\d,.:])\d{1,3}(?:,000)+(?![\d:])|(?<![\d,.:])\d{1,3}(?:,\d{3})+(?=\s?%)", re.ASCII)
_HAN_PIECES = re.compile(
    r"(?<![零〇一二两三四五六七八九十百千第])([二两三四五六七八九]|"
    r"[二三四五六七八九]?十[一二三四五六七八九]?)(?=(?:等)?[段份遍张]|等分|个?部分)",
    re.ASCII,
)
_HAN_PAIR = re.compile(r"第?([一二三四五六七八九])[、和]?([二三四五六七八九])段(?=之?间|中间)", re.ASCII)
_HAN_BOTH = re.compile(
    r"(?<!第)([一二三四五六七八九])[、和跟与]([一二三四五六七八九])(?=.{0,3}(?:换|对调|互换)|"
    r"这?两[段个])(?:这?两[段个](?:片段)?)?",
    re.ASCII,
)
_SPAN_WORD = re.compile(
    rf"\b({_UNIT}|{_TEN}) (?=(?:to|through|until|and) \d+(?:\.\d+)? (?:hours?|minutes?|mins?|seconds?|secs?)\b)",
    re.ASCII,
)
_HAN_AFTER = re.compile(rf"(?<=第|段|分|到|至)(?!(?<=到)一[个起样种致些])({_HAN_NUMBER})(?!点|分之|半)", re.ASCII)
_HALVES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(p, re.ASCII), r)
    for p, r in (
        (r"\b(\d+) and a half\b", r"\1.5"),
        (r"\bevery (?=(?:minute|hour)\b)", "every 1 "),
        (r"(?<![\d.] )(?<![\d.]-)\b(minute|hour|second)[ -]long\b", r"1 \1 long"),
        (r"\b(?:a )?couple (?:of )?(?=seconds?|minutes?|clips?|steps?)", "2 "),
        (r"\b(?:a )?quarter (?:of a )?(?=seconds?\b)", "0.25 "),
        (r"\bhalf an? (?=sec|minute|hour)", "0.5 "),
        (r"\ban? half (?=second|minute|hour)", "0.5 "),
        (r"\b(?:a|an|one|1) (second|minute|hour) and a half\b", r"1.5 \1s"),
        (r"\bhalf[ -](?=(?:a )?(?:second|minute|hour)\b)", "0.5 "),
        (r"\b(first|last|opening|final) (minute|second|hour) and a half\b", r"\1 1.5 \2s"),
        (
            r"\b(first|last|opening|final|best) (?=(?:minute|hour)\b|second\b(?! ?(?:clip|one|video|shot|half|part|"
            r"title)))",
            r"\1 1 ",
        ),
        (r"\b(\d+) (seconds?|minutes?|hours?) and a half\b", r"\1.5 \2"),
        (r"(?<!frames )\b(?:a|an) (?=second\b(?! (?:clip|one|video|shot|half|title|text))|minute\b|hour\b)", "1 "),
        (r"半(?=秒|分钟|小时)", "0.5"),
        (r"(\d+)分半(?:钟)?", r"\1.5分钟"),
        (r"(\d+)个?(小时|秒)半", r"\1.5\2"),
        (r"(\d+)个半(小时|秒|分钟)", r"\1.5\2"),
        (r"(\d+)倍半", r"\1.5倍"),
        (r"(?<!每)(?<!每隔)(\d+(?:\.\d+)?(?:秒|分钟|分))一段(?=切|分|剪)", r"每\1"),
    )
)


def ordinal(word: str) -> int | None:
    """The number of "third", "3rd" or "3"; None for other words."""
    if word in _ORDINALS:
        return _ORDINALS[word]
    digits = re.match(r"\d+", word, re.ASCII)
    return int(digits[0]) if digits else None


ORDINAL_WORDS = "|".join(_ORDINALS)


def english(words: str) -> int:
    """The value of number words: "one hundred and twenty five" is 125."""
    total = 0
    for word in re.split(r"[ -]+", words):
        if word == "hundred":
            total = max(total, 1) * 100
        else:
            total += _UNITS.get(word, 0) + _TENS.get(word, 0)
    return total


def han(numeral: str) -> int:
    """The value of a 汉字 numeral: 一百二十 is 120, 二〇 is 20, 十万 is 100,000; a billion at most."""
    if not any(c in _HAN_SCALE or c == "万" for c in numeral):
        return int("".join(str(_HAN[c]) for c in numeral)[:9])
    total, section, digit = 0, 0, 0
    for c in numeral:
        if c == "万":
            total, section, digit = (total + section + digit or 1) * 10_000, 0, 0
        elif c in _HAN_SCALE:
            section, digit = section + (digit or 1) * _HAN_SCALE[c], 0
        else:
            digit = _HAN[c]
        total = min(total, 10**9)
    return min(total + section + digit, 10**9)


def _han_match(m: re.Match[str]) -> str:
    tail = m[2] if m.re is _HAN_COUNTED else None
    number = f"{han(m[1])}.{han(tail)}" if tail else str(han(m[1]))
    stuck = m.start() > 0 and m.string[m.start() - 1].isascii() and m.string[m.start() - 1].isalpha()
    return f" {number}" if stuck else number  # "undo两步"


def to_digits(text: str) -> str:
    """Lower-case text with counting words as digits, nine at most; other number words ("one of them") stay."""
    text = _LONG.sub(lambda m: m[0][:9], text)
    text = _NUMBER_WORD.sub(lambda m: str(english(m[1])), text)
    text = _SPAN_WORD.sub(lambda m: f"{english(m[1])} ", text)
    text = _AFTER_EDGE.sub(lambda m: f"{m[1]} {english(m[2])}", text)
    text = _THOUSANDS.sub(lambda m: m[0].replace(",", ""), text)
    text = _POINT.sub(r"\1.\2", text)
    text = _HAN_PERCENT.sub(lambda m: f"{han(m[1])}%", text)
    text = _HAN_PAIR.sub(lambda m: f"第{han(m[1])}段和第{han(m[2])}段", text)
    text = _HAN_BOTH.sub(lambda m: f"第{han(m[1])}段和第{han(m[2])}段", text)
    text = _HAN_PIECES.sub(lambda m: str(han(m[1])), text)
    text = _HAN_COUNTED.sub(_han_match, text)
    text = _HAN_AFTER.sub(_han_match, text)
    for pattern, digits in _HALVES:
        text = pattern.sub(digits, text)
    return text
