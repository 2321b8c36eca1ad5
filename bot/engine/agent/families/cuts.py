"""Cutting by time: trim_start, trim_end, cut_range, keep_range, split."""

import re
from collections.abc import Sequence

from bot.engine.agent.asking import choose, missing
from bot.engine.agent.families.silence import EXCEPT
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clean_number, clip_scope, edge_amount, range_scope, share_scope
from bot.engine.timeline.ops import (
    CutRange,
    DeleteClip,
    ExactLength,
    Highlight,
    KeepRange,
    Op,
    Split,
    TrimEnd,
    TrimStart,
)  # fmt: skip

_OFF = r"(?:\b(?:off|from|of|at|out of|out|away|by|in)\b)"


def _trim_edge(f: Found) -> Sequence[Op] | None:
    """Remove so much from the start, from the end, or from both."""
    ops: list[Op] = []
    both = f.token(
        rf"<T> {_OFF}? \b(?:both ends|each end|either end|both sides)\b|(?:首尾|头尾|前后) 各? (?:@remove)? <T>|"
        rf"\bboth ends\b.{{0,6}}? <T>"
    )
    first = both.number if both else edge_amount(f, "first") or _reach(f, "start")
    last = both.number if both else edge_amount(f, "last") or _reach(f, "end")
    clip = clip_scope(f)
    f.take(_OFF)
    if first:
        ops.append(TrimStart(seconds=clean_number(first), clip=_number_or_each(clip)))
    if last:
        ops.append(TrimEnd(seconds=clean_number(last), clip=_number_or_each(clip)))
    return ops or None


def _reach(f: Found, side: str) -> float | None:
    token = f.token(rf"@{side},? (?:\bby\b|的|那|@remove)? <T>|@{side} by <N>")
    return token.number if token else None


def _number_or_each(clip: int | str | None) -> int | None:
    return clip  # type: ignore[return-value]  # "each" or a number: the op checks it


def _cut_range(f: Found) -> Sequence[Op] | None:
    if f.has(r"@text|@music|@sound|\b(?:mute|silence)\b"):
        return None
    kept = f.has(r"\btrim (?:(?:video|clip|it|this|footage|recording) )+(?:from |between )?<G>")
    if f.has(r"@remove (?:it|that|this|them|those)\b"):
        f.take(r"^\W*(?:there(?:'s| is| are)?|i|we|he|she|someone|something)\b[a-z' ]{0,40}(?=<G>)")  # why it shall go
    ranges = f.all("G")
    stretch = (ranges[0].number, ranges[0].other) if ranges else _stretch(f)
    if stretch is None:
        return None
    f.take(
        r"\b(?:out|away|everything|between|middle|chunk|segment|stretch|scene|clip)\b|之间|内容|全部|都|片段|部分|这段"
    )
    if len(ranges) > 1:  # all of them as the asker saw the timeline: neighbouring cuts are applied as one list
        return [CutRange(start=clean_number(g.number), end=clean_number(g.other)) for g in ranges]
    start, end = stretch
    if not ranges:
        return [CutRange(start=clean_number(start), end=clean_number(end))]
    if kept:  # "trim the video from A to B" names what stays; "trim from A to B" and "cut ..." what goes
        f.offer = (CutRange(start=clean_number(start), end=clean_number(end)),)
        return [KeepRange(start=clean_number(start), end=clean_number(end))]
    f.offer = (KeepRange(start=clean_number(start), end=clean_number(end)),)
    return [CutRange(start=clean_number(start), end=clean_number(end))]


def _stretch(f: Found) -> tuple[float, float] | None:
    total = f.facts.seconds
    if token := f.token(
        r"(?:everything|all|rest|anything|whatever)? \b(?:after|past|beyond|from)\b <T>(?: (?:onwards?|"
        r"on)\b)?|(?:从 )?<T>(?:之后|以后|往后|后)"
    ):
        return (token.number, total)
    if token := f.token(
        r"(?:everything|all|anything)? \b(?:before|until|up to|up until|prior to)\b <T>|<T>(?:之前|以前|前)"
    ):
        return (0.0, token.number)
    if token := f.token(r"@middle (?:的)? <T>"):
        return ((total - token.number) / 2, (total + token.number) / 2)
    marks = f.token(r"(?:\bfrom\b|从) <N>")
    until = f.token(r"<N> (?:\b(?:to|until|through)\b|到|至) (?=<N>)") and f.all("N")
    if marks and until and len(until) == 2:
        return (until[0].number, until[1].number)
    return share_scope(f)


def _keep_range(f: Found) -> Sequence[Op] | None:
    clip = clip_scope(f)
    f.take(
        r"\b(?:only|just|keep|part|segment|section|piece|excerpt|out|long|seconds?|each)\b|只|部分|片段|"
        r"内容|就行|就好|其他.{0,3}|其余.{0,3}|不要"
    )
    f.take(
        r"\b(?:and )?(?:remove|delete|cut|drop|lose|ditch|toss|discard|scrap) (?:rest|others?|everything else)\b|"
        r"rest of it"
    )
    ranges = f.all("G")
    if len(ranges) > 1:
        return [KeepRange(ranges=[(g.number, g.other) for g in ranges], clip=_number_or_each(clip))]
    stretch = range_scope(f)
    if stretch is None:
        return None
    return [KeepRange(start=clean_number(stretch[0]), end=clean_number(stretch[1]), clip=_number_or_each(clip))]


def _keep_except(f: Found) -> Sequence[Op] | None:
    """Everything but a part goes: the part is what is kept."""
    f.take(
        rf"{EXCEPT}|\b(?:but|besides|except)\b|@whole|\b(?:rest|anything|others?)\b|以外|之外|外|其他的?|"
        r"其余的?|都|部分"
    )
    kept = {n for token in f.all("C") for n in token.clips}
    if kept:
        gone = [n for n in range(len(f.facts.clips), 0, -1) if n not in kept]
        return [DeleteClip(clip=n) for n in gone] or None
    return _keep_range(f)


def _keep_first(f: Found) -> Sequence[Op] | None:
    """To the first so many seconds: what is kept, not what is removed."""
    token = f.token(r"<T>")
    clip = clip_scope(f)
    f.take(r"\b(?:long|each|to|only|first|down|exactly)\b|长|每个|只")
    return [KeepRange(start=0, end=clean_number(token.number), clip=_number_or_each(clip))] if token else None


def _shorten(f: Found) -> Sequence[Op] | None:
    token = f.token(r"<T>")
    if token is None or clip_scope(f) is not None:
        return None
    f.take(r"\b(?:long|to|down|under|max|at most|exactly|total|in total|shorter|than)\b|以内|之内|长|左右")
    seconds, total = clean_number(token.number), f.facts.seconds
    head = KeepRange(start=0, end=seconds)
    tail = KeepRange(start=clean_number(max(total - token.number, 0)), end=clean_number(total))
    if token.number >= total > 0:
        return choose(f, "shorten", {"seconds": seconds}, {"exact_length": (ExactLength(seconds=seconds),)})
    options: dict[str, tuple[Op, ...]] = {
        "keep_first": (head,),
        "keep_last": (tail,),
        "keep_best": (Highlight(seconds=seconds),),
        "exact_length": (ExactLength(seconds=seconds),),
    }
    return choose(f, "shorten", {"seconds": seconds}, options)


def _part_to_split(f: Found) -> tuple[float, float]:
    """Where the clip that is meant starts and how long it is, s; the whole where none is named."""
    clips = f.facts.clips
    if not f.has(r"每|\bevery\b"):
        number = clip_scope(f)
        if isinstance(number, int) and 1 <= number <= len(clips):
            return sum(clip.seconds for clip in clips[: number - 1]), clips[number - 1].seconds
    return 0.0, f.facts.seconds


def _split(f: Found) -> Sequence[Op] | None:
    start, total = _part_to_split(f)
    f.take(
        r"\b(?:into|clips?|pieces?|parts?|segments?|chunks?|two|separate|equal|scenes?|halves|there)\b|成|"
        r"分成|片段|部分|段|等份|等分|一?次|几|处|地方|每段|每份|每个"
    )
    if token := f.token(r"(?:\b(?:every|each)\b|每隔?) <TN>(?: ?分)?") or f.token(r"\binto\b <T>"):
        return [Split(every=clean_number(token.number))]
    if f.take(
        r"\b(?:at |on |by )?(?:every |each )?(?:scenes?|shots?) ?(?:changes?|cuts?|breaks?|boundar(?:y|ies))?\b|"
        r"按?(?:场景|镜头)(?:切换)?(?:处|的地方)?"
    ) and not f.has("<[TNC]\\d+>"):
        return [Split(scenes=True)]
    if f.take(r"(?:\b(?:at|on|by)\b)? <C> (?:changes?|cuts?|breaks?)\b"):  # "every scene change" reads as every clip
        return [Split(scenes=True)]
    if f.take(r"\bin (?:half|two)\b|对半|两半|@half|\bmiddle\b|中间"):
        return [Split(at=[clean_number(start + total / 2)])]
    if token := f.token(
        r"<N>(?: \bequal\b)? (?:\b(?:clips?|parts?|pieces?|segments?|chunks?)\b|段|份|个|部分|等份|等分)"
    ):
        count = int(token.number)
        return (
            [Split(at=[clean_number(start + total * i / count) for i in range(1, count)])]
            if 2 <= count <= 100
            else None
        )
    times = f.all("T")
    if times:
        f.take(r"\bat\b|在|处")
        return [Split(at=sorted(clean_number(start + t.number) for t in times))]
    if bare := f.take(r"\bat <N>(?: (?:,|\band\b|&)* <N>)*(?=\W*$)"):
        marks = re.findall(r"<(N\d+)>", bare[0], re.ASCII)
        return [Split(at=sorted(clean_number(start + f.tokens[mark].number) for mark in marks))]
    return missing(f, "split_where")


def _which_end(f: Found) -> Sequence[Op] | None:
    seconds = clean_number(f.all("T")[0].number)
    clip = _number_or_each(clip_scope(f))
    return choose(
        f,
        "which_end",
        {"seconds": seconds},
        {"at_start": (TrimStart(seconds=seconds, clip=clip),), "at_end": (TrimEnd(seconds=seconds, clip=clip),)},
    )


def _amount_missing(f: Found) -> Sequence[Op] | None:
    if f.all("TGPC"):
        return None
    at_end = f.take(r"\b(?:outro|credits)\b|片尾") or f.take("@end")
    f.take(r"\bintro\b|片头|@start|@middle")
    f.take(r"\b(?:off|out|few|bit|more|little|some|seconds)\b|点|多余")
    op = TrimEnd if at_end else TrimStart
    return choose(
        f, "how_much_end" if at_end else "how_much_start", {}, {f"seconds_{n}": (op(seconds=n),) for n in (3, 5, 10)}
    )


_EDGE = (
    rf"@first (?:的|那|这)? <TNP>|@last (?:的|那|这)? <TNP>|<TN> (?:{_OFF} ?)+ (?:\bvery\b )?(?:@start|"
    r"@end|\bboth\b|\beach end)"
    r"|(?:@start|@end),? (?:\bby\b|的|那|@remove)? <T>|(?:@start|@end) by <N>|(?:首尾|头尾|"
    r"前后) 各? (?:@remove)? <T>|\bboth ends\b.{0,6}? <T>"
)
_NOT_TIME = (
    r"@text|@music|\b(?:fade|mute|volume|transition|speed|slow|blur|zoom|gif|audio|sound|subtitles?|"
    r"loop|reverse|freeze|caption)"
)


def _both_ends(f: Found) -> Sequence[Op] | None:
    """ "Trim 3 s off both ends"."""
    seconds = clean_number(f.all("T")[0].number)
    f.take(r"\b(?:each|off|of|at|from|both|and)\b|@start|@end|各|都|分别")
    return [TrimStart(seconds=seconds), TrimEnd(seconds=seconds)]


RULES = (
    Rule(
        "both_ends",
        (
            r"@remove|掐|去",
            r"\b(?:both|each) (?:ends?|sides?)\b|\bboth @start (?:and|&) @end|掐头去尾|头尾|首尾|前后",
            "<T>",
        ),
        _both_ends,
        never=r"<[GCQ]\d+>|\bfade|淡|@text|@music",
    ),
    Rule(
        "trim_edge",
        (
            "@remove|\\bshorten\\b|\\bcrop (?=@first|@last)|<TN> off (?:\\bof\\b)? (?:\\bvery\\b)? (?:@start|@end)",
            _EDGE,
        ),
        _trim_edge,
        never=rf"\bto (?:(?:only|just|keep|very) )*(?:first|last|opening|final)\b|(?<!to\x20)@keep|{_NOT_TIME}",
    ),
    Rule(
        "start_later",
        (r"\b(?:start|begin)(?:s|ning)?(?: it| video)? <T> (?:later|in)\b(?=\W*$)",),
        lambda f: [TrimStart(seconds=clean_number(f.all("T")[0].number))],
        never=_NOT_TIME,
    ),
    Rule(
        "end_earlier",
        (r"\b(?:end|stop|finish)(?:s|ing)?(?: it| video)? <T> (?:earlier|sooner|early)\b",),
        lambda f: [TrimEnd(seconds=clean_number(f.all("T")[0].number))],
        never=_NOT_TIME,
    ),
    Rule(
        "start_at",
        (r"\b(?:starts?|begins?)(?: it| video)? (?:at|from)\b <T>|从 <T>开始(?!到)",),
        lambda f: [TrimStart(seconds=clean_number(f.all("T")[0].number))],
        never=_NOT_TIME,
    ),
    Rule(
        "end_at",
        (r"\b(?:end|stop|finish|cut off|wrap up)(?: it| video)? at\b <T>|到 <T>(?:结束|为止)",),
        lambda f: [KeepRange(start=0, end=clean_number(f.all("T")[0].number))],
        never=_NOT_TIME,
    ),
    Rule(
        "cut_range",
        ("@remove", "<[GTN]\\d+>|@half|third|quarter|分之"),
        _cut_range,
        never=rf"@keep|\bto <G>|\bcut (?:me|us)\b|\beverything else\b|{_NOT_TIME}|@silence|\bcut at\b|\bdown to\b",
    ),
    Rule(
        "keep_except",
        (
            r"@remove (?:@whole|\b(?:rest|anything)\b) (?:\b(?:but|except(?: for)?|besides|apart from|other than)\b)"
            r"|除了?.{1,16}(?:都|全部|全|其他的?|其余的?|剩下的?) ?@remove|除了?.{1,16}(?:以外|之外|"
            r"外)?.{0,2}(?:其他|其余|剩下).{0,4}@remove",
            r"<[GTC]\d+>|@half|分之",
        ),
        _keep_except,
        never=_NOT_TIME,
    ),
    Rule(
        "keep_range",
        (
            "@keep|\\b(?:trim|cut|crop|clip|shorten)(?: it| video| this| clip)? (?:down )?to\\b|剪到|裁到|"
            "剪成|剪辑成|\\bclip (?=<G>|from|between)|@make (?:me )?(?:short|clip|reel|excerpt) (?:(?:from|of|out "
            "of) )*(?=<G>)|\\b(?:only|just|nothing else)\\b|\\bcut (?:me|us)(?: out)? "
            "(?:clip|piece|bit)|只",
            "<[GT]\\d+>|@half|third|quarter|分之|@first <N>|@last <N>",
        ),
        _keep_range,
        never=rf"{_NOT_TIME}|@silence|\bframes?\b|\b(?:only|just) (?:trim|cut|remove|delete|chop|drop|lose|"
        rf"take off)\b(?! (?:it )?(?:down )?to\b)|\bthumbnail|@remove.{{0,20}}\bto keep\b",
    ),
    Rule(
        "keep_first",
        (
            r"@make|@keep|\b(?:trim|cut|shorten|limit|cap)\b|剪|每|最多|不超过",
            r"<C>",
            r"<T>(?: \blong\b|长)|\bto\b (?:first )?<T>|(?:最多|不超过|只要|保留|剪成|都是|变成|改成|剪到) <T>|"
            r"@make <C> <T>\W*$",
        ),
        _keep_first,
        never=rf"{_NOT_TIME}|@silence|@start|@end",
    ),
    Rule(
        "shorten",
        (
            r"@make|\b(?:trim|cut|shorten|bring|get|reduce)\b|剪成|剪到|缩短|压缩|控制",
            r"(?:\b(?:down to|to|under|exactly|below)\b|到|成|为|在) <T>|<T> (?:\b(?:long|max|total|"
            r"or less)\b|以内|之内|长)",
        ),
        _shorten,
        never=rf"{_NOT_TIME}|@first|@last|<G>|@silence|\bbest|highlight|gif|\bexactly\b|\bstretch|正好|刚好|恰好|"
        rf"精确|高光|精彩|精华|集锦",
    ),
    Rule(
        "split",
        (
            r"@make (?=<N> (?:equal|even) (?:parts?|pieces?|clips?|segments?|chunks?)\b)|\bcuts (?=at\b)|\b(?:split|"
            r"splice|divide|slice|break(?: up)?|chop up|segment|separate)\b|\b(?:cut|chop) (?=(?:it |"
            r"video |clip |footage |recording |"
            r"this )?(?:at|into|in half|in two|every)\b)|分割|断开|拆分|拆成|切分|切开|分开|切成|分成|等分|"
            r"(?<=>) ?分(?=\W*$)|"
            r"切一?刀|每隔? ?<T> ?分(?:成? ?(?:一|1|<N>)?段)?|切(?= $|"
            r".{0,2}[段成])|剪成 (?=<N>)|裁成 (?=<N>)",
        ),
        _split,
        never=r"\bsplit ?screen|@silence|分屏|\b(?:audio|topic|sentence)",
    ),
    Rule("remove_all", (r"^\W*@remove @whole\W*$|^\W*@whole @remove\W*$",), lambda f: missing(f, "nothing_left")),
    Rule(
        "which_end",
        ("@remove", r"^\W*@remove <T>(?: (?:\b(?:video|it|of|off|from|clip)\b ?)*)(?:<C>)?\W*$"),
        _which_end,
        never=_NOT_TIME,
    ),
    Rule(
        "amount_missing",
        ("@remove|\\bshorten\\b|\\bclean up\\b", r"\b(?:intro|outro)\b|@start|@end|片头|片尾"),
        _amount_missing,
        never=rf"@keep|{_NOT_TIME}|@silence|不要剪|\bframe|\bpart where|watermark|logo",
    ),
)
