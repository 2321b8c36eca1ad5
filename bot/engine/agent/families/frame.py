"""The picture's edges and its motion: crop, letterbox, fps, stabilize."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose
from bot.engine.agent.numbers import han
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import OFF, clean_number, scopes
from bot.engine.agent.tokens import Token
from bot.engine.timeline.ops import Crop, Fps, Letterbox, Op, Stabilize

EDGES: dict[str, str] = {
    "left": r"\bleft(?:[ -]?(?:hand )?(?:side|edge))?\b|左[边侧]?",
    "right": r"\bright(?:[ -]?(?:hand )?(?:side|edge))?\b|右[边侧]?",
    "top": r"\b(?:top|upper)(?: (?:side|edge|part))?\b|顶部?|上[边方面]|上(?!下)",
    "bottom": r"\b(?:bottom|lower)(?: (?:side|edge|part))?\b|底部?|下[边方面]|下",
}
_ALL_EDGES = r"\b(?:(?:all|every|each|4|four) (?:sides?|edges?)|all around|edges|borders)\b|四[边周]|各边|四个边"
_BOTH_SIDES = r"\b(?:both|2|two) (?:sides|edges)\b|\b(?:sides)\b|左右(?:两[边侧])?|两[边侧]"
_CROP = (
    r"\b(?:crop(?:ped|ping)?(?: (?:off|out|away|in))?|trim (?=.{0,24}(?:edges?|sides?|frame|picture)))\b|裁剪?掉?|"
    r"裁切掉?|"
    r"裁去|切掉"
)
_BARS = (
    r"\b(?:black|dark|empty) (?:bars?|borders?|edges?|strips?|bands?)\b|\b(?:letter|pillar) ?box(?:ing|es)?\b|"
    r"黑[边框条]"
)
_CROP_WORDS = (
    r"\b(?:off|of|from|by|at|in|picture|image|frame|video|screen|side|edge|margin|about|around|to|only|out|"
    r"pixels?|px|equally)\b|像素|画面|各|的|约|掉|去|边|把|从"
)


_FRACTIONS: dict[str, float] = {
    r"\b(?:a |one )?tenth\b|\b1/10\b": 10,
    r"\b(?:a |one )?fifth\b|\b1/5\b": 20,
    r"\b(?:a |one )?quarter\b|\b1/4\b": 25,
    r"\b(?:a |one )?third\b|\b1/3\b": 33.3,
}


def _fractions(f: Found) -> list[Token]:
    """ "A tenth", 十分之一, as percentages."""
    if match := f.take(r"(<N>|[二三四五六七八九十]) 分之 (<N>|[一二三])"):
        whole, part = (f.tokens[g[1:-1]].number if g[0] == "<" else han(g) for g in match.groups())
        return [Token("P", match[0], 100 * part / max(whole, 1))]
    return [Token("P", words, percent) for words, percent in _FRACTIONS.items() if f.take(words)]


def _share(f: Found, kind: str, number: float, edge: str) -> float:
    if kind == "P":
        return number / 100
    side = f.facts.width if edge in ("left", "right") else f.facts.height
    return number / max(side, 1)


def _crop(f: Found) -> Sequence[Op] | None:
    if f.take(_ALL_EDGES):
        edges = list(EDGES)
    elif f.take(_BOTH_SIDES):
        edges = ["left", "right"]
    else:
        found = sorted((m[0].start(), name) for name, words in EDGES.items() if (m := f.find(words)))
        edges = [name for _, name in found]
    for words in EDGES.values():
        f.take(words)
    pixels = f.has(r"<N> ?(?:px|pixels?|像素)")
    amounts = f.all("PN" if pixels else "P") or _fractions(f)
    f.take(_CROP)
    f.take(_CROP_WORDS)
    where = [{k: v for k, v in scope.items() if k == "clip"} for scope in scopes(f)]
    if not edges:
        return None
    if not amounts:
        shares = (5, 10, 20)
        return choose(f, "how_much_crop", {}, {f"percent_{n}": _cropped(edges, [n / 100], where) for n in shares})
    found_shares = [_share(f, t.kind, t.number, edges[min(i, len(edges) - 1)]) for i, t in enumerate(amounts)]
    return _cropped(edges, found_shares if len(found_shares) == len(edges) else found_shares[:1], where)


def _cropped(edges: Sequence[str], shares: Sequence[float], where: list[dict[str, object]]) -> tuple[Op, ...]:
    each = list(shares) * len(edges) if len(shares) == 1 else list(shares)
    slots = {edge: clean_number(share) for edge, share in zip(edges, each, strict=False)}
    return tuple(Crop.model_validate({**slots, **scope}) for scope in where)


def _no_bars(f: Found) -> Sequence[Op] | None:
    f.take(_BARS)
    f.take(_CROP)
    f.take(
        r"\b(?:top|bottom|left|right|and|sides?|around|on|at|from|both|all|video|picture|automatically|auto|out|"
        r"fill|screen|"
        r"frame|of|edges)\b|上下|左右|两边|四周|画面|自动|的|边|周围"
    )
    where = [{k: v for k, v in scope.items() if k == "clip"} for scope in scopes(f)]
    return [Crop.model_validate({"auto": "black_bars", **scope}) for scope in where]


def _uncrop(f: Found) -> Sequence[Op] | None:
    f.take(r"\b(?:undo|crop(?:ping|ped)?|un-?crop|full|original|frame|picture|restore)\b|裁剪|恢复|取消|画面")
    return [Crop.model_validate({"remove": True, **{k: v for k, v in s.items() if k == "clip"}}) for s in scopes(f)]


_CINEMA_BARS = (
    r"\b(?:cinem(?:a|atic)|movie|film|hollywood|letter ?box|wide ?screen)[ -](?:style )?(?:black )?bars?\b|"
    r"\bletter ?box(?:es|ed|ing)?(?: (?:bars?|effects?))?\b|电影(?:黑边|遮幅|画幅|边框)|遮幅|"
    r"上下(?:加上?)?(?:的)?(?:黑边|黑条)|宽银幕|电影感黑边"
)
_ADDED_BARS = rf"(?:@add).{{0,24}}(?:\bblack bars?\b|黑边|黑条|{_CINEMA_BARS})"


def _letterbox(f: Found) -> Sequence[Op] | None:
    f.take(rf"{_CINEMA_BARS}|\b(?:black )?bars?\b|黑边|黑条")
    ratio = f.take(r"([1-4]\.\d{1,2})(?: ?[:x] ?1)?(?![\d.])")
    wide = f.all("X")
    f.take(
        r"@make|\b(?:top|bottom|and|at|on|above|below|look|effects?|cinematic|black|movie|like|style|over|to|ratio|"
        r"aspect|"
        r"picture|"
        r"video|with|in|for|film)\b|上下|顶部|底部|效果|比例|电影感|画面|电影|的|两[边侧]"
    )
    if f.take(OFF):
        return [Letterbox(remove=True)]
    if wide and not f.has(
        rf"<X> (?:{_CINEMA_BARS}|\bblack bars?\b|黑边|黑条)|(?:{_CINEMA_BARS}|\bbars?\b) (?:of|at|"
        rf"in)? <X>"
    ):
        return None
    if wide:
        across, down = (int(n) for n in wide[-1].text.split(":"))
        if across / down <= f.facts.width / max(f.facts.height, 1) + 0.01:
            return None
        return [Letterbox(ratio=round(across / down, 2))]
    return [Letterbox.model_validate({"ratio": float(ratio[1]) if ratio else None})]


_RATES = (24, 25, 30, 60)


def _fps(f: Found) -> Sequence[Op] | None:
    token = f.token(r"(?:\b(?:to|at|in)\b|到|成|为) <SN>") or f.token("<S>") or f.token("<N>")
    f.all("S")
    f.take(
        r"\b(?:frame ?rate|fps|frames (?:per|a) second|convert|to|at|by|in|from|video|change|cinematic|film|rate|"
        r"into)\b|帧率|帧数|"
        r"帧|到|成|为|的|视频|每秒"
    )
    if token is None:
        return choose(f, "which_fps", {}, {f"rate_{n}": (Fps(value=n),) for n in _RATES})
    return [Fps.model_validate({"value": clean_number(token.number)})]


_STEADY = (
    r"\bstabili[sz](?:e|ed|er|ation|ing)\b|\bde-?shake\b|\bsteady (?=it|video|footage|shot|camera|clip|shak|<C>|$)|"
    r"\b(?:it|video|footage|shot|clip|camera|picture)(?:'s| is| was| looks) (?:[a-z]+ ){0,2}?(?:shaky|jittery|"
    r"wobbly|bumpy)\b|\b(?:camera|video|footage|picture) shakes\b|"
    r"\b(?:remove|fix|reduce|less|smooth(?:en)? out|correct|get rid of|take out|too|so|very|no)(?: (?:camera|hand|"
    r"hand ?held|all|this|my|"
    r"that|video's))* (?:shak(?:e|y|iness|ing)|jitter(?:s|y)?|wobbl(?:e|es|y))\b|防抖|稳定|去抖动?|消抖|减抖|手抖|"
    r"(?:太|有点|减少|消除|去掉|去除|修复|修正).{0,4}(?:抖动?|晃动?)|(?:镜头|画面|视频|拍得?|手).{0,3}(?:抖(?!音)|晃|"
    r"不稳)"
)


def _steady(f: Found) -> Sequence[Op] | None:
    f.take(
        r"\b(?:camera|footage|video|clip|shots?|picture|hand ?held|shak(?:e|y|iness)|effects?|steady|make|image|"
        r"please|out|it's|was|"
        r"video's|all|movement|smooth|out|fix|shaky|jittery|wobbly|bumpy|super|bit|lot|shakes)\b|画面|镜头|处理|"
        r"效果|增加|视频|"
        r"做|加|开启|打开|的|抖动?|晃动?|头晕|难受|眼花|不稳|更"
    )
    off = f.take(
        r"\b(?:turn off|disable|undo|remove (?=stabili)|no (?=stabili)|without)\b|取消|关闭|关掉|去掉(?=防抖|稳定)"
    )
    where = [{k: v for k, v in scope.items() if k == "clip"} for scope in scopes(f)]
    return [Stabilize.model_validate({"off": True if off else None, **scope}) for scope in where]


_NOT_CROP = r"<[XTGHQ]\d+>|\b(?:vertical|square|portrait|landscape|transitions?|music)\b|竖|横|方形|转场|字"
RULES = (
    Rule(
        "uncrop",
        (r"\bun-?crop|(?:@remove|\bundo|取消|恢复).{0,8}(?:\bcrop(?:ping)?\b|裁剪)",),
        _uncrop,
        never=_NOT_CROP,
    ),
    Rule(
        "no_bars",
        (
            rf"(?:@remove|{_CROP}|\bfix|\bget rid of|\bno\b|\bwithout\b).{{0,30}}(?:{_BARS})|(?:{_BARS}) ?(?:都|"
            rf"全)? ?(?:@remove|裁|切)",
        ),
        _no_bars,
        never=rf"{_NOT_CROP}|\b(?:cinema(?:tic)?|movie|film) bars?\b|电影|\bdon't",
    ),
    Rule(
        "crop",
        (
            rf"{_CROP}|@remove (?=.{{0,20}}<P>.{{0,20}}\b(?:edge|side|frame|picture)\b)|"
            rf"@remove (?=<P> (?:(?:off|of|from) )+(?:left|right|top|bottom|both|each|every|all|sides))",
            "|".join([*EDGES.values(), _ALL_EDGES, _BOTH_SIDES]),
        ),
        _crop,
        never=rf"{_NOT_CROP}|{_BARS}|\b(?:start|end|beginning|second|minutes?|half|centered|speaker)\b|开头|结尾|秒",
    ),
    Rule(
        "letterbox",
        (rf"{_CINEMA_BARS}|{_ADDED_BARS}|[1-4]\.\d{{1,2}} ?[:x] ?1\b.{{0,12}}(?:\bbars?\b|黑边)|遮幅",),
        _letterbox,
        never=r"\b(?:vertical|portrait|square|sides?|left|right|9:16|crop|progress|fit|pad)\b|竖|方形|左右|@text|"
        r"<[QTG]\d+>",
    ),
    Rule("fps_bare", (r"^\W*<S>\W*$",), _fps),
    Rule(
        "fps",
        (r"<S>|\bframe ?rate\b|\bfps\b|帧率|帧数",),
        _fps,
        never=r"\b(?:export|render|slow(?:er)?|gif|smooth(?:er)?|shutter|extract|create|stop motion|frame ?rates|"
        r"drop)\b|"
        r"导出|输出|动图|@text|<[QFTG]\d+>|慢动作|截",
    ),
    Rule(
        "stabilize",
        (_STEADY,),
        _steady,
        never=r"@text|<[QTG]\d+>|@music|@sound|\b(?:effect|add shake|generate|voice|hands?)\b(?!held)|声|抖动效果|生成",
    ),
)
