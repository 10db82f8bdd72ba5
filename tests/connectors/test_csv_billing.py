"""Files of subscriptions and of spend become a ledger."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tenure.billing import queries
from tenure.billing.models import LedgerAccount, LedgerMovement, RecordedState, Spend
from tenure.connectors.files import queries as imports
from tenure.connectors.files import reading
from tenure.connectors.files.errors import ColumnsUnusable
from tenure.connectors.files.types import FileFound, Kind, Status
from tests.connectors.files.given import checked, counts, imported, refusals

NOW = datetime(2026, 7, 1, tzinfo=UTC)
FILE = """account,subscription id,plan,seats,amount,currency,interval,started,trial end,ended,discount,discount until
acme,s1,Pro,5,"2,000.00",USD,year,2026-01-15,,,,
beta,s2,Team,3,90,USD,month,2026-02-01,2026-02-15,2026-05-15,,
gamma,s3,Pro,1,100 €,EUR,3 months,2026-03-01,,,50%,2026-04-01
delta,s4,Pro,1,12,USD,fortnight,2026-03-01,,,,
,s5,Pro,1,12,USD,month,2026-03-01,,,,
echo,s6,Pro,1,twelve,USD,month,2026-03-01,,,,
fox,s7,Pro,1,12,USD,month,soon,,,,
acme,s1,Pro,5,1,USD,month,2026-01-15,,,,
"""


def written(folder: Path, text: str, name: str = "plans.csv") -> FileFound:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return reading.look_over(path)


def ledger() -> list[tuple[str, str, int, str]]:
    return [
        (m.account.external_id, m.kind, m.amount, m.at.date().isoformat())
        for m in LedgerMovement.objects.select_related("account").order_by("account__external_id", "at")
    ]


def test_makes_a_ledger_of_what_can_be_used_and_says_why_not_of_the_rest(workspace, at, tmp_path):
    at(NOW)

    of = imported(written(tmp_path, FILE), Kind.SUBSCRIPTIONS)

    assert (of.rows, *counts(of)) == (8, 3, 0, 0, 5)
    assert refusals(of) == [
        (5, "interval_unknown"), (6, "no_subscription"), (7, "amount_unreadable"), (8, "moment_unreadable"),
        (9, "subscription_twice"),
    ]  # fmt: skip
    lines = list(imports.refused_lines(of))
    assert lines[0][:3] == ["“fortnight” is not an interval such as month, year or 3 months.", 5, "interval"]
    assert ledger() == [
        ("acme", "new", 16667, "2026-01-15"),
        ("beta", "new", 9000, "2026-02-15"),
        ("beta", "churn", -9000, "2026-05-15"),
        ("gamma", "new", 1883, "2026-03-01"),
        ("gamma", "expansion", 1884, "2026-04-01"),
    ]
    assert LedgerAccount.objects.get(account__external_id="acme").seats == 5


def test_a_dry_run_stores_nothing(workspace, at, tmp_path):
    at(NOW)

    of = checked(written(tmp_path, FILE), Kind.SUBSCRIPTIONS)

    assert (of.status, *counts(of)) == (Status.CHECKED, 3, 0, 0, 5)
    assert RecordedState.objects.count() == 0
    assert ledger() == []


def test_importing_again_changes_nothing_and_a_new_price_is_a_movement(workspace, at, tmp_path):
    at(NOW)
    imported(written(tmp_path, FILE), Kind.SUBSCRIPTIONS)
    before = ledger()

    at(datetime(2026, 7, 9, tzinfo=UTC))
    again = imported(written(tmp_path, FILE, "again.csv"), Kind.SUBSCRIPTIONS)
    assert counts(again) == (0, 0, 3, 5)
    assert ledger() == before

    imported(written(tmp_path, FILE.replace('"2,000.00"', '"2,400.00"')), Kind.SUBSCRIPTIONS)
    assert ("acme", "expansion", 3333, "2026-07-09") in ledger()
    assert len(ledger()) == len(before) + 1


def test_a_history_is_told_by_rows_that_say_from_when_they_hold(workspace, at, tmp_path):
    at(NOW)
    text = (
        "account,subscription,plan,unit_amount,quantity,started,changed\n"
        "acme,s1,Team,10,3,2026-01-01,2026-01-01\nacme,s1,Team,10,5,2026-01-01,2026-03-01\n"
    )

    for name in ("a.csv", "b.csv"):
        of = imported(written(tmp_path, text, name), Kind.SUBSCRIPTIONS)

    assert counts(of) == (0, 0, 2, 0)
    assert ledger() == [("acme", "new", 3000, "2026-01-01"), ("acme", "expansion", 2000, "2026-03-01")]


def test_columns_that_are_missing_are_asked_for(workspace, tmp_path):
    with pytest.raises(ColumnsUnusable, match="Which column is the started"):
        imported(written(tmp_path, "account,subscription,amount\na,b,1\n"), Kind.SUBSCRIPTIONS)


def test_columns_can_be_named(workspace, at, tmp_path):
    at(NOW)
    sheet = written(tmp_path, "firm,nr,price,since\nacme,s1,20,2026-01-01\n")

    imported(sheet, Kind.SUBSCRIPTIONS, mapping="account=firm,subscription=nr,amount=price,started=since")

    assert ledger() == [("acme", "new", 2000, "2026-01-01")]


def test_spend_replaces_what_was_said_of_the_same_days(workspace, at, tmp_path):
    at(NOW)
    text = 'month,channel,amount,currency\n2026-03,ads,"1,200.00",USD\n2026-03,events,300,USD\n13-2026,ads,1,USD\n'

    of = imported(written(tmp_path, text), Kind.SPEND)
    again = imported(written(tmp_path, text.replace("300", "400")), Kind.SPEND)

    assert (counts(of), refusals(of)) == ((2, 0, 0, 1), [(4, "month_unreadable")])
    assert counts(again) == (0, 1, 1, 1)
    assert Spend.objects.count() == 2
    assert queries.spend_by_month(date(2026, 1, 1), date(2026, 6, 1)) == {date(2026, 3, 1): 160000}
