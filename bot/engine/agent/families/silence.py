"""Pauses: trim_silence."""

from collections.abc import Sequence

from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clip_scope, range_scope
from bot.engine.timeline.ops import Op, TrimSilence

EXCEPT = (
    r"\b(?:except(?: for)?|but not|but keep|other than|apart from|but leave|leave"
    r"|(?:don't|do not|dont|without) (?:touch(?:ing)?|cut(?:ting)?|chang(?:e|ing)|trim(?:ming)?|"
    r"remov(?:e|ing)|affect(?:ing)?))\b"
    r"|除了?|保留|不要(?:动|剪|碰|删)|别(?:动|剪|碰|删)"
)
"""Words that set a part apart from what is cut."""


def _trim_silence(f: Found) -> Sequence[Op]:
    limit = f.token(
        r"(?:\b(?:longer|more|greater|bigger|above|over|exceeding|at least|beyond)\b(?: than\b)?|超过|"
        r"大于|长于|多于|高于|长过) <T>"
    ) or f.token(r"<T> (?:\b(?:or (?:longer|more)|plus|and up)\b|以上|及以上)")
    f.take(
        r"\b(?:long|awkward|unnecessary|boring|empty|annoying|between sentences|between words|"
        r"in between)\b|长|多余的?|所有的?|全部"
    )
    excepts = None
    if f.has(EXCEPT):
        stretch = range_scope(f)
        if stretch is not None:
            f.take(rf"{EXCEPT}|\b(?:ones?|in|silences?|pauses?|alone|as is)\b|以外|之外|外|的停顿|的静音")
            excepts = [stretch]
    clip = clip_scope(f)
    if clip == "each":
        clip = None
    return [
        TrimSilence.model_validate(
            {"min_seconds": limit.number if limit else None, "clip": clip, "except_ranges": excepts}
        )
    ]


RULES = (
    Rule(
        "trim_silence",
        ("@remove|\\b(?:skip|tighten|fast forward through|auto ?cut|autocut)\\b", "@silence"),
        _trim_silence,
        never=r"\b(?:speed up|shorten)\b|\b(?:make|turn)\b|取消静音|加速",
    ),
    Rule(
        "trim_silence_han",
        (r"(?:@remove|切|减掉) (?:所有的?|全部的?|其中的?)?静音|静音.{0,3}(?:剪|删|去|切)",),
        _trim_silence,
        never=r"取消|解除|@music|@sound",
    ),
    Rule("trim_silence_jumpcut", (r"\bjump ?cuts?\b|\bjumpcut\b|跳剪",), _trim_silence, never=r"\b(?:no|from)\b"),
    Rule("trim_silence_tighten", (r"\b(?:tighten(?: up)?|cut)\b", r"@silence"), _trim_silence),
)
