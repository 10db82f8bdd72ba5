"""Tables of backtests; the accounts behind the figures are in the lake."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class Backtest(ScopedModel):
    """One definition, in one version, run over the past once."""

    kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=255, blank=True)
    subject_name = models.CharField(max_length=255, blank=True)
    version = models.PositiveIntegerField(default=0)
    lower_is_worse = models.BooleanField(default=False)
    status = models.CharField(max_length=8)
    progress = models.FloatField(default=0.0)
    horizon_days = models.PositiveIntegerField()
    top_share = models.FloatField()
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
    """{"own": Judged, "baselines": [Judged], "moments": [Moment]}"""

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "-id"], name="backtests_latest")]
