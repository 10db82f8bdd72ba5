"""Signals in words: each kind has somebody who can explain its evidence."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenure.signals import queries
from tenure.signals.registry import rule_of, rules_by_kind, unspoken
from tenure.signals.types import CloseReason, FalseReason, Outcome, Severity, SignalOrder, SignalRule, TrackRecord
from tenure.web.shell import formats

if TYPE_CHECKING:
    from tenure.signals.models import SignalMute

TONES = {Severity.RISK: "risk", Severity.WATCH: "watch", Severity.INFO: "info"}
FEW = 10
"""Of fewer judged signals no precision is claimed."""
FALSE_REASONS: Mapping[FalseReason, Promise] = {
    FalseReason.SEASON: gettext_lazy("Holiday or season"),
    FalseReason.AGREED: gettext_lazy("Known and agreed with them"),
    FalseReason.RECORDS: gettext_lazy("Our records were wrong"),
    FalseReason.TOO_SMALL: gettext_lazy("True, but too small to matter"),
    FalseReason.OTHER: gettext_lazy("Something else"),
}
ORDERS: Mapping[SignalOrder, Promise] = {
    SignalOrder.SEVERITY: gettext_lazy("most severe first"),
    SignalOrder.MONEY: gettext_lazy("most revenue first"),
    SignalOrder.NEWEST: gettext_lazy("newest first"),
    SignalOrder.OLDEST: gettext_lazy("oldest first"),
    SignalOrder.ACCOUNT: gettext_lazy("by account"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told:
    """One signal as a list or page tells it."""

    signal: Any
    kind: str
    headline: str
    details: tuple[str, ...]
    how: tuple[str, ...]
    tone: str
    severity: str
    money: str
    """What is at stake each month."""
    sure: str
    """How sure it is."""


def tell(signal: Any, rules: Mapping[str, SignalRule] | None = None) -> Told:
    """Put a signal into the reader's language; lists pass the rules, which they ask for once."""
    severity = queries.severity_of(signal)
    rule = rule_of(signal.kind) if rules is None else rules.get(signal.kind) or unspoken(signal.kind)
    said = rule.explain(signal.evidence)
    amount = signal.amount_minor
    return Told(
        signal=signal,
        kind=rule.name(),
        headline=said.headline,
        details=said.details,
        how=said.how,
        tone=TONES[severity],
        severity=severity_name(severity),
        money="" if amount is None else formats.money(amount, signal.currency),
        sure="" if signal.confidence is None else formats.percent(signal.confidence),
    )


def tell_all(found: Any) -> list[Told]:
    """Put signals of a list into the reader's language."""
    rules = rules_by_kind()
    return [tell(each, rules) for each in found]


def kind_name(kind: str) -> str:
    """Name a kind of signal."""
    return rule_of(kind).name()


def mutes_named(found: Iterable["SignalMute"]) -> list[tuple["SignalMute", str]]:
    """Return mutes, each with what the kind is called that it holds back."""
    rules = rules_by_kind()
    return [(mute, (rules.get(mute.kind) or unspoken(mute.kind)).name() if mute.kind else "") for mute in found]


def severity_name(severity: Severity) -> str:
    """Name a step of severity."""
    return {Severity.RISK: _("high"), Severity.WATCH: _("medium"), Severity.INFO: _("low")}[severity]


def outcome_name(outcome: str) -> str:
    """Say how a signal turned out."""
    return {
        Outcome.TRUE_ALARM.value: _("true alarm"),
        Outcome.FALSE_ALARM.value: _("false alarm"),
    }.get(outcome, _("not said"))


def close_reason_name(reason: str) -> str:
    """Say what closed a signal."""
    return {
        CloseReason.MEMBER.value: _("closed by a member"),
        CloseReason.PASSED.value: _("passed by itself"),
        CloseReason.CHURNED.value: _("the account churned"),
        CloseReason.TOO_LATE.value: _("the account had churned before it was opened"),
        CloseReason.MERGED.value: _("its account became part of another"),
    }.get(reason, "")


def false_reason_name(reason: str) -> str:
    """Say why there was nothing to it."""
    return str(FALSE_REASONS[FalseReason(reason)]) if reason in set(FalseReason) else ""


def record_words(record: TrackRecord) -> str:
    """Say how often signals of a kind were right, with the interval; small numbers say that they are small."""
    if not record.judged:
        return _("Nobody has said yet how these turned out.")
    interval = record.interval
    said = {
        "share": formats.percent(record.precision or 0),
        "low": formats.percent(interval.low or 0),
        "high": formats.percent(interval.high or 0),
        "n": formats.number(record.judged),
    }
    if record.judged < FEW:
        return _("%(share)s of %(n)s judged were true alarms: too few to tell.") % said
    return _("%(share)s of %(n)s judged were true alarms (95%% interval %(low)s–%(high)s).") % said
