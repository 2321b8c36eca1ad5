"""Words on the picture: text (add, edit, remove)."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose, missing
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import bare_range, clean_number, colour, position
from bot.engine.agent.tokens import Token
from bot.engine.timeline.ops import Op, TextOp

ROLES: dict[str, str] = {
    r"\btitle cards?\b|\bintro cards?\b|标题卡|字卡": "title_card",
    r"\blower ?thirds?\b|\bname ?tags?\b|人名条|下三分之一": "lower_third",
    r"\bmemes?(?: style| text)?\b|表情包|梗图": "meme",
    r"\b(?:titles?|headings?|headlines?)\b|标题": "title",
}
_BIGGER = r"\b(?:bigger|larger|increase size|enlarge)\b|大一?[点些]|更大|变大|放大|调大|改大|大点"
_SMALLER = r"\b(?:smaller|tinier|shrink)\b|小一?[点些]|更小|变小|缩小|调小|改小|小点"
_LARGE, _SMALL = r"\b(?:big|large|huge)\b|大(?=字|标题|号)|大号", r"\b(?:small|tiny)\b|小(?=字|标题|号)|小号"
_DEFAULT_SECONDS = 4.0


def _role(f: Found) -> str | None:
    found = [name for words, name in ROLES.items() if f.take(words)]
    return found[0] if found else None


def _when(f: Found, *, card: bool = False) -> dict[str, float]:
    total = f.facts.seconds
    times: dict[str, float] = {}
    if token := f.token(r"(?:\b(?:from|between|during|at)\b|从|在)? <G>"):
        return {"start": clean_number(token.number), "end": clean_number(token.other)}
    if stretch := bare_range(f):
        return {"start": clean_number(stretch[0]), "end": clean_number(stretch[1])}
    if token := f.token(
        r"\b(?:for|lasting|lasts?|stays?|during|visible for|show(?:n|ing)? for|"
        r"over)\b(?: about)? (?:first )?<T>|(?:持续|显示|停留|时长|出现|保持) <T>|<T>(?: \blong\b)"
    ):
        times["seconds"] = clean_number(token.number)
        if f.take(r"\bfirst (?=<T>)"):
            times["start"] = 0
    if token := f.token(
        r"(?:\b(?:at|from|starting at|@|around|on|appears? at|after)\b|在|从|@|第)  <T>(?:处|的时候|时|开始|那里|"
        r"位置)?|<T>(?:的时候|处|那里|(?=出现|弹出|显示|打出))|\bat <N>(?=\W*$)"
    ):
        times["start"] = clean_number(token.number)
    elif token := f.token(r"\b(?:first|opening)\b <T>|(?:前|开头) <T>"):
        times |= {"start": 0, "seconds": clean_number(token.number)}
    elif token := f.token(r"\b(?:last|final)\b <T>|最后 <T>"):
        times |= {"start": clean_number(max(total - token.number, 0)), "end": clean_number(total)}
    elif f.take(
        r"(?:\b(?:at|in|on|to|as)\b )?(?:\bvery\b )?(?:\bvideo(?:'s)? )?(?:@start|\bintro\b)|\bopening\b|"
        r"在?(?:开头|开始|片头|最前面)处?"
    ):
        times["start"] = 0
    elif f.take(r"(?:\b(?:at|in|on|to)\b )?(?:\bvery\b )?(?:@end|\boutro\b)|在?(?:结尾|最后|片尾|末尾)处?"):
        if "seconds" not in times and (token := f.token(r"<T>")):
            times["seconds"] = clean_number(token.number)
        first = total - times.get("seconds", _DEFAULT_SECONDS)
        times["start"] = clean_number(total if card and first <= 0 else max(first, 0))  # a card comes behind it all
    if "seconds" not in times and (token := f.token(r"<T>")):
        times["seconds" if not token.clock else "start"] = clean_number(token.number)
    f.take(r"\b(?:whole|entire)(?: video| thing| time)?\b|\bthroughout\b|全程|整个视频|一直")
    return times


def _look(f: Found) -> dict[str, object]:
    look: dict[str, object] = {}
    if place := position(f):
        look["position"] = place
    if tint := colour(f):
        look["color"] = tint
    for words, size in ((_BIGGER, "larger"), (_SMALLER, "smaller"), (_LARGE, "large"), (_SMALL, "small")):
        if f.take(words):
            look["size"] = size
            break
    if f.take(r"\b(?:fad(?:e|es|ing)(?:[ -]in(?: and out)?)?|fade[ -]in)\b|淡入(?:淡出)?|渐显"):
        look["fade"] = True
    f.take(
        r"@text|\b(?:style|that says?|which says?|saying|says?|reads?|reading|called|titled|with|"
        r"overlay(?:ed)?|simple|colou?red|colou?r|font|letters|over|screen|on)\b|内容|写着?|叫做?|为|是|"
        r"颜色|显示|样式|风格|上面|画面上|屏幕上?|:"
    )
    return look


def _at_join(f: Found) -> float | None:
    """Where a card stands that is asked for before, after or between clips, s."""
    token = f.token(r"\b(?:before|between)\b <C>|<C>(?:之间|之前|前面?)|\bafter\b <C>|<C>(?:之后|后面?)")
    if token is None or not token.clips or max(token.clips) > len(f.facts.clips):
        return None
    after = len(token.clips) == 1 and f.has(r"\bafter\b <C>|<C>(?:之后|后)")
    last = token.clips[0] if after or len(token.clips) > 1 else token.clips[0] - 1
    return clean_number(sum(clip.seconds for clip in f.facts.clips[:last]))


def _above_and_below(f: Found, quoted: Sequence[Token]) -> Sequence[Op] | None:
    """ "Top 'me:' bottom 'also me:'": two texts, each with its place."""
    places = f.take(
        r"(?:\b(?:at|on)\b )?\b(top|bottom)\b(?: text)? ?:? <Q>.{0,8}?(?:\b(?:at|on)\b )?\b(top|"
        r"bottom)\b(?: text)? ?:? <Q>"
    ) or f.take(r"<Q> (?:\b(?:at|on)\b )?\b(top|bottom)\b.{0,8}?<Q> (?:\b(?:at|on)\b )?\b(top|bottom)\b")
    if places is None or places[1] == places[2]:
        return None
    role, look = _role(f), _look(f)
    look.pop("position", None)
    slots = {**look, **({"role": role} if role else {})}
    return [
        TextOp.model_validate({"content": words.text, "position": place, **slots})
        for words, place in zip(quoted, places.groups(), strict=True)
    ]


def _add(f: Found) -> Sequence[Op] | None:
    quoted = f.all("Q")
    if len(quoted) == 2 and (both := _above_and_below(f, quoted)):
        return both
    if len(quoted) != 1:
        return missing(f, "text_words") if not quoted else None
    clip = f.token(r"(?:\b(?:on|to|over|in)\b|在|给)? <C>(?:上|里)?")
    role = _role(f)
    slots: dict[str, object] = {"content": quoted[0].text, **_when(f, card=role == "title_card"), **_look(f)}
    if role:
        slots["role"] = role
    if role == "title_card" and "start" not in slots and (at := _at_join(f)) is not None:
        slots["start"] = at
    elif clip and len(clip.clips) == 1:
        slots["clip"] = clip.clips[0]
    return [TextOp.model_validate(slots)]


def _missing_words(f: Found) -> Sequence[Op] | None:
    if f.all("Q"):
        return None
    _role(f), _when(f), _look(f)
    f.take(r"\b(?:overlays?|some|bold|simple|nice|an?)\b|@add")
    return missing(f, "text_words")


def _target(f: Found, quoted: str | None, what: dict[str, object]) -> Sequence[Op]:
    """Applies a change to the text that is meant; asks where several could be."""
    texts = f.facts.texts
    named = [t for t in texts if quoted and quoted.casefold() in t.casefold()]
    meant = named or ([] if quoted else list(texts))
    if len(meant) == 1:
        return [TextOp.model_validate({"target": meant[0], **what})]
    if not meant:
        return missing(f, "no_such_text" if quoted and texts else "no_text_yet", text=quoted or "")
    if f.take(r"\b(?:all|every|both)\b|所有|全部"):
        return [TextOp.model_validate({"target": t, **what}) for t in meant]
    options = {f"text_{i}": (TextOp.model_validate({"target": t, **what}),) for i, t in enumerate(meant[:8], 1)}
    return choose(f, "which_text", {f"text_{i}": t for i, t in enumerate(meant[:8], 1)}, options)


def _remove(f: Found) -> Sequence[Op] | None:
    quoted = f.all("Q")
    _role(f), _look(f)
    f.take(r"\b(?:all|from|overlays?)\b|所有|全部")
    return _target(f, quoted[0].text if quoted else None, {"remove": True})


def _edit(f: Found) -> Sequence[Op] | None:
    quoted = f.all("Q")
    what: dict[str, object] = {"edit": True, **_look(f), **_when(f)}
    _role(f)
    f.take(
        r"\b(?:from|to|text|instead|of|say|read|move|too (?:small|big|large|tiny|dark|high|low))\b|改成|改为|"
        r"换成|移到|放到|挪到"
    )
    if len(quoted) == 2:
        return _target(f, quoted[0].text, {**what, "content": quoted[1].text})
    if len(quoted) == 1 and f.has(r"(?:\bto\b|\bsay\b|\bread\b|\binto\b|\bwith\b|成|为|:).{0,12}<Q>|@make"):
        return _target(f, None, {**what, "content": quoted[0].text})
    if len(what) == 1:
        return missing(f, "text_change")
    return _target(f, quoted[0].text if quoted else None, what)


_TEXT = r"@text|\b(?:overlay|meme|lower third|name ?tag|subtitle|intro card)s?\b|字幕|字卡"


def _named(f: Found) -> Sequence[Op] | None:
    """ "Remove "Golden Hour"", "change "Golden Hour" to "Blue Hour"": a text that is there, by its words alone."""
    quoted = [token.text for token in f.all("Q")]
    meant = next((t for t in f.facts.texts if quoted and quoted[0].casefold() == t.casefold()), None)
    if meant is None or len(quoted) > 2:
        return None
    f.take(r"\b(?:to|with|by|into|from)\b|@make|成|为|把")
    if len(quoted) == 2:
        return [TextOp(target=meant, edit=True, content=quoted[1])]
    return [TextOp(target=meant, remove=True)] if f.has("@remove") else None


RULES = (
    Rule(
        "named_text",
        (
            r"@remove|@make|\b(?:rename|replace|edit)\b|"
            r"改|换",
            "<Q>",
        ),
        _named,
        never="@text|@silence|@music|<[TGCF]\\d+>|字幕",
    ),
    Rule(
        "remove_text",
        (r"@remove|\bget\b(?=.{0,24}\boff\b)", "@text"),
        _remove,
        never=r"\bcaptions\b|@silence|\badd\b|<[TG]\d+>|filler|words? like",
    ),
    Rule(
        "edit_text",
        (
            r"@make|\b(?:rename|edit|replace|update|move|shift|nudge|recolou?r|(?:should|needs? to|has to|"
            r"must) (?:be|say|read))\b|修改|移到|放到|挪到|改",
            "@text",
        ),
        _edit,
        never=r"\boff\b|\bcaptions\b|@remove|\b(?:add|insert|create)\b|添加|加|\bput\b(?=.{0,60}<Q>)|"
        r"\bturn\b(?!.{0,16}\b(?:red|white|yellow|blue|green|orange|pink|"
        r"purple|black|gold)\b)",
    ),
    Rule(
        "restyle_text",
        (
            "@text",
            rf"{_BIGGER}|{_SMALLER}|\bin (?:white|black|red|yellow|blue|green|orange|pink|"
            rf"purple|gold)\b",
        ),
        _edit,
        never=r"\bcaptions\b|\badd\b|<Q>|加(?!大)",
    ),
    Rule(
        "add_text",
        (f"@add|@make|\\b(?:caption|title|label|type|say|call(?: it| this| video))\\b|{_TEXT}", "<Q>"),
        _add,
        never=r"@remove|@silence|\bvoice ?-?overs?\b|\b(?:captions|filler|words? like|file|music|song|word|rename|"
        r"replace|change|"
        r"when|whenever|until|where)\b|改|换成|@music|说",
    ),
    Rule(
        "text_without_words",
        (r"@add|\btext overlays?\b", "@text|\\btext overlays?\\b"),
        _missing_words,
        never=r"\b(?:captions|subtitles?|remove|delete|bold captions)\b|<Q>|字幕|@remove|@make|@keep|\bin other words",
    ),
)
