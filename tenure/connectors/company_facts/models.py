"""Tables of facts about companies."""

from django.db import models
from django.db.models.functions import Now

from tenure.connectors.company_facts.types import USUAL_PACE
from tenure.kernel.tenancy import ScopedModel


class CompanyFacts(ScopedModel):
    """What one source says of a company."""

    domain = models.CharField(max_length=255)
    source = models.CharField(max_length=100)
    facts = models.JSONField()
    learnt_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "domain", "source"], name="one_source_per_company")]


class FactsProvider(ScopedModel):
    """Where facts about companies are asked for over HTTP."""

    url = models.CharField(max_length=1_000)
    sealed_key = models.BinaryField(null=True)
    set_up_at = models.DateTimeField(db_default=Now())
    asked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    per_minute = models.PositiveSmallIntegerField(default=USUAL_PACE)
    busy_until = models.DateTimeField(null=True)
    """The provider asked to be left alone until then."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_facts_provider")]
