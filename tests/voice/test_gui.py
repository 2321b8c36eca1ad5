# ruff: noqa: E501 - a sentence is a sentence
"""What the upstream says to somebody in front of its GUI, and what a user without one reads; all as such agents talk."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.voice.gui import Act, Step, Translated, translate

EXPORT, TRACKS, STATE, CREDITS = (Act(step) for step in (Step.EXPORT, Step.TRACKS, Step.STATE, Step.CREDITS))


def say(words: str) -> Act:
    return Act(Step.SAY, words)


Row = tuple[str, str, tuple[Act, ...]]

ENGLISH: list[Row] = [
    (
        "Your video is ready! Preview in the Timeline panel or click Export to save it.",
        "Your video is ready!",
        (TRACKS, EXPORT),
    ),
    (
        "Your video is ready. You can now preview it in the timeline and export it when you're happy.",
        "Your video is ready.",
        (TRACKS, EXPORT),
    ),
    (
        "I've trimmed the silences. Click the Export button in the top right corner to download your video.",
        "I've trimmed the silences.",
        (EXPORT,),
    ),
    ("Open the Media panel to see your uploads.", "", (STATE,)),
    (
        "I added a title. To adjust it, go to the Inspector panel and change the font size.",
        "I added a title.",
        (STATE,),
    ),
    ("Drag the clip to the end of the timeline to reorder it.", "", (say("move the clip to the end of the timeline"),)),
    ("Please check your account or billing page.", "", (CREDITS,)),
    ("Check your account balance under Settings > Billing.", "", (CREDITS,)),
    ('Click "Apply" to confirm the change.', "", (say("Apply"),)),
    ("Would you like me to export it?", "Would you like me to export it?", (EXPORT,)),
    (
        "Done! The video is 10 s long, city at night, portrait. Hit Play to watch it.",
        "Done! The video is 10 s long, city at night, portrait.",
        (TRACKS,),
    ),
    (
        "Here's what I did:\n- Trimmed 3 silences\n- Added music\n\nNext steps:\n- Click Export to download\n- Open the Assets panel",
        "Here's what I did:\n- Trimmed 3 silences\n- Added music",
        (EXPORT, STATE),
    ),
    ("1. Open the Media panel\n2. Drag your file into the timeline\n3. Click Export", "", (STATE, EXPORT)),
    ("Your video is ready to preview in the timeline.", "Your video is ready.", (TRACKS,)),
    ("The music is at 35%. You can adjust the volume in the Audio panel.", "The music is at 35%.", (STATE,)),
    ("Use the Share button to send it to your friends.", "", (EXPORT,)),
    ("Tap Generate to create a new clip.", "", (say("Generate"),)),
    (
        "The edit is complete; preview it, then click the **Download** button.",
        "The edit is complete.",
        (TRACKS, EXPORT),
    ),
    (
        "Once you're happy with it, click Export and choose 1080p. The file will be about 20 MB.",
        "The file will be about 20 MB.",
        (EXPORT,),
    ),
    (
        "I've added a fade. If you want to change it, click on the clip and select Transitions.",
        "I've added a fade.",
        (),
    ),
    ("Select the clip and press Delete to remove it.", "", (say("Delete"),)),
    ("Your project has been saved. View it in the Projects tab.", "Your project has been saved.", (STATE,)),
    ("You can download the video by clicking the Export button.", "", (EXPORT,)),
    ("Done — click Export!", "Done!", (EXPORT,)),
    (
        "I've added the song to your timeline. Feel free to preview it and let me know if you'd like any changes.",
        "I've added the song to your timeline. Let me know if you'd like any changes.",
        (TRACKS,),
    ),
    ("All done! You'll find your exported video in the Exports panel.", "All done!", (STATE,)),
    (
        "The silences are gone: 12 cuts, 45 s shorter. To hear the result, press the play button.",
        "The silences are gone: 12 cuts, 45 s shorter.",
        (TRACKS,),
    ),
    ("Now go ahead and click **Export** to get your final video!", "", (EXPORT,)),
    ("You can fine-tune the timing by dragging the edges of the clip in the timeline.", "", (TRACKS,)),
    (
        "Your clip has been generated and added to the media library. Drag it onto the timeline to use it.",
        "Your clip has been generated and added to the media library.",
        (say("move it onto the timeline"),),
    ),
    ("If you're happy with it, just hit Export.", "", (EXPORT,)),
    (
        "I've split the clip at 0:30. Right-click the second part and choose Delete if you don't need it.",
        "I've split the clip at 0:30.",
        (),
    ),
    (
        "Great news! Your 9:16 version is ready. Head over to the Preview window to take a look.",
        "Great news! Your 9:16 version is ready.",
        (TRACKS,),
    ),
    (
        "I've increased the volume to 80%. You can also adjust this manually using the volume slider.",
        "I've increased the volume to 80%.",
        (STATE,),
    ),
    ("Simply navigate to Settings > Export and select MP4.", "", (STATE,)),
    (
        "Let me know if you want to tweak anything, or click Export when you're ready.",
        "Let me know if you want to tweak anything.",
        (EXPORT,),
    ),
    (
        "You don't have enough credits. Please top up in the Billing section of your account.",
        "You don't have enough credits.",
        (CREDITS,),
    ),
    ("Upgrade your plan to remove the watermark.", "", (CREDITS,)),
    ("Would you like to preview it first or export it right away?", "Would you like to preview it first?", (EXPORT,)),
    ("I can export it for you as an MP4 in 1080p.", "I can export it for you as an MP4 in 1080p.", (EXPORT,)),
    ("Select the text layer in the timeline and change the color to red in the Properties panel.", "", (STATE,)),
    ("Press Ctrl+Z to undo.", "", (say("Undo"),)),
    ('Click the three dots next to the clip, then choose "Remove silences".', "", ()),
    ("To export your video, click the Export button in the top-right corner of the screen.", "", (EXPORT,)),
    (
        "Your video has been edited. It is now 45 seconds long. Check it out in the timeline!",
        "Your video has been edited. It is now 45 seconds long.",
        (TRACKS,),
    ),
    ("Made it vertical (1080×1920). Save it by clicking Download.", "Made it vertical (1080×1920).", (EXPORT,)),
    ("I need the footage first. Please upload a file in the Media panel.", "I need the footage first.", (STATE,)),
    (
        'Next, open the Effects tab, search for "glow", and drag it onto your clip.',
        "",
        (STATE, say("move it onto the clip")),
    ),
    ("If the colors look off, you can reset them in the Color panel.", "", (STATE,)),
    (
        "I wasn't able to find that clip. Can you describe it, or select it in the media panel?",
        "I wasn't able to find that clip. Can you describe it?",
        (STATE,),
    ),
    (
        "Sure! I've placed the logo in the bottom right corner. Tap the checkmark to confirm.",
        "Sure! I've placed the logo in the bottom right corner.",
        (),
    ),
    ("The export has started. You can track progress in the Exports tab.", "The export has started.", (STATE,)),
    ("Your reel is done 🎉 Click ▶ to watch.", "Your reel is done 🎉", (TRACKS,)),
    ("I added subtitles. Toggle them on or off using the CC button.", "I added subtitles.", (STATE,)),
    ("To continue, sign in to your account.", "", (CREDITS,)),
    ('You can also click "Regenerate" if you don\'t like it.', "", (say("Regenerate"),)),
    ("Go to the Music tab and pick a song.", "", (STATE,)),
    ("Everything looks good. Just press Export in the upper right.", "Everything looks good.", (EXPORT,)),
    ("Use the playhead to find the exact moment.", "", ()),
    (
        "Your free credits are used up, so please upgrade your plan in Settings.",
        "Your free credits are used up.",
        (CREDITS,),
    ),
    ("Feel free to download your video now!", "", (EXPORT,)),
    ("I recommend clicking the Preview button before exporting.", "", (TRACKS,)),
    ("You might want to open the Captions panel to check the spelling.", "", (STATE,)),
    ('Click on "Add to timeline" and then on "Apply".', "", (say("Add to timeline"),)),
    ("Hover over the clip to see its length.", "", ()),
    ("Swipe left to compare.", "", ()),
    ("Your changes have been applied. Refresh the page to see them.", "Your changes have been applied.", ()),
    (
        "Done:\n- Removed 12 pauses\n- Added 3 titles\n\nWhat you can do now:\n- Preview the video in the Timeline panel\n- Click **Share** to publish it\n\nTell me if you want changes.",
        "Done:\n- Removed 12 pauses\n- Added 3 titles\n\nTell me if you want changes.",
        (TRACKS, EXPORT),
    ),
]

CHINESE: list[Row] = [
    ("您的视频已经准备好了！请在时间线面板中预览，或点击导出按钮保存。", "您的视频已经准备好了！", (TRACKS, EXPORT)),
    ("视频已完成，点击右上角的“导出”按钮即可保存。", "视频已完成。", (EXPORT,)),
    ("已剪掉3处停顿。您可以打开媒体面板查看素材。", "已剪掉3处停顿。", (STATE,)),
    ("将片段拖拽到时间线末尾即可调整顺序。", "", (say("把片段移到时间线末尾"),)),
    ("请前往账户页面查看余额。", "", (CREDITS,)),
    ("需要我帮您导出吗？", "需要我帮您导出吗？", (EXPORT,)),
    ("视频时长10秒，竖屏，共3条轨道。点击“预览”查看效果。", "视频时长10秒，竖屏，共3条轨道。", (TRACKS,)),
    ("已添加背景音乐，音量35%。如需调整，请在音频面板中修改。", "已添加背景音乐，音量35%。", (STATE,)),
    ("接下来：\n1. 点击预览\n2. 点击导出", "", (TRACKS, EXPORT)),
    ("请 click Export 下载视频。", "", (EXPORT,)),
    ("剪辑完成后，点击“下载”保存到本地。", "", (EXPORT,)),
    ("积分不足，请前往账单页面充值。", "积分不足。", (CREDITS,)),
    ("可以在时间线中预览视频了。", "", (TRACKS,)),
    ("你可以点击播放按钮预览效果。", "", (TRACKS,)),
    (
        "好的！我已经把视频剪到30秒，并在开头加了标题“旅行日记”。您可以点击播放按钮预览效果。",
        "好的！我已经把视频剪到30秒，并在开头加了标题“旅行日记”。",
        (TRACKS,),
    ),
    ("视频已生成。打开时间线面板即可查看，满意后点击右上角导出。", "视频已生成。", (TRACKS, EXPORT)),
    ("我帮你调低了背景音乐（35%→20%）。如果想进一步调整，可以拖动音量滑块。", "我帮你调低了背景音乐（35%→20%）。", ()),
    ("当前账户积分不足，请点击右上角头像进入充值页面。", "", (CREDITS,)),
    ("要不要我现在帮你导出成1080p？", "要不要我现在帮你导出成1080p？", (EXPORT,)),
    ("请先在媒体库中上传素材。", "", (STATE,)),
    ("您可以直接在时间轴上拖动片段边缘来调整时长。", "", (TRACKS,)),
    ("点击应用按钮确认更改。", "", (say("应用"),)),
    ("选中片段后按Delete键删除。", "", (say("Delete"),)),
    ("视频已准备就绪，您可以在预览面板中播放，或者直接点击导出按钮。", "视频已准备就绪。", (TRACKS, EXPORT)),
    ("如果满意，请点击导出；如果需要修改，请告诉我。", "如果需要修改，请告诉我。", (EXPORT,)),
    ("I've added the clip. 您可以在时间线中预览，或点击 Export 导出。", "I've added the clip.", (TRACKS, EXPORT)),
    ("请检查账单页面。", "", (CREDITS,)),
    ("把第二段视频拖到第一段前面。", "", (say("把第二段视频移到第一段前面"),)),
    ("请点击左侧的素材库，然后把音乐拖到音轨上。", "", (STATE, say("把音乐移到音轨上"))),
    ("预览已生成，请查看。", "预览已生成。", (STATE,)),
    ("点击此处查看详情。", "", ()),
    ("您可通过“设置”菜单中的“分辨率”选项更改画质。", "", (STATE,)),
    ("请刷新页面查看最新结果。", "", (STATE,)),
    ("长按片段可以复制。", "", ()),
    (
        "已为您生成10秒城市夜景视频，竖屏。预览或导出请使用右上角按钮。",
        "已为您生成10秒城市夜景视频，竖屏。",
        (TRACKS, EXPORT),
    ),
    ("在左侧面板选择“字幕”，然后点击“自动生成”。", "", (STATE, say("自动生成"))),
    ("如需下载，请点击下载图标。", "", (EXPORT,)),
    ("若要撤销，请按 Ctrl+Z。", "", ()),
    ("我可以帮您导出，需要吗？", "我可以帮您导出，需要吗？", (EXPORT,)),
    ("拖动滑块可以调整音量。", "", ()),
    ("现在可以导出视频了！", "", (EXPORT,)),
    ("完成！您可以下载视频了。", "完成！", (EXPORT,)),
    ("双击标题即可编辑文字。", "", ()),
    ("请确认后点击“完成”。", "", (say("完成"),)),
    ("已经完成剪辑。接下来你可以：\n1. 在预览窗口查看效果\n2. 点击“导出”下载视频", "", (TRACKS, EXPORT)),
]

CONTENT = [
    "I opened the file and cut the first 5 seconds.",
    "The clip shows a person opening a door.",
    'Added the title "Click Export to save".',
    "I added a click sound at 0:05.",
    "Export is free and takes 30-90 seconds.",
    "Exported 3 clips.",
    "The drag race scene now starts at 0:10.",
    "open panel.mp4 was added to the end.",
    "I dropped the background noise by 6 dB.",
    "See https://example.com/click-export for details.",
    "我添加了标题“点击导出”。",
    "打开门的镜头已经剪掉。",
    "按钮音效已加到第3秒。",
    "我已经导出了3个片段。",
    "I set the preview image to frame 30.",
    "The menu in the restaurant scene is now in focus.",
    "Hit the beat at 0:12, the cut lands there.",
    "Title added: 'Paradise Found' (0-3s)",
    "The timeline now has 3 tracks.",
    'The title "Urban Dreams" now shows for 3 seconds. Want me to change the font?',
    "The transition between clip 1 and clip 2 is now a cross dissolve (0.5 s).",
    "Here is the summary:",
    'The speaker says "click the link below" at 0:42; I kept that part.',
    "I removed the part where he opens the menu.",
    "The man taps the screen at 0:10 and the title appears.",
    "The video will be saved to your Downloads folder.",
    "You can export in 1080p or 4K.",
    "Please upload a video first.",
    'Tell me what to change, e.g. "add a title".',
    "The intro now opens on the city panorama.",
    "Slow zoom added; the camera now moves to the left side of the panel.",
    "Dropped 14 frames at 0:07.",
    "The preview looks good: no black frames.",
    "Everything is on the timeline: 1 video track, 2 audio tracks.",
    "Playback is smoother at 30 fps.",
    "Your edit is saved automatically.",
    "I've opened with the drone shot and closed on the logo.",
    "请先上传视频。",
    "我把他点击鼠标的那一段剪掉了。",
    "拖拍的镜头已去除。",
    "画面中人物打开了窗户。",
    "字幕写着“点击订阅”，持续3秒。",
    "已将标题改为“打开新世界”。",
    "导出免费，大约需要30到90秒。",
    "已导出到本地。",
    "播放速度已调到1.5倍。",
    "在第10秒处添加了转场。",
    "预览图已更新。",
    "我打开了降噪，现在更清楚了。",
    "下载完成后会自动保存。",
    "时间线上现在有3条轨道。",
    "Which clip should I use: the first or the second?",
    "The final video is 1:20 long. Download it here: https://cdn.example/v.mp4",
    "I've put a button click sound under each transition.",
    "He says: click the button.",
    'The track "Open Road" was muted.',
    "We can open with the sunset and export later.",
    "I'll export it now.",
    "Sorry, I can't open that link.",
    "视频中出现了打开抽屉的画面，我保留了它。",
    "音乐在第5秒淡入，在第10秒淡出。",
    "您的视频共3条轨道：视频、音乐和标题。",
    "请告诉我您想修改哪一段。",
    "标题已移动到画面底部。",
    "```\nclick Export\n```",
]


@pytest.mark.parametrize(("text", "left", "acts"), [*ENGLISH, *CHINESE])
def test_what_is_to_be_clicked_is_done_or_offered_instead(text: str, left: str, acts: tuple[Act, ...]) -> None:
    found = translate(text)
    assert (found.text, found.acts) == (left, acts)


@pytest.mark.parametrize("text", CONTENT)
def test_content_is_kept_word_for_word(text: str) -> None:
    found = translate(text)
    assert (found.text, found.acts) == (text, ())


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len(ENGLISH) >= 45
    assert len(CHINESE) >= 35
    assert len(CONTENT) >= 40


@pytest.mark.parametrize("text", [text for text, _, _ in (*ENGLISH, *CHINESE)])
def test_nobody_is_told_to_click(text: str) -> None:
    left = translate(text).text.lower()
    assert not any(word in left for word in ("click", "tap ", "drag", "panel", "点击", "拖", "面板", "按钮")), left


WORDS = (
    "The",
    "clip",
    "now",
    "has",
    "3",
    "parts",
    ".",
    "It",
    "is",
    "10",
    "s",
    "long",
    ",",
    "city",
    "剪好了",
    "。",
    "停顿",
    "！",
)
PIECES = st.sampled_from([text for text, _, _ in (*ENGLISH, *CHINESE)] + CONTENT)
PLAIN = st.text(st.characters(categories=["L", "N", "Zs", "Po"], exclude_characters="\n:：*>#-"), max_size=60)
GUI = (
    "click",
    "tap",
    "press",
    "hit",
    "push",
    "open",
    "go",
    "see",
    "view",
    "check",
    "use",
    "us",
    "drag",
    "drop",
    "find",
)


@given(st.lists(st.one_of(PIECES, PLAIN), max_size=5), st.sampled_from([" ", "\n", "\n\n", "\n- "]))
def test_a_text_that_was_translated_is_not_changed_again(pieces: list[str], between: str) -> None:
    once = translate(between.join(pieces)).text
    again = translate(once)
    assert again.text == once


@given(st.lists(st.sampled_from(WORDS)))
def test_a_text_without_a_gui_is_left_as_it_is(words: list[str]) -> None:
    text = " ".join(words)
    assert translate(text) == Translated(text.strip(), ())


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    translate(text)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "click ",
            "Click Export. ",
            "you can ",
            "点击",
            "打开",
            "open the a ",
            "to preview ",
            "a ",
            "**a ",
            "(",
            "请",
            '"',
        ),
        *(
            "see a in the ",
            "by clicking ",
            "在a",
            "in the ",
            ", ",
            "and ",
            "x: ",
            "- click\n",
            "drag a ",
            "把",
            "use the a ",
        ),
        *(
            "“",
            "「",
            "go to a a a ",
            "a > ",
            "http://",
            "'a ",
            "[a](",
            "would you like ",
            "billing ",
            "在面板",
            "you can a ",
        ),
    ],
)
def test_hostile_text_takes_no_time(piece: str) -> None:
    began = time.process_time()
    for before in ("", "Click ", "你可以在"):
        translate((before + piece * 100_000)[:100_000])
    assert time.process_time() - began < 4.0  # a bound on blow-up, not a measure
