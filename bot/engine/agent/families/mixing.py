"""How sounds stand to each other and to noise: duck, normalize, denoise."""

from collections.abc import Sequence

from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clip_scope
from bot.engine.timeline.ops import Denoise, Duck, Normalize, Op

_SPEAKING = (
    r"\b(?:(?:when|while|whenever|during|under|underneath|below|behind|for|beneath|every ?time|if|as) (?:[\w']+ ){0,3}?"
    r"(?:speak(?:s|ing)?|talk(?:s|ing)?|speech|voices?|voice ?-?overs?|dialogue?|narration|says? (?:something|"
    r"anything)|talking "
    r"(?:parts|segments)))\b|(?:说话|人声|讲话|有人说|对白|旁白|有人声)(?:的)?(?:时候?|的时候|部分|期间)|避让人声|"
    r"人声(?=.{0,6}音乐)"
)
_LOWER = (
    r"\b(?:lower(?:s|ed)?|quieter|softer|reduce[sd]?|dip(?:s|ped)?|drop(?:s|ped)?|less loud|(?:turn|bring|fade|go|"
    r"goes|pull)(?: "
    r"(?:@music|it))? ?down|down)\b|压低|降低|调低|调小|减小|变小|小声?(?:一?[点些])?|自动降|压"
)
_DUCK = r"\b(?:auto[ -]?)?duck(?:s|ed|ing)?\b|闪避|避让|人声压|自动压低"
_OFF = r"@remove|\b(?:stop|disable|turn off|no(?: more)?|undo|without)\b|取消|关掉|关闭|不要"
_NORMALIZE = (
    r"\b(?:level (?=@sound)|(?:fix|sort out|adjust|even) (?=.{0,12}\blevels\b)|levels? (?=.{0,6}all over)|"
    r"all over (?:the )?place|(?:more )?(?:even|equal)(?=\W*$)|"
    r"normali[sz](?:e|ed|ing|ation)|level(?:l?ing)? out|"
    r"even(?:ing)? (?:(?:it|them|things|everything) )?(?:out|up)|balanc(?:e|ing)(?: out)?|"
    r"equali[sz]e|consistent|inconsistent|uneven|"
    r"loudness|lufs|same (?:volume|loudness|level)|uniform)\b|响度|(?:音量|声音|响度).{0,4}(?:统一|均衡|平衡|一致|"
    r"标准化|拉齐|调匀)|"
    r"标准化|统一"
    r"(?:一下)?(?:音量|响度|声音)|(?:平衡|均衡)(?:音量|声音|响度)|忽大忽小|一会儿?大.{0,2}一会儿?小|时大时小|"
    r"忽高忽低|大小不一|不均匀|不一致|大小一致|(?:一样|同样|同等)(?:大|响|音量)|"
    r"拉[平齐]|调匀|(?:调|"
    r"弄)(?:得)?(?:均匀|平衡|一致)"
)
_NOISE = (
    r"\b(?:de-?nois(?:e|ed|ing)|(?:background |wind |fan |room |hiss(?:ing)? |static |ambient |traffic |"
    r"ac )?nois(?:e|es|y)|"
    r"hum(?:s|ming)?|hiss(?:ing)?|static|buzz(?:ing)?|rumble|crackl(?:e|ing)|noise (?:reduction|removal|"
    r"cancell?ation|cancelling))\b|"
    r"降噪|去噪|噪音|杂音|杂声|嘈杂的?(?:声音?|环境音?)?|噪声|底噪|风声|风噪|(?:风扇|空调|电流|机器)的?声音?|嗡嗡声|"
    r"电流声|沙沙声"
)
_CLEAN = (
    r"\b(?:clean(?:ing)?(?: up)?|denoise|fix|improve|enhance) (?=.{0,12}(?:@sound|@voice))|"
    r"\bclean(?:er)? (?:@sound|@voice)|(?:人声|声音|说话).{0,4}(?:清[楚晰]|干净)一?点?|(?:清理|优化|"
    r"净化)(?=.{0,4}(?:@sound|@voice))"
)
_WHAT = (
    r"@sound|@music|@voice|@whole|@make|\b(?:it|of|in|for|to|on|level|levels|track|video|clip|automatically|auto|bit|"
    r"little|"
    r"peaks?|across|clips?|between|at|all|parts|throughout|loud|quiet|is|are|there|there's|so|a|some|lot|annoying|"
    r"background|out|"
    r"from|up|reduction|i|we|he|she|they|people|someone|anybody|anyone|somebody|talk|speak|always|below|under|can|be|"
    r"heard|"
    r"hear(?:ing)?|volumes?|standard|youtube|podcast|spotify|target)\b|"
    r"到?(?:一个|同一个?|相同的?)?(?:水平|标准|级别)|一?点|一?些|自动|大小|全部|整个|视频|里面?的?|太|很|有|把|的|做|"
    r"到|为|一下|忽大忽小|时候?|就|让|使"
)


def _duck(f: Found) -> Sequence[Op] | None:
    target = "music" if f.take(r"@music") else None
    level = f.token(r"(?:\b(?:to|at|by)\b|到|成|为)? <P>")
    f.take(rf"{_SPEAKING}|{_LOWER}|{_DUCK}|{_WHAT}")
    percent = round(level.number) if level else None
    return [Duck.model_validate({"target": target, "percent": percent})]


def _drowned(f: Found) -> Sequence[Op]:
    """ "The music drowns my voice": told as a complaint."""
    f.take(rf"{_WHAT}|\b(?:fix|that|please|my|me|myself|is|out)\b")
    return [Duck(target="music")]


def _no_duck(f: Found) -> Sequence[Op]:
    f.take(rf"{_SPEAKING}|{_WHAT}")
    return [Duck(off=True)]


def _normalize(f: Found) -> Sequence[Op] | None:
    slots: dict[str, object] = {}
    if level := f.token(r"(?:\b(?:to|at)\b|到|成|为)?[ -]*<N> lufs(?:\b)?|lufs[ :=-]*<N>|\bloudness[ :=-]*<N>|"
                        r"(?:\b(?:to|at)\b|到|成|"
                        r"为) -?<B>|"
                        r"(?:\b(?:to|at)\b|到|成|为)[ -]*<N>"):  # fmt: skip
        slots["lufs"] = -abs(level.number)
    if f.has(r"@music") and not f.has(r"\b(?:and|with|between|video|voice)\b|和|视频|人声"):
        slots["target"] = "music"
    elif f.has(r"@voice|原声"):
        slots["target"] = "video"
    narrowed = f.has(r"<[TG]\d+>") or any(token.clips for token in f.all("C"))
    if narrowed and not f.has(r"\b(?:all|every|between|across)\b|每"):
        return None
    f.take(rf"{_NORMALIZE}|{_WHAT}|<C>|\blufs\b")
    return [Normalize.model_validate(slots)]


def _not_normalized(f: Found) -> Sequence[Op]:
    f.take(_WHAT)
    return [Normalize(off=True)]


def _denoise(f: Found) -> Sequence[Op] | None:
    clip = clip_scope(f)
    f.take(
        rf"{_NOISE}|{_CLEAN}|{_WHAT}|@remove|@add|\b(?:fan|wind|room|ac|traffic|air ?con(?:ditioner)?|microphone|mic|"
        rf"camera|reduce|"
        r"suppress|filter|turn|down|cancel|steady|constant|apply|do|clean|computer|fridge|street|improve|enhance|"
        r"quality)\b|"
        r"风扇|空调|背景|后台|环境|压(?:下去|低|小)?|太大|处理|减少|降低|消除|过滤|一次|清理"
    )
    return [Denoise(clip=clip if isinstance(clip, int) else None)]


def _noise_stays(f: Found) -> Sequence[Op]:
    f.take(_WHAT)
    return [Denoise(off=True)]


_PICTURE = (
    r"\b(?:film grain|video noise|image noise|visual noise|grain|noisy (?:picture|image|video)|picture|image|"
    r"colou?rs?)\b|画面|颗粒"
)
_DROWNED = (
    r"@music .{0,16}\b(?:drown(?:s|ing)?(?: out)?|cover(?:s|ing)?(?: up)?|overpower(?:s|ing)?|"
    r"louder than)\b.{0,16}(?:@voice|\b(?:me|him|her|"
    r"them|people)\b)|\b(?:can'?t|cannot|can barely|hard to)(?: (?:really|even))? hear\b.{0,20}\bover\b .{0,6}@music|"
    r"音乐(?:太大声?)?盖(?:过|住)了?.{0,4}"
    r"(?:人声|声音|说话|我)"
)
RULES = (
    Rule("duck_drowned", (_DROWNED,), _drowned, never=r"@remove|<[PTGC]\d+>"),
    Rule("no_duck", (_OFF, r"\bduck(?:ing|ed)?\b|闪避|避让"), _no_duck, never=r"<[PTGC]\d+>"),
    Rule("duck", (_DUCK,), _duck, never=rf"{_OFF}|\b(?:a|the|rubber|donald) duck\b|<[TG]\d+>|\bducks\b(?! (?:music|"
                                        rf"under))"),
    Rule("duck_lower", (r"@music|\bit\b", _LOWER, _SPEAKING), _duck, never=rf"@remove|<[TGC]\d+>|@text|{_DUCK}|"
                                                                           rf"\bspeed"),
    Rule("not_normalized", (_OFF, r"\bnormali[sz]"), _not_normalized, never=r"<[PTGCN]\d+>"),
    Rule(
        "normalize",
        (_NORMALIZE, r"@sound|@music|@voice|\b(?:normali[sz]\w*|loudness|lufs|levels?|loud|quiet|clips?|volumes?|"
                     r"it)\b|响度|音量|大|响"),
        _normalize,
        never=r"@remove|\b(?:louder(?! than (?:others|the rest|the other))|credits?|account|colou?rs?|white|"
              r"exposure|balance$|brightness|speed|fonts?|style|"
              r"shot)\b|积分|余额|"
        r"白平衡|颜色|<[PH]\d+>",
    ),
    Rule("noise_stays", (r"\b(?:stop|disable|turn off|undo|no(?: more)?)\b|取消|关掉|"
                         r"关闭", r"\b(?:de-?nois|noise (?:reduction|"
                         r"removal))\w*|降噪|去噪"), _noise_stays, never=r"<[TGC]\d+>"),
    Rule(
        "denoise",
        (r"@remove|@add(?=.{0,12}\bnoise (?:reduction|removal|cancel))|\b(?:reduce|suppress|filter|cancel|"
         r"clean(?: up)?|do|turn down|there(?:'s| is)|too much|fix|need)\b|"
         r"降噪|去噪|消除|减少|降低|处理|过滤|压|太大|有|太多|清理|^\W*(?:de-?noise|noise (?:reduction|removal))|"
         r"\bde-?noise\b", _NOISE),
        _denoise,
        never=rf"<[TGP]\d+>|{_PICTURE}|\b(?:echo|reverb|other people|talking)\b|回声|混响|取消|@text|\b(?:stop|"
              rf"turn off|disable)\b",
    ),
    Rule(
        "clean_sound",
        (_CLEAN,),
        _denoise,
        never=rf"<[TGPL]\d+>|{_PICTURE}|@text|\b(?:echo|reverb|cut|transcript|subtitles?|levels)\b|回声|@silence",
    ),
)  # fmt: skip
