"""Second step: the masked text into chunks (what certainly comes apart) and atoms (what perhaps does)."""

import re
from dataclasses import dataclass

_HARD = re.compile(
    r"[\n;!?。！？；]+|\.{2,}|\.(?=\s|$)|(?:,\s*)?\b(?:and )?(?:then|after that|afterwards?|after which)\b|"
    r"(?<=[\s,])(?:finally|lastly)\b"
    r"|然后再?|接着|随后|之后再|最后(?=再|导出|输出|加|把|将|给|，|,)|再(?=加|把|导|来(?!一?[遍次回])|给|将|用|放|配|"
    r"剪|删|静|调|改|做|变|转|输|添|插|去)",
    re.ASCII,
)
_SOFT = re.compile(
    r"\s*(?:(?:,|，|、)(?!\s*<N\d+>\s*(?:[,，、的]|$))|&|\+|/|\s-\s|—|–|\band\b|"
    r"(?<!everything )(?<!all )(?<!anything )\bbut\b"
    r"(?! only (?:for|in|on|at|between|from|during)\b)|\bplus\b|"
    r"\bas well as\b|\balong with\b|(?<![柔缓温暖调])和(?!谐|弦)|以及|"
    r"(?<!合)并且?(?!不|行|排)|同时|但是?|还有|另外|与)\s*"
    r"|\s+(?=(?:without|except)\b)",
    re.ASCII,
)
_NEGATED = re.compile(
    r"^[\s,.!?，。-]*(?:please |also |so |just |but )*(?:do not|don't|dont|do n't|never(?! mind)|no need (?:to|for)|"
    r"avoid|without|shouldn't|must ?n't|won't|not yet|not(?! only\b))\b(?! (?:want|need|like)\b)"
    r"|^[\s,.!?，。-]*(?:先不|不是(?!吗))(?=\S)"
    r"|^[\s,.!?，。-]*(?:先|请|但)?(?:不要|别|不用|不需要|无需|不必|先别|勿|请勿|不想|不(?=[改动加剪删调碰]))(?:再|"
    r"先|急着|"
    r"给我|帮我|把|将)*(?=\s*[a-z<]|[剪删加导静切放改调裁输渲拼合动碰做变快慢去添插出倒循定复降配换压烧翻])",
    re.ASCII,
)
_LEAVE = re.compile(
    r"^[\s,.!?，。-]*(?:please |also |so |just |but )*(?:leave|keep)\b.{0,40}\b(?:alone|as is|as it is|untouched|"
    r"unchanged|intact|the same)\b|保持.{0,10}不变|"
    r"^[\s,.!?，。-]*(?:please |also |so |just |but )*(?:keep|leave) (?:the |my |all |original )*(?:music|audio|"
    r"sound|voices?|captions|"
    r"subtitles?|titles?|text|transitions?|logo|watermark)(?: (?:in|there|on))?[\s,.!?]*$|"
    r"^[\s,.!?，。-]*(?:保留|留着|留下)(?:原声|声音|音乐|背景音乐|字幕|标题|文字|转场|人声|水印)[\s,.!?]*$|"
    r"^[^<>]{0,8}(?:别动|不要动|不动|别碰|不要碰)[\s,.!?，。]*$|"
    r"^[\s,.!?，。-]*(?:原声|声音|音乐|背景音乐|字幕|标题|文字|转场|人声|水印)(?:都|也)?(?:不动|不变|别动|不要动|"
    r"留着|保留)|"
    r"^[\s,.!?，。-]*[^<>,，。]{1,8}?(?:先|暂时|就)?(?:不要|不用|不需要|别|不必|不)(?:再)?(?:加|做|弄|管|配|上|放|搞|"
    r"急)(?:了|它)?"
    r"[\s,.!?，。]*$|^[\s,.!?，。-]*[^<>,，。]{1,8}?(?:先|暂时)(?:不要|不用|别|不)(?:了|管|动)?[\s,.!?，。]*$|"
    r"其[余他它](?:的|部分)?(?:都)?(?:保持)?不(?:变|动)",
    re.ASCII,
)
MAX_ATOMS = 60


@dataclass(frozen=True)
class Atom:
    """A piece between two soft separators; `joint` is the separator before it."""

    text: str
    joint: str = " "


def chunks(text: str) -> list[list[Atom]]:
    """Chunks of atoms, at most MAX_ATOMS atoms in all."""
    out: list[list[Atom]] = []
    left = MAX_ATOMS
    for chunk in _HARD.split(text):
        atoms: list[Atom] = []
        at, joint = 0, " "
        for m in [*_SOFT.finditer(chunk), None]:
            piece = chunk[at : m.start()] if m else chunk[at:]
            if re.search(r"\w", piece):
                atoms.append(Atom(piece.strip(), joint))
                joint = ""
            if m:
                joint = f"{joint}{m[0]}" if joint else m[0]
                at = m.end()
        if atoms and left > 0:
            out.append(atoms[:left])
            left -= len(atoms)
    return out


def negated(text: str) -> bool:
    """Whether a clause says what not to do."""
    return bool(_NEGATED.search(text) or _LEAVE.search(text))
