"""Between clips and at the edges: transition, fade."""

from collections.abc import Sequence
from itertools import pairwise

from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clean_number, colour
from bot.engine.timeline.ops import FadeOp, Op, SoundCut, TransitionOp

STYLES: dict[str, str] = {
    r"\b(?:fade|dip|cut)s? (?:to|through|via|from) black\b|\bblack (?:fades?|dips?)\b|黑场(?:过渡|转场)?|"
    r"闪黑": "fade_black",
    r"\b(?:fade|dip|flash)(?:es|s)? (?:to|through|via|from)? ?white\b|\bwhite flash(?:es)?\b|白场(?:过渡|转场)?|"
    r"闪白": "fade_white",
    r"\b(?:cross|x) ?-?(?:fad(?:es?|ing|ed)|dissolv(?:es?|ing|ed))\b|交叉(?:淡化|溶解|叠化|渐变|淡入淡出)|叠化|交叠|"
    r"渐变": "crossfade",
    r"\bpixel dissolves?\b|像素溶解": "dissolve",
    r"\bdissolv(?:e|es|ing)\b|溶解": "crossfade",
    r"\b(?:circle|circular|iris)s?(?: wipes?)?\b|圆形|圈入|圆圈": "circle",
    r"\bwip(?:e|es|ing)(?: (?:to|from left to))? right\b|\bright wipes?\b|向右擦除?": "wipe_right",
    r"\bwip(?:e|es|ing)(?: (?:to|from right to))? left\b|\bleft wipes?\b|向左擦除?": "wipe_left",
    r"\bwip(?:e|es|ing)\b|擦除|划像": "wipe",
    r"\b(?:slid(?:e|es|ing)|push)(?: to)?(?: the)? right\b|向右滑动?|右滑": "slide_right",
    r"\b(?:slid(?:e|es|ing)|push)(?: to)?(?: the)? left\b|向左滑动?|左滑": "slide_left",
    r"\b(?:slid(?:e|es|ing)|push(?:es)?)(?! ?shows?)\b|滑动|推移|滑入|推入": "slide",
    r"\bzoom(?:s|ing)?\b|缩放|推近": "zoom",
    r"\bfad(?:e|es|ing)\b|淡化|淡入淡出|渐隐渐显": "fade",
}
"""Styles by what they are called; a wipe or slide without a direction, and a plain fade, are told as they were said."""

_NOUN = (
    r"\b(?:transitions?|(?:cross|x)[ -]?fad(?:e|es|ing|ed)|cross ?dissolves?|dissolves?|wipes?|"
    r"slides? (?:transitions?|between))\b"
    r"|转场(?:效果|特效)?|过渡(?:效果|特效|动画)?|过场(?:效果|动画)?|切换(?:效果|动画)|衔接效果|叠化|交叉淡化|"
    r"交叉溶解|擦除效果"
)
_BETWEEN = (
    r"\b(?:from )?<C> (?:\binto\b|\bto\b) <C>|\b(?:between|at|on|for) (?:\beach\b|\bevery\b|\bcut\b|<C>|\bclips?\b|"
    r"\bscenes?\b|\bshots?\b|\bcuts?\b|"
    r"\bjoins?\b|\bsegments?\b|\bfootage\b|\bparts?\b|\bthem\b|\btwo\b|<N>)|(?:片段|视频|镜头|每段|"
    r"段落|场景|它们|两段|几段|<C>)之?间"
)
_FADE_PLAIN = r"\bfad(?:e|es|ing)\b|渐变"


def _pair(f: Found) -> object:
    clips = [n for token in f.all("C") for n in token.clips]
    if len(clips) < 2 and (token := f.token(r"\bbetween\b <N>(?= (?:and|&|to|和)? <N>)")):
        clips = [int(token.number), *[int(t.number) for t in f.all("N")][1:2]]
    if not clips and f.has(r"<N> (?:\b(?:into|to|and|with)\b|到|和) <N>"):
        clips = [int(t.number) for t in f.all("N")][:2]
    if len(clips) == 1 and f.take(r"<C> (?:\b(?:to|and|into)\b|到|和|至) (?:<N>)"):
        clips += [int(t.number) for t in f.all("N")][:1]
    if len(clips) == 2:
        return tuple(clips)
    if len(clips) > 2:
        return list(pairwise(clips))
    if len(clips) == 1 and f.take(r"\b(?:after)\b|之后|后面"):
        return (clips[0], clips[0] + 1)
    if len(clips) == 1 and f.take(r"\b(?:before|into|to)\b|之前|前面"):
        return (clips[0] - 1, clips[0]) if clips[0] > 1 else "all"
    return "all"


def _transition(f: Found) -> Sequence[Op] | None:
    style = next((name for words, name in STYLES.items() if f.take(words)), None)
    seconds = f.token(r"(?:\b(?:of|for|lasting|long)\b|时长|持续|长度)? <T>(?: \b(?:long|each)\b)?")
    between = _pair(f)
    f.take(_BETWEEN)
    f.take(_NOUN)
    f.take(
        r"\b(?:rest|remaining|others?)\b(?: of (?:them|it|clips?))?|\b(?:smooth|simple|nice|clean|subtle|basic|soft|"
        r"effects?|style|between|each|every|cuts?|joins?|"
        r"instead of (?:(?:hard|straight|jump|plain) )?cuts|everywhere|where(?:ver)?|what(?:'s| is|s) left|use|make|"
        r"set|change|all|blend|join|connect|link|together|"
        r"slap|some)\b|平滑|流畅|"
        r"自然|简单|效果|每个|之间|所有|全部|统一|@middle|衔接|切换|连接|时长|用"
    )
    length = clean_number(seconds.number) if seconds else None
    if f.take(r"\b(?:longer|slower)\b|长一?[点些]|慢一?[点些]"):
        length = length or 1
    elif f.take(r"\b(?:shorter|quicker|faster)\b|短一?[点些]|快一?[点些]"):
        length = length or 0.3
    return [TransitionOp.model_validate({"style": style, "seconds": length, "between": between})]


def _remove_transition(f: Found) -> Sequence[Op] | None:
    between = _pair(f)
    f.take(_BETWEEN)
    f.take(r"\b(?:all|any|effects?)\b|所有|全部|效果")
    return [TransitionOp.model_validate({"between": between, "remove": True})]


def _fade(f: Found) -> Sequence[Op] | None:
    both = f.take(
        r"\bfad(?:e|es|ing)[ -]?(?:the )?(?:video |music |audio |it )?in(?:s)? (?:and|&|/|"
        r"\+)? ?(?:fad(?:e|es|ing)[ -]?)?out\b|淡入淡出|渐入渐出|淡入和?淡出|渐显渐隐"
        r"|\bfades?\b.{0,12}\b(?:both ends|start and end|beginning and end)|\bfad(?:e|es|"
        r"ing) in\b(?=.{0,24}(?:\band\b|&) out\b)"
        r"|(?:首尾|头尾)(?=.{0,3}淡)"
    )
    into = f.take(
        r"\bfad(?:e|es|ed|ing)[ -]?(?:(?:video|music|audio|sound|it|song|bgm|everything) )?in\b(?! (?:\d|"
        r"<T>))|\bfade-?in\b|\bfade in\b|\bfad(?:e|es|ing) (?:up )?from (?:black|white)\b|淡入|渐入|渐显|从?黑(?:屏|"
        r"场)?(?:中|里)?(?:慢慢|渐渐|逐渐|缓缓)?(?:地)?亮起?来?|(?:慢慢|渐渐|逐渐|缓缓)(?:地)?亮起来?|渐亮|"
        r"\bfad(?:e|es|ing)\b(?=.{0,20}@start)"
    )
    out = f.take(
        r"\bfad(?:e|es|ed|ing)[ -]?(?:(?:video|music|audio|sound|it|song|bgm|everything) )?out\b|"
        r"\b(?:fad(?:e|es|ing)|ease|go|goes|dissolve) (?:(?:it|video|everything) )?(?:out )?(?:to|into) (?:black|"
        r"white)\b|淡出|渐出|渐黑|渐暗|"
        r"渐隐|(?:慢慢|渐渐|逐渐|缓缓|最后|@end).{0,3}(?:变黑|变暗|黑掉|暗下[去来]|黑下[去来]|消失)|淡到黑|"
        r"黑屏(?:结束|收尾)|\bfad(?:e|es|ing)\b(?=.{0,20}@end)|(?:黑|白)场"
    )
    if not (both or into or out):
        return None
    kind = "both" if both or (into and out) else "in" if into else "out"
    music = f.take("@music")
    sound = None if music else f.take(r"@sound")
    color = colour(f)
    seconds = f.token(r"<T>(?: \blong\b)?(?:的)?")
    if len({t.number for t in f.all("T")}) > 1:
        return None  # one fade has one length
    f.take(
        r"\b(?:at|over|effects?|slowly|slow|gradual(?:ly)?|gently|nice|smooth(?:ly)?|last|first|few|each|ends|video|"
        r"picture|to|from|for|long)\b|@start|@end|效果|画面|慢慢|缓缓|逐渐|时|处|做|加|@add|在"
    )
    return [
        FadeOp.model_validate(
            {
                "kind": kind,
                "seconds": clean_number(seconds.number) if seconds else None,
                "color": color,
                "target": "music" if music else ("all" if sound and not f.has("画面|video") else None),
            }
        )
    ]


def _remove_fade(f: Found) -> Sequence[Op] | None:
    kind = (
        "in"
        if f.take(r"\bfade[ -]?ins?\b|淡入(?!淡出)")
        else "out"
        if f.take(r"\bfade[ -]?outs?\b|(?<!淡入)淡出")
        else "both"
    )
    f.take(r"\bfades?\b|效果|淡入淡出|@start|@end|all|at")
    return [FadeOp.model_validate({"kind": kind, "remove": True, "target": "music" if f.take("@music") else None})]


_J_CUT = (
    r"\bj[ -]?cuts?\b|j ?剪辑|j ?切|\b(?:@sound|@voice) (?:of (?:next|following|second) (?:clip|shot|"
    r"scene) )?(?:leads?|starts? "
    r"(?:before|early|first|earlier)|comes? (?:in )?(?=.{0,8}\b(?:before|first|early|earlier|sooner)))\b|\b(?:hear|"
    r"start) (?:next|"
    r"following) (?:clip|shot|scene)"
    r"(?:'s)?(?: @sound)? (?:before|early|first)\b|(?:声音|原声)(?:先进|提前|先入|先行)"
)
_L_CUT = (
    r"\bl[ -]?cuts?\b|l ?剪辑|l ?切|\b(?:@sound|@voice) (?:of (?:first|previous|last) (?:clip|shot|scene) )?(?:lags?|"
    r"carr(?:y|ies) over|"
    r"continues? (?:over|into|under)|runs? (?:over|on)|lingers?|overlaps?)\b|(?:声音|原声)(?:延续|延后|拖后|滞后|后出)"
)


def _sound_cut(f: Found) -> Sequence[Op] | None:
    lead, lag = f.take(_J_CUT), f.take(_L_CUT)
    seconds = f.token(r"(?:\b(?:of|by|for)\b)? <T>(?: \b(?:long|each|early|earlier|sooner|before|over)\b|秒)?")
    between = _pair(f)
    f.take(_BETWEEN)
    f.take(
        r"@sound|@add|\b(?:next|following|previous|clips?|shots?|scenes?|picture|video|image|into|before|after|over|"
        r"starts?|let|make|"
        r"everywhere|each|every|all|cuts?|at|joins?|of|under|second|first|half)\b|下一个|上一个|片段|镜头|画面|让|比|"
        r"所有|每个|全部|处|的|在"
    )
    if bool(lead) == bool(lag) or (isinstance(between, list) and len(between) != 1):
        return None
    pair = between[0] if isinstance(between, list) else between
    return [
        SoundCut.model_validate(
            {
                "kind": "j" if lead else "l",
                "seconds": clean_number(seconds.number) if seconds else None,
                "between": pair,
            }
        )
    ]


def _no_sound_cut(f: Found) -> Sequence[Op]:
    kind = "l" if f.take(_L_CUT) else "j"
    f.take(r"\b(?:all|any)\b|所有|全部")
    return [SoundCut.model_validate({"kind": kind, "remove": True})]


RULES = (
    Rule(
        "no_sound_cut",
        (r"\b(?:remove|delete|get rid of|undo|no more|take out|drop)\b|去掉|删|取消", rf"{_J_CUT}|{_L_CUT}"),
        _no_sound_cut,
        never=r"<[TGC]\d+>|@music",
    ),
    Rule(
        "sound_cut",
        (rf"{_J_CUT}|{_L_CUT}",),
        _sound_cut,
        never=r"\b(?:remove|delete|get rid of|undo|no more|take out|drop)\b|去掉|删|取消|@music|@text|<[GQ]\d+>",
    ),
    Rule(
        "remove_transition",
        (
            r"@remove|\bno\b|取消|"
            r"关掉",
            _NOUN,
        ),
        _remove_transition,
        never=r"@silence|@text|@add|\bexport\b",
    ),
    Rule(
        "transition",
        (_NOUN,),
        _transition,
        never=r"@remove|\bno\b|@text|@silence|\b(?:audio transitions|describes|"
        r"card)",
    ),
    Rule(
        "transition_verb",
        (
            rf"{_FADE_PLAIN}|\b(?:blend|slide|wipe|dissolve)\b|\b(?:fade|dip|flash)e?s? (?:to|through) (?:black|"
            rf"white)\b|闪[黑白]|[黑白]场|"
            r"溶解|擦除|淡化|淡入淡出|滑动|推移|推入|滑入|衔接|切换|过渡|渐隐渐显",
            _BETWEEN,
        ),
        _transition,
        never=r"@remove|@text",
    ),
    Rule("joined_softly", (r"渐变|叠化|淡化", r"拼|连|接"), _transition, never="@text"),
    Rule(
        "remove_fade", ("@remove|取消", r"\bfades?\b|\bfade[ -]?(?:in|out)|淡入|淡出"), _remove_fade, never="@text|<T>"
    ),
    Rule(
        "fade",
        (
            r"\bfad(?:e|es|ed|ing)\b|\bfade-?(?:in|out)\b|\b(?:ease|go(?:es)?) (?:out )?(?:to|into) black\b|淡入|"
            r"淡出|渐入|渐出|渐黑|渐暗|渐隐|渐显|黑场|从?黑(?:屏|场)?(?:中|里)?(?:慢慢|渐渐|逐渐|"
            r"缓缓)?(?:地)?亮起?来?|(?:慢慢|渐渐|逐渐|缓缓)(?:地)?亮起来?|渐亮|(?:慢慢|渐渐|逐渐|缓缓|最后|"
            r"@end).{0,3}(?:变黑|变暗|黑掉|"
            r"暗下[去来]|黑下[去来]|消失)|淡到黑|黑屏(?:结束|收尾)",
        ),
        _fade,
        never=rf"@text|\bfade transition|转场|过渡|{_BETWEEN}",
    ),
)
