"""Recording what people said yes or no to."""

from collections.abc import Iterable

from django.db import transaction

from tenure.privacy.models import Consent
from tenure.privacy.queries import consents_of_people
from tenure.privacy.types import ConsentSaid


@transaction.atomic
def record_consents(said: Iterable[ConsentSaid]) -> int:
    """Write consents down; the same word again is not written twice. Returns how many were new."""
    listed = sorted(said, key=lambda each: each.at)
    now_is = {
        (pk, each.purpose): (each.is_given, each.at)
        for pk, known in consents_of_people({each.person_id for each in listed}).items()
        for each in known
    }
    fresh = []
    for each in listed:
        key = (each.person_id, each.purpose)
        known = now_is.get(key)
        if known is not None and known[0] == each.is_given and known[1] <= each.at:
            continue
        now_is[key] = (each.is_given, each.at)
        fresh.append(
            Consent(
                person_id=each.person_id,
                purpose=each.purpose[:120],
                is_given=each.is_given,
                at=each.at,
                source=each.source[:160],
                evidence=each.evidence,
            )
        )
    Consent.objects.bulk_create(fresh)
    return len(fresh)
