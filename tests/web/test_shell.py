"""The frame around every page."""

from typing import Any

import pytest
from django.test import Client

from tests.given import given_user


@pytest.fixture
def signed_in(workspace: Any, client: Client) -> Client:
    """Open the workspace as its owner."""
    from tenure.workspaces import queries

    client.force_login(queries.members().get().user)
    return client


def test_shows_every_component(signed_in: Client, workspace: Any) -> None:
    workspace.is_demo = True
    workspace.save()

    answer = signed_in.get("/style")

    assert answer.status_code == 200
    assert b"Northwind" in answer.content
