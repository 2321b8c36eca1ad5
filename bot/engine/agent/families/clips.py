"""Whole clips: delete_clip, reorder."""

from collections.abc import Sequence

from bot.engine.agent.asking import missing
from bot.engine.agent.rules import Found, Rule
from bot.engine.timeline.ops import DeleteClip, Op, Reorder


def _delete(f: Found) -> Sequence[Op] | None:
    numbers = sorted({n for token in f.all("C") for n in token.clips}, reverse=True)
    f.take(r"\b(?:completely|entirely|from)\b|整个|全部")
    return [DeleteClip(clip=n) for n in numbers] or None


def _keep(f: Found) -> Sequence[Op] | None:
    kept = {n for token in f.all("C") for n in token.clips}
    f.take(r"\b(?:only|just|rest|others?|everything else)\b|只|其他的?|其余的?|删掉|不要")
    gone = [n for n in range(len(f.facts.clips), 0, -1) if n not in kept]
    return [DeleteClip(clip=n) for n in gone] if kept and gone else None


def _swap(f: Found) -> Sequence[Op] | None:
    numbers = [n for token in f.all("C") for n in token.clips]
    if not numbers:
        numbers = [int(t.number) for t in f.all("N")]
    order = list(range(1, len(f.facts.clips) + 1))
    f.take(r"\b(?:around|order|places?|positions?|of|between|clips?)\b|顺序|位置|前后|的")
    if len(numbers) != 2 and len(order) == 2:
        return [Reorder(order=[2, 1])]
    if len(numbers) == 2 and max(numbers) > len(order):
        return missing(f, "no_clip", clip=max(numbers), count=len(order))
    if len(numbers) != 2 or min(numbers) < 1:
        return missing(f, "which_order", count=len(order))
    a, b = numbers[0] - 1, numbers[1] - 1
    order[a], order[b] = order[b], order[a]
    return [Reorder(order=order)]


def _move(f: Found) -> Sequence[Op] | None:
    token = f.token("<C>")
    count = len(f.facts.clips)
    if token is None or len(token.clips) != 1:
        return None
    clip = token.clips[0]
    others = [n for n in range(1, count + 1) if n != clip]
    anchors = [t for t in f.all("C") if t is not token and len(t.clips) == 1]
    if anchors and anchors[0].clips[0] in others:
        at = others.index(anchors[0].clips[0]) + (1 if f.take(r"\b(?:after|behind)\b|之后|后面|后") else 0)
        f.take(r"\b(?:before|in front of|ahead of)\b|之前|前面|前")
    elif f.take(r"@start|\bfirst\b|最前面?|第 ?1"):
        at = 0
    elif f.take(r"@end|\blast\b|最后面?"):
        at = len(others)
    else:
        return missing(f, "which_order", count=count)
    f.take(r"\b(?:to|at|position|place|very)\b|到|位置|的")
    if clip > count:
        return missing(f, "no_clip", clip=clip, count=count)
    return [Reorder(order=[*others[:at], clip, *others[at:]])]


def _order(f: Found) -> Sequence[Op] | None:
    numbers = [n for token in f.all("C") for n in token.clips] or [int(t.number) for t in f.all("N")]
    f.take(r"\b(?:order|sequence|clips?|them|as|then|like this)\b|顺序|排列?|片段|按照?|的|为")
    if sorted(numbers) != list(range(1, len(f.facts.clips) + 1)) or len(numbers) < 2:
        return missing(f, "which_order", count=len(f.facts.clips))
    return [Reorder(order=numbers)]


def _reverse_order(f: Found) -> Sequence[Op] | None:
    f.take(r"\b(?:clips?|order|of)\b|片段|顺序|排列?|的")
    if f.has("<C>"):
        return _swap(f)
    return [Reorder(order=list(range(len(f.facts.clips), 0, -1)))] if len(f.facts.clips) > 1 else None


def _becomes(f: Found) -> Sequence[Op] | None:
    """ "Sunset should be the first clip": a clip and the place it gets."""
    named = f.all("C")
    count = len(f.facts.clips)
    if len(named) != 2 or any(len(token.clips) != 1 or not 1 <= token.clips[0] <= count for token in named):
        return None
    clip, place = (token.clips[0] for token in named)
    order = [n for n in range(1, count + 1) if n != clip]
    return [Reorder(order=[*order[: place - 1], clip, *order[place - 1 :]])]


def _edge(f: Found) -> Sequence[Op] | None:
    """ "Start with clip 3": it comes first."""
    token = f.all("C")[0]
    count = len(f.facts.clips)
    if len(token.clips) != 1 or not 1 <= token.clips[0] <= count:
        return None
    others = [n for n in range(1, count + 1) if n != token.clips[0]]
    return [Reorder(order=[*others, *token.clips] if f.has(r"\b(?:end|finish|close)\b") else [*token.clips, *others])]


RULES = (
    Rule("edge", (r"^\W*(?:start|begin|open|end|finish|close)(?: (?:it|video))?(?: off| up)? with <C>\W*$",), _edge),
    Rule(
        "becomes",
        (r"^\W*(?:make )?<C> (?:\b(?:should|must|needs to|has to|ought to)\b)? \b(?:be|become|as)\b <C>\W*$",),
        _becomes,
    ),
    Rule(
        "swap_around",
        (
            r"\bflip\b",
            r"<C> (?:around|"
            r"over)\b",
        ),
        _swap,
        never=r"\b(?:upside|horizontal|vertical|mirror)",
    ),
    Rule(
        "delete_clip",
        ("@remove", "<C>"),
        _delete,
        never=r"@text|@music|@sound|@silence|<[TGMPXQ]\d+>|@start|@end|@keep|\b(?:mute|fade|transition|"
        r"background|watermark|every|frame|subtitle)",
    ),
    Rule(
        "keep_clip",
        ("@keep", "<C>"),
        _keep,
        never=r"\bcolou?r|彩色|原样|不变|\buntouched|\bas (?:it )?is|@text|"
        r"@music|@sound|<[TGMP]\d+>|@start|@end",
    ),
    Rule(
        "swap",
        (
            r"\b(?:swap|switch|exchange|flip) (?=.{0,12}(?:<C>|clips|order|<N>))|交换|调换|对调|互换|"
            r"换 (?:一?下)? (?:位置|顺序)|<C>.{0,3}换\W*$",
        ),
        _swap,
        never=r"\bflip(?! order)",
    ),
    Rule(
        "move",
        (
            r"\b(?:move|put|bring|place|shift|shuffle|send|(?:should |must |needs to |has to )?(?:come|go)(?:es)?|"
            r"want(?= <C> (?:before|after|first|last|at)))\b|"
            r"移到|挪到|"
            r"放到?|移动|调到|放在",
            "<C>",
            r"@start|@end|\b(?:first|last|before|after|behind|in front)\b|最前|最后|前面|后面|之前|之后|第 ?1",
        ),
        _move,
        never=r"@text|@music|<[TGQ]\d+>|\btransition|\bfade|转场",
    ),
    Rule(
        "order",
        (
            r"\b(?:re ?order|rearrange|arrange|sort|order)\b|重新?排序?|排序|排列|按.{1,60}(?:顺序)?排|"
            r"顺序(?=.{0,6}(?:<[NC]\d+>|为|改|调))",
        ),
        _order,
        never=r"\breverse|chronolog|\btime|倒|反",
    ),
    Rule(
        "reverse_order",
        (
            r"\b(?:reverse|flip|invert) (?:the )?(?:clip )?order\b|倒序|顺序.{0,3}(?:反过?来|倒过?来|颠倒|反转|翻转|"
            r"倒转)|(?:反过来|倒过来|倒着)排",
        ),
        _reverse_order,
    ),
)
