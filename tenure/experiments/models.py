"""Tables of experiments."""

from django.db import models
from django.db.models import Q

from tenure.kernel.tenancy import ScopedModel


class Assignment(ScopedModel):
    """The lot of one account, drawn when it was first eligible for a touch and never again.

    `share` is the share that was to be held out at that moment, so that the groups' sizes can be checked against it
    even after it has been changed.
    """

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    group = models.CharField(max_length=8)
    share = models.FloatField()
    assigned_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account"], name="one_assignment_per_account"),
            models.CheckConstraint(condition=Q(group__in=["treated", "held_out"]), name="assignment_group_known"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="assignment_share_is_a_share"),
        ]
        indexes = [models.Index(fields=["workspace", "assigned_at"], name="assignments_by_time")]
