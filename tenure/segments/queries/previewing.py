"""What a condition would select, before anything is saved."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.segments.queries.judging import Ids, judge
from tenure.segments.queries.members import member_ids
from tenure.segments.types import Subject
from tenure.segments.types.answers import Named, Preview
from tenure.segments.types.conditions import Condition

SHOWN = 8


def preview(
    condition: Condition, subject: Subject, *, against: int | None = None, now: datetime | None = None
) -> Preview:
    """Return how many a condition selects and some of them; `against` a segment also who would enter and leave."""
    judgement = judge([(0, condition)], subject, now or clock.now())
    selected = judgement.members(0)
    entering = leaving = np.array([], np.int64)
    if against is not None:
        present = np.array(sorted(member_ids(against)), np.int64)
        entering = np.setdiff1d(selected, present, assume_unique=True)
        leaving = np.setdiff1d(present, selected, assume_unique=True)
    names = named(subject, _some(selected) + _some(entering) + _some(leaving))
    return Preview(
        looked_at=judgement.looked_at,
        count=len(selected),
        sample=_those(selected, names),
        entering=len(entering),
        entering_sample=_those(entering, names),
        leaving=len(leaving),
        leaving_sample=_those(leaving, names),
    )


def preview_count(condition: Condition, subject: Subject) -> int:
    """Return how many accounts or people a condition selects now."""
    return len(judge([(0, condition)], subject, clock.now()).members(0))


def named(subject: Subject, ids: Iterable[int]) -> dict[int, Named]:
    """Return what to call accounts or people, by id; those that are gone are left out."""
    if subject is Subject.ACCOUNT:
        found = customers.accounts(ids).defer("traits", "trait_times")
        return {a.pk: Named(id=a.pk, name=str(a), detail=a.domain) for a in found}
    people = customers.people(ids).defer("traits", "trait_times")
    return {p.pk: Named(id=p.pk, name=str(p), detail=p.email) for p in people}


def _some(ids: Ids) -> list[int]:
    return [int(i) for i in ids[:SHOWN]]


def _those(ids: Ids, names: dict[int, Named]) -> Sequence[Named]:
    return [names[i] for i in _some(ids) if i in names]
