"""Where past use counts: for whoever keeps counts of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tenure.customers.models import Affiliation, Reattribution
from tenure.customers.rules.identity import Home, Place, homes
from tenure.customers.types import Micros, Reattributed, ReattributionKind


def reattributions_after(seen: int) -> list[Reattributed]:
    """Return what came to count elsewhere since the reattribution `seen`, in order."""
    return [
        Reattributed(
            id=r.pk,
            kind=ReattributionKind(r.kind),
            old_id=r.old_id,
            new_id=r.new_id,
            before_id=r.before_id,
            first_at=r.first_at,
            last_at=r.last_at,
        )
        for r in Reattribution.objects.filter(pk__gt=seen).order_by("pk")
    ]


def homes_of(people: Iterable[int]) -> Mapping[int, list[Home]]:
    """Return where the unnamed use of people counts over time."""
    places: dict[int, list[tuple[bool, Place]]] = {}
    found = Affiliation.objects.filter(person__in=list(people))
    for person, account, since, external_id, is_solo, chosen in found.values_list(
        "person_id", "account_id", "since", "account__external_id", "account__is_solo", "chosen_at"
    ):
        place = Place(account, _micros(since), external_id or "", chosen=_micros(chosen) if chosen else None)
        places.setdefault(person, []).append((is_solo, place))
    found_homes = {}
    for person, known in places.items():
        real = [place for is_solo, place in known if not is_solo]
        found_homes[person] = homes(real or [place for _, place in known])
    return found_homes


def _micros(at: datetime) -> Micros:
    return round(at.timestamp() * 1_000_000)
