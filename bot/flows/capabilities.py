"""What an upstream can do: a value the flows ask, so that none of them asks which upstream it is."""

from dataclasses import dataclass

from bot.media.ffmpeg import CONTAINERS
from bot.settings import Settings
from bot.store.models import CONVERTED, WRITTEN

_CLOUD_TAKES = frozenset({"mov", "matroska", "avi", "gif", "png_pipe", "jpeg_pipe", "webp_pipe", "wav", "mp3", "aac"})
"""MP4, MOV and M4A are one container; so are MKV and WebM (section 5 of the protocol)."""
_QUERIES = 5
"""Unchanged answers after which a broken turn is given up (section 4 of the protocol)."""


@dataclass(frozen=True)
class Capabilities:
    """One upstream's abilities; the table "Two upstreams, one face" of the design."""

    upstream: str
    """Its name in records."""
    gives_links: bool
    """Its addresses of files may be shown to users."""
    claims: bool
    """A project can be taken over in its own editor."""
    hears_export: bool
    """It answers words that ask for an export as well with a tool call: they need not be looked through."""
    own_token: bool
    """A token from the settings is meant for it."""
    talks_of_a_gui: bool
    """It takes its user to sit before buttons and panels."""
    adds_unasked: bool
    """It puts music, titles and clips into a project by itself."""
    takes: frozenset[str]
    """Containers of the files it takes (names as in `bot.media.ffmpeg.CONTAINERS`): others are not sent to it."""
    edit_cost: int | None
    """Credits that an edit usually takes, where its account is metered (section 4 of the protocol)."""
    clip_cost: int | None
    """The same of a generated clip; None where there are none."""
    free_undo: bool
    has_redo: bool
    explains: bool
    """It tells which frames of a finished file were copied and which encoded."""
    fast_preview: bool
    """It makes a preview in a fraction of the time of an export."""
    reshapes: bool
    """It renders another shape than the timeline's; else that is made here of the finished file, by cropping."""
    knows_source: bool
    """It renders as large as the footage is where that is asked; else its own size is taken for that."""
    fits: bool
    """It renders into a given size; else a smaller copy of the finished file is made here."""
    excerpts: bool
    """It renders a part of a timeline; else the part is cut here from the finished file."""
    writes: frozenset[str]
    """Files it writes beside MP4, by `bot.store.models.Format`; `CONVERTED` ones are made here where it does not."""
    stops: bool
    """A message that is at work can be stopped there."""
    forgets: bool
    """A project can be deleted there."""
    queries_s: tuple[float, ...]
    """The waits before each question after a broken turn, in seconds."""
    poll_s: float
    """Seconds between two looks at a render."""
    unanswered: int
    """How many questions after a broken turn may stay without any answer."""


def find(settings: Settings) -> Capabilities:
    """The abilities of the upstream that the settings name."""
    if settings.general.upstream == "local":
        return Capabilities(
            upstream="local",
            gives_links=False,
            claims=False,
            hears_export=True,
            own_token=False,
            talks_of_a_gui=False,
            adds_unasked=False,
            takes=frozenset(CONTAINERS),
            edit_cost=1,
            clip_cost=None,
            free_undo=True,
            has_redo=True,
            explains=True,
            fast_preview=True,
            stops=True,
            forgets=True,
            reshapes=True,
            knows_source=True,
            fits=True,
            excerpts=True,
            writes=WRITTEN | CONVERTED,
            queries_s=(settings.engine.recovery_seconds,) * _QUERIES,
            poll_s=settings.engine.poll_seconds,
            unanswered=120,
        )
    return Capabilities(
        upstream="nemo",
        gives_links=True,
        claims=True,
        hears_export=False,
        own_token=True,
        talks_of_a_gui=True,
        adds_unasked=True,
        takes=_CLOUD_TAKES,
        edit_cost=50,
        clip_cost=100,
        free_undo=False,
        has_redo=False,
        explains=False,
        fast_preview=False,
        stops=False,
        forgets=False,
        reshapes=False,
        knows_source=False,
        fits=False,
        excerpts=False,
        writes=frozenset(),
        queries_s=(
            settings.nemo.recovery_first_seconds,
            *(settings.nemo.recovery_seconds,) * (_QUERIES - 1),
        ),
        poll_s=settings.nemo.poll_seconds,
        unanswered=10,
    )
