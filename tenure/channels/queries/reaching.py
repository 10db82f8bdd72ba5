"""What keeps messages from people: unsubscriptions, and how much they had lately; for many people at once."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from tenure.channels.models import ContactPolicy, OutgoingMessage, Unsubscribe
from tenure.channels.types import ContactState, MessageStatus, Policy
from tenure.kernel import tenancy


def contact_policy() -> Policy:
    """Return how often and when the workspace in scope lets itself reach a person."""
    return contact_policy_of(tenancy.current_workspace_id())


def contact_policy_of(workspace_id: int) -> Policy:
    """Return the limits of any workspace."""
    row = ContactPolicy.everywhere.filter(workspace_id=workspace_id).first()
    if row is None:
        return Policy()
    return Policy(
        cap_messages=row.cap_messages,
        cap_days=row.cap_days,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        sender_name=row.sender_name,
        reply_to=row.reply_to,
    )


def contact_states(addresses: Mapping[int, str], *, since: datetime) -> dict[int, ContactState]:
    """Say of each person (by id, with the address to be used) what they unsubscribed from and had since a moment.

    Two statements, whatever the number. What counts towards a cap is what has a topic and was not refused.
    """
    had: dict[int, list[datetime]] = defaultdict(list)
    messages = OutgoingMessage.objects.filter(person_id__in=list(addresses), queued_at__gt=since).exclude(topic="")
    for person_id, at in (
        messages.exclude(status=MessageStatus.REFUSED.value)
        .order_by("queued_at", "pk")
        .values_list("person_id", "queued_at")
    ):
        if person_id is not None:
            had[person_id].append(at)
    by_address: dict[str, list[int]] = defaultdict(list)
    for person_id, address in addresses.items():
        by_address[address].append(person_id)
    stopped: dict[int, set[str]] = defaultdict(set)
    said_no = Unsubscribe.objects.filter(Q(person_id__in=list(addresses)) | Q(address__in=list(by_address)))
    for who, address, topic in said_no.values_list("person_id", "address", "topic"):
        for person_id in {*by_address.get(address, ()), *((who,) if who in addresses else ())}:
            stopped[person_id].add(topic)
    return {
        person_id: ContactState(
            sent_at=tuple(had.get(person_id, ())),
            everything="" in stopped.get(person_id, set()),
            topics=frozenset(stopped.get(person_id, set()) - {""}),
        )
        for person_id in addresses
    }
