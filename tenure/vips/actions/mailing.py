"""Links by which customers accept, mailed to the person they are meant for: each once, in that person's language."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from tenure.channels import actions as channels
from tenure.channels.types import NewMessage
from tenure.kernel import clock
from tenure.vips.errors import AcceptanceLinkOver, NobodyToMailTo, NoSuchAcceptanceLink
from tenure.vips.models import AcceptanceLink
from tenure.vips.queries.links import key_of_mail, link_url, status_of
from tenure.vips.types import LinkStatus
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as workspace_queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def mail_link(link_id: int, *, by: "Member") -> int:
    """Mail a link with what is promised; returns the message's id. A link that was mailed is not mailed again.

    Raises `NoSuchAcceptanceLink`, `AcceptanceLinkOver`, and `NobodyToMailTo` where it is meant for nobody in
    particular, or no address is known.
    """
    found = AcceptanceLink.objects.select_for_update(of=("self",)).select_related("account", "person")
    link = found.filter(pk=link_id, account__merged_into=None).first()
    if link is None:
        raise NoSuchAcceptanceLink
    if status_of(link, clock.now()) is not LinkStatus.OPEN:
        raise AcceptanceLinkOver
    person = link.person
    if person is None or not person.email:
        raise NobodyToMailTo
    workspace = workspace_queries.workspace(link.workspace_id)
    with translation.override(_language(person.locale) or _language(workspace.locale) or "en"):
        names = {
            "who": str(person),
            "workspace": workspace.name,
            "account": str(link.account),
            "terms": "\n".join(f"– {line}" for line in link.includes),
            "day": date_format(link.expires_at.astimezone(ZoneInfo(workspace.timezone)), "DATE_FORMAT"),
            "link": link_url(link),
        }
        subject = gettext("%(workspace)s: what we promise %(account)s") % names
        text = (
            gettext(
                "Hello %(who)s,\n\nthis is what %(workspace)s promises %(account)s:\n\n%(terms)s\n\n"
                "Please read and accept it here, by %(day)s; the link works once:\n%(link)s\n"
            )
            % names
        )
    key = key_of_mail(link.pk)
    queued = channels.queue_messages(
        [
            NewMessage(
                idempotency_key=key,
                address=person.email,
                person_id=person.pk,
                account_id=link.account_id,
                subject=subject,
                text=text,
                origin=f"vip_link:{link.pk}",
            )
        ]
    )
    if queued.new:
        details = {"account_id": link.account_id, "link_id": link.pk, "message_id": queued.ids[key]}
        workspaces.record_audit("vips.mail_link", by=by, subject=str(link.account), details=details)
    return queued.ids[key]


def _language(said: str) -> str | None:
    try:
        return translation.get_supported_language_variant(said.replace("_", "-").casefold()) if said else None
    except LookupError:
        return None
