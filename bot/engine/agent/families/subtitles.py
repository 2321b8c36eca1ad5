"""What is said, as words on the picture or in a file: subtitle."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose, missing
from bot.engine.agent.languages import LANGUAGES, OWN_NAMES
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import COLOURS, position
from bot.engine.timeline.ops import Op, Subtitle

NOUN = (
    r"\b(?:sub ?titles?|subs|(?:closed |auto[ -]?)?captions|auto[ -]?caption(?!\w)(?! (?:this|it|video))|captioning|"
    r"closed captions?|cc|caption (?:tracks?|"
    r"files?))\b"
    r"|字幕"
)
_FILE = r"\b(?:srt|vtt)\b"
_SHOW = (
    r"@add|@make|\b(?:generat(?:e|ing)|creat(?:e|ing)|produce|auto[ -]?generate|turn on|enable|burn(?:ed)?|put|need|"
    r"export|save|download|get|give|output|want|do|transcribe|style)\b|生成|自动|配|上(?=字幕)|导出|打上|烧录|开启|"
    r"识别|输出|下载|要"
)
_SIZES: dict[str, str] = {
    r"\b(?:bigger|larger|increase size|enlarge|too (?:small|tiny))\b|大一?[点些]|更大|变大|放大|调大|改大|大点|"
    r"太小": "larger",
    r"\b(?:smaller|tinier|shrink|too (?:big|large))\b|小一?[点些]|更小|变小|缩小|调小|改小|小点|太大": "smaller",
    r"\b(?:big|large|huge)\b|大(?=字)|大号": "large",
    r"\b(?:small|tiny)\b|小(?=字)|小号": "small",
}
_BURN = (
    r"\bburn(?:ed|t|ing)?(?:[ -]?(?:it|them|these|those|subs|captions))?(?:[ -]?(?:in|into|onto|on))?(?!\w)"
    r"(?: (?:video|picture))?|\bhard ?-?(?:coded?|subs?|subbed)\b|\bbak(?:ed?|ing)(?: (?:it|them|"
    r"these))? in(?:to)?\b|硬字幕|烧录|内嵌|压制|"
    r"烧(?:进|到|入)|嵌(?:入|到)|压(?:进|到|入)"
)
_SOFT = (
    r"\bsoft(?:[ -]?(?:coded|subs?))?\b|\bselectable\b|\bas (?:separate )?track\b|\b(?:can be|that) (?:turn(?:ed|s)?|"
    r"switch(?:ed)?|toggled?) (?:on and )?off\b|\bnot burned in\b|软字幕|软(?=字幕)|可(?:以)?(?:关闭|开关)的?|内封"
)
_KARAOKE = (
    r"\bkaraoke(?: style)?\b|\b(?:highlight(?:ing|ed)?|colou?r) (?:each|every|current|spoken) words?\b|"
    r"\bword[ -]by[ -]word(?: highlight(?:ing|s)?)?\b|逐字(?:高亮|变色|显示)?|卡拉 ?ok(?:效果|样式)?"
)
_UPPER = r"\b(?:all caps|upper ?case|capital letters|in caps)\b|(?:全部)?大写"
_OUTLINE = r"(?:COLOUR )?(?:thin |thick )?(?:\b(?:outlines?|outlined|strokes?|borders?)\b|描边|边框|[黑白](?:色)?边)"
_BOX = (
    r"(?:semi[ -]?transparent |translucent |dark |solid )?(?:COLOUR )?(?:\b(?:background bars?|backgrounds?|boxe?s?|"
    r"boxed|bars?|"
    r"backdrop)\b|底色|底框|背景条?|黑底|底板)(?:\b(?: behind (?:them|it|text|words)))?"
)
_ANY_COLOUR = "|".join(f"(?:{words})" for words in COLOURS)
_EXTRA = rf"(?:{_OUTLINE}|{_BOX})".replace("COLOUR ", rf"(?:{_ANY_COLOUR}) ")
_LOOKS = {"position", "color", "outline", "box", "size", "karaoke", "uppercase"}
_CHANGED = (
    r"\b(?:bigger|larger|smaller|move|restyle|recolou?r|change|edit|increase|decrease|enlarge|too|should be|"
    r"need to be)\b|"
    r"@make|改|移到|放到|挪到|往[上下]|[上下]移|换成|\binstead\b|大一?[点些]|小一?[点些]|变大|变小|调大|调小|放大|"
    r"缩小|太[大小]"
)


def _style(f: Found) -> dict[str, object]:
    slots: dict[str, object] = {}
    if f.take(_KARAOKE):
        slots["karaoke"] = True
    if f.take(_UPPER):
        slots["uppercase"] = True
    if f.take(r"\b(?:no|without|remove) (?:outlines?|borders?|strokes?)\b|(?:不要|去掉)描边"):
        slots["outline"] = False
    elif f.take(_OUTLINE.replace("COLOUR ", rf"(?:{_ANY_COLOUR}) ")):
        slots["outline"] = True
    if f.take(r"\b(?:no|without) (?:box|background)\b|不要(?:底色|背景)"):
        slots["box"] = False
    elif f.take(_BOX.replace("COLOUR ", rf"(?:{_ANY_COLOUR}) ")):
        slots["box"] = True
    place = position(f)
    if place == "bottom" and not f.has(r"\b(?:bottom|below|lower|under)|底部|下方|下面|最下|下移|往下|底端|放底"):
        place = None  # a black base (黑底) is no place
    if place:
        slots["position"] = place
    if tint := _colour(f):
        slots["color"] = tint
    size = next((name for words, name in _SIZES.items() if f.take(words)), None)
    if size:
        slots["size"] = size
    elif level := f.token(r"(?:\bto\b|到)? <P>(?: (?:\b(?:size|bigger|larger)\b))?"):
        slots["size"] = round(level.number)
    f.take(
        rf"(?:{NOUN}) ?(?:后面|背后|底下)|{NOUN}|@text|\b(?:font|size|style[ds]?|colou?r(?:ed)?|text|words|letters|"
        rf"look|with|using|track|"
        r"(?:i |we )?(?:can'?t|can barely|cannot|hard to) (?:really )?(?:read|see)(?: (?:them|it|that))?(?: on (?:my )?"
        r"(?:phone|mobile|tv|screen))?)\b|颜色|字体|大小|样式|风格|文字|字|看不清|看不见"
    )
    return slots


def _colour(f: Found) -> str | None:
    """The words' own colour: not that of an outline or a box."""
    for words, name in COLOURS.items():
        if f.take(rf"(?:\bin\b )?(?:{words})(?! {_EXTRA})(?: (?:text|letters|words|font|colou?r)\b|字)?"):
            return name
    return None


def _languages(f: Found) -> tuple[list[str], str | None]:
    """The languages named as those of the words, and the one to translate to."""
    to = r"(?:\b(?:to|into|in)\b|成|为|到)"
    if f.has(r"\btranslat|翻译|译成|译为"):
        for words, code in LANGUAGES.items():
            if f.take(rf"{to} (?:{words})(?: \b(?:sub ?titles?|captions)\b|字幕)?|(?:{words})翻译"):
                f.take(r"\btranslat(?:e|ed|ing|ions?)(?: (?:them|it|this|video|everything))?\b|翻译|译")
                return [], code
    named = [
        (f.text.find(m[0]), code) for words, code in LANGUAGES.items() if (m := f.take(rf"(?:\bin\b )?(?:{words})"))
    ]
    return [code for _, code in sorted(named)], None


def _how(f: Found) -> dict[str, object]:
    slots: dict[str, object] = {}
    if f.take(_SOFT):
        slots["burn"] = False
    elif f.take(_BURN):
        slots["burn"] = True
    if named := f.take(r"(?:\b(?:as|in|to)\b )?(?:\b(?:an?|separate)\b )?\b(srt|vtt)\b(?: (?:format|subtitle|caption))?"
                       r"(?: files?\b)?|(?:成|为)?(srt|vtt)(?:格式|文件)?"):  # fmt: skip
        slots["format"] = named[1] or named[2]
    elif f.take(r"\b(?:subtitle|caption)s? files?\b|字幕文件"):
        slots["format"] = "srt"
    return slots


def _add(f: Found) -> Sequence[Op] | None:
    named = [t.text for t in f.all("F") if t.text.casefold().endswith((".srt", ".vtt"))]
    slots: dict[str, object] = {"file": named[0]} if named else {}
    slots |= _how(f)
    languages, translated = _languages(f)
    slots |= _style(f)
    f.take(
        rf"{NOUN}|{_SHOW}|\b(?:auto(?:matic(?:ally)?)?|auto[ -]?generated?|accurate(?: speaker)? timing|speech|spoken|"
        r"(?:tik ?tok|shorts|reels?|youtube) style|styled(?: for (?:youtube )?(?:shorts|tik ?tok|reels))?|instead|"
        r"(?:to|for) (?:this |my )?(?:short|reel|"
        r"tik ?tok)|product|trending|popular|modern|clean|for free|mp4|mov|mkv|webm|file|bold|words|"
        r"for (?:[a-z]+ )?(?:viewers|people|audience|accessibility|everyone)|what (?:is|"
        r"i'm|i am|he's|she's|they're) (?:being )?(?:said|saying)|throughout|whole|entire|on screen|"
        r"them|it|for (?:sound off|accessibility)|from (?:audio|speech|voice)|(?:and )?sync(?:ed|s|hroni[sz]ed?)?"
        r"(?: them)?(?: (?:to|with) (?:speaker'?s? )?(?:video|audio|speech|voice))?)\b|自动|根据语音|语音|识别|全程|"
        r"把|整个|打|轴|文件|格式"
    )
    if translated:
        slots["translate_to"] = translated
    elif len(languages) == 1:
        slots["lang"] = languages[0]
    elif len(languages) > 1:
        return _one_language(f, languages, slots)
    if slots and f.facts.has_subtitles and not slots.keys() - _LOOKS:
        slots["edit"] = True  # "add an outline to the captions"
    return [Subtitle.model_validate(slots)]


def _one_language(f: Found, languages: list[str], slots: dict[str, object]) -> Sequence[Op]:
    """One row of subtitles is in one language: which of them is asked."""
    options = {f"language_{code}": (Subtitle.model_validate({**slots, "lang": code}),) for code in languages[:4]}
    return choose(f, "which_language", {f"language_{code}": OWN_NAMES[code] for code in languages}, options)


def _change(f: Found) -> Sequence[Op] | None:
    how, (languages, translated), style = _how(f), _languages(f), _style(f)
    slots: dict[str, object] = {**how, **style}
    f.take(rf"{NOUN}|{_CHANGED}|@add|\b(?:to|at|more|lot|little|please|instead)\b|移|往|到|成|为|的|在|再|更")
    if translated or languages:
        slots["translate_to"] = translated or languages[0]
    if not slots or not (f.has(NOUN) or f.facts.has_subtitles):
        return None
    if "format" in slots and not slots.keys() & _LOOKS:
        return [Subtitle.model_validate(slots)]  # only a file is asked for
    f.take(r"\bcaptions?\b")
    if not f.facts.has_subtitles and f.has(
        rf"\bput (?:{NOUN})|\b(?:make|do) (?:{NOUN})(?=\W*$| and\b)|(?:{NOUN}) (?:\bin\b )?(?:{_NAMED})|"
        rf"(?:{_NAMED}) (?:{NOUN})"
    ):
        return None  # made, not changed
    if not f.facts.has_subtitles:
        fresh = Subtitle.model_validate(slots)
        return choose(f, "no_subtitles_yet", {}, {"add_subtitles": (fresh,)})
    return [Subtitle.model_validate({**slots, "edit": True})]


def _mend(f: Found) -> Sequence[Op] | None:
    quoted = f.all("Q")
    if len(quoted) != 2:
        return None
    f.take(rf"{NOUN}|@make|\b(?:to|with|by|in|from|word|says?|say|should be|spelled|fix|correct|replace|rename|typo)\b|"
           r"里面?|中|把|将|改成|改为|换成|替换成?|的|修改|更正|写成|应该是|错")  # fmt: skip
    return [Subtitle(edit=True, find=quoted[0].text[:200], replace=quoted[1].text[:200])]


def _remove(f: Found) -> Sequence[Op] | None:
    f.take(
        rf"{NOUN}|@remove|@whole|\b(?:all|any|turn|off|hide|disable|no|from)\b|所有|全部|关掉|关闭|不要|隐藏|取消|的"
    )
    if not f.facts.has_subtitles:  # "no subtitles" without any is a wish that is met
        return [] if f.has(r"^\W*no\b|不要") else missing(f, "no_subtitles")
    return [Subtitle(remove=True)]


def _transcript(f: Found) -> Sequence[Op]:
    f.take(
        rf"{_SHOW}|@keep|\b(?:full|text|of|what|is|said|everything|everyone|says?|write|down|out|word for word|file|"
        rf"txt|"
        r"as|to|into|speech|audio|dialogue?|recording|episode|my|file|webm|mp4|mkv|mov)\b|完整的?|全文|把|将|说的|"
        r"内容|成|为|文件|语音|音频|导出|"
        r"生成|整理|输出|视频"
    )
    languages, translated = _languages(f)
    slots: dict[str, object] = {"format": "txt"}
    if translated:
        slots["translate_to"] = translated
    elif languages:
        slots["lang"] = languages[0]
    return [Subtitle.model_validate(slots)]


def _translate(f: Found) -> Sequence[Op] | None:
    languages, translated = _languages(f)
    if not translated or languages:
        return None
    f.take(rf"{NOUN}|{_SHOW}|\b(?:audio|speech|dialogue?|words|it|this|everything)\b|语音|内容|视频|对白")
    if f.facts.has_subtitles:
        return [Subtitle(edit=True, translate_to=translated)]
    f.unsure = not f.has(NOUN)
    return [Subtitle(translate_to=translated)]


def _phrase(f: Found) -> Sequence[Op] | None:
    """ "Subtitles in French": asked for without a verb."""
    return _change(f) if f.facts.has_subtitles else _add(f)


def _bare(f: Found) -> Sequence[Op]:
    """A noun and nothing else: most likely wanted, but nothing says so."""
    f.unsure = not f.take(r"\b(?:auto|only|just|on)\b|自动|只要|只加|只")
    f.take(NOUN), f.take("@whole")
    return [Subtitle()]


_CONVERSION = (
    r"\b(?:speech|voice|audio) to text\b|\btranscri(?:pts?|be[ds]?|ptions?|bing)\b|转(?:成)?文字|文字稿|"
    r"逐字稿|讲稿|转录|听写"
)
_NAMED = "|".join(LANGUAGES)
_FILE_ALONE = (
    rf"^\W*(?:<N> ?个|一?个|an?|the)?\W*(?:(?:(?:{NOUN}) ?)?(?:{_FILE})(?: ?(?:files?|文件))?|"
    rf"(?:{NOUN}) ?(?:文件|\bfiles?))\W*$"
)
_STYLED = (
    r"字体|描边|[白黄红蓝绿]色|\boutlined?\b|"
    r"\b(?:tik ?tok|shorts|reels?|youtube|modern|bold) style\b|"
    r"\b(?:white|yellow|green|red|blue|orange|pink|purple|big|large|bold|small) (?=sub|cap)|"
    r"(?:subs|subtitles|captions), ?(?:white|yellow|green|red|blue|orange|pink|purple|top|bottom|big|large|bold)\b|"
    r"\b(?:in|at) (?:top|bottom|cent(?:er|re)|white|yellow|green|red|bold|karaoke)\b|\bstyled\b.{0,40}\b(?:white|"
    r"yellow|bold|outline|"
    r"centered)\b"
)
_NOT_WORDS = (
    r"\b(?:filler|u+m+s?|when|whenever|speaker labels|labels|chapters?|text overlay|title|hashtags?|social media|"
    r"highlight any|action items|summary|summari[sz]e|link)\b|语气词|口头禅|口语词|链接"
)
RULES = (
    Rule(
        "mend_subtitles",
        (
            rf"{NOUN}",
            r"@make|\b(?:fix|correct|replace|rename|should (?:be|say)|spelled)\b|改|换|更正|应该是",
            r"<Q>.*<Q>",
        ),
        _mend,
    ),
    Rule(
        "remove_subtitles",
        (rf"@remove|\b(?:turn off|switch off|hide|disable|no)\b|(?:{NOUN}) off\b|关掉|关闭|隐藏|取消", NOUN),
        _remove,
        never=rf"<Q>|@silence|@add|{_NOT_WORDS}|outline|描边|\bexport\b|background",
    ),
    Rule("translate", (r"\btranslat(?:e|ed|ing)\b|翻译|译成|译为",), _translate, never=rf"{_NOT_WORDS}|<[FL]>"),
    Rule(
        "change_subtitles",
        (rf"{NOUN}|\bcaption\b(?! (?:it|this|video))", _CHANGED),
        _change,
        never=rf"@remove|<Q>|\b(?:add|generate|create|burn|srt|vtt)\b|加(?!大)|生成|{_NOT_WORDS}",
    ),
    Rule(
        "subtitles",
        (_SHOW, rf"{NOUN}|{_FILE}"),
        _add,
        never=rf"@remove|<Q>|@silence|\.(?:srt|vtt)|\btranslate|\bextract\b|翻译|提取|{_NOT_WORDS}",
    ),
    Rule(
        "subtitle_it",
        (
            r"\b(?:subtitle|caption|auto[ -]?caption) (?=it\b|this\b|video\b|everything\b|footage|clip|interview|talk|"
            r"speech|whole|<C>|podcast|recording)",
        ),
        _add,
        never=rf"<Q>|@remove|{_NOT_WORDS}|@add|\b(?:translate|style)",
    ),
    Rule(
        "transcript", (_CONVERSION,), _transcript, never=rf"<[QTG]\d+>|@remove|{NOUN}|{_NOT_WORDS}|\bhere's\b|\bread\b"
    ),
    Rule(
        "subtitles_phrase",
        (NOUN, rf"\bin (?:{_NAMED})|(?:{_NAMED}) ?(?:{NOUN})|{_KARAOKE}|{_FILE}|{_BURN}|{_SOFT}|{_STYLED}"),
        _phrase,
        never=rf"@remove|@add|@make|<[QFTGC]\d+>|\.(?:srt|vtt)|\btranslat|翻译|{_NOT_WORDS}|\b(?:clean|from|for|to|"
        rf"how|extract)\b",
    ),
    Rule("subtitles_file", (_FILE_ALONE,), _add),
    Rule(
        "subtitle_file",
        (
            r"^\W*(?:srt|vtt)(?: (?:\b(?:file|please|format|subtitles?)\b|文件|格式|"
            r"字幕))*\W*$",
        ),
        _add,
    ),
    Rule(
        "subtitles_bare",
        (
            rf"^\W*(?:only |just |auto(?:matic(?:ally)?)? |自动|只要|只加|"
            rf"只)?(?:{NOUN})(?: on)?(?: (?:for|on|over|throughout)? @whole)?\W*$",
        ),
        _bare,
    ),
)
