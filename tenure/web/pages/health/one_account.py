"""One account's health: what it is made of, why it changed between any two days, and everything members said."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.customers import queries as customers
from tenure.health import queries
from tenure.health.errors import NotJudged
from tenure.health.types.answers import ScoreAt
from tenure.kernel import clock
from tenure.stats.charts import Chart, line_chart
from tenure.web.pages.health import words
from tenure.web.permission import may
from tenure.web.shell import formats
from tenure.web.shell.opening import opening, rows_opening
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

CHART_DAYS = 180
LOOKED_BACK = 28


@require_safe
def account_health(request: Visit, pk: int) -> HttpResponse:
    """Show an account's health by one of its scorecards, and why it changed between two days."""
    account = customers.account(pk)
    if account.pk != pk:
        return redirect("account_health", account.pk)
    found = queries.health_of(pk)
    if not found:
        return render(request, "health/account.html", {"account": account, "found": found})
    asked = request.GET.get("scorecard", "")
    health = next((each for each in found if str(each.scorecard_id) == asked), found[0])
    now = clock.now()
    today = now.astimezone(UTC).date()
    since = _day(request.GET.get("since", ""), today - timedelta(days=LOOKED_BACK))
    until = min(_day(request.GET.get("until", ""), today), today)
    lines = queries.scores_of(pk, health.scorecard_id)
    try:
        change = queries.why_changed(pk, health.scorecard_id, _end(since, now), _end(until, now))
    except NotJudged:
        change = None
    judgements = queries.judgements_of(pk)
    return render(
        request,
        "health/account.html",
        {
            "account": account,
            "found": found,
            "health": health,
            "shown": words.shown_score(health.score, health.band, health.definition),
            "unknown": words.unknown_words(health) if health.score is None else "",
            "parts": words.part_rows(health.parts),
            "young": round(health.young * 100),
            "since": since,
            "until": until,
            "change": change,
            "terms": words.term_rows(change) if change else [],
            "total": queries.points_words(sum(term.amount for term in change.difference.terms))
            if change and change.difference
            else "",
            **_chart(lines, today, since, asked),
            "lines": list(reversed(lines))[:50],
            "judgements": [(each, words.feeling(each.score)) for each in judgements],
            "disagreement": words.disagreement(health, judgements),
            "feelings": words.FEELINGS,
            "overrides": queries.overrides_of(pk, health.scorecard_id),
            "may_change": may(request, PermissionRole.MEMBER),
        },
    )


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _end(day: date, now: datetime) -> datetime:
    """Return the end of a day (UTC), or now where it is not over."""
    return min(datetime.combine(day, time.max, UTC), now)


def _chart(lines: Sequence[ScoreAt], today: date, since: date, scorecard: str) -> dict[str, Any]:
    """Draw the score by day; a point opens why it had changed by then."""
    known = [line for line in lines if line.score is not None]
    if len(known) < 2:
        return {}
    days = []
    for age in range(CHART_DAYS, -1, -1):
        day = today - timedelta(days=age)
        end = datetime.combine(day, time.max, UTC)
        there = [line for line in known if line.since <= end and (line.until is None or line.until > end)]
        if there:
            days.append((day, float(there[-1].score or 0)))
    if len(days) < 2:
        return {}

    def why(until: date) -> str:
        first = since if since < until else until - timedelta(days=LOOKED_BACK)
        asked = {"scorecard": scorecard} if scorecard else {}
        return f"?{urlencode({**asked, 'since': first.isoformat(), 'until': until.isoformat()})}#why"

    words_of = {"first": round(days[0][1]), "day": formats.day(days[0][0]), "last": round(days[-1][1])}
    chart = Chart(
        title=_("Health by day"),
        description=_("%(first)d on %(day)s, %(last)d now.") % words_of,
        spec=line_chart(days, day=_("Day"), unit=_("Health score")),
        columns=(_("Day"), _("Health score")),
        rows=tuple((formats.day(day), str(round(score))) for day, score in reversed(days)),
    )
    return {
        "chart": chart,
        "spec": opening(chart.spec, lambda point: why(date.fromisoformat(point["day"]))),
        "chart_rows": rows_opening(chart, (why(day) for day, _score in reversed(days))),
    }
