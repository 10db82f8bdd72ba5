"""Tables of computed traits."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class ComputedTrait(ScopedModel):
    """A trait and how it is computed; its values are kept with the accounts or people, like every trait."""

    subject = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    formula = models.JSONField()
    made_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    computed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    known = models.IntegerField(default=0)
    """Of how many accounts or people it is known."""
    took_ms = models.IntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "subject", "name"], name="one_computation_per_trait")
        ]
        indexes = [models.Index(fields=["due_at"], name="computations_due")]
