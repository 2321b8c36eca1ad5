"""The cases, a file a family: each has a tuple `CASES`."""

import pkgutil
from importlib import import_module

from tests.operations.case import Case

CASES: tuple[Case, ...] = tuple(
    case for module in pkgutil.iter_modules(__path__) for case in import_module(f"{__name__}.{module.name}").CASES
)
