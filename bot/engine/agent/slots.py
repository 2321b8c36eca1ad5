"""Slots that several families read the same way: which clip, which stretch, where on the picture, which colour."""

import re

from bot.engine.agent.rules import Found

OFF = (
    r"\b(?:remov(?:e|ing)|delet(?:e|ing)|get rid of|rid of|take (?:off|out|away)|strip(?: out)?|erase|eliminate|"
    r"ditch|clear|"
    r"drop|lose|kill|scrap|turn(?:ed)? off|switch off|disable|reset|stop|no more|don't want|don't need)\b|"
    r"去掉|去除|去了|删掉|删除|删去|删了|移除|拿掉|清除|清掉|取消|关掉|关闭|关了|消除|不要了|不想要"
)
"""Verbs that take an effect away again."""

_SHARES = {
    r"\b(?:third|1/3)\b|[3三]分之[1一]": 1 / 3,
    r"\bquarter\b|\b1/4\b|[4四]分之[1一]": 1 / 4,
    r"@half(?:段|部分)?": 1 / 2,
}


def clip_scope(f: Found) -> int | str | None:
    """The clip an edit is narrowed to: a number, "each", or None for the whole."""
    token = f.token(r"(?:\b(?:in|of|on|from|to|for|clip)\b|对|给|从|在)? <C>(?:的|里面?|上|中)?")
    if token is None:
        return None
    if token.text == "each":
        return "each"
    f.several = tuple(dict.fromkeys(token.clips))
    return token.clips[0] if token.clips else None


def share_scope(f: Found) -> tuple[float, float] | None:
    """A stretch told as a share: first half, middle third, last quarter, 前半段, 后一半."""
    total = f.facts.seconds
    for word, share in _SHARES.items():
        if f.take(rf"(?:@first|上) (?:{word})"):
            return (0.0, total * share)
        if f.take(rf"(?:@last|\b(?:second|latter|other|2nd)\b|下) (?:{word})"):
            return (total * (1 - share), total)
        if f.take(rf"@middle 的?(?:{word})"):
            return (total * (1 - share) / 2, total * (1 + share) / 2)
    return None


_NUMBERED = (
    r"<[CMPRHS]\d+>|\b(?:volume|speed|size|height|width|fps|level|opacity|strength|clips?|order|parts?|shots?|words?|"
    r"chapters?|brightness|contrast|quality|degrees?|frames?)\b|音量|速度|大小|片段|段|倍|帧|度|个"
)


def range_scope(f: Found) -> tuple[float, float] | None:
    """The stretch an edit is narrowed to, s on the timeline; None for the whole."""
    total = f.facts.seconds
    token = f.token(
        r"(?:\b(?:from|between|during|in|for|over|at)\b|从|在|对|@middle)? <G>(?:之?间|这段|这部分|"
        r"的部分|段)?"
    )
    if token is not None:
        return (token.number, token.other)
    if (stretch := bare_range(f)) is not None:
        return stretch
    if found := edge_amount(f, "first"):
        return (0.0, found)
    if found := edge_amount(f, "last"):
        return (max(total - found, 0.0), total)
    if token := f.token(r"@middle (?:的)? <T>"):
        return ((total - token.number) / 2, (total + token.number) / 2)
    if token := f.token(
        r"(?:\b(?:after|past|starting (?:at|from)|from)\b) <T>(?: (?:onwards?|on)\b)?|(?:从 )?<T>(?:之后|"
        r"以后|往后|后面?|开始)"
    ):
        return (token.number, total)
    if token := f.token(r"\b(?:before|until|till|up to)\b <T>|<T>(?:之前|以前|前)"):
        return (0.0, token.number)
    return share_scope(f)


_SPARED = (
    r"(?:\b(?:except(?: for)?|but not|not)\b (?:\b(?:in|for|during|at)\b)?|除了?) @{edge} (?:的|那)? <T>(?:以外|之外|"
    r"外)?,? ?(?:其[他余它]|剩下|别的?)?(?:的|部分|地方|内容)*(?:全部|全都|都|全|一律)*"
)


def bare_range(f: Found) -> tuple[float, float] | None:
    """ "From 3 to 5": seconds, where the sentence is about nothing else that has numbers."""
    if f.has(_NUMBERED):
        return None
    found = f.take(r"\b(?:from|between)\b <N> (?:\b(?:to|until|till|and)\b|-) <N>|从 <N> (?:到|至) <N>")
    if found is None:
        return None
    start, end = (f.tokens[mark].number for mark in re.findall(r"<(N\d+)>", found[0], re.ASCII))
    return (start, end)


def spared_scope(f: Found) -> tuple[float, float] | None:
    """What is left when an edge is excepted: "but not the first 10 s", 除了最后5秒其他都. None behind a list."""
    total = f.facts.seconds
    for edge in ("first", "last"):
        found = f.find(_SPARED.format(edge=edge))
        if not found or re.search(r"[,、;]|\band\b|和", f.text[: found[0].start()].rstrip(" ,"), re.ASCII):
            continue  # of several things nobody knows which of them is fenced in
        token = f.token(_SPARED.format(edge=edge))
        if token is not None:
            return (token.number, total) if edge == "first" else (0.0, max(total - token.number, 0.0))
    return None


def edge_amount(f: Found, edge: str) -> float | None:
    """The length in "first 5 seconds" (`edge` first) or "last 5 seconds" (last), s."""
    if f.has(rf"@{edge} (?:的|约)? <G>"):
        return None
    side = "start" if edge == "first" else "end"
    if share := f.token(rf"@{edge} (?:的|那|这)? <P>"):
        return f.facts.seconds * share.number / 100
    token = f.token(rf"@{edge} (?:的|那|这)? <TN>") or f.token(
        rf"<TN> (?:\b(?:off|from|of|at|out of)\b ?)+ (?:\bvery\b)? @{side}"
    )
    return token.number if token else None


_AND = r"(?:,|，|、|&|\band\b|和|与|跟|以及)*"
_EXCEPT = (
    r"(?:\b(?:except(?:ing)?(?: for)?|but not|other than|apart from|excluding|besides|"
    r"(?:everything|all|every clip) but)\b|<C> but(?: not)?|除了?)(?: (?:in|on|for))?"
)


def scopes(f: Found, *, exceptions: bool = False) -> list[dict[str, object]]:
    """What an edit is narrowed to, as the slots of one op each: a stretch, named clips; [{}] is everything.

    "Except clip 2" is every other clip, or with `exceptions` a slot `except_clips` of its own.
    """
    places: list[dict[str, object]] = [{}]
    if several := f.take(rf"<G>(?: {_AND} <G>)+"):
        ranges = [f.tokens[mark] for mark in re.findall(r"<(G\d+)>", several[0], re.ASCII)]
        places = [{"start": clean_number(t.number), "end": clean_number(t.other)} for t in ranges]
    elif stretch := spared_scope(f) or range_scope(f):
        places = [{"start": clean_number(stretch[0]), "end": clean_number(stretch[1])}]
    f.take(r"\b(?:only|just|during|over|throughout)\b|@whole|只|仅|这段|这部分|部分|的")
    if left_out := f.take(rf"{_EXCEPT} <C>(?: {_AND} <C>)*(?:以外|之外|外)?"):
        f.take(r"\b(?:everything else|(?:the )?(?:rest|others?))\b|其[他余](?:的|部分)?都?|都")
        numbers = clips_in(f, left_out)
        if exceptions:
            return [{**place, "except_clips": numbers} for place in places]
        rest = [n for n in range(1, len(f.facts.clips) + 1) if n not in numbers]
        return [{**place, "clip": n} for place in places for n in rest]
    f.torn = f.has(rf"<C>(?! {_AND} <C>).+<C>")
    named = [n for token in f.all("C") for n in token.clips]
    return [{**place, "clip": n} for place in places for n in dict.fromkeys(named)] or places


def clips_in(f: Found, match: re.Match[str]) -> list[int]:
    """The clips that a stretch of the clause names."""
    return [n for mark in re.findall(r"<(C\d+)>", match[0], re.ASCII) for n in f.tokens[mark].clips]


COLOURS: dict[str, str] = {
    r"\bwhite\b|白色?": "white",
    r"\bblack\b|黑色": "black",
    r"\bred\b|红色?": "red",
    r"\byellow\b|黄色?": "yellow",
    r"\bblue\b|蓝色?": "blue",
    r"\bgreen\b|绿色?": "green",
    r"\borange\b|橙色": "orange",
    r"\bpink\b|粉色|粉红色?": "pink",
    r"\bpurple\b|紫色": "purple",
    r"\bgr[ae]y\b|灰色": "gray",
    r"\bcyan\b|青色": "cyan",
    r"\bgold(?:en)?\b|金色": "gold",
}

_VERTICAL = {
    "top": r"\b(?:top|upper|above)\b|顶部?|上方|上面|(?<![配加打换添放插])最?上(?!传)|左上|右上",
    "bottom": r"\b(?:bottom|lower(?! third)|below|underneath)\b|底部?|下方|下面|左下|右下",
}
_LEFT, _RIGHT = (
    r"\bleft\b|左侧|左边|左[上下]角?",
    r"(?:(?<=top\x20)|(?<=bottom\x20)|(?<=upper\x20)|(?<=lower\x20)|(?<=to\x20)|(?<=on\x20))right\b|"
    r"\bright\b(?! (?:now|away|after|before|at|when))|右侧|右边|右[上下]角?",
)


def colour(f: Found) -> str | None:
    """A named colour."""
    return next(
        (
            name
            for word, name in COLOURS.items()
            if f.take(rf"(?:\bin\b )?(?:{word})(?: (?:text|letters|font|colou?r)\b|字)?")
        ),
        None,
    )


def position(f: Found) -> str | None:
    """A place on the picture: top-left, bottom, center ..."""
    vertical = next((name for name, word in _VERTICAL.items() if f.take(word)), None)
    side = "left" if f.take(_LEFT) else "right" if f.take(_RIGHT) else None
    f.take(r"\b(?:corner|hand side|side|screen|frame|picture)\b|角落?|画面|屏幕|位置")
    if vertical and side:
        return f"{vertical}-{side}"
    if vertical or side:
        return vertical or side
    if f.take(
        r"\b(?:cent(?:er|re)(?:ed|d)?|(?:in|across|over|through) middle(?! of)|middle of (?:screen|frame|"
        r"picture))\b|居中|正中间?|中央|(?:放?在|放|到|于|画面的?|屏幕的?)中间"
    ):
        return "center"
    return None


def clean_number(value: float) -> float | int:
    """Whole numbers as whole numbers, the rest to the millisecond."""
    value = round(value, 3)
    return int(value) if value == int(value) else value
