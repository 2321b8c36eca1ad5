"""What a flow tells the faces: small frozen values, the same for Discord and the terminal.

They carry facts, never words in a language (except what the upstream itself said): `bot/voice/` turns them
into words. Times are milliseconds, sizes bytes.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal


class Stage(StrEnum):
    """What is being done just now."""

    SETUP = "setup"
    RECEIVING = "receiving"
    UPLOADING = "uploading"
    UNDERSTANDING = "understanding"
    LISTENING = "listening"
    LOOKING = "looking"
    TRANSLATING = "translating"
    EDITING = "editing"
    RENDERING = "rendering"
    FETCHING = "fetching"
    CONVERTING = "converting"
    FITTING = "fitting"
    STILL_WORKING = "still_working"


class Deed(StrEnum):
    """What an offer does when it is taken."""

    EXPORT = "export"
    TRACKS = "tracks"
    SAY = "say"
    AGAIN = "again"
    STRIP = "strip"
    KEEP = "keep"
    REBUILD = "rebuild"
    EXAMPLE = "example"
    PREVIEW = "preview"
    UNDO = "undo"
    REDO = "redo"
    HELP = "help"
    CANCEL = "cancel"
    NEW = "new"
    UPLOAD = "upload"


@dataclass(frozen=True)
class Offer:
    """Something the user can have done by one press.

    `ref` is the turn (of an export: the render, or nothing) whose record says the rest and `number` its place among
    that turn's offers, so that a press works after any restart. `words` are what it sends to the upstream, `label`
    what it is called where the deed has no name of its own.
    """

    deed: Deed
    ref: str = ""
    number: int = 0
    words: str = ""
    label: str = ""


@dataclass(frozen=True)
class TrackItem:
    """One bar of the timeline: what it is called, where it lies, how loud it is (percent), where it was cut (ms).

    `sources` are the in and out points in the source (ms) of each part between two cuts, where the draft tells them:
    then there is one more of them than there are cuts. `media` is the SHA-256 of the file that is played, where the
    draft tells it. `effects` names what is done to it (`effect.*` of the words; "speed:2" has a number).
    """

    name: str
    start_ms: int | None = None
    end_ms: int | None = None
    volume: int | None = None
    cuts: tuple[int, ...] = ()
    sources: tuple[tuple[int, int], ...] = ()
    media: str | None = None
    effects: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrackSummary:
    """One track: `video`, `audio`, `text`, `overlay`, `subtitle`, `chapter` or `other`."""

    kind: str
    items: tuple[TrackItem, ...]


@dataclass(frozen=True)
class TimelineSummary:
    """What can be told of a draft, ours or a foreign one. `effects` is what is done to the whole, as of an item."""

    duration_ms: int
    width: int | None = None
    height: int | None = None
    tracks: tuple[TrackSummary, ...] = ()
    effects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One difference between two timelines.

    `kind` is added, removed, moved, renamed, volume, effects, duration, canvas or other. Effects are told by their
    names, with commas between them.
    """

    kind: str
    track: str
    name: str = ""
    before: str | int | None = None
    after: str | int | None = None


@dataclass(frozen=True)
class Queued:
    """The request waits; `place` counts from 1 (one ahead of it)."""

    place: int


@dataclass(frozen=True)
class Ready:
    """The set-up is done; `new` on the very first contact of a thread, with examples to try."""

    new: bool
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Rebuilt:
    """The upstream had forgotten the project: it was set up again, with `files` of its footage.

    `missing` names what is not kept any more and has to be dropped again.
    """

    files: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Working:
    """What happens now, with a percentage where there is one (0-100)."""

    stage: Stage
    percent: float | None = None
    name: str = ""


@dataclass(frozen=True)
class Said:
    """What the upstream answered, in its own words, and what it proposed to do next; one of them may be missing."""

    text: str
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Footage:
    """A file that is in: `kind` is video, image or audio; unknown facts are None.

    `sha256` finds the copy that is kept here, where there is one.
    """

    name: str
    kind: str
    size: int
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Changed:
    """The timeline after a turn, how it differs from before, and what may come next."""

    changes: tuple[Change, ...]
    timeline: TimelineSummary
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Tracks:
    """The timeline as it is, shown because the upstream told its user to look at it."""

    timeline: TimelineSummary


@dataclass(frozen=True)
class Made:
    """A clip, picture or sound that the upstream made in this turn; `link` shows it, where it may be given away."""

    name: str
    kind: str
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    link: str | None = None


@dataclass(frozen=True)
class Unasked:
    """What the upstream put on the timeline although nobody had asked for it, to be kept or removed."""

    changes: tuple[Change, ...]
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A likely answer, shown as a button."""

    id: str
    label: str


@dataclass(frozen=True)
class Asked:
    """The upstream asks something; the answer is an ordinary message, which `offers` send for each choice in turn."""

    id: str
    question: str
    choices: tuple[Choice, ...] = ()
    allow_multiple: bool = False
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Status:
    """Answer to "status": the footage that is in and the timeline, if there is one; how much is at work or waits."""

    footage: tuple[Footage, ...]
    timeline: TimelineSummary | None
    requests: int = 0
    exports: int = 0


@dataclass(frozen=True)
class Project:
    """The project as it is after a request: what a thread's card shows.

    `undo` and `redo` are how many steps can be taken back and forward again; None where the upstream does not tell.
    """

    footage: tuple[Footage, ...]
    timeline: TimelineSummary | None
    undo: int | None = None
    redo: int | None = None


Owner = Literal["machine", "anonymous", "bot", "server"]
"""Whose account pays: nobody's on our own machine, the bot's without or with a name, the server's own."""


@dataclass(frozen=True)
class Balance:
    """Credits of the account; `available` is None where the upstream does not meter.

    `edit_cost` and `clip_cost` are what an edit and a generated clip usually cost, where that is known.
    """

    available: int | None
    frozen: int = 0
    total: int | None = None
    owner: Owner = "machine"
    edit_cost: int | None = None
    clip_cost: int | None = None
    top_up_url: str | None = None


@dataclass(frozen=True)
class RenderQueued:
    """An export was accepted and goes on in the background.

    `preview` where it is only for looking at: `quick` is whether the upstream can do that fast, and `long_ms` the
    timeline's length where even that takes its time.
    """

    render: str
    preview: bool = False
    quick: bool = True
    long_ms: int | None = None


@dataclass(frozen=True)
class RenderProgress:
    """How far the export is, 0-100."""

    render: str
    percent: float


@dataclass(frozen=True)
class RenderReady:
    """A finished file, copied to `path` on this machine; `link` is safe to give to a user, where there is one.

    `claim_link` opens the project in the upstream's own editor (cloud only). The facts are those of the file at `path`:
    where that is a smaller copy for a place that takes no more than `limit` bytes, `full_size` is the size of the file
    the copy was made of, which the link gives. Without a `path` there is only the link: no copy would do.
    `whole_ms` is the length of the timeline where the file holds only its beginning; `preview` is for looking at only,
    `quick` whether it was made as such, and `keyframes` whether only a few pictures are in it so far.
    """

    render: str
    name: str
    path: Path | None
    size: int
    duration_ms: int | None
    width: int | None
    height: int | None
    link: str | None
    link_expires: datetime | None
    claim_link: str | None = None
    format: str = "mp4"
    preview: bool = False
    quick: bool = True
    keyframes: bool = False
    full_size: int | None = None
    limit: int | None = None
    whole_ms: int | None = None


@dataclass(frozen=True)
class Delivered:
    """The finished file reached the user."""

    render: str


@dataclass(frozen=True)
class Cancelled:
    """Stopped on request; `may_go_on` where the upstream cannot be stopped."""

    may_go_on: bool = False


@dataclass(frozen=True)
class Stopped:
    """What a cancel stopped in a thread: what was at work, exports, and requests that waited.

    `may_go_on` where the upstream cannot be stopped, or did not say that it has.
    """

    running: int = 0
    exports: int = 0
    waiting: int = 0
    may_go_on: bool = False

    @property
    def anything(self) -> bool:
        """Whether there was something to stop."""
        return self.running + self.exports + self.waiting > 0


@dataclass(frozen=True)
class Priced:
    """Taking the last change back is an edit like any other here, and costs: about `cost` credits. Nothing was sent;
    the offer sends it.
    """

    cost: int | None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Dropped:
    """A batch that came in through the browser: what is in it, the words for it, and who sent it (the face's own id).

    Told before anything is done with it: neither files nor words stand in the thread otherwise.
    """

    names: tuple[str, ...]
    words: str = ""
    by: str = ""


@dataclass(frozen=True)
class DropEnded:
    """An upload link works no more: whose it was, and who revoked it (`by`), both as the face's own ids.

    `names` are files that were not sent and are removed.
    """

    why: Literal["closed", "expired", "revoked"]
    names: tuple[str, ...] = ()
    whose: str = ""
    by: str = ""


@dataclass(frozen=True)
class Forgotten:
    """What went with a project: kept footage, finished videos; `shared` files stay, since another thread uses them.

    `upstream` is what became of it there: it is gone too, it goes when the upstream answers again, it stays, or there
    was nothing.
    """

    footage: int = 0
    shared: int = 0
    videos: int = 0
    upstream: Literal["gone", "later", "stays", "nothing"] = "nothing"


@dataclass(frozen=True)
class Guide:
    """How to use the bot where it was asked for; the rest is what the upstream can do.

    `has_page` is whether large files come in by a page in the browser.
    """

    in_project: bool
    file_limit: int
    has_page: bool
    on_this_machine: bool
    edit_cost: int | None
    free_undo: bool
    has_redo: bool
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Ended:
    """A request is at its end: nothing more comes of it but what goes on in the background."""


class ProblemKind(StrEnum):
    """Every way a request can fail, told apart by what the user can do about it."""

    # yours: what to change
    NO_FOOTAGE = "no_footage"
    NO_DRAFT = "no_draft"
    UNSUPPORTED_FILE = "unsupported_file"
    BROKEN_FILE = "broken_file"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_A_SOURCE = "not_a_source"
    LINK_FAILED = "link_failed"
    FOOTAGE_GONE = "footage_gone"
    NO_CREDITS = "no_credits"
    EXPORT_LOCKED = "export_locked"
    TOKEN_REJECTED = "token_rejected"  # noqa: S105 - a kind, not a secret
    LINKED_TOKEN_REJECTED = "linked_token_rejected"  # noqa: S105 - as above
    ACCOUNT_UNLINKED = "account_unlinked"
    ACCOUNT_CHANGED = "account_changed"
    NOTHING_RUNS = "nothing_runs"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOTHING_TO_REDO = "nothing_to_redo"
    NO_REDO = "no_redo"
    DOES_NOT_FIT = "does_not_fit"
    NO_SOUND = "no_sound"
    NO_SUCH_FILE = "no_such_file"
    MISSING_PERMISSION = "missing_permission"
    # overload: when to come back
    RATE_LIMITED = "rate_limited"
    ACCOUNT_RESTS = "account_rests"
    BUSY = "busy"
    DISK_FULL = "disk_full"
    QUOTA = "quota"
    TIMED_OUT = "timed_out"
    UPSTREAM_DOWN = "upstream_down"
    # ours
    UNCERTAIN = "uncertain"
    EDIT_FAILED = "edit_failed"
    RENDER_FAILED = "render_failed"
    EXPIRED = "expired"
    NONSENSE = "nonsense"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Problem:
    """A request that ended badly, and the facts its words need.

    `hint` is what the upstream said, if it may be shown; `limit` in bytes, seconds or pixels as the kind has it;
    `until` is when it may work again; `link` is where the user can mend it; `reference` finds it in the log; `used` is
    how much of the limit is used; `attached` is what the place takes as an attachment, bytes, where that is less.
    """

    kind: ProblemKind
    hint: str = ""
    name: str = ""
    limit: int | None = None
    retry_after_s: float | None = None
    until: datetime | None = None
    link: str | None = None
    reference: str | None = None
    offers: tuple[Offer, ...] = ()
    used: int | None = None
    attached: int | None = None


Update = (
    Queued
    | Ready
    | Rebuilt
    | Working
    | Said
    | Footage
    | Changed
    | Tracks
    | Made
    | Unasked
    | Asked
    | Status
    | Balance
    | RenderQueued
    | RenderProgress
    | RenderReady
    | Delivered
    | Cancelled
    | Stopped
    | Priced
    | Dropped
    | DropEnded
    | Forgotten
    | Guide
    | Project
    | Ended
    | Problem
)
