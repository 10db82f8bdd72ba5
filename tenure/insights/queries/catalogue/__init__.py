"""The metrics, one module a subject: each has `METRICS`, in the order they are listed."""

from collections.abc import Iterator
from pkgutil import iter_modules


def subjects() -> Iterator[str]:
    """Yield the names of the modules, in alphabetical order."""
    yield from (f"{__name__}.{found.name}" for found in iter_modules(__path__))
