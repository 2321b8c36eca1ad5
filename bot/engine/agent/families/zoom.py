"""Nearer to the picture and away from it: zoom."""

import re
from collections.abc import Sequence

from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import OFF, clean_number, position, scopes
from bot.engine.timeline.ops import Op, ZoomOp

_OUT = (
    r"\b(?:zoom(?:s|ed|ing)?(?: (?:it|video|slowly|camera|gradually))? out|pull(?:ing)? (?:back|out)(?= (?:camera|"
    r"slowly|from)))\b|拉远|缩小(?=画面|镜头)|镜头(?:拉远|后拉)|推远"
)
_PUNCH = (
    r"\bpunch(?:es|ing|y)?(?:[ -]?ins?)?\b|\b(?:quick|fast|snap|sudden|sharp|hard|crash|instant)(?:ly)? (?=zoom|push)|"
    r"快速(?=放大|推近|拉近)|急推|瞬间(?=放大|推)"
)
_CUTS = (
    r"\b(?:at|on|for|after|with|to|around)? (?:\b(?:each|every|all)(?: of)?(?: the)?\b) (?:jump )?(?:cuts?|edits?|"
    r"joins?|cut ?points?)\b|"
    r"\b(?:at|on) (?:the )?(?:jump )?cuts\b|(?:在?每[个次一]?(?:个)?|所有)(?:剪辑点|剪切点|剪切处|切点|接点|剪辑处|"
    r"镜头切换)(?:处|时)?"
)
_ZOOM = (
    rf"\bzoom(?:ed|ing|s (?=at|on|for|every|$))?(?: (?:effects?|motion))?\b|\bken ?burns(?: effect)?\b|\b(?:push|"
    rf"punch)(?:es|"
    rf"ing)?[ -]?ins?\b|"
    rf"\bmagnify\b|\benlarge (?:picture|image|frame|video)\b|放大|推近|推进|拉近|推镜头?|拉镜头?|镜头(?:推|"
    rf"拉)[近远]?|变焦|缩放(?:效果)?|{_OUT}"
)
_MANNER = (
    r"\b(?:in|on|into|slow(?:ly)?|gradual(?:ly)?|smooth(?:ly)?|gentle|gently|subtl[ey]|slight(?:ly)?|light(?:ly)?|"
    r"quick(?:ly)?|fast|"
    r"little|bit|towards?|effects?|motion|camera|over|time|shot|nice|dynamic|photos?|images?|pictures?|frame|screen|"
    r"(?:my |his |her |their |the )?(?:face|head)|me|him|her|speaker|subject|person|presenter|centre|center|"
    r"keep energy high|"
    r"add|start|starting|level|factor|scale|to|by|up|of|long|lasting)\b|"
    r"中间|缓慢|慢慢|缓缓|逐渐|轻微|稍微|一?[点些]|画面|镜头|人物|脸部?|主体|效果|照片|图片|的|到|至|加|做|在|对|处|时|"
    r"开始|持续|让|往前"
)
_EDGE_S = 5.0
"""How long a zoom "at the end" or "at the start" takes."""
_SPOTS = {"left": 0.25, "right": 0.75, "top": 0.25, "bottom": 0.75}


def _percent(f: Found) -> int | None:
    if token := f.token(r"(?:\b(?:to|by|at)\b|到|至)? <M>"):
        return round(token.number * 100)
    if token := f.token(r"(?:\b(?:to|by|at)\b|到|至)? <P>"):
        return round(token.number if token.number >= 100 else 100 + token.number)
    return None


def _times(f: Found) -> dict[str, object]:
    """ "At 0:12 for 3 seconds": from there, so long; a stretch is read by `scopes`."""
    if match := f.take(r"从? <T>(?:开始|起) .{0,8}?(?:到|至) <T>"):
        start, end = (f.tokens[mark].number for mark in re.findall(r"<(T\d+)>", match[0], re.ASCII))
        return {"start": clean_number(start), "end": clean_number(end)}
    length = f.token(r"(?:\b(?:for|over|lasting|during)\b|持续) <T>(?! (?:\bto\b|-))")
    at = f.token(r"(?:\b(?:at|from|around|starting (?:at|from)|@)|在|从|@) <T>(?:处|时|的时候|开始|那里)?") or f.token(
        r"<T>(?:处|时|的时候|那里)|\bat <N>(?=\W*$)"
    )
    if at is None or (length is None and f.has(r"\b(?:onwards?|to end)\b|往后|之后")):
        return {}
    start = clean_number(at.number)
    return {"start": start} if length is None else {"start": start, "end": clean_number(at.number + length.number)}


def _zoom(f: Found) -> Sequence[Op] | None:
    cuts = f.take(_CUTS)
    punch = f.take(_PUNCH)
    out = f.take(_OUT)
    if out and f.has(r"\bzoom(?:ing)? in\b|推近|拉近|(?<!镜头)放大"):
        return None  # both ways: each has a place of its own
    f.take(_ZOOM)
    slots: dict[str, object] = {"kind": "cuts" if cuts else "punch" if punch else "out" if out else "in"}
    percent = _percent(f)
    if percent is not None:
        slots["percent"] = percent
    first = f.token(r"@first <T>") if not f.has("<G>") else None
    times: dict[str, object] = {"start": 0, "end": clean_number(first.number)} if first else _times(f)
    stretched = f.has("<G>") or bool(times)
    where = scopes(f)
    place = position(f)
    if place and place != "center":
        across = next((_SPOTS[p] for p in place.split("-") if p in ("left", "right")), 0.5)
        down = next((_SPOTS[p] for p in place.split("-") if p in ("top", "bottom")), 0.5)
        slots |= {"x": across, "y": down}
    f.take(_MANNER)
    if stretched:
        f.take(r"(?:\bat\b)? (?:@start|@end)")
    elif f.take(r"(?:\b(?:at|in|for|near)\b|在)? (?:\bvery\b)? @end(?:处|时)?"):
        times = {"start": clean_number(max(f.facts.seconds - _EDGE_S, 0)), "end": clean_number(f.facts.seconds)}
    elif f.take(r"(?:\b(?:at|in|for|near)\b|在)? (?:\bvery\b)? (?:@start|\bintro\b)(?:处|时)?"):
        times = {"start": 0, "end": clean_number(min(_EDGE_S, f.facts.seconds))}
    return [ZoomOp.model_validate({**slots, **scope, **times}) for scope in where]


def _stop(f: Found) -> Sequence[Op] | None:
    for words in (_CUTS, _PUNCH, _OUT, _ZOOM, r"\b(?:all|any|effects?|ins?|outs?|on)\b|所有|全部|效果|的"):
        f.take(words)
    return [ZoomOp.model_validate({"remove": True, **scope}) for scope in scopes(f)]


_NOT_ZOOM = (
    r"@text|<Q>|@music|@sound|\b(?:transitions?|scroll|subtitles?|captions?|logo|watermark|generate|prompt|scene of|"
    r"speed|font|lens|window)\b|转场|字|音量|声|水印|标志|倍速|生成"
)
RULES = (
    Rule(
        "stop_zoom",
        (rf"(?:{OFF}|\bundo\b|\bwithout\b).{{0,16}}(?:{_ZOOM})",),
        _stop,
        never=rf"{_NOT_ZOOM}|\b(?:parts?|sections?|scenes?)\b|片段|部分",
    ),
    Rule("zoom", (_ZOOM,), _zoom, never=rf"{_NOT_ZOOM}|{OFF}"),
)
