"""The features in words: what each is, and what a value of it says."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tenure.kernel.money import in_units
from tenure.snapshots.types import AS_ONE

_WORDS: dict[str, tuple[Promise, Promise]] = {
    "days_since_use": (_("Days since last use"), _("Whole days since anybody used the product.")),
    "use_change": (_("Change in use"), _("Use in the last 28 days against the 28 days before.")),
    "people_change": (_("Change in active people"), _("Active people in the last 28 days against the 28 days before.")),
    "active_people": (_("Active people"), _("People who used the product in the last 28 days.")),
    "active_days": (_("Active days"), _("Days of the last 28 on which anybody used the product.")),
    "stopped_people": (
        _("People who stopped"),
        _("People who used the product on at least 4 days of the 8 weeks before, and not in the last 28 days."),
    ),
    "age_days": (_("Time as a customer"), _("Days since the account signed up.")),
    "breadth_change": (
        _("Change in breadth of use"),
        _("Different events in the last 28 days against the 28 days before."),
    ),
    "breadth": (_("Breadth of use"), _("Different events in the last 28 days.")),
    "top_person_share": (
        _("Dependence on one person"),
        _("The share of use in the last 28 days by the busiest person."),
    ),
    "new_people": (_("New people"), _("People whose first use in 84 days was in the last 28.")),
    "events_a_person": (_("Use per person"), _("Events in the last 28 days for each active person.")),
    "last_week_share": (_("Share of use in the last week"), _("The share of the last 28 days’ use in the last 7.")),
    "seats_used": (_("Seats used"), _("Active people in the last 28 days for each paid seat.")),
    "mrr": (_("MRR"), _("What the account pays a month, in the smallest unit of the currency.")),
    "mrr_change": (_("Change in MRR"), _("MRR against 84 days before.")),
    "days_to_renewal": (_("Days to renewal"), _("Days until the subscription renews.")),
    "past_due": (_("Payment overdue"), _("Whether a payment of the subscription is overdue.")),
    "use_quarter_change": (
        _("Change in use over 12 weeks"),
        _("Use in the last 28 days against the 28 days that began 84 days ago."),
    ),
    "people_quarter_change": (
        _("Change in active people over 12 weeks"),
        _("Active people in the last 28 days against the 28 days that began 84 days ago."),
    ),
    "days_overdue": (_("Days overdue"), _("Days since the oldest unpaid invoice was due.")),
    "mrr_year_change": (_("Change in MRR over a year"), _("MRR against 364 days before.")),
    "tickets_opened": (_("Tickets opened"), _("Tickets opened in the last 28 days.")),
    "tickets_unhappy": (_("Unhappy tickets"), _("Tickets of the last 84 days whose answer the customer rated badly.")),
    "payments_failed": (
        _("Failed payments"),
        _("Payments that failed in the last 90 days; a second try counts again."),
    ),
    "discount_share": (_("Discount"), _("The share of the list price that discounts take off.")),
    "days_to_discount_end": (_("Days to the end of a discount"), _("Days until a discount ends by itself.")),
    "health_score": (_("Health score"), _("The account’s health score, where there is one.")),
    "nps": (_("NPS"), _("The account’s last answer to the recommendation question, where there is one.")),
}


def feature_name(name: str) -> str:
    """Return what a feature is called; itself for one that is not ours."""
    return str(_WORDS[name][0]) if name in _WORDS else name


def feature_words(name: str) -> str:
    """Say what a feature is."""
    return str(_WORDS[name][1]) if name in _WORDS else ""


def feature_reason(
    name: str, value: float | None, beside: Mapping[str, float | None] | None = None, *, currency: str = ""
) -> str:
    """Say in words what the value of a feature is; changes are exact where what is now is known `beside` it.

    Money is in minor units of the `currency`.
    """
    called = feature_name(name)
    if value is None and name == "days_to_discount_end":
        return gettext("No discount ends by itself")
    if value is None:
        return gettext("%(feature)s: not known") % {"feature": called}
    match name:
        case "days_since_use":
            days = round(value)
            return ngettext("Not used for %(days)s day", "Not used for %(days)s days", days) % {"days": days}
        case (
            "use_change"
            | "people_change"
            | "breadth_change"
            | "mrr_change"
            | "use_quarter_change"
            | ("people_quarter_change" | "mrr_year_change")
        ):
            percent = _percent(name, value, beside or {})
            return _named(called, f"{percent:+d} %".replace("-", "−"))
        case "payments_failed":
            count = round(value)
            words = ngettext("%(count)s payment failed in 90 days", "%(count)s payments failed in 90 days", count)
            return words % {"count": count} if count else gettext("No payment failed in 90 days")
        case "discount_share" if value > 0:
            return gettext("%(share)s %% off the list price") % {"share": round(100 * value)}
        case "discount_share":
            return gettext("No discount")
        case "days_to_discount_end":
            days = round(value)
            return ngettext("A discount ends in %(days)s day", "A discount ends in %(days)s days", days) % {
                "days": days
            }
        case "top_person_share" | "last_week_share" | "seats_used":
            return _named(called, f"{value:.0%}".replace("%", " %"))
        case "breadth":
            count = round(value)
            words = ngettext("%(count)s different event in 28 days", "%(count)s different events in 28 days", count)
            return words % {"count": count}
        case "active_days":
            return gettext("Used on %(days)s of 28 days") % {"days": round(value)}
        case "age_days":
            days = round(value)
            return ngettext("Customer for %(days)s day", "Customer for %(days)s days", days) % {"days": days}
        case "days_overdue" if value > 0:
            days = round(value)
            return ngettext("Overdue for %(days)s day", "Overdue for %(days)s days", days) % {"days": days}
        case "days_overdue":
            return gettext("No invoice is overdue")
        case "past_due":
            return gettext("A payment is overdue") if value else gettext("No payment is overdue")
        case "mrr":
            return _named(called, f"{in_units(round(value), currency):,.0f} {currency}".rstrip())
        case _:
            return _named(called, f"{value:,.1f}".removesuffix(".0"))


def _named(called: str, value: str) -> str:
    return gettext("%(name)s: %(value)s") % {"name": called, "value": value}


def _percent(name: str, value: float, beside: Mapping[str, float | None]) -> int:
    """Return a change in percent: that of what was counted, not of one more, where that can be told."""
    now = _now_of(name, beside)
    before = 0.0 if now is None else (now + 1) / 2**value - 1
    return round((2**value - 1) * 100 if now is None or before < 0.01 else (now - before) / before * 100)


def _now_of(name: str, beside: Mapping[str, float | None]) -> float | None:
    match name:
        case "people_change" | "people_quarter_change":
            return beside.get("active_people")
        case "breadth_change":
            return beside.get("breadth")
        case "mrr_change" | "mrr_year_change":
            mrr = beside.get("mrr")
            return None if mrr is None else max(mrr, 0.0) / AS_ONE
        case _:
            people, each = beside.get("active_people"), beside.get("events_a_person")
            return 0.0 if people == 0 else None if people is None or each is None else people * each
