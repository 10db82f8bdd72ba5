"""Set-up through real actions: `given_*` returns what a test starts from."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from tenure.kernel import tenancy
from tenure.workspaces import actions as workspaces
from tenure.workspaces.types import PermissionRole

_number = count(1)


def given_user(email: str | None = None, password: str = "a-long-password-7") -> Any:
    """Make a sign-in identity."""
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_user(email or f"user{next(_number)}@tenure.example", password)


def given_workspace(name: str = "Harbor", **choices: Any) -> Any:
    """Set up a workspace with an owner."""
    return workspaces.create_workspace(name, owner=given_user(), **choices)


@contextmanager
def undone() -> Iterator[None]:
    """Forget in the database what happens inside, so that one example of a property knows nothing of the others."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def given_member(name: str = "Ada", *, role: PermissionRole = PermissionRole.ADMIN, user: Any = None) -> Any:
    """Make a member of the workspace in scope."""
    assert tenancy.workspace_in_scope()
    return workspaces.add_member(user or given_user(), permission_role=role, name=name)
