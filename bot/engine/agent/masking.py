"""First step of planning: from what was written to normalised text with typed marks."""

from bot.engine.agent import clipnames, numbers, plainer, quoting, saying, spelling, values
from bot.engine.agent.request import Context, TimelineFacts
from bot.engine.agent.tokens import Masked

LIMIT = 4000
"""Characters of a request that are read; what is beyond is cut off, and said."""


def mask(raw: str, facts: TimelineFacts, context: Context) -> Masked:
    """Quotes, files and links first (never interpreted), then number words, measures, ranges, clips, bare numbers."""
    names = (*context.attachments, *(clip.name for clip in facts.clips))
    masked = quoting.quoted(raw[:LIMIT], names)
    if len(raw) > LIMIT:
        masked.notices.append(f"cut_to:{LIMIT}")
    saying.said(masked)
    values.capital_sizes(masked)
    masked.text = numbers.to_digits(plainer.plainer(spelling.repaired(_lower(masked.text))))
    values.measures(masked)
    values.ranges(masked, facts.seconds)
    clipnames.clips(masked, facts)
    values.bare_numbers(masked)
    return masked


def _lower(text: str) -> str:
    """Lower case outside the marks (a mark's letter is a capital)."""
    parts = text.split("<")
    head = parts[0].lower()
    return head + "".join(f"<{mark}>{rest.lower()}" for mark, _, rest in (p.partition(">") for p in parts[1:]))
