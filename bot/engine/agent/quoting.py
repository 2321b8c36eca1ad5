"""Puts quoted words, links, file names and the words a text shall show behind marks: none of them is interpreted."""

import re
import unicodedata

from bot.engine.agent.tokens import Masked, Token

_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"), ("《", "》"), ("«", "»"), ("„", "“"), ("`", "`"), ("‘", "’"))
_QUOTES = re.compile(
    "|".join(f"{a}([^{b}\n]{{1,4000}}){b}" for a, b in _PAIRS)
    + r'|(?<!\d)["＂]([^"＂\n]{1,4000})["＂]'
    + r"|(?<!\w)'(?=\S)((?:[^'\n]|(?<=\w)'(?=\w)){1,4000}?)(?<=\S)'(?!\w)"
    # an opening quote that is never closed holds the rest of its line
    + r'|(?:[“„「『]|(?<![\d\w])["＂])([^\n]{1,4000})',
    re.ASCII,
)
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>，。）)]+", re.ASCII | re.IGNORECASE)
_EXTENSIONS = (
    "mp4|mov|avi|webm|mkv|m4v|mpg|mpeg|jpe?g|png|gif|webp|bmp|tiff?|heic|mp3|wav|m4a|aac|flac|ogg|srt|vtt|ass|json|pdf"
)
_FILE = re.compile(rf"(?<![\w.])[a-z0-9_][\w().-]{{0,80}}\.(?:{_EXTENSIONS})(?![\w.]*\w)", re.ASCII | re.IGNORECASE)

# What follows "a title saying ..." is what the text shall say: up to a place, a length, a look or the clause's end.
_NOUN = (
    r"(?:\b(?:title(?: card)?|caption|heading|headline|text|lower third|words?)\b"
    r"|标题|文字|字样|字幕条|一行字|字|文案|标语)"
)
_SAYS = (
    r"(?:\b(?:that says?|which says?|that reads?|saying|reading|called|titled|to say|to read"
    r"|to(?! (?:(?:the|my|this|that|our|an?|it|each|every|all|clip|video|both|be|appear|disappear|"
    r"stay)\b|<|go\W*$)))\b|(?<!\d):|:(?!\d)"
    r"|叫做?|内容[是为]:?|写着?|写上|名为|显示|改成|改为|换成)"
)
_STOP = (
    r"(?=\s*(?:[,;!?，。；！？\n]|\.(?:\s|$)|$"
    r"|\b(?:and|then) (?:then )?(?:add|export|cut|trim|remove|put|make|save|speed|slow|mute|fade|render|delete|keep)\b"
    r"|\b(?:at|on|in|for|from|near) (?:the )?(?:very )?(?:start|beginning|end|top|bottom|cent(?:er|"
    r"re)|middle|upper|lower"
    r"|left|right|white|red|yellow|black|blue|green|big|large|small|bold|\d)|然后|再加|并|放在|放到|"
    r"[在到](?:开头|结尾|顶部|底部|中间)))"
)
_UNQUOTED = re.compile(
    rf"(?P<lead>{_NOUN}[^\n,，。;；<>]{{0,12}}?\s*{_SAYS}\s*)"
    r"(?!\s*(?:<|(?:the )?(?:top|bottom|center|centre|middle|start|end|beginning|left|right)\b|(?:red|"
    r"white|yellow|black|blue"
    rf"|green|bigger|smaller|larger|bold)\b|[红白黄黑蓝绿大小更]))(?P<said>[^<>\n]{{1,120}}?){_STOP}",
    re.IGNORECASE | re.ASCII,
)
_AS_TITLE = re.compile(
    r"(?P<lead>(?:^|[,.;\n]\s*)(?:(?:add|put|use|write|show|have)\s+)?)(?P<said>(?!it\b|this\b|"
    r"that\b|i (?:want|need|would)\b|we\b|you\b|give\b|get\b|export\b|save\b|convert\b|the (?:spoken|words)\b|what\b|"
    r"speech\b|audio\b)[^<>\n,.;]{1,60}?)"
    r"\s+as (?:a |an |the |my )?(?P<noun>title(?: card)?|caption|heading|headline|text)\b",
    re.IGNORECASE | re.ASCII,
)
_NUMBERING = re.compile(
    r"(?m)[①-⑳]|(?i:(?<!lower )\b(?:first|second|third|fourth|fifth|last|next|finally)(?:ly)?: )|"
    r"^[ \t]*(?:\d{1,2}[.)、](?!\d)|"
    r"[-*•])[ \t]*|(?<=[;,.，；。] )\d[.)] (?=\D)"
)
_HIDE, _SHOW, _DROP = str.maketrans("<>", "\x01\x02"), str.maketrans("\x01\x02", "<>"), str.maketrans("\x01\x02", "  ")
_PLAIN = str.maketrans("<>’", "  '")
_MORE, _LESS = re.compile(r"\x02=?[ \t]*(?=\d)"), re.compile(r"\x01=?[ \t]*(?=\d)")
_LISTED = re.compile(r"\s*1[.)、]\s*\D", re.ASCII)
_INLINE_NUMBER = re.compile(r"(?<=\s)[2-9][.)、]\s*(?=[^\d\s])", re.ASCII)
_BLANKS, _LINES = re.compile(r"[^\S\n]+"), re.compile(r" ?\n[ \n]*")
"""Runs of white space become one: most patterns allow for some, and on thousands of it they would take seconds."""
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def quoted(raw: str, names: tuple[str, ...]) -> Masked:
    """The text, NFKC, with marks Q (quoted), L (link) and F (file name; `names` are those known here)."""
    masked = Masked()
    text = _UNSEEN.sub("", raw.replace("\r", "\n")).translate(_HIDE)

    def quote(m: re.Match[str]) -> str:
        words = next((g for g in m.groups() if g), "").translate(_SHOW).strip()
        known = next((n for n in names if n.casefold() == words.casefold()), None)
        if known:
            return masked.mark(Token("F", words, text=known))
        return masked.mark(Token("Q", m[0].translate(_SHOW), text=words)) if words else " "

    text = _QUOTES.sub(quote, text)
    text = re.sub("\x02=?\\s*(?=\\d)", " over ", re.sub("\x01=?\\s*(?=\\d)", " under ", text))  # "> 2s"
    text = _NUMBERING.sub("\n", text.translate(_DROP))
    if _LISTED.match(raw):
        text = _INLINE_NUMBER.sub("\n", text)
    # only marks may look like marks: what turns into < or > is dropped, and by single characters nothing joins a mark
    text = "".join(c if c.isascii() else unicodedata.normalize("NFKC", c).translate(_PLAIN) for c in text)
    text = _LINES.sub("\n", _BLANKS.sub(" ", text))
    text = _LINK.sub(lambda m: masked.mark(Token("L", m[0], text=m[0])), text)
    for name in sorted(set(names), key=len, reverse=True):
        plain = unicodedata.normalize("NFKC", name)
        if "." in plain and len(plain) > 3:
            pattern = re.compile(rf"(?<![\w.]){re.escape(plain)}(?!\w)", re.ASCII | re.IGNORECASE)
            text = pattern.sub(lambda m, name=name: masked.mark(Token("F", m[0], text=name)), text)  # type: ignore[misc]  # the default argument is a str
    text = _FILE.sub(lambda m: masked.mark(Token("F", m[0], text=m[0])), text)
    text = _UNQUOTED.sub(lambda m: m["lead"] + masked.mark(Token("Q", m["said"], text=m["said"].strip())), text)
    masked.text = _AS_TITLE.sub(
        lambda m: f"{m['lead']}{masked.mark(Token('Q', m['said'], text=m['said'].strip()))} as {m['noun']}", text
    )
    return masked
