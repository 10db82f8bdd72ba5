"""Who we are: workspaces, their members and permission roles, keys, and the audit trail."""
