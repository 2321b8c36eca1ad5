"""Slots that several families read the same way: which clip, which stretch, where on the picture, which colour."""

from bot.engine.agent.rules import Found

_SHARES = {
    r"\b(?:third|1/3)\b|[3三]分之[1一]": 1 / 3,
    r"\bquarter\b|\b1/4\b|[4四]分之[1一]": 1 / 4,
    r"@half(?:段|部分)?": 1 / 2,
}
_OF = r"(?:\bof\b|的)?"


def clip_scope(f: Found) -> int | str | None:
    """The clip an edit is narrowed to: a number, "each", or None for the whole."""
    token = f.token(r"(?:\b(?:in|of|on|from|to|for|clip)\b|对|给|从|在)? <C>(?:的|里面?|上|中)?")
    if token is None:
        return None
    if token.text == "each":
        return "each"
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


def range_scope(f: Found) -> tuple[float, float] | None:
    """The stretch an edit is narrowed to, s on the timeline; None for the whole."""
    total = f.facts.seconds
    token = f.token(r"(?:\b(?:from|between|during|in|for|over|at)\b|从|在|对)? <G>(?:之?间|这段|这部分|的部分|段)?")
    if token is not None:
        return (token.number, token.other)
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


def edge_amount(f: Found, edge: str) -> float | None:
    """The length in "first 5 seconds" (`edge` first) or "last 5 seconds" (last), s."""
    if f.has(rf"@{edge} (?:的|约)? <G>"):
        return None
    side = "start" if edge == "first" else "end"
    token = f.token(rf"@{edge} (?:的|那|这)? <TN>") or f.token(
        rf"<T> (?:\b(?:off|from|of|at|out of)\b ?)+ (?:\bvery\b)? @{side}"
    )
    return token.number if token else None


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
    if vertical:
        return vertical
    if f.take(r"\b(?:cent(?:er|re)(?:ed|d)?|in middle(?! of)|middle of (?:screen|frame|picture))\b|居中|正中间?|中央"):
        return "center"
    return None


def clean_number(value: float) -> float | int:
    """Whole numbers as whole numbers, the rest to the millisecond."""
    value = round(value, 3)
    return int(value) if value == int(value) else value
