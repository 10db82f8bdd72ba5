"""Background work of the simulator: keeps the demo alive."""

from __future__ import annotations

from datetime import datetime, timedelta

from tenure.connectors.simulator.setting_up import find_demo
from tenure.connectors.simulator.telling import tell_until
from tenure.kernel import tenancy
from tenure.kernel.jobs import stage

TOLD_AT_ONCE = timedelta(days=1)
"""A demo opened after a pause catches up in such portions."""


@stage("demo_live", every=15, order=5)
def tell_the_present(now: datetime) -> int:
    """Send what has happened in the simulated world since it was last told, up to now; returns the number of calls."""
    simulated = find_demo()
    if simulated is None or simulated.filled_at is None or simulated.told_until >= now:
        return 0
    with tenancy.scope(simulated.workspace_id):
        return tell_until(simulated, min(now, simulated.told_until + TOLD_AT_ONCE))
