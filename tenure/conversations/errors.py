"""What can go wrong with conversations."""

from tenure.kernel.errors import NotFound


class NoSuchTicket(NotFound):
    """There is no such ticket in this workspace."""

    code = "no_such_ticket"
