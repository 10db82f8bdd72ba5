"""Forgetting tickets that are older than a workspace keeps them."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tenure.conversations.models import Ticket
from tenure.conversations.types import TicketStatus

_OVER = [s.value for s in TicketStatus if s.is_over]


@transaction.atomic
def forget_tickets_before(moment: datetime) -> int:
    """Delete tickets that were over before `moment`; those that still wait stay, however old they are."""
    over = Q(solved_at__lt=moment) | Q(solved_at=None, opened_at__lt=moment)
    return Ticket.objects.filter(over, status__in=_OVER).delete()[1].get("conversations.Ticket", 0)
