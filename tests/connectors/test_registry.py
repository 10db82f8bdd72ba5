"""What every connector keeps to, whoever wrote it."""

import importlib
from pathlib import Path

import pytest

from tenure.connectors import registry
from tenure.connectors.registry import Connected, ConnectorUnknown
from tenure.kernel import tenancy
from tests.given import given_workspace

FOLDER = Path(registry.__file__).parent
FIXTURES = Path(__file__).parent
KINDS = sorted(p.parent.name for p in FOLDER.glob("*/connector.py"))


def test_every_connector_is_registered_under_its_folders_name():
    assert [c.kind for c in registry.connectors()] == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_says_what_it_is_and_what_it_brings(kind):
    found = registry.connector(kind)

    assert type(found).__doc__
    assert found.brings
    assert importlib.import_module(f"tenure.connectors.{kind}").__doc__
    assert (FIXTURES / kind).is_dir() or (FIXTURES / f"test_{kind}.py").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_fresh_workspace_has_nothing_connected(workspace, kind):
    assert list(registry.connector(kind).connected()) == []


@pytest.mark.parametrize("kind", ["simulator", "stripe"])
def test_what_is_connected_is_never_shown_outside_a_workspace(db, kind):
    with pytest.raises(tenancy.Unscoped):
        registry.connector(kind).connected()


def test_what_is_connected_is_the_workspaces_own(workspace):
    from tests.connectors.stripe.given import given_connection

    made = given_connection()

    (found,) = registry.connector("stripe").connected()
    assert isinstance(found, Connected)
    assert (found.name, found.since, found.last_heard_at, found.problem) == ("Stripe", made.made_at, None, "")
    with tenancy.scope(given_workspace("Other").pk):
        assert list(registry.connector("stripe").connected()) == []


def test_there_is_no_other():
    with pytest.raises(ConnectorUnknown):
        registry.connector("fax")
