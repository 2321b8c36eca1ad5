"""Records to JSON and back, and the clock that scores are made of."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar, cast

from pydantic import ValidationError

from bot.store.errors import UnreadableRecordError
from bot.store.models import Record

R = TypeVar("R", bound=Record)


def dump(record: Record, **sealed: str | None) -> str:
    """The record's JSON; `sealed` are the values that stand for its secrets, which are masked otherwise."""
    return json.dumps(record.model_dump(mode="json") | sealed, ensure_ascii=False)


def load(model: type[R], text: str | bytes) -> R:
    """The record that `dump` wrote. Raises UnreadableRecordError, which tells a newer record from a broken one."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise UnreadableRecordError(_reason(model, text, error)) from error


def load_all(model: type[R], texts: Iterable[str | bytes | None]) -> tuple[R, ...]:
    """Those of the records that are still there. Raises UnreadableRecordError."""
    return tuple(load(model, text) for text in texts if text is not None)


def _reason(model: type[Record], text: str | bytes, error: ValidationError) -> str:
    name = model.__name__.lower()
    try:
        version = json.loads(text)["v"]
    except (ValueError, LookupError, TypeError):
        version = None
    if isinstance(version, int) and version > model.model_fields["v"].default:
        return f"a {name} was written by a newer release (version {version}); update this one"
    where = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
    return f"a {name} in Redis is damaged{f' at {where}' if where else ''}; restore a backup, or forget its thread"


def names(answer: object) -> tuple[str, ...]:
    """The members of an answer, as text: the client decodes, which redis-py's types do not know."""
    return tuple(cast("Iterable[str]", answer))


def ms(moment: datetime) -> int:
    """A moment as milliseconds since 1970, the unit of scores."""
    return round(moment.timestamp() * 1000)
