"""Keep memberships true: judge the conditions, close what ended, insert what began, and say so; all set-based."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import structlog
from django.db import connection, transaction

from tenure.kernel import tenancy
from tenure.lake.engine import CannotCompute
from tenure.segments.actions.settling import Causes, Difference, one_at_a_time, settle
from tenure.segments.models import Membership, Segment
from tenure.segments.queries.judging import Judgement, judge
from tenure.segments.queries.referring import refers
from tenure.segments.queries.stored import LISTED, live_segments, stored_condition
from tenure.segments.rules.references import built_on, in_order
from tenure.segments.types import Cause, Subject
from tenure.segments.types.conditions import Condition

log = structlog.get_logger(__name__)

TOUCHED_AT_ONCE = 20_000


@transaction.atomic
def refresh_everybody(subject: Subject, *, now: datetime) -> int:
    """Judge all live segments of everybody; returns how many entered and left."""
    one_at_a_time(subject)
    touched = _no_longer_waiting(subject)
    segments = list(live_segments(subject))
    changed = _refresh(segments, subject, Causes(Cause.TIME, touched), now=now)
    Segment.objects.filter(pk__in=[s.pk for s in segments if not s.error]).update(evaluated_at=now)
    return changed


@transaction.atomic
def refresh_touched(subject: Subject, *, now: datetime) -> int:
    """Judge all live segments of those waiting to be looked at again; returns how many were looked at."""
    one_at_a_time(subject)
    ids = sorted(_no_longer_waiting(subject, TOUCHED_AT_ONCE))
    if ids:
        _refresh(list(live_segments(subject)), subject, Causes(Cause.HAPPENING), now=now, ids=ids)
    return len(ids)


@transaction.atomic
def refresh_segment(segment: Segment, *, now: datetime) -> int:
    """Judge one segment of everybody because it was defined or changed, and then what is built on it.

    Returns how many entered and left. Whoever holds a row of the segment has to have called `one_at_a_time` before.
    """
    one_at_a_time(*Subject)
    links = refers()
    built = built_on([segment.pk], links) - {segment.pk}
    found = {s.pk: s for s in Segment.objects.filter(pk__in=built)}
    upper = [found[pk] for pk in in_order(built, links)]
    return sum(_refresh_one(each, now=now) for each in (segment, *upper))


def _refresh_one(segment: Segment, *, now: datetime) -> int:
    if segment.paused_at or segment.archived_at or segment.condition == LISTED:
        return 0
    subject = Subject(segment.subject)
    changed = _refresh([segment], subject, Causes(Cause.DEFINITION), now=now)
    if not segment.error:
        segment.evaluated_at = now
        segment.save(update_fields=["evaluated_at"])
    return changed


def _refresh(
    segments: Sequence[Segment],
    subject: Subject,
    causes: Causes,
    *,
    now: datetime,
    ids: Sequence[int] | None = None,
) -> int:
    readable: list[tuple[Segment, Condition]] = []
    for segment in segments:
        try:
            readable.append((segment, stored_condition(segment.condition)))
        except msgspec.ValidationError as error:
            _note(segment, f"The stored condition cannot be read: {error}")
    if not readable:
        return 0
    try:
        judgement = judge([(s.pk, c) for s, c in readable], subject, now, ids)
    except CannotCompute as error:
        if len(readable) == 1:
            _note(readable[0][0], str(error))
            return 0
        log.warning("one segment spoils the pass; judging each alone", subject=subject, error=str(error))
        return sum(_refresh([s], subject, causes, now=now, ids=ids) for s, _ in readable)
    for segment, _ in readable:
        _note(segment, "")
    judged = [segment for segment, _ in readable]
    differences = _differences(judged, subject, judgement, ids)
    evidence = judgement.evidence({d.segment.pk: np.concatenate([d.entered, d.left]) for d in differences})
    return settle(differences, subject, evidence, causes, now=now)


def _differences(
    segments: Sequence[Segment], subject: Subject, judgement: Judgement, ids: Sequence[int] | None
) -> list[Difference]:
    open_ones = Membership.objects.filter(left_at=None, segment__in=segments)
    column = "account_id" if subject is Subject.ACCOUNT else "person_id"
    if ids is not None:
        open_ones = open_ones.filter(**{f"{column}__in": ids})
    rows = np.array(list(open_ones.values_list("segment_id", column, "pk")), np.int64).reshape(-1, 3)
    found: list[Difference] = []
    for segment in segments:
        inside = judgement.members(segment.pk)
        mine = rows[rows[:, 0] == segment.pk]
        gone = ~np.isin(mine[:, 1], inside)
        entered = np.setdiff1d(inside, mine[:, 1])
        if len(entered) or gone.any():
            closed = [int(pk) for pk in mine[gone, 2]]
            found.append(Difference(segment=segment, entered=entered, left=mine[gone, 1], closed=closed))
    return found


def _no_longer_waiting(subject: Subject, most: int | None = None) -> frozenset[int]:
    """Return who waits (of more, those who have waited longest), and let them wait no longer."""
    whose: list[Any] = [tenancy.current_workspace_id(), subject]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM segments_touched t USING (
                SELECT subject_id FROM segments_touched WHERE workspace_id = %s AND subject = %s
                GROUP BY subject_id ORDER BY min(id) LIMIT %s
            ) first
            WHERE t.workspace_id = %s AND t.subject = %s AND t.subject_id = first.subject_id
            RETURNING t.subject_id
            """,
            [*whose, most, *whose],
        )
        return frozenset(subject_id for (subject_id,) in cursor.fetchall())


def _note(segment: Segment, error: str) -> None:
    """Keep why a segment cannot be computed, or that it can again."""
    if segment.error != error:
        segment.error = error[:2_000]
        segment.save(update_fields=["error"])
        if error:
            log.warning("segment cannot be computed", segment_id=segment.pk, error=error)
