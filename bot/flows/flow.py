"""One request from beginning to end: setup, footage, words, export."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from bot.flows import linked, route
from bot.flows.cancel import cancel
from bot.flows.context import Job
from bot.flows.credits import credits as balance
from bot.flows.edit import edit
from bot.flows.export import export
from bot.flows.heard import Heard
from bot.flows.history import history
from bot.flows.problems import AccountChangedError
from bot.flows.setup import rebuild, setup, welcome
from bot.flows.start_over import start_over
from bot.flows.status import status, tracks
from bot.flows.upload import announce, touch, upload
from bot.nemo.errors import SessionLost
from bot.store.models import Export, TurnState
from bot.updates import Footage, Problem, ProblemKind, Ready, Rebuilt, Update

_NOTHING_SENT = {
    "state": TurnState.QUEUED,
    "snapshot": None,
    "newest": None,
    "before": None,
    "before_files": (),
    "file_sent": False,
    "file_kept": None,
}
"""How a turn stands to a new session."""


async def run(job: Job) -> AsyncGenerator[Update, None]:
    """Everything a turn asks for. A lost session is set up again, and what was asked done once more, once.

    Raises what `bot.flows.problems` has words for.
    """
    async for update in announce(job):
        yield update
    try:
        going = _anew(job) if job.turn.move and not job.turn.rebuilt else _asked(job)
        async with aclosing(going):
            async for update in going:
                yield update
    except SessionLost as error:
        if job.turn.rebuilt:
            raise
        thread = await job.load_thread()
        if thread is not None and await linked.changed(job.context, thread):
            raise AccountChangedError from error
        again = _anew(job)
        async with aclosing(again):
            async for update in again:
                yield update


async def _anew(job: Job) -> AsyncGenerator[Update, None]:
    """A new session with the footage, then the request; not where some of the footage is missing."""
    await job.save(rebuilt=True, **_NOTHING_SENT)
    whole = True
    async for update in rebuild(job, move=job.turn.move):
        whole = whole and not _lacks(update)
        yield update
    if whole:
        async for update in _asked(job):
            yield update


def _asked(job: Job) -> AsyncGenerator[Update, None]:
    match job.turn.intent:
        case "new":
            return start_over(job)
        case "undo" | "redo" as way:
            return history(job, way)
        case _:
            return _request(job)


def _lacks(update: Update) -> bool:
    return isinstance(update, Rebuilt) and bool(update.missing)


async def _request(job: Job) -> AsyncGenerator[Update, None]:
    turn = job.turn
    way = _way(job)
    if way.intent in {"credits", "status", "export", "cancel"} and not turn.files:
        async for update in _door(job, way):
            yield update
        return
    says = way.intent == "edit" and bool(turn.words.strip())
    whole = True
    async for update in _welcome(job, bare=not turn.files and not says):
        whole = whole and not _lacks(update)
        yield update
    if not whole:
        return
    await touch(job)
    if turn.files:
        taken = turn.files_done  # those were told before a restart
        async for update in upload(job):
            taken += isinstance(update, Footage)
            yield update
        if not taken:
            return
    if says:
        last = _edit(job, way)
    elif turn.files and way.intent != "upload":
        last = _door(job, way)
    else:
        return
    async for update in last:
        yield update


def _way(job: Job) -> route.Route:
    turn = job.turn
    if turn.intent == "edit" and turn.words:
        return route.route(turn.words)
    match turn.intent:
        case "export" | "status" | "credits" | "upload" as intent:
            return route.Route(intent, turn.words)
        case _:
            return route.Route("edit", turn.words)


async def _welcome(job: Job, *, bare: bool) -> AsyncGenerator[Update, None]:
    """The set-up; a `bare` request, which brings neither footage nor words, is told once what to do."""
    told = False
    async for update in setup(job):
        told = told or isinstance(update, Ready)
        yield update
    if bare and not told:
        yield welcome(job)


async def _door(job: Job, way: route.Route) -> AsyncGenerator[Update, None]:
    match way.intent:
        case "credits":
            flow = balance(job)
        case "status":
            flow = status(job)
        case "cancel":
            flow = cancel(job)
        case _:
            flow = export(job, job.turn.export or way.export or Export())
    async for update in flow:
        yield update


def _can_be_heard(wanted: Export | None) -> bool:
    """Whether an upstream that hears an export in its words can say it back: a call of its tool has a size for it."""
    return wanted is None or (wanted.format == "mp4" and not wanted.is_preview and not wanted.fit)


async def _edit(job: Job, way: route.Route) -> AsyncGenerator[Update, None]:
    """The words, then what they asked for besides."""
    if job.turn.needs_footage and job.thread is not None and not job.thread.footage:
        yield Problem(ProblemKind.NO_FOOTAGE)
        return
    hears = job.context.capabilities.hears_export and _can_be_heard(way.export)
    heard = Heard(exports=way.export is not None)
    async for update in edit(job, job.turn.words if hears else way.words, heard):
        yield update
    for door in heard.doors:
        if door == "upload":
            yield welcome(job)
            continue
        if door == "tracks":
            if not heard.changed:  # what changed was shown with the timeline
                async for update in tracks(job):
                    yield update
            continue
        async for update in _door(job, route.Route(door)):  # type: ignore[arg-type]  # one of edit's doors
            yield update
    files = heard.files or ((job.turn.export, *job.turn.also) if job.turn.export else ())
    if not files and way.export is not None and (not hears or heard.broken) and not heard.asked:
        files = (way.export,)
    for wanted in files if not heard.undone else ():  # a file without what was asked for is not what was asked for
        async for update in export(job, wanted):
            yield update
