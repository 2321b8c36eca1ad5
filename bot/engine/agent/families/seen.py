"""What shows nothing, and what is only told: cut_seen, report."""

from collections.abc import Sequence

from bot.engine.agent.rules import Build, Found, Rule
from bot.engine.timeline.ops import CutSeen, Op, Report

_BLACK = (
    r"\b(?:(?:all )?(?:black|blank|dark) (?:frames?|parts?|screens?|sections?|segments?|stretch(?:es)?|bits?|scenes?|"
    r"video|"
    r"moments?|gaps?|flashes)|blackouts?)\b|黑屏(?:的?(?:部分|片段|地方|画面))?|黑帧|(?:全)?黑(?:的)?画面|"
    r"黑场(?:部分|片段|画面)|"
    r"空白画面"
)
_FROZEN = (
    r"\b(?:(?:frozen|stuck|still|static|frozen up) (?:frames?|parts?|sections?|segments?|bits?|video|moments?|"
    r"stretch(?:es)?|"
    r"pictures?|images?|screens?)|freezes|(?:where|when) (?:it|video|picture|image|screen|stream) (?:freezes|"
    r"is frozen|froze|is "
    r"stuck|gets stuck|doesn't move|hangs))\b|卡住的?(?:部分|片段|地方|画面)?|静止的?(?:部分|片段|地方|画面)|"
    r"定住的?(?:部分|画面)|"
    r"卡顿的?(?:部分|片段|地方|画面)|画面不动的?(?:部分|片段|地方)?"
)
_PARTS = r"\b(?:parts?|where|when|all|any|every|out|from|in|of)\b|所有的?|全部|的|部分"
_TELL = (
    r"\b(?:where|when|find|search(?: for)?|show|list|tell|give|what|which|how|check|detect|measure|is|are|there|does|"
    r"do|did|"
    r"any|locate|report|get)\b|找|搜索|查|哪里|哪儿|什么时候|列出|检测|多少|看看|有没有|几|测"
)


def _cut(what: str) -> Build:
    def build(f: Found) -> Sequence[Op]:
        f.take(_PARTS)
        return [CutSeen.model_validate({"what": what})]

    return build


def _where_said(f: Found) -> Sequence[Op] | None:
    quoted = f.all("Q")
    f.take(
        rf"{_TELL}|\b(?:he|she|they|i|we|you|it|someone|speaker|host|guest|say(?:s|ing)?|said|mention(?:s|ed)?|word|"
        rf"words|phrase|"
        r"every|place|time|times|in|of|talk(?:s|ing)? about|the|spoken|where|part|about)\b|他|她|我|你|们|说到?|提到|"
        r"讲到|的|"
        r"地方|在|词|这个|句|位置|了|过|哪"
    )
    return [Report(what="words", words=quoted[0].text)] if len(quoted) == 1 else None


def _tell(what: str) -> Build:
    def build(f: Found) -> Sequence[Op]:
        f.take(
            rf"{_TELL}|\b(?:all|it|video|in|audio|sound|volume|level|current(?:ly)?|me|you|for|have|has|many|much|"
            rf"lufs|db|of|at|"
            r"timestamps?|times?|with|cuts?|list)\b|视频|现在|当前|一共|总共|的|声音|音量|时间点?|在|是|有|个"
        )
        return [Report.model_validate({"what": what})]

    return build


_NO_EDIT = (
    r"@remove|@add(?! (?:@sound|@music))|@keep|\b(?:cut|trim|export|zoom|split|blur|mute|speed)\b|剪|删|"
    r"加(?!起来)|导出|分割"
)
RULES = (
    Rule("cut_black", ("@remove|跳过", _BLACK), _cut("black"), never=r"<[TGCQ]\d+>|\bbars?\b|黑边|\bfade|@text|@music"),
    Rule("cut_frozen", ("@remove|跳过", _FROZEN), _cut("frozen"), never=r"<[TGCQ]\d+>|@text|@music|@add"),
)
"""Edits."""

REPORTS = (
    Rule(
        "where_said",
        (r"^\W*(?:so |and )?(?:(?:where|when|how (?:often|many times)|which part) (?:do|does|did|is|are|have|has)|"
         r"(?:can you )?(?:find|"
         r"search|locate|list|show(?: me)?)) |哪里|哪儿|什么时候|找(?:到|出)?|搜索?|查找",
         r"\b(?:say(?:s|ing)?|said|mention(?:s|ed)?|talk(?:s|ing)? about|word|words|phrase|search (?:for )?<Q>|"
         r"find <Q>)\b|说|提到|"
         r"讲|词", r"<Q>"),
        _where_said,
        never=rf"@text|@music|{_NO_EDIT}|\b(?:subtitles?|captions?|file)\b|字幕|标题|<[TGCF]\d+>|\b(?:called|named|"
              rf"open|project|titled)\b",
    ),
    Rule(
        "how_loud",
        (r"\bhow loud\b|\b(?:measure|check|what(?:'s| is)|show|tell)\b.{0,10}\b(?:loudness|lufs)\b|(?:声音|音量|"
         r"响度)(?:现在)?(?:有)?多"
         r"[大少响]|(?:测|检测|看看?).{0,4}(?:响度|音量)",),
        _tell("loudness"),
        never=r"\b(?:should|make|set|to|too|change|normali[sz]e)\b|<[PBNM]\d+>|调|改|太|统一",
    ),
    Rule(
        "list_shots",
        (r"\b(?:list|show|detect|find|where are|how many|count)\b.{0,8}\b(?:scene (?:changes?|cuts?)|shots|"
         r"scene list|shot changes|"
         r"camera cuts|scenes in)\b|^\W*(?:list|detect|find) (?:all )?(?:scenes|shots)\W*$|(?:列出|检测|有多少|"
         r"有几个?|几个).{0,4}"
         r"(?:镜头|场景)(?:切换)?",),
        _tell("shots"),
        never=rf"{_NO_EDIT}|\b(?:describe|and|split|transition|happens?)\b",
    ),
    Rule(
        "list_pauses",
        (r"^\W*(?:where|how many|list|show|find|detect|are there)\b.{0,12}@silence|(?:哪里|有多少|有几处|列出|检测|"
         r"几处).{0,4}@silence|"
         r"@silence.{0,3}(?:在哪|有多少|有几)",),
        _tell("pauses"),
        never=rf"{_NO_EDIT}|<[TG]\d+>",
    ),
    Rule(
        "list_black",
        (rf"^\W*(?:where|how many|list|show|find|detect|are there|is there)\b.{{0,16}}(?:{_BLACK})|(?:哪里|有没有|"
         rf"检测|列出).{{0,3}}"
         rf"(?:{_BLACK})",),
        _tell("black"),
        never=rf"{_NO_EDIT}|\bbars?\b|黑边",
    ),
    Rule(
        "what_is_said",
        (r"^\W*what (?:does|do|did) (?:he|she|they|i|we|speaker|host|people|guest) say\W*$|^\W*what(?:'s|"
         r" is) (?:being )?said"
         r"(?: in .{0,12})?\W*$|说了(?:些)?什么|讲了(?:些)?什么",),
        _tell("transcript"),
        never=_NO_EDIT,
    ),
)  # fmt: skip
"""Questions about the footage; they are looked at before what is only a question."""
