"""What the bot keeps, each record with a version so that a later release can read an earlier one's."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.updates import Offer, TimelineSummary


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Record(BaseModel):
    """A record of one version; unknown keys of a later version are kept out, not fatal."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: Literal[1] = 1


class Place(BaseModel):
    """Where a request came from and where its answers go; survives any restart.

    `thread` is the key of the project. `guild`, `channel` (the thread's parent), `message` and `requester` are the
    face's own ids, absent where it has none (the terminal).
    """

    model_config = ConfigDict(frozen=True)

    face: Literal["discord", "terminal"]
    thread: str
    guild: str | None = None
    channel: str | None = None
    message: str | None = None
    requester: str | None = None
    answer: str | None = None
    """The face's own message that waits to be filled (a deferred interaction's response), in `thread` or, where that
    has no channel of its own, in `channel`."""
    locale: str = "en"
    upload_limit: int | None = None
    """Bytes the place takes as an attachment, as its server said last."""


class FileRef(BaseModel):
    """A file somebody gave: exactly one of a local `path`, an attachment's `url`, a `link` the upstream fetches, or a
    `drop`.

    An attachment's url works for a day or so; where its `channel`, `message` and `attachment` are known the face gets
    a fresh one.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    size: int | None = None
    path: str | None = None
    url: str | None = None
    link: str | None = None
    channel: str | None = None
    message: str | None = None
    attachment: str | None = None
    drop: str | None = None
    """"<drop>/<file>": what came in through the browser, as `bot.media.uploads` finds it."""


class KeptFootage(BaseModel):
    """One file of a thread, in order: enough to upload it again to a new session."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str
    size: int
    sha256: str | None = None
    link: str | None = None
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    message: str | None = None
    attachment: str | None = None


class Thread(Record):
    """A project: its place, its upstream session and its footage."""

    key: str
    place: Place
    owner: str | None = None
    locale: str = "en"
    upstream: str = "local"
    session: str | None = None
    task: str | None = None
    account: str | None = None
    """Key of the linked account the session belongs to; None for the bot's own."""
    account_issued: datetime | None = None
    """When that account was linked: with another one since, the session may be unknown to it."""
    footage: tuple[KeptFootage, ...] = ()
    pending: tuple[KeptFootage, ...] = ()
    """Footage that a new session has not got yet, in order: a restart goes on with it."""
    gone: tuple[str, ...] = ()
    """Names of footage that was not kept any more when the session was made anew; empty once that was told."""
    card: str | None = None
    """The face's own id of the message that shows the project as it is."""
    timeline: TimelineSummary | None = None
    """The timeline as the last request left it, without its source points: what `/status` tells at once."""
    asked: tuple[str, ...] = ()
    """Names of the steps that were asked for: they are not suggested again."""
    created: datetime = Field(default_factory=now)
    touched: datetime = Field(default_factory=now)


class Leaving(Record):
    """A session that shall be deleted upstream. `thread` is the project that let it go and goes on without it."""

    session: str
    upstream: str
    account: str | None = None
    thread: str | None = None


Format = Literal[
    "mp4", "mov", "mkv", "webm", "gif", "mp3", "wav", "m4a", "png", "frames",
    "srt", "vtt", "txt", "otio", "fcpxml", "edl",
]  # fmt: skip
"""What a finished file is: `frames` are pictures in a ZIP, `otio`, `fcpxml` and `edl` a project in a ZIP."""


WRITTEN = frozenset({"srt", "vtt", "txt", "otio", "fcpxml", "edl"})
"""Files that are not made of the finished video: an upstream writes them, or nobody does."""
VIDEOS = frozenset({"mp4", "mov", "mkv", "webm"})
SOUNDS = frozenset({"mp3", "wav", "m4a"})
CONVERTED = frozenset({"mov", "mkv", "webm", "gif"}) | SOUNDS
"""Files that an upstream makes itself, or that are made here of its MP4."""
ZIPPED = frozenset({"frames", "otio", "fcpxml", "edl"})


class Export(BaseModel):
    """What the finished file shall be; None means: as the timeline is.

    `from_ms` and `to_ms` make it a part of the timeline; a `png` is what is on show at `from_ms`. `width` is a GIF's,
    pixels. Of `frames` there is one every `every_ms`, or `count` of them.
    """

    model_config = ConfigDict(frozen=True)

    format: Format = "mp4"
    quality: Literal["high", "medium", "preview"] = "high"
    """A `preview` is for looking at only; it never stands in for a finished file, nor a file for it."""
    height: int | Literal["source"] | None = None
    """The short side in pixels; `source`: as the footage has it."""
    ratio: Literal["16:9", "9:16", "1:1", "4:5"] | None = None
    """Another shape, of this file alone: the timeline keeps its own."""
    max_bytes: int | None = None
    fps: float | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    width: int | None = None
    every_ms: int | None = None
    count: int | None = None
    fit: bool = False
    """In at most what the place takes as an attachment when it is asked for; `max_bytes` then says how much that is."""

    @property
    def is_preview(self) -> bool:
        """Whether it is for looking at only."""
        return self.quality == "preview"

    @property
    def ending(self) -> str:
        """The file's ending, without a dot."""
        return "zip" if self.format in ZIPPED else self.format


class TurnState(StrEnum):
    """queued -> sending -> streaming -> settled | failed. `sending` is written before the POST."""

    QUEUED = "queued"
    SENDING = "sending"
    STREAMING = "streaming"
    SETTLED = "settled"
    FAILED = "failed"


class Turn(Record):
    """One request in a thread: files to take in, words for the upstream, or a command."""

    id: str
    place: Place
    intent: Literal["edit", "say", "export", "status", "credits", "upload", "undo", "redo", "new"] = "edit"
    """`say` sends the words as they are; those of an `edit` may turn out to be a command."""
    words: str = ""
    files: tuple[FileRef, ...] = ()
    export: Export | None = None
    also: tuple[Export, ...] = ()
    """Further files that the same words ask for, in order."""
    state: TurnState = TurnState.QUEUED
    snapshot: str | None = None
    """Hash of the upstream's state before the words were sent."""
    newest: str | None = None
    """Id of the upstream's newest turn before the words were sent, where it tells one: another one then is ours."""
    before: TimelineSummary | None = None
    """The timeline before the words were sent, so that a restart can still tell what changed."""
    before_files: tuple[str, ...] = ()
    """What the upstream had of files before the words were sent: another one then was made by it."""
    offers: tuple[Offer, ...] = ()
    """What was offered to the user in the course of it, by number."""
    files_done: int = 0
    """How many of `files` are in already: a restart goes on with the next."""
    file_sent: bool = False
    """The next of `files` is on its way: found at a restart, the upstream is asked whether it arrived."""
    file_kept: str | None = None
    """The hash under which that file is kept here."""
    let_go: tuple[str, ...] = ()
    """Hashes of the kept files that the project was told to let go, until they are."""
    move: bool = False
    """The user agreed to have the project set up anew with the account that is there now."""
    needs_footage: bool = False
    """An example to try: there has to be something to try it on."""
    rebuilt: bool = False
    """The session was lost and set up again once for this turn: it is not done twice."""
    created: datetime = Field(default_factory=now)


class DropFile(BaseModel):
    """A file that somebody began to upload: `id` is what it is called on the disk, `size` in bytes as announced."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    size: int


class Drop(Record):
    """An upload link of one user in one thread: it takes one batch of files and the words for it.

    open -> sent | closed. Once it is sent, `files` are those of the batch, in order, and `taken` says that its request
    is in the queue: a restart between the two finds it here.
    """

    id: str
    place: Place
    """Where the batch goes and as whom; `answer` is the message that tells the thread of the open link."""
    state: Literal["open", "sent", "closed"] = "open"
    files: tuple[DropFile, ...] = ()
    words: str = ""
    taken: bool = False
    created: datetime = Field(default_factory=now)
    expires: datetime
    """When the link ends; of one that was sent, when its files may go."""


class RenderState(StrEnum):
    """queued -> submitting -> rendering -> ready -> delivered | failed | cancelled | expired."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    RENDERING = "rendering"
    READY = "ready"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Render(Record):
    """One export from request to delivery."""

    id: str
    place: Place
    session: str
    task: str | None = None
    account: str | None = None
    """The linked account it is made with; None for the bot's own."""
    name: str = "video.mp4"
    """What the finished file is called when it is handed over."""
    export: Export = Export()
    state: RenderState = RenderState.QUEUED
    draft: str = ""
    """The upstream's timeline when the export was asked for: its JSON text, untouched; empty once rendered."""
    digest: str = ""
    """Hash of that text and of `export`: one that is asked for again is answered from a file that is still here."""
    drafted: str = ""
    """Hash of that text alone: finished files of the same timeline belong together."""
    timeline: TimelineSummary | None = None
    """The same timeline as it can be told, of a finished video: what its page shows."""
    upstream_id: str | None = None
    attempts: int = 0
    nonce: str = ""
    deliveries: int = 0
    """How often handing it over was tried."""
    output_url: str | None = None
    file: str | None = None
    """Name of the copy in the results folder, once it is here."""
    size: int | None = None
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    whole_ms: int | None = None
    """Length of the timeline, where the file holds only its beginning."""
    keyframes: bool = False
    """A preview of a few pictures: asked for once more, it may be had whole."""
    claim_link: SecretStr | None = None
    """Opens the project in the upstream's own editor for whoever has it; encrypted where it is kept."""
    created: datetime = Field(default_factory=now)
    begun: datetime | None = None
    """When it got a slot to be made in; None while it waits for one."""
    expires: datetime | None = None


class Server(Record):
    """What the administrators of a server set; None is the operator's, or of the language each user's own."""

    guild: str
    roles: tuple[str, ...] = ()
    """Who may use the bot: people with one of these roles, or everybody where there is none."""
    talk: bool = True
    """Whether messages and footage in its threads are taken up without a mention or a reply."""
    language: Literal["en-US", "zh-CN"] | None = None
    retention_days: int | None = None
    user_running: int | None = None
    user_waiting: int | None = None
    server_running: int | None = None
    server_waiting: int | None = None
    file_mb: int | None = None
    """The largest file in MB of a million bytes."""


class Account(Record):
    """An upstream account: the bot's anonymous one, or one a server linked.

    `client_id` stands for an anonymous account and is kept for good; a linked one has none. `issued` is when its token
    was made, or linked by `linked_by` (the face's id of an administrator).
    """

    key: str
    client_id: str | None = None
    token: SecretStr | None = None
    user_id: str | None = None
    issued: datetime | None = None
    expires: datetime | None = None
    linked_by: str | None = None
