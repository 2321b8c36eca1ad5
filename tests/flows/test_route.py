"""Where words go: more than 60 sentences that hold a command's word and are edits, 40 and more that are the command."""

import re
import time

import pytest

from bot.flows.export import PREVIEW
from bot.flows.route import route
from bot.store.models import Export

EDITS = """\
add the text 'export' at 0:05
don't export yet
upload schedule as a title
trim the silences but don't export
add a title: import and export
make the status bar text bigger
balance the audio
balance the colors
write "credits" at the end
add credits at the end
add end credits
roll the credits over black for 5 seconds
cut the part about download speeds
remove the upload part
add the text hello and export
show the tracks title for 3s
stop at 0:30
stop the video at 10s
cancel the fade at the start
delete the export scene
download the song and add it
cut 5s and don't export
the status message at 0:10 should be blurred
put "Status: done" in the corner
title it "Upload"
rename the clip to export.mp4
speed up the upload demo
mute the part where I say download
zoom in on the export button
keep only the section on account balance
trim everything after "credits"
blur my balance at 0:12
highlight the status column
I want to export later, first cut the intro
why is the status bar in the picture? cut it
make an export-ready vertical version
crop out the download bar
cut from the word export to the end
caption it "send me the video"
split the tracks chapter into two clips
fade out before the credits
slow down the credits
the credits are too fast
put the timeline graphic on top
insert the state of the union clip
edit a 3-minute screen recording into a 1080p MP4
导出按钮那段删掉
加上文字“导出”
把标题改成状态
不要导出
先别导出
积分规则那一页加上标题
给余额那部分打码
剪掉上传的那一段
在结尾加上“下载”两个字
把状态栏裁掉
上传日程作为标题
字幕写上导出完成
把显示轨道那段加速
删除积分两个字
说到下载的时候静音
把“上传成功”那段放慢
删掉状态栏出现的部分
字幕改成“积分翻倍”
余额截图那里打马赛克
不要导出，先剪片头
给上传教程加个片头
介绍轨道的那段保留
status update as the title
remove the credits scene
make the export counter bigger
zoom in when I say upload
add a download icon at 0:12
keep the part about my account balance
cut everything before the upload finishes
the tracks are out of sync, fix the second one
mention "free credits" in a caption
make a gif of the first 5 seconds
add a preview at the start
preview the title in red
turn the sound down and remove the audio of clip 2
convert the gif to black and white
download the sound effect and add it
extract the audio of the second clip and loop it
add the word gif
make it vertical
make it fit the screen
make a square in the corner
show the preview page for longer
add a title card with teaser and preview
cut to the teaser, preview
export the audio from 0:10 to 0:20 as a title
把预览那段删掉
加个预览片头
去掉音频
把声音调大
把竖屏那段放慢
动图放到右上角"""

EXPORTS = """\
export|导出|download|下载|send me the video|Export it please|export now|can you export the video?|export as mp4
export at 720p|Export!|ok export|give me the file|export it in 1080p|export under 8 MB|/export|please export this
render the final video
导出视频|把视频导出来|请导出|导出吧|下载视频|把视频发给我|发我视频|导出 1080p
now send me the finished file
export as gif|make a gif|make it a gif|convert to gif|turn it into a gif|export the audio only|export only the audio
export as mp3|extract the audio|export vertical 720p|export square|export it in 9:16|export for discord
export so it fits the upload limit|export under the upload limit|导出为gif|导出动图|做成动图|导出音频
只导出音频|提取音频|竖屏导出|导出竖屏|导出为方形|导出9：16|导出，适合这里的上传限制
preview|preview it|show me a preview|make a quick preview|can you preview the video?|/preview
预览|预览一下|看看预览|生成预览"""
CREDITS = """credits|积分|balance|余额|my credits|how many credits do I have left?|check my balance|show credits
查看积分|还有多少积分|我的余额|Credits?"""
STATUS = """status|状态|show tracks|show me the timeline|what's the status?
查看状态|显示轨道|当前状态|tracks|Show the tracks please"""
UPLOAD = "upload|上传|upload a file|I want to upload a video|上传视频|上传文件|Upload some footage"
CANCEL = "cancel|取消|stop|cancel the export|停止|abort!"


@pytest.mark.parametrize("words", EDITS.splitlines())
def test_a_sentence_that_only_holds_the_word_is_an_edit(words: str) -> None:
    way = route(words)
    assert (way.intent, way.words, way.export) == ("edit", words, None)


def _commands() -> list[tuple[str, str]]:
    groups = {"export": EXPORTS, "credits": CREDITS, "status": STATUS, "upload": UPLOAD, "cancel": CANCEL}
    return [(words, intent) for intent, text in groups.items() for words in text.replace("\n", "|").split("|")]


@pytest.mark.parametrize(("words", "intent"), _commands())
def test_a_message_that_is_the_command_is_the_command(words: str, intent: str) -> None:
    assert route(words).intent == intent


def test_there_are_enough_of_both() -> None:
    held = re.compile(
        "export|credit|balance|status|track|upload|download|send me|导出|积分|余额|状态|轨道|上传|下载", re.IGNORECASE
    )
    chinese = re.compile("[\u4e00-\u9fff]")
    edits = [line for line in EDITS.splitlines() if held.search(line)]
    assert len(edits) >= 60
    assert len([words for words in edits if chinese.search(words)]) >= 20
    assert len(_commands()) >= 40
    assert len([words for words, _ in _commands() if chinese.search(words)]) >= 15


@pytest.mark.parametrize(
    ("words", "edit", "export"),
    [
        ("trim the silences, add transitions, and export", "trim the silences, add transitions", Export()),
        (
            "trim the silences, add transitions, and export without uploading to the cloud",
            "trim the silences, add transitions",
            Export(),
        ),
        ("make it vertical. Export", "make it vertical", Export()),
        ("trim silences then export it please", "trim silences", Export()),
        ("speed it up 2x and download", "speed it up 2x", Export()),
        ('title it "Upload" and export as 720p', 'title it "Upload"', Export(height=720)),
        ("cut the intro and export under 8 MB", "cut the intro", Export(max_bytes=8_000_000)),
        ("balance the colors and send me the video", "balance the colors", Export()),
        ("剪掉前5秒，然后导出", "剪掉前5秒", Export()),
        ("去掉静音并导出", "去掉静音", Export()),
        ("trim the silences and export as gif", "trim the silences", Export(format="gif")),
        ("cut the intro, then make it a gif", "cut the intro", Export(format="gif")),
        ("add music and export the audio only", "add music", Export(format="mp3")),
        ("mute it, export vertical to fit the limit", "mute it", Export(ratio="9:16", fit=True)),
        ("剪掉前5秒，然后导出动图", "剪掉前5秒", Export(format="gif")),
        ("trim the silences and show me a preview", "trim the silences", PREVIEW),
        ("剪掉前5秒，然后预览一下", "剪掉前5秒", PREVIEW),
    ],
)
def test_a_sentence_that_ends_in_export_is_an_edit_and_then_an_export(words: str, edit: str, export: Export) -> None:
    way = route(words)
    assert (way.intent, way.words, way.export) == ("edit", edit, export)


@pytest.mark.parametrize(
    ("words", "export"),
    [
        ("export", Export()),
        ("export as a gif", Export(format="gif")),
        ("make it an animated gif under 5 MB", Export(format="gif", max_bytes=5_000_000)),
        ("export only the audio", Export(format="mp3")),
        ("convert it to mp3", Export(format="mp3")),
        ("export vertical 720p", Export(ratio="9:16", height=720)),
        ("export it as a square video", Export(ratio="1:1")),
        ("export in 16:9 at 480p", Export(ratio="16:9", height=480)),
        ("export 4:5", Export(ratio="4:5")),
        ("export to fit this server's upload limit", Export(fit=True)),
        ("export square, for discord", Export(ratio="1:1", fit=True)),
        ("export in 4k", Export(height=2160)),
        ("export it in original size", Export(height="source")),
        ("export at source resolution, under 50 MB", Export(height="source", max_bytes=50_000_000)),
        ("export in its original quality as mp4", Export(height="source")),
        ("导出原画质", Export(height="source")),
        ("导出4K", Export(height=2160)),
        ("导出为原始分辨率", Export(height="source")),
        ("show me a quick preview please", PREVIEW),
        ("导出竖屏720p", Export(ratio="9:16", height=720)),
        ("导出成gif", Export(format="gif")),
        ("只导出声音", Export(format="mp3")),
        ("导出方形视频", Export(ratio="1:1")),
        ("导出，适合这里的上传限制", Export(fit=True)),
        ("看一下预览", PREVIEW),
    ],
)
def test_what_an_export_shall_be_is_heard(words: str, export: Export) -> None:
    way = route(words)
    assert (way.intent, way.export) == ("export", export)


@pytest.mark.parametrize(
    "text",
    [
        "export the audio only the audio " * 60,
        "make it into a gif " * 100,
        "and export for discord fit " * 70,
        "preview the " * 150,
        "导出为竖屏的" * 300,
        "and export " * 180,
        ", " * 990,
        "export at " * 200,
        "请" * 2000,
        "(" * 1999,
        "😀" * 10_000,
    ],
)
def test_hostile_words_take_no_time(text: str) -> None:
    began = time.process_time()
    route(text)
    assert time.process_time() - began < 2.0  # a bound on blow-up, not a measure: it takes milliseconds
