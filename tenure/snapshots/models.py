"""Tables of snapshots: which were taken. What they hold is in the lake."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class SnapshotTaken(ScopedModel):
    """A week of which every account was kept; never taken again."""

    day = models.DateField()
    """The Monday at whose beginning it is of."""
    known = models.CharField(max_length=8)
    known_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    accounts = models.PositiveIntegerField(default=0)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "day"], name="one_snapshot_a_week")]
