"""Forgetting what is older than a workspace keeps it."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from tenure.kernel import tenancy
from tenure.lake import tables
from tenure.tracking.models import RollupProgress, TimelineEntry
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, MONTHS, PERSON_DAY, SESSION_DAY


def forget_events_before(moment: datetime) -> int:
    """Drop raw events of the days before the day of `moment`; what was counted of them stays."""
    RollupProgress.objects.update_or_create(defaults={"raw_since": moment.date()})
    return tables.delete_before(tenancy.current_workspace_id(), EVENTS, moment.date())


def forget_rollups_before(moment: datetime) -> int:
    """Drop what was counted for the days before the day of `moment`."""
    workspace_id = tenancy.current_workspace_id()
    rollups = (PERSON_DAY, ACCOUNT_DAY, SESSION_DAY, *MONTHS.values())  # half a month is folded again from its days
    return sum(tables.delete_before(workspace_id, table, moment.date()) for table in rollups)


def forget_timeline_before(moment: datetime, *, kinds: Collection[str] = ()) -> int:
    """Delete what the timelines say of the time before `moment`: all of it, or only these kinds."""
    old = TimelineEntry.objects.filter(at__lt=moment)
    return (old.filter(kind__in=kinds) if kinds else old).delete()[0]


def forget_timeline_about(
    kind: str, name: str, ids: Collection[int], *, account_ids: Collection[int], person_ids: Collection[int]
) -> int:
    """Delete the lines of one kind, of these customers, whose particular `name` is one of these ids."""
    if not ids:
        return 0
    theirs = Q(account__in=sorted(account_ids)) | Q(person__in=sorted(person_ids))
    about = TimelineEntry.objects.filter(theirs, kind=kind, **{f"particulars__{name}__in": sorted(ids)})
    return about.delete()[0]


def forget_timeline_lines(lines: Collection[tuple[str, int, datetime]]) -> int:
    """Delete lines that turned out not to have happened: each by its kind, its account and its moment."""
    gone = 0
    for kind in sorted({kind for kind, _, _ in lines}):
        said = {(account, at) for named, account, at in lines if named == kind}
        found = TimelineEntry.objects.filter(
            kind=kind, account__in=sorted({a for a, _ in said}), at__in=sorted({at for _, at in said})
        )
        wanted = [pk for pk, account, at in found.values_list("pk", "account_id", "at") if (account, at) in said]
        gone += TimelineEntry.objects.filter(pk__in=wanted).delete()[0]
    return gone
