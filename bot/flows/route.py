"""Where words go: by what they ask for, not by a word they hold (section 9 of the protocol).

Only a message that is a command and nothing else leaves the way of an edit. A sentence that ends in "... and export"
is an edit, and then an export.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.store.models import Export

Intent = Literal["edit", "export", "status", "credits", "upload", "cancel"]

_LONGEST_COMMAND = 80
_LONGEST_SENTENCE = 2000
_THING = r"(?:it|this|that|them|(?:the|my|this|a|an)?\s*(?:final|finished|full|whole|new|edited|result(?:ing)?)?\s*"
_THING += r"(?:video|file|clip|movie|result|project|export|mp4|edit|cut)s?)"
_OPTION = (
    r"(?:\s*,?\s*(?:(?:as|in|at|to|into|for)\s+)?(?:an?\s+)?"
    r"(?:mp4|\d{3,4}\s?p|4k|2k|full\s?hd|hd|high quality|best quality)(?:\s+(?:mp4|video|file|resolution|quality))?"
    r"|\s*,?\s*(?:under|below|within|max(?:imum)?|at most|less than|smaller than|up to)\s+\d+(?:\.\d+)?\s*"
    r"(?:mb|mib|m|megabytes?)"
    r"|\s*,?\s*(?:now|right now|again|please|pls|for me|when (?:you are |you're )?(?:done|ready|finished)|here"
    r"|without uploading(?: (?:it|anything))?(?: to (?:the )?(?:cloud|internet|web))?))"
)
_EXPORT_EN = (
    rf"(?:(?:export|render|download)(?:\s+{_THING})?|(?:send|give|get)\s+(?:me\s+)?{_THING}(?:\s+to me)?"
    rf"|save\s+(?:it\s+)?as\s+(?:an?\s+)?mp4){_OPTION}*"
)
_EXPORT_ZH = (
    r"(?:(?:把|将)?(?:视频|成片|它|文件|结果|作品)?(?:给我)?(?:导出|下载|输出)(?:来|出来|一下|视频|成片|文件|它|结果|作品|给我|吧|了|mp4)*"
    r"|(?:把|将)(?:视频|成片|文件|结果)发(?:给)?我|(?:发|给)我(?:视频|成片|文件))"
    r"(?:为|成|到)?(?:\s*(?:mp4|\d{3,4}p|4k|高清))*(?:[,，]?\s*(?:不超过|小于|低于)?\s*\d+(?:\.\d+)?\s*(?:mb|m|兆)(?:以内|以下)?)?(?:格式|视频)?(?:吧|了)?"
)
_EXPORT = rf"(?:{_EXPORT_EN}|{_EXPORT_ZH})"

_COMMANDS: tuple[tuple[Intent, str], ...] = (
    ("export", _EXPORT),
    (
        "credits",
        r"(?:(?:show|check|see|tell|give|get|view|what(?:'s| is| are)|how much(?: is)?|how many)\s+)?"
        r"(?:me\s+)?(?:my\s+|the\s+)?"
        r"(?:credits?|balance|credit balance|account balance|credits? left|remaining credits?|credits? and balance)"
        r"(?:\s+(?:do i have|have i got|are there|is|are|left|remaining|remain|balance|now))*"
        r"|(?:查看|查询|查一下|查|看看|看一下|显示|我的|还有多少|还剩多少|剩余|剩下多少|多少)*(?:的)?(?:积分|余额)(?:余额|还有多少|还剩多少|剩多少|是多少|多少|还剩|查询|呢|吗)*",
    ),
    (
        "status",
        r"(?:(?:show|check|see|list|view|display|get|give|what(?:'s| is| are))\s+)?"
        r"(?:me\s+)?(?:the\s+|my\s+|all\s+|current\s+|project\s+|all the\s+)*"
        r"(?:status|state|tracks?|timeline|project status|track list)"
        r"(?:\s+(?:now|of (?:the|my|this) (?:project|video)))?"
        r"|(?:查看|看看|看一下|显示|列出|当前|现在的?|目前的?|项目的?)*(?:状态|轨道|时间线|时间轴)(?:呢|吗|怎么样|如何|列表)*",
    ),
    (
        "upload",
        r"(?:(?:i\s+)?(?:want|would like|need|'d like)\s+to\s+|let me\s+|how (?:do|can) i\s+)?"
        r"upload(?:\s+(?:an?|the|my|some|another|more|new)?\s*"
        r"(?:new\s+)?(?:files?|videos?|footage|clips?|media|something|images?|photos?|music|audio))?"
        r"|(?:我要|我想|怎么|如何)?上传(?:一个|一些|新的?|我的)?(?:文件|视频|素材|片段|图片|音乐|音频)?",
    ),
    (
        "cancel",
        r"(?:cancel|stop|abort)"
        r"(?:\s+(?:it|that|this|everything|now|the (?:export|render|edit|job)|exporting|rendering))*"
        r"|(?:取消|停止|中止|别做了|停下)(?:导出|渲染|编辑|任务|一下|吧)*",
    ),
)
_PATTERNS = tuple((intent, re.compile(pattern, re.ASCII | re.IGNORECASE)) for intent, pattern in _COMMANDS)
_POLITE_START = re.compile(
    r"^(?:(?:please|pls|hey|hi|hello|ok|okay|now|just|then|great|thanks|thank you|cool|perfect|good|looks good"
    r"|yes|yeah|so"
    r"|(?:can|could|would|will) you(?: please)?|go ahead and|let's|lets|i want to(?= export| download| see)"
    r"|请问?|麻烦你?|帮我|好的?|现在|可以|那就|那|给我(?=导出|看))[\s,，!！.。:：]*)+",
    re.ASCII | re.IGNORECASE,
)
_POLITE_END = re.compile(
    r"(?:[\s,，]*(?:please|pls|plz|thanks?|thank you|thx|now|谢谢|多谢|吧|呗|啊|哦)[\s!！.。?？~]*)+$",
    re.ASCII | re.IGNORECASE,
)
_THEN = re.compile(
    rf"(?P<edit>.+?)(?:[\s,;.!，。；！、]*(?:\s(?:and|&|\+|then|and then|and finally|finally|and also|plus)\s+"
    rf"(?:then\s+|please\s+)?"
    rf"|[,;.!，。；！、]\s*(?:and\s+|then\s+|and then\s+|finally\s+"
    rf"|(?:并且?|然后|最后|再|接着|之后)\s*)?|\s*(?:并且?|然后|最后|再|接着|之后)\s*))"
    rf"(?P<export>{_EXPORT})[\s.!。！]*",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(
    r"\"[^\"\n]*\"|“[^”\n]*”|「[^」\n]*」|『[^』\n]*』|《[^》\n]*》|`[^`\n]*`|(?<!\w)'[^'\n]*'(?!\w)|‘[^’\n]*’"
)
_BARE_TEXT = re.compile(
    r"(?:\b(?:text|title|caption|subtitle|heading|word|words|say|says|saying|called|named|reads|reading)\b|文字|标题|字幕|写上|写着|叫做?)"
    r"[^,;.，。；\0]*$",
    re.ASCII | re.IGNORECASE,
)
_HEIGHT = re.compile(r"(\d{3,4})\s?p\b", re.ASCII | re.IGNORECASE)
_MEGABYTES = re.compile(r"(\d+(?:\.\d+)?)\s*(?:mb|mib|m|megabytes?|兆)(?![a-z])", re.ASCII | re.IGNORECASE)
_NAMED_HEIGHTS = (("4k", 2160), ("2k", 1440), ("full hd", 1080), ("fullhd", 1080))


@dataclass(frozen=True)
class Route:
    """Where words go. `words` are for the upstream; `export` is what shall be exported, at once or after the edit."""

    intent: Intent
    words: str = ""
    export: Export | None = None


def route(text: str) -> Route:
    """Where this message goes."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").strip()
    command = _command(plain)
    if command is not None:
        return Route(command, text, _export(plain) if command == "export" else None)
    if len(plain) > _LONGEST_SENTENCE:
        return Route("edit", text)
    masked = _QUOTED.sub(lambda match: "\0" * len(match[0]), plain)
    found = _THEN.fullmatch(_POLITE_END.sub("", masked))
    if found is None or _BARE_TEXT.search(found["edit"]):
        return Route("edit", text)
    return Route("edit", plain[: found.end("edit")].strip(), _export(found["export"]))


def _command(plain: str) -> Intent | None:
    if len(plain) > _LONGEST_COMMAND or "\n" in plain:
        return None
    bare = _POLITE_END.sub("", _POLITE_START.sub("", plain)).strip(" \t/.!?。！？~…✅👍🙏")
    bare = " ".join(bare.split())
    for candidate in (bare, plain.strip(" /.!?。！？")):
        for intent, pattern in _PATTERNS:
            if candidate and pattern.fullmatch(candidate):
                return intent
    return None


def _export(clause: str) -> Export:
    """What the clause says of the file."""
    lower = clause.lower()
    height = _HEIGHT.search(lower)
    named = next((value for name, value in _NAMED_HEIGHTS if name in lower), None)
    size = _MEGABYTES.search(lower)
    return wanted(int(height[1]) if height else named, float(size[1]) if size else None)


def wanted(height: float | None, max_mb: float | None) -> Export:
    """An export of these numbers, from whoever read them; what makes no sense is left to the upstream."""
    tall = int(height) if height and 144 <= height <= 4320 else None
    return Export(height=tall, max_bytes=int(max_mb * 1_000_000) if max_mb and 0 < max_mb <= 100_000 else None)
