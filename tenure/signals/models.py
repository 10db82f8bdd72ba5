"""Tables of signals."""

from django.db import models
from django.db.models import Q

from tenure.kernel.tenancy import ScopedModel


class Signal(ScopedModel):
    """Something noticed about an account. One is open for each account, kind and reason; a repeat refreshes it."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    reason_key = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=8)
    severity = models.FloatField()
    first_severity = models.FloatField(null=True)
    """What it was when it was opened; how severe it became later was not known then. None: nobody wrote it down."""
    evidence = models.JSONField()
    owner = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    refreshed_at = models.DateTimeField()
    refreshed_times = models.PositiveIntegerField(default=0)
    snoozed_until = models.DateTimeField(null=True)
    snoozed_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    close_reason = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    false_reason = models.CharField(max_length=10, blank=True, db_default="", default="")
    note = models.TextField(blank=True)
    amount_minor = models.BigIntegerField(null=True)
    """The monthly revenue at stake, in minor units of `currency`."""
    currency = models.CharField(max_length=3, blank=True, db_default="", default="")
    confidence = models.FloatField(null=True)
    links = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """A list of `types.EvidenceLink`."""
    snoozed_severity = models.FloatField(null=True)
    """How severe it was when it was snoozed last."""
    woken_at = models.DateTimeField(null=True)
    """When it came back from a snooze because it had become worse."""

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account", "kind", "reason_key"],
                name="one_open_signal_per_reason",
                condition=Q(status__in=["open", "snoozed"]),
            ),
            models.CheckConstraint(condition=Q(status__in=["open", "snoozed", "closed"]), name="signal_status_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "true_alarm", "false_alarm"]), name="signal_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | (~Q(status="closed") & Q(closed_at=None)),
                name="signal_closed_at_some_time",
            ),
            models.CheckConstraint(condition=Q(severity__gte=0, severity__lte=1), name="signal_severity_is_a_share"),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1),
                name="signal_confidence_is_a_share",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-severity", "-id"], name="signals_open", condition=Q(status="open")),
            models.Index(fields=["workspace", "snoozed_until"], name="signals_snoozed", condition=Q(status="snoozed")),
            models.Index(fields=["workspace", "kind", "-closed_at"], name="signals_closed"),
            models.Index(fields=["account", "-id"], name="signals_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class SignalMute(ScopedModel):
    """No signals of a kind, of an account, or of both, until a day, and why."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, null=True, related_name="+")
    """None: of every account."""
    kind = models.CharField(max_length=60, blank=True)
    """Empty: of every kind."""
    reason = models.CharField(max_length=500)
    muted_at = models.DateTimeField()
    muted_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When a member ended it before its time."""
    held_back = models.PositiveIntegerField(default=0)
    """How many findings opened nothing because of it."""

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(kind="") | Q(account__isnull=False), name="mute_narrows_something")
        ]
        indexes = [models.Index(fields=["workspace", "until"], name="mutes_live", condition=Q(ended_at=None))]
