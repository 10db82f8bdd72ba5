"""Tables of the kernel: what was announced, when each stage last ran, and whose rows were before merges."""

from django.db import models


class OutboxEntry(models.Model):
    """One announcement, written in the same transaction as the change it tells of."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    announced_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    parked = models.BooleanField(default=False)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(delivered_at=None, parked=False)),
            models.Index(fields=["id"], name="outbox_parked", condition=models.Q(parked=True)),
        ]


class StageRun(models.Model):
    """When a periodic stage last ran for a workspace, so that a restart does not repeat a day's work."""

    stage = models.CharField(max_length=80)
    workspace_id = models.BigIntegerField()
    ran_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "workspace_id"], name="one_row_per_stage")]


class MovedRow(models.Model):
    """A row that went along when two people, or two accounts, became one: whose it was, and whose it was made."""

    workspace_id = models.BigIntegerField()
    place = models.CharField(max_length=120)
    """Table and column."""
    row_id = models.BigIntegerField()
    origin_id = models.BigIntegerField()
    now_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "row_id"], name="one_origin_per_row")]
        indexes = [
            models.Index(fields=["workspace_id", "place", "origin_id"], name="moved_by_origin"),
            models.Index(fields=["workspace_id", "place", "now_id"], name="moved_by_now"),
        ]
