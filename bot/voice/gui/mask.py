"""Quotes, code, links and file names are content whatever they say: in what the patterns see they are blotted out."""

import re

BLOT = "\ue000"
"""Stands for every sign of what is blotted out, so that a place in the masked text is that place in the text."""

_CONTENT = re.compile(
    r"`[^`\n]{1,400}`|\"[^\"\n]{1,400}\"|“[^”\n]{1,400}”|「[^」\n]{1,400}」|『[^』\n]{1,400}』|《[^》\n]{1,400}》|【[^】\n]{1,400}】|‘[^’\n]{1,400}’|(?<!\w)'[^'\n]{1,400}'(?!\w)"
    r"|\*\*[^*\n]{1,400}\*\*|\[[^\]\n]{1,400}\](?:\([^)\n]{0,400}\))?"
    r"|https?://[^\s<>，。；！？、）」”]{1,2000}"
    r"|[\w-]{1,80}\.(?:mp4|mov|avi|webm|mkv|jpe?g|png|gif|webp|mp3|wav|m4a|aac|srt|vtt)\b",
    re.IGNORECASE,
)
_MARKS = "`\"“”「」『』《》【】‘’'*[]"


def mask(text: str) -> str:
    """The text with its content blotted out, as long as before."""
    return _CONTENT.sub(lambda found: BLOT * len(found[0]), text)


def bare(label: str) -> str:
    """A quoted label without its marks."""
    return label.partition("](")[0].strip(_MARKS + " ")
