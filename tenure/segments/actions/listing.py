"""Static segments: members put accounts or people on the list, and take them off."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.segments.actions.settling import Causes, Difference, Evidence, one_at_a_time, settle
from tenure.segments.errors import SegmentArchived, SegmentMissing, SegmentNotStatic
from tenure.segments.models import Membership, Segment
from tenure.segments.queries.knowing import id_column
from tenure.segments.queries.stored import LISTED
from tenure.segments.types import Cause, Subject
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def put_on_list(segment_id: int, ids: Iterable[int], *, by: "Member | None") -> int:
    """Put accounts (or people) on a static segment's list; returns how many were not on it. Unknown ids are left out.

    Raises `SegmentNotStatic`, `SegmentArchived`.
    """
    segment, subject = _list_of(segment_id)
    found = customers.accounts(ids) if subject is Subject.ACCOUNT else customers.people(ids)
    wanted = np.array(sorted(found.values_list("pk", flat=True)), np.int64)
    fresh = np.setdiff1d(wanted, np.array(sorted(_open(segment, subject)), np.int64))
    nobody = np.array([], np.int64)
    return _settle(segment, subject, Difference(segment=segment, entered=fresh, left=nobody, closed=[]), by, "put")


@transaction.atomic
def take_off_list(segment_id: int, ids: Iterable[int], *, by: "Member | None") -> int:
    """Take accounts (or people) off a static segment's list; returns how many were on it."""
    segment, subject = _list_of(segment_id)
    there = _open(segment, subject)
    gone = sorted({int(i) for i in ids} & set(there))
    closed = [there[id_] for id_ in gone]
    nobody = np.array([], np.int64)
    left = Difference(segment=segment, entered=nobody, left=np.array(gone, np.int64), closed=closed)
    return _settle(segment, subject, left, by, "take")


def _settle(segment: Segment, subject: Subject, difference: Difference, by: "Member | None", what: str) -> int:
    now = clock.now()
    evidence: Evidence = {segment.pk: {}}
    changed = settle([difference] if len(difference.entered) or difference.closed else [], subject, evidence,
                     Causes(Cause.LISTED), now=now)  # fmt: skip
    if changed:
        segment.evaluated_at = now
        segment.save(update_fields=["evaluated_at"])
        ids = [int(i) for i in (*difference.entered, *difference.left)]
        details = {"how_many": changed, "ids": ids[:100]}
        workspaces.record_audit(f"segments.{what}", by=by, subject=segment.name, details=details)
    return changed


def _list_of(segment_id: int) -> tuple[Segment, Subject]:
    segment = Segment.objects.filter(pk=segment_id).first()
    if segment is None:
        raise SegmentMissing
    if segment.condition != LISTED:
        raise SegmentNotStatic
    if segment.archived_at:
        raise SegmentArchived
    subject = Subject(segment.subject)
    one_at_a_time(subject)
    return segment, subject


def _open(segment: Segment, subject: Subject) -> dict[int, int]:
    members = Membership.objects.filter(segment=segment, left_at=None)
    return dict(members.values_list(id_column(subject), "pk"))
