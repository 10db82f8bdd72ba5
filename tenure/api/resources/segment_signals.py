"""Rules of one's own: when an account enters a segment, open a signal."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from ninja import Router, Schema, Status

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.segment_signals import actions, queries
from tenure.segment_signals.types import Present, Terms

if TYPE_CHECKING:
    from tenure.segment_signals.models import SegmentSignal

router = Router(tags=["signals"])


class SegmentSignalOut(Schema):
    """One rule."""

    id: int = said("Which rule.")
    kind: str = said("The kind of the signals it opens.", "segment:3")
    name: str = said("What its signals are called.", "Premium and quiet")
    segment_id: int = said("The segment.", 12)
    segment_name: str = said("What the segment is called.", "Premium without use")
    confidence: float = said("How sure it is, 0 to 1.", 0.8)
    severity: float | None = said("The same severity for every account, 0 to 1; null: by money and confidence.", 0.7)
    closes_on_leaving: bool = said("Whether the signal passes when the account leaves the segment.", True)
    changed_at: datetime = said("When it was changed last.")
    archived_at: datetime | None = said("Since when it opens nothing any more.")
    text: str = said("The rule as text.", "name: Premium and quiet\nsegment: Premium without use\n")


class SegmentSignalIn(Schema):
    """What a rule says."""

    name: Text = said("What its signals are called.", "Premium and quiet", max_length=120)
    segment_id: Id = said("A segment of accounts.", 12)
    confidence: float = said("How sure it is, 0 to 1.", 0.8, ge=0, le=1, default=0.8)
    severity: float | None = said("0 to 1; null: by money and confidence.", 0.7, ge=0, le=1, default=None)
    closes_on_leaving: bool = said("Whether the signal passes on leaving.", True, default=True)


class NewSegmentSignalIn(SegmentSignalIn):
    """A new rule, and what is done about the accounts that are in the segment already."""

    present: Present = said("wait: only who enters from now on; open: each one now.", "wait", default=Present.WAIT)


class SegmentSignalTextIn(Schema):
    """A rule as text; its segment is named."""

    text: Text = said("The rule.", "name: Premium and quiet\nsegment: Premium without use\n", max_length=10_000)


@lists(router, "", SegmentSignalOut, summary="List rules that entering a segment opens signals by")
def list_segment_signals(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the rules in use, by name."""
    return page_of_few(list(queries.segment_signals()), cursor, limit, _shown)


@router.get("/{int:rule_id}", response=SegmentSignalOut, summary="One rule of entering a segment")
def read_segment_signal(request: ApiCall, rule_id: int) -> Any:
    """Return one rule, in use or not."""
    return _shown(queries.segment_signal(reachable(rule_id)))


@router.post("", response={201: SegmentSignalOut}, summary="Open signals when accounts enter a segment")
@transaction.atomic
def define_segment_signal(request: ApiCall, given: NewSegmentSignalIn) -> Any:
    """Make a rule."""
    made = actions.define_segment_signal(_terms(given), by=acting_member(request), present=given.present)
    return Status(201, _shown(made))


@router.post("/text", response={201: SegmentSignalOut}, summary="Make a rule of entering a segment from its text")
@transaction.atomic
def import_segment_signal(request: ApiCall, given: SegmentSignalTextIn) -> Any:
    """Make a rule from its text."""
    made = actions.define_segment_signal(queries.read_terms(given.text), by=acting_member(request))
    return Status(201, _shown(made))


@router.put("/{int:rule_id}", response=SegmentSignalOut, summary="Change a rule of entering a segment")
@transaction.atomic
def change_segment_signal(request: ApiCall, rule_id: int, given: SegmentSignalIn) -> Any:
    """Change a rule, for whoever enters from now on."""
    return _shown(actions.change_segment_signal(reachable(rule_id), _terms(given), by=acting_member(request)))


@router.post("/{int:rule_id}/archive", response=SegmentSignalOut, summary="Archive a rule of entering a segment")
@transaction.atomic
def archive_segment_signal(request: ApiCall, rule_id: int) -> Any:
    """Open nothing by it any more."""
    return _shown(actions.archive_segment_signal(reachable(rule_id), by=acting_member(request)))


@router.post("/{int:rule_id}/restore", response=SegmentSignalOut, summary="Use a rule of entering a segment again")
@transaction.atomic
def restore_segment_signal(request: ApiCall, rule_id: int) -> Any:
    """Take archiving back."""
    return _shown(actions.restore_segment_signal(reachable(rule_id), by=acting_member(request)))


def _terms(given: SegmentSignalIn) -> Terms:
    return Terms(
        name=given.name,
        segment_id=given.segment_id,
        confidence=given.confidence,
        severity=given.severity,
        closes_on_leaving=given.closes_on_leaving,
    )


def _shown(rule: "SegmentSignal") -> dict[str, Any]:
    fields = (
        "name", "segment_id", "confidence", "severity", "closes_on_leaving", "changed_at", "archived_at",
    )  # fmt: skip
    return {
        "id": rule.pk,
        "kind": queries.kind_of(rule),
        "segment_name": rule.segment.name,
        "text": queries.text_of(rule),
        **{field: getattr(rule, field) for field in fields},
    }
