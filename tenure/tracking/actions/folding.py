"""Folding months that are over, and counting sessions anew when a workspace means something else by them."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F

from tenure.kernel import tenancy
from tenure.lake import engine, tables
from tenure.tracking.actions.intake import alone_with
from tenure.tracking.actions.rollups import DAYS_AT_ONCE, refresh_days, replace_sessions
from tenure.tracking.errors import SessionGapUnusable
from tenure.tracking.models import RollupProgress
from tenure.tracking.queries.presence import days_table
from tenure.tracking.rules import rollups
from tenure.tracking.types import LONGEST_SESSION_GAP
from tenure.tracking.types.lake import EVENTS, MONTHS, PERSON_DAY, PERSON_MONTH, SESSION_DAY
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

SETTLED = timedelta(hours=1)
"""A month is folded when it has been over for so long."""


@transaction.atomic
def choose_session_gap(minutes: int, *, by: "Member | None") -> None:
    """Choose after how many minutes without use a session is over; the past is counted anew. Raises
    `SessionGapUnusable`.
    """
    if not 1 <= minutes <= LONGEST_SESSION_GAP:
        raise SessionGapUnusable
    progress, _ = RollupProgress.objects.select_for_update().get_or_create()
    before = progress.session_minutes
    if before == minutes:
        return
    progress.session_minutes = minutes
    progress.save(update_fields=["session_minutes"])
    record_audit("tracking.choose_session_gap", by=by, subject="", details={"before": before, "after": minutes})


def workspaces_counting() -> list[int]:
    """Return the workspaces whose sessions are not all counted by the gap they chose."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT workspace_id FROM tracking_rollupprogress
            WHERE sessions_counted IS DISTINCT FROM session_minutes ORDER BY workspace_id
            """
        )
        return [pk for (pk,) in cursor.fetchall()]


def count_sessions(workspace_id: int) -> int:
    """Count the sessions of all days by the gap that is chosen now; returns how many days. 0 while intake is read."""
    with tenancy.scope(workspace_id), alone_with(workspace_id) as alone:
        progress = RollupProgress.objects.first() if alone else None
        if progress is None:
            return 0
        kept = _days_in(tables.files(workspace_id, EVENTS))
        counted = [d for d in _days_in(tables.files(workspace_id, PERSON_DAY)) if d not in set(kept)]
        unseen = sorted(set(counted) - set(_days_in(tables.files(workspace_id, SESSION_DAY))))
        for first in range(0, len(unseen), DAYS_AT_ONCE):
            _count_unseen(workspace_id, unseen[first : first + DAYS_AT_ONCE])
        refresh_days(workspace_id, kept)
        RollupProgress.objects.filter(pk=progress.pk, session_minutes=progress.session_minutes).update(
            sessions_counted=F("session_minutes")
        )
        return len(kept) + len(unseen)


def fold_months(workspace_id: int, now: datetime) -> int:
    """Fold the months that are over and are not folded; returns how many. 0 while intake is read."""
    with tenancy.scope(workspace_id):
        if not _unfolded(workspace_id, now):
            return 0
        with alone_with(workspace_id) as alone:
            months = _unfolded(workspace_id, now) if alone else []
            for month in months:
                days = _days_of(month)
                engine.name_files(rollups.NAMED_PRESENCE, SESSION_DAY, tables.files(workspace_id, SESSION_DAY, days))
                engine.name_rows(rollups.NAMED_DAYS, days_table(days))
                for subject, table in reversed(MONTHS.items()):
                    tables.replace_days(workspace_id, table, [month], engine.run_sql(_months_sql(subject)))
            return len(months)


def _count_unseen(workspace_id: int, days: list[date]) -> None:
    engine.name_files(rollups.NAMED_PERSON_DAY, PERSON_DAY, tables.files(workspace_id, PERSON_DAY, days))
    replace_sessions(workspace_id, days, engine.run_sql(_unseen_sql()))


def _unfolded(workspace_id: int, now: datetime) -> list[date]:
    open_month = (now.astimezone(UTC) - SETTLED).date().replace(day=1)
    used = {day.replace(day=1) for day in _days_in(tables.files(workspace_id, SESSION_DAY))}
    folded = set(_days_in(tables.files(workspace_id, PERSON_MONTH)))
    return sorted(month for month in used - folded if month < open_month)


def _days_in(uris: list[str]) -> list[date]:
    return sorted({date.fromisoformat(uri.rpartition("/dt=")[2][:10]) for uri in uris})


def _days_of(month: date) -> list[date]:
    return [day for n in range(31) if (day := month + timedelta(days=n)).month == month.month]


@lru_cache
def _months_sql(subject: str) -> str:
    return engine.sql_of(rollups.months(rollups.presence_table(), subject))


@lru_cache
def _unseen_sql() -> str:
    return engine.sql_of(rollups.sessions_unseen(rollups.person_day_table()))
