"""What privacy's kinds of data and parts of Tenure are called."""

from django.utils.translation import gettext_lazy as _

from tenure.privacy.types import Kept

KEPT = {
    Kept.EVENTS: (
        _("Raw events"),
        _("What people did, call by call with its properties. What was counted stays."),
    ),
    Kept.ROLLUPS: (
        _("Counts by day"),
        _("How often who did what on each day: charts, segments and signals look at it."),
    ),
    Kept.TIMELINE: (
        _("Timelines"),
        _("What the pages of accounts and people tell of the past: messages, calls, tasks, signals, changes."),
    ),
    Kept.MESSAGES: (
        _("Texts of messages"),
        _("What was written in messages. That they were sent, when and to whom, stays."),
    ),
    Kept.CALLS: (_("Notes of calls"), _("What members wrote down about calls. That a call took place stays.")),
    Kept.TICKETS: (_("Tickets"), _("What customers asked for and was solved. Tickets that still wait stay.")),
    Kept.IMPORTS: (
        _("Imports"),
        _("Uploaded files, refused rows, and which accounts and people an import touched. What it brought in stays."),
    ),
    Kept.AUDIT: (_("Audit trail"), _("Who of the workspace changed what.")),
}
"""The name of each kind of data, and a sentence about it."""

DOMAINS = {
    "activity": _("Activity"),
    "backtests": _("Backtests"),
    "billing": _("Billing"),
    "channels": _("Messages"),
    "conversations": _("Tickets"),
    "customers": _("People and accounts"),
    "experiments": _("Experiments"),
    "files": _("Imports"),
    "health": _("Health"),
    "insights": _("Insights"),
    "journeys": _("Journeys"),
    "kernel": _("What was still to be announced"),
    "lifecycle": _("Lifecycle"),
    "playbooks": _("Playbooks, tasks and calls"),
    "privacy": _("Consents"),
    "risk": _("Risk"),
    "segments": _("Segments"),
    "signals": _("Signals"),
    "simulator": _("The demo's simulator"),
    "snapshots": _("The past as it was known"),
    "stripe": "Stripe",
    "touch_models": _("Touch models"),
    "tracking": _("Events and timelines"),
    "vips": _("VIPs"),
    "workspaces": _("Audit trail"),
}
"""What each part of Tenure that can forget is called."""


def domain_name(domain: str) -> str:
    """Return what a part of Tenure is called, or its code when it has no name here."""
    return str(DOMAINS.get(domain, domain))
