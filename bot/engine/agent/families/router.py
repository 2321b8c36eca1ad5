"""Short forms and what goes to another door: export, undo, redo, upload, status, credits, cancel."""

from collections.abc import Sequence

from bot.engine.agent.families.shape import RATIOS
from bot.engine.agent.rules import Build, Found, Rule
from bot.engine.timeline.ops import ExportOp, Mute, Op, Redo, Simple, Undo, Unsupported

_EXPORT = (
    r"\b(?:export(?:ing|ed)?|render(?:ing)?|download|save(?: (?:it|this|video|file|result))?|output(?: (?:it|as))?"
    r"|(?:send|give|get|hand|show|gimme)(?: me)? (?:(?:finished|final|edited|resulting|complete|<[HS]\d+>) )*(?:video|"
    r"file|result|mp4|clip)"
    r"|(?:finali[sz]e|deliver)(?: (?:it|video))?)\b|导出|输出|渲染|下载|出片|生成成品|保存(?:视频|"
    r"成品|下来)?|存成|存为|成片"
)
WRITTEN = ("mp4", "webm", "mov", "mkv", "gif", "mp3", "wav")
"""The formats a finished file can have."""
_WITHOUT_SOUND = (
    r"(?:\bbut\b )?\b(?:without|no|minus) (?:any )?(?:audio|sound)\b|(?:不带|不要|去掉|无)(?:声音|音频|声)|静音(?:版|"
    r"视频)?"
)
_SOURCE = (
    r"\b(?:in |at |with |to )?(?:(?:the |its )?(?:same|full) (?:size|resolution|quality) as (?:the )?(?:original|"
    r"source|footage)|(?:original|source|native)(?: (?:video|file|footage))?(?: |-)(?:size|resolution|quality)|"
    r"full resolution)\b|(?:按|用|以)?(?:原始?|源文件|源)的?(?:尺寸|大小|分辨率|画质|清晰度)"
)
"""As large as the footage."""
_FORMATS = r"\b(mp4|mov|webm|mkv|avi|gif|mp3|wav|prores|hevc|h ?\.?265)\b"


def _export(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    f.take(r"\b(?:h ?\.?264|aac)\b")
    formats = f.find(_FORMATS)
    f.take(_FORMATS)
    named = (
        (
            formats[-1]
            if f.take(
                r"\b(?:actually|no|wait|rather|instead)\b|"
                r"不对|还是"
            )
            else formats[0]
        )
        if formats
        else None
    )
    name = "gif" if f.take(r"动图|动态图") else named[1].replace(" ", "") if named else None
    if name and name not in WRITTEN:
        return [Unsupported(what=f"format {name}", nearest="mp4")]
    if name:
        slots["format"] = name
    for kind, slot in (("H", "height"), ("S", "fps"), ("Z", "max_mb")):
        if found := f.all(kind):
            slots[slot] = int(found[0].number) if slot == "height" else round(found[0].number, 3)
    if f.take(_SOURCE):
        slots.setdefault("height", "source")
    if "height" not in slots and (bare := f.token(r"(?:\b(?:in|at)\b )?<N>(?=\W*$)")):
        if bare.number not in (480, 720, 1080, 1440, 2160):
            return None  # a number that measures nothing known
        slots["height"] = int(bare.number)
    if ratio := f.all("X"):
        slots["ratio"] = ratio[0].text
    else:
        shape = next((r for words, r in RATIOS.items() if f.take(words)), None)
        if shape is None and f.take(r"\b(?:instagram|insta|ig)\b"):
            shape = "1:1"
        if shape:
            slots["ratio"] = shape
    f.take(
        rf"{_EXPORT}|@whole|\b(?:as|in|under|below|less|than|within|max(?:imum)?|at|most|up to|smaller|"
        r"no more than|high|best|good|quality|full|hd|for discord|discord|for (?:instagram|youtube|"
        r"linkedin|facebook|twitter|web|phone)|without uploading to cloud|locally|when done|done|ready|"
        r"finished|final|clean|cut|copy|mp4|file|version|instead|size|format|resolution|limit|result|result(?:ing)?|"
        r"when (?:you're|it's) (?:done|ready))\b|成|为|格式|小于|不超过|以内|以下|低于|不大于|控制在|大小|"
        r"分辨率|高清|最终|成品|视频|文件|最高|画质|质量|干净|最后|一份|版本|用于"
    )
    return [ExportOp.model_validate(slots)]


def _silent(f: Found) -> Sequence[Op] | None:
    made = _export(f)
    f.take(_WITHOUT_SOUND)
    return [Mute(), *made] if made else None


def _times(f: Found) -> int:
    if token := f.token(r"<N>|<M>"):
        return max(1, min(int(token.number), 100))
    return 2 if f.take(r"\btwice\b") else 1


def _undo(f: Found) -> Sequence[Op] | None:
    if f.take(
        r"\b(?:everything|all|start over|from scratch|reset|back to (?:the )?(?:start|original|"
        r"beginning))\b|全部|所有|重新开始|从头"
    ):
        return [Undo(count=max(f.context.undo_depth, 1))]
    count = _times(f)
    f.take(
        r"\b(?:last|previous|my|that|it|step|steps|edit|edits|change|changes|thing|things|action|one|back|"
        r"two)\b|上|前|最近|刚才|刚刚|一?步|操作|修改|编辑|次|的|这|那"
    )
    return [Undo(count=count)]


def _redo(f: Found) -> Sequence[Op] | None:
    count = _times(f)
    f.take(
        r"\b(?:last|previous|that|it|step|steps|edit|edits|change|changes|undo|undone|undid|what|put|bring|back)\b|"
        r"上|前|一?步|操作|次|撤销|的"
    )
    return [Redo(count=count)]


def _door(op: str) -> Build:
    def build(f: Found) -> Sequence[Op]:
        f.take(
            r"\b(?:what|what's|how|many|much|show|check|see|tell|current|new|more|let|left|remaining|have|got|"
            r"is|are|are there"
            r"|so far|now|tracks?|timeline|project|list|look like|video|file|footage|clips?|from|computer|all|stop|that"
            r"|export|render|everything|job|current|another|in)\b|查看?|看看?|现在|当前|还有|还剩|剩余?|多少|"
            r"我的|什么样|怎么样|是"
            r"|时间线|轨道|新的?|文件|素材|视频|正在|任务|渲染|导出"
        )
        return [Simple.model_validate({"op": op})]

    return build


RULES = (
    Rule("silent_export", (_EXPORT, _WITHOUT_SOUND), _silent, never=r"@text|\b(?:frames?|captions?|subtitles?)\b|字幕"),
    Rule(
        "export",
        (_EXPORT,),
        _export,
        never=r"@text|@music|\b(?:download|save|get) .{0,20}\b(?:youtube|tik ?tok|instagram) (?:video|clip)|"
        r"\bdownload (?:this |that )?(?:youtube|tik ?toks?|insta(?:gram)?|netflix|twitch|spotify)\b|"
        r"\b(?:frames?|audio|subtitles?|captions?|srt|vtt|upload(?:ed)?|screen ?shot|"
        r"thumbnail|don't|transcript|luts?|report|channel|account)\b|@silence|@remove|字幕|截图|封面|音频|按钮|"
        r"过(?:程|慢)",
    ),
    Rule(
        "format",
        (r"^\W*(?:(?:as|in) )?(?:mp4|mov|webm|mkv)(?: (?:file|video|version|format|instead))*\W*$",),
        _export,
    ),
    Rule(
        "undo",
        (
            r"\bundo\b|\bctrl ?[+-]? ?z\b|\b(?:revert|roll ?back|go back|step back|take back|take (?:it|"
            r"that) back)\b|撤销|撤回|回退|回滚|取消上一?步|上 ?[一1]?(?:<N>)?步(?:的?操作)?(?:不要|不算|作废|取消)|"
            r"返回上一步|后退|退回|"
            r"^\W*(?:let's )?start (?:over|again|from scratch)\W*$",
        ),
        _undo,
        never=r"\bredo\b|恢复|撤销的|\bund(?:id|one)\b|\bundo (?:last |that )?undo\b",
    ),
    Rule("undo_put_back", (r"\b(?:put|bring|change) (?:it|that) back\b|\bback to how it was\b|恢复原样|还原",), _undo),
    Rule(
        "redo",
        (
            r"\bre-?do\b|\b(?:put|bring) back .{0,20}\bund(?:id|one|o)\b|\bundo (?:last |that )?undo\b|"
            r"\bctrl ?[+-]? ?y\b|重做|恢复(?:上|撤销|刚才?|一步)|取消撤销",
        ),
        _redo,
    ),
    Rule(
        "credits",
        (r"\b(?:credits?|balance|quota)\b|积分|余额|额度",),
        _door("credits"),
        never=r"\b(?:add|put|insert)\b|@remove|\b(?:white|color|audio|end(?:ing)?|closing|roll(?:ing)?|sound|"
        r"free)\b|片尾|颜色",
    ),
    Rule(
        "status",
        (
            r"^\W*(?:show|list|what's|check|current|project|export|render)?\W*(?:status|tracks|timeline|"
            r"progress)\W*$|\b(?:show|list|see)(?: me)? (?:tracks|timeline|clips|scenes|footage|project)\b|"
            r"\bwhat(?:'?s| is| do we have) (?:in it|on timeline|in timeline|status|there|in (?:this )?project)\b|"
            r"^\W*where (?:are|were) we\b|^\W*(?:scene|"
            r"clip) list\W*$|^状态$|查看状态|现在什么样|"
            r"到哪(?: ?(?:[一1]|<N>)步|儿|里)?了|进展|做得怎么样了|时间线$|轨道(?:列表)?$|进度|当前状态|看看?时间线",
        ),
        _door("status"),
        never=r"\b(?:add|put|insert)\b|@remove|进度条|\bprogress bar",
    ),
    Rule(
        "upload",
        (
            r"^\W*(?:i want to |let |how (?:do|can) i )?(?:upload|send|add|attach|drop)(?: (?:more|new|"
            r"another|some))?(?: (?:videos?|files?|footage|clips?|media))?\W*$|^(?:我要)?上传|"
            r"\bupload (?:video|file|footage|clip|another|new|more)\b",
        ),
        _door("upload"),
        never=r"\bto (?:youtube|tik ?tok|instagram|slack|cloud|drive)|到|以及|highlights|^add\W*$|\blink\b",
    ),
    Rule(
        "cancel",
        (
            r"^\W*(?:cancel|stop|abort|never ?mind|nvm|forget it|quit)\b|^取消$|^停止?$|^算了|^停下|"
            r"取消(?:导出|渲染|任务)|停止(?:导出|渲染|处理)",
        ),
        _door("cancel"),
        never=r"@music|@text|\b(?:noise|sound|motion|subscription)\b|静音",
    ),
)
