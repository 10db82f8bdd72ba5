"""What the API remembers: answers it has given, so that a repeated request is not carried out twice."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class GivenAnswer(ScopedModel):
    """The answer to one request that carried an Idempotency-Key; kept for a day."""

    api_key = models.ForeignKey("workspaces.ApiKey", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["api_key", "key"], name="one_answer_per_idempotency_key")]
