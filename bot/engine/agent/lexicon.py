"""Words shared by all families, by meaning: English and Chinese side by side. Patterns name them as `@remove`.

Each class is a pair of patterns, English (which gets word boundaries) and Chinese. A space stands for "perhaps a
space". To teach a synonym, add it here (or in the family's own `WORDS`), nowhere else.
"""

import re

from bot.engine.agent.wordlist import wordlist

WORDS: dict[str, tuple[str, str]] = {
    "remove": (
        r"remove|removing|(?<!every\x20)(?<!each\x20)cut(?:ting)?(?: out| off| away)?|chop(?: out| off)?|delete|"
        r"deleting|drop|lose|get rid of|"
        r"take (?:out|off|away)|lop(?: off)?|knock(?: off| out)?|(?:can|has to|have to|should|must|"
        r"needs? to) go(?=\W*$)|"
        r"trim(?:ming)?(?: out| off| away| down)?|strip(?: out)?|kill|erase|eliminate|ditch|"
        r"snip(?: out| off)?|skip|discard|scrap|toss|nuke|axe|shave(?: off)?|edit out|crop out|clear|no more|rid of|"
        r"throw (?:away|out)|trash|bin(?= (?:it|them|that|this|<|first|last|opening|title|music|rest))|yeet|"
        r"excise|nix|drain|clip(?= .{1,24} off\b)|scrub(?: out)?|clean out|weed out|zap|hack(?: off| out)?|"
        r"slice (?:off|out)|purge|omit|leave out|"
        r"dump|rip out|yank(?: out| off)?|get(?= .{1,24} (?:out|gone)(?=\W*$| of\b))|do away with|removed|deleted|"
        r"erased|"
        r"(?:taken|cut|chopped|edited|trimmed|clipped) (?:out|off|away)(?=\W*$)|trimmed|chopped|"
        r"(?:is|are)(?:n't| not) needed(?=\W*$)|(?:is|are) (?:useless|pointless|unnecessary)(?=\W*$)|"
        r"(?<!is\x20)(?<!are\x20)(?<!was\x20)(?<!has\x20)gone|do n't want|don't want|don't need|dont want|dont need|"
        r"take",
        r"去掉|去除|去了|删掉|删除|删去|删了|剪掉|剪去|剪切掉?|切掉|移除|砍掉|拿掉|清除|清掉|裁掉|截掉|切了|切除|"
        r"切去|裁了|截了|砍了|掐掉|掐了|铲掉|干掉|卡掉|咔掉|扔掉|丢掉|舍掉|略过|剪了|剔除|除去|"
        r"消除|减掉|不要了?|不想要|删|剪(?!出|辑|切|成|到)|去(?!年)",
    ),
    "keep": (
        r"keep(?:ing)?(?: only| just)?|only keep|just keep|leave only|leave just|extract|isolate|p(?:ull|ick) out|"
        r"preserve|"
        r"use only|only use|only need|only want|just want|just need|clip it|i need(?!.{0,60}\b(?:gone|removed|out|"
        r"off|deleted|cut)\b)|save only|grab",
        r"只保留|只留下?|保留|留下|留(?=[前后最<中开])|截取|剪出来?|截出来?|只要|提取|取出?|剪辑出",
    ),
    "add": (
        r"add(?:ing)?|put(?:ting)?(?: in| on)?|insert|apply|use|throw (?:in|on)|include|drop in|give|slap(?: on)?|"
        r"stick|place|overlay|lay|pop(?: in)?|stamp|chuck(?: in| on)?|toss in|bring in|want|needs?|have|with|show|"
        r"write|create|display",
        r"加上|加入|添加|插入|放上|(?<![播慢快倒])放(?![慢大缩到])|弄|来|配上?|使用|设置|打上|做|套|铺|垫|叠|贴|加|"
        r"用|写上?|显示|出现|弹出|浮现|打出|想要|需要|安排|整(?![个体段片])|搞",
    ),
    "make": (
        r"make|making|turn|convert|change|set|switch|get|go|transform|put",
        r"改成|变成|做成|调成|换成|弄成|转成|设成|设为|改为|转为|变为|调到|设置为|转换成|补成|改|变|调|转",
    ),
    "start": (
        r"start|beginning|front|head|opening|very start|very beginning",
        r"开头|开始|片头|开端|最前面|前面|头部|起始",
    ),
    "end": (
        r"very end|end|ending|tail|back|finish",
        r"结尾|最后面?|末尾|片尾|尾部|后面|结束",
    ),
    "middle": (
        r"middle|mid",
        r"中间|中段",
    ),
    "first": (
        r"first|opening|initial",
        r"前面?|开头|最前面?|最初|头|开始|片头",
    ),
    "last": (
        r"last|final|closing",
        r"最后面?|后面?|结尾|末尾|倒数|片尾",
    ),
    "silence": (
        r"silences?|silent (?:parts?|bits?|sections?|moments?|gaps?|segments?|stretches|pauses?|passages?|areas?)|"
        r"pauses?|dead ?(?:air|space|spots?|time)|(?:periods?|stretch(?:es)?) of silence|quiet (?:parts?|bits?|"
        r"sections?|moments?|spots?|gaps?)|awkward (?:gaps?|silences?)|"
        r"moments? of (?:pause|silence)|(?:parts?|bits?|moments?|where|when|any segment where) (?:\bwhere |"
        r"\bwhen )?(?:(?:nobody|no one|noone|nothing)(?:'s| is| are)? (?:speaking|talking|talks?|speaks?|"
        r"says? anything|"
        r"being said|said)|(?:i|we|he|she|they)(?:'m|'s|'re| is| am| are| do| does)?(?: not|n't| not)(?: saying| say)? "
        r"(?:speaking|talking|anything|talk|speak)|(?:i|we|he|she|they)(?:'m|'s|'re| is| am|"
        r" are)? says?(?:ing)? nothing)|silence gaps?|"
        r"gaps? (?:in|between) (?:the |my |her |his )?(?:speech|talking|audio|sentences|words)|(?:quiet|silent|"
        r"empty) gaps?|gaps|blank (?:parts?|spots?|spaces?)|voids?",
        r"静音的?(?:部分|片段|段落|地方|时段|段|处)|静默的?(?:部分|片段|段落|地方|时段|处)?|空[档隙当]|"
        r"停顿的?(?:部分|片段|段落|地方|处)?|沉默的?(?:部分|片段|段落|地方)?|"
        r"无声的?(?:部分|片段|段落|地方)?|空白的?(?:部分|片段|段落|地方|处)?|冷场的?(?:部分|片段|段落|地方|时候|处)?|"
        r"气口|没有?(?:声音|"
        r"说话|人说话|人讲话|讲话|人声)的?(?:部分|片段|段落|地方|时候)?|不说话的?(?:部分|片段|段落|地方|时候)?|"
        r"安静的?(?:部分|"
        r"片段|地方)",
    ),
    "music": (
        r"(?:background |backing |bg )?(?:music|song|soundtrack|tune)(?: track)?|bgm(?: track)?|"
        r"background (?:track|audio|beat)",
        r"背景音乐|背景乐|钢琴曲|轻音乐|纯音乐|配乐|音乐|歌曲?|伴奏|乐曲|曲子|(?:爵士|摇滚|电子|古典|民族|流行)乐|旋律",
    ),
    "sound": (
        r"sound|audio(?: track)?|volume|original (?:sound|audio)|source audio",
        r"声音|原声|音频|视频声音|原视频声音|原音",
    ),
    "voice": (
        r"voices?|speech|dialogue?|vocals?|narration|speaker|talking",
        r"人声|说话声|对白|语音|讲话声",
    ),
    "whole": (
        r"whole(?: thing| video)?|entire(?: video| thing)?|everything|all",
        r"整个?|全部|全片|整段|全程",
    ),
    "text": (
        r"title cards?|(?:end|intro|chapter|section|text|opening|closing) cards?|titles?|texts?|headings?|"
        r"headlines?|lower ?thirds?|words|captions?",
        r"标题|文字|字样|文案|片头字|大字|花字|标语|一行字|字(?!幕)",
    ),
    "half": (
        r"half",
        r"一半|半",
    ),
    "to": (
        r"to|at",
        r"为|到|成|至",
    ),
    "by": (
        r"by",
        "",
    ),
}

GLUE = frozenset(
    wordlist(
        "movie film webinar podcast interview vlog gameplay stream talk tutorial demo call recorded "
        "lecture presentation "
        "screencast meeting session raw "
        "of to for me it its it's them video videos footage recording file and with from at in on so then "
        "also can could would you u will should i i'd i'll like want need to be is are was as by now here "
        "there this that these those just some any all whole entire up out off down away again too very "
        "really nice nicely cool quick quickly automatically let's lets go ahead thanks thank ty part parts "
        "section sections bit bits portion portions make do does have get we gonna gotta wanna ok okay but "
        "please way thing things one ones kind sort little sure bro guys well how about if possible every "
        "clip clips right exactly simply maybe actually basically yeah yes hi hey hello dear edit editing "
        "finally lastly next first, clean final result version lol lmao kinda sorta super tad till hits stuff annoyi"
        "ng useless "
        "ugly thx asap here's there's that's it'll i've we've let know think guess hmm umm ah alright perhaps "
        "oops whoops rn nah anymore we're you're awful terrible horrible dude bruh bro's fam mate buddy sir wanna "
        "tysm appreciate "
        "appreciated notch smidge smidgen touch hurry "
        "right-away um uhm yo eh mmm hmmm haha pretty quite seriously damn dang omg ofc obviously able "
        "still both such another bunch honestly literally totally definitely basically hopefully instead, tho though "
        "anyway bc cuz since feel feels looks look looking seems kind'a nicer okay, great good hard extra own"
    )
)
"""English words that carry no content of their own."""

HEAVY = frozenset(
    wordlist(
        "start beginning end ending middle intro outro first last half third quarter between after before "
        "until till when whenever while where every each if unless except only not no never without instead "
        "but than same other rest everything nothing because"
    )
)
"""English words that change where or whether something is meant: left unexplained they weigh double."""

HAN_GLUE = re.compile(
    "这几[个段]|几[个段]|从头到尾|看起来|看上去|听起来|视频|影片|片子|录像|成片|素材|内容|整个|整体|全片|全部|所有|"
    "全都|统统|通通|"
    "一[点些]|这个|这段|那个|那段|这样|那样|这边|那边|这里|那里|那里面|时候|地方|部分|一下|帮我|给我|帮忙|麻烦|拜托|"
    "我想要?|我要|"
    "我们|咱们|老师|老板|大佬|你好|您好|可以|能不能|能否|直接|就行|就好|即可|随便|稍微|有点|其实|那么|记得|务必|一定|"
    "应该|希望|需要|"
    "谢谢|感谢|辛苦|那种|这种|感觉|顺便|顺手|对了|话说|首先|其次|接下来|一起|一块|没内容|没用|弄得|搞得|做得|变得|显得|"
    "处理|厉害|严重|干净|彻底|自动|统一|合适|好看|好听|漂亮|舒服|自然|完整|单独|左右|大概|大约|差不多|效果|"
    "太|很|挺|真|好|非常|特别|比较|超|够|得|还|那|这|些|们|来|又|再|想|您|咱|哈|哎|诶|嘿|嗨|喂|嗯|修|弄|搞|整|全|让|使|"
    "吗|请|的|了|吧|呢|啊|呀|嘛|哦|把|将|给|就|都|也|它|先|我|你|里面?|上|个|段|首|条|张|点|些|一|有|"
    "在|从|和|到"
)
HAN_HEAVY = re.compile("开头|结尾|中间|最后|第|除了?|只|的时候|当|每|前|后|不|别|没|之间|以外|其他|其它|如果|因为")

DROPPED = re.compile(
    r"\b(?:the|a|an|my|our|your|please|pls|plz|kindly|also)\b(?!')|\b(?:about|roughly|approximately|approx|"
    r"ca) (?=<[TPZ]\d)|"
    r"^\W*(?:first(?:ly| of all)?|only|just|simply),? (?=(?:cut|remove|trim|"
    r"delete|add|make|put|speed|slow|take|get|split|mute|crop|turn|loop|reverse|strip|apply|clean|normali[sz]e|"
    r"denoise|merge|swap|move)\b)|^\W*(?:uh|um)\b(?! and\b)|\b(?:uh|um)(?=,)"
    r"|^是(?=\S)|请|帮我|给我|帮忙|麻烦你?|一下|吧|呢|啊|呀|嘛|哦|喔|咯|把|将|一[个段首条张句行些下](?![\d音])|"
    r"(?<=[加来弄做配放换写])[个段首条张句行些点]",
    re.ASCII,
)
"""Articles, politeness and measure words: taken out before patterns are tried."""

NOUN_PHRASES = re.compile(
    r"\b(?:(?:(?<!for )(?<!in )(?<!to )final|clean|rough|finished|director's|first(?=\x20cut(?:\W*$|\x20(?:of|"
    r"is)\b))) (?:clean )?cut"
    r"(?! (?:pro|x|xml|project)\b)|(?:zoom|teams) (?:call|recording|meeting|video|interview))\b",
    re.ASCII,
)
"""Where "cut" or "zoom" is part of a thing's name, not what is to be done."""

VERBS = ("remove", "keep", "add", "make")
"""Classes that a verbless clause may borrow from its neighbour: "cut the first 5 s and the last 10"."""


def pattern_of(words: tuple[str, str]) -> str:
    """One group for a class: English within word boundaries, Chinese as it is."""
    english, chinese = words
    halves = [rf"\b(?:{english})\b"] if english else []
    return f"(?:{'|'.join([*halves, chinese] if chinese else halves)})"


VOCABULARY = frozenset(w for words in WORDS.values() for w in re.findall(r"[a-z]{3,}", words[0]))
"""Every English word that the shared lexicon knows; clip names among them are never taken as references."""
