"""What signals of activity decline mean, for whoever reads one or wonders how often they were right."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tenure.activity.queries.standings import choices
from tenure.activity.queries.words import explain
from tenure.activity.types import ACTIVITY_DECLINE
from tenure.signals.types import EvidenceKind, EvidenceLink, Explanation, SignalRule


def signal_rules() -> list[SignalRule]:
    """Return the one kind of signal that activity opens."""
    return [
        SignalRule(
            kind=ACTIVITY_DECLINE,
            name=lambda: _("Usage is fading"),
            definition=_definition,
            explain=_explained,
            links=_links,
        )
    ]


def _definition() -> tuple[str, ...]:
    return (
        _("Opens when the people, events and minutes of an account fall well under what its own past lets expect."),
        _("An account that has grown is held to what it grew to; seats given up are not missed."),
        _("Days that were quiet for all accounts, or for those of one time zone, are not held against anyone."),
        _("One absent person in a team of three or more opens no signal."),
        _("Over the months, at most %(percent)s of these signals are there by chance.")
        % {"percent": f"{choices().false_share:.0%}"},
        _("Closes by itself when use is back to usual, or when the account churns."),
    )


def _explained(evidence: Mapping[str, Any]) -> Explanation:
    said = explain(evidence)
    return Explanation(headline=said.headline, details=said.details, how=said.how)


def _links(evidence: Mapping[str, Any]) -> tuple[EvidenceLink, ...]:
    people = [*evidence.get("stopped_person_ids", ()), *evidence.get("fading_person_ids", ())]
    use = EvidenceLink(
        kind=EvidenceKind.EVENTS,
        since=date.fromisoformat(evidence["since"]),
        until=date.fromisoformat(evidence["as_of"]) if "as_of" in evidence else None,
    )
    return (*(EvidenceLink(kind=EvidenceKind.PERSON, id=pk) for pk in people), use)
