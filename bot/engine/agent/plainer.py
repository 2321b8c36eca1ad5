"""Spoken Chinese brought to the plain words that the rules know: 降个噪 is 降噪, 压一压 is 压低, 挪到顶上 is 移到上面.

Each line is a way of saying things that holds for many verbs and things; what belongs to one operation stands with its
family. Works on lower-case text whose quotes are marks already.
"""

import re

from bot.engine.agent.wordlist import wordlist

_SPLIT_VERBS = wordlist(
    "降噪 去噪 加速 减速 提速 变速 降速 倒放 静音 消音 防抖 去抖 转场 调色 配乐 配音 裁剪 压缩 截图 打码 "
    "定格 快进 慢放 剪辑 淡入 淡出 导出 合并 旋转 翻转 撤销 循环 分屏 变声 换脸"
)
_MEASURED = r"(?:[了过]?[一两]?(?:个|下|点|波|段|遍|把)|点儿|一?下子)"
_ADJECTIVE = "高低大小快慢亮暗长短暖冷强弱多少轻重粗细远近响浓淡松紧艳狠碎"
_END = r"(?=\s*(?:[,，。.!！?？;；、~\n]|$|谢|哈|哦|呗|再|然后|顺便))"

_PLAIN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(p, re.ASCII), r)
    for p, r in (
        # verbs come apart (降个噪), are doubled (压一压) or just say "see to it" (处理一下)
        *((rf"{verb[0]}{_MEASURED}{verb[1:]}(?![量度])", verb) for verb in _SPLIT_VERBS),
        (r"([剪调压降裁转切删改加放配])一\1", r"\1"),
        (
            rf"(?<=[^\s,，。;；、\n])[\s,，、]+(?:你|您|请|麻烦|帮忙?|给|替|我|能不能|可以|想办法|想想办法)*"
            rf"(?:处理|修复?|弄|搞|调整?|优化|改善?|整|解决|看)(?:一下子?|一[修弄搞调改整看]|下|着办|掉){_END}",
            "",
        ),
        # how much
        (rf"(?<=[{_ADJECTIVE}])(?:一些|些许?|一点儿|点儿|一丢丢|一丁点儿?|那么一点|一小?点)", "一点"),
        (rf"(?<![比较])(?:稍微|稍|略微|略)(?:再)?(?=[{_ADJECTIVE}])", ""),
        (r"(?:加?快|提速|加速|提高|提升)了?(?:一倍|1倍)(?!速)", "加速到2倍"),
        (r"(?:放?慢|减速)了?(?:一倍|1倍)(?!速)", "放慢到0.5倍"),
        (r"(?<=[大响高])(?:一倍|1倍)", "到200%"),
        (r"(?:打|降到|调到)([1-9])折", r"到\g<1>0%"),
        # where to
        (r"(?:挪动?|搬|摆|移动|丢|扔|拖)(?:到|去|至|在)(?=[^\d<,，。]{0,4}(?:[上下左右中前后头尾顶底首末角]|"
        r"第))", "移到"),
        (r"(?:顶上|最上头|上头|最上边|上边|最顶端|顶端)去?", "上面"),
        (r"(?:最下头|下头|最下边|下边|最底端|底端|最底下)去?", "下面"),
        (r"第[一1]位|首位|最开头|最前头|最前边|第[一1]个(?=[\s,，。!！]*$)", "最前面"),
        (r"末位|最末尾|最末|最后头|最后边|最后一位", "最后面"),
        (r"([白黑红黄蓝绿橙粉紫灰金])颜?色儿?的?", r"\1色"),
        # fillers around the verb
        (r"(?:只要|只需要?|只用|只|就|光|单单|仅仅?|单独)(?=(?:把|将|给)(?!我|你))", ""),
        (r"(?<=[,，\s])(?:就行|就好|就可以|即可|就够了?|就ok)(?=[\s,，。!！~]*$)", ""),
        (r"导成|导个|导一[份个下]|导(?=[一到]?<|mp4|mov|webm|1080|720|4k)", "导出"),
    )
)  # fmt: skip


def plainer(text: str) -> str:
    """The text in plain words; as it is where there is no Chinese."""
    if text.isascii():
        return text
    for spoken, plain in _PLAIN:
        text = spoken.sub(plain, text)
    return text
