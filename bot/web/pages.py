"""The shell that every page has, and the short pages people see when a link does not work."""

from dataclasses import dataclass
from html import escape
from http import HTTPStatus

from aiohttp import web

from bot.voice.phrase import has, phrase
from bot.web.languages import reader_locale
from bot.web.static import href, imports

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The content security policy of all pages: nothing but our own files, nothing inline, in nobody's frame."""
ACCENT = "#4a4fd0"

_SHELL = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="{accent}">
<title>{title}</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{style}">
{head}</head>
<body>
<header class="top"><span class="brand"><img src="{icon}" alt="" width="24" height="24">Threadcut</span></header>
<main class="{kind}">
{body}
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class Page:
    """What one page is besides the shell. `title` is plain text; `body` and `head` are markup that is safe already.

    `kind` is the class of the main part, for its style; `scripts` are names of our own modules.
    """

    title: str
    body: str
    kind: str = "short"
    head: str = ""
    scripts: tuple[str, ...] = ()


def root_of(request: web.Request) -> str:
    """How a page at this address reaches the site's root: relative, since a proxy may put the site under a path."""
    return "../" * (request.rel_url.raw_path.count("/") - 1)


def locale_of(request: web.Request, otherwise: str = "en-US") -> str:
    """The language to answer this reader in; `otherwise` where the browser asks for none of ours."""
    return reader_locale(request.headers.get("Accept-Language"), otherwise)


def answer(request: web.Request, page: Page, locale: str, status: int = HTTPStatus.OK) -> web.Response:
    """The page as an answer; nobody keeps a copy of it."""
    root = root_of(request)
    scripts = "".join(_script(root, name) for name in page.scripts)
    text = _SHELL.format(
        lang="zh-CN" if locale.startswith("zh") else "en",
        accent=ACCENT,
        title=escape(page.title),
        icon=href(root, "icon.svg"),
        style=href(root, "page.css"),
        head=page.head + scripts,
        kind=page.kind,
        body=page.body,
    )
    return web.Response(status=status, text=text, content_type="text/html", headers={"Cache-Control": "no-store"})


def _script(root: str, name: str) -> str:
    """A module, and all that it imports, so that a browser asks for them at once."""
    early = "".join(f'<link rel="modulepreload" href="{href(root, one)}">\n' for one in imports(name))
    return f'{early}<script type="module" src="{href(root, name)}"></script>\n'


def short(title: str, text: str, *links: tuple[str, str]) -> Page:
    """A page of one heading, one line and where to go from there: (address, words) each."""
    further = "".join(f'<p><a class="button" href="{escape(url)}">{escape(words)}</a></p>\n' for url, words in links)
    return Page(title, f"<h1>{escape(title)}</h1>\n<p>{escape(text)}</p>\n{further}")


def problem(request: web.Request, status: int) -> web.Response:
    """The page for what went wrong, by its HTTP status."""
    locale = locale_of(request)
    key = f"page.{status}" if has(f"page.{status}.title") else "page.other"
    return answer(request, short(phrase(locale, f"{key}.title"), phrase(locale, f"{key}.text")), locale, status)
