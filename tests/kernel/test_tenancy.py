import pytest

from tenure.kernel import tenancy
from tenure.workspaces.models import WriteKey
from tests.given import given_workspace


def test_refuses_a_query_outside_a_workspace(db):
    with pytest.raises(tenancy.Unscoped):
        WriteKey.objects.count()
    with pytest.raises(tenancy.Unscoped):
        list(WriteKey.objects.filter(name="x"))
    with pytest.raises(tenancy.Unscoped):
        WriteKey.objects.all().delete()


def test_shows_one_workspace_nothing_of_another(db):
    ours, theirs = given_workspace("Ours"), given_workspace("Theirs")

    with tenancy.scope(ours.pk):
        assert [k.workspace_id for k in WriteKey.objects.all()] == [ours.pk]
    with tenancy.scope(theirs.pk):
        assert [k.workspace_id for k in WriteKey.objects.all()] == [theirs.pk]
    assert WriteKey.everywhere.count() == 2
