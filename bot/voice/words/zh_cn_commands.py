"""The commands in Simplified Chinese: what Discord shows in its menus. Their English is where they are defined.

One line a command, group or option: under the words one types for it in English ("edit", "settings account", and for
an option of that command "edit words"), its name and its description. A message menu has a name only. Choices are
under their English names. A test walks the whole tree: it fails where a line is missing, and where one is left over.
"""

COMMANDS: dict[str, tuple[str, str]] = {
    "edit": ("剪辑", "说出要对素材做什么；可同时放入文件或链接"),
    "edit words": ("要求", "要做什么：去掉停顿，加转场，然后导出"),
    "edit footage": ("素材", "视频、图片或音频文件"),
    "edit link": ("链接", "媒体文件的直接链接"),
    "upload": ("上传", "向本帖添加素材：一个文件或直接链接，多个可用表单"),
    "upload footage": ("素材", "视频、图片或音频文件"),
    "upload link": ("链接", "媒体文件的直接链接"),
    "credits": ("积分", "查看剩余积分"),
    "export": ("导出", "制作成片并发到本帖"),
    "new": ("新建", "开始一个项目：在频道里新开帖子，在帖子里从头开始"),
    "new name": ("名称", "新帖子的名称"),
    "cancel": ("取消", "停止本帖正在运行的内容，以及你在排队的请求"),
    "forget": ("清除", "删除本帖的项目：素材、时间线、成片、记录"),
    "undo": ("撤销", "撤回本帖的上一次修改"),
    "redo": ("重做", "重做本帖刚撤回的修改"),
    "help": ("帮助", "如何在这里剪辑视频"),
    "export format": ("格式", "视频、最长一分钟的 GIF，或只要声音"),
    "export size": ("画面", "多大，或换一种比例"),
    "export quality": ("质量", "最好，或文件更小、加载更快"),
    "export fit": ("适合上限", "让文件不超过本服务器的上传上限"),
    "preview": ("预览", "快速查看视频现在的样子，画面较小"),
    "status": ("状态", "查看本帖的素材和时间线"),
    "settings": ("设置", "本服务器的设置"),
    "settings account": ("账户", "关联本服务器自己的 NemoVideo 账户，或取消关联"),
    "settings show": ("查看", "查看本服务器的全部设置及其含义"),
    "settings roles": ("身份组", "选择哪些身份组可以使用机器人；不选则人人可用"),
    "settings limits": ("限额", "设置同时可提出多少请求，以及文件大小上限"),
    "settings language": ("语言", "设置机器人在本服务器使用的语言"),
    "settings language language": ("语言", "各用各的语言，或全服统一"),
    "settings retention": ("保留", "设置无人使用的帖子在这里保留多少天"),
    "settings retention days": ("天数", "整数；留空则按机器人运营者的期限保留"),
    "settings talk": ("直接对话", "开启或关闭在机器人帖子里直接对话"),
    "settings talk plain": ("开关", "关闭：只认命令、按钮、提及和回复"),
    "Edit this video": ("剪辑这个视频", ""),
}

CHOICES: dict[str, str] = {
    "Each user's own": "各用各的语言",
    "English": "英语",
    "简体中文": "简体中文",
    "Video (MP4)": "视频（MP4）",
    "GIF": "GIF 动图",
    "Audio only (MP3)": "仅音频（MP3）",
    "1080p": "1080p",
    "720p": "720p",
    "480p": "480p",
    "Vertical 9:16": "竖屏 9:16",
    "Vertical 9:16, 720p": "竖屏 9:16，720p",
    "Square 1:1": "方形 1:1",
    "Portrait 4:5": "竖版 4:5",
    "Landscape 16:9": "横屏 16:9",
    "Best": "最好",
    "Smaller file": "文件更小",
    "on": "开启",
    "off": "关闭",
}
