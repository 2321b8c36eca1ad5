"""What an upstream did that nobody had asked for: clips it made, music, titles and effects it added by itself."""

import re
from collections.abc import Iterable

from bot.nemo.models import State, UploadedFile
from bot.updates import Change, Made

_ASKED_FOR = {
    "audio": r"music|song|sound|audio|\bbgm\b|track|beat|melod|tune|voice|narrat|volume|jingle"
    r"|音乐|配乐|音效|声音|歌|背景音|旁白|配音",
    "text": r"title|text|caption|subtitle|heading|word|name|label|credits?\b|lower.third|intro|outro|sign|write|say"
    r"|标题|文字|字幕|片头|片尾|字|写|名",
    "other": r"effect|filter|sticker|emoji|overlay|transition|look|style|grade|colou?r|vintage|glitch|blur|zoom|fade"
    r"|特效|滤镜|贴纸|转场|效果|风格|调色|叠加",
}
"""By kind of track, the words after which an addition to it was asked for. Wide on purpose: to ask the user about
music they wanted is worse than not to ask."""
_ANYTHING = (
    r"\b(?:everything|anything|whatever|surprise|creative|trailer|promo|vlog|montage|reel|advert|commercial)\b"
    r"|随便|自由发挥|宣传片|预告"
)
_PATTERNS = {kind: re.compile(f"{words}|{_ANYTHING}", re.IGNORECASE) for kind, words in _ASKED_FOR.items()}


def known_files(state: State) -> tuple[str, ...]:
    """What tells the upstream's files apart, to find later which are new."""
    return tuple(sorted({file.key for file in (*state.files, *state.generated)}))


def new_files(before: Iterable[str], after: State, *, links: bool) -> list[Made]:
    """The files that the upstream made since; `links` is whether its addresses may be given to users."""
    seen = set(before)
    found: list[Made] = []
    for file in (*after.files, *after.generated):
        if file.key not in seen:
            seen.add(file.key)
            found.append(_made(file, links=links))
    return found


def unasked(words: str, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Those of the changes that add to a track which the words do not speak of."""
    return tuple(
        change
        for change in changes
        if change.kind == "added" and change.track in _PATTERNS and not _PATTERNS[change.track].search(words)
    )


def _made(file: UploadedFile, *, links: bool) -> Made:
    shown = file.url if links and file.url and file.url.startswith("https://") else None
    return Made(file.name, file.kind, file.duration_ms, file.width, file.height, shown)
