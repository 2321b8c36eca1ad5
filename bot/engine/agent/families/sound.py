"""How loud it is: mute, volume."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose, missing
from bot.engine.agent.rules import EXCEPTION, Found, Rule
from bot.engine.agent.slots import clean_number, clip_scope, range_scope, spared_scope
from bot.engine.timeline.ops import Mute, Op, Volume

_OWN = r"\b(?:original|source|camera|clip|video)(?:'s)? (?:@sound)|原声|原音|原视频(?:的)?声音|视频(?:的)?(?:原声|声音)"
_UP = (
    r"\b(?:louder|raise|increase|boost|higher|amplify|(?:turn|bring|crank|pump|bump|push|nudge) (?:it |(?:@music|"
    r"@sound|@voice|volume) )?up|(?:@music|@sound|@voice|volume) up|too (?:quiet|low|soft)|(?:can(?:'?t|"
    r"not)|can barely|can hardly|hard to)(?: (?:barely|really))? hear(?: (?:it|anything|much|a thing|him|her|them|"
    r"me))?)\b|大声一?[点些]?|调高|提高|调大|增大|"
    r"加大|放大|大一?[点些]|响一?[点些]|"
    r"太小声?|更大声|变大"
)
_DOWN = (
    r"\b(?:quieter|softer|lower|reduce|decrease|(?:turn|bring) (?:it |(?:@music|@sound|@voice|"
    r"volume) )?down|(?:@music|@sound|@voice|volume) down|too loud|less loud)\b|(?<!太)小声一?[点些]?|调低|"
    r"降低|降(?= ?<)|调小|减小|(?<!太)小一?[点些]|轻一?[点些]|太大声?|太响|太吵|更小声|变小"
)


def _target(f: Found) -> str | None:
    """What of the sound is meant: the music, the video's own, or None for all of it."""
    if f.take("@music"):
        f.take(r"@music <N>(?! %)")
        return "music"
    if f.take(_OWN) or f.take("@voice"):
        return "video" if f.facts.has_music else "all"
    f.take("@sound")
    return None


def _scope(f: Found) -> dict[str, object]:
    clip = clip_scope(f)
    slots: dict[str, object] = {"clip": clip} if isinstance(clip, int) else {}
    stretch = spared_scope(f) or range_scope(f)
    if stretch:
        slots |= {"start": clean_number(stretch[0]), "end": clean_number(stretch[1])}
    return slots


def _mute(f: Found) -> Sequence[Op] | None:
    target = _target(f) or "all"
    if target == "music" and not f.facts.has_music:
        return missing(f, "no_music_yet")
    if spared := f.token(_SPARED) or f.token(_SPARED_HAN):
        f.take(r"<C>|@whole|\b(?:every|others?|rest|everything|else)\b|其他的?|其余的?|都|全部|片段")
        spared = [t for t in f.all("C") if t.clips][-1] if not spared.clips else spared
        others = [n for n in range(1, len(f.facts.clips) + 1) if n not in spared.clips]
        return [Mute(target=target, clip=n) for n in others] or None
    several = [n for token in f.all("C") for n in token.clips]
    if len(several) > 1 and not f.has("<G>"):
        f.take(r"\b(?:in|of|on|both|and)\b|都|的|和|与")
        return [Mute(target=target, clip=n) for n in dict.fromkeys(several)]
    scope = _scope(f)
    f.take(r"@whole(?! (?:else|but|except|other))|\b(?:off|out|completely|from|track|in|during)\b|全部|整个|都|的")
    return [Mute.model_validate({"target": target, **scope})]


def _mute_but_music(f: Found) -> Sequence[Op] | None:
    """ "Mute everything except the music"."""
    f.take(rf"{EXCEPTION.pattern}|@music|@sound|@whole|\b(?:else|other)\b|都|其他|其它")
    return [Mute(target="video")]


def _unmute(f: Found) -> Sequence[Op] | None:
    target = _target(f) or "all"
    scope = _scope(f)
    f.take(r"\b(?:on|back|again|original)\b|回来|的")
    return [Mute.model_validate({"target": target, **scope, "off": True})]


def _volume(f: Found) -> Sequence[Op] | None:
    target = _target(f)
    if target == "music" and not f.facts.has_music and not f.context.attachments:
        return missing(f, "no_music_yet")
    clip = clip_scope(f)
    slots: dict[str, object] = {"target": target or ("all" if not isinstance(clip, int) else None)}
    if isinstance(clip, int):
        slots["clip"] = clip
    down, up = f.take(_DOWN), f.take(_UP)
    if decibels := f.token(r"(?:\bby\b|了)? <B>"):
        value = decibels.number
        slots["db"] = clean_number(-abs(value) if down else value)
    elif relative := f.token(
        r"<P> (?:louder|higher|quieter|softer|lower)\b|(?:\bby\b|降低|调低|减小|提高|增大|调高|增加|加大|提升|升高|"
        r"调大|"
        r"调小) <P>(?!.{0,3}(?:到|to))"
    ):
        slots["percent"] = round(100 - relative.number if down else 100 + relative.number)
    elif level := f.token(r"(?:\b(?:to|at)\b|到|成|为)? <P>"):
        slots["percent"] = round(level.number)
    elif times := f.token("<M>"):
        slots["percent"] = round(times.number * 100)
    elif f.take(r"\bhalve\b|(?:\b(?:to|by|at|in)\b|到|成|为)? @half"):
        slots["percent"] = 50
    elif f.take(r"\b(?:double|twice)\b|翻倍|加倍|2倍"):
        slots["percent"] = 200
    elif level := f.token(
        r"@sound (?:\b(?:to|at)\b|到|成|为|调到|设为|是|:)* <N>|(?:\b(?:to|at)\b|到|成|为|@music) <N>"
    ):
        slots["percent"] = round(level.number)
    elif down or up:
        slots["direction"] = "down" if down else "up"
    else:
        return choose(
            f,
            "how_loud",
            {},
            {f"percent_{n}": (Volume.model_validate({**slots, "percent": n}),) for n in (50, 75, 150)},
        )
    f.take(
        r"@sound|@make|@whole|\b(?:level|bit|little|lot|slightly|much|more|less|it's|percent|of|loud|quiet)\b|"
        r"一?点|一?些|比例|音量|的|声"
    )
    return [Volume.model_validate({k: v for k, v in slots.items() if v is not None})]


_MUTE = (
    r"\b(?:mute|muting|muted|silence (?=it|video|audio|sound|clip|<|music|everything|whole|entire|all\b|this|first|"
    r"last|from|$)|(?:turn|"
    r"switch) (?:@sound|@music|it|<C>)? ?off(?: (?=@sound|@music))?|kill (?=@sound|audio)|no (?=sound|"
    r"audio)|(?:shouldn't|should not) have (?:any )?(?=@sound)|make (?:it|this|video|<C>) (?:completely )?silent)|"
    r"静音|消音|(?:@sound|@music) (?:关掉|关闭|去掉|关了)|"
    r"关掉 (?=@sound|@music)|"
    r"关闭 (?=@sound|@music)|去掉 (?=@sound)"
)
_SPARED = (
    rf"(?:{_MUTE}) ?(?:(?:@whole|<C>|it|clips?|@sound|of|the) ?)*(?:\b(?:except(?: for)?|but(?: not)?|other than|"
    rf"apart from|besides)\b)"
    r" <C>"
)
_SPARED_HAN = (
    r"除了? ?<C>(?:以外|之外|外)?,? ?(?:(?:其他|其余|别的|剩下).{0,6}|都|全部|全都?|一律) ?(?:静音|消音|"
    r"\bmute\b)"
)
_PLAYS = r"@music|@sound|@voice"
RULES = (
    Rule(
        "unmute",
        (
            r"\b(?:un-?mute|(?:bring|put|turn|get|have|want) (?=(?:@sound|@music|it).{0,20}\b(?:back|on)\b)|"
            r"restore (?=@sound)|turn on (?=@sound))|取消静音|恢复 (?=@sound)|解除静音|打开 (?=@sound)|"
            r"开启 (?=@sound)",
        ),
        _unmute,
    ),
    Rule(
        "mute",
        (_MUTE,),
        _mute,
        never=r"un-?mute|取消|解除|(?:去掉|去除|剪掉|删掉|删除|移除|剪去|切掉|去|减掉)(?:所有的?|全部的?)?静音|"
        r"静音.{0,3}(?:剪|删|去|切)|@silence(?! (?:it|video|audio|sound|clip|<|music|everything|whole|entire|all\b|"
        r"this|first|last|from))|"
        r"\bextract",
    ),
    Rule(
        "mute_but_music",
        (_MUTE, rf"{EXCEPTION.pattern} ?@music"),
        _mute_but_music,
        never=r"un-?mute|<[TGCP]\d+>",
    ),
    Rule(
        "remove_sound",
        ("@remove", "@sound|@voice"),
        _mute,
        never=r"@silence|@keep|@text|\b(?:extract|noise|hum|echo|filler|breath|background noise|other|dead)\b|"
        r"噪|杂音|<[TG]\d+>.{0,8}(?:掉|cut)|回声|\b(?:volume|replace)\b|音量|只",
    ),
    Rule(
        "volume",
        (
            f"\\b(?:volume|loudness|loud(?:er)?|quiet(?:er)?|softer)\\b|<B>|音量|大声|小声|{_PLAYS}",
            f"{_UP}|{_DOWN}|<[PBM]\\d+>|@half|翻倍|加倍|减半|\\b(?:double|halve|volume|loudness)\\b|音量",
        ),
        _volume,
        never=r"@silence|@add (?=@music)|\b(?:normali[sz]e|when|during|under|duck|fade|background noise|"
        r"sound effect|can'?t hear .{0,20}\bover|speed|faster|slower|dialogue|replace|add)\b|避让|统一|均衡|一致|"
        r"忽大忽小|一会儿?大|时大时小|忽高忽低|不一致|压低.{0,4}人声|"
        r"人声.{0,4}压|清[楚晰]|"
        r"加速|减速|倍速|速度|@text",
    ),
    Rule("music_at", (r"^\W*@music (?:\b(?:at|to|down to|up to)\b|到|调到|:)? <PN>\W*$",), _volume),
    Rule(
        "louder",
        (
            "\\b(?:louder|quieter|softer|too (?:loud|quiet))\\b|^\\W*(?:turn|crank|pump) (?:it|this|that) "
            "(?:up|down)(?: (?:a|bit|little|lot|more|way|slightly))*\\W*$|大声一?[点些]|小声一?[点些]|声音太[大小]|"
            "太吵",
        ),
        _volume,
        never=r"\b(?:when|during)\b",
    ),
)
