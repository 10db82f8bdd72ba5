"""Names that Tenure gave: bands, and all of the scorecard it suggests, in the reader's language."""

from django.utils.translation import gettext, gettext_noop

_OURS = frozenset(
    {
        gettext_noop("Health"),
        gettext_noop(
            "Use first, then money and satisfaction. Change it to what you have learnt of your own customers."
        ),
        gettext_noop("Poor"),
        gettext_noop("Fair"),
        gettext_noop("Good"),
        gettext_noop("Use"),
        gettext_noop("Seats in use"),
        gettext_noop("Days in use"),
        gettext_noop("Last seen"),
        gettext_noop("Trend of use"),
        gettext_noop("Money"),
        gettext_noop("MRR over 90 days"),
        gettext_noop("Invoices overdue"),
        gettext_noop("Renewal"),
        gettext_noop("Voice"),
        gettext_noop("Tickets opened in 30 days"),
        gettext_noop("NPS"),
        gettext_noop("Days in use since sign-up"),
        gettext_noop("People who tried it"),
        gettext_noop("An urgent ticket is open"),
        gettext_noop("Nobody has been there for a month"),
    }
)


def spoken(name: str) -> str:
    """Return a name in the reader's language where Tenure gave it; what members called something stays as it is."""
    return gettext(name) if name in _OURS else name
