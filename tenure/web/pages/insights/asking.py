"""What an address asks for: days, whom to count, how to split; what cannot be read is as if it were not said."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tenure.customers import queries as customers
from tenure.insights import queries
from tenure.insights.queries import today
from tenure.insights.types import Grain, Metric, Subject
from tenure.kernel import clock
from tenure.tracking import queries as tracking
from tenure.web.asked import whole
from tenure.web.visiting import Visit

MOST_PERIODS = 400
EARLIEST = clock.EARLIEST.date()


def day(request: Visit, name: str) -> date | None:
    """Return a day that was asked for."""
    try:
        found = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return found if EARLIEST <= found <= today() + timedelta(days=366) else None


def days(request: Visit, grain: Grain) -> tuple[date, date]:
    """Return the range that was asked for, or the usual one."""
    since, until = day(request, "from"), day(request, "to")
    if since and until and since > until:
        since, until = until, since
    first, last = queries.usual_range(grain, None, until)
    if since is None or since > last:
        return first, last
    longest = {Grain.DAY: MOST_PERIODS, Grain.WEEK: 7 * MOST_PERIODS, Grain.MONTH: 31 * MOST_PERIODS}[grain]
    return max(since, last - timedelta(days=longest)), last


def subject(request: Visit) -> Subject:
    """Return whom to count."""
    return Subject.PERSON if request.GET.get("counts") == Subject.PERSON else Subject.ACCOUNT


def split(request: Visit, choices: Sequence[str]) -> str:
    """Return what to split by, of the choices."""
    asked = request.GET.get("by", "")
    return asked if asked in choices else ""


def query(**parts: object) -> str:
    """Write an address's query, leaving out what is empty."""
    return "?" + urlencode({k.rstrip("_"): str(v) for k, v in parts.items() if v not in ("", None)}, doseq=False)


def split_names() -> Mapping[str, str]:
    """Return what each split is called."""
    return {
        "": _("everybody"),
        "plan": _("by plan"),
        "touch_model": _("by touch model"),
        "account": _("by account"),
        "event": _("by event"),
        "milestone": _("by milestone"),
        "currency": _("by currency"),
    }


def split_choices(metric: Metric) -> list[tuple[str, str]]:
    """Return the usual splits of a metric with their names."""
    names = split_names()
    return [(by, names.get(by, by)) for by in ("", *metric.by)]


def trait_split_choices() -> list[tuple[str, str]]:
    """Return what retention and funnels can be split by: the usual with their names, then every other trait."""
    names = split_names()
    return [(by, names.get(by, by)) for by in ("", *queries.trait_splits())]


def trait_choices(metric: Metric) -> list[str]:
    """Return the other traits that split a metric."""
    return [by for by in queries.splits(metric) if by not in metric.by]


def metric_split(request: Visit, metric: Metric) -> str:
    """Return what to split a metric by."""
    return split(request, queries.splits(metric) if request.GET.get("by", "") not in metric.by else metric.by)


def group_names(by: str, groups: Sequence[str]) -> dict[str, str]:
    """Return what to call the groups of a split."""
    if by == "account":
        ids = [pk for g in groups if (pk := whole(g)) is not None]
        known = customers.account_names(ids)
        return {g: _("(none)") if (pk := whole(g)) is None else known.get(pk, g) for g in groups}
    return {g: _("(none)") if g == "(none)" else g for g in groups}


def event_choices() -> list[str]:
    """Return the events seen lately, the most frequent first, for autocompletion."""
    return [e.name for e in tracking.event_names()][:300]
