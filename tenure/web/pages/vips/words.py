"""What the pages of VIPs call things."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tenure.customers import queries as customers
from tenure.vips.types import PERSON, VipItem, Wrong
from tenure.web.pages.accounts.words import trait_text
from tenure.web.pages.definitions import OwnWords
from tenure.web.shell import formats

PROBLEMS: OwnWords = {
    Wrong.LEVEL_UNKNOWN: lambda: _("There is no level “%(given)s”. Choose one of: %(choices)s."),
    Wrong.TERMS_TWICE: lambda: _("There are terms for this level already."),
    Wrong.ASKS_ITSELF_THROUGH: lambda: _("The segment “%(segment)s” asks whether the account is a VIP: it would flap."),
    Wrong.ASKS_ITSELF: lambda: _("A reason cannot ask whether the account is a VIP."),
}


def people_in(vips: Iterable[VipItem]) -> Mapping[int, str]:
    """Return the names of the people whose facts prove something of these VIPs."""
    ids = {p.evidence[PERSON] for vip in vips for p in vip.proofs if PERSON in p.evidence}
    return customers.people_names(ids) if ids else {}


def evidence_words(evidence: Mapping[str, Any], people: Mapping[int, str]) -> str:
    """Write the facts that prove a reason, and whose they are where they are a person's."""
    said = [formats.named(name, trait_text(value)) for name, value in evidence.items() if name != PERSON]
    if PERSON in evidence:
        said.append(people.get(evidence[PERSON]) or f"#{evidence[PERSON]}")
    return formats.listed(said)


def chip_words(vip: VipItem, reasons: Mapping[str, str]) -> str:
    """Say in a few words why: VIP (funded, 3.2M)."""
    proof = vip.proofs[-1] if vip.proofs else None
    if proof is None:
        return _("VIP")
    name = reasons.get(proof.reason, proof.reason)
    shown = next(iter(proof.evidence.values()), None)
    if shown is None:
        return _("VIP (%(reason)s)") % {"reason": name}
    is_large = isinstance(shown, int | float) and not isinstance(shown, bool) and abs(shown) >= 1_000
    value = formats.compact(shown) if is_large else trait_text(shown)[:40]
    return _("VIP (%(reason)s, %(value)s)") % {"reason": name, "value": value}
