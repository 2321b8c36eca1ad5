"""The finished file: asked for here, durably; watched, fetched and handed over by `bot/watch/`."""

import hashlib
from collections.abc import AsyncGenerator, Mapping
from types import MappingProxyType

from bot.flows import timeline
from bot.flows.capabilities import Capabilities
from bot.flows.context import Job
from bot.media.gif import LONGEST_MS, SENSIBLE_BYTES
from bot.media.part import Part
from bot.nemo.models import Output
from bot.store.models import SOUNDS, VIDEOS, WRITTEN, Export, KeptFootage, Place, Render, Thread
from bot.store.patience import patiently
from bot.updates import Problem, ProblemKind, RenderQueued, Update

PREVIEW = Export(quality="preview")
"""What a preview is."""
LONG_PREVIEW_MS = 50 * 60_000
"""Of a longer timeline even a preview takes more than a minute, ms."""

SIZES: Mapping[str, Export] = MappingProxyType(
    {
        "source": Export(height="source"),
        "4k": Export(height=2160),
        "1440p": Export(height=1440),
        "1080p": Export(height=1080),
        "720p": Export(height=720),
        "480p": Export(height=480),
        "vertical": Export(ratio="9:16"),
        "vertical 720p": Export(ratio="9:16", height=720),
        "square": Export(ratio="1:1"),
        "portrait": Export(ratio="4:5"),
        "landscape": Export(ratio="16:9"),
    }
)
"""What a finished video's picture can be asked to be, in one choice."""

_REQUEST_BYTES = 8_000
"""What a request that carries a file has besides, and a place may count."""
_GIF_SIDE = 480
_STILL_MS = 200
"""How much is rendered for one picture."""


def chosen(format_: str | None, size: str | None, quality: str | None, *, fit: bool) -> Export | None:
    """The export of these choices, `size` one of `SIZES`; None where nothing was chosen."""
    if format_ is None and size is None and quality is None and not fit:
        return None
    picture = {"height": SIZES[size].height, "ratio": SIZES[size].ratio} if size is not None else {}
    return Export.model_validate({**picture, "format": format_ or "mp4", "quality": quality or "high", "fit": fit})


async def export(job: Job, wanted: Export) -> AsyncGenerator[Update, None]:
    """Keep a render of the timeline as it is now."""
    store = job.context.store
    thread = await job.load_thread()
    if thread is None or thread.session is None:
        yield Problem(ProblemKind.NO_FOOTAGE)
        return
    render_id = f"{job.turn.id}-{job.exports}"
    job.exports += 1
    if await patiently(lambda: store.renders.get(render_id), job.lease) is not None:  # asked for before a restart
        yield _queued(job, render_id, wanted)
        return
    state = await job.client.state(thread.session)
    if not state.draft.ready:
        footage = thread.footage or state.files
        yield Problem(ProblemKind.NO_DRAFT if footage else ProblemKind.NO_FOOTAGE)
        return
    if wanted.format in WRITTEN and wanted.format not in job.context.capabilities.writes:
        yield Problem(ProblemKind.NO_SUCH_FILE, name=wanted.format.upper())
        return
    now, told = job.context.clock.now(), timeline.summary(state)
    wanted = for_place(wanted, job.turn.place)
    render = Render(
        id=render_id,
        place=job.turn.place,
        session=thread.session,
        task=thread.task,
        account=thread.account,
        export=wanted,
        draft=state.draft.text,
        digest=_digest(state.draft.text, wanted),
        drafted=hashlib.sha256(state.draft.text.encode()).hexdigest(),
        timeline=told if wanted.format in VIDEOS and not wanted.is_preview else None,
        nonce=hashlib.sha256(render_id.encode()).hexdigest()[:24],
        name=file_name(thread, wanted),
        whole_ms=_cut_off(wanted, told.duration_ms),
        created=now,
    )
    await patiently(lambda: store.renders.put(render, now), job.lease)
    yield _queued(job, render_id, wanted, told.duration_ms)


def _queued(job: Job, render: str, wanted: Export, length_ms: int = 0) -> RenderQueued:
    if not wanted.is_preview:
        return RenderQueued(render)
    long = length_ms if length_ms > LONG_PREVIEW_MS else None
    return RenderQueued(render, preview=True, quick=job.context.capabilities.fast_preview, long_ms=long)


def _cut_off(wanted: Export, length_ms: int) -> int | None:
    """How long it would be, where the file holds only the beginning of it."""
    whole = Part(wanted.from_ms or 0, wanted.to_ms).within(length_ms)[1]
    return whole if wanted.format == "gif" and whole > LONGEST_MS else None


def room(limit: int) -> int:
    """How large a file may be that is handed over where `limit` bytes are taken."""
    return max(1, limit - _REQUEST_BYTES)


def for_place(wanted: Export, place: Place) -> Export:
    """The export with its size as the place has it now: what shall fit there, and a GIF, which is nothing elsewhere."""
    most = [wanted.max_bytes] if wanted.max_bytes is not None else []
    if place.upload_limit is not None and (wanted.fit or wanted.format == "gif"):
        most.append(room(place.upload_limit))
    if wanted.format == "gif":
        most.append(SENSIBLE_BYTES)
    return wanted.model_copy(update={"max_bytes": min(most, default=None)})


def rendered_as(wanted: Export, able: Capabilities) -> Output:
    """What the upstream is asked for: the file itself, or the MP4 of which it is made here (`bot/watch/making.py`)."""
    if wanted.format in WRITTEN:
        return Output(format=wanted.format)
    own = wanted.format == "mp4" or wanted.format in able.writes
    if wanted.format in SOUNDS and not own:  # nobody sees the picture
        return Output()
    height = None if wanted.height == "source" and not able.knows_source else wanted.height
    if wanted.format == "gif" and not own:
        height = min(height, _GIF_SIDE) if isinstance(height, int) else _GIF_SIDE
    first, last = wanted.from_ms, wanted.to_ms
    if wanted.format == "png":
        first = first or 0
        last = first + _STILL_MS
    return Output(
        format=wanted.format if own else "mp4",
        quality="high" if wanted.is_preview and not able.fast_preview else wanted.quality,
        height=height,
        fps=wanted.fps,
        ratio=wanted.ratio if able.reshapes else None,
        max_bytes=wanted.max_bytes if able.fits and own else None,
        from_ms=first if able.excerpts else None,
        to_ms=last if able.excerpts else None,
        width=wanted.width if own and able.excerpts else None,
    )


def file_name(thread: Thread, wanted: Export) -> str:
    """What the finished file is called: after the first footage that can be seen."""
    first: KeptFootage | None = next((kept for kept in thread.footage if kept.kind != "audio"), None)
    stem = first.name.rpartition(".")[0] or first.name if first else "video"
    return f"{stem}-{'preview' if wanted.is_preview else 'edited'}.{wanted.ending}"


def _digest(draft: str, wanted: Export) -> str:
    return hashlib.sha256(f"{wanted.model_dump_json(exclude={'fit'})}\n{draft}".encode()).hexdigest()
