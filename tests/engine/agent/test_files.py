"""What makes a file: gif, thumbnail, compress, extract_audio, export with its formats and projects."""

from typing import Any

import pytest

from tests.engine.agent.planning import ONE, THREE, Ops, names, ops, planned, question


def one(op: str, **slots: Any) -> Ops:
    return [{"op": op, **slots}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gif of 0:03 to 0:06", one("gif", start=3, end=6)), ("make a gif", one("gif")), ("convert to gif", one("gif")),
        ("turn the first 5 seconds into a gif", one("gif", start=0, end=5)),
        ("make a 480px wide gif from 0:10 to 0:12", one("gif", width=480, start=10, end=12)),
        ("create a 5 second gif", one("gif", start=0, end=5)),
        ("make a 3 second gif starting at 0:10", one("gif", start=10, end=13)),
        ("last 4 seconds as a gif", one("gif", start=116, end=120)), ("做成动图", one("gif")),
        ("前3秒做成动图", one("gif", start=0, end=3)),
        ("把0:10到0:15做成gif", one("gif", start=10, end=15)), ("转成gif", one("gif")),
        ("thumbnail at 10s", one("thumbnail", at=10)), ("take a screenshot at 1:05", one("thumbnail", at=65)),
        ("grab a still at 0:03", one("thumbnail", at=3)), ("save the frame at 0:30 as a png", one("thumbnail", at=30)),
        ("extract a frame every 5 seconds", one("thumbnail", every=5)),
        ("give me 10 thumbnails", one("thumbnail", count=10)),
        ("export the last frame", one("thumbnail", at=119.9)), ("make a thumbnail", one("thumbnail")),
        ("screenshot the first frame", one("thumbnail", at=0)),
        ("截一张第30秒的封面", one("thumbnail", at=30)), ("在0:10截图", one("thumbnail", at=10)),
        ("每隔5秒截一张图", one("thumbnail", every=5)),
        ("截图0:15", one("thumbnail", at=15)), ("0:12截个thumbnail", one("thumbnail", at=12)),
        ("compress it", one("compress")), ("compress to 8MB", one("compress", max_mb=8)),
        ("make it under 25 MB", one("compress", max_mb=25)),
        ("make the file smaller", one("compress")), ("get it under 8M", one("compress", max_mb=8)),
        ("reduce the file size", one("compress")),
        ("it needs to fit in 10MB for discord", one("compress", max_mb=10)), ("压缩到8MB", one("compress", max_mb=8)),
        ("压缩一下", one("compress")),
        ("文件小于10M", one("compress", max_mb=10)), ("compress一下，8MB以内", one("compress", max_mb=8)),
        ("extract the audio", one("extract_audio")), ("extract the audio as mp3", one("extract_audio", format="mp3")),
        ("rip the sound to a wav", one("extract_audio", format="wav")), ("audio only please", one("extract_audio")),
        ("convert it to mp3", one("extract_audio", format="mp3")), ("save just the audio", one("extract_audio")),
        ("提取音频", one("extract_audio")), ("导出音频mp3", one("extract_audio", format="mp3")),
        ("把声音提取出来", one("extract_audio")),
        ("转成mp3", one("extract_audio", format="mp3")), ("extract一下audio", one("extract_audio")),
        ("export as gif", one("export", format="gif")), ("export as webm", one("export", format="webm")),
        ("convert to mov", one("export", format="mov")), ("turn this into an mkv", one("export", format="mkv")),
        ("export as mp3", one("export", format="mp3")), ("save it as mp4", one("export", format="mp4")),
        ("转成mov格式", one("export", format="mov")), ("导出webm格式", one("export", format="webm")),
        ("导出动图", one("export", format="gif")),
        ("export for TikTok", one("export", ratio="9:16")), ("export for YouTube", one("export", ratio="16:9")),
        ("export for Instagram reels", one("export", ratio="9:16")),
        ("export for instagram", one("export", ratio="1:1")),
        ("导出抖音版本", one("export", ratio="9:16")), ("export in 4k at 60fps", one("export", height=2160, fps=60)),
        ("export in original size", one("export", height="source")),
        ("export at source resolution as mov", one("export", format="mov", height="source")),
        ("render it in the original quality", one("export", height="source")),
        ("export it at native resolution at 60fps", one("export", height="source", fps=60)),
        ("按原尺寸导出", one("export", height="source")), ("导出原画质", one("export", height="source")),
        ("以原始分辨率导出mkv", one("export", format="mkv", height="source")),
        ("export, 720p, under 8MB", one("export", height=720, max_mb=8)),
        ("导出1080p，60帧", one("export", height=1080, fps=60)),
        ("export as a Final Cut project", one("export", project="fcpxml")),
        ("export an EDL", one("export", project="edl")),
        ("export the timeline as FCPXML", one("export", project="fcpxml")),
        ("export for DaVinci Resolve", one("export", project="otio")),
        ("export as a Premiere project", one("export", project="otio")),
        ("导出达芬奇工程文件", one("export", project="otio")),
        ("export as otio", one("export", project="otio")),
        ("export as avi", [{"op": "unsupported", "what": "format avi", "nearest": "mp4"}]),
        ("convert to avi", [{"op": "unsupported", "what": "format avi", "nearest": "mp4"}]),
    ],
)  # fmt: skip
def test_files(text: str, expected: Ops) -> None:
    assert ops(text) == expected


def test_a_file_behind_an_edit() -> None:
    assert names("crop成1:1 然后export under 8MB") == ["aspect", "export"]
    assert names("trim the first 5 seconds and make a gif") == ["trim_start", "gif"]
    assert ops("compress to 8MB then export") == [{"op": "compress", "max_mb": 8.0}, {"op": "export"}]


def test_how_many_frames_is_asked() -> None:
    assert [o.id for o in question("extract all frames").options] == ["every_1", "every_5", "frames_20"]


def test_beyond_the_end_is_asked_about() -> None:
    assert question("gif of 3:00 to 3:10").id == "beyond_end"
    assert question("thumbnail at 5:00").id == "beyond_end"
    ends = question("gif of 1:55 to 2:30")
    assert ends.id == "end_beyond"
    assert ends.options[0].label == "From 1:55 to the end"


@pytest.mark.parametrize(
    "text",
    [
        "freeze the frame at 0:10", "add a gif of a cat", "design a thumbnail with bold text", "don't export yet",
        "how do I make a gif?", "what is a wav file", "the audio is out of sync", "use the audio from clip 2 as music",
        "replace the audio", "remove the audio", "the compressor on my guitar", "export captions as srt", "导出字幕",
        "不要导出", "converting leads into sales", "I need a gif idea", "generate an image of a cat",
        "photos of my trip",
        "what's the best free video editor with mp4 export?", "convert my static images", "separate the vocals",
        "turn up the sound", "bring the sound back",  "premiere is on friday", "resolve this issue for me",
    ],
)  # fmt: skip
def test_false_friends(text: str) -> None:
    mine = {"gif", "thumbnail", "compress", "extract_audio", "export"}
    for timeline in (ONE, THREE):
        assert not mine & set(names(text, timeline)), planned(text, timeline)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export without audio", [{"op": "mute", "target": "all"}, {"op": "export"}]),
        ("export but without sound", [{"op": "mute", "target": "all"}, {"op": "export"}]),
        ("export in portrait and landscape", [*one("export", ratio="9:16"), *one("export", ratio="16:9")]),
        ("export as gif, actually mp4", one("export", format="mp4")),
        ("turn clip 2 into a gif", one("gif", start=8, end=50)),
        ("导出前5秒的gif", one("gif", start=0, end=5)), ("文件太大了，压缩一下", one("compress")),
    ],
)  # fmt: skip
def test_what_is_said_of_a_file(text: str, expected: Ops) -> None:
    assert ops(text, THREE) == expected
