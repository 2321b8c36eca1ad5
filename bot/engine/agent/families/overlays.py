"""What lies over the picture: watermark, picture_in_picture (and b-roll), split_screen, timecode, progress_bar."""

import re
from collections.abc import Sequence

from bot.engine.agent.asking import choose, missing
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import OFF, clean_number, position, scopes
from bot.engine.timeline.ops import (
    Op,
    PictureInPicture,
    ProgressBar,
    SplitScreen,
    TextOp,
    Timecode,
    Unsupported,
    Watermark,
)

_PICTURE = re.compile(r"\.(?:png|jpe?g|webp|gif|bmp|tiff?|heic)$", re.ASCII | re.IGNORECASE)
_VIDEO = re.compile(r"\.(?:mp4|mov|webm|mkv|avi|m4v|mpe?g)$", re.ASCII | re.IGNORECASE)
_MARKED = re.compile(r"logo|water_?-?mark|brand|水印|标", re.ASCII)
_PLACED = r"\b(?:corner|top|bottom|left|right|opacity|transparent|overlay|watermark)\b|[左右]|角|透明|叠加"
"""What tells a picture that shall lie over the video from one that shall become a clip."""
_LOGO = (
    r"\b(?:water ?marks?|(?:brand |channel |company |team )?logos?|brand(?:ing)? marks?)\b|水印|标志|商标|台标|"
    r"角标|徽标"
)
_LAY = (
    r"@add|\b(?:overlay(?:ing|ed)?|superimpose|stamp|pin|position|make|move|set|as|in|at|on|to|into|over|onto|using|"
    r"from|picture|"
    r"image|png|transparent|video|footage|screen|small|corner|whole|entire|throughout|time|keep|brand|own|company)\b|"
    r"\b(?:lower|reduce|less|more|opacity|transparency)\b|叠加|贴|放到?|再|置于|移到|挪到|作为|当|做|在|上|的|用|"
    r"调到|调|设为|设|画面|图片|到|全程|角落?|一个|个"
)
_EDITED = r"\b(?:move|change|make|set|put|shift|resize|turn)\b|移|挪|改|调|变|换"
_SMALLER = r"\b(?:smaller|shrink|tinier)\b|小一?[点些]|更小|变小|缩小|调小"
_LARGER = r"\b(?:bigger|larger|enlarge)\b|大一?[点些]|更大|变大|放大|调大"
_SMALL, _LARGE = (
    r"\b(?:small|tiny|little)\b|小(?=的?(?:logo|标志|水印|窗))",
    r"\b(?:big|large|huge)\b|大(?=的?(?:logo|标志|水印))",
)


def _opacity(f: Found) -> float | None:
    if token := f.token(
        r"<P> (?:\b(?:opacity|opaque|visible|visibility|alpha)\b|的?不?透明度?)|(?:\b(?:opacity|alpha)\b|不?透明度) "
        r"(?:\b(?:of|to|at|is)\b|:|=|为|调到|设为|调成|设成|改成|是|到)? <P>"
    ):
        return round(token.number / 100, 3)
    if token := f.token(
        r"<P> (?:\b(?:transparent|transparency|see-?through)\b)|\btransparency (?:\b(?:of|to|at)\b)? <P>"
    ):
        return round(1 - token.number / 100, 3)
    if token := f.token(r"(?:\b(?:opacity|alpha)\b|不?透明度) (?:\b(?:of|to|at)\b|:|=|为|到)? <N>"):
        return round(token.number if token.number <= 1 else token.number / 100, 3)
    if f.take(
        r"\b(?:lower|reduce|less) (?:(?:logo|water ?mark)(?:'s)? )?opacity\b|\b(?:more|bit) transparent\b|更透明|"
        r"透明一?[点些]|"
        r"\b(?:semi|half)[ -]?(?:transparent|opaque|opacity|transparency)(?:ly)?\b|\btranslucent\b|"
        r"@half (?:\b(?:opacity|transparent)\b)|"
        r"半透明|透明度 (?:为|调到|设为|是|:)? 一半|一半的?透明度?"
    ):
        return 0.5
    return None


def _size(f: Found) -> str | int | None:
    if token := f.token(
        r"<P> (?:\b(?:scale|size[d]?|width|of (?:screen|frame|width|video|picture))\b|大小|宽度?)|(?:\b(?:scale|"
        r"size)\b|"
        r"大小|缩放|宽度)"
        r" (?:\b(?:of|to|at)\b|:|为|到)? <P>"
    ):
        return round(token.number)
    named = ((_SMALLER, "smaller"), (_LARGER, "larger"), (_SMALL, "small"), (_LARGE, "large"))
    return next((size for words, size in named if f.take(words)), None)


def _when(f: Found) -> dict[str, object]:
    """A stretch, or "at 0:10 for 5 seconds"; nothing is all the time."""
    if not f.has("<G>"):
        length = f.token(r"(?:\b(?:for|lasting)\b|持续|显示) <T>(?: \blong\b)?")
        at = f.token(r"(?:\b(?:at|from|starting (?:at|from)|@)\b|在|从) <T>(?:处|时|的时候|开始)?")
        if at:
            start = at.number
            ends = {} if length is None else {"end": clean_number(start + length.number)}
            return {"start": clean_number(start), **ends}
        if length and f.take(r"@first|开头"):
            return {"start": 0, "end": clean_number(length.number)}
    return {k: v for k, v in scopes(f)[0].items() if k in ("start", "end")}


def _known(f: Found, name: str) -> str | None:
    return next((one for one in _pictures(f) if one.casefold() == name.casefold()), None) or next(
        (one for one in f.context.attachments if one.casefold() == name.casefold()), None
    )


def _pictures(f: Found) -> list[str]:
    """Pictures that are not in use; else those that came in as a clip beside others, as every dropped one does."""
    ready = [name for name in f.context.attachments if _PICTURE.search(name)]
    clips = f.facts.clips
    return ready or [clip.name for clip in clips if _PICTURE.search(clip.name) and len(clips) > 1]


def _watermark(f: Found) -> Sequence[Op] | None:
    return _marked(f, [t.text for t in f.all("F")])


def _marked(f: Found, named: list[str]) -> Sequence[Op] | None:
    words = f.all("Q")
    f.take(_LOGO)
    slots: dict[str, object] = {}
    if opacity := _opacity(f):
        slots["opacity"] = opacity
    if size := _size(f):
        slots["size"] = size
    if not f.has(r"\blower\b.{0,24}\bopacity") and (place := position(f)):
        slots["position"] = place
    slots |= _when(f)
    edited = f.take(_EDITED) is not None or slots.get("size") in ("smaller", "larger")
    f.take(_LAY)
    if words:
        kept = {k: v for k, v in slots.items() if k in ("position", "start", "end")}
        return [TextOp.model_validate({"content": words[0].text, "position": "bottom-right", **kept})]
    if not named and f.facts.overlays and edited and slots:
        return [Watermark.model_validate({**slots, "edit": True})]
    return _laid(f, slots, named)


def _picture_over(f: Found) -> Sequence[Op] | None:
    name = f.all("F")[0].text
    meant = _MARKED.search(name.casefold()) or f.has(_PLACED)
    return _watermark(f) if meant and _PICTURE.search(name) else None


def _laid(f: Found, slots: dict[str, object], named: list[str]) -> Sequence[Op]:
    """The picture that is meant: named, the only one here, or asked for."""
    ready = _pictures(f)
    if named:
        file = _known(f, named[0])
        return (
            [Watermark.model_validate({"file": file, **slots})] if file else missing(f, "upload_named", file=named[0])
        )
    marked = [name for name in ready if _MARKED.search(name.casefold())]
    if len(marked or ready) == 1:
        return [Watermark.model_validate({"file": (marked or ready)[0], **slots})]
    if not ready:
        return missing(f, "upload_logo")
    shown = ready[:8]
    return choose(
        f,
        "which_file",
        {f"file_{i}": name for i, name in enumerate(shown, 1)},
        {f"file_{i}": (Watermark.model_validate({"file": name, **slots}),) for i, name in enumerate(shown, 1)},
    )


def _no_watermark(f: Found) -> Sequence[Op] | None:
    f.take(_LOGO)
    f.take(r"\b(?:from|all|picture|image|any|existing)\b|所有|全部|画面|里的|的")
    position(f)
    if not f.facts.overlays:
        return [Unsupported(what="remove_object", nearest="blur")]
    return [Watermark(remove=True)]


_PIP = r"\b(?:picture[ -]?in[ -]?pictures?|pip)\b|画中画|小窗口?"
_BROLL = (
    r"\bb-?rolls?\b|\bcover(?:ing)? (?=<G>)|\bcut ?aways?\b|空镜头?|补充画面|插入.{0,12}画面|\b(?:over|"
    r"on top of) (?:the )?(?:main )?(?:talking|"
    r"narration|interview)\b"
)
_FULL = (
    r"\b(?:full ?-?screen|full ?-?frame|covering (?:everything|screen|picture)|fill(?:ing)?(?: the)? (?:screen|"
    r"frame))\b|全屏|铺满|盖住画面"
)


def _clip_numbers(f: Found, match: re.Match[str]) -> list[int]:
    token = f.inside(match)
    return [n for n in token.clips if 1 <= n <= len(f.facts.clips)] if token else []


def _over(f: Found) -> Sequence[Op] | None:
    logos = [f.facts.clips[n - 1].name for m in f.find(r"<C\d+>") for n in _clip_numbers(f, m)]
    if len(logos) == 1 and _PICTURE.search(logos[0]) and _MARKED.search(logos[0].casefold()):
        f.all("C")
        return _marked(f, logos)
    broll = f.take(_BROLL) or f.take(_FULL)
    f.take(_PIP)
    slots: dict[str, object] = {}
    if size := _size(f):
        slots["size"] = size
    elif token := f.token(r"(?:\bat\b)? <P>"):
        slots["size"] = round(token.number)
    place = position(f)
    if place:
        slots["position"] = place
    if broll and not place:
        slots["full"] = True
    clips = [n for token in f.all("C") for n in token.clips]
    named = [t.text for t in f.all("F")]
    slots |= {k: v for k, v in _when(f).items() if v is not None}
    f.take(_LAY)
    f.take(
        r"\b(?:over|on top(?: of)?|above|small|inset|insert|footage|broll|cut|shot|clip|while|main|put)\b|插入|"
        r"画面|叠在|"
        r"上面|缩小|成|变成|的|盖"
    )
    if clips:
        return [PictureInPicture.model_validate({"clip": clips[0], **slots})]
    if named:
        file = _known(f, named[0])
        return (
            [PictureInPicture.model_validate({"file": file, **slots})]
            if file
            else missing(f, "upload_named", file=named[0])
        )
    return _which_over(f, slots)


def _which_over(f: Found, slots: dict[str, object]) -> Sequence[Op]:
    if f.facts.overlays and f.has(_EDITED) and slots:
        return [PictureInPicture.model_validate({**slots, "edit": True})]
    ready = [n for n in f.context.attachments if _VIDEO.search(n) or _PICTURE.search(n)]
    if len(ready) == 1:
        return [PictureInPicture.model_validate({"file": ready[0], **slots})]
    count = len(f.facts.clips)
    if count < 2:
        return missing(f, "upload_overlay")
    options = {
        f"clip_{n}": (PictureInPicture.model_validate({"clip": n, **slots}),) for n in range(1, min(count, 8) + 1)
    }
    return choose(f, "which_clip_over", {}, options)


def _not_over(f: Found) -> Sequence[Op] | None:
    f.take(rf"{_PIP}|{_BROLL}")
    f.take(r"\b(?:overlay|from|window|corner|all|video)\b|所有|全部|的")
    return [PictureInPicture(remove=True)] if f.facts.overlays else missing(f, "nothing_over")


_SPLIT = (
    r"\bsplit[ -]?screens?\b|\bside[ -]?by[ -]?side\b|\b(?:2 ?x ?2|3 ?x ?3|video|clip) grid\b|\bstack(?:ed|"
    r"ing)? (?=.{0,30}\b(?:clips?|videos?|<C>|on top|each other|vertically))|\bgrid (?=of|layout|"
    r"with|view)|"
    r"\bin(?:to)? (?:a )?grid\b|分屏|并排|同屏|[四九六]?宫格|左右拼接|上下拼接|左右对比"
)
_LAYOUTS: dict[str, str] = {
    r"\bgrid\b|宫格|\b[23] ?x ?[23]\b": "grid",
    r"\b(?:top (?:and|&|/)? ?bottom|stack(?:ed|ing)?|vertical(?:ly)?|above (?:and below|"
    r"each other)|on top of(?: each other| one another)?)\b|上下": "column",
    r"\b(?:side[ -]?by[ -]?side|left (?:and|&|/)? ?right|horizontal(?:ly)?|next to each other)\b|左右|并排": "row",
}


def _split_screen(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    layouts = [name for words, name in _LAYOUTS.items() if f.take(words)]
    if layouts:
        slots["layout"] = layouts[0]
    f.take(_SPLIT)
    clips = [n for token in f.all("C") for n in token.clips]
    f.take(
        r"\b(?:clips?|videos?|both|two|2|all|show|play(?:ing)?|at same time|together|of|layout|view|effects?|with|"
        r"same time|simultaneously|"
        r"screen|next to)\b|视频|片段|两[个段]|同时|播放|效果|画面|显示|的|做|成|放|几[个段]"
    )
    f.all("N")
    if len(f.facts.clips) < 2:
        return missing(f, "two_clips")
    if len(clips) > 1:
        slots["clips"] = clips
    return [SplitScreen.model_validate(slots)]


def _timecode(f: Found) -> Sequence[Op] | None:
    off = f.take(OFF)
    place = None if off else position(f)
    f.take(_CODE)
    f.take(
        r"@add|\b(?:burn(?:ed)?(?:[ -]?in)?|overlay|on|in|it|screen|video|picture|visible|running|of|over)\b|画面|"
        r"屏幕上?|视频|显示|叠加|上|的|在"
    )
    return [Timecode(remove=True)] if off else [Timecode.model_validate({"position": place})]


_CODE = (
    r"\btime ?codes?\b|\b(?:running|elapsed) (?:time|clock|timer)\b|\btime ?stamp (?=overlay|on|in|burn)|"
    r"\b(?:burn(?:ed)?(?: in)?|overlay) (?:a )?time ?stamp\b|时间码|时码"
)


def _bar(f: Found) -> Sequence[Op] | None:
    off = f.take(OFF)
    f.take(_BAR)
    f.take(
        r"@add|\b(?:at|on|along|across|bottom|top|video|screen|animated|growing|below)\b|底部|下方|顶部|视频|画面|"
        r"显示|的|在|播放"
    )
    return [ProgressBar(remove=True if off else None)]


_BAR = r"\bprogress ?bars?\b|进度条"
_NOT_LAID = (
    r"\b(?:generat\w*|design|create .{0,12}(?:logo|concepts?)|reveal|animated?|subtitles?|captions?|blur\w*|"
    r"variations?|transitions?)\b|模糊|生成|设计|字幕|打码|转场"
)
RULES = (
    Rule(
        "no_watermark", (rf"(?:{OFF}).{{0,24}}(?:{_LOGO})",), _no_watermark, never=rf"{_NOT_LAID}|<[TGQ]\d+>|\bkeep\b"
    ),
    Rule(
        "watermark",
        (_LOGO, rf"{_LAY}|{_PLACED}|{_SMALLER}|{_LARGER}|<[FQ]\d+>"),
        _watermark,
        never=rf"{_NOT_LAID}|{OFF}|@sound|@music|\bfad(?:e|es|ing)\b|淡[入出]|^\W*(?:keep|leave|保留)|"
        rf"\bno water ?mark|\bwithout|无水印",
    ),
    Rule(
        "picture_over",
        (r"@add|\boverlay|\bsuperimpose|\bpin\b|叠加|贴|放到|移到|置于", "<F>"),
        _picture_over,
        never=rf"{_NOT_LAID}|{OFF}|@music|@start|@end|{_PIP}|{_BROLL}|<Q>",
    ),
    Rule(
        "not_over",
        (rf"(?:{OFF}).{{0,24}}(?:{_PIP}|{_BROLL}|\boverlay\b)",),
        _not_over,
        never=r"@text|<[TGQ]\d+>|\bbeat",
    ),
    Rule("picture_in_picture", (_PIP,), _over, never=rf"{OFF}|@text|<Q>"),
    Rule(
        "b_roll",
        (rf"{_BROLL}", r"@add|\b(?:cut to|as|overlay|cover|lay)\b|插入|盖|<[FC]\d+>"),
        _over,
        never=rf"{OFF}|@text|<Q>|\bbeat|\b(?:suggest|placement)",
    ),
    Rule(
        "laid_over",
        (
            r"@add|\boverlay\b|\bsuperimpose\b|叠加|盖",
            "<[CF]\\d+>",
            rf"{_FULL}|\bcorner\b|角|\b(?:top|bottom|upper|lower)[ -]?(?:left|right)\b|[左右][上下]|\b(?:overlay|"
            rf"superimpose|over)\b.{{0,16}}<C>|叠加在?",
        ),
        _over,
        never=rf"{OFF}|@text|<Q>|@music|@sound|{_LOGO}|\b(?:fade|transition|zoom|blur|crop|flip|mirror)\b|转场|模糊|裁",
    ),
    Rule("split_screen", (_SPLIT,), _split_screen, never=rf"@text|<[QTG]\d+>|{OFF}|\bgreen ?screen|\bgrid lines"),
    Rule("timecode", (_CODE,), _timecode, never=r"<[QTG]\d+>|\b(?:chapters?|list|sync)\b|章节"),
    Rule("progress_bar", (_BAR,), _bar, never=r"<[QTG]\d+>"),
)
