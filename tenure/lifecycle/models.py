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


class Placement(ScopedModel):
    """A member's word that an account is in a stage, with its reason: it stays there until a day, or for good."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    stage = models.CharField(max_length=30)
    reason = models.CharField(max_length=500)
    until = models.DateField(null=True)
    """The last day it holds, in the workspace's time zone."""
    is_exception = models.BooleanField(default=False)
    """No transition led from where it was to this stage."""
    at = models.DateTimeField()
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    stay = models.OneToOneField("lifecycle.Stay", on_delete=models.CASCADE, null=True, related_name="+")
    """The stay that it began; none where the account was in the stage already."""
    before = models.ForeignKey("lifecycle.Stay", on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    """The stay that ended with it."""
    replaced = models.ForeignKey(
        "lifecycle.Placement", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """The one that ended with it."""
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account"], name="one_placement_at_once", condition=models.Q(ended_at=None))
        ]
        indexes = [
            models.Index(fields=["account", "-at"], name="placements_of_account"),
            models.Index(fields=["workspace", "-at", "-id"], name="placements_open", condition=models.Q(ended_at=None)),
        ]


class LifecycleTouched(ScopedModel):
    """An account whose facts or use have changed and that waits to be looked at again; as often as it was heard of.

    Rows are only added and claimed, so that whoever hears of an account never waits for whoever looks at it.
    """

    account_id = models.BigIntegerField()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "id"], name="touched_for_lifecycle")]
