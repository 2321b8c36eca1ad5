"""After a broken turn: it is never sent again; the upstream's state is asked until it shows what came of it."""

from collections.abc import AsyncGenerator

import structlog

from bot.flows.context import Job
from bot.flows.problems import UncertainError
from bot.nemo.errors import NemoError, SessionLost
from bot.nemo.models import State
from bot.updates import Stage, Update, Working

log = structlog.stdlib.get_logger(__name__)

_LONGEST_WAIT_S = 1200.0
"""A turn takes 15 minutes at most (section 4 of the protocol)."""


async def settle(job: Job) -> AsyncGenerator[Update | State, None]:
    """Yield "still working" while asking, and last the state that shows the turn's end.

    Where the upstream tells how its newest turn goes, that decides; else a state that differs from the snapshot.
    Raises UncertainError when nothing has changed after all questions, or the session is gone.
    """
    waits = job.context.capabilities.queries_s
    asked = unanswered = 0
    waited = 0.0
    while asked < len(waits):
        yield Working(Stage.STILL_WORKING)
        wait = waits[asked]
        await job.context.clock.sleep(wait)
        waited += wait
        try:
            state = await job.client.state(job.session)
        except SessionLost:
            raise UncertainError from None
        except NemoError as error:
            unanswered += 1
            log.info("state could not be asked", reason=str(error), unanswered=unanswered)
            if unanswered >= job.context.capabilities.unanswered:
                raise UncertainError from error
            continue
        ours = state.last_turn is not None and state.last_turn.id != job.turn.newest
        if ours and state.last_turn is not None and state.last_turn.running and waited < _LONGEST_WAIT_S:
            continue
        if ours or state.digest != job.turn.snapshot:
            yield state
            return
        asked += 1
    raise UncertainError
