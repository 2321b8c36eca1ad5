"""The page of a finished video, and what Discord shows of it where its link is posted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote

from bot.updates import Changed, TimelineSummary
from bot.voice.phrase import length, phrase, size
from bot.voice.say import moment, say
from bot.voice.timelines import tracks, whole_line
from bot.web.beside import POSTER_SIDE
from bot.web.files import CONTENT_TYPES
from bot.web.pages import Page

POSTER, TIMELINE, CAPTIONS = "poster.jpg", "timeline.png", "captions.vtt"
"""Addresses below a video's page."""

_EMBEDDED = {".mp4", ".webm", ".mov"}
"""What Discord plays in a link's preview."""
_PLAYED = {".mp4", ".webm"}
"""What every browser plays."""

_BODY = """<div class="player"><video controls playsinline preload="metadata" aria-label="{name}"
 src="{file}" poster="{poster}"{shape}>{captions}</video></div>
{plays_not}<div class="heading"><h1>{name}</h1>
<p class="dim">{facts}</p></div>
<p class="actions"><a class="button" href="{file}?download" download>{download}</a>{edit}</p>
<div class="columns">
{contents}<div class="stack">
{changes}{others}<section class="card stack"><h2>{stays}</h2><p class="dim">{stays_words}</p></section>
</div>
</div>"""


@dataclass(frozen=True)
class Other:
    """Another finished file of the same timeline: its address below the page, what it is, its bytes."""

    address: str
    format: str
    size: int


@dataclass(frozen=True)
class Result:
    """What is told of a finished video.

    `name` is its file's, `base` the page's own address as a page beside it would write it, `page_url` the whole one
    where it is reached from outside. `changes` are those since the video that was exported before it, of the `first`
    one those since its footage came in.
    """

    name: str
    suffix: str
    base: str
    page_url: str | None
    size: int
    duration_ms: int | None
    width: int | None
    height: int | None
    ends: datetime
    thread: str | None
    timeline: TimelineSummary | None
    changes: Changed | None
    first: bool
    captions: bool
    others: tuple[Other, ...]


def result_page(result: Result, locale: str) -> Page:
    """The page, in the locale's language."""

    def told(key: str, **fields: object) -> str:
        return escape(phrase(locale, f"page.result.{key}", None, **fields))

    ends = f'<time datetime="{result.ends.isoformat()}">{escape(moment(result.ends))}</time>'
    kind = result.suffix.removeprefix(".").upper()
    body = _BODY.format(
        name=escape(result.name),
        file=f"{result.base}/{quote(result.name, safe='')}",
        poster=f"{result.base}/{POSTER}",
        shape=f' width="{result.width}" height="{result.height}"' if result.width and result.height else "",
        captions=f'<track kind="captions" src="{result.base}/{CAPTIONS}" label="{told("captions")}">'
        if result.captions else "",
        plays_not="" if result.suffix in _PLAYED else f'<p class="dim">{told("plays_not", kind=kind)}</p>\n',
        facts=escape(_facts(result)),
        download=told("download"),
        edit=f'<a class="button plain" href="{escape(result.thread)}">{told("edit")}</a>' if result.thread else "",
        contents=_contents(result, locale),
        changes=_changes(result, locale),
        others=_others(result, locale),
        stays=told("stays"),
        stays_words=phrase(locale, "page.result.stays.words", when=ends),
    )  # fmt: skip
    return Page(result.name, body, "watch", _preview(result), ("times.js",))


def _facts(result: Result) -> str:
    facts = [] if result.duration_ms is None else [length(result.duration_ms)]
    facts += [f"{result.width}×{result.height}"] if result.width and result.height else []
    return " · ".join([*facts, size(result.size), result.suffix.removeprefix(".").upper()])


def _contents(result: Result, locale: str) -> str:
    if result.timeline is None or not result.timeline.tracks:
        return ""
    title, alt = (escape(phrase(locale, f"page.result.{key}")) for key in ("contents", "timeline"))
    lines = [*tracks(result.timeline, locale), *filter(None, [whole_line(result.timeline, locale)])]
    picture = f"{result.base}/{TIMELINE}"
    return (
        f'<section class="card stack"><h2>{title}</h2>\n'
        f'<p class="timeline"><a href="{picture}"><img src="{picture}" alt="{alt}" loading="lazy"></a></p>\n'
        f"{_list(lines)}</section>\n"
    )


def _changes(result: Result, locale: str) -> str:
    if result.changes is None or not result.changes.changes:
        return ""
    title = escape(phrase(locale, f"page.result.changes{'.first' if result.first else ''}"))
    lines = [line.removeprefix("✅ ") for line in say(result.changes, locale).splitlines()]
    return f'<section class="card stack"><h2>{title}</h2>\n{_list(lines)}</section>\n'


def _list(lines: list[str]) -> str:
    return f'<ul class="said">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>'


def _others(result: Result, locale: str) -> str:
    if not result.others:
        return ""
    links = "".join(
        f'<li><a class="button plain" href="{result.base}/{one.address}?download" download>'
        f"{escape(phrase(locale, f'page.result.other.{one.format}'))} · {escape(size(one.size))}</a></li>"
        for one in result.others
    )
    title = escape(phrase(locale, "page.result.others"))
    return f'<section class="card stack"><h2>{title}</h2>\n<ul class="others">{links}</ul></section>\n'


def _preview(result: Result) -> str:
    """Open Graph tags; whoever reads them makes one request and wants whole addresses, and sizes to go by."""
    if result.page_url is None:
        return ""
    return "".join(f'<meta property="{key}" content="{escape(str(value))}">\n' for key, value in _tags(result))


def _tags(result: Result) -> Iterator[tuple[str, object]]:
    page = result.page_url
    yield from (("og:site_name", "Threadcut"), ("og:title", result.name), ("og:description", _facts(result)))
    yield from (("og:url", page), ("og:type", "video.other"))
    shaped = result.width and result.height
    if result.suffix in _EMBEDDED:
        video = f"{page}/video{result.suffix}"
        yield "og:video", video
        if video.startswith("https://"):
            yield "og:video:secure_url", video
        yield "og:video:type", CONTENT_TYPES[result.suffix]
        if shaped:
            yield from (("og:video:width", result.width), ("og:video:height", result.height))
    yield "og:image", f"{page}/{POSTER}"
    if result.width and result.height:
        scale = min(1.0, POSTER_SIDE / max(result.width, result.height))
        yield from (("og:image:type", "image/jpeg"), ("og:image:width", round(result.width * scale)))
        yield "og:image:height", round(result.height * scale)
