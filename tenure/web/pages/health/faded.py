"""The part of an account's page that says who and what faded, while a decline of its use is open."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tenure.activity.types import ACTIVITY_DECLINE
from tenure.customers import queries as customers
from tenure.signals import queries as signals
from tenure.web.visiting import Visit

NAMED = 8


def who_faded(_request: Visit, account: Any) -> Mapping[str, Any] | None:
    """Return the people and events that are missed, and how much of each series is left; nothing without a decline."""
    signal = signals.live_signals(ACTIVITY_DECLINE, among=[account.pk]).get(account.pk)
    if signal is None:
        return None
    evidence = signal.evidence
    stopped, fading = evidence.get("stopped_person_ids", [])[:NAMED], evidence.get("fading_person_ids", [])[:NAMED]
    people = customers.people([*stopped, *fading]).in_bulk()
    series = evidence.get("series", {})
    return {
        "since": date.fromisoformat(evidence["since"]),
        "stopped": [people[pk] for pk in stopped if pk in people],
        "fading": [people[pk] for pk in fading if pk in people],
        "more": evidence.get("stopped_people", 0) + evidence.get("fading_people", 0) - len(stopped) - len(fading),
        "events": evidence.get("faded_events", []),
        "left": [(name, max(0, 100 - series[name]["percent"])) for name in ("people", "events", "minutes")
                 if name in series and series[name]["expected"]],
    }  # fmt: skip
