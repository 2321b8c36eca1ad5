"""An operation in a few words, before it is done: for plans that wait for a click."""

from bot.engine.agent.wording import clock, shown
from bot.engine.timeline.ops import Op

_DOES: dict[str, tuple[str, str]] = {
    "trim_silence": ("cut the pauses", "剪掉停顿"),
    "trim_start": ("trim the start", "剪掉开头"),
    "trim_end": ("trim the end", "剪掉结尾"),
    "cut_range": ("cut a part out", "剪掉一段"),
    "keep_range": ("keep only a part", "只保留一段"),
    "split": ("split", "切开"),
    "delete_clip": ("delete a clip", "删除片段"),
    "reorder": ("reorder the clips", "调整片段顺序"),
    "duplicate": ("duplicate", "复制"),
    "loop": ("loop", "循环"),
    "freeze": ("freeze a frame", "定格"),
    "highlight": ("keep only the highlights", "只留精彩部分"),
    "exact_length": ("bring it to a length", "调整到指定时长"),
    "slideshow": ("make a slideshow", "做成幻灯片"),
    "merge": ("add files behind the last clip", "把文件接在最后"),
    "sound_cut": ("let the sound lead or lag at cuts", "声音先入或后出"),
    "chapters": ("chapters", "章节"),
    "transition": ("transitions", "转场"),
    "fade": ("fade", "淡入淡出"),
    "text": ("text", "文字"),
    "subtitle": ("subtitles", "字幕"),
    "watermark": ("logo", "水印"),
    "picture_in_picture": ("picture in picture", "画中画"),
    "split_screen": ("split screen", "分屏"),
    "speed": ("change the speed", "变速"),
    "reverse": ("play backwards", "倒放"),
    "volume": ("change the volume", "调音量"),
    "mute": ("mute", "静音"),
    "music": ("music", "音乐"),
    "replace_audio": ("replace the sound", "替换声音"),
    "duck": ("lower the music under speech", "说话时压低音乐"),
    "normalize": ("even out the loudness", "统一响度"),
    "denoise": ("take out noise", "降噪"),
    "voice_over": ("voice-over", "旁白"),
    "remove_filler": ("cut filler words", "剪掉口头禅"),
    "cut_words": ("cut by what is said", "按说的话剪"),
    "cut_seen": ("cut what shows nothing", "剪掉没有内容的画面"),
    "aspect": ("change the shape", "改画幅"),
    "resize": ("change the size", "改尺寸"),
    "crop": ("crop", "裁边"),
    "rotate": ("rotate", "旋转"),
    "flip": ("mirror", "镜像"),
    "fps": ("change the frame rate", "改帧率"),
    "zoom": ("zoom", "缩放"),
    "color": ("change the colours", "调色"),
    "bw": ("black and white", "黑白"),
    "blur": ("blur", "模糊"),
    "stabilize": ("steady the picture", "防抖"),
    "letterbox": ("cinema bars", "电影黑边"),
    "timecode": ("timecode", "时间码"),
    "progress_bar": ("progress bar", "进度条"),
    "export": ("export", "导出"),
    "gif": ("make a GIF", "做成动图"),
    "thumbnail": ("take a picture", "截图"),
    "undo": ("undo", "撤销"),
    "redo": ("redo", "重做"),
    "compress": ("make a smaller file", "压缩"),
    "extract_audio": ("save the sound alone", "提取音频"),
}
_UNDONE = ("take away: {does}", "去掉{does}")
_CLIP = ("clip {n}", "第 {n} 段")
_TIMES = frozenset({"start", "end", "at", "seconds", "ranges", "except_ranges", "every"})
_QUIET = frozenset({"op", "remove", "off", "edit", "keep"})


def described(op: Op, language: str) -> str:
    """What it does, and with what: "cut a part out (0:30, 0:45)"."""
    which = int(language.casefold().startswith("zh"))
    slots = op.model_dump(mode="json", exclude_none=True)
    line = _DOES[op.op][which]
    if slots.get("remove") or slots.get("off"):
        line = _UNDONE[which].format(does=line)
    told = [
        _CLIP[which].format(n=value) if slot == "clip" and value != "each" else _told(slot, value)
        for slot, value in slots.items()
        if slot not in _QUIET
    ]
    return f"{line} ({', '.join(filter(None, told))})" if any(told) else line


def _told(slot: str, value: object) -> str:
    if isinstance(value, list):
        return "-".join(_told(slot, one) for one in value)
    if isinstance(value, bool):
        return slot.replace("_", " ") if value else ""
    if slot in _TIMES and isinstance(value, int | float):
        return clock(value)
    return shown(value)
