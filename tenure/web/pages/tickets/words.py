"""What marks of tickets are called."""

from django.utils.translation import gettext_lazy as _

from tenure.conversations.types import Priority, Satisfaction, TicketStatus

STATUSES = {
    TicketStatus.OPEN: (_("open"), "info"),
    TicketStatus.WAITING: (_("waiting for the customer"), ""),
    TicketStatus.SOLVED: (_("solved"), "good"),
    TicketStatus.CLOSED: (_("closed"), ""),
}
PRIORITIES = {
    Priority.LOW: _("low"),
    Priority.NORMAL: _("normal"),
    Priority.HIGH: _("high"),
    Priority.URGENT: _("urgent"),
}
SATISFACTIONS = {
    Satisfaction.GOOD: _("satisfied"),
    Satisfaction.NEUTRAL: _("neither satisfied nor not"),
    Satisfaction.BAD: _("not satisfied"),
}
