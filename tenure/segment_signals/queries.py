"""Reads of segment signals."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tenure.segment_signals.errors import SegmentSignalTextWrong, SegmentSignalUnknown
from tenure.segment_signals.models import SegmentSignal
from tenure.segment_signals.rules import read_text, to_text
from tenure.segment_signals.types import KIND, Problem, Terms
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.signals.types import Explanation, SignalRule


def segment_signals() -> QuerySet[SegmentSignal]:
    """Return the rules in use, by name."""
    return SegmentSignal.objects.select_related("segment").filter(archived_at=None).order_by("name", "pk")


def segment_signal(pk: int) -> SegmentSignal:
    """Return one rule, in use or not; raises `SegmentSignalUnknown`."""
    found = SegmentSignal.objects.select_related("segment").filter(pk=pk).first()
    if found is None:
        raise SegmentSignalUnknown
    return found


def of_segments(segment_ids: Collection[int]) -> list[SegmentSignal]:
    """Return the rules in use that are about these segments."""
    return list(segment_signals().filter(segment_id__in=list(segment_ids)))


def kind_of(rule: SegmentSignal) -> str:
    """Return the kind of the signals a rule opens."""
    return f"{KIND}{rule.pk}"


def terms_of(rule: SegmentSignal) -> Terms:
    """Return what a rule says."""
    return Terms(
        name=rule.name,
        segment_id=rule.segment_id,
        confidence=rule.confidence,
        severity=rule.severity,
        closes_on_leaving=rule.closes_on_leaving,
    )


def text_of(rule: SegmentSignal) -> str:
    """Write a rule as text."""
    return to_text(terms_of(rule), rule.segment.name)


def read_terms(text: str) -> Terms:
    """Read a rule out of its text; raises `SegmentSignalTextWrong` with the lines that are wrong."""
    written, problems = read_text(text)
    if written is None:
        raise SegmentSignalTextWrong(problems)
    ids = [each.id for each in segments.segments(subject=Subject.ACCOUNT) if each.name == written.segment]
    if not ids:
        line = next((n for n, said in enumerate(text.splitlines(), 1) if said.startswith("segment:")), 1)
        raise SegmentSignalTextWrong(
            [Problem(line=line, code="segment_unknown", params=(("segment", written.segment),))]
        )
    return Terms(
        name=written.name,
        segment_id=ids[0],
        confidence=written.confidence,
        severity=written.severity,
        closes_on_leaving=written.closes_on_leaving,
    )


def signal_rules() -> list[SignalRule]:
    """Return what these rules open, for those who read signals; archived ones still say what theirs meant."""
    return [_rule(each) for each in SegmentSignal.objects.select_related("segment").order_by("pk")]


def _rule(rule: SegmentSignal) -> SignalRule:
    return SignalRule(
        kind=kind_of(rule),
        name=lambda: rule.name,
        definition=lambda: _definition(rule),
        explain=lambda evidence: _explained(rule, evidence),
        settings="segment_signal",
        settings_id=rule.pk,
    )


def _definition(rule: SegmentSignal) -> tuple[str, ...]:
    said = [_("Opens when an account enters the segment “%(segment)s”.") % {"segment": rule.segment.name}]
    if rule.closes_on_leaving:
        said.append(_("Closes by itself when the account leaves it."))
    else:
        said.append(_("Stays open until a member closes it."))
    if rule.archived_at is not None:
        said.append(_("This rule is archived: it opens nothing any more."))
    return tuple(said)


def _explained(rule: SegmentSignal, evidence: Mapping[str, Any]) -> Explanation:
    segment = evidence.get("segment_name") or rule.segment.name
    return Explanation(
        headline=rule.name,
        details=(_("The account entered the segment “%(segment)s”.") % {"segment": segment},),
        how=_definition(rule),
    )
