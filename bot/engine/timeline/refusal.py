"""Why an operation cannot be done: typed, for whoever has to say it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OpError:
    """Operation `index` of a plan cannot be done: `code` says why, `value` what was asked, `limit` what there is.

    Times are seconds. The codes are listed in `bot.engine.timeline.apply`.
    """

    index: int
    op: str
    code: str
    value: float | str | None = None
    limit: float | str | None = None


class OpErrors(Exception):  # noqa: N818 - it is a set of them, and each says what it is
    """Nothing of a plan was done; `errors` holds everything that stands against it."""

    def __init__(self, errors: tuple[OpError, ...]) -> None:
        """At least one error."""
        super().__init__("; ".join(f"{one.op}: {one.code}" for one in errors))
        self.errors = errors


class RefusedError(Exception):
    """One operation cannot be done; it does not know its place in the plan."""

    def __init__(self, code: str, value: float | str | None = None, limit: float | str | None = None) -> None:
        """As in OpError."""
        super().__init__(code)
        self.code = code
        self.value = value
        self.limit = limit
