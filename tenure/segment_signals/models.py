"""Tables of segment signals."""

from django.db import models
from django.db.models import Q

from tenure.kernel.tenancy import ScopedModel


class SegmentSignal(ScopedModel):
    """A member's wish: when an account enters a segment, open a signal."""

    name = models.CharField(max_length=120)
    segment = models.ForeignKey("segments.Segment", on_delete=models.CASCADE, related_name="+")
    confidence = models.FloatField()
    severity = models.FloatField(null=True)
    """None: by money and confidence."""
    closes_on_leaving = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"], name="one_segment_signal_per_name", condition=Q(archived_at=None)
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="segment_signal_confidence_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__gte=0, severity__lte=1),
                name="segment_signal_severity_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.name
