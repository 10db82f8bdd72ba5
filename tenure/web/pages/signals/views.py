"""One signal, with what it rests on."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tenure.activity import queries as activity
from tenure.activity.types import ACTIVITY_DECLINE
from tenure.kernel import clock
from tenure.playbooks import queries as playbooks
from tenure.signals import queries
from tenure.signals.registry import rule_of
from tenure.signals.types import SignalStatus
from tenure.web.pages.signals.evidence import opened_by
from tenure.web.pages.signals.words import (
    FALSE_REASONS,
    close_reason_name,
    false_reason_name,
    mutes_named,
    outcome_name,
    record_words,
    tell,
)
from tenure.web.permission import may
from tenure.web.shell.opening import opening_use
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.signals.models import Signal


@require_safe
def signal(request: Visit, pk: int) -> HttpResponse:
    """Show why one signal was opened, with its chart, and ask what came of it."""
    found = queries.signal(pk)
    rule, now = rule_of(found.kind), clock.now()
    shown = {
        "told": tell(found, {rule.kind: rule}),
        "signal": found,
        "rule": rule,
        "kind": rule.name(),
        "links": opened_by(found, rule),
        **(_chart(found, found.closed_at or now) if found.kind == ACTIVITY_DECLINE else {}),
        "record": record_words(queries.track_record(found.kind)),
        "members": workspaces.members(),
        "runs": playbooks.runs_of(found.account_id)[:5],
        "others": queries.open_counts([found.account_id]).get(found.account_id, 0) - (found.status == "open"),
        "mutes": mutes_named(queries.mutes(now, kind=found.kind, account_id=found.account_id)),
        "mute_until": (now + timedelta(days=30)).date(),
        "outcome": outcome_name(found.outcome),
        "false_reason": false_reason_name(found.false_reason),
        "false_reasons": [(reason.value, name) for reason, name in FALSE_REASONS.items()],
        "close_reason": close_reason_name(found.close_reason),
        "is_closed": found.status == SignalStatus.CLOSED,
        "is_snoozed": found.status == SignalStatus.SNOOZED,
        "may_change": may(request, PermissionRole.MEMBER),
    }
    return render(request, "signals/signal.html", shown)


def _chart(found: "Signal", at: datetime) -> dict[str, Any]:
    """Draw the series that a decline shows in most; its points open what the account had done by then."""
    chart = activity.usage_chart(found.account_id, at, series=activity.leading_of(found.evidence))
    return opening_use(chart, reverse("account", args=[found.account_id]))
