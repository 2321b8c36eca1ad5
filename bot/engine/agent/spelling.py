"""Typos, repaired only towards a few long words of the trade, never towards anything else."""

import re

from bot.engine.agent.wordlist import wordlist

TARGETS = wordlist(
    "transition transitions silence silences export volume crossfade background vertical landscape "
    "portrait music title subtitle subtitles captions delete remove faster slower middle beginning "
    "seconds second minutes minute louder quieter reverse watermark between everything aspect square "
    "resize split video audio speed normalize denoise duplicate highlight chapters slideshow loudness boomerang "
    "transcript motion first rotate mirror brighter brightness contrast saturation stabilize compress thumbnail "
    "picture bottom corner screenshot horizontal original grayscale background warmer normalize pauses"
)
_KNOWN = frozenset(
    wordlist(
        "expert report aspects deleted removed removes deletes tittle silent speech removal titled splits "
        "spilt videos speeds audios titles volumes exports exported musical exporting reserved sections "
        "seconded faster slower splat mister master fasten fast slow second's soldier louder's square "
        "squared tile alter fist frist's causes paused mirrored rotated rotates contrary"
    )
)
_WORD = re.compile(r"(?<![\w<])[a-z]{5,16}(?![\w>'.])", re.ASCII)
_BY_FIRST: dict[str, tuple[str, ...]] = {
    letter: tuple(t for t in TARGETS if t[0] == letter) for letter in {t[0] for t in TARGETS}
}


_SLIPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(p, re.ASCII), r)
    for p, r in (
        (r"\bteh\b", "the"),
        (r"\bfr(?:i|)st\b|\bfisrt\b|\bfrits\b", "first"),
        (r"\b(?:remvoe|reomve|rmeove|remov)\b", "remove"),
        (r"\b(?:delte|deleet|dlete)\b", "delete"),
        (r"\bspeeed\b|\bsped (?=(?:it|this|that|up)\b)", "speed"),
        (r"\b(?:viedo|vidoe|vido|vdeo)\b", "video"),
        (r"\bvids?\b", "video"),
        (r"\b(?:secnds?|secods?|seconsd|secends?|scnds?)\b", "seconds"),
        (r"\b(?:clps?|cilps?|clipps?)\b", "clip"),
        (r"\b(?:capton|captoin|cation)s\b", "captions"),
        (r"\b(?:adn|nad)\b", "and"),
        (r"\btrimm\b", "trim"),
        (r"\b(?:yelow|yellwo|yllow)\b", "yellow"),
        (r"\b[6-9]0'?s (?=(?:look|vibe|style|aesthetic|feel|filter|film|movie)\b)", "vintage "),
        (
            r" n (?=(?:then )?(?:add|cut|remove|make|put|export|mute|speed|slow|fade|delete|trim|crop|rotate)\b)",
            " and ",
        ),
        (r"\b(longer|shorter|more|less|bigger|greater|louder) then\b", r"\1 than"),
        (
            r"\bad (?=(?:some |a |the )?(?:captions?|subtitles?|subs|music|background|titles?|text|transitions?|fades?|"
            r"song)\b)",
            "add ",
        ),
        (r"\bforwards?,? (?:and then|then|and) backwards?\b", "boomerang"),
        (r"\b([jl])[ -]cut(?=s?\b)", r"\1cut"),  # nothing that is cut
        (r"(?<=[a-z])(?=[0-9两二三四五六七八九十]+(?:遍|次|步|段|份|张|秒|分钟|倍|个))", " "),
    )
)


def repaired(text: str) -> str:
    """The text with near misses of the target words mended (the first letter must be right), and a few common slips."""
    text = _WORD.sub(lambda m: _repair(m[0]), text)
    for slip, meant in _SLIPS:
        text = slip.sub(meant, text)
    return text


def _repair(word: str) -> str:
    near = _BY_FIRST.get(word[0], ())
    if word in near or word in _KNOWN or word.rstrip("s") in near or f"{word}s" in near:
        return word
    found = [t for t in near if len(t) >= 5 and _one_slip(word, t)]
    return found[0] if len(found) == 1 else word


def _one_slip(word: str, target: str) -> bool:
    """One letter missing, added, wrong, or two neighbours swapped."""
    if abs(len(word) - len(target)) > 1:
        return False
    start = 0
    while start < min(len(word), len(target)) and word[start] == target[start]:
        start += 1
    a, b = word[start:], target[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (len(a) >= 2 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
