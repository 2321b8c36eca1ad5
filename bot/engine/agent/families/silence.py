"""Pauses: trim_silence, and how closely it cuts."""

from collections.abc import Sequence

from bot.engine.agent.asking import missing
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clean_number, clip_scope, range_scope
from bot.engine.timeline.ops import Op, TrimSilence, Undo

EXCEPT = (
    r"\b(?:except(?: for)?|but not|but keep|other than|apart from|but leave|leave"
    r"|(?:don't|do not|dont|without) (?:touch(?:ing)?|cut(?:ting)?|chang(?:e|ing)|trim(?:ming)?|"
    r"remov(?:e|ing)|affect(?:ing)?))\b"
    r"|除了?|保留|不要(?:动|剪|碰|删)|别(?:动|剪|碰|删)"
)
"""Words that set a part apart from what is cut."""
_LEVELS = ("gentle", "normal", "strong")
_AS_LEVEL = {"gentler": "gentle", "stronger": "strong"}
FAST = 4.0
_TIMES = {r"\b(?:double|twice)(?: (?:the )?(?:speed|as fast))?\b|双倍|两倍": 2.0, r"\btriple\b|三倍": 3.0}
"""How fast pauses play when nobody says how fast."""

_LONGER = (
    r"(?:\b(?:longer|more|greater|bigger|above|over|exceeding|at least|beyond)\b(?: than\b)?|超过|"
    r"大于|长于|多于|高于|长过) <T>"
)
_SHORTER_STAY = (
    r"(?:\b(?:but|and) )?\b(?:keep|leave)\b(?: (?:@silence|ones?|those|anything|them))? (?:that are )?(?:\b(?:under|"
    r"below|shorter than|"
    r"less than|up to)\b) <T>|(?:保留|留下?)(?:短于|小于|不到|少于) ?<T>(?:的)?(?:@silence)?"
)
_OR_LONGER = r"<T> (?:\b(?:or (?:longer|more)|plus|and up)\b|以上|及以上)"
_LEAVES = (
    r"(?:\b(?:down )?to\b|\b(?:leav(?:e|ing)|keep(?:ing)?)\b(?: (?:about|only|just|around))?|缩短?到|压到|变成|改成|"
    r"保留|留下?|"
    r"控制在|到|成) (?:about |around |only |just |大约|约)?<T>(?: (?:\b(?:of (?:each|every|them|it|@silence)|each|"
    r"between "
    r"(?:sentences|words)|long|max)\b|长|左右|的停顿|以内))*"
)
_SPEED_UP = (
    r"\b(?:speed(?:ing)? (?:up)?|fast ?-?forward(?: through)?|play|run|accelerate)\b|\bfaster\b|\bsped up\b|加速|快进|"
    r"倍速(?:播放)?|加快|快放"
)
_GENTLER = (
    r"\b(?:less (?:aggressive(?:ly)?|tight(?:ly)?|harsh(?:ly)?|abrupt(?:ly)?)|more (?:gentle|gently|relaxed|"
    r"loose(?:ly)?|"
    r"breathing room|air)|gentler|looser|softer cuts|(?:too|so|bit too) (?:aggressive(?:ly)?|tight(?:ly)?|choppy|harsh|"
    r"abrupt|jumpy|much)|not so (?:aggressive(?:ly)?|tight(?:ly)?)|ease up|loosen(?: up)?(?: (?:it|cuts))?|"
    r"(?:some |more )?room to breathe)\b|别(?:剪|切)?(?:得|的)?(?:这么|那么)?(?:狠|紧|碎)|(?:剪|切)(?:得|的)?太(?:狠|"
    r"紧|碎|多)|"
    r"(?:剪|切)?(?:得|的)?(?:松|温和|轻)一?[点些]|太(?:狠|紧凑|碎)了?|不要(?:剪|切)?(?:得|的)?(?:这么|那么)?(?:狠|紧|"
    r"碎)|"
    r"留(?:一)?点?(?:呼吸|气口)"
)
_STRONGER = (
    r"\b(?:more (?:aggressive(?:ly)?|tight(?:ly)?)|tighter|(?:too|still too) (?:loose|slow)|not (?:aggressive|"
    r"tight) enough|"
    r"harder|(?:cut|trim) (?:it )?closer|closer cuts|tighten(?: (?:it|them|cuts|pacing|things))?(?: up)? (?:(?:more|"
    r"further|a bit|bit)))\b|(?:剪|切)?(?:得|的)?(?:更)?(?:紧凑?|狠|干净)一?[点些]|再(?:剪|切)?(?:紧|狠)一?[点些]|"
    r"更紧凑|更狠|"
    r"(?:剪|切)(?:得|的)?(?:不够|太松)(?:紧|狠)?"
)
_PLAIN_GENTLE = r"\b(?:gently|lightly|softly|carefully|conservatively|loosely)\b|温和地?|轻轻地?|轻微地?"
_PLAIN_STRONG = r"\b(?:aggressively|tight(?:ly)?|hard|ruthlessly|all the way)\b|狠狠地?|彻底地?|尽量多地?"
_LITTLE = (
    r"\b(?:bit|little|lot|much|still|even|way|slightly|somewhat|please|make|cut|trim|it|them|that|was|is|were|"
    r"cuts?)\b|一?点|"
    r"一些|稍微|有点"
)


def _trim_silence(f: Found) -> Sequence[Op] | None:
    limit = f.token(_LONGER) or f.token(_OR_LONGER) or f.token(_SHORTER_STAY)
    f.take(
        r"但是?|自动|太[长多久]了?|过[长多]|(?:说话|讲话|句子?|话)(?:的时候|时|中间|之间|和句子?之间)?的?|"
        r"\b(?:long(?:er)?|awkward|unnecessary|boring|empty|annoying|between sentences|between words|"
        r"in between|every|each|any|there's|there are|has|have|fix(?: it| that)?|of|for|longer than|only|just)\b|长|"
        r"多余的?|"
        r"所有的?|全部|只|仅"
    )
    slots: dict[str, object] = {"min_seconds": limit.number} if limit else {}
    if f.has(EXCEPT) and not f.has(_LEAVES) and not f.has(_SHORTER_STAY):
        stretch = range_scope(f)
        if stretch is not None:
            f.take(rf"{EXCEPT}|\b(?:ones?|in|silences?|pauses?|alone|as is)\b|以外|之外|外|的停顿|的静音")
            slots["except_ranges"] = [stretch]
    elif rest := f.token(_LEAVES):
        slots["keep_seconds"] = rest.number
        f.take(r"\b(?:but|shorten|gap|room|in|between)\b|@silence|但|缩短|间隔")
    if strength := _strength(f):
        slots["strength"] = strength
    clip = clip_scope(f)
    if isinstance(clip, int):
        slots["clip"] = clip
    return [TrimSilence.model_validate(slots)]


def _strength(f: Found) -> str | None:
    """How closely it is cut, where that is said with the cutting itself."""
    for words, name in (
        (_GENTLER, "gentle"),
        (_PLAIN_GENTLE, "gentle"),
        (_STRONGER, "strong"),
        (_PLAIN_STRONG, "strong"),
    ):
        if f.take(words):
            f.take(_LITTLE)
            return name
    return None


def _shorten(f: Found) -> Sequence[Op] | None:
    if both := f.token(_LONGER.replace("<T>", "<G>")):  # "over 2 s to half a second" looks like a range
        f.take(r"@silence|@whole|\b(?:every|each|make|shorten|down|pauses?)\b|所有的?|每个|的|缩短")
        return [TrimSilence(min_seconds=both.number, keep_seconds=both.other)]
    limit = f.token(_LONGER) or f.token(_OR_LONGER)
    slots: dict[str, object] = {"min_seconds": limit.number} if limit else {}
    rest = f.token(_LEAVES) or f.token(r"<T>")
    f.take(r"@silence|@whole|\b(?:every|each|long(?:er)?|than|shorten|make|cut|trim|down|shorter|reduce|seconds?|of|"
           r"in)\b|所有的?|"
           r"每个|的|缩短|把")  # fmt: skip
    if rest is None:
        slots["strength"] = "gentle"  # shorter, not gone
        return [TrimSilence.model_validate(slots)]
    return [TrimSilence.model_validate({**slots, "keep_seconds": rest.number})]


def _fast(f: Found) -> Sequence[Op] | None:
    limit = f.token(_LONGER) or f.token(_OR_LONGER)
    slots: dict[str, object] = {"min_seconds": limit.number} if limit else {}
    f.take(
        rf"{_SPEED_UP}|@silence|@whole|\b(?:instead of (?:cut(?:ting)?|remov(?:e|ing)|delet(?:e|ing)|trim(?:ming)?)(?: "
        r"(?:them|it|out))*|rather than (?:cut(?:ting)?|remov(?:e|ing))(?: (?:them|it|out))*|through|at|by|to|long|"
        r"speed|"
        r"don't cut them|times)\b|而不是(?:剪|删|去)掉?|不要剪掉?|播放|的|速度|到|用|以|就|那些|把|地方"
    )
    speed = f.token(r"<M>")
    share = None if speed else f.token(r"<P>")
    named = next((n for words, n in _TIMES.items() if f.take(words)), FAST)
    factor = speed.number if speed else share.number / 100 if share else named
    clip = clip_scope(f)
    if isinstance(clip, int):
        slots["clip"] = clip
    return [TrimSilence.model_validate({**slots, "speed": clean_number(factor)})]


def _again(f: Found) -> Sequence[Op] | None:
    """ "A bit less aggressive": the last step once more, with its pauses cut otherwise."""
    gentler = f.take(_GENTLER) is not None
    f.take(rf"{_STRONGER}|{_LITTLE}|@silence")
    before = next((op for op in f.context.last if isinstance(op, TrimSilence)), None)
    if before is None or not f.context.undo_depth:
        return missing(f, "which_change") if not f.has("@silence") else None
    fresh = _stepped(before, gentler=gentler)
    if fresh is None:
        return missing(f, "closest")
    return [Undo(count=1), *(fresh if op is before else op for op in f.context.last)]


def _stepped(before: TrimSilence, *, gentler: bool) -> TrimSilence | None:
    """One step gentler or closer than it was cut before; None: no closer."""
    level = _LEVELS.index(_AS_LEVEL.get(before.strength or "normal", before.strength or "normal"))
    if gentler and (level == 0 or before.keep_seconds):
        return before.model_copy(update={"keep_seconds": min(2 * (before.keep_seconds or 0.25), 10.0)})
    if not gentler and before.keep_seconds:
        return before.model_copy(update={"keep_seconds": None})
    level += -1 if gentler else 1
    return before.model_copy(update={"strength": _LEVELS[level]}) if level < len(_LEVELS) else None


def _left(f: Found) -> Sequence[Op]:
    """ "Keep the pauses, just cut the ums": they are left."""
    f.take(r"@keep|留着|不动|@whole")
    return []


_NOT_MUCH = r"@text|@music|\b(?:zoom|colou?r|bright|contrast|crop|blur|fade|transition|volume|louder|quieter)"


def _leave(f: Found) -> Sequence[Op] | None:
    """ "Leave a quarter second at each pause and cut the rest"."""
    rest = f.token("<T>")
    f.take(
        r"@silence|@remove|\b(?:leave|rest|others?|at|of|in|between|each|every|only|just|for)\b|每个|每处|其余的?|"
        r"其他的?|都|的"
    )
    return [TrimSilence(keep_seconds=rest.number)] if rest else None


RULES = (
    Rule(
        "leave_silence",
        (r"\b(?:leave|keep)\b|保留|留下?", "<T>", r"@silence", r"@remove|\b(?:each|every|only)\b|每|只"),
        _leave,
        never=r"\b(?:under|below|shorter|longer|over|except|than|at <T>|before|after)\b|@first|@last|<[GPMC]\d+>|"
              r"超过|以上|除|短于|小于",
    ),
    Rule("keep_silence", (r"^\W*(?:@keep|\bleave\b|留着|保留) (?:all )?@silence(?: (?:in|there|alone))?\W*$|"
    r"^\W*@silence ?(?:都|全)?(?:留着|保留|不动)",), _left,
         never="<[TGC]\\d+>"),
    Rule(
        "shorten_silence",
        (r"\b(?:shorten|reduce|shrink|limit|cap|cut(?= .{0,30}\bto <T>)|trim(?= .{0,30}\bto <T>)|make)\b|"
         r"缩短|剪短|压短|压缩|缩减|"
         r"减少到|剪到|剪成|改成|变成|控制", "@silence"),
        _shorten,
        never=rf"{_SPEED_UP}|@music|@text|(?:\bmake\b|改成|变成|控制)(?!.*(?:<[TG]\d+>|\bshorter\b))|取消静音|"
              rf"<[PM]\d+>",
    ),
    Rule(
        "fast_silence",
        (rf"{_SPEED_UP}|\bskip\b(?=.*<M>)", "@silence"),
        _fast,
        never=r"@music|@text|@remove (?=@silence)(?!.*<M>)|\bpauses? (?=it|video)|<G>|\bkeep pitch|\band (?:cut|"
              r"remove)",
    ),
    Rule(
        "trim_silence",
        (
            "@remove|\\bno (?=(?:awkward |long |more |dead )*@silence)|\\b(?:skip|tighten|condense|collapse|squeeze|"
            "close(?: up)?|fast forward through|auto[ -]?cut|"
            "autocut)\\b|\\b(?:(?:too|so|very) (?:much|many)|lots? of|tons of|loads of|full of) (?=@silence)|太多|"
            "太长|太久|过[多长]|跳过",
            "@silence",
        ),
        _trim_silence,
        never=r"<M>|\b(?:speed up|shorten)\b|\b(?:make|turn)\b|取消静音|加速|\binstead of cut",
    ),
    Rule(
        "trim_silence_han",
        (r"(?:@remove|切|减掉) (?:所有的?|全部的?|其中的?|(?:超过|大于|长于|多于)<T>(?:以上)?的?)?静音|"
         r"静音.{0,3}(?:剪|删|去|切)",),
        _trim_silence,
        never=r"取消|解除|@music|@sound",
    ),
    Rule("trim_silence_jumpcut", (r"\bjump ?cuts?\b|\bjumpcut\b|跳剪",), _trim_silence, never=r"\b(?:no|from)\b"),
    Rule("trim_silence_tighten", (r"\b(?:tighten(?: up)?|cut)\b", r"@silence"), _trim_silence),
    Rule(
        "trim_again",
        (rf"{_GENTLER}|{_STRONGER}",),
        _again,
        never=rf"<[A-Z]\d+>|{_NOT_MUCH}|@remove (?=@silence)|@silence (?=@remove)",
    ),
)  # fmt: skip
