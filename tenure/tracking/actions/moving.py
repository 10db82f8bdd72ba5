"""When people or accounts were merged or parted without a call: past use is counted anew for whom it counts now."""

from datetime import datetime

from django.db import connection, transaction

from tenure.customers import queries as customers
from tenure.customers.types import ReattributionKind
from tenure.kernel import tenancy
from tenure.kernel.outbox import announce
from tenure.tracking.actions.intake import alone_with
from tenure.tracking.actions.rollups import count_uncounted, days_moved, refresh_days
from tenure.tracking.actions.seeing import see_anew
from tenure.tracking.announcements import EventsStored
from tenure.tracking.models import RollupProgress

_OF_ACCOUNTS = (ReattributionKind.ACCOUNT, ReattributionKind.SEEN)


def workspaces_behind() -> list[int]:
    """Return the workspaces in which use counts elsewhere since it was counted last."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.workspace_id FROM tracking_rollupprogress p
            WHERE EXISTS (
                SELECT FROM customers_reattribution r
                WHERE r.workspace_id = p.workspace_id AND r.id > p.reattribution_id
            )
            """
        )
        return [id_ for (id_,) in cursor.fetchall()]


def workspaces_uncounted() -> list[int]:
    """Return the workspaces with days to which calls were added that were not counted since."""
    found = RollupProgress.everywhere.exclude(uncounted=[]).order_by("workspace_id")
    return list(found.values_list("workspace_id", flat=True))


def count_left(workspace_id: int) -> int:
    """Count days that whoever added calls to them did not come to count; returns how many are counted now."""
    with tenancy.scope(workspace_id), alone_with(workspace_id) as alone:
        before = RollupProgress.objects.first() if alone else None
        if before is None:
            return 0
        count_uncounted(workspace_id)
        return len(before.uncounted) - len(RollupProgress.objects.get(pk=before.pk).uncounted)


def recount(workspace_id: int, now: datetime) -> int:
    """Count the moved days of a workspace anew; returns how many. 0 while its intake is read, which does it, too."""
    with tenancy.scope(workspace_id), alone_with(workspace_id) as alone:
        progress = RollupProgress.objects.first() if alone else None
        news = customers.reattributions_after(progress.reattribution_id) if progress else []
        if progress is None or not news:
            return 0
        days = days_moved(workspace_id, news, set())
        refresh_days(workspace_id, days)
        see_anew(news)
        people: set[int] = set()
        accounts: set[int] = set()
        for each in news:
            touched = accounts if each.kind in _OF_ACCOUNTS else people
            touched.update((each.old_id, each.before_id, each.new_id))
        with transaction.atomic():
            RollupProgress.objects.filter(pk=progress.pk).update(reattribution_id=news[-1].id)
            if days:
                announce(
                    EventsStored(
                        workspace_id=workspace_id,
                        at=now,
                        account_ids=sorted(accounts - {0}),
                        person_ids=sorted(people - {0}),
                        first_day=min(days),
                        last_day=max(days),
                        events=0,
                    )
                )
        return len(days)
