"""Background work of tracking: reading the intake log, keeping the lake tidy."""

from datetime import datetime, timedelta

from django.db import connection

from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage
from tenure.tracking.actions import folding, intake, moving, observing, tidying
from tenure.workspaces import queries as workspaces

PLAN_EVERY = timedelta(hours=1)
COMPACT_EVERY = timedelta(minutes=1)
COUNT_LEFT_EVERY = timedelta(minutes=1)
FOLD_EVERY = timedelta(minutes=1)


@stage("intake", every=1.0, order=10)
def read_intake(now: datetime) -> int:
    """Store a portion of what was acknowledged, of every workspace in which something waits."""
    return sum(intake.work_through(workspace_id, now) for workspace_id in _waiting())


@stage("recount_moved", every=2.0, order=11)
def recount_moved(now: datetime) -> int:
    """Count anew the days on which use counts for somebody else since people or accounts were merged or parted.

    And, once a minute, those to which calls were added by somebody who did not come to count them.
    """
    left = [w for w in moving.workspaces_uncounted() if due_once("count_left", w, now, COUNT_LEFT_EVERY)]
    return sum(moving.count_left(workspace_id) for workspace_id in left) + sum(
        moving.recount(workspace_id, now) for workspace_id in moving.workspaces_behind()
    )


@stage("compaction", every=15.0, order=90, lane="slow")
def keep_tidy(now: datetime) -> int:
    """Merge the small files that quick storing leaves, drop what is no longer referenced, forget what was read."""
    done = 0
    for workspace_id in workspaces.workspace_ids():
        if due_once("compaction", workspace_id, now, COMPACT_EVERY):
            with tenancy.scope(workspace_id):
                done += tidying.tidy(workspace_id, now)
    return done


@stage("months", every=15.0, order=89, lane="slow")
def fold_months(now: datetime) -> int:
    """Fold the use of months that are over, and count sessions anew where a workspace chose another gap for them."""
    done = sum(folding.count_sessions(workspace_id) for workspace_id in folding.workspaces_counting())
    for workspace_id in workspaces.workspace_ids():
        if due_once("months", workspace_id, now, FOLD_EVERY):
            done += folding.fold_months(workspace_id, now)
    return done


@stage("plan", every=60.0, order=91, lane="slow")
def follow_plan(now: datetime) -> int:
    """Flag the events that used to come and no longer do."""
    done = 0
    for workspace_id in workspaces.workspace_ids():
        if due_once("plan", workspace_id, now, PLAN_EVERY):
            with tenancy.scope(workspace_id):
                done += observing.notice_stopped(now)
    return done


def _waiting() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT w.id FROM workspaces_workspace w WHERE EXISTS (
                SELECT FROM tracking_intakebatch b WHERE b.workspace_id = w.id AND b.status = 0
            ) ORDER BY w.id
            """
        )
        return [id_ for (id_,) in cursor.fetchall()]
