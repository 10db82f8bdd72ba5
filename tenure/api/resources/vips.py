"""VIPs: who is one and on what evidence, the rules and terms, and what customers accepted."""

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, page_by_id, page_of_few, reachable
from tenure.touch_models import queries as touch_models
from tenure.vips import actions, queries
from tenure.vips.queries.acceptances import accepted_items
from tenure.vips.types import Accepted, Preview, ReasonCount, VipItem
from tenure.workspaces.types import PermissionRole

router = Router(tags=["vips"])

EXAMPLE = "levels:\n- key: gold\n  name: Gold\nreasons:\n- key: value\n  name: Highest value\n  level: gold\n  when: {trait: mrr, operator: more_than, value: 2000}\n  evidence: [mrr]\n"  # noqa: E501


class ProofOut(Schema):
    """A reason why an account is a VIP, with the facts that prove it."""

    reason: str = said("Which reason.", "funding")
    level: str = said("The level it gives.", "silver")
    since: datetime = said("Since when.")
    evidence: dict[str, Any] = said("The facts it rests on.", {"funding_total_usd": 3_200_000})


class VipOut(Schema):
    """An account that is a VIP."""

    account_id: int = said("Which account.")
    account_name: str = said("What it is called.", "Northwind")
    level: str = said("The highest level of its reasons.", "gold")
    since: datetime = said("Since when it is a VIP.")
    reasons: list[ProofOut] = said(
        "Every reason, with its proof.",
        [{"reason": "funding", "level": "silver", "since": "2026-03-02T00:00:00Z",
          "evidence": {"funding_total_usd": 3_200_000}}],
    )  # fmt: skip
    accepted_on: date | None = said("When the terms of its level were accepted; null while they are not.")
    accepted_by: str = said("Who at the account accepted them.", "Maya Lin, CFO")
    accepted_until: date | None = said("Until when that holds; null: as long as it is of this level, or not accepted.")


class VipRulesOut(Schema):
    """The levels, reasons and terms in force."""

    version: int = said("The latest version.", 3)
    text: str = said("The whole as YAML, as it can be put back.", EXAMPLE)
    definition: dict[str, Any] = said("The same as JSON.", {"levels": [{"key": "gold", "name": "Gold"}], "reasons": []})
    changed_at: datetime = said("Since when it is so.")
    changed_by: str = said("Who made it so; empty for Tenure itself.", "Ada Park")
    swept_at: datetime | None = said("When every account was looked at last.")
    error: str = said("Why the rules cannot be followed, if they cannot.", "")


class VipRulesIn(Schema):
    """What the levels, reasons and terms are to be."""

    text: Text = said("The whole as YAML.", EXAMPLE, max_length=100_000)
    version: int | None = said(
        "The version this was made from (0: none); refused when it is not the latest.", 3, default=None, ge=0
    )


class VipPreviewOut(Schema):
    """What saving would do."""

    looked_at: int = said("How many accounts were looked at.", 400)
    coming: int = said("How many would become VIPs.", 7)
    going: int = said("How many would be VIPs no more.", 1)
    changing: int = said("How many would be of another level.", 2)
    counts: dict[str, int] = said("How many accounts each reason would hold of.", {"funding": 12})


class VipReasonOut(Schema):
    """One reason with how many accounts are VIPs for it."""

    key: str = said("Which reason.", "funding")
    name: str = said("What it is called.", "Funded")
    level: str = said("The level it gives.", "silver")
    accounts: int = said("How many accounts.", 12)


class VipVersionOut(Schema):
    """What the rules were from a moment on."""

    number: int = said("Which version.", 2)
    at: datetime = said("From when on.")
    by: str = said("Who made it; empty for Tenure itself.", "Ada Park")
    text: str = said("The whole as YAML.", EXAMPLE)
    changes: list[str] = said("The lines that came and went.", ["+   lasts_days: 365"])


class AcceptanceOut(Schema):
    """A customer's acceptance of what its level is promised."""

    id: int = said("Which acceptance.")
    account_id: int = said("Whose.")
    account_name: str = said("What the account is called.", "Northwind")
    level: str = said("Of which level.", "gold")
    version: int = said("The version of the rules it was made under.", 3)
    includes: list[str] = said("What was promised then.", ["A first answer within one working hour"])
    accepted_by: str = said("Who at the account accepted.", "Maya Lin, CFO")
    accepted_on: date = said("On which day.")
    until: date | None = said("Until when it holds; null: as long as the account is of this level.")
    recorded_by: str = said("The member who recorded it.", "Ada Park")
    recorded_at: datetime = said("When it was recorded.")
    note: str = said("What was noted.", "On the phone")
    by_link: bool = said("The customer accepted by itself, behind a link.", False)
    address: str = said("From which network address, where it came by a link.", "203.0.113.7")
    browser: str = said("With which browser, where it came by a link.", "Mozilla/5.0 (X11; Linux x86_64)")
    language: str = said("In which language the page was, where it came by a link.", "zh-hant")
    is_current: bool = said("These are still the terms of the level.", True)
    is_over: bool = said("Its last day has passed.", False)


class AcceptanceIn(Schema):
    """Who accepted what, and when."""

    level: Text = said("The key of the level.", "gold", max_length=30)
    accepted_by: Text = said("Who at the account accepted.", "Maya Lin, CFO", max_length=200)
    accepted_on: date = said("On which day.")
    note: Text = said("What to remember of it.", "On the phone", max_length=1_000, default="")


class LinkOut(Schema):
    """A link by which a customer accepts what its level is promised."""

    id: int = said("Which link.")
    account_id: int = said("Whose.")
    level: str = said("Of which level.", "gold")
    url: str = said("Where it leads; send it to the customer.", "https://tenure.example/terms/1-7-2v…/")
    status: str = said("open, used, revoked or expired.", "open")
    made_at: datetime = said("When it was made.")
    made_by: str = said("Which member made it.", "Ada Park")
    expires_at: datetime = said("When it runs out.")
    opened_at: datetime | None = said("When the customer looked at it first; null while it has not.")
    person_name: str = said("Whom it is meant for; empty: nobody in particular.", "Maya Lin")
    can_be_mailed: bool = said("Their e-mail address is known.", True)
    is_mailed: bool = said("It was sent by e-mail from here.", False)


class AcceptanceLinkIn(Schema):
    """What a customer is asked to accept, and for how long."""

    level: Text = said("The key of the level.", "gold", max_length=30)
    days: int = said("For how many days the link works.", 14, default=14, ge=1, le=90)
    person_id: int | None = said("Whom of the account's people it is meant for.", None, default=None, ge=1, lt=2**63)


@lists(router, "", VipOut, summary="Who is a VIP and why")
def list_vips(
    request: ApiCall,
    level: str | None = Query(None, max_length=30, description="Only with a reason of this level."),
    reason: str | None = Query(None, max_length=30, description="Only for this reason."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the VIPs, the latest first."""
    page = queries.vips(
        level=level.replace("\x00", "") if level else None,
        reason=reason.replace("\x00", "") if reason else None,
        cursor=cursor or None,
        limit=limit,
    )
    return as_page([_vip(item) for item in page.items], page.next_cursor)


@router.get("/rules", response=VipRulesOut, summary="The rules for VIPs in force")
def read_rules(request: ApiCall) -> Any:
    """Return the levels, reasons and terms; 404 while there are none."""
    return _shown()


@router.put("/rules", response=VipRulesOut, summary="Change the rules for VIPs")
def change_rules(request: ApiCall, given: VipRulesIn) -> Any:
    """Put other levels, reasons and terms in force; every account is looked at at once."""
    by = acting_member(request, PermissionRole.ADMIN)
    actions.change_rules(queries.read_text(given.text), by=by, version=given.version)
    return _shown()


@router.post("/rules/preview", response=VipPreviewOut, summary="Who would be a VIP by other rules")
def preview_rules(request: ApiCall, given: VipRulesIn) -> Any:
    """Say who would be one; nothing is changed."""
    seen: Preview = queries.preview(queries.read_text(given.text))
    return {
        "looked_at": seen.looked_at,
        "coming": seen.coming_count,
        "going": seen.going_count,
        "changing": sum(each.accounts for each in seen.changing),
        "counts": dict(seen.counts),
    }


@lists(router, "/reasons", VipReasonOut, summary="The reasons with their accounts")
def list_reasons(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the reasons in their order."""
    counts = queries.reason_counts() if queries.has_rules() else []
    return page_of_few(counts, cursor, limit, _reason)


@lists(router, "/versions", VipVersionOut, summary="What the rules for VIPs were before")
def list_versions(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the versions, the latest first."""
    return page_of_few(queries.versions(), cursor, limit)


@router.post("/versions/{int:number}/restore", response=VipRulesOut, summary="Put earlier rules in force again")
def restore_version(request: ApiCall, number: int) -> Any:
    """Put what an earlier version said in force again, as a new version."""
    actions.restore_version(min(number, 2**31 - 1), by=acting_member(request, PermissionRole.ADMIN))
    return _shown()


@lists(router, "/acceptances", AcceptanceOut, summary="What VIPs accepted")
def list_acceptances(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the acceptances that count, the newest first."""
    page = page_by_id(queries.acceptances(), cursor, limit)
    return {**page, "items": accepted_items(page["items"])}


@router.post("/accounts/{int:account_id}/acceptances", response=AcceptanceOut, summary="Record an acceptance")
def record_acceptance(request: ApiCall, account_id: int, given: AcceptanceIn) -> Any:
    """Record that a customer accepted what its level is promised, as the terms are now."""
    made = actions.record_acceptance(
        reachable(account_id),
        given.level,
        accepted_by=given.accepted_by,
        accepted_on=given.accepted_on,
        note=given.note,
        by=acting_member(request),
    )
    return _accepted(made.pk)


@router.post("/acceptances/{int:acceptance_id}/withdraw", response=AcceptanceOut, summary="Take an acceptance back")
def withdraw_acceptance(request: ApiCall, acceptance_id: int) -> Any:
    """Take back what was recorded by mistake."""
    return _accepted(actions.withdraw_acceptance(reachable(acceptance_id), by=acting_member(request)).pk)


@router.post(
    "/acceptances/{int:acceptance_id}/restore", response=AcceptanceOut, summary="Let an acceptance count again"
)
def restore_acceptance(request: ApiCall, acceptance_id: int) -> Any:
    """Let it count again."""
    return _accepted(actions.restore_acceptance(reachable(acceptance_id), by=acting_member(request)).pk)


@lists(router, "/accounts/{int:account_id}/links", LinkOut, summary="The links an account can accept by")
def list_links(request: ApiCall, account_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the links that were neither used nor taken back, the newest first."""
    return page_of_few(queries.links_of(reachable(account_id)), cursor, limit)


@router.post("/accounts/{int:account_id}/links", response=LinkOut, summary="Make a link to accept by")
def offer_terms(request: ApiCall, account_id: int, given: AcceptanceLinkIn) -> Any:
    """Make a link by which the customer accepts the terms of a level as they are now; it works once."""
    made = actions.offer_terms(
        reachable(account_id), given.level, by=acting_member(request), days=given.days, person_id=given.person_id
    )
    return queries.link_item(made)


@router.post("/links/{int:link_id}/mail", response=LinkOut, summary="Mail a link to accept by")
def mail_link(request: ApiCall, link_id: int) -> Any:
    """Send a link by e-mail to whom it is meant for, in their language; once, and not where e-mail is forbidden."""
    touch_models.check_channel(queries.link(reachable(link_id)).account_id, "email")
    actions.mail_link(link_id, by=acting_member(request))
    return queries.link(link_id)


@router.post("/links/{int:link_id}/revoke", response=LinkOut, summary="Take a link back")
def revoke_link(request: ApiCall, link_id: int) -> Any:
    """Let nobody accept by it any more; one that was used stays."""
    return queries.link_item(actions.revoke_link(reachable(link_id), by=acting_member(request)))


def _reason(count: ReasonCount) -> dict[str, Any]:
    reason = count.reason
    return {"key": reason.key, "name": reason.name, "level": reason.level, "accounts": count.accounts}


def _accepted(pk: int) -> Accepted:
    return accepted_items([queries.acceptance(pk)])[0]


def _shown() -> dict[str, Any]:
    found = queries.rules()
    return {
        "version": found.version,
        "text": queries.text_of(found.definition),
        "definition": queries.json_form(found.definition),
        "changed_at": found.changed_at,
        "changed_by": found.changed_by,
        "swept_at": found.swept_at,
        "error": found.error,
    }


def _vip(item: VipItem) -> dict[str, Any]:
    return {
        "account_id": item.account_id,
        "account_name": item.account_name,
        "level": item.level,
        "since": item.since,
        "reasons": [
            {"reason": p.reason, "level": p.level, "since": p.since, "evidence": dict(p.evidence)} for p in item.proofs
        ],
        "accepted_on": item.accepted.accepted_on if item.accepted else None,
        "accepted_by": item.accepted.accepted_by if item.accepted else "",
        "accepted_until": item.accepted.until if item.accepted else None,
    }
