"""What can go wrong with workspaces, members and keys."""

from tenure.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class RoleTooLow(NotAllowed):
    """Your permission role does not allow this; ask an owner or admin of the workspace."""

    code = "role_too_low"


class LastOwner(Conflict):
    """A workspace keeps at least one owner."""

    code = "last_owner"


class AlreadyMember(Conflict):
    """This person is already a member of the workspace."""

    code = "already_member"


class InvitationUnusable(NotFound):
    """This invitation was already used, was withdrawn or has run out; ask for a new one."""

    code = "invitation_unusable"


class AlreadySetUp(Conflict):
    """Tenure is already set up here; sign in instead."""

    code = "already_set_up"


class KeyRetired(Conflict):
    """This key was already retired."""

    code = "key_retired"


class NotAnEmail(Invalid):
    """This is not an e-mail address."""

    code = "not_an_email"


class NotYourView(NotAllowed):
    """Only the member who saved this view, or an admin, may change it."""

    code = "not_your_view"


class NameMissing(Invalid):
    """Give it a name."""

    code = "name_missing"


class PasswordTooWeak(Invalid):
    """Choose a longer or less common password."""

    code = "password_too_weak"


class NoSuchMember(NotFound):
    """There is no such member in this workspace."""

    code = "no_such_member"
