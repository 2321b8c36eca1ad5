"""Updates into words: the one place where what happened becomes what a user reads, in their language.

Nothing here pings or formats: a face passes its own `escape` for names and foreign words.
"""

from datetime import UTC, datetime
from functools import singledispatch

from bot.store.models import VIDEOS
from bot.updates import (
    Asked,
    Balance,
    Cancelled,
    Changed,
    Delivered,
    DropEnded,
    Dropped,
    Ended,
    Footage,
    Forgotten,
    Guide,
    Made,
    Offer,
    Priced,
    Problem,
    ProblemKind,
    Project,
    Queued,
    Ready,
    Rebuilt,
    RenderProgress,
    RenderQueued,
    RenderReady,
    Said,
    Status,
    Stopped,
    Tracks,
    Unasked,
    Update,
    Working,
)
from bot.voice.phrase import attached_size, has, length, phrase, size
from bot.voice.timelines import SHOWN_ITEMS, Escape, change_line, named, timeline

_SHOWN_FILES = 12


def say(update: Update, locale: str, escape: Escape = str) -> str:
    """The update in the locale's language; empty where there is nothing to say."""
    return _say(update, locale, escape)


@singledispatch
def _say(update: object, _locale: str, _escape: Escape) -> str:
    raise TypeError(f"no words for {type(update).__name__}")


@_say.register
def _(update: Queued, locale: str, _escape: Escape) -> str:
    return phrase(locale, "queued", update.place)


@_say.register
def _(update: Ready, locale: str, _escape: Escape) -> str:
    return phrase(locale, "ready.new" if update.new else "ready.again")


@_say.register
def _(update: Rebuilt, locale: str, escape: Escape) -> str:
    lines = [phrase(locale, "rebuilt")]
    if update.missing:
        names = phrase(locale, "facts.sep").join(escape(name) for name in update.missing)
        lines.append(phrase(locale, "rebuilt.missing", names=names))
    return "\n".join(lines)


@_say.register
def _(update: Working, locale: str, escape: Escape) -> str:
    key = f"working.{update.stage.value}"
    bare = f"{key}.bare"
    what = phrase(locale, bare) if not update.name and has(bare) else phrase(locale, key, name=escape(update.name))
    return what if update.percent is None else phrase(locale, "percent", what=what, percent=round(update.percent))


@_say.register
def _(update: Said, locale: str, _escape: Escape) -> str:
    return update.text.strip() or phrase(locale, "said.offers")


@_say.register
def _(update: Tracks, locale: str, escape: Escape) -> str:
    return timeline(update.timeline, locale, escape)


@_say.register
def _(update: Made, locale: str, escape: Escape) -> str:
    facts = [phrase(locale, f"kind.{update.kind}")]
    facts += [length(update.duration_ms)] if update.duration_ms else []
    facts += _shape(update.width, update.height)
    words = phrase(locale, "made", name=escape(update.name), facts=phrase(locale, "facts.sep").join(facts))
    return f"{words}\n{update.link}" if update.link else words


@_say.register
def _(update: Unasked, locale: str, escape: Escape) -> str:
    items = [
        phrase(locale, "unasked.item", track=phrase(locale, f"track.{change.track}"), name=named(change, escape))
        for change in update.changes[:SHOWN_ITEMS]
    ]
    left = len(update.changes) - SHOWN_ITEMS
    items += [phrase(locale, "track.more", left)] if left > 0 else []
    return "\n".join([phrase(locale, "unasked"), *items, phrase(locale, "unasked.cost")])


@_say.register
def _(update: Footage, locale: str, escape: Escape) -> str:
    return phrase(locale, "footage", name=escape(update.name), facts=_footage_facts(update, locale))


@_say.register
def _(update: Changed, locale: str, escape: Escape) -> str:
    if not update.changes:
        return phrase(locale, "changed.none")
    lines = [change_line(change, locale, escape) for change in update.changes[:SHOWN_ITEMS]]
    left = len(update.changes) - SHOWN_ITEMS
    return "\n".join([*lines, phrase(locale, "track.more", left)] if left > 0 else lines)


@_say.register
def _(update: Asked, locale: str, escape: Escape) -> str:
    lines = [escape(update.question)]
    lines += [f"{number}. {escape(choice.label)}" for number, choice in enumerate(update.choices, 1)]
    if update.choices:
        lines.append(phrase(locale, "asked.answer", label=escape(update.choices[0].label)))
    return "\n".join(lines)


@_say.register
def _(update: Ended, _locale: str, _escape: Escape) -> str:  # noqa: ARG001 - told apart by type alone
    return ""


@_say.register
def _(update: Project, locale: str, escape: Escape) -> str:
    shown = [escape(item.name) for item in update.footage[:SHOWN_ITEMS]]
    left = len(update.footage) - SHOWN_ITEMS
    shown += [phrase(locale, "track.more", left)] if left > 0 else []
    lines = [phrase(locale, "status.footage", names=phrase(locale, "facts.sep").join(shown))] if shown else []
    if update.timeline is None:
        return "\n".join([*lines, phrase(locale, "timeline.none")])
    facts = [length(update.timeline.duration_ms), *_shape(update.timeline.width, update.timeline.height)]
    facts.append(phrase(locale, "facts.tracks", len(update.timeline.tracks)))
    return "\n".join([*lines, phrase(locale, "project", facts=phrase(locale, "facts.sep").join(facts))])


@_say.register
def _(update: Status, locale: str, escape: Escape) -> str:
    work = [phrase(locale, f"status.{what}", count) for what, count in _work(update) if count]
    if not update.footage and update.timeline is None:
        return "\n".join([phrase(locale, "status.nothing"), *work])
    lines = []
    if update.footage:
        shown = [f"{escape(item.name)} ({_footage_facts(item, locale)})" for item in update.footage[:_SHOWN_FILES]]
        left = len(update.footage) - _SHOWN_FILES
        shown += [phrase(locale, "track.more", left)] if left > 0 else []
        lines.append(phrase(locale, "status.footage", names=phrase(locale, "facts.sep").join(shown)))
    if update.timeline is not None:
        lines.append(timeline(update.timeline, locale, escape))
    elif not update.requests:  # else there may be one in a moment
        lines.append(phrase(locale, "timeline.none"))
    return "\n".join([*lines, *work])


def _work(update: Status) -> tuple[tuple[str, int], ...]:
    return ("requests", update.requests), ("exports", update.exports)


@_say.register
def _(update: Balance, locale: str, _escape: Escape) -> str:
    if update.available is None:
        return phrase(locale, "balance.free" if update.owner == "machine" else "balance.unmetered")
    lines = [phrase(locale, f"balance.owner.{update.owner}"), phrase(locale, "balance", update.available)]
    if update.frozen:
        lines.append(phrase(locale, "balance.frozen", update.frozen))
    if update.total is not None:
        lines.append(phrase(locale, "balance.total", update.total))
    if update.clip_cost is not None:
        lines.append(phrase(locale, "balance.cost.clip", update.edit_cost, clip=update.clip_cost))
    elif update.edit_cost is not None:
        lines.append(phrase(locale, "balance.cost", update.edit_cost))
    if update.top_up_url:
        lines.append(phrase(locale, "balance.top_up", link=update.top_up_url))
    return "\n".join(lines)


@_say.register
def _(update: RenderQueued, locale: str, _escape: Escape) -> str:
    if not update.preview:
        return phrase(locale, "render.queued")
    if not update.quick:
        return phrase(locale, "render.queued.preview.slow")
    if update.long_ms is not None:
        return phrase(locale, "render.queued.preview.long", length=length(update.long_ms))
    return phrase(locale, "render.queued.preview")


@_say.register
def _(update: RenderProgress, locale: str, _escape: Escape) -> str:
    return phrase(locale, "render.progress", percent=round(update.percent))


@_say.register
def _(update: RenderReady, locale: str, _escape: Escape) -> str:
    facts = [] if update.duration_ms is None else [length(update.duration_ms)]
    facts += _shape(update.width, update.height)
    facts.append(size(update.size))
    lines = [phrase(locale, _ready(update), facts=phrase(locale, "facts.sep").join(facts))]
    if update.whole_ms is not None:
        lines.append(phrase(locale, "render.beginning", whole=length(update.whole_ms)))
    copy = _copy(update)
    if copy:
        limit, full = size(update.limit or 0), size(update.full_size or 0)
        lines.append(phrase(locale, copy, limit=limit, full=full))
    if update.link:
        key = "render.watch" if update.format in VIDEOS else "render.link"
        lines.append(phrase(locale, key, link=update.link))
        if update.link_expires:
            lines.append(phrase(locale, "render.link_expires", when=moment(update.link_expires)))
    if update.claim_link:
        lines.append(phrase(locale, "render.claim", link=update.claim_link))
    return "\n".join(lines)


def _ready(update: RenderReady) -> str:
    """The key of what is said of the file."""
    if update.preview and update.keyframes:
        return "render.ready.preview.keyframes"
    if update.preview:
        return "render.ready.preview" if update.quick else "render.ready.preview.slow"
    return "render.ready" if update.format in VIDEOS else f"render.ready.{update.format}"


def _copy(update: RenderReady) -> str:
    """The key of what is said where the file itself is too large for its place; empty where it is not."""
    tail = "" if update.limit is not None else ".nolimit"
    if update.full_size is not None:
        return f"render.copy{tail}" if update.link else f"render.copy.alone{tail}"
    return f"render.link_only{tail}" if update.path is None and update.link else ""


@_say.register
def _(update: Delivered, locale: str, _escape: Escape) -> str:  # noqa: ARG001 - told apart by type alone
    return phrase(locale, "delivered")


@_say.register
def _(update: Cancelled, locale: str, _escape: Escape) -> str:
    return phrase(locale, "cancelled.may_go_on" if update.may_go_on else "cancelled")


@_say.register
def _(update: Stopped, locale: str, _escape: Escape) -> str:
    if not update.anything:
        return phrase(locale, f"problem.{ProblemKind.NOTHING_RUNS.value}")
    parts = [phrase(locale, "stopped.running")] if update.running else []
    parts += [phrase(locale, "stopped.exports", update.exports)] if update.exports else []
    parts += [phrase(locale, "stopped.waiting", update.waiting)] if update.waiting else []
    told = phrase(locale, "stopped", what=phrase(locale, "facts.sep").join(parts))
    return f"{told}\n{phrase(locale, 'cancelled.may_go_on')}" if update.may_go_on else told


@_say.register
def _(update: Dropped, locale: str, escape: Escape) -> str:
    names = phrase(locale, "facts.sep").join(escape(name) for name in update.names)
    who = update.by or phrase(locale, "dropped.somebody")
    lines = [phrase(locale, "dropped", len(update.names), who=who, names=names)]
    lines += [f"> {line}" for line in escape(update.words).splitlines()]
    return "\n".join(lines)


@_say.register
def _(update: DropEnded, locale: str, escape: Escape) -> str:
    whose = update.whose or phrase(locale, "dropped.somebody")
    lines = [phrase(locale, f"drop.{update.why}", whose=whose, by=update.by)]
    if update.names:
        names = phrase(locale, "facts.sep").join(escape(name) for name in update.names)
        lines.append(phrase(locale, "drop.not_sent", names=names))
    return "\n".join(lines)


@_say.register
def _(update: Priced, locale: str, _escape: Escape) -> str:
    return phrase(locale, "undo.cost" if update.cost is None else "undo.cost.about", update.cost)


@_say.register
def _(update: Forgotten, locale: str, _escape: Escape) -> str:
    parts = [phrase(locale, "forgotten.footage", update.footage)] if update.footage else []
    parts += [phrase(locale, "forgotten.videos", update.videos)] if update.videos else []
    parts.append(phrase(locale, "forgotten.records" if update.upstream == "gone" else "forgotten.records.here"))
    lines = [phrase(locale, "forgotten", what=phrase(locale, "facts.sep").join(parts))]
    lines += [phrase(locale, "forgotten.shared", update.shared)] if update.shared else []
    lines += [phrase(locale, f"forgotten.{update.upstream}")] if update.upstream in {"later", "stays"} else []
    return "\n".join([*lines, phrase(locale, "forgotten.discord")])


@_say.register
def _(update: Guide, locale: str, _escape: Escape) -> str:
    keys = ("try", "quick", "batch", "steps")
    lines = [phrase(locale, "guide" if update.in_project else "guide.elsewhere")]
    lines += [phrase(locale, f"guide.{key}") for key in keys]
    lines.append(phrase(locale, "guide.tips", size=size(update.file_limit)))
    lines.append(phrase(locale, "guide.page" if update.has_page else "guide.link", size=size(update.file_limit)))
    lines.append(phrase(locale, "guide.local" if update.on_this_machine else "guide.cloud", update.edit_cost))
    return "\n".join([*lines, phrase(locale, "guide.commands")])


_LIMITED = {
    ProblemKind.TOO_LARGE, ProblemKind.DOES_NOT_FIT, ProblemKind.TOO_LONG, ProblemKind.TOO_MANY_PIXELS,
    ProblemKind.QUOTA,
}  # fmt: skip


def _limit(problem: Problem, locale: str) -> str:
    if problem.limit is None:
        return ""
    if problem.kind is ProblemKind.TOO_LONG:
        return length(problem.limit * 1000)
    if problem.kind is ProblemKind.TOO_MANY_PIXELS:
        return phrase(locale, "megapixels", problem.limit // 1_000_000)
    return size(problem.limit)


@_say.register
def _(update: Problem, locale: str, escape: Escape) -> str:
    key = f"problem.{update.kind.value}"
    lacks = update.kind in _LIMITED and update.limit is None
    if lacks or (update.kind is ProblemKind.ACCOUNT_RESTS and update.until is None):
        key += ".nolimit"
    if update.kind is ProblemKind.NO_CREDITS and update.link:
        key += ".link"
    lines = [
        phrase(
            locale,
            key,
            name=escape(update.name) or phrase(locale, "kind.video"),
            limit=_limit(update, locale),
            used=size(update.used or 0),
            wait=length(round((update.retry_after_s or 60) * 1000)),
            until=moment(update.until) if update.until else "",
            link=update.link,
        )
    ]
    if update.attached is not None:
        lines.append(
            phrase(locale, "problem.attached", size=attached_size(update.attached), limit=_limit(update, locale))
        )
    if update.hint:
        lines.append(phrase(locale, "problem.hint", hint=escape(update.hint)))
    if update.reference:
        lines.append(phrase(locale, "problem.reference", reference=update.reference))
    return "\n".join(lines)


def offer_label(offer: Offer, locale: str) -> str:
    """What an offer is called, on a button or in a line."""
    return offer.label or phrase(locale, f"offer.{offer.deed.value}")


def moment(when: datetime) -> str:
    """A point in time for a plain reader, in UTC; Discord's face shows its own time marks instead."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _footage_facts(item: Footage, locale: str) -> str:
    facts = [phrase(locale, f"kind.{item.kind}")]
    if item.duration_ms:
        facts.append(length(item.duration_ms))
    facts += _shape(item.width, item.height)
    if item.fps and item.kind == "video":
        facts.append(phrase(locale, "facts.fps", fps=f"{item.fps:.4g}"))
    facts.append(size(item.size))
    return phrase(locale, "facts.sep").join(facts)


def _shape(width: int | None, height: int | None) -> list[str]:
    return [f"{width}×{height}"] if width and height else []
