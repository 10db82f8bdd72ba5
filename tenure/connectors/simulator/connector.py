"""The simulated company, as connectors are plugged in."""

from collections.abc import Sequence

from tenure.connectors.registry import Brings, Connected
from tenure.connectors.simulator.models import SimulatedWorld


class SimulatorConnector:
    """Simulates a SaaS company and its customers, so that everything can be tried before anything is connected."""

    kind = "simulator"
    brings: Sequence[Brings] = (Brings.EVENTS,)

    def connected(self) -> Sequence[Connected]:
        """Return the simulated world of a demo workspace."""
        return [
            Connected(
                kind=self.kind,
                name=f"{each.accounts} accounts",
                since=each.filled_at or each.told_until,
                last_heard_at=each.told_until,
                problem="" if each.filled_at else "interrupted",
            )
            for each in SimulatedWorld.objects.all()
        ]
