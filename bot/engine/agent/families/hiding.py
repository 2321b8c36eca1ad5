"""What shall not be seen: blur (everything, faces, a region; blurred or pixelated)."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import OFF, position, scopes
from bot.engine.timeline.ops import Blur, Op

REGIONS: dict[str, tuple[float, float, float, float]] = {
    "top": (0.0, 0.0, 1.0, 0.3),
    "bottom": (0.0, 0.7, 1.0, 0.3),
    "left": (0.0, 0.0, 0.3, 1.0),
    "right": (0.7, 0.0, 0.3, 1.0),
    "center": (0.3, 0.3, 0.4, 0.4),
    "top-left": (0.0, 0.0, 0.3, 0.3),
    "top-right": (0.7, 0.0, 0.3, 0.3),
    "bottom-left": (0.0, 0.7, 0.3, 0.3),
    "bottom-right": (0.7, 0.7, 0.3, 0.3),
}
"""Places of the picture: left, top, width, height as shares of it."""

_PIXELS = r"\b(?:pixel(?:at(?:e|ed|es|ing|ion)|s)?|mosaics?)\b|打?马赛克|打码|打马(?!赛)|像素化"
_BLUR = (
    rf"\b(?:blur(?:s|red|ring)?(?: out)?|censor(?:ed|ing)?|anonymi[sz]e|redact|obscure|obfuscate)\b|模糊|虚化|"
    rf"遮挡|遮住|"
    rf"糊掉|{_PIXELS}"
)
_FACES = (
    r"\b(?:(?:all|every|everyone's|everybody's|people's|person's|his|her|their|kids?'?|child(?:ren)?'?s?|man's|woman's|"
    r"guy's|of|people|everyone|in|human|strangers?'?)\b )*\bfaces?\b(?: of (?:everyone|people|everybody|persons?))?"
    r"|(?:所有|全部|每个)?(?:人的?|路人的?|人物的?|大家的?|他的?|她的?)?(?:人脸|脸部?|面部|面孔)"
)
_THING = (
    r"\b(?:licen[cs]e plates?|number plates?|plates?|logos?|water ?marks?|phone numbers?|(?:e-?mail |"
    r"home )?address(?:es)?|"
    r"e-?mails?|names?|user ?names?|passwords?|credit cards?|(?:computer |phone |laptop )?screens?(?= |$)|signs?|"
    r"id cards?|"
    r"brand|t-?shirt|account numbers?|qr codes?|sensitive (?:info(?:rmation)?|data)|personal (?:info(?:rmation)?|data)|"
    r"(?:this|that|some|small|certain) (?:area|part|region|spot|corner|object|thing)|area|region|spot|object)\b|"
    r"车牌号?码?|手机号码?|电话号?码?|地址|姓名|名字|标志|水印|密码|银行卡号?|身份证号?|二维码|屏幕|敏感信息|"
    r"隐私信息?|个人信息|"
    r"(?:一个|某个|这个|那个)?(?:区域|地方|部位|角落|东西|物体)"
)
_MANNER = (
    r"\b(?:over|on|of|effects?|apply|video|picture|image|frame|screen|entire|everything|everyone|visible|appearing|"
    r"so that|can't be (?:seen|recogni[sz]ed|read)|unreadable|unrecogni[sz]able)\b|画面|整个|效果|处理|变|全部|所有|"
    r"的|成|打|上|给|都|掉"
)


def _strength(f: Found) -> str | int | None:
    if token := f.token(r"(?:\b(?:at|by|to|with|strength|of)\b )*<P>(?: \b(?:strength|intensity|strong)\b)?"):
        return round(token.number)
    if f.take(r"\b(?:slight(?:ly)?|light(?:ly)?|subtl[ey]|soft(?:ly)?|(?:a )?(?:little|bit))\b|轻微|稍微|轻度"):
        return 25
    if f.take(r"\b(?:heav(?:y|ily)|strong(?:ly)?|completely|fully|really)\b|重度|完全|彻底"):
        return 80
    if f.take(r"\b(?:more|stronger|heavier|harder)\b|更(?:强|重|模糊)|再模糊|加强"):
        return "more"
    return "less" if f.take(r"\b(?:less|weaker|lighter|softer)\b|弱一?[点些]|减弱|轻一?[点些]") else None


def _blur(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    style = f.take(_PIXELS)
    f.take(_BLUR)
    if f.take(_FACES):
        slots["target"] = "faces"
    if style:
        slots["style"] = "pixelate"
    strength = _strength(f)
    if strength is not None:
        slots["strength"] = strength
    where = scopes(f)
    place = position(f) if "target" not in slots else None
    thing = f.take(_THING) if "target" not in slots else None
    f.take(_MANNER)
    if place:
        slots |= {"target": "region", "region": REGIONS[place]}
    elif thing:
        return _where(f, slots, where)
    return [Blur.model_validate({**slots, **scope}) for scope in where]


def _where(f: Found, slots: dict[str, object], scopes_: list[dict[str, object]]) -> Sequence[Op]:
    """What is not a face cannot be found by itself: which part of the picture is asked."""
    names = ("top-left", "top-right", "bottom-left", "bottom-right", "center")
    made = {
        f"region_{name}": tuple(
            Blur.model_validate({**slots, "target": "region", "region": REGIONS[name], **scope}) for scope in scopes_
        )
        for name in names
    }
    everything = tuple(Blur.model_validate({**slots, **scope}) for scope in scopes_)
    return choose(f, "which_region", {}, {**made, "blur_all": everything})


def _clear(f: Found) -> Sequence[Op] | None:
    f.take(_BLUR)
    faces = f.take(_FACES)
    f.take(_MANNER)
    target: dict[str, object] = {"target": "faces"} if faces else {}
    return [Blur.model_validate({**target, "remove": True, **scope}) for scope in scopes(f)]


_NOT_BLUR = (
    r"<[XQ]\d+>|@text|\b(?:vertical|square|bars?|sides?|pad|motion|lens|background|bokeh|transitions?|generate|deblur|"
    r"blurry|fix|sharp)\b|竖|横|两侧|填充|背景|转场|字|生成|遮幅"
)
RULES = (
    Rule(
        "unblur",
        (rf"(?:{OFF}|\bundo\b).{{0,20}}(?:{_BLUR})|\bun-?(?:blur|censor|pixelate)\b",),
        _clear,
        never=rf"{_NOT_BLUR}|\b(?:parts?|sections?|scenes?|bits?|shots?|footage|frames?)\b|片段|部分|那段|"
        r"(?:打|加|上)马赛克.{0,2}$",
    ),
    Rule("blur", (_BLUR,), _blur, never=rf"{_NOT_BLUR}|{OFF}"),
    Rule("hide_thing", (r"\bhide|\bcover(?: up)?\b|遮", rf"{_FACES}|{_THING}"), _blur, never=rf"{_NOT_BLUR}|{OFF}|<F>"),
)
