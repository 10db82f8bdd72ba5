"""Which permission role a page asks for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest

from tenure.workspaces import queries as workspaces
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

View = TypeVar("View", bound=Callable[..., Any])


def needs(role: PermissionRole) -> Callable[[View], View]:
    """Refuse the view to members whose permission role does not cover `role`; the doorway answers 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not may(request, role):
                raise RoleTooLow
            return view(request, *args, **kwargs)

        guarded.needed_role = role  # type: ignore[attr-defined]  # tests list the doors by it
        return guarded  # type: ignore[return-value]

    return decorate


def may(request: HttpRequest, role: PermissionRole) -> bool:
    """Tell whether the visiting member's permission role covers `role`."""
    member = getattr(request, "member", None)
    return member is not None and workspaces.covers(member, role)
