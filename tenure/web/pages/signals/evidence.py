"""What a signal rests on, as links that open."""

import dataclasses
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from tenure.customers import queries as customers
from tenure.signals import queries
from tenure.signals.types import EvidenceKind, EvidenceLink, SignalRule
from tenure.web.shell import formats

if TYPE_CHECKING:
    from tenure.signals.models import Signal

ICONS = {
    EvidenceKind.PERSON: "user",
    EvidenceKind.TICKET: "message-circle",
    EvidenceKind.SEGMENT: "filter",
    EvidenceKind.EVENTS: "activity",
    EvidenceKind.ACCOUNT: "building",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class OpenedBy:
    """One piece of evidence: what it is called, and where it opens."""

    icon: str
    words: str
    href: str
    names_customer: bool


def opened_by(signal: "Signal", rule: SignalRule) -> list[OpenedBy]:
    """Return what a signal rests on, those links that were brought first; people are named with one statement."""
    links = list(dict.fromkeys([*queries.links_of(signal), *rule.links(signal.evidence)]))
    people = customers.people_names(link.id for link in links if link.kind is EvidenceKind.PERSON and link.id)
    accounts = customers.account_names(link.id for link in links if link.kind is EvidenceKind.ACCOUNT and link.id)
    return [
        OpenedBy(
            icon=ICONS[link.kind],
            words=_words(link, people, accounts),
            href=_href(link, signal.account_id),
            names_customer=link.kind in (EvidenceKind.PERSON, EvidenceKind.ACCOUNT),
        )
        for link in links
        if link.kind is EvidenceKind.EVENTS or link.id
    ]


def _words(link: EvidenceLink, people: dict[int, str], accounts: dict[int, str]) -> str:
    match link.kind:
        case EvidenceKind.PERSON:
            return people.get(link.id or 0, f"#{link.id}")
        case EvidenceKind.ACCOUNT:
            return accounts.get(link.id or 0, f"#{link.id}")
        case EvidenceKind.TICKET:
            return link.words or _("Ticket %(id)s") % {"id": link.id}
        case EvidenceKind.SEGMENT:
            return _("Segment: %(name)s") % {"name": link.words or f"#{link.id}"}
        case EvidenceKind.EVENTS:
            said = {"event": link.words, "day": formats.day(link.since)}
            if link.since is None:
                return link.words or _("What they did")
            return (_("%(event)s since %(day)s") if link.words else _("What they did since %(day)s")) % said


def _href(link: EvidenceLink, account_id: int) -> str:
    match link.kind:
        case EvidenceKind.PERSON:
            return reverse("person", args=[link.id])
        case EvidenceKind.TICKET:
            return f"{reverse('tickets')}?{urlencode({'account_id': account_id})}"
        case EvidenceKind.SEGMENT:
            return reverse("segment", args=[link.id])
        case EvidenceKind.ACCOUNT:
            return reverse("account", args=[link.id])
        case EvidenceKind.EVENTS:
            return f"{reverse('account', args=[account_id])}?show=use#timeline"
