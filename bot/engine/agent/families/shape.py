"""The picture's shape and size: aspect, resize."""

from collections.abc import Sequence

from bot.engine.agent.asking import choose, missing
from bot.engine.agent.rules import Found, Rule
from bot.engine.timeline.ops import Aspect, Op, Resize

RATIOS: dict[str, str] = {
    r"\b(?:vertical(?:ly)?|portrait|tik ?toks?|(?:insta(?:gram)? )?reels?|(?:youtube )?shorts?|"
    r"stor(?:y|ies)|snapchat|9x16|phone format)\b|竖屏|竖版|竖向|纵向|抖音|快手|视频号|小红书|手机竖|竖的|竖过来|"
    r"竖起来": "9:16",
    r"\b(?:landscape|horizontal(?:ly)?|wide ?screen|youtube(?! shorts?)|16x9)\b|横屏|横的(?!变)|横版|横向|宽屏|"
    r"油管|西瓜|b站": "16:9",
    r"\b(?:squared?|instagram (?:post|feed))\b|方形|正方形|方屏|方的": "1:1",
}
BARE = (
    rf"^\s*(?:in |wide ?screen |cinematic |ratio )?(?:<X>|{'|'.join(RATIOS)})(?: (?:video|format|crop|version|please|"
    rf"格式|画面|比例|视频))*\s*$"
)
"""A shape and nothing else."""
_FOLLOW = (
    r"\b(?:track(?:ing)?|follow(?:ing|s)?|keep(?:ing)?|center(?:ed|ing)? on|centred? on|focus(?:ing|ed)? on|"
    r"stay(?:s|ing)? on)\b.{0,16}"
    r"\b(?:speaker|face|faces|person|subject|me|him|her|talker|presenter|host|man|woman)\b(?: (?:in (?:frame|shot|"
    r"view|middle|center|centre)|"
    r"cent(?:er|re)d?|visible|throughout|at all times))*|\b(?:auto|smart|speaker|face|ai)[ -]?(?:reframe|"
    r"track(?:ing)?|crop)\b|"
    r"\b(?:speaker|face|subject|person|presenter|me|him|her) (?:in (?:middle|center|centre|frame)|cent(?:er|re)d)\b|"
    r"(?:跟踪|追踪|跟随|跟着|对准|聚焦|锁定|保持).{0,6}(?:人脸|人物|说话人|说话的人|主体|主播|脸|人)(?:在?(?:居中|"
    r"中间|画面(?:中|里|内)?))?|"
    r"(?:人脸|人物|主体|说话人)(?:始终|一直|保持)?(?:跟踪|追踪|居中|在(?:画面)?中间|在画面(?:中|里|内))"
)
"""What a crop to another shape shall keep in sight."""
MODES: dict[str, str] = {
    r"\b(?:no|without) (?:black )?bars\b|(?:不要|不留|没有|无)黑边": "crop",
    r"\bblur(?:red|ry|s)?(?: (?:background|bars?|sides?|edges?|fill))?\b|(?:背景|两边|两侧|左右|边缘|边上|"
    r"周围)?(?:留|用|加|填充?|做|是)?(?:高斯)?模糊(?:的?背景|"
    r"填充|两侧|边)?|背景虚化|"
    r"虚化(?:背景)?|毛玻璃": "blur_pad",
    r"(?:\bbut\b )?\b(?:no|without|don't|do not|not) crop(?:ping)?\b|\b(?:pad(?:ded|ding)?|letter ?box(?:ed)?|"
    r"pillar ?box(?:ed)?|fit|(?:black )?bars)\b|不(?:要)?裁剪?|(?:两边|上下|左右|四周)?[留补填]黑色?|黑边|留边|加边|"
    r"填充": "pad",
    r"\b(?:crop(?:ped|ping)?|fill(?: (?:screen|frame))?)\b|裁剪?|裁切|铺满|填满|撑满": "crop",
}
_SHAPE = "|".join(RATIOS)


def _aspect(f: Found) -> Sequence[Op] | None:
    meant = f.token(r"(?:\b(?:to|into|as|in)\b|成|为) <X>")
    exact = f.all("X")
    aimed = next(
        (
            r
            for words, r in RATIOS.items()
            if f.has(
                rf"(?:\b(?:to|into|as|in)\b|成|为|变|"
                rf"改) (?:{words})(?!.*<X>)"
            )
        ),
        None,
    )
    named = [ratio for words, ratio in RATIOS.items() if f.take(words)]
    ratio = meant.text if meant else aimed or (exact[-1].text if exact else named[0] if named else None)
    if ratio is None:
        return None
    if f.take(r"\b(?:no|wait|actually|rather)\b|不对|还是"):
        last = max(((m[-1].end(), r) for words, r in RATIOS.items() if (m := f.find(words))), default=(0, ratio))
        ratio = last[1] if not exact else exact[-1].text
    track = f.take(_FOLLOW)
    mode = "crop" if track else next((name for words, name in MODES.items() if f.take(words)), None)
    f.take(
        r"@make|\b(?:for|format|formatted|aspect|ratio|mode|reformat|reframe|resize|orientation|version|"
        r"shape|into|use|add|with|keep(?:ing)?|centered|center|crop|fit|frame|canvas|sized?|from|video|"
        r"output|upload|post|instead|everything|insta(?:gram)?|ig|facebook|linkedin|twitter)\b|比例|画幅|画面|尺寸|"
        r"格式|模式|版本|视频|成|为|转|居中|"
        r"适合|适配|手机上?(?:看|刷|播放)?|观看|发布?|用|加"
    )
    return [Aspect.model_validate({"ratio": ratio, "mode": mode, "track": "speaker" if track else None})]


def _which(f: Found) -> Sequence[Op]:
    f.take(r"\b(?:for|instagram|insta|facebook|linkedin|twitter|phone|mobile|social media|video|change|ratio)\b")
    ratios = ("9:16", "1:1", "4:5", "16:9")
    return choose(
        f, "which_ratio", {f"ratio_{r}": r for r in ratios}, {f"ratio_{r}": (Aspect(ratio=r),) for r in ratios}
    )


def _resize(f: Found) -> Sequence[Op] | None:
    sizes = f.all("H")
    token = f.token(r"(?:\b(?:to|into|in|at)\b|到|成|为) <H>") or sizes[-1]
    f.take(
        r"@make|\b(?:down ?(?:scale|size|sample)|up ?scale|scale|resize|resolution|quality|hd|definition|"
        r"video|down|size|good|high)\b|分辨率|清晰度|画质|尺寸|缩小|缩放|降低?到?|压缩?到?|高清|超清"
    )
    if token.other:
        return (
            [Resize(height=round(token.number))]
            if _same_shape(f, token.other, token.number)
            else missing(f, "which_shape", width=token.other, height=token.number)
        )
    return [Resize(height=round(token.number))]


def _resize_to(f: Found) -> Sequence[Op] | None:
    """ "Drop the resolution to 720": a number without its p."""
    height = round(f.all("N")[0].number)
    f.take(r"@make|\b(?:drop|lower|reduce|bring|raise|down|to|at|resolution|pixels?)\b|降|到|为|成")
    return [Resize(height=height)] if height in (240, 360, 480, 540, 720, 1080, 1440, 2160) else None


def _same_shape(f: Found, width: float, height: float) -> bool:
    return abs(width / height - f.facts.width / max(f.facts.height, 1)) < 0.02


def _scaled(f: Found) -> Sequence[Op] | None:
    token = f.all("P")[0]
    f.take(r"\b(?:to|by|down|up|of|original|size|resolution)\b|到|原来的?|大小|分辨率")
    share = (
        token.number / 100
        if f.has(
            r"\bto <P>|到 <P>|"
            r"<P> \bof\b"
        )
        or token.number >= 100
        else 1 - token.number / 100
    )
    height = round(min(f.facts.width, f.facts.height) * share / 2) * 2
    return [Resize(height=height)]


_NO_EXPORT = r"\b(?:export|render|download|save|output|send|deliver)\b|导出|输出|渲染|下载|保存"
RULES = (
    Rule(
        "aspect",
        (
            r"@make|@add|\b(?:crop|reformat|reframe|resize|aspect|ratio|format|letterbox|fit|fill|pad|for|"
            r"vertical(?:ly)?|square|landscape|portrait|horizontal)\b|裁|比例|画幅|竖|横|适合|适配|"
            r"方形|尺寸|" + _FOLLOW,
            f"<X>|{_SHAPE}",
        ),
        _aspect,
        never=rf"<X> (?:letter ?box|cinema\w*|movie|film|black)? ?bars|{_NO_EXPORT}|@text|\b(?:mirror|flip|post|"
        rf"publish|upload|style|"
        r"captions?|clips?|cut|caption|generate|create|from this)\b|镜像|翻转|发布|发到|上传|"
        r"转场|@silence|@music|(?<!裁)@remove(?!裁)",
    ),
    Rule(
        "aspect_missing",
        (r"\b(?:crop|reframe|aspect(?: ratio)?|reformat)\b|裁剪|画幅|比例",),
        _which,
        never=rf"<[XTGCP]\d+>|{_SHAPE}|@text|@silence|\b(?:left|right|top|bottom|edges?|bars?)\b|黑边|左|右|上|下",
    ),
    Rule(
        "aspect_bare",
        (BARE,),
        _aspect,
    ),
    Rule(
        "resize",
        (
            r"@make|\b(?:downscale|downsize|upscale|scale|resize|resolution|convert|quality|in)\b|分辨率|"
            r"清晰度|画质|降到|压到|缩放|缩小|缩到|提升|改成",
            "<H>",
        ),
        _resize,
        never=rf"{_NO_EXPORT}|@text|@music|@remove|\b(?:compress|mp4|mov|codec|bitrate|gif|into a)\b",
    ),
    Rule(
        "scaled",
        (r"\b(?:down ?scale|scale|resize|shrink)\b|分辨率|缩放", "<P>"),
        _scaled,
        never=rf"{_NO_EXPORT}|@text|@music|@remove|<[XCTGF]\d+>|\b(?:logo|water ?mark|speed|opacity|zoom|crop|file|"
        rf"clip)\b|水印",
    ),
    Rule(
        "resize_number",
        (r"\bresolution\b (?:\b(?:down|to|at|of)\b)* <N>|<N> \bresolution\b|分辨率 (?:到|为|成|降到|改成|调到) <N>",),
        _resize_to,
        never=rf"{_NO_EXPORT}|<[XCTGFMP]\d+>",
    ),
    Rule("resize_bare", (r"^\s*<H>\s*$",), _resize),
)
