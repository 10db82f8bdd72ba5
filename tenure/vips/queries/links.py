"""Links by which customers accept: what a token leads to, and which links an account has."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer

from tenure.channels import queries as channels
from tenure.kernel import clock, tenancy
from tenure.vips.errors import NoSuchAcceptanceLink
from tenure.vips.models import Acceptance, AcceptanceLink
from tenure.vips.queries.rules_in_force import level_names
from tenure.vips.types import LinkItem, LinkStatus, Offer
from tenure.workspaces import queries as workspaces

_SALT = "tenure.vips.accept"


def link_url(link: AcceptanceLink) -> str:
    """Return the address that is sent to the customer; it is signed and holds no name."""
    token = Signer(salt=_SALT).sign(f"{link.workspace_id}-{link.pk}").replace(":", "-")
    return f"{settings.TENURE_URL}/terms/{token}/"


def place_of_token(token: str) -> tuple[int, int]:
    """Return the workspace and the link a token was signed for; raises `NoSuchAcceptanceLink`."""
    try:
        workspace_id, pk, signature = token.split("-", 2)
        Signer(salt=_SALT).unsign(f"{workspace_id}-{pk}:{signature}")
        return int(workspace_id), int(pk)
    except (ValueError, BadSignature) as error:
        raise NoSuchAcceptanceLink from error


def offer_of(token: str) -> Offer:
    """Return what a link offers, from whatever workspace; raises `NoSuchAcceptanceLink`. Needs no scope."""
    workspace_id, pk = place_of_token(token)
    workspace = workspaces.workspace(workspace_id)
    with tenancy.scope(workspace_id):
        link = (
            AcceptanceLink.objects.select_related("account", "person").filter(pk=pk, account__merged_into=None).first()
        )
        if link is None:
            raise NoSuchAcceptanceLink
        accepted = Acceptance.objects.filter(link=link).first()
        return Offer(
            workspace_name=workspace.name,
            account_name=str(link.account),
            person_name=str(link.person) if link.person else "",
            level_name=level_names().get(link.level, link.level),
            includes=tuple(link.includes),
            who=link.who,
            lasts_days=link.lasts_days,
            expires_at=link.expires_at,
            status=status_of(link, clock.now()),
            accepted_by=accepted.accepted_by if accepted else "",
            accepted_at=accepted.recorded_at if accepted else None,
        )


def links_of(account_id: int) -> Sequence[LinkItem]:
    """Return the links an account has that nobody used, the latest first."""
    found = AcceptanceLink.objects.filter(account=account_id, used_at=None, revoked_at=None)
    return _items(list(found.select_related("made_by", "person").order_by("-pk")[:20]))


def link(link_id: int) -> LinkItem:
    """Return a link of the workspace, whatever became of it; raises `NoSuchAcceptanceLink`."""
    found = AcceptanceLink.objects.filter(pk=link_id).first()
    if found is None:
        raise NoSuchAcceptanceLink
    return link_item(found)


def link_item(link: AcceptanceLink) -> LinkItem:
    """Return a link as pages and programs show it."""
    return _items([link])[0]


def key_of_mail(link_id: int) -> str:
    """Return what the message that brings a link is known by: it is mailed once."""
    return f"vip-terms:{link_id}"


def _items(links: Sequence[AcceptanceLink]) -> Sequence[LinkItem]:
    mailed = channels.messages_of_keys([key_of_mail(each.pk) for each in links])
    return [_item(each, is_mailed=key_of_mail(each.pk) in mailed) for each in links]


def _item(link: AcceptanceLink, *, is_mailed: bool) -> LinkItem:
    return LinkItem(
        id=link.pk,
        account_id=link.account_id,
        level=link.level,
        url=link_url(link),
        status=status_of(link, clock.now()),
        made_at=link.made_at,
        made_by=link.made_by.name if link.made_by else "",
        expires_at=link.expires_at,
        opened_at=link.opened_at,
        person_name=str(link.person) if link.person else "",
        can_be_mailed=bool(link.person and link.person.email),
        is_mailed=is_mailed,
    )


def status_of(link: AcceptanceLink, now: datetime) -> LinkStatus:
    """Say whether a link can still be used."""
    if link.used_at is not None:
        return LinkStatus.USED
    if link.revoked_at is not None:
        return LinkStatus.REVOKED
    return LinkStatus.EXPIRED if now >= link.expires_at else LinkStatus.OPEN
