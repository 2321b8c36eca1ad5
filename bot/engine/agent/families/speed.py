"""How fast it plays: speed."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose, missing
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clean_number, clip_scope, range_scope, spared_scope
from bot.engine.timeline.ops import Op, Speed

_FASTER = (
    r"\b(?:speed(?:s|ed|ing)?(?: (?:it|this|that|everything|<C>|video|whole thing|"
    r"screen recording))? up|faster|quicker|increase (?:playback )?speed|accelerate|fast ?forward|sped up|"
    r"time ?lapse|quicken)\b|"
    r"加速|加快|快放|快进|调快|变快|更快|快一?[点些]|提速|快(?= ?<P)"
)
_SLOWER = (
    r"\b(?:slow?(?:-| )?mo(?:tion)?|slow(?:s|ed|ing)?(?: (?:it|this|that|everything|<C>|video|whole thing))? down|"
    r"slower|(?<!too\x20)slow|"
    r"slow ?(?:-|\b)?mo(?:tion)?|slow-mo(?:tion)?)\b|减速|放慢|慢放|慢动作|慢镜头|慢(?=一半)|调慢|变慢|更慢|"
    r"慢一?[点些]|"
    r"降速|慢(?= ?<P)"
)


def _factor(f: Found) -> float | None:
    slower = f.take(_SLOWER)
    f.take(_FASTER)
    if token := f.token(
        r"(?:\b(?:to|at|by)\b|到|成|为)? <M> (?:\b(?:speed|faster|slower|as fast|original|normal|playback)\b|速度?|速)*"
    ):
        return 1 / token.number if slower and token.number > 1 else token.number
    if (by := f.token(r"\bby <N>")) and by.number <= 20:
        return 1 / by.number if slower and by.number > 1 else by.number
    share = _told_share(f, slower=bool(slower))
    return share if share is not None else _named_factor(f, slower=bool(slower))


def _told_share(f: Found, *, slower: bool) -> float | None:
    if token := f.token(
        r"(?:\b(?:to|at)\b|到|成|为|的) <P>(?: \b(?:speed|of (?:original|normal)(?: speed)?)\b)?|"
        r"<P> (?:\bspeed\b|速度|速|的速度)"
    ):
        return token.number / 100
    if token := f.token(r"(?:\bby\b)? <P>"):
        return (1 - token.number / 100) if slower else (1 + token.number / 100)
    return None


def _named_factor(f: Found, *, slower: bool) -> float | None:
    if f.take(r"\bby half\b"):
        return 0.5 if slower else 1.5
    if f.take(
        r"\bhalve\b|\b(?<!first\x20)(?<!last\x20)(?<!second\x20)(?:half|1/2)(?: (?:speed|as fast|time))?\b|"
        r"一半(?:的?速度)?|半速"
    ) or f.take(r"速度减半"):
        return 0.5
    if f.take(r"\bquarter(?: speed)?\b|[4四]分之[1一]"):
        return 0.25
    if f.take(r"\b(?:a )?third(?: (?:of (?:the )?)?speed)?\b|[3三]分之[1一]"):
        return 1 / 3
    if f.take(r"\b(?:double|twice)(?: (?:speed|as fast|the speed))?\b|双倍|两倍|翻倍|加倍"):
        return 0.5 if slower else 2
    if more := f.take(r"\b(?:triple|(quadruple)|(quintuple))(?: speed)?\b|三倍"):
        return 4 if more[1] else 5 if more[2] else 3
    if f.take(r"\bnormal(?: speed)?\b|正常速度|原速|恢复原速"):
        return 1
    if token := f.token(r"(?:\bto\b)? <N> \b(?:speed|playback)\b"):
        return token.number
    if token := f.token(r"(?:\bspeed\b|速度|速率).{0,6}?(?:\b(?:to|at)\b|到|成|为|调|设) <N>"):
        return token.number
    return None


def _speed(f: Found) -> Sequence[Op] | None:
    pitch = f.take(
        r"\b(?:keep(?:ing)?|preserve|maintain|without changing|same|but keep|don't change|leave)(?: voice|"
        r" audio)?(?:'s)? pitch(?: (?:normal|same|natural|unchanged|as (?:it )?is|alone))?\b|\bpitch (?:normal|same|"
        r"unchanged)\b|\b(?:without|no) chipmunk(?: voices?| effect)?\b|不变调|音调不变|保持音调|"
        r"变速不变调|保持原音调"
    )
    loose = f.take(r"\b(?:chipmunk|(?:change|shift|raise) pitch|with pitch)\b|变调")
    clip = clip_scope(f)
    stretch = spared_scope(f) or range_scope(f)
    factor = _factor(f)
    slots: dict[str, object] = {"clip": clip} if isinstance(clip, int) else {}
    if stretch:
        slots |= {"start": clean_number(stretch[0]), "end": clean_number(stretch[1])}
    elif f.take(r"@middle|@start|@end|\bboring\b|\b(?:that|this|some) (?:part|bit|section)s?\b|那段|那部分"):
        return missing(f, "which_part")
    if pitch or loose:
        slots["keep_pitch"] = bool(pitch)
    f.take(
        r"@make|\b(?:bring|bump|push|up|speed|playback|play|run|rate|times?|fast|effect|footage|clip|recording|"
        r"as)\b|速度|原来的?|原本的?|"
        r"播放|倍速|速|效果|的|播|调"
    )
    if factor is None and f.has(r"\bslow? ?-?mo(?:tion)?\b|慢动作|慢放|慢镜头"):
        factor = 0.5  # a name, not a measure: half is what it usually means
    if factor is None:
        slow = f.has(_SLOWER)
        choices = (0.75, 0.5, 0.25) if slow else (1.25, 1.5, 2)
        return choose(
            f,
            "how_slow" if slow else "how_fast",
            {},
            {f"factor_{n:g}": (Speed.model_validate({**slots, "factor": n}),) for n in choices},
        )
    return [Speed.model_validate({**slots, "factor": clean_number(factor)})]


_RAMP = (
    r"\b(?:speed )?ramp(?:s|ed|ing)?\b|\bspeed curve\b|变速曲线|曲线变速|渐变(?:加速|减速|变速)|逐渐(?:加速|减速|"
    r"加快|放慢)|" + (r"\b(?:gradually|smoothly|slowly) (?=(?:speed|slow)(?:s|ing)? (?:it )?(?:up|down)|accelerate)")
)


def _bare(f: Found) -> Sequence[Op] | None:
    """A factor and nothing else; "3 times" alone is how often, not how fast."""
    times = any("time" in t.raw for t in f.all("M"))
    return None if times and not f.has(r"\b(?:faster|slower|speed)\b") else _speed(f)


def _ramp(f: Found) -> Sequence[Op] | None:
    back = f.take(
        r"\b(?:and|then)? ?(?:back(?: (?:up|down|to (?:normal|<M>|100%)))?|(?:then )?(?:speeds?|"
        r"slows?) back(?: (?:up|down))?)\b|再恢复|"
        r"再(?:回到|变回)(?:正常|原速)?|然后恢复"
    )
    leaving = f.take(
        r"\b(?:out|ease out)\b|\bback to normal\b|\b(?:from <[MP]> )(?=to (?:normal|<M> speed|1x))|"
        r"\bto normal(?: speed)?\b|恢复(?:到)?正常"
    )
    f.take(
        r"\bfrom (?:normal|<M>(?=.{0,6}\bto\b)|regular\b)(?: speed\b)?|从 ?(?:正常|原速|<M>)(?:速度)?(?=.{0,6}(?:到|"
        r"至))"
    )
    clip = clip_scope(f)
    stretch = range_scope(f)
    slots: dict[str, object] = {"ramp": "both" if back else "out" if leaving else "in"}
    if isinstance(clip, int):
        slots["clip"] = clip
    if stretch:
        to_the_end = stretch[1] >= f.facts.seconds and not f.has("<G>")
        slots |= {"start": clean_number(stretch[0]), **({} if to_the_end else {"end": clean_number(stretch[1])})}
    elif place := f.token(
        r"(?:\b(?:at|around|from|near|on)\b|在|从|第)? <T>(?: ?(?:\bmark\b)|处|的时候|时|开始|左右)?"
    ):
        slots["start"] = clean_number(place.number)
    f.take(rf"{_FASTER}|{_SLOWER}|@add|@make|\b(?:speed|ramp|effect|down|up|to|by|around|smoothly|gradually|mark|so|"
           rf"video|clip|it)\b|"
           r"速度|效果|变速|到|的|逐渐")  # fmt: skip
    level = f.token(r"(?:\b(?:to|up to|down to|at|by)\b|到|成) <[MP]\d+>") or next(iter(f.all("MP")), None)
    factor = None if level is None else level.number / 100 if level.kind == "P" else level.number
    if factor is None:
        slow = f.has(_SLOWER)
        choices = (0.75, 0.5, 0.25) if slow else (1.5, 2, 4)
        options = {f"factor_{n:g}": (Speed.model_validate({**slots, "factor": n}),) for n in choices}
        return choose(f, "how_slow" if slow else "how_fast", {}, options)
    return [Speed.model_validate({**slots, "factor": clean_number(factor)})]


RULES = (
    Rule(
        "ramp",
        (_RAMP,),
        _ramp,
        never=r"@music|@text|@silence|@sound|\b(?:volume|fade|when|moment|zoom|brightness|colou?r)\b|转场",
    ),
    Rule(
        "speed",
        (
            rf"{_FASTER}|{_SLOWER}|\b(?:speed|playback rate|playback (?=(?:to|at) <))\b|速度|倍速|速|\b(?:twice|"
            rf"half|quarter|third|double|"
            rf"triple|"
            r"<M>) (?:as fast|speed)\b",
        ),
        _speed,
        never=r"\b(?:ramp|until|when|whenever|right when|silen(?:ce|t)|pauses?|zoom|scroll|slow zoom|animation|"
        r"fade|shutter|too (?:fast|slow)|where|music|pan|cursor)\b|@music|变速曲线|停顿|曲线|转场|语速",
    ),
    Rule(
        "speed_han",
        (
            r"(?:用|以|按) ?<M>(?: ?(?:播放?|放|"
            r"速度))?\W*$",
        ),
        _speed,
        never=r"@sound|@music|放大|循环|重复|@text|@remove",
    ),
    Rule(
        "speed_bare",
        (r"(?:@make|\b(?:at|play)\b|播?放|开|以)?(?: \b(?:it|play|at)\b)? <M>(?: \b(?:speed|faster|slower)\b|速)?",),
        _bare,
        never=r"@sound|@music|\b(?:zoom|loop|repeat|times|undo|crop|scale|bigger|size)\b|@add|放大|循环|重复|"
        r"@remove|@keep|音量|缩放",
    ),
)
