"""What a key may do: each operation names the scope it needs."""

from typing import Any, cast

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from tenure.api.calls import ApiCall
from tenure.workspaces.types import ApiScope

SAFE = {"GET", "HEAD"}


class Key(HttpBearer):
    """An API key as a bearer token, with the scope that an operation needs: `read` to look, `write` to change."""

    def __init__(self, scope: ApiScope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def needed(self, method: str) -> ApiScope:
        """Return the scope that a request by this method needs."""
        return self.scope or (ApiScope.READ if method.upper() in SAFE else ApiScope.WRITE)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Check the scope; the entrance has found the key already."""
        key, needed = cast(ApiCall, request).api_key, self.needed(request.method or "")
        if needed not in key.scopes:
            raise HttpError(403, f"This key lacks the scope `{needed}`.")
        return key


ADMIN = Key(ApiScope.ADMIN)
"""For what only admins see or change: the audit trail, keys, invitations."""
