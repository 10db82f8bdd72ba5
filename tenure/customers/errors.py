"""What can go wrong with accounts and people."""

from tenure.kernel.errors import Conflict, Invalid, NotFound


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


class AccountsInCircle(Conflict):
    """An account cannot belong to itself, nor to one that belongs to it."""

    code = "accounts_in_circle"


class ParentWithoutId(Invalid):
    """Only an account that your product knows by an id of its own can have others below it."""

    code = "parent_without_id"


class CannotBeMerged(Conflict):
    """These two cannot be made one: choose two different ones, and keep a company or a known person."""

    code = "cannot_be_merged"


class NoSuchMerge(NotFound):
    """There is no such merge in this workspace."""

    code = "no_such_merge"


class MergeUndone(Conflict):
    """This merge has been taken back already."""

    code = "merge_undone"


class NoSuchPlace(NotFound):
    """This person is not at this account."""

    code = "no_such_place"


class RoleUnknown(Invalid):
    """There is no such role."""

    code = "role_unknown"


class TraitUnreadable(Invalid):
    """This value is not of the type that was said."""

    code = "trait_unreadable"


class TraitNameUnusable(Invalid):
    """A trait's name has 1 to 255 characters."""

    code = "trait_name_unusable"


class NoSuchSuggestion(NotFound):
    """There is no such suggestion in this workspace."""

    code = "no_such_suggestion"
