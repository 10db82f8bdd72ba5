"""Rows of files become accounts and people."""

from datetime import UTC, datetime

import pytest

from tenure.connectors.files import actions, queries, reading, wording
from tenure.connectors.files.actions import running
from tenure.connectors.files.actions.taking.customers import CustomersTaker
from tenure.connectors.files.actions.uploading import suggestions
from tenure.connectors.files.errors import ColumnsUnusable, ImportNotReady
from tenure.connectors.files.models import Import, Touched
from tenure.connectors.files.rules.columns import ERROR_COLUMNS, read_mapping
from tenure.connectors.files.types import Kind, Status
from tenure.customers import queries as customers
from tenure.customers.models import Account, Person
from tenure.kernel.exporting import portions
from tests.connectors.files.given import carried_out, counts, given_file, given_import, imported

NOW = datetime(2026, 7, 1, tzinfo=UTC)
ACCOUNTS = """Account ID,Company,Website,Plan,Seats,Is partner,Created at
a1,Acme,https://www.acme.example/about,Pro,"1,200",yes,2025-03-04
a2,Beta,beta.example,Team,7,no,2025-04-05
,Gamma,gamma.example,Team,8,no,2025年6月7日
a4,Delta,nowhere,Team,9,no,2025-04-05
null,Echo,,Team,9,no,2025-04-05
a6,Foxtrot,,Team,many,no,2025-04-05
"""


def known() -> dict[str, dict[str, object]]:
    return {a.external_id or "": a.traits for a in Account.objects.filter(is_solo=False)}


def test_accounts_with_types_keys_and_refusals(workspace, at, tmp_path):
    at(NOW)
    found = given_file(tmp_path, ACCOUNTS.replace("many", "9"))

    of = imported(found)

    assert (of.status, of.rows, *counts(of)) == (Status.DONE, 6, 4, 0, 0, 2)
    assert known() == {
        "a1": {
            "name": "Acme", "domain": "acme.example", "Plan": "Pro", "Seats": 1200, "Is partner": True,
            "created_at": "2025-03-04",
        },
        "a2": {
            "name": "Beta", "domain": "beta.example", "Plan": "Team", "Seats": 7, "Is partner": False,
            "created_at": "2025-04-05",
        },
        "gamma.example": {
            "name": "Gamma", "domain": "gamma.example", "Plan": "Team", "Seats": 8, "Is partner": False,
            "created_at": "2025-06-07",
        },
        "a6": {"name": "Foxtrot", "Plan": "Team", "Seats": 9, "Is partner": False, "created_at": "2025-04-05"},
    }  # fmt: skip
    assert [(r.number, r.code, r.column, r.value) for r in queries.refused_rows(of)] == [
        (5, "domain_unreadable", "Website", "nowhere"),
        (6, "id_is_junk", "Account ID", "null"),
    ]
    [change] = customers.history_of_trait("account", Account.objects.get(external_id="a1").pk, "Seats")
    assert change.source == "csv accounts.csv row 2"


def test_the_same_file_again_changes_nothing_and_another_says_what_is_new(workspace, at, tmp_path):
    at(NOW)
    imported(given_file(tmp_path, "account_id,name,plan\na1,Acme,Pro\na2,Beta,Team\n"))

    again = imported(given_file(tmp_path, "account_id,name,plan\na1,Acme,Pro\na2,Beta,Pro\na3,Gamma,\n"))

    assert counts(again) == (1, 1, 1, 0)
    assert {k: v.get("plan") for k, v in known().items()} == {"a1": "Pro", "a2": "Pro", "a3": None}


def test_a_domain_finds_the_company_and_several_are_refused(workspace, at, tmp_path):
    at(NOW)
    imported(given_file(tmp_path, "account_id,domain\na1,acme.example\nb1,twin.example\nb2,twin.example\n"))

    of = imported(given_file(tmp_path, "domain,plan\nacme.example,Pro\ntwin.example,Team\n"))

    assert counts(of) == (0, 1, 0, 1)
    assert known()["a1"]["plan"] == "Pro"
    assert [r.code for r in queries.refused_rows(of)] == ["several_match"]


def test_a_later_row_of_a_file_wins(workspace, at, tmp_path):
    at(NOW)

    of = imported(given_file(tmp_path, "account_id,plan\na1,Zeta\na1,Alpha\n"))

    assert counts(of) == (1, 1, 0, 0)
    assert known() == {"a1": {"plan": "Alpha"}}


def test_a_dry_run_says_the_same_as_the_run_and_writes_nothing(workspace, at, tmp_path, heard):
    at(NOW)
    imported(given_file(tmp_path, "account_id,plan\na1,Pro\na2,Pro\n"))
    heard.clear()
    of = given_import(given_file(tmp_path, "account_id,plan\na1,Pro\na2,Team\na3,x\na3,x\na3,y\n,z\n"))

    checked = carried_out(actions.check_import(of))

    assert (checked.status, *counts(checked)) == (Status.CHECKED, 1, 2, 2, 1)
    assert [(r["number"], r["outcome"], r["changes"]) for r in checked.first_rows] == [
        (2, "same", {}), (3, "changed", {"plan": "Team"}), (4, "new", {"plan": "x"}), (5, "same", {}),
        (6, "changed", {"plan": "y"}), (7, "refused", {}),
    ]  # fmt: skip
    assert set(known()) == {"a1", "a2"}
    assert heard == []
    assert counts(carried_out(actions.run_import(checked, by=None))) == counts(checked)


def test_people_by_id_or_address_join_their_accounts(workspace, at, tmp_path):
    at(NOW)
    file = """user id,email,full name,account id,role,age
u1,maya@acme.example,Maya Ito,a1,admin,40
,Ben@Acme.example,Ben,a1,,
u3,not an address,X,,,
"""

    of = imported(given_file(tmp_path, file, "people.csv"), Kind.PEOPLE)

    assert counts(of) == (2, 0, 0, 1)
    assert {(p.external_id, p.email, p.name) for p in Person.objects.all()} == {
        ("u1", "maya@acme.example", "Maya Ito"),
        ("ben@acme.example", "Ben@Acme.example", "Ben"),
    }
    account = Account.objects.get(external_id="a1")
    assert {(p.name, p.role) for p in customers.people_of(account.pk)} == {
        ("Maya Ito", "administrator"),
        ("Ben", "user"),
    }
    again = imported(given_file(tmp_path, "email,title\nMAYA@acme.example,Head\n", "titles.csv"), Kind.PEOPLE)
    assert counts(again) == (0, 1, 0, 0)
    assert Person.objects.get(external_id="u1").traits["title"] == "Head"


def test_goes_on_after_a_kill_where_it_was_committed(workspace, at, tmp_path, monkeypatch):
    at(NOW)
    monkeypatch.setattr(CustomersTaker, "at_once", 3)
    of = given_import(given_file(tmp_path, "account_id,plan\n" + "".join(f"a{n},p\n" for n in range(10))))
    actions.run_import(of, by=None)
    running._one_batch(of.pk)
    running._one_batch(of.pk)
    running._places.clear()  # what a killed process forgets

    done = carried_out(queries.file_import(of.pk))

    assert (done.rows, *counts(done)) == (10, 10, 0, 0, 0)
    assert Account.objects.filter(is_solo=False).count() == Touched.objects.filter(was_made=True).count() == 10


def test_the_error_file_can_be_mended_and_imported(workspace, at, tmp_path):
    at(NOW)
    found = given_file(tmp_path, "account_id,seats\na1,4\na2,four\n")
    columns = read_mapping(Kind.ACCOUNTS, "trait.seats:number=seats", found.header, suggestions(Kind.ACCOUNTS, found))
    of = imported(found, columns=columns)
    assert counts(of) == (1, 0, 0, 1)
    lines = portions([*ERROR_COLUMNS, *of.header], queries.refused_lines(of))
    (tmp_path / "refused.csv").write_bytes(b"".join(lines).replace(b",four", b",4"))

    mended = imported(reading.look_over(tmp_path / "refused.csv"))

    assert counts(mended) == (1, 0, 0, 0)
    assert known() == {"a1": {"seats": 4}, "a2": {"seats": 4}}


def test_refuses_columns_that_say_nothing_of_whom_it_is_and_a_second_run(workspace, at, tmp_path):
    at(NOW)
    of = given_import(given_file(tmp_path, "plan,seats\nPro,4\n"))

    with pytest.raises(ColumnsUnusable):
        actions.run_import(of, by=None)

    assert Import.objects.get().status == Status.MAPPING
    done = imported(given_file(tmp_path, "account_id\na1\n", "b.csv"))
    with pytest.raises(ImportNotReady):
        actions.run_import(done, by=None)


def test_a_file_that_breaks_off_keeps_what_came_before(workspace, at, tmp_path, monkeypatch):
    at(NOW)
    monkeypatch.setattr(CustomersTaker, "at_once", 2)
    path = tmp_path / "broken.csv"
    path.write_bytes(b"account_id,plan\n" + b"".join(b"a%d,p\n" % n for n in range(60_000)) + b"z\xff\xff\xff,p\n")

    of = given_import(reading.look_over(path, "utf-8"))
    monkeypatch.setattr(CustomersTaker, "at_once", 50_000)

    failed = carried_out(actions.run_import(of, by=None))

    assert failed.status == Status.FAILED
    assert failed.problem == "breaks_off"
    assert "the file cannot be read" in wording.problem(failed.problem, failed.problem_particulars)
    assert failed.rows == failed.new == 50_000
