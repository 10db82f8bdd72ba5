"""The portfolio: its table is the list of accounts, its map shows revenue against risk."""

import math
from collections.abc import Iterator
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tenure.customers import queries as customers
from tenure.web.exporting import csv_answer
from tenure.web.pages.accounts.list_view import EVERYTHING, AccountsView
from tenure.web.pages.accounts.listing import chips_of, wanted_of
from tenure.web.pages.accounts.traits_here import traits_here
from tenure.web.pages.portfolio import drawing, places
from tenure.web.shell import formats
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces

TABLE_ROWS = 100


@require_safe
def table(request: Visit) -> HttpResponse:
    """Lead to the table of the portfolio, which is the list of accounts."""
    return redirect(f"{reverse('accounts')}?{request.GET.urlencode()}".rstrip("?"))


@require_safe
def portfolio_map(request: Visit) -> HttpResponse:
    """Show a list of accounts as a map of revenue and risk."""
    view = AccountsView.of(request.GET)
    by = "stage" if request.GET.get("by") == "stage" else "health"
    currency = request.workspace.currency
    height = places.height_for({each.name for each in traits_here()})
    here = view.address()
    shown = {
        "view": view,
        "here": here or EVERYTHING,
        "kept": parse_qsl(here, keep_blank_values=True),
        "by": by,
        "height": height,
        "currency": currency,
        "chips": chips_of(view),
        "saved": list(workspaces.saved_views("accounts", request.member)),
        "mine": AccountsView(owners=(request.member.pk,)).address(),
        "is_mine": view.owners == (request.member.pk,),
        "everything": EVERYTHING,
    }
    if height is None:
        return render(request, "portfolio/map.html", shown | {"count": 0})
    found = customers.accounts_matching(wanted_of(view))
    many = found.order_by()[: places.MOST_POINTS + 1].count() > places.MOST_POINTS
    if many:
        counted = places.squares(found, height, view)
        without_mrr, without_height, standing = counted.without_mrr, counted.without_height, counted.standing
        spec = drawing.squares_spec(counted, height) if counted.squares else None
        shown |= {"squares": counted.squares, "spec": spec}
    else:
        placed, without_mrr, without_height = places.places(found, height)
        standing = [(p.mrr, p.height, 1) for p in placed]
        listed = sorted(placed, key=lambda p: (-p.mrr * p.height, p.id))
        shown |= {
            "places": [
                {
                    "place": p,
                    "mrr": formats.money(formats.minor_units(p.mrr, currency), currency),
                    "height": formats.number(p.height) if height.turned else formats.percent(p.height),
                    "health": "–" if p.health is None else formats.number(p.health),
                }
                for p in listed[:TABLE_ROWS]
            ],
            "left_out": max(len(listed) - TABLE_ROWS, 0),
            "spec": drawing.points_spec(placed, height, by, currency) if placed else None,
        }
    quarters = places.quarters(standing, height, view)
    count = sum(n for _mrr, _y, n in standing)
    shown |= {
        "many": many,
        "count": count,
        "quarters": [
            {"quarter": q, "revenue": formats.compact_money(formats.minor_units(q.revenue, currency), currency)}
            for q in quarters
        ],
        "summary": _summary(count, quarters[0].count),
        "without_mrr": without_mrr,
        "without_height": without_height,
    }
    return render(request, "portfolio/map.html", shown)


@require_safe
def area(request: Visit) -> HttpResponse:
    """Lead to the list of the accounts in a rectangle of the map, drawn over it or typed."""
    height = places.height_for({each.name for each in traits_here()})
    view = AccountsView.of(request.GET)
    if height is None:
        return redirect(places.list_of(view, ()))
    mrr, y = _range(request, "mrr", 1.0), _range(request, "y", 1.0)
    typed = _range(request, "percent", 1.0 if height.turned else 100.0)
    return redirect(places.area_of(view, height, mrr, y if y != (None, None) else typed))


def _range(request: Visit, name: str, scale: float) -> places.Range:
    def number(end: str) -> float | None:
        try:
            value = float(request.GET.get(f"{name}_{end}", "")) / scale
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    ends = [each for each in (number("from"), number("to")) if each is not None]
    if len(ends) == 2:
        return min(ends), max(ends)
    return number("from"), number("to")


@require_safe
def map_csv(request: Visit) -> HttpResponseBase:
    """Export where the accounts stand."""
    view = AccountsView.of(request.GET)
    header = ("account_id", "account", "mrr", "churn_risk", "health_score")
    return csv_answer("portfolio-map", header, _lines(view))


def _lines(view: AccountsView) -> Iterator[tuple[object, ...]]:
    found = customers.accounts_matching(wanted_of(view))
    yield from customers.numbers_of_accounts(found, ("mrr", "churn_risk", "health_score"), 1_000_000)


def _summary(count: int, first: int) -> str:
    if not count:
        return _("None of these accounts can be placed yet.")
    return ngettext(
        "%(first)s of %(n)d account has more revenue than most and is at risk.",
        "%(first)s of %(n)d accounts have more revenue than most and are at risk.",
        count,
    ) % {"first": formats.number(first), "n": count}
