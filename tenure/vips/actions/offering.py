"""Links by which customers accept what their level is promised: made, opened, used once, taken back."""

from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce
from tenure.vips.announcements import VipTermsAccepted
from tenure.vips.errors import (
    AcceptanceIncomplete,
    AcceptanceLinkOver,
    NoSuchAcceptanceLink,
    NoSuchVipLevel,
    NoVipRules,
)
from tenure.vips.models import Acceptance, AcceptanceLink, VipRules
from tenure.vips.queries.links import place_of_token, status_of
from tenure.vips.queries.rules_in_force import level_names
from tenure.vips.rules import text_form
from tenure.vips.types import LinkStatus
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as workspace_queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

DAYS = 14
MOST_DAYS = 90


@transaction.atomic
def offer_terms(
    account_id: int, level: str, *, by: "Member", days: int = DAYS, person_id: int | None = None
) -> AcceptanceLink:
    """Make a link by which the customer can accept what a level is promised, as the terms are now.

    It may be meant for one of the account's people; anybody else is left out. Raises `NoVipRules`, `NoSuchVipLevel`,
    `NoSuchAccount`.
    """
    account, now = customers.account(account_id), clock.now()
    found = VipRules.objects.first()
    if found is None:
        raise NoVipRules
    terms = text_form.stored(found.definition).terms_of(level)
    if terms is None:
        raise NoSuchVipLevel
    made = AcceptanceLink.objects.create(
        account_id=account.pk,
        person_id=person_id if person_id in {each.id for each in customers.people_of(account.pk)} else None,
        level=level,
        version=found.version,
        includes=list(terms.includes),
        who=terms.who,
        lasts_days=terms.lasts_days,
        made_at=now,
        made_by=by,
        expires_at=now + timedelta(days=min(max(days, 1), MOST_DAYS)),
    )
    details = {"account_id": account.pk, "link_id": made.pk, "level": level, "until": made.expires_at.isoformat()}
    workspaces.record_audit("vips.offer_link", by=by, subject=str(account), details=details)
    return made


@transaction.atomic
def revoke_link(link_id: int, *, by: "Member") -> AcceptanceLink:
    """Take a link back, so that nobody can accept by it; raises `NoSuchAcceptanceLink`, `AcceptanceLinkOver`."""
    link = _locked(link_id)
    if link.used_at is not None:
        raise AcceptanceLinkOver
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
        details = {"account_id": link.account_id, "link_id": link.pk, "level": link.level}
        workspaces.record_audit("vips.revoke_link", by=by, subject=str(link.account), details=details)
    return link


def open_link(token: str) -> None:
    """Note that the customer has looked at what is offered; of a broken token, nothing."""
    try:
        workspace_id, pk = place_of_token(token)
    except NoSuchAcceptanceLink:
        return
    with tenancy.scope(workspace_id):
        AcceptanceLink.objects.filter(pk=pk, opened_at=None).update(opened_at=clock.now())


def accept_by_link(
    token: str, *, accepted_by: str, address: str = "", browser: str = "", language: str = ""
) -> Acceptance:
    """Accept what a link offers, in the customer's own name; needs no scope and no member.

    Of two at once, one is in time. Raises `NoSuchAcceptanceLink`, `AcceptanceLinkOver`, `AcceptanceIncomplete`.
    """
    workspace_id, pk = place_of_token(token)
    with tenancy.scope(workspace_id), transaction.atomic():
        link, now = _locked(pk), clock.now()
        if status_of(link, now) is not LinkStatus.OPEN:
            raise AcceptanceLinkOver
        who = "".join(c for c in accepted_by if c.isprintable()).strip()[:200]
        if not who:
            raise AcceptanceIncomplete
        workspace = workspace_queries.workspace(workspace_id)
        made = Acceptance.objects.create(
            account_id=link.account_id,
            person_id=link.person_id,
            level=link.level,
            version=link.version,
            includes=link.includes,
            lasts_days=link.lasts_days,
            accepted_by=who,
            accepted_on=now.astimezone(ZoneInfo(workspace.timezone)).date(),
            recorded_at=now,
            link=link,
            address=_address(address),
            browser="".join(c for c in browser if c.isprintable())[:300],
            language=language[:10],
        )
        link.used_at = now
        link.save(update_fields=["used_at"])
        details = {"account_id": link.account_id, "acceptance_id": made.pk, "level": link.level, "link_id": link.pk}
        workspaces.record_audit(
            "vips.accept_by_link", by=None, actor="customer", subject=str(link.account), details=details
        )
        announce(
            VipTermsAccepted(
                workspace_id=workspace_id,
                at=now,
                account_id=link.account_id,
                level=link.level,
                level_name=level_names().get(link.level, link.level),
                recorded_by_id=None,
            )
        )
        return made


def _address(said: str) -> str | None:
    """Return a network address, or None for what is none: behind some servers there is only the name of a socket."""
    try:
        return str(ip_address(said))
    except ValueError:
        return None


def _locked(link_id: int) -> AcceptanceLink:
    found = (
        AcceptanceLink.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk=link_id, account__merged_into=None)
        .first()
    )
    if found is None:
        raise NoSuchAcceptanceLink
    return found
