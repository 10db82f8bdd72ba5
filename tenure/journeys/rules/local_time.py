"""When it is a good time where somebody is, through every change of their clocks."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tenure.journeys.types import Window

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@lru_cache(maxsize=600)
def zone(name: str, fallback: str = "UTC") -> ZoneInfo:
    """Return a time zone by its IANA name, or the fallback where the name means nothing."""
    try:
        return ZoneInfo(name or fallback)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC") if name == fallback else zone(fallback)


def is_open(moment: datetime, window: Window, tz: ZoneInfo) -> bool:
    """Tell whether a moment is inside the window by the clock on the wall there."""
    local = moment.astimezone(tz)
    if window.weekdays and local.weekday() not in window.weekdays:
        return False
    wall = local.time()
    if window.opens == window.closes:
        return True
    if window.opens < window.closes:
        return window.opens <= wall < window.closes
    return wall >= window.opens or wall < window.closes


def next_open(moment: datetime, window: Window, tz: ZoneInfo) -> datetime:
    """Return the moment itself if the window is open, else the first moment at which it is.

    A window opens when the wall clock shows its opening time, when a weekday begins, or when the clocks are changed
    into it; so those moments, and no others, are looked at. Within two weeks one of them is open.
    """
    if is_open(moment, window, tz):
        return moment
    opening = [at for at in _changes(moment, window, tz) if at > moment and is_open(at, window, tz)]
    return min(opening, default=moment)


def _changes(moment: datetime, window: Window, tz: ZoneInfo) -> Iterator[datetime]:
    day = moment.astimezone(tz).date()
    for n in range(15):
        for wall in (window.opens, time(0)):
            for fold in (0, 1):
                at = datetime.combine(day + n * _DAY, wall, tzinfo=tz).replace(fold=fold)
                yield at.astimezone(UTC)
    before = moment
    for _ in range(15):
        after = before + _DAY
        if before.astimezone(tz).utcoffset() != after.astimezone(tz).utcoffset():
            yield _clock_change(before, after, tz)
        before = after


def _clock_change(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """Find the minute between two moments at which the clocks there are changed."""
    low, high = before.replace(second=0, microsecond=0), after
    offset = low.astimezone(tz).utcoffset()
    while high - low > _MINUTE:
        middle = low + (high - low) / 2
        middle = middle.replace(second=0, microsecond=0)
        if middle <= low:
            break
        if middle.astimezone(tz).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(second=0, microsecond=0)
