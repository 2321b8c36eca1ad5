"""Colours, black and white, and what is blurred."""

from typing import Any

import pytest

from tests.engine.agent.planning import ONE, THREE, Ops, names, ops, planned, question


def color(**slots: Any) -> Ops:
    return [{"op": "color", **slots}]


def bw(**slots: Any) -> Ops:
    return [{"op": "bw", **slots}]


def blur(**slots: Any) -> Ops:
    return [{"op": "blur", **slots}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it brighter", color(brightness="up")),
        ("brighten it up a bit", color(brightness="up")),
        ("it's too dark, brighten it", color(brightness="up")),
        ("make the video a little darker", color(brightness="down")),
        ("increase the brightness", color(brightness="up")),
        ("increase brightness by 20%", color(brightness=20)),
        ("lower the brightness by 15", color(brightness=-15)),
        ("set the brightness to 120%", color(brightness=20)),
        ("brightness +10", color(brightness=10)),
        ("make it 30% brighter", color(brightness=30)),
        ("more contrast", color(contrast="up")),
        ("reduce the contrast a little", color(contrast="down")),
        ("boost the saturation", color(saturation="up")),
        ("make the colours pop", color(saturation="up")),
        ("make it more vibrant", color(saturation="up")),
        ("less saturated please", color(saturation="down")),
        ("desaturate it", color(saturation="down")),
        ("make it warmer", color(temperature="warm")),
        ("cooler tones please", color(temperature="cool")),
        ("increase the contrast and lower the saturation", color(contrast="up", saturation="down")),
        ("brighter, more contrast and warmer", color(brightness="up", contrast="up", temperature="warm")),
        ("sharpen it", color(sharpen=50)),
        ("sharpen by 30%", color(sharpen=30)),
        ("add a vignette", color(vignette=True)),
        ("remove the vignette", color(vignette=False)),
        ("add film grain", color(grain=True)),
        ("make it look cinematic", color(preset="cinematic")),
        ("give it that cinematic teal and orange look", color(preset="teal_orange")),
        ("add a sepia filter", color(preset="sepia")),
        ("give it a vintage look", color(preset="vintage")),
        ("apply a retro vhs effect", color(preset="vintage")),
        ("use a dreamy filter", color(preset="dreamy")),
        ("warm cinematic look", color(temperature="warm", preset="cinematic")),
        ("remove the filter", color(remove=True)),
        ("reset the colors", color(remove=True)),
        ("make it brighter from 0:10 to 0:20", color(brightness="up", start=10, end=20)),
        ("make the first 5 seconds darker", color(brightness="down", start=0, end=5)),
        ("调亮一点", color(brightness="up")),
        ("画面太暗了，调亮", color(brightness="up")),
        ("把画面调暗一点", color(brightness="down")),
        ("亮度提高20%", color(brightness=20)),
        ("对比度高一点", color(contrast="up")),
        ("降低饱和度", color(saturation="down")),
        ("颜色鲜艳一点", color(saturation="up")),
        ("色调暖一点", color(temperature="warm")),
        ("加个冷色调", color(temperature="cool")),
        ("加个电影感滤镜", color(preset="cinematic")),
        ("复古风格", color(preset="vintage")),
        ("锐化一下", color(sharpen=50)),
        ("加暗角", color(vignette=True)),
        ("加点胶片颗粒", color(grain=True, preset="vintage")),
        ("去掉滤镜", color(remove=True)),
        ("加个cinematic滤镜", color(preset="cinematic")),
        ("contrast调高一点", color(contrast="up")),
    ],
)  # fmt: skip
def test_colours(text: str, expected: Ops) -> None:
    assert ops(text) == expected


def test_colours_of_clips() -> None:
    assert ops("make clip 2 brighter", THREE) == color(brightness="up", clip=2)
    assert ops("把第二个片段调亮", THREE) == color(brightness="up", clip=2)
    assert ops("warm up clips 1 and 3", THREE) == [
        *color(temperature="warm", clip=1),
        *color(temperature="warm", clip=3),
    ]
    assert ops("make everything except clip 2 brighter", THREE) == [
        *color(brightness="up", clip=1), *color(brightness="up", clip=3)
    ]  # fmt: skip


def test_a_look_without_a_name_is_asked_for() -> None:
    assert [o.id for o in question("add a filter").options][:2] == ["look_cinematic", "look_teal_orange"]
    assert question("color grade it").id == "which_look"
    assert question("帮我调色").id == "which_look"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it black and white", bw()), ("turn it b&w", bw()), ("grayscale", bw()), ("black & white please", bw()),
        ("convert to monochrome", bw()), ("remove the color", bw()), ("变成黑白", bw()), ("黑白效果", bw()),
        ("改成black and white", bw()),
        ("make the first 10 seconds black and white", bw(start=0, end=10)),
        ("black and white from 0:05 to 0:15", bw(start=5, end=15)), ("0:05到0:15变黑白", bw(start=5, end=15)),
        ("back to color", bw(off=True)), ("remove the black and white effect", bw(off=True)),
        ("取消黑白", bw(off=True)), ("恢复彩色", bw(off=True)),
    ],
)  # fmt: skip
def test_black_and_white(text: str, expected: Ops) -> None:
    assert ops(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make clip 2 black and white", bw(clip=2)),
        ("make the last clip black and white", bw(clip=3)),
        ("make everything black and white except clip 2", bw(except_clips=[2])),
        ("turn everything black and white except the first clip", bw(except_clips=[1])),
        ("black and white for all clips but the last one", bw(except_clips=[3])),
        ("除了第二个片段，其他都变成黑白", bw(except_clips=[2])),
        ("beach.mp4变成黑白", bw(clip=2)),
        ("make every clip black and white", bw()),
    ],
)  # fmt: skip
def test_black_and_white_clips(text: str, expected: Ops) -> None:
    assert ops(text, THREE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("blur all faces", blur(target="faces")), ("blur everyone's face", blur(target="faces")),
        ("blur the faces out", blur(target="faces")), ("pixelate the faces", blur(target="faces", style="pixelate")),
        ("censor his face", blur(target="faces")), ("hide all faces", blur(target="faces")),
        ("blur it", blur()), ("blur the video from 0:10 to 0:15", blur(start=10, end=15)),
        ("blur the last 5 seconds", blur(start=115, end=120)),
        ("blur the top left corner", blur(target="region", region=[0.0, 0.0, 0.3, 0.3])),
        ("pixelate the bottom", blur(style="pixelate", target="region", region=[0.0, 0.7, 1.0, 0.3])),
        ("unblur the faces", blur(target="faces", remove=True)), ("remove the blur", blur(remove=True)),
        ("给人脸打码", blur(target="faces", style="pixelate")), ("把人脸模糊掉", blur(target="faces")),
        ("打码", blur(style="pixelate")),
        ("右下角打马赛克", blur(style="pixelate", target="region", region=[0.7, 0.7, 0.3, 0.3])),
        ("0:10到0:15模糊", blur(start=10, end=15)), ("取消模糊", blur(remove=True)),
        ("face打码", blur(target="faces", style="pixelate")),
        ("heavily blur all faces", blur(target="faces", strength=80)), ("blur more", blur(strength="more")),
    ],
)  # fmt: skip
def test_blur(text: str, expected: Ops) -> None:
    assert ops(text) == expected


@pytest.mark.parametrize(
    "text",
    ["blur the license plate", "blur out the logo", "把车牌打码", "pixelate the phone number", "blur this area"],
)
def test_which_part_to_blur_is_asked(text: str) -> None:
    asked = question(text)
    assert asked.id == "which_region"
    assert [o.id for o in asked.options][:2] == ["region_top-left", "region_top-right"]
    assert all(len(o.ops) == 1 for o in asked.options)


@pytest.mark.parametrize(
    "text",
    [
        "the future is bright", "a black and white cat walks by", "generate a cinematic clip of a city",
        "cinematic travel video", "add cinematic background music", "what does color grading mean?",
        "make the title white", "don't blur the faces", "don't make it black and white", "the video is blurry",
        "remove the blurry part", "fade to white", "warm greetings to all", "he has a vintage car",
        "the light at the end of the tunnel", "delete the dark part", "cut the blurred part out", "不要黑白", "别打码",
        "生成一段电影感的视频", "他穿了一件黑白的衣服", "replace the background with a blur",
        "make a colourful poster", "cool video", "make it cool", "my favourite filter is sepia",
    ],
)  # fmt: skip
def test_false_friends(text: str) -> None:
    for timeline in (ONE, THREE):
        assert not {"color", "bw", "blur"} & set(names(text, timeline)), planned(text, timeline)


def test_each_clip_gets_its_own() -> None:
    assert ops("brighten clip 1 and darken clip 2", THREE) == [
        *color(brightness="up", clip=1), *color(brightness="down", clip=2)
    ]  # fmt: skip
    assert ops("make clip 1 brighter and clip 2 warmer", THREE) == [
        *color(brightness="up", clip=1), *color(temperature="warm", clip=2)
    ]  # fmt: skip
    assert ops("make clip 1 black and white and clip 2 sepia", THREE) == [*bw(clip=1), *color(preset="sepia", clip=2)]
    assert ops("black and white but keep the last clip in color", THREE) == bw(except_clips=[3])
    assert ops("blur the faces from 0:05 to 0:10 and 0:20 to 0:25") == [
        *blur(target="faces", start=5, end=10), *blur(target="faces", start=20, end=25)
    ]  # fmt: skip


def test_a_reason_and_a_request_are_one() -> None:
    assert ops("it's kinda dark, brighten it") == color(brightness="up")
    assert ops("make it black and white, no wait, sepia") == color(preset="sepia")
