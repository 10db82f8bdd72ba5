"""Which world a demo workspace is filled from, and how far it has been told."""

from django.db import models

from tenure.connectors.simulator.types import WorldSpec
from tenure.kernel.tenancy import ScopedModel


class SimulatedWorld(ScopedModel):
    """The world of one demo workspace; its spec makes the same world again at any time."""

    seed = models.PositiveIntegerField()
    accounts = models.PositiveIntegerField()
    months = models.PositiveSmallIntegerField()
    until = models.DateField()
    write_key_id = models.BigIntegerField()
    told_until = models.DateTimeField()
    """Everything before this moment has been sent through the intake."""
    filled_at = models.DateTimeField(null=True)
    """When the whole history was in; a world without it was interrupted and must be filled anew."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_world_per_workspace")]

    @property
    def spec(self) -> WorldSpec:
        """Give what the world follows from."""
        return WorldSpec(seed=self.seed, accounts=self.accounts, months=self.months, until=self.until)
