"""What can go wrong with accounts and people."""

from tenure.kernel.errors import Invalid, NotFound


class NoSuchAccount(NotFound):
    """There is no such account in this workspace."""

    code = "no_such_account"


class NoSuchPerson(NotFound):
    """There is no such person in this workspace."""

    code = "no_such_person"


class UnknownSorting(Invalid):
    """A list of accounts or people cannot be sorted by this."""

    code = "unknown_sorting"


class UnknownFilter(Invalid):
    """Accounts cannot be filtered by this."""

    code = "unknown_filter"
