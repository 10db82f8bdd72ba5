"""Background work of signals."""

from datetime import datetime

from tenure.kernel.jobs import stage
from tenure.signals import actions


@stage("signals.wake", every=60, order=35)
def wake(now: datetime) -> int:
    """Bring back snoozed signals whose time has come."""
    return actions.wake_due_signals(now)
