"""MRR month by month, every movement behind it, and how the workspace counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.billing import actions, queries
from tenure.billing.errors import BillingChoiceInvalid, CurrencyUnknown, RateImpossible
from tenure.billing.types import MonthOfMrr, MovementKind, MovementRow, Recognition
from tenure.insights import queries as insights
from tenure.insights import registry
from tenure.insights.queries import today
from tenure.insights.types import Reading, Unit
from tenure.kernel import clock
from tenure.kernel.money import in_units
from tenure.stats.flows import Flow, flow_chart
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.pages.billing import words
from tenure.web.pages.insights import asking
from tenure.web.pages.insights.metrics import NEED_SPEND
from tenure.web.permission import may
from tenure.web.shell import formats
from tenure.web.shell.opening import opening
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

ROWS = 50
MOST_GROUPS = 120
RANGES = (6, 12, 24)
TILES = (
    "mrr", "paying_accounts", "new_mrr", "arpa", "net_revenue_retention", "gross_revenue_retention", "logo_churn",
    "quick_ratio", "ltv", "cac", "ltv_to_cac", "cac_payback",
)  # fmt: skip


@require_safe
def mrr(request: Visit) -> HttpResponse:
    """Show MRR by month and the numbers made from it."""
    asked = request.GET.get("months", "")
    length = int(asked) if asked in {str(r) for r in RANGES} else 12
    until = today()
    since = _months_before(until, length - 1)
    months = queries.mrr_by_month(since, until)
    currency = request.workspace.currency
    metric = registry.metric("mrr")
    by = asking.metric_split(request, metric)
    shown = {
        "empty": not queries.has_ledger(),
        "months": length,
        "ranges": RANGES,
        "tiles": [_tile(request, name) for name in TILES] if months else [],
        "spec": _chart(months, currency),
        "rows": [_row(m) for m in reversed(months)],
        "by": by,
        "splits": asking.split_choices(metric),
        "traits": asking.trait_choices(metric),
        "groups": _groups(since, until, by),
        "currency": currency,
        "kinds": [(kind, words.KINDS[kind]) for kind in words.KINDS],
        "latest": _listed(queries.movements(limit=8).movements),
        **_counting(request),
    }
    return render(request, "billing/mrr.html", shown)


@require_safe
def movements(request: Visit) -> HttpResponse:
    """List movements, newest first."""
    kind, month = _kind(request), _month(request)
    since, until = (month, _last_day(month)) if month else (None, None)
    page = queries.movements(
        since=since, until=until, kinds=[kind] if kind else [], cursor=request.GET.get("after", ""), limit=ROWS
    )
    shown = {
        "kind": kind,
        "month": month,
        "month_text": date_format(month, "YEAR_MONTH_FORMAT") if month else "",
        "kinds": [(k, words.KINDS[k]) for k in words.KINDS],
        "movements": _listed(page.movements),
        "currency": request.workspace.currency,
        "next": page.next_cursor,
        "is_first": "after" not in request.GET,
    }
    return render(request, "billing/movements.html", shown)


@require_safe
def movements_csv(request: Visit) -> HttpResponseBase:
    """Export movements."""
    kind, month = _kind(request), _month(request)
    since, until = (month, _last_day(month)) if month else (None, None)
    currency = request.workspace.currency
    header = (
        "account_id", "account", "at", "kind", "amount", "mrr_after", "currency", "plan_from", "plan_to", "direction",
    )  # fmt: skip
    rows = (
        (
            m.account_id, m.account_name, m.at, m.kind.value, in_units(m.amount, currency),
            in_units(m.mrr_after, currency), currency, m.plan_from, m.plan_to,
            m.direction.value if m.direction else "",
        )
        for m in queries.all_movements(since=since, until=until, kinds=[kind] if kind else [])
    )  # fmt: skip
    return csv_answer("movements", header, rows)


@require_safe
def mrr_csv(request: Visit) -> HttpResponseBase:
    """Export every month there is, of every group where it is split."""
    currency = request.workspace.currency
    kinds = [k.value for k in words.KINDS]
    by = asking.metric_split(request, registry.metric("mrr"))
    months = insights.months_of_mrr(clock.EARLIEST.date(), today(), by)
    rows: Iterable[Sequence[object]] = (
        (
            m.month, in_units(m.mrr_before, currency), *(in_units(getattr(m, k), currency) for k in kinds),
            in_units(m.mrr, currency), m.accounts, m.accounts_new, m.accounts_lost, currency,
            *((m.group, in_units(m.moved, currency)) if by else ()),
        )
        for m in months
    )  # fmt: skip
    header = ("month", "mrr_before", *kinds, "mrr", "accounts", "accounts_new", "accounts_lost", "currency")
    header += (by, "moved") if by else ()
    return csv_answer("mrr", header, rows)


@require_POST
def counting(request: Visit) -> HttpResponse:
    """Choose when churn is counted, what is one change, and at which rates; only administrators may."""
    if not may(request, PermissionRole.ADMIN):
        raise RoleTooLow
    try:
        for rate in queries.exchange_rates():
            given = request.POST.get(f"rate_{rate.currency}", "").strip().replace(",", ".")
            if given and (rate.rate is None or Decimal(given) != rate.rate):
                actions.set_exchange_rate(rate.currency, Decimal(given), by=request.member)
        minutes = whole(request.POST.get("merge_minutes", ""), digits=6)
        if minutes is None:
            raise BillingChoiceInvalid(_("Write how many minutes as a whole number."))
        chosen = request.POST.get("recognition", "")
        if chosen not in set(Recognition):
            raise BillingChoiceInvalid
        actions.choose_ledger(recognition=Recognition(chosen), merge_minutes=minutes, by=request.member)
    except InvalidOperation:
        warn(request, _("A rate is a number greater than zero."))
    except (BillingChoiceInvalid, RateImpossible, CurrencyUnknown) as refused:
        warn(request, str(refused))
    else:
        say(request, _("Saved. The ledger is being worked out again."))
    return redirect("mrr")


def _counting(request: Visit) -> dict[str, Any]:
    choices = queries.ledger_choices()
    rates = queries.exchange_rates()
    return {
        "may_change": may(request, PermissionRole.ADMIN),
        "recognition": choices.recognition,
        "recognition_text": words.RECOGNITIONS[choices.recognition],
        "recognitions": list(words.RECOGNITIONS.items()),
        "merge_minutes": choices.merge_minutes,
        "rates": [(r, "" if r.rate is None else format(r.rate, "f")) for r in rates],
        "lacking": [r.currency for r in rates if r.rate is None],
    }


def _tile(request: Visit, name: str) -> dict[str, str]:
    found = registry.metric(name)
    until = today()
    read = insights.read_metric(name, since=_months_before(until, 1), until=until)
    row = next((r for r in reversed(read.rows) if r.value is not None), None)
    note = _("needs imported spend") if name in NEED_SPEND else ""
    if row is not None:
        note = date_format(row.period, "YEAR_MONTH_FORMAT") + (f" {_('so far')}" if row.so_far else "")
        if row.low is not None and row.high is not None:
            note = f"{_roughly(request, read, row.low)} – {_roughly(request, read, row.high)} · {note}"
    return {
        "label": str(found.title),
        "value": _written(request, read, row.value if row else None),
        "definition": str(found.formula),
        "note": note,
        "href": reverse("insights_metric", args=[name]),
    }


def _written(request: Visit, read: Reading, value: float | None) -> str:
    if value is None:
        return "–"
    match read.metric.unit:
        case Unit.MONEY:
            return formats.money(round(value), request.workspace.currency)
        case Unit.SHARE:
            return formats.percent(value, 1)
    return formats.number(value, 0 if read.metric.unit is Unit.ACCOUNTS else 1)


def _roughly(request: Visit, read: Reading, value: float) -> str:
    if read.metric.unit is Unit.MONEY:
        return formats.compact_money(round(value), request.workspace.currency)
    return _written(request, read, value)


def _chart(months: Sequence[MonthOfMrr], currency: str) -> dict[str, Any]:
    def drawn(m: MonthOfMrr, kind: MovementKind) -> tuple[date, float, str]:
        amount: int = getattr(m, kind.value)
        return m.month, float(in_units(amount, currency)), formats.money(amount, currency)

    flows = [Flow(name=str(words.KINDS[kind]), amounts=tuple(drawn(m, kind) for m in months)) for kind in words.KINDS]
    spec = flow_chart(flows, month=_("Month"), unit=f"MRR, {currency}", net=_("Net change"))
    kinds = {str(words.KINDS[kind]): kind.value for kind in words.KINDS}

    def behind(bar: Mapping[str, Any]) -> str:
        kind = kinds.get(bar["name"], "")
        return f"{reverse('movements')}?month={bar['month'][:7]}" + (f"&kind={kind}" if kind else "")

    return opening(spec, behind)


def _groups(since: date, until: date, by: str) -> list[dict[str, Any]]:
    """List each month's groups, the largest first; the export has those that are left out."""
    found = insights.months_of_mrr(since, until, by) if by else []
    found = [m for m in found if m.mrr or m.mrr_before or m.mrr - m.mrr_before - m.moved or m.accounts_lost]
    names = asking.group_names(by, list(dict.fromkeys(m.group for m in found)))
    found.sort(key=lambda m: (-m.month.toordinal(), -m.mrr, m.group))
    return [_row(m) | {"group": m.group, "name": names[m.group], "moved": m.moved} for m in found[:MOST_GROUPS]]


def _row(m: MonthOfMrr) -> dict[str, Any]:
    return {
        "month": m.month,
        "text": date_format(m.month, "YEAR_MONTH_FORMAT"),
        "so_far": m.month == today().replace(day=1),
        "mrr": m.mrr,
        "accounts": m.accounts,
        "net": m.mrr - m.mrr_before,
        "amounts": [(kind, getattr(m, kind.value)) for kind in words.KINDS],
    }


def _listed(found: Sequence[MovementRow]) -> list[dict[str, Any]]:
    return [
        {
            "movement": m,
            "kind": words.KINDS[m.kind],
            "tone": words.KIND_TONES[m.kind],
            "direction": words.DIRECTIONS[m.direction] if m.direction else "",
        }
        for m in found
    ]


def _kind(request: Visit) -> MovementKind | None:
    asked = request.GET.get("kind", "")
    return MovementKind(asked) if asked in set(MovementKind) else None


def _month(request: Visit) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("month", "") + "-01")
    except ValueError:
        return None


def _months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _last_day(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
