"""Spoken Chinese brought to plain words, before any rule sees it."""

import pytest

from bot.engine.agent.plainer import plainer
from tests.engine.agent.planning import ONE, THREE, Ops, ops


@pytest.mark.parametrize(
    ("spoken", "plain"),
    [
        ("降个噪", "降噪"),
        ("帮我加一下速", "帮我加速"),
        ("音乐压一压", "音乐压"),
        ("底噪有点大，帮忙处理一下", "底噪有点大"),
        ("对比度高一些", "对比度高一点"),
        ("快一倍", "加速到2倍"),
        ("字幕挪到顶上", "字幕移到上面"),
        ("字幕改成黄颜色", "字幕改成黄色"),
        ("只把原声关掉", "把原声关掉"),
        ("导成mp4", "导出mp4"),
        ("千万别剪开头", "别剪开头"),
        ("bgm别那么响", "bgm小声一点"),
        ("画面不够亮", "画面要更亮"),
        ("片子前面半分钟全是准备动作，剪了", "片子前面半分钟，剪了"),
        ("把静音取消", "把取消静音"),
        ("4号片段", "第4个片段"),
        ("2、4片段", "第2个和第4个片段"),
        ("静音处理", "静音"),
        ("音量四成", "音量40%"),
        ("变成竖屏", "变成竖屏"),
        ("恢复到上一步", "撤销上一步"),
        ("字幕翻成法语", "字幕翻译成法语"),
        # what only looks like it
        ("这是我的视频", "这是我的视频"),
        ("没人说话的地方，剪了", "没人说话的地方，剪了"),
        ("处理一下", "处理一下"),
        ("慢放到一半，最后淡出", "慢放到一半，最后淡出"),
        ("第一个和第三个", "第一个和第三个"),
        ("加个速度线", "加个速度线"),
        ("speed it up", "speed it up"),
    ],
)
def test_plain_words(spoken: str, plain: str) -> None:
    assert plainer(spoken) == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("手抖得厉害，修一下", [{"op": "stabilize"}]),
        ("慢一倍", [{"op": "speed", "factor": 0.5}]),
        ("先别加音乐，只要把前3秒剪掉就行", [{"op": "trim_start", "seconds": 3.0}]),
    ],
)
def test_it_plans_as_the_plain_words_do(text: str, expected: Ops) -> None:
    assert ops(text, ONE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("除了前10秒，其他全部加速2倍", [{"op": "speed", "factor": 2, "start": 10.0, "end": 120.0}]),
        ("speed it up 2x, but not the last 20 seconds", [{"op": "speed", "factor": 2, "start": 0.0, "end": 100.0}]),
        ("除了前10秒都删掉", [{"op": "keep_range", "start": 0.0, "end": 10.0}]),
        ("only remove the last 5 seconds", [{"op": "trim_end", "seconds": 5.0}]),
        ("no transitions, just mute it", [{"op": "mute", "target": "all"}]),
        ("导出，要720p，mp4", [{"op": "export", "format": "mp4", "height": 720}]),
        ("分离出音频，存成mp3", [{"op": "extract_audio", "format": "mp3"}]),
        ("把end的5秒cut掉", [{"op": "trim_end", "seconds": 5.0}]),
        ("删掉1分到1分10秒之间的部分", [{"op": "cut_range", "start": 60.0, "end": 70.0}]),
        ("只剪最后10秒", [{"op": "trim_end", "seconds": 10.0}]),
    ],
)
def test_what_is_spared_is_not_what_is_meant(text: str, expected: Ops) -> None:
    assert ops(text, ONE) == expected


def test_counted_from_the_end() -> None:
    assert ops("倒数第二段删掉", THREE) == [{"op": "delete_clip", "clip": 2}]
