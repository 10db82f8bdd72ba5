from datetime import UTC, datetime, timedelta

import pytest

from tenure.workspaces import actions, queries
from tenure.workspaces.errors import KeyRetired
from tenure.workspaces.types import ApiScope

T0 = datetime(2026, 3, 4, 12, tzinfo=UTC)


def owner():
    return queries.members().get(permission_role="owner")


def test_a_rolled_key_goes_on_working_for_a_week(workspace, at):
    at(T0)
    old = queries.write_keys().get()

    fresh = actions.roll_write_key(old, by=owner())

    assert queries.workspace_for_write_key(fresh.key).workspace_id == workspace.pk
    at(T0 + timedelta(days=6))
    assert queries.workspace_for_write_key(old.key) is not None
    at(T0 + timedelta(days=8))
    assert queries.workspace_for_write_key(old.key) is None
    with pytest.raises(KeyRetired):
        actions.roll_write_key(old, by=owner())


def test_a_retired_key_stops_at_once(workspace):
    key = queries.write_keys().get()

    actions.retire_write_key(key, by=owner())

    assert queries.workspace_for_write_key(key.key) is None


def test_an_api_key_is_kept_only_as_a_hash(workspace):
    made = actions.create_api_key("Zapier", scopes=[ApiScope.READ], by=owner())

    found = queries.api_key_by_secret(made.secret)
    assert (found.pk, found.scopes) == (made.id, ["read"])
    assert made.secret not in str(vars(found))
    assert queries.api_key_by_secret(made.secret + "x") is None

    actions.revoke_api_key(found, by=owner())
    assert queries.api_key_by_secret(made.secret) is None
