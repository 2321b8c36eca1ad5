"""Where words go: by what they ask for, not by a word they hold (section 9 of the protocol).

Only a message that is a command and nothing else leaves the way of an edit. A sentence that ends in "... and export"
is an edit, and then an export.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.flows.export import PREVIEW
from bot.store.models import Export

Intent = Literal["edit", "export", "status", "credits", "upload", "cancel"]

_LONGEST_COMMAND = 80
_LONGEST_SENTENCE = 2000
_THING = r"(?:it|this|that|them|(?:the|my|this|a|an)?\s*(?:final|finished|full|whole|new|edited|result(?:ing)?)?\s*"
_THING += r"(?:video|file|clip|movie|result|project|export|mp4|edit|cut)s?"
_THING += r"|(?:only |just )?(?:the |an? )?(?:audio|sound|mp3|gif)(?: file| track)?(?: only)?)"
_SHAPED = r"(?:vertical(?:ly)?|portrait|square|landscape|horizontal(?:ly)?|9:16|16:9|1:1|4:5)"
_SOURCE = r"(?:the |its )?(?:original|source|native|full)(?: (?:video|file))?(?: |-)(?:size|resolution|quality)"
_SOURCE_ZH = r"(?:原始?|源文件|源)(?:的)?(?:尺寸|大小|分辨率|画质|清晰度)"
_LIMIT = r"(?:(?:the|this|discord's|(?:this|the) server's)\s+)?(?:upload |size |file size |upload size )?limit"
_HERE = rf"(?:here|(?:in|into|on|within|for)\s+discord|discord|this server|(?:in |within )?{_LIMIT})"
_FITS = (
    rf"(?:(?:to|that|so (?:that )?it)\s+fits?(?:\s+{_HERE})?"
    rf"|for discord|(?:under|within|below) {_LIMIT})"
)
_OPTION = (
    r"(?:\s*,?\s*(?:(?:as|in|at|to|into|for)\s+)?(?:an?\s+)?"
    r"(?:mp4|\d{3,4}\s?p|4k|2k|full\s?hd|hd|high quality|best quality|(?:animated )?gif|mp3|audio(?: only)?|sound only"
    rf"|{_SHAPED}|{_SOURCE})(?:\s+(?:mp4|video|file|resolution|quality|version|format|shape))?"
    rf"|\s*,?\s*{_FITS}"
    r"|\s*,?\s*(?:under|below|within|max(?:imum)?|at most|less than|smaller than|up to)\s+\d+(?:\.\d+)?\s*"
    r"(?:mb|mib|m|megabytes?)"
    r"|\s*,?\s*(?:now|right now|again|please|pls|for me|when (?:you are |you're )?(?:done|ready|finished)|here"
    r"|without uploading(?: (?:it|anything))?(?: to (?:the )?(?:cloud|internet|web))?))"
)
_EXPORT_EN = (
    rf"(?:(?:export|render|download)(?:\s+{_THING})?|(?:send|give|get)\s+(?:me\s+)?{_THING}(?:\s+to me)?"
    r"|save\s+(?:it\s+)?as\s+(?:an?\s+)?(?:mp4|mp3|gif)"
    rf"|(?:make|create|turn|convert)(?:\s+{_THING})?(?:\s+(?:in)?to)?(?:\s+an?)?\s+(?:animated\s+)?gif"
    rf"|(?:convert(?:\s+{_THING})?\s+to\s+(?:an?\s+)?mp3|(?:extract|get|save)\s+(?:(?:only|just)\s+)?the\s+audio))"
    rf"{_OPTION}*"
)
_KIND_ZH = r"(?:gif|动图|动态图|mp3|音频|声音|竖屏|竖版|横屏|横版|方形|方屏|正方形|9:16|16:9|1:1|4:5)(?:版|的)?"
_EXPORT_ZH = (
    rf"(?:(?:把|将)?(?:视频|成片|它|文件|结果|作品)?(?:给我)?(?:{_KIND_ZH})?只?(?:导出|下载|输出)"
    r"(?:来|出来|一下|视频|成片|文件|它|结果|作品|给我|吧|了|mp4)*"
    r"|(?:把|将)(?:视频|成片|文件|结果)发(?:给)?我|(?:发|给)我(?:视频|成片|文件)"
    r"|(?:做成|转成|生成|制作)(?:一个|个)?(?=gif|动图)|(?:只要|提取)(?=音频|声音))"
    rf"(?:为|成|到)?(?:\s*(?:mp4|\d{{3,4}}p|4k|高清|{_SOURCE_ZH}|{_KIND_ZH}))*"
    r"(?:[,，]?\s*(?:要)?(?:适合|符合)(?:这里|discord|本?服务器)?的?(?:上传)?(?:限制|上限|大小)?)?(?:[,，]?\s*(?:不超过|小于|低于)?\s*\d+(?:\.\d+)?\s*(?:mb|m|兆)(?:以内|以下)?)?(?:格式|视频)?(?:吧|了)?"
)
_EXPORT = rf"(?:{_EXPORT_EN}|{_EXPORT_ZH})"
_PREVIEW = (
    rf"(?:(?:show|give|send)\s+me\s+|(?:make|render|create|see|show)\s+)?(?:(?:an?|the|my|quick|fast|short)\s+)*preview"
    rf"(?:\s+(?:of\s+)?(?:{_THING}|the timeline))?"
    r"|(?:给我)?(?:看看?|看一下|生成|来|先)?(?:一下|一个|个)?(?:快速)?预览(?:一下|视频|看看|效果|一遍)*"
)

_COMMANDS: tuple[tuple[Intent, str], ...] = (
    ("export", _EXPORT),
    ("export", _PREVIEW),
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
_THEN_PREVIEW = re.compile(
    r"(?P<edit>.+?)(?:[\s,;.]*\s(?:and|then|and then)\s+|[\s,，。；、]*(?:并且?|然后|最后|再)\s*)"
    rf"(?P<export>{_PREVIEW})[\s.!。！]*",
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
_PREVIEWED = re.compile(_PREVIEW, re.ASCII | re.IGNORECASE)
_FORMATS: tuple[tuple[Literal["gif", "mp3"], re.Pattern[str]], ...] = (
    ("gif", re.compile(r"gif|动图|动态图")),
    ("mp3", re.compile(r"mp3|audio|sound|音频|声音")),
)
_RATIOS: tuple[tuple[Literal["9:16", "16:9", "1:1", "4:5"], re.Pattern[str]], ...] = (
    ("9:16", re.compile(r"vertical|portrait|9:16|竖")),
    ("16:9", re.compile(r"landscape|horizontal|16:9|横")),
    ("1:1", re.compile(r"square|1:1|方")),
    ("4:5", re.compile(r"4:5")),
)
_AS_LARGE = re.compile(rf"{_SOURCE}|{_SOURCE_ZH}")
_FIT = re.compile(r"\bfits?\b|for discord|limit|适合|符合")
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
    bare = _POLITE_END.sub("", masked)
    found = _THEN.fullmatch(bare) or _THEN_PREVIEW.fullmatch(bare)
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
    if _PREVIEWED.search(lower):
        return PREVIEW
    height = _HEIGHT.search(lower)
    named = next((value for name, value in _NAMED_HEIGHTS if name in lower), None)
    size = _MEGABYTES.search(lower)
    source = _AS_LARGE.search(lower) is not None
    plain = wanted(int(height[1]) if height else named, float(size[1]) if size else None, source=source)
    said = {
        "format": next((name for name, words in _FORMATS if words.search(lower)), "mp4"),
        "ratio": next((name for name, words in _RATIOS if words.search(lower)), None),
        "fit": _FIT.search(lower) is not None,
    }
    return plain.model_copy(update=said)


def wanted(height: float | None, max_mb: float | None, *, source: bool = False) -> Export:
    """An export of these numbers, from whoever read them; what makes no sense is left to the upstream.

    Without a height it may be as large as the `source`.
    """
    tall = int(height) if height and 144 <= height <= 4320 else None
    size = int(max_mb * 1_000_000) if max_mb and 0 < max_mb <= 100_000 else None
    return Export(height=tall or ("source" if source else None), max_bytes=size)
