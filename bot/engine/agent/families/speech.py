"""By what is said: remove_filler, cut_words."""

import re
from collections.abc import Sequence

from bot.engine.agent.asking import missing
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clip_scope
from bot.engine.agent.wordlist import wordlist
from bot.engine.timeline.ops import CutWords, Op, RemoveFiller

_UM = r"(?:u+h*m+s?|u+h+s?|e+r+m?s?|a+h+s?|h+m+s?|e+h+s?)"
_USUAL = rf"\b{_UM}(?: ?(?:'?s)?)\b|嗯+啊*|啊+|呃+|额+(?!外|度)"
"""What everybody means by filler: no words need naming."""
_SPOKEN_FILLERS: dict[str, str] = {
    r"\byou knows?\b": "you know",
    r"\blikes\b|\blike(?=['’]?s\b)": "like",
    r"\bi means?\b": "i mean",
    r"\b(?:kind of|kinda)s?\b": "kind of",
    r"\b(?:sort of|sorta)s?\b": "sort of",
    r"\bbasicallys?\b|\bbasicallies\b": "basically",
    r"\bliterallys?\b|\bliterallies\b": "literally",
    r"那个(?!视频|片段|镜头|地方|部分)": "那个",
    r"就是说": "就是说",
}
_FILLER = (
    rf"\b(?:filler(?: ?(?:words?|sounds?|moments?|phrases?|sections?|parts?|noises?))?|fillers|verbal (?:tics?|"
    rf"fillers?)|"
    rf"hesitations?|{_UM}(?=(?:'s)?\b))\b|语气词|口头禅|口癖|口语词|废话|嗯+啊*|赘词|口水词|呃+"
)
_USUAL_WORDS = re.compile(rf"{_UM}|[嗯啊呃额]+", re.ASCII)
_GO = r"@remove|清(?![晰楚新单])|太多|\b(?:clean(?: up)?|filter|tighten|no)\b|清理|过滤|不要|干掉"
_PART = (
    r"\b(?:parts?|bits?|sections?|passages?|sentences?|segments?|places?|moments?|stretch|clip|everything|everywhere|"
    r"every ?time|"
    r"each time|any ?time|whenever|wherever|where|when|that|of|in|which|from|to|until|till|between|starting|ending|"
    r"with|and|"
    r"he|she|they|i|we|you|it|someone|somebody|speaker|host|guest|man|woman|say(?:s|ing)?|said|mention(?:s|ed|ing)?|"
    r"about|"
    r"talk(?:s|ed|ing)? about|speak(?:s|ing)?(?: (?:about|of))?|discuss(?:es|ed|ing)?|word|words|line|phrase|the|"
    r"only|just|"
    r"all|out|rest)\b|那段|那句话?|部分|地方|片段|内容|时候|段落|说到|提到|讲到|谈到|说|讲|从|到|为止|之间|所有|每次|"
    r"他|她|我|你|们|"
    r"主持人|嘉宾|这句话?|这个词|词|一句|只|的|了|开始|结束|里面?"
)
_HAN_SAYS = r"(?:说到|提到|讲到|谈到|说起|提起|聊到|讲述|说了?|讲了?) ?<Q>|<Q>(?:的?(?:那句话?|那段话?|这句话?))"
_SAYS = (
    r"(?:\b(?:say(?:s|ing)?|said|mention(?:s|ed|ing)?|talk(?:s|ed|ing)? about|speak(?:s|ing)? (?:about|of)|about|"
    r"discuss(?:es|ed|ing)?|explain(?:s|ed|ing)?)\b(?: (?:word|words|line|phrase))?) <Q>"
)


def _filler(f: Found) -> Sequence[Op] | None:
    quoted = [token.text for token in f.all("Q")]
    named = [word for words, word in _SPOKEN_FILLERS.items() if f.take(words)]
    f.take(
        rf"{_FILLER}|{_USUAL}|{_GO}|@whole|\b(?:words?|such as|like|e\.?g|including|all|every|each|any|of|and|or|"
        rf"sounds?|"
        r"moments?|time|says?|said|i|he|she|they|we|when|in|from|speech|audio|his|her|answers?|etc|too long|out|way|"
        r"too|so|much|many|often|lot|"
        r"whenever|for|"
        r"瑕)\b|这些|这类|那些|之类|等|所有的?|全部|说的|里面?的?|视频|类|口|每个|每次|的|了|把|都|个"
    )
    words = [w.strip(" ,.，。") for w in quoted] + named
    if named and not quoted and f.has(rf"\b{_UM}\b"):
        words = ["um", "uh", *words]
    if all(_USUAL_WORDS.fullmatch(w.casefold()) for w in words):
        words = []
    clip = clip_scope(f)
    return [RemoveFiller(words=words or None, clip=clip if isinstance(clip, int) else None)]


def _every_word(f: Found) -> Sequence[Op] | None:
    """ "Delete every 'like'": a word wherever it is said."""
    words = [token.text.strip(" ,.，。") for token in f.all("Q")]
    if not words or any(len(word.split()) > 4 for word in words):
        return None
    f.take(rf"{_PART}|{_GO}|\b(?:every|each|instances?|occurrences?|like)\b|每(?:一)?(?:个|次|句)|都|把")
    return [RemoveFiller(words=None if all(_USUAL_WORDS.fullmatch(w.casefold()) for w in words) else words)]


def _passage(f: Found) -> Sequence[Op] | None:
    quoted = [token.text for token in f.all("Q")]
    if not quoted or len(quoted) > 2:
        return None
    keep = bool(f.take(r"@keep|\b(?:only|just)\b|只")) and not f.has(r"@remove")
    until = None
    if len(quoted) == 2:
        if not f.has(r"<Q>.{0,30}?(?:\b(?:to|until|till|through|and|up to)\b|到|至|和).{0,24}?<Q>"):
            return None
        until = quoted[1]
    f.take(rf"{_PART}|{_GO}")
    return [CutWords(words=quoted[0], until=until, keep=True if keep else None)]


def _nobody_knows(f: Found) -> Sequence[Op] | None:
    """A part told by what is said in it, but not by its words."""
    return missing(f, "which_words")


_NOT = (
    r"@text|@music|\b(?:subtitles?|captions?|title|file|voice ?-?over|zoom|show|insert|transition|fade)\b|字幕|"
    r"显示|旁白"
)
_NAMED = frozenset(
    wordlist(
        "um umm uh uhh er erm ah hmm like basically literally actually so right well okay anyway obviously "
        "totally honestly"
    )
) | {
    "you know",
    "i mean",
    "kind of",
    "sort of",
    "嗯",
    "啊",
    "呃",
    "额",
    "那个",
    "这个",
    "然后",
    "就是",
    "就是说",
    "对吧",
}
"""Words that, quoted and nothing more, can only be meant as spoken ones."""


def _quoted_fillers(f: Found) -> Sequence[Op] | None:
    words = [token.text.strip(" ,.，。").casefold() for token in f.all("Q")]
    if not words or any(word not in _NAMED for word in words):
        return None
    f.take(r"\b(?:and|or|out|all|every|from|speech|words?)\b|清理|过滤|干掉|这类|之类|等|词|口头禅|和|都|全|把|掉|所有")
    return [RemoveFiller(words=None if all(_USUAL_WORDS.fullmatch(w) for w in words) else words)]


RULES = (
    Rule("quoted_fillers", (r"@remove|不要|清理|过滤|干掉", r"<Q>"), _quoted_fillers, never=r"\b(?:titles?|texts?|"
                                                                                    r"captions?|cards?)\b|标题|文字|"
                                                                                    r"<[TGCMF]\d+>|"
    r"字幕|@music|@add"),
    Rule(
        "remove_filler",
        (_GO, rf"{_FILLER}|\b(?:likes|you knows?)\b"),
        _filler,
        never=r"<[TGM]\d+>|@add|字幕|\b(?:sub ?titles?|captions?|section in|sections in middle|retakes?|"
              r"bad takes?)\b|@music|\bhum+ming\b",
    ),
    Rule(
        "remove_word",
        (_GO, r"\b(?:every(?: ?time)?|each(?: time)?|all(?: of)?|any|instances?|whenever|wherever|everywhere|"
              r"words?)\b|每|所有|全部|"
              r"这个词|这些词", r"<Q>"),
        _every_word,
        never=rf"{_NOT}|<[TGC]\d+>|@keep|\b(?:parts?|sections?|passages?|sentences?|everything)\b|部分|那段|片段|除",
    ),
    Rule("cut_words", (rf"(?:{_GO}|@keep|\b(?:only|just)\b).{{0,24}}\b(?:where|that|which|part|bit|sentence|line|"
                       rf"phrase|word|passage|what|everything|anything|"
                       rf"section|moment|place|segment|every ?time|each time|any ?time|"
                       rf"whenever)s?\b.{{0,30}}(?:{_SAYS})"
                       rf"|(?:{_GO}|@keep|只).{{0,16}}(?:{_HAN_SAYS})|(?:{_HAN_SAYS}).{{0,16}}(?:{_GO}|"
                       rf"@keep)",), _passage,
         never=rf"{_NOT}|<[TG]\d+>|\b(?:after|before|until) (?:he|she|they|i|we|you)\b|之后|之前|以后|以前|不要(?=动|"
               rf"剪)|除"),
    Rule(
        "cut_words_between",
        (rf"{_GO}|@keep", r"(?:\b(?:from|between|starting (?:at|from|with))\b|从).{0,20}?<Q>.{0,30}?"
         r"(?:\b(?:to|until|till|through|and|up to)\b|到|至|和).{0,24}?<Q>"),
        _passage,
        never=rf"{_NOT}|<[TG]\d+>",
    ),
    Rule(
        "which_words",
        ("@remove|@keep", r"\b(?:parts?|bits?|sections?|moments?|everything|segments?)\b.{0,12}\b(?:where|when|"
                          r"in which)\b.{0,30}"
         r"\b(?:say|says|said|mention(?:s|ed)?|talk(?:s|ing)?)\b|(?:他|我|她)(?:们)?(?:说|提|讲)到?.{1,20}的?(?:那段|"
         r"部分|地方)"),
        _nobody_knows,
        never=rf"<[TGQ]\d+>|@silence|\b(?:nothing|not|n't|no ?one|nobody)\b|不|没|{_NOT}",
    ),
)  # fmt: skip
