"""What connections say in words: how they do, what went wrong and what to do about it."""

from django.utils.translation import gettext_lazy as _

from tenure.connectors.registry import Brings
from tenure.connectors.stripe.types import Health, Phase, Refused

HEALTH = {
    Health.WORKING: (_("works"), "good"),
    Health.WAITING: (_("waits for its first webhook"), "info"),
    Health.REFUSING: (_("webhooks are refused"), "risk"),
    Health.STUCK: (_("something cannot be read"), "watch"),
    Health.KEY_FAILS: (_("the key does not work"), "risk"),
    Health.DISCONNECTED: (_("disconnected"), ""),
}
REFUSED = {
    Refused.TOO_LARGE: _("It was larger than a webhook of Stripe's can be. Stripe did not send it."),
    Refused.NO_SIGNATURE: _("It carried no signature. Stripe did not send it."),
    Refused.SIGNATURE_UNREADABLE: _("Its signature could not be read. A proxy in between may change headers."),
    Refused.SIGNATURE_WRONG: _(
        "It was signed with another secret. Copy the signing secret of this endpoint from Stripe and add it here."
    ),
    Refused.TOO_OLD: _("It was signed more than 5 minutes before it came. Check the clock of this machine."),
    Refused.TOO_NEW: _("It was signed more than 5 minutes from now. Check the clock of this machine."),
    Refused.NO_SECRET: _("No signing secret is known here yet. Copy it from Stripe and add it."),
    Refused.NOT_AN_EVENT: _("It was signed rightly and was no event."),
}
KEY_PROBLEMS = {
    "stripe_key_refused": _(
        "Stripe does not know the key any more. Make a new restricted key in Stripe and change it here; "
        "what waited goes on by itself."
    ),
    "stripe_permission_missing": _(
        "The key may not read everything. In Stripe, open the restricted key and set these to Read:"
    ),
    "stripe_away": _("Stripe could not be reached. Nothing is lost; it is tried again by itself."),
    "stripe_busy": _("Stripe asked us to come back later. It goes on by itself."),
    "seal_broken": _("The key can no longer be opened, because TENURE_SECRET_KEY has changed. Give it again."),
}
PHASES = {
    Phase.PRODUCTS: _("Products"),
    Phase.PRICES: _("Prices"),
    Phase.COUPONS: _("Coupons"),
    Phase.CUSTOMERS: _("Customers"),
    Phase.CHECKOUTS: _("Checkout sessions"),
    Phase.SUBSCRIPTIONS: _("Subscriptions"),
    Phase.INVOICES: _("Invoices"),
    Phase.INVOICE_PAYMENTS: _("Payments of invoices"),
    Phase.CHARGES: _("Charges"),
    Phase.REFUNDS: _("Refunds"),
    Phase.CREDIT_NOTES: _("Credit notes"),
    Phase.DISPUTES: _("Disputes"),
    Phase.EVENTS: _("Events of the last 30 days"),
}
WHY_NOT = {
    "unknown_metadata": _("its metadata names an account that is not here"),
    "unknown_reference": _("its checkout named an account that is not here"),
    "several_by_name": _("several accounts have this name"),
    "nothing_fits": _("no account has its id, domain or name"),
}


def key_problem(code: str) -> str:
    """Say what is wrong with a key and what to do."""
    return str(KEY_PROBLEMS.get(code, code))


CONNECTORS = {
    "files": (_("Files of accounts, people and tickets"), "imports"),
    "csv_events": (_("Files of events"), "imports"),
    "csv_billing": (_("Files of subscriptions and of what was spent"), "imports"),
    "company_facts": (_("Facts about companies"), "company_facts"),
}
"""What brings records besides Stripe, and the page on which it does."""

BRINGS = {
    Brings.EVENTS: _("events"),
    Brings.BILLING: _("billing"),
    Brings.CUSTOMERS: _("accounts and people"),
}
