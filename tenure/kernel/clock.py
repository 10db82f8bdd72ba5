"""The one place that knows what time it is, so that the whole product can run on a simulated clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing told of is older: clocks that were never set begin at 1970 or 1980, records of a business do not."""

_simulated: ContextVar[datetime | None] = ContextVar("simulated_now", default=None)


def now() -> datetime:
    """Return the present moment in UTC, or the simulated one inside `simulated`."""
    return _simulated.get() or datetime.now(UTC)


def is_simulated() -> bool:
    """Tell whether time is simulated here, so that real side effects (SMTP) can be refused."""
    return _simulated.get() is not None


@contextmanager
def simulated(at: datetime) -> Iterator[None]:
    """Make it `at` (timezone-aware) for everything called inside."""
    if at.tzinfo is None:
        raise ValueError("a simulated moment needs a time zone")
    token = _simulated.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _simulated.reset(token)
