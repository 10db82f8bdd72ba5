"""Who has to be looked at again: those of whom something is heard, and whoever that changes a condition of."""

from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.segments.models import Segment
from tenure.segments.queries.referring import naming
from tenure.segments.types import Subject


def touch(subject: Subject, ids: Iterable[int]) -> None:
    """Have these looked at again soon; costs nothing where no segment is about them."""
    wanted = sorted({int(i) for i in ids if i})
    if not wanted or not Segment.objects.filter(subject=subject, archived_at=None, paused_at=None).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segments_touched (workspace_id, subject, subject_id)"
            " SELECT %s, %s, id FROM unnest(%s::bigint[]) AS id",
            [tenancy.current_workspace_id(), subject, wanted],
        )


def touch_accounts_of(people: Iterable[int]) -> None:
    """Have the accounts of people looked at again, where a segment asks something of people at accounts."""
    wanted = {int(i) for i in people if i}
    live = Segment.objects.filter(subject=Subject.ACCOUNT, archived_at=None, paused_at=None)
    asking = live.annotate(written=Cast("condition", TextField())).filter(written__contains='"kind": "people"')
    if wanted and asking.exists():
        touch(Subject.ACCOUNT, {a for accounts in customers.accounts_of_each(wanted).values() for a in accounts})


def touch_built_on(changed: Mapping[int, Iterable[int]], subject: Subject) -> None:
    """Have looked at again whoever segments that name these ask about, by who entered or left them.

    What names a segment of its own kind is judged with it; but who is on a list, or in a segment of others, is not.
    """
    by = naming(changed)
    if not by:
        return
    for segment_id, ids in changed.items():
        for of in by.get(segment_id, ()):
            if of is subject:
                touch(subject, ids)
            elif of is Subject.PERSON:
                touch(Subject.PERSON, set(customers.places(list(ids))["person_id"].to_pylist()))
            else:
                accounts = customers.accounts_of_each(ids)
                touch(Subject.ACCOUNT, {a for theirs in accounts.values() for a in theirs})
