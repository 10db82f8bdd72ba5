"""Wait: some days and hours, and then, if wanted, until a good hour where they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from django.utils.translation import gettext as _

from tenure.journeys.rules import next_open
from tenure.journeys.types import Advance, Due, FieldKind, Move, Problem, StepField, Window

LONGEST = timedelta(days=730)


_Wall = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class WindowSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Good hours by the clock on the wall, and on which weekdays (0 is Monday; none: all)."""

    opens: _Wall = "00:00"
    closes: _Wall = "00:00"
    weekdays: tuple[int, ...] = ()

    def window(self) -> Window:
        """Return it as rules read it."""
        return Window(
            opens=time.fromisoformat(self.opens),
            closes=time.fromisoformat(self.closes),
            weekdays=frozenset(self.weekdays),
        )


class WaitSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{"days": 2, "hours": 0, "window": {"opens": "09:00", "closes": "17:00", "weekdays": [0, 1, 2, 3, 4]}}`."""

    days: int = 0
    hours: int = 0
    window: WindowSettings | None = None


class Wait:
    """Lets time pass."""

    kind = "wait"
    icon = "clock"

    def name(self) -> str:
        """Say what it is called."""
        return _("Wait")

    def fields(self) -> Sequence[StepField]:
        """Ask how long, and whether for a good hour after that."""
        most = LONGEST.days
        return (
            StepField(name="days", kind=FieldKind.WHOLE_NUMBER, label=_("Days"), least=0, most=most),
            StepField(name="hours", kind=FieldKind.WHOLE_NUMBER, label=_("Hours"), least=0, most=most * 24),
            StepField(name="window.opens", kind=FieldKind.TIME, label=_("Then not before")),
            StepField(
                name="window.closes",
                kind=FieldKind.TIME,
                label=_("and not after"),
                explanation=_("By the clock where they are; left empty, the whole day is good."),
            ),
            StepField(
                name="window.weekdays",
                kind=FieldKind.WEEKDAYS,
                label=_("Only on"),
                explanation=_("None chosen: every day is good."),
            ),
        )

    def problems(self, settings: Mapping[str, Any]) -> list[Problem]:
        """Ask for a wait that ends."""
        try:
            read = _read(settings)
        except msgspec.ValidationError as error:
            return [Problem(code="settings_unreadable", place="settings", detail=str(error))]
        problems = []
        length = timedelta(days=read.days, hours=read.hours)
        if read.days < 0 or read.hours < 0 or length > LONGEST:
            problems.append(Problem(code="wait_out_of_range", place="days"))
        if not length and read.window is None:
            problems.append(Problem(code="wait_empty", place="days"))
        if read.window is not None and not set(read.window.weekdays) <= set(range(7)):
            problems.append(Problem(code="weekday_unknown", place="window"))
        return problems

    def due_at(self, settings: Mapping[str, Any], *, arrived_at: datetime, tz: ZoneInfo) -> datetime:
        """Let the time pass, then wait for the window to open."""
        read = _read(settings)
        over = arrived_at + timedelta(days=read.days, hours=read.hours)
        return next_open(over, read.window.window(), tz) if read.window is not None else over

    def carry_out(self, due: Sequence[Due], *, now: datetime) -> Mapping[int, Move]:
        """Go on."""
        return {d.enrolment_id: Advance() for d in due}


def _read(settings: Mapping[str, Any]) -> WaitSettings:
    return msgspec.convert(dict(settings), WaitSettings)
