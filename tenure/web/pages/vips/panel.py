"""What an account's page says of its being a VIP: a mark after the name, the proof, the terms and their acceptance."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.vips import queries
from tenure.web.pages.vips.words import chip_words, evidence_words, people_in
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.customers.models import Account


def mark_of_account(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """Give the mark; nothing for an account that is no VIP."""
    if "vip" not in account.traits:
        return None
    vip = queries.vip_of(account.pk)
    if vip is None:
        return None
    return {"words": chip_words(vip, queries.reason_names()), "level": queries.level_names().get(vip.level, vip.level)}


def vip_of_account(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """Give the reasons with their proof, what the level is promised, and what was accepted."""
    vip = queries.vip_of(account.pk) if "vip" in account.traits else None
    accepted = queries.acceptances_of([account.pk]).get(account.pk, [])
    if vip is None and not accepted:
        return None
    reasons, levels = queries.reason_names(), queries.level_names()
    definition = queries.rules().definition
    people = people_in([vip] if vip else [])
    return {
        "vip": vip,
        "level": levels.get(vip.level, vip.level) if vip else "",
        "proofs": [
            {"proof": p, "name": reasons.get(p.reason, p.reason), "evidence": evidence_words(p.evidence, people)}
            for p in (vip.proofs if vip else ())
        ],
        "terms": definition.terms_of(vip.level) if vip else None,
        "people": [(p.id, p.name or p.email or f"#{p.id}") for p in customers.people_of(account.pk)[:100]]
        if vip
        else (),
        "links": queries.links_of(account.pk) if vip else (),
        "accepted": [(levels.get(a.level, a.level), a) for a in accepted],
        "today": clock.now().astimezone(ZoneInfo(request.workspace.timezone)).date().isoformat(),
        "may_do": may(request, PermissionRole.MEMBER),
    }
