"""Tables of touch models."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class TouchModels(ScopedModel):
    """The touch models of a workspace and the plans for changes, as they are now."""

    definition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    followed_at = models.DateTimeField(null=True)
    """When every account was looked at last."""
    rests_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="touch_models_once_per_workspace")]


class TouchModelsVersion(ScopedModel):
    """What the touch models were, from one change to the next."""

    number = models.PositiveIntegerField()
    definition = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="touch_models_one_per_number")]


class Standing(ScopedModel):
    """An account's touch model, from getting it to losing it."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    model = models.CharField(max_length=30)
    came_from = models.CharField(max_length=30, blank=True)
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    was_there = models.BooleanField(default=False)
    """It was an account before we looked for the first time: how it was served before is not known."""
    cause = models.CharField(max_length=12)
    left_cause = models.CharField(max_length=12, blank=True)
    lives_by = models.PositiveIntegerField()
    """The version of the rules it is judged by."""

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account"], name="one_touch_model_at_once", condition=models.Q(left_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["account", "-since", "-id"], name="touch_models_of_account"),
            models.Index(
                fields=["workspace", "model", "-id"], name="touch_models_now", condition=models.Q(left_at=None)
            ),
            models.Index(fields=["workspace", "-since", "-id"], name="touch_models_latest"),
        ]


class Lock(ScopedModel):
    """A member's word that an account has a model, with its reason, until a day or for good."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    model = models.CharField(max_length=30)
    reason = models.CharField(max_length=500)
    until = models.DateField(null=True)
    """The last day it holds, in the workspace's time zone."""
    at = models.DateTimeField()
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account"], name="one_lock_at_once", condition=models.Q(ended_at=None))
        ]


class Transition(ScopedModel):
    """A change from one model to another under way, or made."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=30)
    target = models.CharField(max_length=30)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When its last step was done, or another change came."""

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account"], name="one_transition_at_once", condition=models.Q(ended_at=None)
            )
        ]


class BooksNow(ScopedModel):
    """How much each member can look after, and the pooled books with their targets, as they are now."""

    definition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="books_once_per_workspace")]


class Proposal(ScopedModel):
    """Who should look after which accounts: asked for, worked out by itself, and kept until it is asked for again.

    `result` names accounts and members by their ids only.
    """

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    books = models.PositiveIntegerField()
    """The version of the books it is made by."""
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    result = models.JSONField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_proposal_per_workspace")]
        indexes = [models.Index(fields=["workspace"], name="proposals_waiting", condition=models.Q(done_at=None))]


class BooksVersion(ScopedModel):
    """What the books were, from one change to the next."""

    number = models.PositiveIntegerField()
    definition = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="books_one_per_number")]


class TransitionStep(ScopedModel):
    """One step of a change: what, when, and whether it is done."""

    transition = models.ForeignKey("touch_models.Transition", on_delete=models.CASCADE, related_name="steps")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    message = models.TextField(blank=True, default="")
    due_on = models.DateField()
    told_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    is_left_out = models.BooleanField(default=False, db_default=False)
    """A member left it out (`done_by`); else another change came, where it was cancelled."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["transition", "position"], name="transition_steps_in_order")]
        indexes = [
            models.Index(
                fields=["workspace", "due_on"],
                name="transition_steps_open",
                condition=models.Q(done_at=None, cancelled_at=None),
            )
        ]


class TouchModelsTouched(ScopedModel):
    """An account of which something was heard, waiting to be looked at again; one heard of often stands here often.

    Rows are only added and claimed, so that whoever hears of an account never waits for whoever looks at it.
    """

    account_id = models.BigIntegerField()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "id"], name="touched_for_touch_models")]
