"""Tables of segments."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class Segment(ScopedModel):
    """A named condition over accounts or people."""

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=10)
    condition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    evaluated_at = models.DateTimeField(null=True)
    """When it was last computed for everybody."""
    paused_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    """Why it could not be computed, if it could not; its memberships then stay as they were."""

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"], name="one_segment_per_name", condition=models.Q(archived_at=None)
            ),
            models.CheckConstraint(condition=models.Q(subject__in=["account", "person"]), name="segment_subject_known"),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentVersion(ScopedModel):
    """What a segment's condition was, from one change to the next."""

    segment = models.ForeignKey("segments.Segment", on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    condition = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["segment", "number"], name="one_segment_version_per_number")]


class Membership(ScopedModel):
    """An account or person being in a segment, since when and why; `left_at` once it is over.

    `why` and `left_why` are evidence: the version judged by, and for each leaf of the condition its value and truth.
    """

    segment = models.ForeignKey("segments.Segment", on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(
        "customers.Account", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "customers.Person", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    why = models.JSONField(default=dict)
    left_why = models.JSONField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account=None, person__isnull=False) | models.Q(account__isnull=False, person=None),
                name="membership_of_one_subject",
            ),
            models.UniqueConstraint(
                fields=["segment", "account"],
                name="one_open_account_membership",
                condition=models.Q(left_at=None, account__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["segment", "person"],
                name="one_open_person_membership",
                condition=models.Q(left_at=None, person__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "-since"],
                name="memberships_of_account",
                condition=models.Q(account__isnull=False),  # what every search for an account implies
            ),
            models.Index(
                fields=["person", "-since"], name="memberships_of_person", condition=models.Q(person__isnull=False)
            ),
            models.Index(fields=["segment", "-since", "-id"], name="memberships_latest"),
            models.Index(
                fields=["segment", "-left_at", "-id"],
                name="memberships_ended",
                condition=models.Q(left_at__isnull=False),
            ),
        ]


class Touched(ScopedModel):
    """Somebody whose facts or use have changed and who waits to be looked at again.

    As often as it was heard: who says so never waits for whoever is just looking, nor for another who says the same.
    """

    subject = models.CharField(max_length=10)
    subject_id = models.BigIntegerField()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "subject", "subject_id"], name="touched_waiting")]
