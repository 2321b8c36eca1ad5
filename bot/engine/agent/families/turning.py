"""The picture turned and mirrored: rotate, flip."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import scopes
from bot.engine.timeline.ops import Flip, Op, Rotate

_LEFT = r"\b(?:left|counter ?-?clockwise|anti ?-?clockwise|ccw)\b|[向往朝]?左|逆时针"
_RIGHT = (
    r"\b(?:right(?! (?:way|side|now))|(?<!counter)(?<!anti)(?<!-)(?<!counter\x20)(?<!anti\x20)clockwise|cw)\b|"
    r"[向往朝]?右|顺时针"
)
_OVER = (
    r"\bupside ?-?down\b|\bwrong way (?:up|round|around)\b|\bhead ?over\b|倒过来|颠倒|倒着|反过来|倒了|拍[倒反]|"
    r"录[倒反]"
)
_ROTATE = (
    r"\b(?:rotat(?:e|ed|ion)|turn (?=.{0,20}(?:\bdeg|<N>|°|\bclockwise|\bupside|\bsideways|\bcounter|\banti|"
    r"\bquarter|\bto (?:left|right)(?=\W*$)|\bright (?:side|way) up))|"
    r"(?:it's|it is|its|video is|video's|footage is|recorded|filmed|shot|came out|plays) (?=sideways|upside|wrong way)|"
    r"(?:fix|correct) (?=.{0,20}(?:sideways|upside|rotation|orientation)))|\b(?:spin|flip|turn)(?: (?:it|video|this|"
    r"picture|clip|<C>))? (?:around |by )?<N>|旋转|转 (?=<N>)|"
    r"[向往朝][左右](?:旋转|转)|(?:顺|逆)时针|转正|摆正|扶正|正过来|(?:拍|录)[倒反歪]|倒了|歪了|横过来了|倒过来(?!放|"
    r"播)"
)
_TURN_WORDS = (
    r"\b(?:degrees?|deg|to|towards?|by|picture|video|footage|image|orientation|rotation|counter|anti|sideways|"
    r"portrait|landscape|upright|vertical|horizontal|"
    r"wrong way|"
    r"around|round|so|fix|correct|was|recorded|filmed|shot|came out|plays|other way)\b|°|度|画面|向|往|朝|转|一下|"
    r"了|成|变|正过来|摆正|扶正|拍|录"
)
_SIDEWAYS = r"\b(?:sideways|wrong orientation|(?:fix|correct) .{0,10}(?:rotation|orientation))\b|歪了|横过来了|转正"


def _degrees(f: Found) -> int | None:
    """Clockwise, 0 to 359; None where nothing tells it."""
    left, right = f.take(_LEFT), f.take(_RIGHT)
    token = f.token("<N>")
    if token is not None:
        degrees = round(token.number) % 360
        return (-degrees) % 360 if left or f.has(r"- <N>") else degrees
    if f.take(_OVER) or f.take(r"\bhalf(?: turn)?\b|半圈"):
        return 180
    f.take(r"\bquarter(?: turn)?\b")
    return 270 if left else 90 if right else None


def _rotate(f: Found) -> Sequence[Op] | None:
    if f.has(_LEFT) and f.has(_RIGHT) and not f.has("<N>"):
        return choose(f, "which_turn", {}, {f"turn_{d}": _turned(d, scopes(f)) for d in (90, 270, 180)})
    degrees = _degrees(f)
    f.take(_ROTATE)
    f.take(_TURN_WORDS)
    where = scopes(f)
    if degrees not in (90, 180, 270):
        return choose(f, "which_turn", {}, {f"turn_{d}": _turned(d, where) for d in (90, 270, 180)})
    return _turned(degrees, where)


def _turned(degrees: int, where: list[dict[str, object]]) -> tuple[Op, ...]:
    return tuple(Rotate.model_validate({"degrees": degrees, **_clip_only(scope)}) for scope in where)


def _clip_only(scope: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in scope.items() if name == "clip"}


_VERTICAL = (
    r"\bvertical(?:ly)?\b|\bupside ?-?down\b|\btop to bottom\b|\bup ?(?:side)?(?: and |/)down\b|上下|垂直|竖直|纵向"
)
_FLIP = (
    r"\b(?:flip(?:ped|ping)?|mirror(?:ed|ing)?(?: image)?|un-?(?:mirror|flip)(?:ed)?|selfie mirror)\b|镜像|翻转|"
    r"反转(?=画面)|"
    r"(?:左右|上下)(?:颠倒|对调|互换|翻转?|反转?|调换)"
)


def _flip(f: Found) -> Sequence[Op] | None:
    axis = "vertical" if f.take(_VERTICAL) else "horizontal"
    f.take(_FLIP)
    f.take(
        r"\b(?:horizontal(?:ly)?|left to right|left (?:and |/)?right|sideways|over|around|effects?|picture|image|"
        r"video|footage|"
        r"frame|back|looks?|so|text reads right)\b|左右|水平|横向|画面|效果|一下|过来|取消|成|变"
    )
    return [Flip.model_validate({"axis": axis, **_clip_only(scope)}) for scope in scopes(f)]


_NOT_TURNED = (
    r"@text|<Q>|@music|@sound|<[TGM]\d+>|\b(?:logo|watermark|generate|slowly|transition|phone|wheel|speed|swap|"
    r"reverse)\b|"
    r"字|水印|转场|倒放|播放|倒着放|声|生成"
)
RULES = (
    Rule("rotate", (_ROTATE,), _rotate, never=rf"{_NOT_TURNED}|\bflip(?!.{{0,20}}<N>)|\bmirror|镜像|翻转|上下颠倒"),
    Rule("sideways", (_SIDEWAYS, r"\bfix|\bcorrect|\bturn|\brotat|正|修"), _rotate, never=_NOT_TURNED),
    Rule(
        "flip",
        (_FLIP,),
        _flip,
        never=rf"{_NOT_TURNED}|\b(?:order|clips? <|coin|phones?|page)\b|顺序|片段和|\brotate|旋转",
    ),
)
