"""Decisions about members and keys; pure."""

import hashlib
import secrets

from tenure.workspaces.types import PermissionRole

_RANK = {
    PermissionRole.OWNER: 3,
    PermissionRole.ADMIN: 2,
    PermissionRole.MEMBER: 1,
    PermissionRole.VIEWER: 0,
}


def includes(held: PermissionRole | str, needed: PermissionRole | str) -> bool:
    """Tell whether a permission role covers another."""
    return _RANK[PermissionRole(held)] >= _RANK[PermissionRole(needed)]


def new_secret(prefix: str) -> str:
    """Make an unguessable key of 192 bits that says what it is for."""
    return f"{prefix}_{secrets.token_urlsafe(24)}"


def hashed(secret: str) -> str:
    """Hash a high-entropy secret for keeping; SHA-256 is enough because it cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
