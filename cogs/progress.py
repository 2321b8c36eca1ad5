"""One progress message a job, edited as rarely as Discord asks: only when its text changed, some seconds apart."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import discord
import structlog

log = structlog.stdlib.get_logger(__name__)

EDIT_EVERY_S = 5.0
"""Between two edits of one message."""
FIRST_AFTER_S = 1.0
"""What is over sooner shows no progress: Discord takes five messages in five seconds, the results need them."""
OLD_AFTER_S, OLD_EVERY_S = 3600.0, 60.0
"""A message older than an hour may be edited only rarely (30046)."""

Message = discord.PartialMessage | discord.Message
Buttons = Callable[[], discord.ui.View | None]
"""Makes a fresh view for every time the message is written: the library must not see one view twice."""


@dataclass
class _Line:
    channel: discord.abc.Messageable
    message: Message | None
    is_answer: bool
    buttons: Buttons
    began: float
    shown: str = ""
    wanted: str = ""
    edited: float = float("-inf")
    task: asyncio.Task[None] | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Progress:
    """The progress messages of all jobs. A failure to show progress is logged and never reaches a job."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, every_s: float = EDIT_EVERY_S) -> None:
        self._clock = clock
        self._every_s = every_s
        self._lines: dict[str, _Line] = {}

    def set(
        self,
        job: str,
        channel: discord.abc.Messageable,
        text: str,
        answer: discord.PartialMessage | None,
        buttons: Buttons = lambda: None,
        *,
        at_once: bool = False,
    ) -> None:
        """Show `text` for the job, now or when the message may be edited again; the latest text wins.

        The first is shown only when the work takes a moment, or `at_once`.
        """
        line = self._lines.get(job)
        if line is None:
            began = self._clock() - (FIRST_AFTER_S if at_once else 0.0)
            line = self._lines[job] = _Line(channel, answer, answer is not None, buttons, began)
        line.wanted, line.buttons = text, buttons
        if line.task is None or line.task.done():
            line.task = asyncio.create_task(self._show(job, line), name=f"progress {job}")

    async def take(self, job: str) -> Message | None:
        """Forget the job's progress and hand over its message, to be turned into something else; None without one.

        A command's own answer is not handed over: whoever fills it knows it.
        """
        line = self._lines.pop(job, None)
        if line is None:
            return None
        await _stop(line)
        return None if line.is_answer else line.message

    async def end(self, job: str) -> bool:
        """Forget the job's progress; its message is deleted, but for a command's own answer. Whether any was shown."""
        line = self._lines.pop(job, None)
        if line is None:
            return False
        await _stop(line)
        if not line.is_answer and line.message is not None:
            try:
                await line.message.delete()
            except discord.HTTPException as error:
                log.info("progress message stays", job=job, status=error.status, code=error.code)
        return bool(line.shown)

    async def close(self) -> None:
        """Stop showing; messages stay as they are, since the jobs go on after a restart."""
        lines = list(self._lines.values())
        self._lines.clear()
        for line in lines:
            await _stop(line)

    async def _show(self, job: str, line: _Line) -> None:
        while line.shown != line.wanted:
            every = self._every_s if self._clock() - line.began < OLD_AFTER_S else OLD_EVERY_S
            first_at = line.began + (min(FIRST_AFTER_S, self._every_s) if line.message is None else 0.0)
            wait = max(first_at, line.edited + every) - self._clock()
            if wait > 0:
                await asyncio.sleep(wait)
            text = line.wanted
            try:
                async with line.lock:
                    if line.message is None:
                        view = line.buttons() or discord.utils.MISSING
                        line.message = await line.channel.send(text, view=view, silent=True)
                    else:
                        await line.message.edit(content=text, view=line.buttons())
            except discord.HTTPException as error:
                log.info("progress not shown", job=job, status=error.status, code=error.code)
                return
            line.shown, line.edited = text, self._clock()


async def _stop(line: _Line) -> None:
    if line.task is None:
        return
    async with line.lock:  # never in the middle of a request: a message sent but not known would stay for ever
        line.task.cancel()
    await asyncio.gather(line.task, return_exceptions=True)
