"""The page of an upload link: what it takes, as whom and until when; `static/drop/` does the uploading.

Without JavaScript it still says all that, and the other ways to bring footage.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from http import HTTPStatus
from typing import Literal

from aiohttp import web

from bot.flows import drops
from bot.store.models import Drop
from bot.voice.phrase import phrase, size
from bot.voice.say import moment
from bot.web.door import Door
from bot.web.links import thread_url
from bot.web.pages import Page, answer, locale_of, problem, short
from bot.web.refused import Refused

_FIELDS = (
    "name", "names", "size", "limit", "most", "done", "total", "percent", "speed", "left", "wait", "number", "place",
)  # fmt: skip
_SPOKEN = (
    "waiting", "in", "paused", "again", "refused", "up", "down", "remove", "pause", "resume", "stopped", "going_on",
    "of", "running", "hours", "minutes", "seconds", "all_in", "added", "removed", "moved", "too_large", "empty",
    "too_many", "twice", "folder", "unreadable", "other_size", "changed", "offline", "online", "away", "away_now",
    "busy", "full", "nothing", "unfinished", "failed", "send_waiting", "sending",
)  # fmt: skip
"""What the scripts say: `page.drop.js.*`, with its fields left open."""

_UP = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 16V5m0 0L5 10m5-5 5 5" {stroke}/></svg>'
_DOWN = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 4v11m0 0 5-5m-5 5-5-5" {stroke}/></svg>'
_CROSS = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="m5 5 10 10M15 5 5 15" {stroke}/></svg>'
_TRAY = (
    '<svg viewBox="0 0 40 40" aria-hidden="true"><path d="M20 26V8m0 0-7 7m7-7 7 7M7 24v5a4 4 0 0 0 4 4h18a4 4 0 0 0'
    ' 4-4v-5" {stroke}/></svg>'
)
_STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'

_BODY = """<div class="intro" id="intro">
<h1>{title}</h1>
<p class="lead">{lead}</p>
</div>
<dl class="facts card" id="facts">
<dt>{takes}</dt><dd>{takes_words}</dd>
<dt>{whose}</dt><dd>{whose_words}</dd>
<dt>{until}</dt><dd>{until_words}</dd>
</dl>
<noscript><div class="notice stack"><h2>{noscript}</h2><p>{noscript_words}</p></div></noscript>
<div class="stack" id="app" hidden>
<section class="drop" id="drop" aria-labelledby="drop-title">
{tray}
<h2 id="drop-title"><span class="mouse">{drop_title}</span><span class="touch">{touch_title}</span></h2>
<p class="dim">{drop_hint}</p>
<input class="hide" id="choose" type="file" multiple accept="video/*,image/*,audio/*">
<label class="button" for="choose">{choose}</label>
</section>
<div class="notice bad" id="notice" role="alert"></div>
<section class="card" id="batch" aria-labelledby="batch-title" hidden>
<h2 class="hide" id="batch-title">{batch}</h2>
<ol class="files" id="files"></ol>
<div class="total" id="total">
<progress id="total-bar" max="1" value="0" aria-label="{total}"></progress>
<div class="row"><span id="total-says" class="dim"></span>
<button type="button" class="button plain" id="pause"></button></div>
<p id="trouble" class="dim" hidden></p>
</div>
</section>
<form class="card stack" id="form">
<label for="words">{words}</label>
<textarea id="words" maxlength="{most_words}" placeholder="{example}"
 aria-describedby="words-hint"></textarea>
<p class="dim" id="words-hint">{words_hint}</p>
<div class="actions"><button type="submit" class="button" id="send">{send}</button>
<button type="button" class="button plain" id="unsend" hidden>{unsend}</button>
<span id="send-says" class="dim"></span></div>
</form>
<div class="actions" id="closing"><button type="button" class="link" id="close">{close}</button>
<span class="actions" id="sure" hidden><span>{sure}</span>
<button type="button" class="button danger" id="close-now">{close_now}</button>
<button type="button" class="button plain" id="keep">{keep}</button></span></div>
</div>
<section class="stack" id="over" hidden>
<h1 id="over-title" tabindex="-1"></h1><p class="lead" id="over-says"></p>
</section>
{back}
<p class="hide" id="live" role="status"></p>
<template id="file"><li class="file"><span class="name"></span><span class="tools">
<button type="button" class="tool up">{up}</button><button type="button" class="tool down">{down}</button>
<button type="button" class="tool remove">{cross}</button></span>
<progress max="1" value="0"></progress><span class="says"></span>
<button type="button" class="button plain again" hidden>{again}</button></li></template>
<script type="application/json" id="said">{said}</script>"""


@dataclass(frozen=True)
class Offered:
    """An open upload link: where the batch goes (its address in Discord), until when, and how much it takes."""

    thread: str | None
    expires: datetime
    file_bytes: int
    most_files: int


Ending = Literal["closed", "sent", "expired"]


def add_drop_page(app: web.Application, door: Door) -> None:
    """Add the page's route."""

    async def page(request: web.Request) -> web.Response:
        try:
            drop = await door.find(request)
        except Refused as refused:
            if refused.status != HTTPStatus.GONE:
                return problem(request, refused.status)
            locale = locale_of(request)
            return answer(request, over_page("expired", None, locale), locale, HTTPStatus.GONE)
        locale, thread = locale_of(request, drop.place.locale), thread_url(drop.place)
        if not drops.is_open(door.context, drop):
            return answer(request, over_page(_ending(drop), thread, locale), locale, HTTPStatus.GONE)
        offered = Offered(thread, drop.expires, await door.limit(drop), drops.MOST_FILES)
        return answer(request, drop_page(offered, locale), locale)

    app.router.add_get("/u/{token}", page)


def _ending(drop: Drop) -> Ending:
    return "expired" if drop.state == "open" else drop.state


def drop_page(offered: Offered, locale: str) -> Page:
    """The page of an open link."""

    def say(key: str, **fields: object) -> str:
        return escape(phrase(locale, f"page.drop.{key}", None, **fields))

    limit = size(offered.file_bytes)
    mark = f'<time datetime="{offered.expires.isoformat()}">{escape(moment(offered.expires))}</time>'
    back = "" if offered.thread is None else (
        f'<p id="back"><a class="back" href="{escape(offered.thread)}">{say("back")}</a></p>'
    )  # fmt: skip
    body = _BODY.format(
        title=say("title"), lead=say("lead"),
        takes=say("takes"), takes_words=say("takes.words", most=offered.most_files, limit=limit),
        whose=say("whose"), whose_words=say("whose.words"),
        until=say("until"), until_words=phrase(locale, "page.drop.until.words", when=mark),
        noscript=say("noscript"), noscript_words=say("noscript.words"),
        drop_title=say("here"), touch_title=say("touch"), drop_hint=say("hint", limit=limit), choose=say("choose"),
        batch=say("batch"), total=say("total"),
        words=say("words"), words_hint=say("words.hint"), example=escape(phrase(locale, "form.example")),
        most_words=drops.MOST_WORDS, send=say("send"), unsend=say("unsend"),
        close=say("close"), sure=say("sure"), close_now=say("close.now"), keep=say("keep"), again=say("again"),
        back=back, said=_spoken(locale), tray=_drawn(_TRAY), up=_drawn(_UP), down=_drawn(_DOWN), cross=_drawn(_CROSS),
    )  # fmt: skip
    return Page(phrase(locale, "page.drop.title"), body, "wide", scripts=("times.js", "drop/page.js"))


def over_page(ending: Ending, thread: str | None, locale: str) -> Page:
    """The page of a link that takes nothing any more, and why."""
    links = () if thread is None else ((thread, phrase(locale, "page.drop.back")),)
    page = short(phrase(locale, f"page.drop.{ending}.title"), phrase(locale, f"page.drop.{ending}.text"), *links)
    return replace(page, scripts=("drop/over.js",))


def _drawn(icon: str) -> str:
    return icon.format(stroke=_STROKE)


def _spoken(locale: str) -> str:
    """The scripts' words as JSON that no browser takes for the end of its element."""
    open_fields = {field: "{" + field + "}" for field in _FIELDS}
    words = {key: phrase(locale, f"page.drop.js.{key}", None, **open_fields) for key in _SPOKEN}
    endings = {
        f"{ending}_{part}": phrase(locale, f"page.drop.{ending}.{part}")
        for ending in ("closed", "sent", "expired")
        for part in ("title", "text")
    }
    text = json.dumps({**words, **endings}, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
