"""Tables of VIPs."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class VipRules(ScopedModel):
    """The levels, reasons and terms of a workspace, as they are now."""

    definition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    swept_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="vip_rules_once_per_workspace")]


class VipRulesVersion(ScopedModel):
    """What the levels, reasons and terms were, from one change to the next."""

    number = models.PositiveIntegerField()
    definition = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="vip_rules_one_per_number")]


class VipReason(ScopedModel):
    """An account being a VIP for a reason, since when and on what evidence; `left_at` once that is over."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=30)
    level = models.CharField(max_length=30)
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_merged = models.BooleanField(default=False)
    version = models.PositiveIntegerField()
    evidence = models.JSONField(default=dict)
    """The traits that prove it, as they were when it was found or last changed."""
    leaves = models.JSONField(default=dict)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account", "reason"], name="one_vip_reason_at_once", condition=models.Q(left_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["account", "-since"], name="vip_reasons_of_account"),
            models.Index(fields=["workspace", "-since", "-id"], name="vips_now", condition=models.Q(left_at=None)),
        ]


class AcceptanceLink(ScopedModel):
    """A link by which a customer accepts what its level is promised, as the terms were when it was made; used once."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    level = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    includes = models.JSONField()
    who = models.CharField(max_length=300, blank=True)
    lasts_days = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    personal = ("who",)

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["account", "-id"], name="vip_links_of_account")]


class Acceptance(ScopedModel):
    """A customer's acceptance of what its level is promised: as a member recorded it, or made by the customer itself.

    What came by a link says from which address and with which browser, and in which language the page was.
    """

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    level = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    includes = models.JSONField()
    lasts_days = models.PositiveIntegerField(default=0)
    accepted_by = models.CharField(max_length=200)
    accepted_on = models.DateField()
    note = models.CharField(max_length=1_000, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    link = models.OneToOneField("vips.AcceptanceLink", on_delete=models.SET_NULL, null=True, related_name="+")
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=300, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")

    personal = ("accepted_by", "note", "address", "browser", "language")
