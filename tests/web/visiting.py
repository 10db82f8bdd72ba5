"""Going through the pages as somebody, and reading what they answer."""

import csv
import io
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from django.test import Client

from tenure.workspaces import queries
from tenure.workspaces.types import PermissionRole
from tests.given import given_member

Open = Callable[..., Any]
"""What opens a page in Chromium: `open_page("/segments/", width=360)`."""


def owner() -> Any:
    return queries.members().get(permission_role="owner")


def visit_as(member: Any) -> Client:
    """A browser in which the member is signed in."""
    client = Client()
    client.force_login(member.user)
    return client


def visit(role: PermissionRole = PermissionRole.OWNER) -> Client:
    """A browser of a member with this permission role, in the workspace in scope."""
    return visit_as(owner() if role == PermissionRole.OWNER else given_member(role.value.title(), role=role))


def read(answer: Any) -> str:
    return str(answer.content.decode())


def read_csv(answer: Any) -> list[list[str]]:
    """The rows of a streamed CSV, its byte order mark checked and dropped."""

    async def whole() -> bytes:
        return b"".join([portion async for portion in answer.streaming_content])

    content = async_to_sync(whole)() if answer.is_async else b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
