"""Every Redis key of the bot, named here and nowhere else.

`tc:r:` are durable records, the ones a backup needs; `tc:c:` can be lost and come back by themselves. What comes
from outside is only ever the last part of a key.
"""

import hashlib

THREADS = "tc:r:threads"
"""Sorted set: thread keys by when they were touched last (ms)."""
OPEN = "tc:r:open"
"""Set: threads with queued turns."""
DUE = "tc:r:due"
"""Sorted set: render ids by when to look at them next (ms)."""
EXPIRING = "tc:r:expiring"
"""Sorted set: finished renders by when their file may go (ms)."""
DOOMED = "tc:r:doomed"
"""Set: names of result files whose record is gone."""
SERVERS = "tc:r:servers"
"""Set: servers that have set something."""
LEAVING = "tc:r:leaving"
"""Hash: sessions that shall be deleted upstream, by their ids."""
DROPS = "tc:r:drops"
"""Sorted set: drop ids by when they end (ms)."""
FENCES = "tc:r:fences"
"""Counter: the last fence given to any lease."""

TURN = "tc:r:turn:"
RENDER = "tc:r:render:"
RENDERS = "tc:r:renders:"
DROP = "tc:r:drop:"
DROPS_IN = "tc:r:drops:"


def thread(key: str) -> str:
    """A thread's record."""
    return f"tc:r:thread:{key}"


def queue(thread: str) -> str:
    """List: ids of a thread's waiting turns, the running one first."""
    return f"tc:r:queue:{thread}"


def turns(thread: str) -> str:
    """Sorted set: ids of a thread's turns by when their record expires (s), `inf` while they wait."""
    return f"tc:r:turns:{thread}"


def turn(id_: str) -> str:
    """A turn's record."""
    return f"{TURN}{id_}"


def render(id_: str) -> str:
    """A render's record."""
    return f"{RENDER}{id_}"


def renders(thread: str) -> str:
    """Sorted set: ids of a thread's renders by when they were asked for (ms)."""
    return f"{RENDERS}{thread}"


def drop(id_: str) -> str:
    """A drop's record."""
    return f"{DROP}{id_}"


def drops(thread: str) -> str:
    """Set: ids of a thread's drops."""
    return f"{DROPS_IN}{thread}"


def dropping(thread: str, requester: str) -> str:
    """Id of the drop that somebody had last in a thread."""
    return f"tc:r:dropping:{hashlib.sha256(f'{thread}/{requester}'.encode()).hexdigest()[:32]}"


def server(guild: str) -> str:
    """What a server has set."""
    return f"tc:r:server:{guild}"


def account(key: str) -> str:
    """An account's record."""
    return f"tc:r:account:{key}"


def fence(lease: str) -> str:
    """The fence of a lease's last holder. It outlives a thread that is deleted, and so tells nothing of it."""
    return f"tc:r:fence:{hashlib.sha256(lease.encode()).hexdigest()[:32]}"


def mark(name: str) -> str:
    """Something that happened once."""
    return f"tc:r:mark:{name}"


def lease(name: str) -> str:
    """The token of a lease's holder, for as long as it holds it."""
    return f"tc:c:lease:{name}"
