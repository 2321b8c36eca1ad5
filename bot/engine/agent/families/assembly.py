"""From files to one video, and its chapters: slideshow, merge, chapters."""

from collections.abc import Sequence

from bot.engine.agent.asking import missing
from bot.engine.agent.families.joins import STYLES
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clean_number
from bot.engine.timeline.ops import Answer, Chapters, Merge, Op, Slideshow

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".gif")
VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg")
_PHOTO = r"\b(?:photos?|pictures?|images?|pics?|stills|pngs?|jpe?gs?)\b|照片|图片|相片"
_JOIN = (
    r"\b(?:merg(?:e|es|ed|ing)|join(?:s|ed|ing)?|combin(?:e|es|ed|ing)|concat(?:enat(?:e|ed|ing))?|stitch(?:ed|ing)?|"
    r"glue|put (?=.{0,24}together)|append|attach)\b|合并|合成(?=一个|一段|一条|视频)|"
    r"拼接?(?=.{0,8}(?:起来|一起|成|视频|片段|后面|$))|拼起来|连起来|接起来|接在|接到"
)
_FILES = (
    r"\b(?:clips?|videos?|files?|together|into|one|single|two|three|footage|shots|all|both|continuous|seamless|"
    r"in order|"
    r"movie|multiple|separate|recordings?|it|them|everything|main|after|behind|to|of|at|end)\b|成|起来|一起|在一起|"
    r"视频|片段|"
    r"一个|这些|这几段|几段|两段|<[CNF]\d+>|所有|全部|一段|@end|后面|的|文件|素材"
)


def _pictured(names: Sequence[str]) -> bool:
    return any(name.casefold().endswith(PICTURES) for name in names)


def _slideshow(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    if each := f.token(
        r"(?:\b(?:each|every|per)\b (?:photo|picture|image|one|slide) (?:for|shown for|lasts?|at|with)? ?|(?:每张|"
        r"每幅|每个|各)"
        r"(?:照片|图片?)?(?:显示|停留|放|持续)?)<T>"
        r"|<T>(?: display time)?(?: (?:\b(?:each|apiece|per (?:photo|picture|image|slide)|every photo|a photo)\b))|"
        r"<T> (?:display time|\bon screen\b)|(?:\b(?:for|at|with)\b )<T>"
    ):
        slots["seconds"] = clean_number(each.number)
    if f.take(r"\b(?:no|without) transitions?\b|不要转场|无转场"):
        slots["style"] = "none"
    elif style := next((name for words, name in STYLES.items() if f.take(words)), None):
        slots["style"] = style
    f.take(
        rf"{_PHOTO}|@make|@add|\b(?:from|of|with|using|these|all|video|movie|into|elegant|smooth|simple|nice|"
        r"transitions?|between|each|per|photo|image|display time|create|attached|uploaded|slides?)\b|<N>|<F>|幻灯片|"
        r"相册|"
        r"视频|做成|成|用|这些|几张|张|转场|过渡|每张|制作|生成|的|把"
    )
    names = (*f.context.attachments, *(clip.name for clip in f.facts.clips))
    if not _pictured(names):
        return missing(f, "no_photos")
    return [Slideshow.model_validate(slots)]


def _merge(f: Found) -> Sequence[Op] | None:
    named = [t.text for t in f.all("F")]
    f.take(_FILES)
    here = {name.casefold(): name for name in f.context.attachments}
    if named:
        known = [here[name.casefold()] for name in named if name.casefold() in here]
        if len(known) == len(named):
            return [Merge(files=known)]
        return missing(f, "no_file_to_merge", file=next(n for n in named if n.casefold() not in here))
    if any(name.casefold().endswith(VIDEOS + PICTURES) for name in f.context.attachments):
        return [Merge()]
    return [Answer(topic="joined")]


def _chapters(f: Found) -> Sequence[Op] | None:
    f.take(
        r"@add|@make|\b(?:markers?|list|create|generate|youtube|timestamps?|with|based on|topic changes?|"
        r"automatic(?:ally)?|"
        r"auto|for|clips?|each|every|per|one|at|from|of|clip names?|named|called|titled|points?|section|use|put|mark|"
        r"as|topics?|"
        r"by)\b|<C>|自动|标记|每个|按|片段|生成|根据|内容|话题|列表|叫|名为|在|处|的|和|打|做"
    )
    if listed := f.all("K"):
        return [Chapters(items=[(at, title[:100]) for at, title in listed[0].items])]
    titles, times = f.all("Q"), f.all("T")
    if not titles and not times:
        return [Chapters()]
    if len(titles) == len(times):
        return [
            Chapters(items=sorted((clean_number(t.number), q.text[:100]) for q, t in zip(titles, times, strict=True)))
        ]
    if len(titles) == 1 and f.take(r"@start|\bintro\b"):
        return [Chapters(items=[(0, titles[0].text[:100])])]
    return missing(f, "chapter_titles")


def _no_chapters(f: Found) -> Sequence[Op] | None:
    f.take(r"\b(?:all|markers?|any)\b|所有|全部|标记|的")
    return [Chapters(remove=True)] if f.facts.chapters else missing(f, "no_chapters")


_CHAPTERS = r"\bchapters?(?: (?:markers?|list|points?))?\b|章节"
RULES = (
    Rule(
        "slideshow",
        (
            rf"\bslide ?shows?\b|幻灯片|电子相册|相册视频|(?:\b(?:turn|make|create|combine|put)\b|做|制作|用|"
            rf"把).{{0,24}}"
            rf"(?:{_PHOTO}).{{0,12}}(?:\binto (?:video|movie)\b|视频|影片)|"
            rf"<T> (?:\b(?:per|each|a)\b) ?(?:{_PHOTO})|(?:每张|每幅)(?:照片|图片?)?.{{0,6}}<T>",
        ),
        _slideshow,
        never=r"@remove|@music|\b(?:generate|animate|script|prompt|product|wedding slideshow|linkedin|starting with|"
              r"piece|ai|"
        r"promo(?:tional)?)\b|(?<!制作)(?<!做)生成",
    ),
    Rule(
        "merge",
        (rf"{_JOIN}(?=.{{0,30}}(?:<[CNF]\d+>|\b(?:clips?|videos?|files?|together|footage|shots|them|everything|"
         rf"recordings?)"
         r"\b|视频|片段|起来|一起|素材|文件|它们|这些))|<[CF]\d+> ?(?:拼|接)(?:在|到)",),
        _merge,
        never=r"@text|@music|@sound|\b(?:transitions?|highlights?|photos?|images?|picture|60|reel|fade)\b|转场|渐变|"
              r"叠化|淡|<[TQ]\d+>|"
        r"@silence|照片|图片",
    ),
    Rule(
        "merge_file",
        (r"@add|\b(?:append|attach)\b|接|拼", r"<F>", r"@end|\bafter\b|\bappend\b|后面|之后|接上|拼上"),
        _merge,
        never=r"@music|@sound|@text|\b(?:watermark|logo|overlay|background|picture)\b|<[TGQ]\d+>|水印",
    ),
    Rule("no_chapters", ("@remove|取消", _CHAPTERS), _no_chapters, never=r"<[QKT]\d+>"),
    Rule(
        "chapters",
        (r"@add|@make|\b(?:create|generate|mark|split .{0,12}into|auto)\b|生成|做|打|加|标|^\W*(?=chapters|章节)",
         _CHAPTERS),
        _chapters,
        never=r"@remove|\btext\b|\b(?:title|caption|then|summary|transcript|step-by-step|delete)\b|标题|字幕|<[GP]\d+>|"
        r"^\W*chapters?\W*$|^\W*章节\W*$|\bchapter <N",
    ),
)  # fmt: skip
