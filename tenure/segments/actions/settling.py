"""Keep memberships true once it is known who is in and who is not: close, open, announce; all set-based."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
from django.db import connection

from tenure.kernel import tenancy
from tenure.kernel.outbox import announce_all
from tenure.segments.actions.touching import touch_built_on
from tenure.segments.announcements import SegmentEntered, SegmentLeft
from tenure.segments.models import Segment
from tenure.segments.queries.judging import Ids
from tenure.segments.types import Cause, Subject

Evidence = dict[int, dict[int, dict[str, list[Any]]]]
"""By segment and by account or person: what each part of the condition looked at, and whether it held."""
_LOCKS = {Subject.ACCOUNT: 7_205_301, Subject.PERSON: 7_205_302}


@dataclasses.dataclass(frozen=True)
class Causes:
    """What makes whoever changes sides do so; `touched` are those of whom something was heard meanwhile."""

    otherwise: Cause
    touched: frozenset[int] = frozenset()

    def of(self, id_: int) -> Cause:
        return Cause.HAPPENING if id_ in self.touched else self.otherwise


@dataclasses.dataclass(frozen=True, kw_only=True)
class Difference:
    """What one segment's memberships lack, and have too many of."""

    segment: Segment
    entered: Ids
    left: Ids
    closed: list[int]


def settle(
    differences: Sequence[Difference], subject: Subject, evidence: Evidence, causes: Causes, *, now: datetime
) -> int:
    """Close the memberships that ended, open those that began, and say so; returns how many there were of both."""
    if not differences:
        return 0
    _close(differences, evidence, now, causes)
    _insert(differences, subject, evidence, now, causes)
    _tell(differences, subject, causes, now=now)
    touch_built_on({d.segment.pk: [int(i) for i in np.concatenate([d.entered, d.left])] for d in differences}, subject)
    return sum(len(d.entered) + len(d.left) for d in differences)


def _tell(differences: Sequence[Difference], subject: Subject, causes: Causes, *, now: datetime) -> None:
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


def _why(segment: Segment, cause: Cause, leaves: dict[str, list[Any]] | None) -> str:
    return msgspec.json.encode({"version": segment.version, "cause": cause, "leaves": leaves or {}}).decode()


def _close(
    differences: Sequence[Difference],
    evidence: Evidence,
    now: datetime,
    causes: Causes,
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
    differences: Sequence[Difference],
    subject: Subject,
    evidence: Evidence,
    now: datetime,
    causes: Causes,
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


def one_at_a_time(*subjects: Subject) -> None:
    """Wait for whoever else is judging this workspace's segments of these subjects; held until the transaction ends.

    To be taken before any row of a segment or membership is locked, and where both are needed, in one call: so nobody
    waits for somebody who waits for them.
    """
    with connection.cursor() as cursor:
        for subject in (each for each in Subject if each in subjects):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS[subject], tenancy.current_workspace_id()])
