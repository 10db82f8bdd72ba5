"""Tables of lifecycle."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class Lifecycle(ScopedModel):
    """The stages and transitions of a workspace, as they are now."""

    definition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    followed_at = models.DateTimeField(null=True)
    """When every account was looked at last."""
    rests_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_lifecycle_per_workspace")]


class LifecycleVersion(ScopedModel):
    """What the stages and transitions were, from one change to the next."""

    number = models.PositiveIntegerField()
    definition = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="one_lifecycle_per_number")]


class Stay(ScopedModel):
    """An account's stay in a stage, from entering it to leaving it; never changed afterwards.

    `why` is evidence: the transitions taken, and what the condition of the last one looked at.
    """

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    stage = models.CharField(max_length=30)
    came_from = models.CharField(max_length=30, blank=True)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    was_there = models.BooleanField(default=False)
    """It was in the stage before we looked for the first time: how long before is not known."""
    cause = models.CharField(max_length=12)
    left_cause = models.CharField(max_length=12, blank=True)
    version = models.PositiveIntegerField()
    why = models.JSONField(default=dict)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account"], name="one_open_stay", condition=models.Q(left_at=None)),
            models.CheckConstraint(
                condition=models.Q(left_at=None) | models.Q(left_at__gte=models.F("entered_at")),
                name="stay_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-entered_at", "-id"], name="stays_of_account"),
            models.Index(fields=["workspace", "stage", "-id"], name="stays_open", condition=models.Q(left_at=None)),
            models.Index(fields=["workspace", "-entered_at", "-id"], name="stays_latest"),
        ]


class LifecycleTouched(ScopedModel):
    """An account whose facts or use have changed and that waits to be looked at again."""

    account_id = models.BigIntegerField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "account_id"], name="lifecycle_touched_once")]
