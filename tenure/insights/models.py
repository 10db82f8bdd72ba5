"""Tables of insights: what a workspace has defined."""

from django.db import models
from django.db.models import Q

from tenure.kernel.tenancy import ScopedModel


class Funnel(ScopedModel):
    """A funnel with a name. `steps` is a list of lists of event names."""

    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=8)
    steps = models.JSONField()
    limit_seconds = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_funnel_per_name"),
            models.CheckConstraint(condition=Q(subject__in=["account", "person"]), name="funnel_subject_known"),
        ]


class Milestone(ScopedModel):
    """Something an account should have done by so many days after signing up."""

    name = models.CharField(max_length=120)
    event = models.CharField(max_length=500)
    due_days = models.PositiveIntegerField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_milestone_per_name")]
