"""How a record can be refused.

StoreError
├── NotFoundError          the record is not there (any more): forgotten, or never made
├── DuplicateError         a turn with this id was there before and is finished
├── QueueFullError         a thread's queue has no room
├── StaleLeaseError        somebody else took the lease since: this write came too late and changed nothing
├── ConflictError          a record changed under every one of many attempts to update it
└── UnreadableRecordError  a record cannot be read; it is left as it is
    └── SealedError            only the token in it cannot: it was encrypted with another SECRET_KEY
"""


class StoreError(Exception):
    """A record could not be read or written; the text is one line for the log."""


class NotFoundError(StoreError):
    """The record is not there (any more)."""


class DuplicateError(StoreError):
    """This turn was taken before and is finished."""


class QueueFullError(StoreError):
    """The thread's queue holds as many turns as it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the thread's queue holds {limit} turns already")
        self.limit = limit


class StaleLeaseError(StoreError):
    """The lease that guards this write was lost to another holder; nothing was written."""


class ConflictError(StoreError):
    """The record kept changing; nothing was written."""


class UnreadableRecordError(StoreError):
    """A record that this release cannot read. It is left as it is: nothing is lost by trying a newer release."""


class SealedError(UnreadableRecordError):
    """A record's token was encrypted with another SECRET_KEY than the present one."""
