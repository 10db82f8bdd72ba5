"""Tables of privacy."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class Erasure(ScopedModel):
    """That a person or account was to be forgotten: by whom, why, and until when it took. Never who it was."""

    kind = models.CharField(max_length=8)
    fingerprint = models.CharField(max_length=64)
    """A keyed hash of the id they were known by: says whether somebody was erased to whoever knows the id."""
    fingerprints = models.JSONField(default=list)
    """The same for every id and address of everybody who goes with them."""
    person_ids = models.JSONField(default=list)
    account_ids = models.JSONField(default=list)
    words = models.JSONField(default=list)
    """What they are called, for looking where no column names them; emptied when all is done."""
    reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    actor = models.CharField(max_length=160)
    status = models.CharField(max_length=8)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "-asked_at"], name="erasures_latest"),
            models.Index(fields=["id"], name="erasures_waiting", condition=models.Q(done_at=None)),
        ]


class ErasureAnswer(ScopedModel):
    """One domain's answer to an erasure: what it forgot, in rows by place."""

    erasure = models.ForeignKey("privacy.Erasure", on_delete=models.CASCADE, related_name="answers")
    domain = models.CharField(max_length=40)
    forgot = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["erasure", "domain"], name="one_answer_per_domain")]


class RetentionRule(ScopedModel):
    """How many days a kind of data is kept; no row: for ever."""

    kind = models.CharField(max_length=12)
    days = models.PositiveIntegerField()
    changed_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    forgotten = models.PositiveIntegerField(default=0)
    """How many rows went when it was applied last."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "kind"], name="one_retention_per_kind")]


class Consent(ScopedModel):
    """What a person said yes or no to, when and where; only ever added to."""

    is_moved = False
    """Whether it was found to have been said earlier; to be written down."""

    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=120)
    is_given = models.BooleanField()
    at = models.DateTimeField()
    source = models.CharField(max_length=160)
    evidence = models.TextField(blank=True)

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["person", "purpose", "-at"], name="consents_of_person")]
