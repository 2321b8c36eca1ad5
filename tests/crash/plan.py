"""From a seed to what each run does: who asks what, and when whose power is cut."""

import random
from dataclasses import dataclass
from typing import Literal

Upstream = Literal["cloud", "engine"]
Phase = Literal["upload", "sending", "streaming", "submitting", "polling", "delivering", "recovering"]
When = Literal["before", "between", "after"]
Victim = Literal["bot", "engine", "both"]
Shape = Literal["one", "two", "apart"]

PHASES: tuple[Phase, ...] = ("upload", "sending", "streaming", "submitting", "polling", "delivering")
"""Of a flow; `recovering` is what follows a fall."""
_ENDPOINTS: dict[Phase, tuple[str, ...]] = {
    "upload": ("upload",),
    "sending": ("run",),
    "streaming": ("stream",),
    "submitting": ("render",),
    "polling": ("render_status", "render_status", "file"),
    "delivering": ("result", "result", "word"),
    "recovering": ("",),
}
"""What it waits for: a call to the cloud, or a message to Discord (`result` brings the file, `word` is any)."""
_MOST = {"render_status": 3, "word": 4}
_LONGEST_S = {"cloud": 0.1, "engine": 0.6}
_RECOVERING_S = 4.0


@dataclass(frozen=True)
class Fall:
    """One kill: in which phase, at which call, on which side of it, how much later (s), of whom.

    A call is lost `before` it was taken, or its answer is, `between` the two, or it is `after` both. `nth` counts the
    calls. `late` is whether Discord has forgotten every nonce when the bot comes back.
    """

    phase: Phase
    endpoint: str
    when: When
    nth: int
    after_s: float
    victim: Victim
    late: bool


@dataclass(frozen=True)
class Run:
    """One person's wish and its misfortunes.

    `one` is footage and words that end in "and export"; `two` has a second such message in the same thread; `apart`
    asks for the edit and for the export in two messages. `exports` tells which of the messages ask for a file.
    `takes_s` is how long the cloud's agent works, and `goes_on` whether it does so when its client has gone.
    """

    number: int
    upstream: Upstream
    shape: Shape
    exports: tuple[bool, ...]
    takes_s: float
    goes_on: bool
    falls: tuple[Fall, ...]


def plan(seed: int, runs: int) -> tuple[Run, ...]:
    """The runs of a seed, the same every time: of five, three against the cloud and two against the engine."""
    counts: dict[Upstream, int] = {"cloud": 0, "engine": 0}
    planned = []
    for number in range(runs):
        upstream: Upstream = "cloud" if number % 5 in {0, 2, 4} else "engine"
        planned.append(_run(seed, number, upstream, _phase(seed, upstream, counts[upstream])))
        counts[upstream] += 1
    return tuple(planned)


def _phase(seed: int, upstream: Upstream, place: int) -> Phase:
    """Each upstream goes through all phases, in a new order every time."""
    turn, at = divmod(place, len(PHASES))
    deck = list(PHASES)
    random.Random(f"{seed}/{upstream}/{turn}").shuffle(deck)
    return deck[at]


def _run(seed: int, number: int, upstream: Upstream, phase: Phase) -> Run:
    dice = random.Random(f"{seed}/{number}")
    shape: Shape = dice.choice(("one", "one", "two", "apart"))
    exports = {"one": (True,), "two": (dice.random() < 0.5, True), "apart": (False, True)}[shape]
    falls = [_fall(dice, upstream, phase)]
    if dice.random() < 0.25:
        falls.append(_fall(dice, upstream, dice.choice((*PHASES[PHASES.index(phase) :], "recovering", "recovering"))))
    return Run(number, upstream, shape, exports, dice.uniform(0, 0.8), dice.random() < 0.9, tuple(falls))


def _fall(dice: random.Random, upstream: Upstream, phase: Phase) -> Fall:
    victims: tuple[Victim, ...] = ("bot",) if upstream == "cloud" else ("bot", "bot", "engine", "both")
    endpoint = dice.choice(_ENDPOINTS[phase])
    longest_s = _RECOVERING_S if phase == "recovering" else _LONGEST_S[upstream] * dice.random()
    return Fall(
        phase=phase,
        endpoint=endpoint,
        when=dice.choice(("before", "between", "after")),
        nth=dice.randint(1, _MOST.get(endpoint, 1)),
        after_s=dice.uniform(0, longest_s),
        victim=dice.choice(victims),
        late=dice.random() < 0.3,
    )
