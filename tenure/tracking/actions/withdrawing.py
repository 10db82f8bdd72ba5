"""Taking back what one source told, such as an import: out of the lake, the counts, the intake log and the refusals."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from itertools import islice

from django.db import transaction

from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce
from tenure.lake import engine, tables
from tenure.tracking.actions.intake import alone_with, work_through
from tenure.tracking.actions.rollups import refresh_days
from tenure.tracking.announcements import EventsStored
from tenure.tracking.errors import IntakeIsBusy
from tenure.tracking.models import Drift, IntakeBatch, ObservedEvent, Refusal
from tenure.tracking.types import USE_TYPES
from tenure.tracking.types.lake import EVENTS, PERSON_DAY

DAYS_AT_ONCE = 31
SUBJECTS_AT_ONCE = 50_000


def withdraw_events(source: str, days: Collection[date]) -> int:
    """Delete the events of a source and count their days anew; returns how many rows of the lake went.

    Names that only they had leave the tracking plan.

    `days` are those of `traces_of_source`, found before: it can be repeated, and goes on where it was interrupted.
    Raises `IntakeIsBusy` when another process reads the log just then.
    """
    workspace_id = tenancy.current_workspace_id()
    while work_through(workspace_id, clock.now()):
        pass
    with alone_with(workspace_id) as alone:
        if not alone:
            raise IntakeIsBusy
        gone = tables.delete_equal(workspace_id, EVENTS, "source", source)
        waiting = iter(sorted(set(days)))
        while some := list(islice(waiting, DAYS_AT_ONCE)):
            refresh_days(workspace_id, some)
        with transaction.atomic():
            IntakeBatch.objects.filter(source=source).delete()
            Refusal.objects.filter(source=source).delete()
            _forget_names(workspace_id, days)
    return gone


def _forget_names(workspace_id: int, days: Collection[date]) -> None:
    """Let names leave the tracking plan that were seen on these days only and of which nothing is left."""
    if not days:
        return
    since, until = datetime.combine(min(days), time.min, UTC), datetime.combine(max(days), time.max, UTC)
    seen = ObservedEvent.objects.filter(type__in=USE_TYPES, first_seen_at__gte=since, last_seen_at__lte=until)
    found = tables.files(workspace_id, PERSON_DAY) if seen.exists() else []
    left = set[str]()
    if found:
        engine.name_files("tracking_left", PERSON_DAY, found)
        left = set(engine.run_sql("SELECT DISTINCT event FROM tracking_left")["event"].to_pylist())
    gone = {pk: name for pk, name in seen.values_list("pk", "name") if name not in left}
    ObservedEvent.objects.filter(pk__in=gone).delete()
    Drift.objects.filter(event__in=gone.values(), ended_at=None).update(ended_at=clock.now())


@transaction.atomic
def tell_withdrawn(days: Collection[date], *, account_ids: Iterable[int], person_ids: Iterable[int]) -> None:
    """Let everybody who looks at use know whose use and which days it is no longer what it was."""
    if not days:
        return
    accounts, people = iter(sorted(set(account_ids))), iter(sorted(set(person_ids)))
    while True:
        some, others = list(islice(accounts, SUBJECTS_AT_ONCE)), list(islice(people, SUBJECTS_AT_ONCE))
        if not some and not others:
            return
        announce(
            EventsStored(
                workspace_id=tenancy.current_workspace_id(),
                at=clock.now(),
                account_ids=some,
                person_ids=others,
                first_day=min(days),
                last_day=max(days),
                events=0,
            )
        )
