"""Timelines in words: the tracks one a line, the differences one a line."""

from collections.abc import Callable

from bot.updates import Change, TimelineSummary, TrackItem
from bot.voice.phrase import length, phrase

Escape = Callable[[str], str]
SHOWN_ITEMS = 6
"""Items of a track that are named; a timeline full of cuts has hundreds."""


def timeline(summary: TimelineSummary, locale: str, escape: Escape = str) -> str:
    """The tracks, one a line: `1. Video: intro.mp4 (0s-8s), talk.mp4 (8s-1:26)`."""
    head = phrase(locale, "timeline", len(summary.tracks), length=length(summary.duration_ms))
    lines = [f"{number}. {line}" for number, line in enumerate(tracks(summary, locale, escape), 1)]
    whole = whole_line(summary, locale)
    return "\n".join([head, *lines, *([whole] if whole else [])])


def tracks(summary: TimelineSummary, locale: str, escape: Escape = str) -> list[str]:
    """One line a track: `Video: intro.mp4 (0s-8s), talk.mp4 (8s-1:26)`."""
    lines = []
    for track in summary.tracks:
        shown = [_item(item, locale, escape) for item in track.items[:SHOWN_ITEMS]]
        if len(track.items) > SHOWN_ITEMS:
            shown.append(phrase(locale, "track.more", len(track.items) - SHOWN_ITEMS))
        lines.append(f"{phrase(locale, f'track.{track.kind}')}: {', '.join(shown)}")
    return lines


def whole_line(summary: TimelineSummary, locale: str) -> str:
    """What is done to the whole; empty where nothing is."""
    effects = ", ".join(effect(name, locale) for name in summary.effects)
    return phrase(locale, "timeline.whole", effects=effects) if effects else ""


def _item(item: TrackItem, locale: str, escape: Escape) -> str:
    facts = []
    if item.start_ms is not None and item.end_ms is not None:
        facts.append(f"{length(item.start_ms)}-{length(item.end_ms)}")
    if item.cuts:
        facts.append(phrase(locale, "item.parts", len(item.cuts) + 1))
    if item.volume is not None and item.volume != 100:
        facts.append(f"{item.volume}%")
    facts += [effect(name, locale) for name in item.effects]
    return f"{escape(item.name)} ({', '.join(facts)})" if facts else escape(item.name)


def effect(name: str, locale: str) -> str:
    """What is done to a clip or to the whole, in words."""
    key, _, value = name.partition(":")
    return phrase(locale, f"effect.{key}", value=value)


def _effects(names: str, locale: str) -> str:
    return ", ".join(effect(name, locale) for name in names.split(", ") if name) or phrase(locale, "effect.none")


def change_line(change: Change, locale: str, escape: Escape) -> str:
    """One difference between two timelines, with its numbers."""

    def shown(value: str | int | None) -> str:
        if change.kind == "renamed":
            return _quoted(str(value or ""), change.track, escape)
        if change.kind == "effects":
            return _effects(str(value or ""), locale)
        if change.kind == "duration" and isinstance(value, int):
            return length(value)
        return "" if value is None else escape(str(value))

    bare = (change.kind == "added" and change.after is None) or (change.kind == "effects" and not change.track)
    return phrase(
        locale,
        f"change.{change.kind}.bare" if bare else f"change.{change.kind}",
        track=phrase(locale, f"track.{change.track}") if change.track else "",
        name=named(change, escape),
        before=shown(change.before),
        after=shown(change.after),
    )


def named(change: Change, escape: Escape) -> str:
    """The name of what changed; a title's is what it says, in quotes."""
    return _quoted(change.name, change.track, escape)


def _quoted(name: str, track: str, escape: Escape) -> str:
    return f"“{escape(name)}”" if track == "text" and name else escape(name) or "—"
