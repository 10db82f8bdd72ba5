import pytest

from tenure.workspaces import actions, queries
from tenure.workspaces.errors import NameMissing, NotYourView
from tenure.workspaces.types import PermissionRole
from tests.given import given_member


def test_a_view_is_its_savers_until_it_is_shared(workspace):
    ada, grace = given_member("Ada", role=PermissionRole.MEMBER), given_member("Grace", role=PermissionRole.MEMBER)
    view = actions.save_view(" Quiet ones ", page="accounts", query="seen=more:14", by=ada)

    assert [v.name for v in queries.saved_views("accounts", ada)] == ["Quiet ones"]
    assert list(queries.saved_views("accounts", grace)) == []
    assert list(queries.saved_views("people", ada)) == []

    actions.share_view(view, by=ada)
    assert [v.name for v in queries.saved_views("accounts", grace)] == ["Quiet ones"]


def test_saving_under_the_same_name_replaces(workspace):
    ada = given_member("Ada")
    actions.save_view("Mine", page="accounts", query="q=a", by=ada)

    actions.save_view("Mine", page="accounts", query="q=b", by=ada)

    assert [v.query for v in queries.saved_views("accounts", ada)] == ["q=b"]


def test_others_cannot_change_a_view(workspace):
    ada, grace = given_member("Ada"), given_member("Grace", role=PermissionRole.MEMBER)
    view = actions.share_view(actions.save_view("Mine", page="accounts", query="", by=ada), by=ada)

    with pytest.raises(NotYourView):
        actions.remove_view(view, by=grace)
    with pytest.raises(NotYourView):
        actions.unshare_view(view, by=grace)
    assert [(v.name, v.is_shared) for v in queries.saved_views("accounts", ada)] == [("Mine", True)]


def test_a_view_needs_a_name(workspace):
    ada = given_member("Ada")

    with pytest.raises(NameMissing):
        actions.save_view("  ", page="accounts", query="", by=ada)
    assert not queries.saved_views("accounts", ada).exists()
