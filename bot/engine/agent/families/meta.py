"""What the engine will not or cannot do, and questions about it: unsupported, refuse, answer, clarify, none.

What it cannot do is listed in `cannot`.
"""

import re
from collections.abc import Sequence

from bot.engine.agent.asking import Options, choose, missing
from bot.engine.agent.families.cannot import CANNOT
from bot.engine.agent.rules import Build, Found, Rule
from bot.engine.timeline.ops import Answer, Aspect, Op, Refuse, Simple, TransitionOp, TrimSilence, Unsupported

_ATTACK = (
    r"\b(?:ignore|forget|disregard|override)\b.{0,24}\b(?:instructions?|rules?|prompts?|previous|"
    r"above|guidelines)\b|忽略.{0,8}(?:指令|规则|提示|要求|设定)|无视.{0,8}(?:指令|规则)"
    r"|\b(?:system prompt|api ?key|passwords?|secret|token|env(?:ironment)? variables?|\.env|rm -rf|"
    r"sudo|/etc/|shell|bash|execute(?= (?:this|these|following|my|any|shell|sql|bash)?\s?(?:commands?|code|scripts?|"
    r"sql|rm|query)\b)|"
    r"eval\(|drop table|credential)s?\b|系统提示词|密码|密钥|令牌|"
    r"执行命令|运行命令|终端"
    r"|\b(?:delete|remove|wipe|read|list|show|print|leak|dump)\b.{0,20}\b(?:server|database|disk|"
    r"hard drive|files on|system files|other users?|everyone)\b|服务器|数据库|别人的|其他用户|系统文件"
)
_FROM_NOTHING = (
    r"\b(?:logo reveal|animated (?:logo|intro|explainer|stats|short|promo)|motion graphics (?:video|piece|clip)|"
    r"kinetic typography|text[- ]to[- ]video|image[- ]to[- ]video|storyboard)\b"
    r"|\b(?:generat(?:e|ing)|creat(?:e|ing)|mak(?:e|ing)|produc(?:e|ing)|animat(?:e|ing))\b.{0,40}"
    r"\b(?:videos?|clips?|footage|scenes?|animation|films?|movie|reel|short)\b (?:\b(?:of|about|where|showing|"
    r"from(?: this| these)? (?:product|script|text|description|prompt|idea|word|image|photo|sketch))s?\b)"
)
"""Unmistakably footage that does not exist yet: no edit may be read out of its description."""
_PUBLISH = (
    r"\b(?:post|publish|share|upload|put|get|send|stick|throw)\b (?:\b(?:it|this|that|video|everything|result|"
    r"clip)\b )?"
    r"(?:\bup\b )?\b(?:on|in|to|onto|into)\b (?:(?:youtube|tik ?tok|insta(?:gram)?|facebook|twitter|linkedin|twitch|"
    r"snapchat)(?=\W*$)|(?:(?:youtube|tik ?tok|insta(?:gram)?|facebook|twitter|linkedin|twitch|snapchat) )?"
    r"(?:story|stories|feed|page|channel|profile|wall)\b)"
    r"|(?:发(?:布|送|表)?|分享|上传|传|推送|share|post|upload)(?:到|给|在|去)?(?:我的?)?(?:微博|朋友圈|微信|抖音|"
    r"小红书|b站|快手|"
    r"视频号|qq|油管|公众号)(?!的|版|尺寸)"
)
"""Unmistakably a wish to publish: no shape of a picture may be read out of "put it in my story"."""
_QUESTION = (
    r"^\W*(?:so |and |but )?(?:(?:how (?!about)|what(?! about)|what's|why|which|who|where|when (?:will|"
    r"does|is)|does|did|is there|are there|do you|are you|is it|can i|may i|should i|compare|explain|"
    r"describe|suggest|list all|report|identify|analy[sz]e)(?!t\b)|怎么|如何|为什么|什么是|哪|是否|有没有|"
    r"你是|你会|什么)|你(?:觉得|认为|说呢)|在哪[里儿]?\W*$|(?:好不好|对不对)\W*$|"
    r"^(?!.*(?:可以|能|帮|麻烦|给我|可否|行)).*[^吗]吗\W*$|(?:怎么(?:做|弄|用|办|剪|导出|加)|是什么|有哪些|会什么|"
    r"干什么)"
)
_HELP = (
    r"\b(?:help|what can you do|what do you do|commands?|how do(?:es)? (?:this|it|i use)|features?|"
    r"capabilit|can you do|examples?)\b|帮助|你能做什么|会什么|能干什么|功能|怎么用|使用说明"
)
_SMALL_TALK = (
    r"^\W*(?:(?:thanks?(?: you)?|thx|ty|cheers|great|awesome|perfect|nice|cool|lol|ok(?:ay)?|hi|hello|hey|yo|sup|good"
    r" (?:morning|evening|job|work)|love it|looks? (?:good|great)|wow|amazing|well done|you|so much|a lot|bot|there|man"
    r"|everyone|very much)\b\W*)+$|^\W*(?:(?:谢谢|多谢|好的?|你好|哈+|不错|(?:等会|回头|之后|以后|待会)儿?再(?:说|"
    r"加|弄|看)|太棒了|可以|嗯+|在吗|棒)\W*)+$"
)
_VAGUE = (
    r"^\W*(?:@make|edit|fix|improve|enhance|polish|cut|trim|clean(?: up)?|do|try|adjust|process|"
    r"polish up|help(?: me)?(?: edit)?|spice up|tweak|finish|delete|remove|split|keep|add|crop|change|"
    r"speed|volume|music|text|title|mute (?=the part)|keep going|work on)?"
    r"(?: \b(?:it|this|that|everything|things?|something|stuff|up|down|out|one|raw|my|video|clip|"
    r"clips|footage|recording|part|parts|short|better|good|great|cool(?:er)?|nice(?:r)?|pop|awesome|"
    r"professional|pro|epic|fun(?:ny|nier)?|viral|engaging|interesting|amazing|best|more|look|looks?|"
    r"magic|again|differently|different|finished|polished|clean|short(?:er)?|faster paced|snappy|"
    r"snappier|punchy|punchier|style|dramatic|few|little|bit|modern|premium|smooth(?:er)?|a|an|for me|"
    r"i uploaded|edits?)\b)*\W*$"
    r"|好看一?点|优化|美化|剪辑$|剪一?剪|处理(?!掉)|弄好|改好|酷一?点|高级一?点|有趣一?点|更好|有意思|"
    r"随便|专业一?点|再改改|改一改|编辑$|^剪辑?(?:视频)?$|剪短"
)
SUGGESTED: Options = {
    "suggest_silence": (TrimSilence(),),
    "suggest_transitions": (TransitionOp(between="all"),),
    "suggest_vertical": (Aspect(ratio="9:16"),),
}


def _cannot(what: str, nearest: str | None) -> Build:
    def build(f: Found) -> Sequence[Op]:
        f.take("@add|@make|@remove|@keep")
        return [Unsupported(what=what, nearest=nearest)]

    return build


def _all(op: Op) -> Build:
    def build(f: Found) -> Sequence[Op]:
        f.spans.append((0, len(f.text)))
        return [op]

    return build


def _vague(f: Found) -> Sequence[Op]:
    f.spans.append((0, len(f.text)))
    return choose(f, "what_to_do", {}, SUGGESTED)


def _referent(f: Found) -> Sequence[Op]:
    return missing(f, "which_part")


def _topic(f: Found) -> Sequence[Op]:
    f.spans.append((0, len(f.text)))
    return [Answer(topic="help" if f.has(_HELP) else "question")]


def _link(f: Found) -> Sequence[Op]:
    token = f.all("L")[0]
    site = re.search(
        r"youtu\.?be|tiktok|instagram|bilibili|b23\.tv|vimeo|netflix|spotify|douyin|twitch", token.text.casefold()
    )
    f.take(r"\b(?:download|import|get|fetch|use|add|upload|grab|link|video|from|this|here)\b|下载|导入|链接|用|加|上传")
    return [Unsupported(what="download_site", nearest="upload") if site else Simple(op="upload")]


FIRST = (
    Rule("link", (r"<L>",), _link, never=r"@remove|@silence|@text|<[TGQ]\d+>"),
    Rule("attack", (_ATTACK,), _all(Refuse(why="not_editing")), never="<Q>"),
    Rule(
        "from_nothing",
        (_FROM_NOTHING,),
        _all(Unsupported(what="generate", nearest="upload")),
        never=r"<[GTC]\d+>|\bgifs?\b|\bslideshow|\b(?:best|funniest|highlights?|most \w+) ",
    ),
    Rule(
        "publish",
        (_PUBLISH,),
        _all(Unsupported(what="publish", nearest="export")),
        never=r"<[QTGF]\d+>|@text|尺寸|比例|竖[版屏]|横[版屏]|格式",
    ),
    Rule("small_talk", (_SMALL_TALK,), _all(Simple(op="none"))),
    Rule(
        "help",
        (rf"^\W*(?:{_HELP})\W*$|{_HELP}(?=.{{0,20}}$)",),
        _topic,
        never=r"@remove|\b(?:add|put|insert)\b|加|\bhelp me|<[TGQ]\d+>",
    ),
    Rule(
        "question",
        (_QUESTION,),
        _topic,
        never=r"\bwhat(?:'?s| is| do we have) (?:in it|on timeline|in timeline|the status|status|"
        r"in (?:this )?project)|现在什么样|积分|余额|额度|"
        r"\bcan i (?:just |please |maybe )?(?:get|have)\b|\bhow (?:many|much) (?:credits?|balance)|\bwhat(?:'s| is|"
        r"s) (?:current )?(?:credits?|"
        r"balance|quota)|^\W*where (?:are|were) we\b",
    ),
)
CANNOT_RULES = tuple(
    Rule(f"cannot_{what}", (sounds,), _cannot(what, nearest), never=but) for what, sounds, but, nearest in CANNOT
)
RULES = (
    Rule(
        "vague",
        (_VAGUE,),
        _vague,
        never=r"@remove (?:that|this) (?:part|bit|section|scene)|@silence.{0,3}(?:剪短|"
        r"压短|缩短)",
    ),
    Rule(
        "vague_part",
        (
            "@remove|@keep",
            r"\b(?:(?:that|this|bad|ugly|weird|awful|following|previous) (?:part|bit|section|scene|moment)s?|"
            r"last part|part where|"
            r"some parts?|bits)\b|那段|那部分|这部分|那个片段",
        ),
        _referent,
        never="<[TGC]\\d+>|@silence",
    ),
)
