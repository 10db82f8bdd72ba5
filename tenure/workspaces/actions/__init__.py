"""Writes to workspaces: setting up, members, keys, the audit trail."""

from tenure.workspaces.actions.auditing import by_key, forget_audit_before, record_audit, redact_audit
from tenure.workspaces.actions.keys import (
    create_api_key,
    create_write_key,
    mark_api_key_used,
    note_heard,
    retire_write_key,
    revoke_api_key,
    roll_write_key,
)
from tenure.workspaces.actions.members import (
    accept_invitation,
    bring_back_member,
    change_permission_role,
    invite_member,
    remove_member,
    rename_member,
    withdraw_invitation,
)
from tenure.workspaces.actions.saved_views import remove_view, save_view, share_view, unshare_view
from tenure.workspaces.actions.workspaces import (
    add_member,
    change_workspace,
    create_user,
    create_workspace,
    delete_workspace,
    set_up,
)

__all__ = [
    "accept_invitation",
    "add_member",
    "bring_back_member",
    "by_key",
    "change_permission_role",
    "change_workspace",
    "create_api_key",
    "create_user",
    "create_workspace",
    "create_write_key",
    "delete_workspace",
    "forget_audit_before",
    "invite_member",
    "mark_api_key_used",
    "note_heard",
    "record_audit",
    "redact_audit",
    "remove_member",
    "remove_view",
    "rename_member",
    "retire_write_key",
    "revoke_api_key",
    "roll_write_key",
    "save_view",
    "set_up",
    "share_view",
    "unshare_view",
    "withdraw_invitation",
]
