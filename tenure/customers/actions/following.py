"""What belongs to customers, in every domain above, follows them when they turn out to be one, or not after all."""

from collections.abc import Iterable, Sequence

from tenure.customers.queries.accounts import merged_accounts
from tenure.customers.queries.people import merged_people
from tenure.customers.types import SubjectKind
from tenure.kernel import following
from tenure.kernel.following import Place


def follow_merged(kind: SubjectKind, merged: Iterable[int], places: Sequence[Place]) -> set[int]:
    """Give the rows of merged people or accounts to those they are now; returns whose they were and are."""
    return following.follow(places, _merged(kind, set(merged)))


def follow_parted(kind: SubjectKind, parted: Iterable[int], of: Iterable[int], places: Sequence[Place]) -> set[int]:
    """Give rows that came along with merges back, from those they were made `of`, unless they changed hands since.

    Returns whose they were and are.
    """
    ids = {*parted, *following.origins_at(places, of)}
    merged = _merged(kind, ids)
    return following.follow(places, {id_: merged.get(id_, id_) for id_ in ids})


def _merged(kind: SubjectKind, ids: set[int]) -> dict[int, int]:
    return merged_people(ids) if kind == "person" else merged_accounts(ids)
