"""Where past use counts: for whoever keeps counts of it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.db import connection

from tenure.customers.models import Account, Affiliation, Reattribution
from tenure.customers.queries.past import PLACES
from tenure.customers.rules.identity import Home, Place, homes
from tenure.customers.types import Micros, Reattributed, ReattributionKind, Seen
from tenure.kernel import tenancy


def reattributions_after(seen: int, *, known_at: datetime | None = None) -> list[Reattributed]:
    """Return what came to count elsewhere since the reattribution `seen`, in order; or what had by a moment."""
    found = Reattribution.objects.filter(pk__gt=seen).order_by("pk")
    if known_at is not None:
        found = found.filter(at__lte=known_at)
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
        for r in found
    ]


def is_reattributed_after(known_at: datetime) -> bool:
    """Tell whether any past use came to count elsewhere after a moment."""
    return Reattribution.objects.filter(at__gt=known_at).exists()


def accounts_ever_of(people: Iterable[int]) -> set[int]:
    """Return the accounts that people were ever known to be at, as what they are part of now."""
    ids = sorted(set(people))
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT coalesce(a.merged_into_id, a.id) FROM (
                SELECT account_id FROM customers_affiliation WHERE workspace_id = %s AND person_id = ANY(%s)
                UNION SELECT account_id FROM customers_formerplace WHERE workspace_id = %s AND person_id = ANY(%s)
            ) been JOIN customers_account a ON a.id = been.account_id
            """,
            [tenancy.current_workspace_id(), ids] * 2,
        )
        return {id_ for (id_,) in cursor.fetchall()}


def accounts_seen(ids: Iterable[int]) -> dict[int, Seen]:
    """Return when accounts were first heard of and when they were used last, by what is known."""
    found = Account.objects.filter(pk__in=list(ids)).values_list("pk", "first_seen_at", "last_seen_at")
    return {pk: Seen(first.astimezone(UTC), last and last.astimezone(UTC)) for pk, first, last in found}


def homes_known_at(people: Iterable[int], known_at: datetime) -> Mapping[int, list[Home]]:
    """Return where the unnamed use of people counts over time, as far as was known at a moment."""
    ids, workspace_id = sorted(set(people)), tenancy.current_workspace_id()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({PLACES}) known WHERE person_id = ANY(%s)",  # noqa: S608
            [workspace_id, known_at, workspace_id, known_at, known_at, ids],
        )
        found = cursor.fetchall()
    called = {
        account: (external_id or "", is_solo)
        for account, external_id, is_solo in Account.objects.filter(
            pk__in={account for _, account, _, _ in found}
        ).values_list("pk", "external_id", "is_solo")
    }
    return _homes((person, account, since, *called[account], chosen) for person, account, since, chosen in found)


def homes_of(people: Iterable[int]) -> Mapping[int, list[Home]]:
    """Return where the unnamed use of people counts over time."""
    found = Affiliation.objects.filter(person__in=list(people))
    return _homes(
        found.values_list("person_id", "account_id", "since", "account__external_id", "account__is_solo", "chosen_at")
    )


def _homes(
    found: Iterable[tuple[int, int, datetime, str | None, bool, datetime | None]],
) -> Mapping[int, list[Home]]:
    places: dict[int, list[tuple[bool, Place]]] = {}
    for person, account, since, external_id, is_solo, chosen in found:
        place = Place(account, _micros(since), external_id or "", chosen=_micros(chosen) if chosen else None)
        places.setdefault(person, []).append((is_solo, place))
    found_homes = {}
    for person, known in places.items():
        real = [place for is_solo, place in known if not is_solo]
        found_homes[person] = homes(real or [place for _, place in known])
    return found_homes


def _micros(at: datetime) -> Micros:
    return round(at.timestamp() * 1_000_000)
