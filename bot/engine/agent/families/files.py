"""What makes a file and leaves the timeline as it is: gif, thumbnail, compress, extract_audio, other formats."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import OFF, clean_number, range_scope
from bot.engine.timeline.ops import Compress, ExportOp, ExtractAudio, Gif, Op, Thumbnail, Unsupported

VIDEO_FORMATS = ("mp4", "webm", "mov", "mkv")
PROJECTS: dict[str, str] = {
    r"\b(?:final ?cut(?: pro)?(?: x)?|fcp ?x?(?: ?xml)?|xml)\b": "fcpxml",
    r"\bedl\b|\bavid(?: media composer)?\b": "edl",
    r"\b(?:otio|open ?timeline(?: ?io)?|(?:adobe )?premiere(?: pro)?|pr(?= (?:工程|项目|文件|project))|"
    r"da ?vinci(?: resolve)?|resolve|(?:editable |"
    r"editing |nle |project |"
    r"timeline )(?:project|file)|another editor)\b|达芬奇|工程文件?|项目文件|可编辑的?(?:工程|项目)": "otio",
}
"""Timelines for other editors, by the editor's or the format's name."""

_GIF = r"\b(?:animated )?gifs?\b|动图|动态图"
_HELD = (
    r"\b(?:part|bit|section|clip|moment|of|from|out|as|to|into|in|at|for|wide|pixels?|px|loop(?:ing|ed)?|short|"
    r"high quality|hd|second|preview|long|it)\b"
)
_SAVED = (
    r"\b(?:convert|save|grab|pull|take|turn|download|gimme|generate|produce|extract|capture|get|snap|snapshot|"
    r"export|render|give me|"
    r"send me|please|want)\b|@make|@add|转换?|保存|导出|截取?|生成|输出|取|抓"
)


def _stretch(f: Found) -> dict[str, object]:
    found = range_scope(f)
    return {} if found is None else {"start": clean_number(found[0]), "end": clean_number(found[1])}


def _of_clip(f: Found) -> dict[str, object]:
    """From where to where the one clip that is named goes."""
    clips = [n for token in f.all("C") for n in token.clips]
    if len(clips) != 1 or not 1 <= clips[0] <= len(f.facts.clips):
        return {}
    start = sum(clip.seconds for clip in f.facts.clips[: clips[0] - 1])
    return {"start": clean_number(start), "end": clean_number(start + f.facts.clips[clips[0] - 1].seconds)}


def _gif(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    if width := f.take(r"(\d{2,4}) ?(?:px|pixels?|像素)(?: wide)?|(?:宽度?) ?(\d{2,4})"):
        slots["width"] = int(width[1] or width[2])
    elif token := f.token(r"<N> (?:\b(?:px|pixels?|wide)\b|像素)(?: \bwide\b)?|(?:\bwidth(?: of)?\b|宽度?) <N>"):
        slots["width"] = round(token.number)
    elif token := f.token("<H>"):
        slots["width"] = round(token.other or token.number * 16 / 9)
    length = f.token(r"<T> (?:\blong\b)?(?: 的? ?(?:animated )?gifs?\b|的?动图)|(?:\blasting\b|\bfor\b|时长) <T>")
    length = None if f.has(r"@last <T>|@first <T>") else length
    begin = f.token(r"(?:\b(?:at|from|starting (?:at|from))\b|在|从) <T>(?:处|开始)?") if length else None
    if length:
        start = begin.number if begin else 0.0
        slots |= {"start": clean_number(start), "end": clean_number(start + length.number)}
    else:
        slots |= _stretch(f) or _of_clip(f)
    f.take(_GIF)
    f.take(_SAVED)
    f.take(_HELD)
    f.take(r"成|为|的|段|做|一个|部分|片段|格式")
    return [Gif.model_validate(slots)]


_STILL = (
    r"\b(?:thumb ?nails?(?: images?)?|screen ?(?:shots?|grabs?|caps?)|still (?:frames?|images?|pictures?)|stills?|"
    r"poster (?:frame|image)|"
    r"(?:png|jpe?g|image|picture) of (?=frame|video|<T>)|cover (?:image|photo|picture|frame)|frame ?grabs?|"
    r"snap ?shots?)\b|截 (?:一?[帧张])? (?:图片?|屏|帧|画面|封面)|"
    r"抽帧|封面图?|缩略图|"
    r"(?:导出|保存|提取|截取).{0,6}(?:帧|图片|画面)|\b(?:extract|grab|save|export|get|capture|take|"
    r"pull|give)\b(?: \b(?:me|evenly|equally|spaced|different|random|one|1|all|"
    r"every|each|single|first|last|middle|out|video|<N>)\b| <N>)* \b(?:frames?|images?|stills?)\b"
)


def _still(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    if token := f.token(r"(?:\b(?:every|each|per)\b|每隔?) <TN>(?:秒)?|<T> intervals?|\bintervals? of <T>"):
        slots["every"] = clean_number(token.number)
    elif f.take(r"\b(?:every|each|per|a) second\b|每秒(?:一[张帧])?"):
        slots["every"] = 1
    elif f.take(r"\b(?:all|every|each) (?:single )?frames?\b|所有帧|每一?帧|逐帧"):
        f.take(_STILL), _stretch(f), f.take(r"@whole|\b(?:from|as|images?|video|png|jpe?g)\b")
        series: dict[str, tuple[Op, ...]] = {f"every_{n}": (Thumbnail(every=n),) for n in (1, 5)}
        return choose(f, "how_many_frames", {}, {**series, "frames_20": (Thumbnail(count=20),)})
    if "every" not in slots and (
        token := f.token(
            r"<N> (?:\b(?:evenly[ -]spaced|different|random|equally spaced)\b)? (?=thumb|frame|still|screen|image|"
            r"张|帧|幅)"
        )
    ):
        slots["count"] = round(token.number)
    f.take(_STILL)
    if slots:
        slots |= _stretch(f)
    elif token := f.token(
        r"(?:\b(?:at|from|around|of|@|for)\b|在|从|第)? <T>(?: \bmark\b|处|的?时候?|那一?帧|的|画面)*"
    ):
        slots["at"] = clean_number(token.number)
    elif token := f.token(r"(?:@middle) (?:\bof\b)?"):
        slots["at"] = clean_number(f.facts.seconds / 2)
    elif f.take(r"\b(?:first|opening) (?:frame|image|picture)\b|第一帧|首帧|第 ?1 ?帧"):
        slots["at"] = 0
    elif f.take(r"\b(?:last|final) (?:frame|image|picture)\b|最后一?帧|尾帧"):
        slots["at"] = clean_number(max(f.facts.seconds - 0.1, 0))
    f.take(_SAVED)
    f.take(
        r"\b(?:as|png|jpe?g|images?|pictures?|frames?|from|of|at|to|file|at|mark|evenly|spaced|for|each|extract|"
        r"make|use|youtube|cover|"
        r"one|single|1|take|screen)\b|图片?|张|帧|画面|格式|一张|一个|作为|做|当|秒|的|把|视频|里|设为|来"
    )
    return [Thumbnail.model_validate(slots)]


_COMPRESS = (
    r"\b(?:compress(?:ed|ion|ing)?|(?:small|light) enough (?=for|to)|(?:reduce|shrink|lower|decrease|cut(?: down)?|"
    r"bring down|smaller|"
    r"minimi[sz]e) (?:the )?(?:video |"
    r"file ?)?size|(?:smaller|lighter) (?:file|size|video file)(?: size)?|(?:make|get) (?:file|it|video|"
    r"this) (?:size )?(?:smaller|lighter) "
    r"(?=file|<Z>|for|so|to send)|(?:make|get) file (?:size )?(?:smaller|lighter)|shrink (?:it|video|file|this|"
    r"clip)|(?:file|video|it's|it is|"
    r"size)(?: size)?(?: is)? too (?:big|large|heavy))\b|"
    r"压缩|压到|压成|压小|弄小|瘦身|(?:减小|缩小|降低|变小).{0,4}(?:体积|大小|文件)|体积.{0,4}(?:小|大)|"
    r"文件.{0,3}(?:变?小|太大)"
)
_LIMIT = (
    r"\b(?:under|below|less than|at most|max(?:imum)?|up to|no (?:more|bigger|larger) than|within|smaller than|"
    r"fit(?:s)? (?:in(?:to)?|under|within)|"
    r"(?:down )?to|keep (?:it )?(?:under|below))\b|小于|不超过|以内|以下|低于|控制在|不大于|限制在|压到|到|内"
)


def _compress(f: Found) -> Sequence[Op] | None:
    size = f.all("Z")
    f.take(_COMPRESS)
    f.take(_LIMIT)
    f.take(
        r"@make|\b(?:it|file|video|size|for|so|can|i|send|email|e-mail|discord|whatsapp|upload|limit|get|needs?|"
        r"must|be|fit|that|smaller|"
        r"without losing (?:much )?quality|good quality|much|as (?:small|much) as possible|small|enough|a lot|"
        r"percent|of|original|half|by|its|"
        r"down|large|keep|quality|web|sharing|fits?|want|too big)\b|大小|体积|文件|视频|一点|一下|适合|发送?|微信|"
        r"邮件|的|到|成|为|请|尽量|最|小"
    )
    f.all("P")
    if heights := f.all("H"):
        return [
            ExportOp.model_validate({"height": round(heights[0].number), "max_mb": size[0].number if size else None})
        ]
    return [Compress.model_validate({"max_mb": clean_number(size[0].number) if size else None})]


_SOUND = r"\b(?:audio(?: track| file)?|sound(?: ?track)?|mp3|wav|m4a)\b|音频|声音|音轨|原声|mp3|wav"
_EXTRACT = (
    rf"\b(?:extract|rip|isolate|pull(?: out)?|strip out)\b.{{0,24}}(?:{_SOUND})|"
    r"\b(?:get|save|export|download|convert|(?:turn|make) (?=.{0,20}\binto\b)|give me|send me|separate|detach|gimme|"
    r"grab|"
    r"output)\b.{0,18}\b(?:audio|mp3|wav|m4a|sound ?track|sound)\b|"
    r"\b(?:audio|sound) (?:only|(?:as|in|to) (?:mp3|wav|m4a))\b|^\W*(?:mp3|wav|m4a)(?: (?:please|file|version|only|"
    r"格式))*\W*$|\b(?:only|just) (?:audio|sound) (?=file|please|as|$)|"
    r"(?:只要|只需要|仅要|单独要)(?:声音|音频|音轨|原声)|(?:提取|抽取?|分离|剥离|导出|保存|输出|转换?成?为?|"
    r"存成?).{0,8}(?:音频|声音|音轨|mp3|wav|原声)|(?:音频|声音|"
    r"音轨)(?:单独)?(?:提取|导出|保存|分离|抽)"
)


def _extract(f: Found) -> Sequence[Op] | None:
    kind = f.take(r"\b(mp3|wav|m4a)\b")
    f.take(_EXTRACT)
    f.take(_SOUND)
    f.take(_SAVED)
    f.take(
        r"@keep|\b(?:as|to|into|in|an?|from|of|file|format|only|just|convert|separate|detach|out|video|export|high|"
        r"quality|it|"
        r"rip|stem|audio)\b|成|为|格式|文件|单独|出来?|从|视频|里|的|要|分离|抽|只|中"
    )
    return [ExtractAudio.model_validate({"format": kind[1] if kind else None})]


_CONVERT = (
    r"\b(?:convert(?:ed)?|transcode|remux|re-?encode|change|turn|transform|save|make|put|wrap|need|want|give me|"
    r"get)\b|转换?|换|改|变|存|格式"
)
_TARGETS = r"\b(mp4|webm|mov|mkv|gif|avi|wmv|flv|prores|hevc|ogg|m4v|mpe?g)\b"
_INTO = (
    rf"(?:\b(?:to|into|as|in)\b|成|为|到|格式)(?:\s*(?:\b(?:an?|the|new|web-?friendly)\b|视频|格式))* ?{_TARGETS}|"
    rf"转 ?{_TARGETS}|"
    rf"{_TARGETS} ?(?:格式|format)"
)


def _convert(f: Found) -> Sequence[Op] | None:
    into = f.take(_INTO)
    target = next((g for g in into.groups() if g), None) if into else None
    if target is None:
        return None
    f.take(_TARGETS)
    f.take(_CONVERT)
    f.take(
        r"\b(?:h ?\.?264|aac|file|format|video|container|with|and|using|so|it|plays|from|into|new|good|quality|"
        r"codec|web-?friendly)\b|视频|文件|格式|的|成|为"
    )
    if target == "gif":
        return [Gif.model_validate(_stretch(f))]
    if target not in VIDEO_FORMATS:
        return [Unsupported(what=f"format {target}", nearest="mp4")]
    slots: dict[str, object] = {"format": target}
    for kind, slot in (("H", "height"), ("S", "fps"), ("Z", "max_mb")):
        if found := f.all(kind):
            slots[slot] = int(found[0].number) if slot == "height" else round(found[0].number, 3)
    return [ExportOp.model_validate(slots)]


_ANY_PROJECT = "|".join(PROJECTS)


def _project(f: Found) -> Sequence[Op] | None:
    named = [name for words, name in PROJECTS.items() if f.take(words)]
    f.take(
        r"@make|@add|\b(?:export|save|download|output|open|send|give me|convert|as|an?|to|in|into|for|project|"
        r"timeline|file|so|i|can|edit|continue|"
        r"editing|import|it|sequence|format|xml|the|keep|editable|pro)\b|导出|输出|保存|剪辑|工程|项目|文件|成|为|"
        r"的|到|"
        r"给|里|时间线|格式|可以|打开|"
        r"继续|编辑"
    )
    return [ExportOp.model_validate({"project": named[0]})]


_NO_FILE = r"@text|<Q>|@silence|\bdon't\b|\b(?:generate a|prompt|slide ?show|gap|markers?|report|vocals?|stems?)\b"
RULES = (
    Rule(
        "gif",
        (_GIF,),
        _gif,
        never=rf"{_NO_FILE}|\b(?:add|put|insert|place|overlay|stick|sticker|of (?:cat|dog|me)|export|render|"
        rf"reaction)\b|"
        r"(?<!增)加|插入|放|贴|导出|输出|@remove|\bno gif",
    ),
    Rule(
        "gif_part",
        (_GIF, r"<[TG]\d+>", r"\b(?:export|render|save)\b|导出|输出|保存"),
        _gif,
        never=rf"{_NO_FILE}|\b(?:add|put|insert|overlay|sticker)\b|{OFF}",
    ),
    Rule(
        "thumbnail",
        (_STILL,),
        _still,
        never=rf"{_NO_FILE}|\b(?:freez\w*|frozen|insert|design|add|put|text|bold|transition|contact sheet|"
        rf"frame ?rate|photos|pngs|"
        r"hold|slow|create .{0,16}(?:with|about|featuring))\b|定格|字|插入|加|转场|幻灯|"
        rf"{OFF}",
    ),
    Rule(
        "limit",
        (
            rf"^\W*(?:(?:{_LIMIT}|\b(?:in|make it|size)\b|大小|体积|文件|要)\W*)*<Z>(?:\W*(?:{_LIMIT}|\b(?:or less|max|"
            rf"limit)\b|大小))*\W*$",
        ),
        _compress,
    ),
    Rule(
        "compress",
        (rf"{_COMPRESS}|(?:{_LIMIT}) <Z>|<Z> (?:{_LIMIT}|\b(?:limit|max|file|or less)\b)",),
        _compress,
        never=rf"{_NO_FILE}|\b(?:export|render|save|gif|dynamic|audio|sound|crf|bit ?rate|codec|ratio|convert)\b|"
        r"导出|输出|动图|@sound|时长|<[TG]\d+>",
    ),
    Rule(
        "extract_audio",
        (_EXTRACT,),
        _extract,
        never=rf"{_NO_FILE}|\b(?:mute|replace|use|music|noise|sync\w*|video with|with (?:audio|sound|music)|"
        rf"voice ?over|script|text|"
        r"speech|background|remove|delete|add|louder|quieter|back|mono|stereo|normali[sz]e|and (?:video|audio)|"
        r"out of sync|bring|effects?|without|minus|no|rid|buzz\w*|hum\w*|hiss\w*|static)\b|"
        r"@music|静音|降噪|替换|背景|配音|人声|恢复|加|效果|<[TG]\d+>|(?:去|删)[掉除]",
    ),
    Rule(
        "convert",
        (_CONVERT, _INTO),
        _convert,
        never=rf"{_NO_FILE}|\b(?:photos?|images?|static|script|speech|export|slideshow|h ?\.?265|bit ?rate|add|"
        rf"vertical|portrait|landscape|"
        r"animated short|mp4 interview)\b|导出|输出|竖|横|字幕|@music",
    ),
    Rule(
        "project",
        (
            rf"{_ANY_PROJECT}",
            r"\b(?:export|save|download|output|open|send|convert|give me|as|for|import|edit|need|want)\b|导出|"
            r"输出|保存|"
            r"打开|转|成",
        ),
        _project,
        never=rf"{_NO_FILE}|\b(?:how|like in|vs|versus|better|luts?|grade|node|fusion|plugin|template|subtitles?|"
        rf"captions?|resolve (?:the|this) issue|"
        r"capcut|tutorial|issue|problem)\b|字幕",
    ),
)
