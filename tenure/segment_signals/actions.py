"""Writes of segment signals, and the signals they open and close."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.kernel import clock
from tenure.segment_signals import queries
from tenure.segment_signals.errors import (
    SegmentOfPeople,
    SegmentSignalNameMissing,
    SegmentSignalNameTaken,
    SegmentSignalUnknown,
    ShareWrong,
)
from tenure.segment_signals.models import SegmentSignal
from tenure.segment_signals.rules import is_share, is_storable
from tenure.segment_signals.types import Present, Terms
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.signals import actions as signals
from tenure.signals import queries as signal_queries
from tenure.signals.types import CloseReason, EvidenceKind, EvidenceLink, Finding
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def define_segment_signal(terms: Terms, *, by: "Member", present: Present = Present.WAIT) -> SegmentSignal:
    """Make a rule; raises `SegmentSignalNameMissing`, `SegmentSignalNameTaken`, `SegmentOfPeople` and `ShareWrong`."""
    terms, now = _checked(terms), clock.now()
    rule = SegmentSignal.objects.create(**dataclasses.asdict(terms), created_at=now, changed_at=now, created_by=by)
    record_audit("segment_signals.define", by=by, subject=rule.name, details={"segment_id": rule.segment_id})
    if present is Present.OPEN:
        _open([queries.segment_signal(rule.pk)], {rule.segment_id: segments.member_ids(rule.segment_id)}, at=now)
    return rule


@transaction.atomic
def change_segment_signal(pk: int, terms: Terms, *, by: "Member") -> SegmentSignal:
    """Change what a rule says, for whoever enters from now on; raises as `define_segment_signal` does."""
    rule = _locked(pk)
    terms = _checked(terms, besides=pk)
    before = queries.text_of(rule)
    for name, value in dataclasses.asdict(terms).items():
        setattr(rule, name, value)
    rule.changed_at = clock.now()
    rule.save()
    record_audit("segment_signals.change", by=by, subject=rule.name, details={"before": before})
    return queries.segment_signal(pk)


@transaction.atomic
def archive_segment_signal(pk: int, *, by: "Member") -> SegmentSignal:
    """Open nothing by it any more; what is open stays, to be judged."""
    rule = _locked(pk)
    if rule.archived_at is None:
        rule.archived_at = clock.now()
        rule.save(update_fields=["archived_at"])
        record_audit("segment_signals.archive", by=by, subject=rule.name)
    return rule


@transaction.atomic
def restore_segment_signal(pk: int, *, by: "Member") -> SegmentSignal:
    """Take archiving back; raises `SegmentSignalNameTaken` where its name has been given away."""
    rule = _locked(pk)
    if rule.archived_at is not None:
        _free(rule.name, besides=pk)
        rule.archived_at = None
        rule.save(update_fields=["archived_at"])
        record_audit("segment_signals.restore", by=by, subject=rule.name)
    return rule


def open_for(entered: Mapping[int, Collection[int]], *, at: datetime) -> int:
    """Open a signal by every rule for the accounts that entered its segment; returns how many are new."""
    return _open(queries.of_segments(list(entered)), entered, at=at)


def _open(rules: Sequence[SegmentSignal], entered: Mapping[int, Collection[int]], *, at: datetime) -> int:
    findings = [
        Finding(
            account_id=account_id,
            kind=queries.kind_of(rule),
            severity=rule.severity,
            confidence=rule.confidence,
            evidence={"segment_id": rule.segment_id, "segment_name": rule.segment.name, "at": at.isoformat()},
            summary={"name": rule.name},
            links=(EvidenceLink(kind=EvidenceKind.SEGMENT, id=rule.segment_id, words=rule.segment.name),),
        )
        for rule in rules
        for account_id in sorted(entered[rule.segment_id])
    ]
    return len(signals.open_signals(findings).opened) if findings else 0


def close_for(left: Mapping[int, Collection[int]]) -> int:
    """Close what was opened for accounts that left the segment, where the rule says so; returns how many."""
    gone: list[int] = []
    for rule in queries.of_segments(list(left)):
        if rule.closes_on_leaving:
            live = signal_queries.live_signals(queries.kind_of(rule), among=left[rule.segment_id])
            gone += [signal.pk for signal in live.values()]
    return signals.close_signals(gone, reason=CloseReason.PASSED) if gone else 0


def _checked(terms: Terms, *, besides: int | None = None) -> Terms:
    name = "".join(letter for letter in terms.name if is_storable(letter)).strip()[:120]
    if not name:
        raise SegmentSignalNameMissing
    if not is_share(terms.confidence) or (terms.severity is not None and not is_share(terms.severity)):
        raise ShareWrong
    _free(name, besides=besides)
    if terms.segment_id not in {each.id for each in segments.segments(subject=Subject.ACCOUNT)}:
        raise SegmentOfPeople
    return dataclasses.replace(terms, name=name)


def _free(name: str, *, besides: int | None = None) -> None:
    if SegmentSignal.objects.filter(name=name, archived_at=None).exclude(pk=besides or 0).exists():
        raise SegmentSignalNameTaken


def _locked(pk: int) -> SegmentSignal:
    found = SegmentSignal.objects.select_for_update(of=("self",)).select_related("segment").filter(pk=pk).first()
    if found is None:
        raise SegmentSignalUnknown
    return found
