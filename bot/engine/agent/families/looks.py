"""How the colours look: color (steps, values, ready-made looks, sharpness, vignette, grain) and bw."""

import re
from collections.abc import Sequence

from bot.engine.agent.asking import choose
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import OFF, clean_number, clips_in, scopes
from bot.engine.timeline.ops import Bw, Color, Op

PRESETS: dict[str, str] = {
    r"\bteal (?:and|&|n|-)? ?orange\b|\borange (?:and|&|n|-)? ?teal\b|青橙": "teal_orange",
    r"\bsepia(?: tones?)?\b|棕褐色?|深褐色?|泛黄": "sepia",
    r"\bnoir\b|黑色电影": "noir",
    r"\b(?:vintage|retro|old[ -]?(?:film|movie|school|timey?)|vhs|super ?8|kodak|polaroid|film stock|(?:70|80|90)'?s)\b"
    r"|复古|怀旧|老电影|胶片感?|港风": "vintage",
    r"\b(?:faded|washed[ -]?out (?=look|effect|style|filter)|matte|pastels?)\b|褪色|日系|小清新": "faded",
    r"\b(?:dreamy|ethereal|soft glow)\b|梦幻|柔光": "dreamy",
    r"\b(?:day for night|moonlit|night (?=look|filter|effect|mode|style|vibe))\b|夜晚(?=效果|滤镜|感|风)": "night",
    r"\bvivid (?=look|filter|preset|style)|鲜艳(?=滤镜)": "vivid",
    r"\b(?:cinematic(?:ally)?|hollywood|blockbuster|movie[ -]?like|(?:like )?(?:a )?(?:movie|film)(?=[ -](?:look|"
    r"style|feel|"
    r"vibe|filter|grade|colou?rs?|tones?))|like (?:a )?(?:movie|film)\b)|电影(?:感|风格?|质感|级|般|色调|滤镜|效果)|"
    r"大片(?:感|质感|效果)?": "cinematic",
}
"""Ready-made looks by what they are called."""

_UP = (
    r"\b(?:increas(?:e|ed|ing)|raise|boost|more|higher|turn(?:ed)? up|up|bump(?: up)?|pump(?: up)?|crank(?: up)?|"
    r"enhance|strong(?:er)?|add|too (?:low|little)|not enough)\b|提高|增加|增强|加强|调高|提升|高一?[点些]|更高|加大|"
    r"太低|不够|强一?[点些]|加|升"
)
_DOWN = (
    r"\b(?:decreas(?:e|ed|ing)|reduce|lower(?:ed)?|turn(?:ed)? down|down|less|drop|too (?:high|much|strong)|weaker)\b|"
    r"降低|减少|减弱|调低|低一?[点些]|更低|太高|太强|弱一?[点些]|减|降(?!噪)"
)
_NOUNS: dict[str, str] = {
    "brightness": r"\b(?:brightness|exposure|luminance)\b|亮度|曝光度?|明度",
    "contrast": r"\bcontrast\b|对比度?",
    "saturation": r"\b(?:saturation|vibrance|vibrancy|colou?r intensity)\b|饱和度?|鲜艳度",
    "temperature": r"\b(?:colou?r )?(?:temperature|warmth)\b|色温",
}
_STEPS: dict[str, str] = {
    "brightness up": r"\b(?:bright(?:er|en(?:ed|ing)?)(?: up)?|light(?:er|en(?:ed|ing)?)(?: up)?|too dark|less dark|"
    r"(?:kinda|bit|little|pretty|really|very|so|looks?) dark|"
    r"under-?exposed)\b"
    r"|[更再]亮|亮 $|变亮|提亮|调亮|增亮|加亮|亮一?[点些]|太暗",
    "brightness down": r"\b(?:dark(?:er|en(?:ed|ing)?)|dim(?:mer)?|mood(?:y|ier)|too bright|less bright|"
    r"over-?exposed)\b"
    r"|[更再]暗|暗 $|变暗|调暗|压暗|暗一?[点些]|太亮",
    "contrast up": r"\b(?:contrasty|punch(?:ier|y) contrast|(?<!colours\x20)(?<!colors\x20)(?:looks?|is|too|"
    r"bit) (?:washed[ -]?out|flat|dull))\b|"
    r"太灰|发灰",
    "saturation down": r"\b(?:colou?rs? (?:are )?(?:less intense|too (?:strong|much|intense))|"
    r"less intense colou?rs?|tone down colou?rs?|less (?:saturated|vivid|vibrant|colou?rful)|desaturated?|"
    r"mute(?:d)? (?=colou?rs)|"
    r"too (?:saturated|vivid|colou?rful))\b|太鲜艳",
    "saturation up": r"\b(?:(?:more |extra )?(?:saturated|vivid|vibrant|colou?rful)(?: colou?rs?)?|"
    r"colou?rs? (?:really )?pop|colou?rs? (?:look|are|seem|feel)s? (?:[a-z]+ )?(?:dull|flat|faded|lifeless|weak|"
    r"washed[ -]?out)|boost (?:them|colou?rs?)|"
    r"saturate|punch(?:ier|y) colou?rs?|brighter colou?rs?)\b|更鲜艳|鲜艳一?[点些]|鲜艳",
    "temperature warm": r"\bwarm(?:er|en)?(?: (?:up|tones?|colou?rs?|feel|sunset|golden))*\b|\b(?:golden hour|"
    r"(?:orange|golden|amber) (?:tint|tones?))\b|"
    r"暖色调?|暖一?[点些]|[更再]暖|"
    r"变暖|偏暖|暖调|暖",
    "temperature cool": r"\b(?:cool(?:er)? (?:tones?|colou?rs?|temperature)|(?:tones?|colou?rs?|"
    r"temperature) cool(?:er)?|"
    r"colder|(?:cool )?blue(?:ish)? (?:tint|tones?)|cool(?:er)? (?=look|filter|grade)|"
    r"cooler(?= ?,? ?(?:\band\b )?(?:more |bit )?blue)|bluer|more blue)\b|冷色调?|冷一?[点些]|"
    r"更冷|变冷|偏冷|冷调",
}
"""A step by what it is called; of two for one slot the first that is found counts."""
_OPPOSITES = (("brightness", "up", "down"), ("temperature", "warm", "cool"))
_EXTRAS: dict[str, str] = {
    "sharpen": r"\b(?:sharpen(?:ed|ing)?|sharper|sharpness|crisper)\b|锐化|锐利一?[点些]?|更锐利?",
    "vignette": r"\bvignett(?:e|ing)s?\b|暗角|晕影",
    "grain": r"\b(?:film )?grain(?:y|iness)?(?: effect)?\b|颗粒感?",
}
_SHARPENED = 50
_LOOKED = (
    r"\b(?:looks?|feel(?:ing)?|vibes?|style[ds]?|filters?|effects?|luts?|presets?|colou?r|colou?rs|grad(?:e|ed|es|ing)|"
    r"correct(?:ion|ed)?|tones?|tint|picture|image|footage|shot|mood|aesthetic|slight(?:ly)?|bit|little|lot|much|"
    r"touch|a tad|somewhat|subtle|strong|heavy|soft|film|kind|that|across|apply|overall|like|with|nice|to|by|at|"
    r"on|level|value|of)\b|滤镜|效果|风格?|色调|调色|颜色|画面|画质|色彩|感觉?|一[点些]|稍微|有?点|略微|非常|整体|"
    r"调整?|"
    r"到|成|为|设|再|得|变|更|度|质感|处理"
)
_BW = (
    r"\bblack[ -]?(?:and|&|n|'n'|/)[ -]?white\b|\bb ?(?:&|/|and|n) ?w\b|\bgr[ae]y ?scale\b|\bmonochrom(?:e|atic)\b|"
    r"\bdesaturate(?:d)? (?:it |everything |video )?(?:completely|fully|entirely)\b|黑白|灰度|去色|单色"
)
_IN_COLOUR = r"(?:\b(?:in )?(?:full )?colou?r(?:ed)?\b|(?:保持|保留|还是|留)?(?:为|是)?彩色的?)"
_NO_COLOUR = r"@remove (?:all |out )?colou?rs?(?! (?:grad|filter|correct|effect|change|cast|tint|look|adjust))(?: out)?"
_NOT_COLOUR = (
    r"@text|<Q>|@music|@sound|\b(?:fade|fades|generate|bars?|transitions?|logo|watermark|subtitles?|captions?|intro|"
    r"outro|"
    r"scene of|clip of|video of|prompt|model|dip|logo|bokeh|skin|match)\b|字|转场|字幕|水印|生成|黑边|匹配"
)
_FILTER = (
    r"\b(?:(?:colou?r[ -]?)?grad(?:e|es|ed|ing)|colou?r[ -]?correct(?:ion|ed|ing)?|filters?|luts?|"
    r"colou?r (?:adjustments?|effects?|looks?)|(?:fix|improve|adjust|correct|change|edit|enhance) colou?rs?|"
    r"auto[ -]?colou?r)\b|"
    r"调色|滤镜|校色"
)
_OFFERED = ("cinematic", "teal_orange", "vintage", "vivid", "dreamy", "faded")


def _amount(f: Found, noun: str, sign: int) -> int | None:
    """A number told for an adjustment: "by 20%", "to 120%" (of what it was), "+15", "-10"."""
    near = rf"(?: (?:{_UP}|{_DOWN}|\b(?:of|set|video|by)\b|:|调|设|了)){{0,3}}"
    if token := f.token(rf"(?:{noun}){near} (?:\b(?:to|at)\b|到|为|成) <P>|(?:\bto\b|到|成|为) <P> (?:{noun})"):
        return round(token.number) - 100
    found = f.take(rf"(?:{noun}){near} (?:\bto\b|到|为|成)? [+-]? <PN>") or f.take(rf"[+-]? <PN>{near} (?:{noun})")
    token = f.inside(found) if found else None
    if not found or not token:
        return None
    minus = re.search(r"-\s*<", found[0], re.ASCII) is not None
    return round(token.number) * (-1 if minus or sign < 0 else 1)


def _direction(f: Found, at: int) -> str | None:
    """Up or down, whichever stands nearer to a place in the clause."""
    found = [
        (min(abs(m.start() - at), abs(m.end() - at)), name)
        for name, words in (("up", _UP), ("down", _DOWN))
        for m in f.find(words)
    ]
    return min(found)[1] if found else None


def _noun_slots(f: Found) -> dict[str, object]:
    slots: dict[str, object] = {}
    for name, words in _NOUNS.items():
        noun = f.take(words)
        if noun is None:
            continue
        way = _direction(f, noun.start())
        amount = _amount(f, words, -1 if way == "down" else 1)
        if amount is not None:
            slots[name] = amount
        elif way and name == "temperature":
            slots[name] = "warm" if way == "up" else "cool"
        elif way:
            slots[name] = way
    f.take(_UP), f.take(_DOWN)
    return slots


def _step_slots(f: Found) -> dict[str, object]:
    slots: dict[str, object] = {}
    for step, words in _STEPS.items():
        name, way = step.split()
        if name in slots or not f.take(words):
            continue
        amount = f.token(r"(?:\bby\b)? <P>") if name != "temperature" else None
        slots[name] = way if amount is None else clean_number(amount.number) if way == "up" else -round(amount.number)
    return slots


def _color(f: Found) -> Sequence[Op] | None:
    off = f.has(OFF)
    if any(f.has(_STEPS[f"{name} {a}"]) and f.has(_STEPS[f"{name} {b}"]) for name, a, b in _OPPOSITES):
        return None  # "brighten clip 1 and darken clip 2" must come apart
    slots: dict[str, object] = _noun_slots(f)
    slots |= {name: value for name, value in _step_slots(f).items() if name not in slots}
    for name, words in _EXTRAS.items():
        if f.take(words):
            amount = f.token("<P>") if name == "sharpen" else None
            slots[name] = not off if name != "sharpen" else 0 if off else round(amount.number) if amount else _SHARPENED
    preset = next((name for words, name in PRESETS.items() if f.take(words)), None)
    if preset:
        slots["preset"] = preset
    f.take("|".join(PRESETS))
    if not slots or (off and not {"sharpen", "vignette", "grain"} & slots.keys()):
        return None
    f.take(_FILTER)
    f.take(_LOOKED)
    if off:
        f.take(OFF)
    return [Color.model_validate({**slots, **scope}) for scope in scopes(f)]


def _which_look(f: Found) -> Sequence[Op] | None:
    f.take(_LOOKED)
    f.take(r"\b[a-z]+(?: [a-z]+)? (?=look|vibe|aesthetic)")
    where = scopes(f)
    return choose(
        f,
        "which_look",
        {},
        {f"look_{name}": tuple(Color.model_validate({"preset": name, **s}) for s in where) for name in _OFFERED},
    )


def _plain(f: Found) -> Sequence[Op] | None:
    f.take(_LOOKED)
    f.take(r"\b(?:original|back|all|restore|normal|adjustments?|settings)\b|恢复|还原|原来的?|原色|默认")
    return [Color.model_validate({"remove": True, **scope}) for scope in scopes(f)]


def _bw(f: Found) -> Sequence[Op] | None:
    f.take(_LOOKED)
    if kept := f.take(
        rf"(?:\b(?:but|and)\b|但|,|，)* (?:@keep|\bleave\b) <C> (?:\b(?:in|as)\b)? {_IN_COLOUR}|"
        rf"<C> {_IN_COLOUR}"
    ):
        return [Bw(except_clips=clips_in(f, kept))]
    return [Bw.model_validate(scope) for scope in scopes(f, exceptions=True)]


def _bw_off(f: Found) -> Sequence[Op] | None:
    f.take(_LOOKED)
    f.take(r"\b(?:back|again|in|normal|original|it)\b|恢复|彩色")
    return [Bw.model_validate({"off": True, **scope}) for scope in scopes(f)]


_ANY_STEP = "|".join(_STEPS.values())
_ANY_NOUN = "|".join(_NOUNS.values())
_ANY_PRESET = "|".join(PRESETS)
_ANY_EXTRA = "|".join(_EXTRAS.values())
RULES = (
    Rule(
        "bw_off",
        (
            rf"(?:{OFF}|\bundo\b|\bno longer\b).{{0,16}}(?:{_BW})|(?:{_BW})(?:效果|滤镜)? ?(?:{OFF})|\b(?:back (?:to|"
            rf"in(?:to)?) (?:full )?colou?r|"
            rf"(?:in|bring) colou?r "
            r"(?:again|back)|restore colou?rs?|bring back (?:all )?colou?rs?|colou?r again)\b|(?:恢复|变回|改回|"
            r"换回)(?:成|"
            r"为)?彩色",
        ),
        _bw_off,
        never=r"@text|<Q>|\bbars?\b|\b(?:clips?|parts?|scenes?|sections?|shots?)\b(?=\W*$)|字|片段$|部分$",
    ),
    Rule("bw", (rf"{_BW}|{_NO_COLOUR}",), _bw, never=rf"{_NOT_COLOUR}|\b(?:photos?|pictures?) of\b|恢复彩色"),
    Rule(
        "plain_colours",
        (
            rf"(?:{OFF}|\bundo\b).{{0,20}}(?:{_FILTER}|\b(?:looks?|presets?|colou?r changes?)\b)|"
            r"\b(?:reset|restore|original) colou?rs?\b|\bcolou?rs? back to (?:normal|original)\b|恢复(?:原色|"
            r"原来的?颜色)|还原颜色",
        ),
        _plain,
        never=rf"@text|<Q>|@music|@sound|\b(?:noise|logo|snapchat|face|skin)\b|字|{_ANY_EXTRA}",
    ),
    Rule("color", (rf"{_ANY_STEP}|{_ANY_EXTRA}",), _color, never=rf"{_NOT_COLOUR}|{_BW}"),
    Rule("color_value", (_ANY_NOUN, rf"{_UP}|{_DOWN}|<[PN]\d+>"), _color, never=rf"{_NOT_COLOUR}|{_BW}"),
    Rule(
        "color_preset",
        (_ANY_PRESET, rf"@make|@add|{_FILTER}|\b(?:looks?|feel|vibe|style|tones?|colou?rs?)\b|风格?|效果|感|色调|色"),
        _color,
        never=rf"{_NOT_COLOUR}|{_BW}|\b(?:travel|camera|drone|clip from|create (?=cinematic (?:clip|video)))\b",
    ),
    Rule(
        "look_bare",
        (
            r"^\W*(?:sepia|noir|vintage|teal (?:and|&) orange|怀旧|复古|胶片)(?:\W*(?:tone|tones|look|filter|style|"
            r"滤镜|风格?|"
            r"色调|感))?\W*$",
        ),
        _color,
    ),
    Rule(
        "which_look",
        (rf"{_FILTER}|(?:@add).{{0,24}}\b(?:look|vibe|aesthetic)\W*$",),
        _which_look,
        never=rf"{_NOT_COLOUR}|{_ANY_PRESET}|{OFF}|{_ANY_STEP}|\b(?:export|temp|noise|cdl|audio|gritty)\b",
    ),
)
