"""Tables of risk: what was learnt, each time, and the chance of each account by what is in force."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel, current_workspace_id


class RiskChoices(ScopedModel):
    """What a workspace calls leaving, and how far it looks ahead."""

    kind = models.CharField(max_length=8)
    horizon_days = models.PositiveIntegerField(default=90)
    gap_days = models.PositiveIntegerField(default=30)
    """Use has ended when nobody used the product for so many days."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_risk_choices")]


class RiskModel(ScopedModel):
    """One time of learning; versions are kept with how well they did, also those that claim nothing."""

    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)
    horizon_days = models.PositiveIntegerField()
    gap_days = models.PositiveIntegerField()
    learnt_at = models.DateTimeField()
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    rows = models.PositiveIntegerField(default=0)
    accounts = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    base_rate = models.FloatField(default=0.0)
    told_later = models.BooleanField(default=False)
    """Whether some of what it was learnt from is known only since later: such a past may flatter."""
    refusal = models.CharField(max_length=24, blank=True)
    content = models.JSONField(null=True)
    """The `Hazard`; None when it claims nothing."""
    quality = models.JSONField(null=True)
    left_out = models.JSONField(default=list)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "version"], name="one_risk_model_a_version")]


class AccountRisk(ScopedModel):
    """The chance that an account leaves within the horizon, as it was foretold last."""

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )
    account = models.OneToOneField("customers.Account", on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey("risk.RiskModel", on_delete=models.CASCADE, related_name="+", db_index=False)
    foretold_at = models.DateTimeField()
    chance = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    band = models.CharField(max_length=8)
    since = models.DateTimeField()
    """Since when it is in its band."""
    reasons = models.JSONField(default=list)
    """[feature, value or null, what it adds to the log-odds], the weightiest first; they and the base add up."""

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "-chance", "id"], name="risks_highest")]
