"""Puts what is said in the video, what shall be spoken, and lists of chapters behind marks: none is interpreted."""

import re

from bot.engine.agent.tokens import Masked, Token

_WHO = r"(?:the |my |our )?(?!(?:nobody|no|noone|nothing|none)\b)[a-z]+(?: [a-z]+)?"
_SPEAKS = (
    r"(?:say(?:s|ing)?|said|mention(?:s|ed|ing)?|talk(?:s|ed|ing)? about|speak(?:s|ing)? (?:about|of)|"
    r"discuss(?:es|ed|ing)?|explain(?:s|ed|ing)?)"
)
_PHRASE = (
    r"(?P<said>(?!(?:nothing|anything|something|it|them|these|those|that|this|so|what|which|the following|to|how|"
    r"why|his|her|their|"
    r"my)\b)"
    r"[^\s<>,;!?.]+(?: [^\s<>,;!?.]+){0,4}?)"
)
_ENDS = (
    r"(?=\s*(?:[,;!?\n]|\.(?:\s|$)|$)"
    r"|\s+(?:out|please|pls|in (?:the|this) (?:video|clip)|from (?:the|this) (?:video|clip)|part|bit)\s*(?:[,;.!?\n]|$)"
    r"|\s+(?:and|then) (?:then )?(?:add|export|cut|trim|remove|put|make|save|speed|slow|mute|fade|delete|keep)\b)"
)
_SAID = re.compile(
    rf"(?P<lead>\b(?:where|when|whenever|every time|each time|any ?time)\s+{_WHO}\s+{_SPEAKS}\s+"
    rf"|\bwhere (?:do|does|did) {_WHO} {_SPEAKS}\s+"
    rf"|\bwhat {_WHO} says about\s+"
    rf"|\b(?:the )?(?:part|bit|section|moment|everything|anything)s? about\s+){_PHRASE}{_ENDS}",
    re.IGNORECASE | re.ASCII,
)
_HAN_PART = r"(?=的?(?:那[一]?[段句部]分?|部分|地方|片段|内容|时候|段落|位置|画面))"
_HAN_SAID = re.compile(
    r"(?P<lead>(?<![不没无会解小])(?:说到|提到|讲到|谈到|说起|提起|聊到|讲述|说|讲)(?:了|过|的是)?)"
    rf"(?P<said>(?!的)[^<>，。,.;；、\n话什么了着过完]{{1,12}}?){_HAN_PART}",
    re.ASCII,
)
_HAN_ASKED = re.compile(
    r"(?P<lead>(?:哪里|哪儿|什么时候|何时|哪些地方).{0,8}?(?:说到|提到|讲到|谈到|说过|讲过|说)(?:了|过)?)"
    r"(?P<said>(?!什么|啥)[^<>，。,.?？;；、\n]{1,12}?)(?=的?(?:地方|位置)?\s*[?？。]?\s*$)",
    re.ASCII | re.MULTILINE,
)
_VERBATIM = re.compile(r"\b(?:say(?:s|ing)?|said)\s+$", re.ASCII | re.IGNORECASE)
_OWN = re.compile(r"^(?:the|my|his|her|their|our|your|a|an) ", re.ASCII | re.IGNORECASE)
_SPOKEN = re.compile(
    r"(?P<lead>\b(?:voice ?-?overs?|narration|narrator)\b[^\n,;<>]{0,12}?\s*"
    r"(?:\b(?:that says?|which says?|saying|reading|to say)\b|(?<!\d):)\s*"
    r"|(?:旁白|配音|画外音)(?:内容)?(?:[:：]|(?:说|念|是|读)\s*[:：]?)\s*"
    r"|\b(?:read|say|speak) (?:this |it )?(?:out(?: loud)?|aloud)\s*:\s*|(?:朗读|念出?|读出来?)\s*[:：]\s*)"
    r"(?P<said>[^<>\n]{1,500}?)\s*(?=$|\n|[,.;，。]?\s+(?:and|then) (?:then )?(?:add|export|cut|trim|remove|put|"
    r"make)\b)",
    re.IGNORECASE | re.ASCII,
)
_CLOCK = r"(?:\d{1,2}:)?\d{1,3}:\d{2}"
_CHAPTER = rf"[(\[]?(?P<at>{_CLOCK})[)\]]?\s*[-–—:：.]?\s*(?P<title>[^\W\d_][^,，;；\n<>]{{0,79}}?)\s*"
_TITLE_FIRST = rf"(?P<title>[^\W\d_][^,，;；\n<>]{{0,79}}?)\s*[-–—(]?\s*(?:\bat\b|在|@)?\s*(?P<at>{_CLOCK})\)?\s*"
_LISTED = re.compile(
    rf"(?P<lead>(?:(?<![a-zA-Z])chapters?(?: markers?)?(?![a-zA-Z])|章节)[^\n<>\d:：]{{0,20}}?[:：\s]\s*)"
    rf"(?P<list>{_CLOCK}\s*[^\W\d_].{{0,3000}}|[^\W\d_][^,，;；:：\n<>]{{0,60}}?\s"
    rf"(?:at )?{_CLOCK}(?:\s*[,，;；\n].{{0,3000}})?$)",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"\s*(?:[,，;；\n]|\band\b)\s*(?=[(\[]?\d{1,3}:\d{2})|\s*[,，;；\n]\s*", re.IGNORECASE)
_ONE = (re.compile(_CHAPTER), re.compile(_TITLE_FIRST))
"""Not ASCII: a title's first letter is a letter of any script."""
_GENERIC = frozenset({"at", "and", "to", "in", "from"})


def said(masked: Masked) -> None:
    """Marks the words of "where he says ...", "a voice-over saying ..." and "chapters: 0:00 Intro, ..."."""
    text = _SPOKEN.sub(lambda m: m["lead"] + _quote(masked, m["said"]), masked.text)
    text = _SAID.sub(lambda m: m["lead"] + _quote(masked, _topic(m)), text)
    text = _HAN_ASKED.sub(lambda m: m["lead"] + _quote(masked, m["said"]), text)
    text = _HAN_SAID.sub(lambda m: m["lead"] + _quote(masked, m["said"]), text)
    masked.text = _LISTED.sub(lambda m: _chapters(masked, m), text)


def _topic(m: re.Match[str]) -> str:
    """Words said are wanted as they are; of what is talked about, without "the" or "my"."""
    return m["said"] if _VERBATIM.search(m["lead"]) else _OWN.sub("", m["said"])


def _quote(masked: Masked, words: str) -> str:
    return masked.mark(Token("Q", words, text=words.strip()))


def _chapters(masked: Masked, m: re.Match[str]) -> str:
    """The list as one mark; as it was where a line of it is no chapter."""
    items: list[tuple[float, str]] = []
    for piece in _BREAK.split(m["list"].strip().rstrip(".。")):
        one = next((found for form in _ONE if (found := form.fullmatch(piece.strip()))), None)
        if one is None or one["title"].casefold() in _GENERIC:
            return m[0]
        items.append((_seconds(one["at"]), one["title"].strip()))
    return m["lead"].replace("\n", " ") + masked.mark(Token("K", m["list"], items=tuple(items)))


def _seconds(clock: str) -> float:
    total = 0.0
    for part in clock.split(":"):
        total = total * 60 + int(part)
    return total
