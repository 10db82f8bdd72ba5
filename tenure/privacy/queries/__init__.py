"""Reads of privacy: what is kept about somebody, the ledger of erasures, retention, consent."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from tenure.privacy.errors import ErasureUnknown
from tenure.privacy.models import Consent, Erasure, RetentionRule
from tenure.privacy.queries.exporting import export_lines, export_zip
from tenure.privacy.types import Kept, Retention

__all__ = [
    "consents_of_people",
    "erasure",
    "erasures",
    "export_lines",
    "export_zip",
    "retention",
]


def erasures() -> "QuerySet[Erasure]":
    """Return the ledger, newest first, with its answers."""
    return Erasure.objects.prefetch_related("answers").order_by("-asked_at", "-pk")


def erasure(pk: int) -> Erasure:
    """Return one erasure; raises `ErasureUnknown`."""
    found = erasures().filter(pk=pk).first()
    if found is None:
        raise ErasureUnknown
    return found


def retention() -> list[Retention]:
    """Return how long each kind of data is kept."""
    days = dict(RetentionRule.objects.values_list("kind", "days"))
    return [Retention(kind=kind, days=days.get(kind.value)) for kind in Kept]


def consents_of_people(person_ids: Collection[int]) -> dict[int, list[Consent]]:
    """Return everything each person said yes or no to, oldest first."""
    found: dict[int, list[Consent]] = defaultdict(list)
    for consent in Consent.objects.filter(person__in=person_ids).order_by("at", "pk"):
        found[consent.person_id].append(consent)
    return dict(found)
