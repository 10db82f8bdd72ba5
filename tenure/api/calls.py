"""A call of another program, past the entrance."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from tenure.workspaces.models import ApiKey


class ApiCall(HttpRequest):
    """A request whose key is known; its workspace is in scope."""

    api_key: "ApiKey"
