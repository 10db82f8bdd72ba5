"""Files, shown rows and refused rows forget whoever is erased, and imports go when they are old enough."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tenure.connectors.files import actions, queries
from tenure.connectors.files.models import Import, RefusedRow
from tenure.connectors.files.types import Kind, Status
from tenure.customers.types import CustomerSet
from tests.connectors.files.given import carried_out

NOW = datetime(2026, 7, 1, tzinfo=UTC)
FILE = b"user_id,email,age:n\nu1,maya@fjord.example,4\nu2,tom@fjord.example,5\nnull,maya@fjord.example,6\n"
MAYA = CustomerSet(words=("u1", "Maya Lin", "maya@fjord.example"))


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.TENURE_HOME = tmp_path / "home"


def given_upload(content=FILE, name="people.csv"):
    return actions.upload(name, [content], kind=Kind.PEOPLE, by=None)


def test_whoever_is_erased_is_in_no_file_and_no_row(workspace, at, django_capture_on_commit_callbacks):
    at(NOW)
    of = carried_out(actions.run_import(given_upload(), by=None))
    waits = given_upload(name="waits.csv")
    other = given_upload(b"user_id\nu3\n", "other.csv")
    paths = [Path(each.path) for each in (of, waits, other)]
    assert [r.number for r in queries.refused_rows(of)] == [4]

    with django_capture_on_commit_callbacks(execute=True):
        done = actions.erase_customers(MAYA)

    assert done == {"rows shown": 2, "refused rows": 1, "files": 2}
    of.refresh_from_db()
    assert [row["number"] for row in of.first_rows] == [3]
    assert [path.exists() for path in paths] == [False, False, True]
    assert RefusedRow.objects.count() == 0
    assert Import.objects.get(pk=waits.pk).path == ""
    assert actions.erase_customers(MAYA) == {}


def test_an_import_under_way_stops(workspace, at):
    at(NOW)
    of = actions.run_import(given_upload(), by=None)

    actions.erase_customers(MAYA)

    stopped = carried_out(queries.file_import(of.pk))
    assert (stopped.status, stopped.problem, stopped.new) == (Status.FAILED, "erased", 0)


def test_short_words_count_only_as_whole_cells(workspace, at):
    at(NOW)
    of = given_upload(b"user_id,name\nu11,Almond\n")

    assert actions.erase_customers(CustomerSet(words=("Al", "u1"))) == {}
    assert actions.erase_customers(CustomerSet(words=("u11",))) == {"files": 1}
    assert Import.objects.get().pk == of.pk


def test_old_imports_go_and_what_they_brought_in_stays(workspace, at, django_capture_on_commit_callbacks):
    at(NOW)
    of = carried_out(actions.run_import(given_upload(), by=None))
    at(NOW + timedelta(days=10))
    given_upload(name="new.csv")

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget_imports_before(NOW + timedelta(days=1)) == 1

    assert [i.file_name for i in Import.objects.all()] == ["new.csv"]
    assert not Path(of.path).exists()
