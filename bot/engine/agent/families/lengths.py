"""How long it gets, without naming a part: exact_length, highlight."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clean_number
from bot.engine.timeline.ops import ExactLength, Highlight, KeepRange, Op

_BEST = (
    r"\b(?:good (?:parts?|bits?|stuff|moments?)|high ?lights?(?: reels?| clips?| videos?| cuts?| edits?)?|"
    r"best[ -](?:parts?|moments?|bits?|scenes?|clips?|"
    r"of)|(?:most )?(?:engaging|impactful|exciting|interesting|important|liveliest) (?:parts?|moments?|bits?|"
    r"clips?|segments?|sections?|scenes?)|key moments?|recap|sizzle reel|teaser|trailer)\b|\bbest (?=<T>)|"
    r"\b(?:most )(?:engaging|impactful|exciting|interesting) (?=<T>)|"
    r"高光(?:时刻|集锦|片段|剪辑)?|精彩(?:片段|瞬间|时刻|部分|集锦|内容)?|集锦|精华(?:版|部分|片段)?|混剪"
)
_DULL = (
    r"\b(?:boring|dull|unnecessary|irrelevant|uninteresting|useless|slow) (?:parts?|bits?|moments?|sections?|segments?|"
    r"scenes?|clips?|stuff)\b|无聊的?(?:部分|片段|地方|内容)?|(?:不必要|没用|多余|无关)的?(?:部分|片段|内容)"
)
_GET = (
    r"@make|@keep|\b(?:cut|trim|edit|create|extract|pull|pick|find|compile|turn|get|give|build|reduce|shorten|select|"
    r"condense|boil|only|just|want|generate)\b|剪|做|生成|提取|挑|选|找|来|保留|要|截取|浓缩|压缩|整理"
)


def _highlight(f: Found) -> Sequence[Op] | None:
    length = f.token(r"(?:\b(?:in|of|to|into|under|about|for|within)\b|到|成|在|约)? <T>(?:以内|之内|左右|的|钟)?")
    f.take(
        rf"{_GET}|{_BEST}|@whole|\b(?:reel|clip|video|version|long|short|them|it|down|into|of|from|out|only|moments?|"
        r"compile|together|with|this|best|social media|max|total|in all|edit|cut)\b|片段|视频|版本?|自动|剪辑|一个|"
        r"个|里面?|成|"
        r"出来?|的|把"
    )
    return [Highlight(seconds=clean_number(length.number) if length else None)]


def _without_dull(f: Found) -> Sequence[Op] | None:
    """What is boring is a matter of taste: the liveliest is offered."""
    f.unsure = True
    f.take(r"@whole|\b(?:out|from|all|any)\b|所有|全部|的")
    return [Highlight()]


def _exact(f: Found) -> Sequence[Op] | None:
    length = f.token("<T>")
    if length is None:
        return None
    how = (
        "speed"
        if f.take(r"\b(?:speed(?:ing)?(?: it| video)?(?: up)?|slow(?:ing)?(?: it)?(?: down)?|stretch(?:ing)?|"
                  r"by speed)\b|"
                  r"加速|变速|减速|调速|拉伸")
        else "cut"
        if f.take(r"\b(?:cut(?:ting)?|trim(?:ming)?)\b|剪|裁")
        else None
    )  # fmt: skip
    f.take(
        rf"{_GET}|@to|\b(?:exactly|precisely|exact|it|needs? to|has to|should|must|it should|video|so|that|lasts?|"
        rf"last|fits?|fit|long|length|total|duration|"
        rf"be|is|"
        r"runtime|whole|thing|into|by|down|up|in|of|runs?|for|changing|and|whole|entire|to|total|seconds)\b|正好|"
        r"刚好|恰好|精确|"
        r"整整|准确|总?时长|长度|视频|秒|让|调整|控制|到|在|为|成|的|长|整个|全片|把"
    )
    return [ExactLength.model_validate({"seconds": clean_number(length.number), "how": how})]


def _version(f: Found) -> Sequence[Op] | None:
    """ "A 30 s version": which 30 seconds is not said."""
    length = f.token("<T>")
    if length is None:
        return None
    seconds, total = clean_number(length.number), f.facts.seconds
    f.take(rf"{_GET}|\b(?:version|cut|edit|clip|video|long|of|it|short|total|duration|length)\b|版本?|视频|时长|的|个")
    best, first = Highlight(seconds=seconds), KeepRange(start=0, end=seconds)
    if length.number >= total:
        exact = ExactLength(seconds=seconds)
        return choose(f, "shorten", {"seconds": seconds}, {"exact_length": (exact,)})
    options: dict[str, tuple[Op, ...]] = {
        "keep_first": (first,),
        "keep_best": (best,),
        "exact_length": (ExactLength(seconds=seconds),),
    }
    return choose(f, "shorten", {"seconds": seconds}, options)


_NOT = (
    r"<Q>|@text|@music|@silence|\b(?:fade|mute|volume|transition|gif|subtitles?|captions?|loop(?:s|ed|ing)?|freeze|"
    r"clips?|"
    r"promo(?:tional)?|explainer|intro|outro|script|photos?|images?|pictures?|slide ?show|about|animat\w+|teaser|ad|"
    r"product|description|prompt|suggest|describe|transcript|blog|quote|storyboard)\b|转场|淡|脚本|照片|图片"
)
RULES = (
    Rule(
        "highlight",
        (_GET, _BEST),
        _highlight,
        never=r"@first <T>|@last <T>|<[QGKL]\d+>|@text|@silence|\b(?:promo(?:tional)?|script|suggest|where to|"
        r"describe|summari[sz]e|identify|"
        r"plan|color|colour|words?|object|car|face|blur|pot|spec|box|which|how|why|what|topic|timestamps?|slack|"
        r"transcript|action items|should i|photos?|images?|product|animated|ai|voice|from scratch|upload|post|share|"
        r"music|beat)\b|建议|推荐",
    ),
    Rule("without_dull", ("@remove", _DULL), _without_dull, never=r"<[TGCQ]\d+>|\b(?:where|when|side points)\b"),
    Rule(
        "exact_length",
        (
            r"\b(?:exactly|precisely|exact (?:length|duration)|stretch"
            r"(?: (?:it|video|this|everything))?(?: out)? to|(?:speed|slow)(?: (?:it|video|this|everything))?(?: (?:up|"
            r"down))? (?:so (?:that )?it (?:lasts|is|fits|runs)|to (?:last|fit|be|get)))\b|\b(?:squeeze|cram|"
            r"compress)(?: (?:it|video|this|everything))? into (?=<T>)|\bfit(?:s)? (?:into |in |"
            r"to |within )?(?=<T>)|正好|刚好|恰好|精确|整整|"
            r"准确",
            r"<T>",
        ),
        _exact,
        never=rf"{_NOT}|@first <T>|@last <T>|<[GCPM]\d+>|@start|@end|\b(?:at|after|before) <T>|在 ?<T>|第 ?<",
    ),
    Rule(
        "version",
        (
            r"@make|\b(?:create|cut|edit|want|need|do|change|set|give)\b|做|剪|来|要|改",
            r"<T>[ -]?(?:long )?\b(?:version|edit)\b|<T>的?(?:版本|版)|\b(?:duration|length|runtime) (?:to|of) <T>|"
            r"(?:总?时长|长度)(?:改成|改为|调到|调成|设为|变成|控制在|到|为) ?<T>|"
            r"^\W*make (?:(?:it|video|whole thing|this) )<T>\W*$",
        ),
        _version,
        never=rf"{_NOT}|@first|@last|<[GCPM]\d+>|@start|@end|\bexactly\b|正好|刚好",
    ),
)
