"""Keep memberships true: judge the conditions, close what ended, insert what began, and say so; all set-based."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import structlog
from django.db import connection, transaction

from tenure.kernel import tenancy
from tenure.kernel.outbox import announce_all
from tenure.lake.engine import CannotCompute
from tenure.segments.announcements import SegmentEntered, SegmentLeft
from tenure.segments.models import Membership, Segment, Touched
from tenure.segments.queries.judging import Ids, Judgement, judge
from tenure.segments.queries.stored import live_segments, stored_condition
from tenure.segments.types import Cause, Subject
from tenure.segments.types.conditions import Condition

log = structlog.get_logger(__name__)

TOUCHED_AT_ONCE = 20_000
_Evidence = dict[int, dict[int, dict[str, list[Any]]]]
_LOCKS = {Subject.ACCOUNT: 7_205_301, Subject.PERSON: 7_205_302}


@transaction.atomic
def refresh_everybody(subject: Subject, *, now: datetime) -> int:
    """Judge all live segments of everybody; returns how many entered and left."""
    _one_at_a_time(subject)
    touched = _no_longer_waiting(subject)
    segments = list(live_segments(subject))
    changed = _refresh(segments, subject, _Causes(Cause.TIME, touched), now=now)
    Segment.objects.filter(pk__in=[s.pk for s in segments if not s.error]).update(evaluated_at=now)
    return changed


@transaction.atomic
def refresh_touched(subject: Subject, *, now: datetime) -> int:
    """Judge all live segments of those waiting to be looked at again; returns how many were looked at."""
    _one_at_a_time(subject)
    waiting = Touched.objects.filter(subject=subject).order_by("pk").values_list("pk", "subject_id")
    claimed = list(waiting.select_for_update(skip_locked=True)[:TOUCHED_AT_ONCE])
    if claimed:
        Touched.objects.filter(pk__in=[pk for pk, _ in claimed]).delete()
        ids = [subject_id for _, subject_id in claimed]
        _refresh(list(live_segments(subject)), subject, _Causes(Cause.HAPPENING), now=now, ids=ids)
    return len(claimed)


@transaction.atomic
def refresh_segment(segment: Segment, *, now: datetime) -> int:
    """Judge one segment of everybody because it was defined or changed; returns how many entered and left."""
    if segment.paused_at or segment.archived_at:
        return 0
    subject = Subject(segment.subject)
    _one_at_a_time(subject)
    changed = _refresh([segment], subject, _Causes(Cause.DEFINITION), now=now)
    if not segment.error:
        segment.evaluated_at = now
        segment.save(update_fields=["evaluated_at"])
    return changed


def touch(subject: Subject, ids: Iterable[int]) -> None:
    """Have these looked at again soon; costs nothing where no segment is about them."""
    wanted = sorted({int(i) for i in ids if i})
    if not wanted or not Segment.objects.filter(subject=subject, archived_at=None, paused_at=None).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segments_touched (workspace_id, subject, subject_id)"
            " SELECT %s, %s, id FROM unnest(%s::bigint[]) AS id ON CONFLICT DO NOTHING",
            [tenancy.current_workspace_id(), subject, wanted],
        )


@dataclasses.dataclass(frozen=True)
class _Causes:
    """What makes whoever changes sides do so; `touched` are those of whom something was heard meanwhile."""

    otherwise: Cause
    touched: frozenset[int] = frozenset()

    def of(self, id_: int) -> Cause:
        return Cause.HAPPENING if id_ in self.touched else self.otherwise


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Difference:
    """What one segment's memberships lack, and have too many of."""

    segment: Segment
    entered: Ids
    left: Ids
    closed: list[int]


def _refresh(
    segments: Sequence[Segment],
    subject: Subject,
    causes: _Causes,
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
    return _settle(_differences(judged, subject, judgement, ids), subject, judgement, causes, now=now)


def _differences(
    segments: Sequence[Segment], subject: Subject, judgement: Judgement, ids: Sequence[int] | None
) -> list[_Difference]:
    open_ones = Membership.objects.filter(left_at=None, segment__in=segments)
    column = "account_id" if subject is Subject.ACCOUNT else "person_id"
    if ids is not None:
        open_ones = open_ones.filter(**{f"{column}__in": ids})
    rows = np.array(list(open_ones.values_list("segment_id", column, "pk")), np.int64).reshape(-1, 3)
    found: list[_Difference] = []
    for segment in segments:
        inside = judgement.members(segment.pk)
        mine = rows[rows[:, 0] == segment.pk]
        gone = ~np.isin(mine[:, 1], inside)
        entered = np.setdiff1d(inside, mine[:, 1])
        if len(entered) or gone.any():
            closed = [int(pk) for pk in mine[gone, 2]]
            found.append(_Difference(segment=segment, entered=entered, left=mine[gone, 1], closed=closed))
    return found


def _settle(
    differences: Sequence[_Difference], subject: Subject, judgement: Judgement, causes: _Causes, *, now: datetime
) -> int:
    if not differences:
        return 0
    evidence = judgement.evidence({d.segment.pk: np.concatenate([d.entered, d.left]) for d in differences})
    _close(differences, evidence, now, causes)
    _insert(differences, subject, evidence, now, causes)
    workspace_id = tenancy.current_workspace_id()
    named = "account_id" if subject is Subject.ACCOUNT else "person_id"
    for kind, attribute in ((SegmentLeft, "left"), (SegmentEntered, "entered")):
        announce_all(
            kind(
                workspace_id=workspace_id,
                at=now,
                segment_id=d.segment.pk,
                segment_name=d.segment.name,
                cause=causes.of(int(id_)),
                **{named: int(id_)},
            )
            for d in differences
            for id_ in getattr(d, attribute)
        )
    return sum(len(d.entered) + len(d.left) for d in differences)


def _why(segment: Segment, cause: Cause, leaves: dict[str, list[Any]] | None) -> str:
    return msgspec.json.encode({"version": segment.version, "cause": cause, "leaves": leaves or {}}).decode()


def _close(
    differences: Sequence[_Difference],
    evidence: _Evidence,
    now: datetime,
    causes: _Causes,
) -> None:
    pks: list[int] = []
    whys: list[str] = []
    for d in differences:
        pks += d.closed
        whys += [_why(d.segment, causes.of(int(id_)), evidence[d.segment.pk].get(int(id_))) for id_ in d.left]
    if not pks:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE segments_membership AS m SET left_at = %s, left_why = ended.why"
            " FROM unnest(%s::bigint[], %s::jsonb[]) AS ended (id, why) WHERE m.id = ended.id AND m.left_at IS NULL",
            [now, pks, whys],
        )


def _insert(
    differences: Sequence[_Difference],
    subject: Subject,
    evidence: _Evidence,
    now: datetime,
    causes: _Causes,
) -> None:
    segment_ids: list[int] = []
    subject_ids: list[int] = []
    whys: list[str] = []
    for d in differences:
        segment_ids += [d.segment.pk] * len(d.entered)
        subject_ids += [int(id_) for id_ in d.entered]
        whys += [_why(d.segment, causes.of(int(id_)), evidence[d.segment.pk].get(int(id_))) for id_ in d.entered]
    if not segment_ids:
        return
    column = "account_id" if subject is Subject.ACCOUNT else "person_id"
    with connection.cursor() as cursor:
        cursor.execute(  # the column is one of two
            f"INSERT INTO segments_membership (workspace_id, segment_id, {column}, since, why)"  # noqa: S608
            " SELECT %s, entered.segment_id, entered.subject_id, %s, entered.why"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[]) AS entered (segment_id, subject_id, why)"
            " ON CONFLICT DO NOTHING",
            [tenancy.current_workspace_id(), now, segment_ids, subject_ids, whys],
        )


def _no_longer_waiting(subject: Subject) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM segments_touched WHERE workspace_id = %s AND subject = %s RETURNING subject_id",
            [tenancy.current_workspace_id(), subject],
        )
        return frozenset(subject_id for (subject_id,) in cursor.fetchall())


def _note(segment: Segment, error: str) -> None:
    """Keep why a segment cannot be computed, or that it can again."""
    if segment.error != error:
        segment.error = error[:2_000]
        segment.save(update_fields=["error"])
        if error:
            log.warning("segment cannot be computed", segment_id=segment.pk, error=error)


def _one_at_a_time(subject: Subject) -> None:
    """Wait for whoever else is judging this workspace's segments of the subject; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS[subject], tenancy.current_workspace_id()])
