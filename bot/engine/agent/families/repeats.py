"""Again, backwards, or standing still: duplicate, loop, reverse, freeze."""

from collections.abc import Sequence

from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clean_number, clip_scope, range_scope
from bot.engine.agent.tokens import Token
from bot.engine.timeline.ops import Duplicate, Freeze, Loop, Op, Reverse

_LOOP = (
    r"\b(?:loop(?:s|ed|ing)?|repeat(?:s|ed|ing)?|on loop|boomerang (?=effect|style|loop|it|this|video|clip)|(?:make|"
    r"like|as|into) (?:it )?boomerang|boomerang(?=\W*$))\b|\b(?:play|show|run)(?: (?:it|this|"
    r"video|clip|"
    r"everything|<C>))? (?=<M>(?! ?(?:speed|faster|slower))|<N> times|\btwice\b|\bin loop|\bover and over|"
    r"\bon repeat|\bagain and again)|循环(?:播放)?|"
    r"重复(?:播放)?|反复(?:播放)?|回放(?=<)|来回播放|播放 ?(?=<N> ?[遍次回])"
)
_DUPLICATE = (
    r"<C> (?:\b(?:twice|again|once more|one more time|a second time)\b|再[来放播]一[次遍])|\b(?:dup|dupe|"
    r"duplicat(?:e|ed|"
    r"ing)|"
    r"copy(?: (?:and|&) paste)?|clone|make (?:a )?(?:copy|duplicate) of)\b|复制|拷贝"
)
_BACKWARDS = (
    r"\b(?:revers(?:e|ed|ing)|(?:play(?:s|ed|ing)? )?(?:it |video |clip |<C> )?(?:backwards?|in reverse|"
    r"back to front)|rewind)\b"
    r"|倒放|倒过来(?:播放?|放)|倒着(?:放|播)?|反向播放|倒带|逆向播放|倒播"
)
_FREEZE = (
    r"\b(?:freez(?:e|es|ing)(?:[ -]?(?:frames?|picture|video|it|shot|screen|image))?|frozen frame|still frame|"
    r"hold (?:on )?"
    r"(?=.{0,12}\b(?:frame|shot|picture)\b))(?!\w)|\bhold (?=\b(?:at|on) <T>)|\bstop (?:picture|frame|"
    r"image) (?=\b(?:at|on|for)\b)|\bpause (?:(?:it|video|picture|frame|"
    r"clip|screen) )?(?=\b(?:at|on|"
    r"for)\b)"
    r"|定格|冻结画面?|停帧|静帧|停住|停格|暂停画面|画面(?:静止|停住?|不动|定住)|静止画面|定住|(?<!暂)停(?=在? ?<T>)|"
    r"静止(?=.{0,3}<T>)|(?:帧|画面).{0,2}停留"
)
_WHAT = (
    r"\b(?:it|this|that|video|clip|whole|entire|thing|everything|footage|all|once|more|times?|of|playback|play|for|to|"
    r"until|till|total|long|in|row|again|effect|style|make|like|into|over|fill|extend|lengthen|stretch|keep|hits?|"
    r"reach(?:es)?|by|only|just|"
    r"row)\b|视频|播放|一遍|遍|次|整个|片段|"
    r"效果|直到|满|总共|"
    r"成|为|到|的"
)


def _duplicate(f: Found) -> Sequence[Op] | None:
    clips = [n for token in f.all("C") for n in token.clips]
    f.take(rf"{_WHAT}|\b(?:after|itself|only)\b|份|只")
    copies = 1
    if token := f.token("<M>|<N> (?:times|次|遍|份)"):
        copies = max(1, min(round(token.number), 10))
    elif f.take(r"\btwice\b|两[次遍份]"):
        copies = 2
    if f.has(r"\b(?:want|have|need|play)\b"):
        copies = max(copies - 1, 1)  # so often in all
    return [Duplicate(clip=n) for n in sorted(clips, reverse=True) for _ in range(copies)] or [Duplicate()] * copies


def _loop(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    clip = clip_scope(f)
    if isinstance(clip, int):
        slots["clip"] = clip
    if f.take(r"\bboomerangs?(?: effect| style| loop)?\b|来回播放|\bback and forth\b|正放再倒放"):
        slots["boomerang"] = True
    if length := f.token(r"(?:\b(?:for|to|until|till|is|at)\b|到|满|成|为)? <T>"):
        slots["seconds"] = clean_number(length.number)
    elif token := f.token(r"<M>(?: (?:more|in row|in total|over))?") or f.token(r"<N> (?:times|次|遍|回|个)"):
        slots["times"] = round(token.number) + (1 if f.take(r"\bmore\b|再") else 0)
    elif f.take(r"\btwice\b|\bone more time\b|\bonce (?:more|again)\b|两[次遍回]"):
        slots["times"] = 2
    elif f.take(r"\b(?:thrice|three times)\b|三[次遍回]"):
        slots["times"] = 3
    elif not slots.get("boomerang"):
        slots["times"] = 2
    f.take(rf"{_WHAT}|\bseamless(?:ly)?\b|\b(?:continuously|over and over|again and again|on repeat)\b|无缝")
    return [Loop.model_validate(slots)]


def _reverse(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    clip = clip_scope(f)
    if isinstance(clip, int):
        slots["clip"] = clip
    if stretch := range_scope(f):
        slots |= {"start": clean_number(stretch[0]), "end": clean_number(stretch[1])}
    f.take(_WHAT)
    return [Reverse.model_validate(slots)]


def _forwards(f: Found) -> Sequence[Op] | None:
    clip = clip_scope(f)
    f.take(rf"{_WHAT}|{_BACKWARDS}|@remove|@whole")
    return [Reverse(clip=clip if isinstance(clip, int) else None, off=True)]


def _place(f: Found) -> Token | None:
    """The time that is told as a place: "a 5 second pause at 0:30"."""
    told = f.token(
        r"(?:\b(?:at|from|on)\b|在|从|到) <T>|\bat <N>(?! (?:fps|percent|frames|times))|"
        r"<T>(?:处|时候?|的时候|的地方|位置|那里|的画面|的那一帧|\bmark\b)"
    )
    places = [t for t in f.all("T") if t.clock]
    return told or (places[0] if len(places) == 1 else None)


def _freeze(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    if f.take(r"\b(?:on|at)?\b ?(?:last|final|end) (?:frame|shot|picture)\b|(?:at |on )?(?:very )?\bend\b(?! of <C>)|"
              r"最后一?[帧幅]?(?:画面)?|结尾处?|末尾|片尾"):  # fmt: skip
        last = True
    else:
        last = False
        if f.take(r"\b(?:on|at)?\b ?(?:first|opening) (?:frame|shot|picture)\b|(?:at )?@start|第一帧|首帧"):
            slots["at"] = 0
    if clip_scope(f) is not None:
        return None
    length = f.token(
        r"(?:\b(?:for|of|lasting|frame|freeze)\b|持续|停住?|停留?|定格|静止|冻结) (?:about )?<T>(?:钟)?(?! ?(?:处|时|"
        r"的地方))"
    )
    place = None if last or "at" in slots else _place(f)
    rest = [t for t in f.all("T") if t is not length and t is not place]
    if place is None and rest and not last and "at" not in slots:
        place = rest.pop(0)
    if length is None and rest:
        length = rest.pop(0)
    if place is length:
        length = rest.pop(0) if rest else None
    if place is not None:
        slots["at"] = clean_number(place.number)
    if length is not None:
        slots["seconds"] = clean_number(length.number)
    f.take(rf"{_WHAT}|{_FREEZE}|@add|@make|\b(?:frame|shot|picture|screen|mark|on|at|second|effect)\b|画面|帧|处|让|在")
    return [Freeze.model_validate(slots)]


_NOT = r"@text|@music|\b(?:gif|transition|fade|voice|background|watermark|logo|style|generate)\b|转场|样式"
RULES = (
    Rule("duplicate", (_DUPLICATE,), _duplicate,
         never=rf"<[FLTGQ]\d+>|\b(?:from|into|voice|(?<!and\x20)paste|link|grade|markers?|text|style)\b|{_NOT}|"
               rf"@sound|@silence"),
    Rule("loop", (_LOOP,), _loop,
         never=rf"@remove|@first <T>|@last <T>|<[GQ]\d+>|\b(?:don't|looping (?:4k|animated|background)|"
               rf"loop(?:ing)? (?:background|animation|"
               rf"wallpaper)|words?|repeated|create|retakes?|phrase)\b|重复的|{_NOT}|@silence"),
    Rule("forwards", (
        rf"(?:@remove|\b(?:undo|stop|no|un-?)\b|取消|不要) ?(?:{_BACKWARDS})|\bun-?reverse\b|"
        r"\b(?:play(?:s|ing)?|make|turn) (?:it |video |clip |everything |<C> )?forwards?(?: again)?\b|恢复正放|"
        r"正着放|正放"
    ,), _forwards),
    Rule("reverse", (_BACKWARDS,), _reverse,
         never=rf"\border\b|\b(?:engineer|mortgage|osmosis|psychology)|顺序|@remove|\bun-?revers|取消|不要|@sound|"
               rf"@silence|\bforwards?\b|正放|{_NOT}"),
    Rule("freeze", (_FREEZE,), _freeze, never=rf"@remove|<[GQ]\d+>|\b(?:export|frozen parts?|until|while|when)\b|"
                                              rf"{_NOT}"),
)  # fmt: skip
