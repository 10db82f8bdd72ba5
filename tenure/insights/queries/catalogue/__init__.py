"""The metrics, one module a subject: each has `METRICS`, in the order they are listed."""

from collections.abc import Iterator
from pkgutil import iter_modules

FIRST = ("active", "sessions", "adoption", "activation", "retention")


def subjects() -> Iterator[str]:
    """Yield the names of the modules: those of use first, then whatever else there is."""
    found = {module.name for module in iter_modules(__path__)}
    yield from (f"{__name__}.{name}" for name in [*FIRST, *sorted(found - set(FIRST))])
