"""The render's child process: `python -m bot.engine.render.child JOBFILE`. Plain and synchronous.

Speaks JSON lines as `bot.media.child` has them: progress from 0 to 1, then the result or the fault.
"""

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Executor, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Lock
from typing import Any

from bot.engine.render import subtitles
from bot.engine.render.cost import Cost, cost
from bot.engine.render.encode import Picture
from bot.engine.render.encoders import Encoder, named, working
from bot.engine.render.explain import table
from bot.engine.render.index import PacketIndex, index_of
from bot.engine.render.job import SOUNDS, ChildJob, RenderJob, read_job
from bot.engine.render.mux import Captions, mux
from bot.engine.render.plan import RenderPlan, plan
from bot.engine.render.readers import Readers
from bot.engine.render.sound import make_sound
from bot.engine.render.sound_alone import render_sound
from bot.engine.render.spans import Body
from bot.engine.render.steady import Steady, shaken, steadied
from bot.engine.render.texts import write_texts
from bot.engine.render.tool import Ffmpeg
from bot.media.child import emit, give_way, give_way_here, progress, serve
from bot.media.facts import MediaError, MediaFault

_STEADY_SHARE = 0.5
"""How much of the work steadying is, where there is some to do."""


_STEPS = 10_000


class _Progress:
    """Adds the parts up, by what each costs, and tells each step once."""

    def __init__(self, work: Cost, steady: float) -> None:
        """`steady` is how much of the work steadying is."""
        whole = work.picture + work.sound + work.mux
        shares = {"picture": work.picture / whole, "sound": work.sound / whole, "mux": work.mux / whole}
        self._shares = {"steady": steady, **{name: (1 - steady) * share for name, share in shares.items()}}
        self._parts = dict.fromkeys(self._shares, 0.0)
        self._told = -1
        self._lock = Lock()

    def set(self, part: str, done: float) -> None:
        """`part` is done to `done` (0.0 to 1.0)."""
        with self._lock:
            self._parts[part] = done
            total = sum(share * self._parts[name] for name, share in self._shares.items())
            if int(total * _STEPS) > self._told:
                self._told = int(total * _STEPS)
                progress(total)


def work(args: Sequence[str]) -> dict[str, Any]:
    """Render the job in the file `args[0]` to its target."""
    given = read_job(Path(args[0]))
    try:
        if given.job.output.format in SOUNDS:
            return render_sound(given.job, given.ffmpeg, progress)
        return _render(given)
    except MediaError as error:
        for note in getattr(error, "__notes__", ()):
            emit({"said": note})
        raise


def _render(given: ChildJob) -> dict[str, Any]:
    job, binary = given.job, given.ffmpeg
    if job.output.quality == "proxy":
        give_way()
    todo, indexes = _planned(job)
    ffmpeg = Ffmpeg(binary, job.scratch)
    shaky = shaken(todo)
    done = _Progress(cost(todo), _STEADY_SHARE if shaky else 0.0)
    steady: dict[str, Steady] = {}
    for number, (media, used) in enumerate(shaky.items()):

        def tell(part: float, number: int = number) -> None:
            done.set("steady", (number + part) / len(shaky))

        steady[media] = steadied(ffmpeg, job.media[media], used, job.scratch / f"steady{number}.mp4", tell)
    if job.timeline.timecode or any(span.treatment.text for span in todo.spans):
        events, taken = subtitles.events(job.timeline, todo.frame), subtitles.taken(job.timeline, todo.frame)
        write_texts(job.timeline.texts, todo.frame, job.scratch, events, taken)
    hardware = None if todo.copied else _hardware(given, todo)
    picture = Picture(job, todo, ffmpeg, job.scratch, steady, indexes, hardware)
    # The sound has a thread of its own: in the pictures' pool one more of those would be encoded once it is made.
    with (
        ThreadPoolExecutor(1) as sounding,
        ThreadPoolExecutor(picture.workers, initializer=give_way_here) as pool,  # one encoder makes all of the sound
    ):
        track = sounding.submit(make_sound, job, todo, ffmpeg, job.scratch, lambda part: done.set("sound", part))
        try:
            _put_together(picture, track, pool, job, todo, indexes, done)
        except MediaError as error:
            if hardware is None or error.fault is not MediaFault.BROKEN or _failed(track):
                raise
            emit({"hardware": ""})
            emit({"said": "\n".join(getattr(error, "__notes__", ())) or str(error)})
            picture = Picture(job, todo, ffmpeg, job.scratch, steady, indexes)
            _put_together(picture, track, pool, job, todo, indexes, done)
    return {
        "size": job.target.stat().st_size,
        "duration_ms": todo.duration_ms,
        "width": todo.frame.width,
        "height": todo.frame.height,
        "plan": table(todo),
    }


def _put_together(
    picture: Picture,
    track: "Future[Path]",
    pool: Executor,
    job: RenderJob,
    todo: RenderPlan,
    indexes: dict[str, PacketIndex],
    done: _Progress,
) -> None:
    """Encode what is to be encoded while the sound is made as `track`, and write the target."""
    with picture.opened():
        encoded = max(1, todo.frames - todo.copied)
        pieces = picture.start(
            pool, lambda frames: done.set("picture", frames / encoded), lambda span: emit({"encoded": span})
        )
        try:
            _settle([track, *pieces.values()])
        finally:
            wait(pieces.values())  # none is at work any more when the sources are closed
    found = {number: piece.result() for number, piece in pieces.items()}
    form = job.output.format
    captions = Captions(subtitles.language(job.timeline), tuple(subtitles.track(job.timeline, form)))
    with Readers(job.media, indexes) as sources:
        mux(todo, found, sources, track.result(), captions, job.target, form, lambda part: done.set("mux", part))


def _hardware(given: ChildJob, todo: RenderPlan) -> Encoder | None:
    """The encoder in hardware for a whole encode, tried here where nobody has yet; None for proxies and previews."""
    if given.job.output.quality not in ("high", "medium"):
        return None
    if given.hardware is not None:
        return named(given.hardware)
    found = working(given.ffmpeg, (todo.frame.width, todo.frame.height))
    emit({"hardware": "" if found is None else found.name})
    return found


def _planned(job: RenderJob) -> tuple[RenderPlan, dict[str, PacketIndex]]:
    """The plan, with the packets of the sources of which something may be copied."""
    draft = plan(job.timeline, job.output, job.media)
    bodies = [span for span in draft.spans if isinstance(span, Body) and span.treatment.why == "plain"]
    media = dict.fromkeys(body.stretch.media for body in bodies)
    indexes = {one: index_of(job.media[one]) for one in media}
    return plan(job.timeline, job.output, job.media, indexes), indexes


def _failed(track: "Future[Path]") -> bool:
    """Whether it is the sound that failed: another encoder of pictures would not help."""
    return track.done() and track.exception() is not None


def _settle(jobs: Sequence["Future[Path]"]) -> None:
    """Wait for all; the first that fails calls off those that have not begun, and is raised."""
    wait(jobs, return_when=FIRST_EXCEPTION)
    for job in jobs:
        job.cancel()
    for job in jobs:
        if not job.cancelled():
            job.result()


if __name__ == "__main__":
    serve(work)
