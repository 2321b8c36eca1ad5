"""Quotes, code, links and file names are content whatever they say: in what the patterns see they are blotted out.

A few bold words are a label; a whole sentence in bold is a sentence.
"""

import re

BLOT = "\ue000"
"""Stands for every sign of what is blotted out, so that a place in the masked text is that place in the text."""

_CONTENT = re.compile(
    r"`[^`\n]{1,400}`|\"[^\"\n]{1,400}\"|“[^”\n]{1,400}”|「[^」\n]{1,400}」|『[^』\n]{1,400}』|《[^》\n]{1,400}》"
    r"|【[^】\n]{1,400}】|«[^»\n]{1,400}»|‘[^’\n]{1,400}’|(?<!\w)'[^'\n]{1,400}'(?!\w)"
    r"|\*\*[^*\n]{1,30}\*\*|\[[^\]\n]{1,400}\](?:\([^)\n]{0,400}\))?"
    r"|https?://[^\s<>，。；！？、）」”]{1,2000}"
    r"|[\w-]{1,80}\.(?:mp4|mov|avi|webm|mkv|jpe?g|png|gif|webp|mp3|wav|m4a|aac|srt|vtt)\b",
    re.IGNORECASE,
)
_SIMPLIFIED = str.maketrans(
    "點擊單選開啟導匯預覽時間線軸儲檔請帳戶餘額鈕鍵體庫屬圖層側欄標籤頁視頻載發費幫嗎檢動軌剪輯媒將進換轉訪問應項個後從這處還會過樣給訂閱賬"
    "雙長現馬確認設",
    "点击单选开启导汇预览时间线轴储档请帐户余额钮键体库属图层侧栏标签页视频载发费帮吗检动轨剪辑媒将进换转访问应项个后从这处还会过样给订阅账"
    "双长现马确认设",
)
"""What the patterns know of the traditional characters."""
_MARKS = "«»`\"“”「」『』《》【】‘’'*[]"


def mask(text: str) -> str:
    """The text with its content blotted out and in simplified characters, as long as before."""
    return _CONTENT.sub(_blotted, text).translate(_SIMPLIFIED)


def _blotted(found: re.Match[str]) -> str:
    words = found[0]
    if words.endswith((":**", "：**")):  # a heading in bold: what follows is another clause
        return f"{BLOT * (len(words) - 3)}{words[-3]}  "
    return BLOT * len(words)


def bare(label: str) -> str:
    """A quoted label without its marks."""
    return label.partition("](")[0].strip(_MARKS + " ").translate(_SIMPLIFIED)
