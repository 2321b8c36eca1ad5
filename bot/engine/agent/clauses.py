"""Second step: the masked text into chunks (what certainly comes apart) and atoms (what perhaps does)."""

import re
from dataclasses import dataclass

_HARD = re.compile(
    r"[\n;!?。！？；]+|\.(?=\s|$)|(?:,\s*)?\b(?:and )?(?:then|after that|afterwards?|after which)\b|"
    r"(?<=[\s,])(?:finally|lastly)\b"
    r"|然后再?|接着|随后|之后再|最后(?=再|导出|输出|加|把|将|给|，|,)|再(?=加|把|导|来|给|将|用|放|配|"
    r"剪|删|静|调|改|做|变|转|输|添|插|去)",
    re.ASCII,
)
_SOFT = re.compile(
    r"\s*(?:,|，|、|&|\+|/|\s-\s|—|–|\band\b|(?<!everything )(?<!all )(?<!anything )\bbut\b"
    r"(?! only (?:for|in|on|at|between|from|during)\b)|\bplus\b|"
    r"\bas well as\b|\balong with\b|和|以及|"
    r"(?<!合)并且?(?!不|行|排)|同时|但是?|还有|另外|与)\s*"
    r"|\s+(?=(?:without|except)\b)",
    re.ASCII,
)
_NEGATED = re.compile(
    r"^[\s,.!?，。-]*(?:please |also |so |just |but )*(?:do not|don't|dont|do n't|never(?! mind)|no need to|"
    r"avoid|without|shouldn't|must ?n't|won't|not yet)\b(?! (?:want|need|like)\b)"
    r"|^[\s,.!?，。-]*(?:先|请|但)?(?:不要|别|不用|不需要|无需|不必|先别|勿|请勿|不想)(?:再|先|急着|"
    r"给我|帮我|把|将)*(?=\s*[a-z<]|[剪删加导静切放改调裁输渲拼合动碰做变快慢去添插出倒循定复降配换压烧翻])",
    re.ASCII,
)
_LEAVE = re.compile(
    r"^[\s,.!?，。-]*(?:please |also |so |just |but )*(?:leave|keep)\b.{0,40}\b(?:alone|as is|as it is|untouched|"
    r"unchanged|intact|the same)\b|保持.{0,10}不变|"
    r"其[余他它](?:的|部分)?(?:都)?(?:保持)?不(?:变|动)",
    re.ASCII,
)
_TAKE_BACK = re.compile(
    r"^[\s,.!?，。-]*(?:(?:oh|wait|no|actually|hmm|or|well|but)[\s,.!?，。]+)*(?:scratch that|"
    r"skip that|nvm|never ?mind|forget (?:it|that|about it)|cancel that|ignore that|strike that|"
    r"on second thou?ght,? no)[\s,.!?，。]*$"
    r"|^[\s,.!?，。-]*(?:还是)?算了|^[\s,.!?，。-]*当我没说|^[\s,.!?，。-]*不对[\s,.!?，。]*$",
    re.ASCII,
)
_INSTEAD = re.compile(
    r"^[\s,.!?，。-]*(?:(?:oh|hmm|or|well|but)[\s,.!?]+)*"
    r"(?:(?:no|wait|actually|i mean|rather|sorry|make that|不对?|不是|改成|应该是|还是)[\s,.!?，]*)+"
    r"(?:make (?:it|that) |let's say |就)?(?=<)",
    re.ASCII,
)
_OPENER = re.compile(
    r"^[\s,.!?，。-]*(?:(?:oh|hmm|no|wait|actually|sorry|i mean|or rather|rather|well)[\s,.!?]*)+$|"
    r"^(?:不对|不是|等等)$",
    re.ASCII,
)
_TURNED_BACK = re.compile(
    r"^[\s,.-]*(?:(?:oh|hmm) )*(?:no,? wait|wait,? no|scratch that|不对)[\s,，]*(?=[^\s<])(?!make (?:it|that) <)",
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


def takes_back(text: str) -> bool:
    """Whether a clause cancels the one before: "nvm", "scratch that", 算了."""
    return bool(_TAKE_BACK.search(text))


def opens_correction(text: str) -> bool:
    """Whether an atom is nothing but "no, wait", "actually", "sorry"."""
    return bool(_OPENER.search(text))


def turned_back(text: str) -> re.Match[str] | None:
    """ "No wait, mute it": takes the clause before back and goes on with another."""
    return _TURNED_BACK.search(text)


def instead(text: str) -> re.Match[str] | None:
    """A clause that perhaps only corrects a value of the one before: "no, make that <T>"."""
    return _INSTEAD.search(text)
