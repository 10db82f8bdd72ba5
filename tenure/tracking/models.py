"""Tables of tracking: the intake log and what it refused."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class IntakeBatch(ScopedModel):
    """Calls as they came in, acknowledged once this row is committed, waiting to be read into the lake.

    The log is written a hundred times as often as anything else, so its foreign keys are not checked by the database
    and only the waiting rows are indexed. `content` is zstd of `{"batch": [calls…]}`, `sentAt` and the like beside it.
    """

    WAITING = 0
    DONE = 1

    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    write_key = models.ForeignKey(
        "workspaces.WriteKey",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    content = models.BinaryField()
    event_count = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(default=WAITING, db_default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    source = models.CharField(max_length=160, default="", db_default="")
    """Where the calls came from when it was not a write key: `csv FILE`."""
    processed_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "id"], name="intake_waiting", condition=models.Q(status=0))]


class Refusal(ScopedModel):
    """A call, or a whole request, that was not taken: why, and what it looked like. No workspace: the key was unknown.

    When something refuses too often to keep each one, a row stands for `count` of them and keeps no `raw`.
    """

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+", null=True)
    received_at = models.DateTimeField()
    code = models.CharField(max_length=60)
    reason = models.TextField()
    path = models.CharField(max_length=200)
    write_key = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    source = models.CharField(max_length=120, blank=True)
    raw = models.BinaryField()
    size = models.BigIntegerField()
    count = models.PositiveIntegerField(default=1, db_default=1)

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "-id"], name="refusals_latest")]


class TimelineEntry(ScopedModel):
    """An announcement that named a customer, kept as kind and particulars; it is put into words when it is read."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    section = models.CharField(max_length=16)
    particulars = models.JSONField()
    account = models.ForeignKey(
        "customers.Account", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "customers.Person", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["account", "-at", "-id"], name="timeline_of_account"),
            models.Index(fields=["person", "-at", "-id"], name="timeline_of_person"),
        ]


class RollupProgress(ScopedModel):
    """How far the rollups of a workspace have followed the reattributions of its past use."""

    reattribution_id = models.BigIntegerField(default=0)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_progress_per_workspace")]
