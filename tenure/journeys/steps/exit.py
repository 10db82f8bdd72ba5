"""Exit: the enrolment ends here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tenure.journeys.types import Due, Leave, LeaveReason, Move, Problem, StepField


class Exit:
    """Ends the enrolment."""

    kind = "exit"
    icon = "logout"

    def name(self) -> str:
        """Say what it is called."""
        return _("Leave the journey")

    def fields(self) -> Sequence[StepField]:
        """Ask for nothing."""
        return ()

    def problems(self, settings: Mapping[str, Any]) -> list[Problem]:
        """Accept nothing but no settings."""
        return [Problem(code="settings_unreadable", place="settings")] if settings else []

    def due_at(self, settings: Mapping[str, Any], *, arrived_at: datetime, tz: ZoneInfo) -> datetime:
        """End at once."""
        return arrived_at

    def carry_out(self, due: Sequence[Due], *, now: datetime) -> Mapping[int, Move]:
        """Leave."""
        return {d.enrolment_id: Leave(reason=LeaveReason.EXIT_STEP) for d in due}
