"""The few pages people see when a link does not work: plain, short, in both languages, nothing loaded."""

import base64
import hashlib
from dataclasses import dataclass
from html import escape

from aiohttp import web


@dataclass(frozen=True)
class Words:
    """A heading and what to do, in one language."""

    title: str
    text: str


_WORDS: dict[int, tuple[Words, Words]] = {
    403: (
        Words("This link is not complete", "It was changed or cut short on its way. Open it again where you got it."),
        Words("链接不完整", "链接在传递中被改动或截断了。请回到收到它的地方重新打开。"),
    ),
    404: (
        Words("There is nothing here", "The file is gone, or was never here. Ask for a new export in its thread."),
        Words("这里没有内容", "文件已被删除，或从未存在。请在原来的帖子里重新导出。"),
    ),
    410: (
        Words("This link has expired", "Ask for a new export in the thread where you got it."),
        Words("链接已过期", "请在收到它的帖子里重新导出。"),
    ),
    500: (
        Words("Something went wrong here", "It is not your fault and was noted. Try again in a minute."),
        Words("这里出了问题", "不是你的原因，问题已被记录。请过一分钟再试。"),
    ),
}
_OTHER = (Words("This does not work", "Open the link as you got it."), Words("无法完成", "请按收到的样子打开链接。"))

_STYLE = """
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.5rem;
color: #1b1b1f; background: #fafafa }
h1 { font-size: 1.5rem; margin-bottom: 0 }
@media (prefers-color-scheme: dark) { body { color: #e6e6ea; background: #17171a } }
"""
STYLE_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
"""What a content security policy has to allow for the pages to have their style."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
<h1 lang="zh-CN">{title_zh}</h1>
<p lang="zh-CN">{text_zh}</p>
</main>
</body>
</html>
"""


def page(status: int) -> web.Response:
    """The page for this HTTP status."""
    english, chinese = _WORDS.get(status, _OTHER)
    text = _PAGE.format(
        style=_STYLE,
        title=escape(english.title),
        text=escape(english.text),
        title_zh=escape(chinese.title),
        text_zh=escape(chinese.text),
    )
    return web.Response(status=status, text=text, content_type="text/html", headers={"Cache-Control": "no-store"})
