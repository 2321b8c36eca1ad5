"""Self-corrections: "no wait, 3x", "I mean clip 3", "oops, the last 8", 不对，第三段, "nvm"."""

import re

_FILL = r"(?:(?:oh|hmm+|uh+|um+|ah|well|but|or|and|so|ok|okay)\b[\s,]*|[哦噢呃啊额嗯][\s,]*)*"
_STRONG = (
    r"(?:no,? wait|wait,? no|scratch that|strike that|oops|whoops|my bad|i mean(?:t)?|correction|or rather|nope|nah|"
    r"no(?=[,.!]|\s*$))(?!\w)|不对|哦不|噢不|啊不|不不|不(?=[,，。.…]|\s*$)|说错了?|搞错了?|口误|更正|我是说|"
    r"我的意思是"
)
_WEAK = (
    r"(?:actually|sorry|rather|wait|hold on|make (?:it|that)|let's make it|let's say)(?!\w)|等等|等下|等一下|不是|还是|"
    r"改成|应该是"
)
_MARKER = re.compile(
    rf"^[\s,.!?，。…-]*{_FILL}(?P<words>(?:(?:{_STRONG}|{_WEAK})[\s,.!?，。…-]*{_FILL})+)(?:should be |就)?", re.ASCII
)
_STRONG_WORDS = re.compile(_STRONG, re.ASCII)
_TAKE_BACK = re.compile(
    rf"^[\s,.!?，。-]*{_FILL}(?:(?:{_STRONG}|{_WEAK})[\s,.!?，。-]*{_FILL})*(?:scratch that|skip that|nvm|never ?mind|"
    r"forget (?:it|that|about it)|cancel that|ignore that|strike that|don't|do not|leave it|"
    r"on second thou?ght,? no|(?:(?:forget|skip|cancel) (?:about )?(?:the|that|this)|(?:scrap|drop) (?:that|"
    r"this)) (?!first|last|start|"
    r"end|intro|outro|silen|pause|rest)[a-z]+)[\s,.!?，。]*$"
    rf"|^[\s,.!?，。-]*{_FILL}(?:还是)?算了|^[\s,.!?，。-]*当我没说|^[\s,.!?，。-]*{_FILL}不对[\s,.!?，。]*$",
    re.ASCII,
)


def takes_back(text: str) -> bool:
    """Whether a clause cancels the one before: "nvm", "scratch that", 算了."""
    return bool(_TAKE_BACK.search(text))


def goes_on(text: str) -> str:
    """What follows the words that take something back: 算了，直接静音 goes on with 直接静音."""
    found = re.search(r"算了[\s,，。]*", text, re.ASCII)
    return text[found.end() :] if found else ""


def opens(text: str) -> bool:
    """Whether an atom is nothing but "no, wait", "actually", "sorry", 不对."""
    found = _MARKER.match(text)
    return found is not None and not re.search(r"\w", text[found.end() :])


def corrected(text: str) -> tuple[str, bool] | None:
    """What an atom puts in the place of what was said before, and whether it certainly does ("no wait", "oops").

    "Actually" and "make it" may as well only add. None: it corrects nothing.
    """
    found = _MARKER.match(text)
    if found is None:
        return None
    return text[found.end() :].strip(), _STRONG_WORDS.search(found["words"]) is not None
