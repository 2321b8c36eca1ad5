"""What the engine itself says when a turn does not come to an answer; the agent's own words are in `agent/say.py`."""

from typing import Literal

from bot.media.facts import MediaError, MediaFault

Key = Literal[
    "interrupted", "too_slow", "trouble", "no_credits", "hearing", "disk_full", "missing", "unreachable", "quota"
]

_EN: dict[Key, str] = {
    "interrupted": "The engine was stopped while it worked on this. The timeline is as it was before: send it again.",
    "too_slow": "This got no further for 15 minutes, or took more than 4 hours, so I stopped. "
    "The timeline is as it was before: try a smaller step.",
    "trouble": "Something went wrong on my side. The timeline is as it was before. Reference {reference}.",
    "no_credits": "No credits left on this account. The timeline is as it was before.",
    "hearing": "I could not play the footage through, so nothing was changed. Convert the file to an ordinary MP4 and "
    "upload it again.",
    "disk_full": "The disk is full. The timeline is as it was before: make room, then send it again.",
    "quota": "This account has as much footage as it may, so there is no room for what this would make. The "
    "timeline is as it was before: delete a project that is done, then send it again.",
    "missing": "Footage of this project is no longer here, so nothing was changed. Upload it again.",
    "unreachable": "The place where the footage is kept does not answer just now, so nothing was changed. "
    "Send it again in a few minutes.",
}
_ZH: dict[Key, str] = {
    "interrupted": "处理过程中引擎被停止了。时间线保持原样：请重新发送。",
    "too_slow": "处理 15 分钟没有进展，或超过了 4 小时，我已停止。时间线保持原样：请试试更小的一步。",
    "trouble": "我这边出了问题。时间线保持原样。编号 {reference}。",
    "no_credits": "此账户的积分已用完。时间线保持原样。",
    "hearing": "无法完整播放素材，所以没有做任何改动。请把文件转换成普通 MP4 后重新上传。",
    "disk_full": "磁盘已满。时间线保持原样：请腾出空间后重新发送。",
    "quota": "此账户的素材已达到上限，放不下这一步要生成的内容。时间线保持原样：请删除一个已完成的项目后重新发送。",
    "missing": "此项目的素材已不在这里，所以没有做任何改动。请重新上传。",
    "unreachable": "存放素材的地方暂时没有响应，所以没有做任何改动。请过几分钟重新发送。",
}
_OF_MEDIA: dict[MediaFault, Key] = {
    MediaFault.DISK_FULL: "disk_full",
    MediaFault.QUOTA: "quota",
    MediaFault.MISSING: "missing",
    MediaFault.UNREACHABLE: "unreachable",
}


def words(key: Key, language: str, **facts: str) -> str:
    """One sentence in the session's language (Chinese, else English)."""
    table = _ZH if language.lower().startswith("zh") else _EN
    return table[key].format(**facts)


def of_media(error: MediaError, language: str) -> str:
    """Why listening or looking failed."""
    return words(_OF_MEDIA.get(error.fault, "hearing"), language)
