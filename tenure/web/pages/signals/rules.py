"""What opens signals: each kind with its definition, and how often it was right."""

import dataclasses
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats as dates
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.kernel import clock
from tenure.playbooks import queries as playbooks
from tenure.segment_signals.types import KIND as SEGMENT_SIGNAL
from tenure.signals import queries
from tenure.signals.registry import rule_of, rules_by_kind, unspoken
from tenure.signals.types import FalseReason, KindCounts, MonthOfRecord, Outcome, SignalRule, SignalStatus, TrackRecord
from tenure.web.exporting import csv_answer
from tenure.web.pages.signals.list_view import UNSAID, SignalsView
from tenure.web.pages.signals.words import FALSE_REASONS, FEW, mutes_named, record_words
from tenure.web.permission import may
from tenure.web.shell import formats
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

LATELY = timedelta(days=30)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RuleRow:
    """One kind of signal in the list of rules."""

    rule: SignalRule
    name: str
    definition: tuple[str, ...]
    counts: KindCounts
    record: TrackRecord
    words: str
    is_spoken_for: bool
    inbox: str
    settings: str

    @property
    def is_named_by_members(self) -> bool:
        """Tell whether members defined it and gave it its name."""
        return self.rule.kind.startswith(SEGMENT_SIGNAL)

    @property
    def unsaid(self) -> str:
        """Of which share nobody has said how they turned out."""
        return "–" if self.record.unsaid_share is None else formats.percent(self.record.unsaid_share)

    @property
    def precision(self) -> str:
        """The share of true alarms with its interval, where enough were judged."""
        record = self.record
        if record.judged < FEW:
            return _("too few to tell")
        low, high = record.interval.low or 0.0, record.interval.high or 0.0
        return f"{formats.percent(record.precision)} ({formats.percent(low)}–{formats.percent(high)})"


@require_safe
def rules(request: Visit) -> HttpResponse:
    """List every kind of signal with how often it was right, and what is muted."""
    now = clock.now()
    rows = _rows()
    shown = {
        "rows": rows,
        "mutes": mutes_named(queries.mutes(now)),
        "may_change": may(request, PermissionRole.MEMBER),
        "mute_until": (now + timedelta(days=30)).date(),
        "names": {row.rule.kind: row.name for row in rows},
    }
    return render(request, "signals/rules.html", shown)


@require_safe
def rules_csv(request: Visit) -> HttpResponseBase:
    """Export the track record of every kind of signal."""
    header = (
        "kind", "name", "open", "snoozed", "opened_30_days", "true_alarms", "false_alarms", "unsaid", "precision",
        "precision_low", "precision_high",
    )  # fmt: skip
    return csv_answer(
        "signal-rules",
        header,
        (
            (
                r.rule.kind, r.name, r.counts.open, r.counts.snoozed, r.counts.opened_lately, r.record.true_alarms,
                r.record.false_alarms, r.record.unsaid, r.record.interval.value, r.record.interval.low,
                r.record.interval.high,
            )
            for r in _rows()
        ),
    )  # fmt: skip


@require_safe
def rule(request: Visit, kind: str) -> HttpResponse:
    """Show one kind of signal: what opens it, how it did over time, why false alarms were false."""
    kind = kind.replace("\x00", "")
    found, now = rule_of(kind), clock.now()
    record = queries.track_record(kind)
    today = now.date()
    months = queries.record_by_month(kind, since=date(today.year - 1, today.month, 1), until=today)
    counts = queries.counts_by_kind(opened_since=now - LATELY).get(kind, KindCounts())
    shown = {
        "rule": found,
        "row": _row(found, counts, record),
        "record": record,
        "months": [_month(kind, each) for each in months],
        "spec": _spec(kind, months),
        "reasons": [
            {"name": FALSE_REASONS[reason], "count": n, "share": formats.percent(n / record.false_alarms)}
            for reason, n in record.false_reasons.items()
        ],
        "without_reason": record.false_alarms - sum(record.false_reasons.values()),
        "false_reasons": list(FalseReason),
        "mutes": mutes_named(queries.mutes(now, kind=kind)),
        "mute_until": (now + timedelta(days=30)).date(),
        "opened": playbooks.playbooks_for_signals([kind]),
        "may_change": may(request, PermissionRole.MEMBER),
        "inbox": SignalsView(kind=kind).address(),
    }
    return render(request, "signals/rule.html", shown)


def _rows() -> list[RuleRow]:
    """Every kind somebody speaks for, and those of which there are signals still."""
    known = rules_by_kind()
    counts = queries.counts_by_kind(opened_since=clock.now() - LATELY)
    listed = [*known.values(), *(unspoken(kind) for kind in counts if kind not in known)]
    records = queries.track_records(rule.kind for rule in listed)
    return [_row(rule, counts.get(rule.kind, KindCounts()), records[rule.kind], rule.kind in known) for rule in listed]


def _row(rule: SignalRule, counts: KindCounts, record: TrackRecord, is_spoken_for: bool = True) -> RuleRow:
    args = [] if rule.settings_id is None else [rule.settings_id]
    return RuleRow(
        rule=rule,
        name=rule.name(),
        definition=rule.definition(),
        counts=counts,
        record=record,
        words=record_words(record),
        is_spoken_for=is_spoken_for,
        inbox=f"{reverse('signals')}?{SignalsView(kind=rule.kind).address()}",
        settings=reverse(rule.settings, args=args) if rule.settings else "",
    )


def _closed(kind: str, month: date, outcome: str) -> str:
    """Return the address of the signals of a kind that closed in a month with an outcome."""
    view = SignalsView(status=SignalStatus.CLOSED, kind=kind, outcome=outcome, month=f"{month:%Y-%m}")
    return f"{reverse('signals')}?{view.address()}"


def _counted(kind: str, each: MonthOfRecord) -> list[tuple[str, str, int, str]]:
    """Return an outcome, what it is called, how many of a month have it, and where these are listed."""
    record = each.record
    return [
        (outcome, name, n, _closed(kind, each.month, outcome) if n else "")
        for outcome, name, n in (
            (Outcome.TRUE_ALARM.value, _("true alarm"), record.true_alarms),
            (Outcome.FALSE_ALARM.value, _("false alarm"), record.false_alarms),
            (UNSAID, _("not said"), record.unsaid),
        )
    ]


def _month(kind: str, each: MonthOfRecord) -> dict[str, Any]:
    record = each.record
    return {
        "month": dates.date_format(each.month, "YEAR_MONTH_FORMAT"),
        "counted": [(outcome, n, link) for outcome, _name, n, link in _counted(kind, each)],
        "precision": "–"
        if record.precision is None
        else f"{formats.percent(record.precision)} "
        f"({formats.percent(record.interval.low)}–{formats.percent(record.interval.high)})",
        "unsaid_share": "–" if record.unsaid_share is None else formats.percent(record.unsaid_share),
    }


def _spec(kind: str, months: list[MonthOfRecord]) -> dict[str, Any]:
    """Draw how many of each month's closed signals were true, false, or never judged; a bar opens them."""
    values = [
        {"month": each.month.isoformat(), "outcome": name, "place": place, "n": n, "href": link}
        for each in months
        for place, (_outcome, name, n, link) in enumerate(_counted(kind, each))
    ]
    return {
        "data": {"values": values},
        "height": 180,
        "mark": {"type": "bar", "cursor": "pointer"},
        "encoding": {
            "x": {
                "field": "month",
                "type": "temporal",
                "timeUnit": "utcyearmonth",
                "title": None,
                "axis": {"format": "%b %Y", "tickCount": 6},
            },
            "y": {"field": "n", "type": "quantitative", "title": _("Closed signals"), "axis": {"tickMinStep": 1}},
            "color": {
                "field": "outcome",
                "type": "nominal",
                "title": None,
                "scale": {
                    "domain": [_("true alarm"), _("false alarm"), _("not said")],
                    "range": ["token:good", "token:watch", "token:line"],
                },
                "legend": {"orient": "top"},
            },
            "order": {"field": "place", "type": "quantitative"},
            "href": {"field": "href", "type": "nominal"},
            "tooltip": [
                {"field": "month", "type": "temporal", "timeUnit": "utcyearmonth", "title": _("Month")},
                {"field": "outcome", "type": "nominal", "title": _("Outcome")},
                {"field": "n", "type": "quantitative", "title": _("Signals")},
            ],
        },
    }
