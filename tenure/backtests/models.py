"""Tables of backtests; the accounts behind the figures are in the lake."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class Backtest(ScopedModel):
    """One definition, in one version, run over the past once."""

    kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=255, blank=True)
    subject_name = models.CharField(max_length=255, blank=True)
    version = models.PositiveIntegerField(default=0)
    of_segment = models.BigIntegerField(null=True)
    """The segment whose version it is, of a rule about one: the rule may be about another by now."""
    lower_is_worse = models.BooleanField(default=False)
    status = models.CharField(max_length=8)
    progress = models.FloatField(default=0.0)
    horizon_days = models.PositiveIntegerField()
    top_share = models.FloatField(null=True)
    top_count = models.PositiveIntegerField(null=True)
    """How many accounts could be touched at a moment: a share or a number."""
    touch_cost = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    told_later = models.BooleanField(default=False)
    """Whether some of the past is read as it is known now, because it was told later."""
    refusal = models.CharField(max_length=24, blank=True)
    result = models.JSONField(null=True)
    """{"own": Judged, "baselines": [Judged], "moments": [Moment], "tops": [AtTop]}"""

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(top_share=None) ^ models.Q(top_count=None), name="backtest_reaches_so_many"
            )
        ]
        indexes = [models.Index(fields=["workspace", "-id"], name="backtests_latest")]
