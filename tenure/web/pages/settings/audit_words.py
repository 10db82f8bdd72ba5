"""What the actions of the audit trail are called."""

from django.utils.translation import gettext_lazy as _

_WORDS = {
    "accounts.assign_owner": _("gave an account another owner"),
    "api_keys.create": _("made an API key"),
    "api_keys.revoke": _("revoked an API key"),
    "members.bring_back": _("brought a member back"),
    "members.change_role": _("changed a permission role"),
    "members.invite": _("invited"),
    "members.join": _("joined"),
    "members.remove": _("removed a member"),
    "members.withdraw_invitation": _("withdrew an invitation"),
    "workspaces.change": _("changed the workspace"),
    "workspaces.create": _("set the workspace up"),
    "write_keys.create": _("added a source"),
    "write_keys.retire": _("retired a write key"),
    "write_keys.roll": _("rolled a write key"),
}


def in_words(action: str) -> str:
    """Return an action in words, or its code when it has none here."""
    return str(_WORDS.get(action, action))
