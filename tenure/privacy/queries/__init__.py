"""Reads of privacy: what is kept about somebody, the ledger of erasures, retention, consent."""

from collections import defaultdict
from collections.abc import Collection

from tenure.privacy.models import Consent, RetentionRule
from tenure.privacy.queries.exporting import export_lines, export_zip, plain
from tenure.privacy.queries.ledger import erasure, erasure_under_way, erasures, erasures_of
from tenure.privacy.queries.reaching import reach
from tenure.privacy.types import Kept, Retention

__all__ = [
    "consents_of_people",
    "erasure",
    "erasure_under_way",
    "erasures",
    "erasures_of",
    "export_lines",
    "export_zip",
    "plain",
    "reach",
    "retention",
]


def retention() -> list[Retention]:
    """Return how long each kind of data is kept."""
    rules = {rule.kind: rule for rule in RetentionRule.objects.all()}
    return [
        Retention(
            kind=kind,
            days=rule.days,
            changed_at=rule.changed_at,
            applied_at=rule.applied_at,
            forgotten=rule.forgotten,
        )
        if (rule := rules.get(kind.value))
        else Retention(kind=kind, days=None)
        for kind in Kept
    ]


def consents_of_people(person_ids: Collection[int]) -> dict[int, list[Consent]]:
    """Return everything each person said yes or no to, oldest first."""
    found: dict[int, list[Consent]] = defaultdict(list)
    for consent in Consent.objects.filter(person__in=person_ids).order_by("at", "pk"):
        found[consent.person_id].append(consent)
    return dict(found)
