"""`tenure metrics`, as somebody runs it."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from click.testing import CliRunner

from tenure.billing import actions as billing
from tenure.billing.types import Item, Status, SubscriptionState
from tenure.config.commands.metrics import command
from tenure.insights.registry import metrics
from tenure.kernel import jobs
from tests.tracking.sending import group, send, track

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def run(workspace, at):
    at(NOW)
    send(
        group(userId="maya", groupId="fjord", traits={"plan": "Premium"}, at=NOW.replace(day=2)),
        track("Exported", userId="maya", at=NOW.replace(day=3)),
        track("Exported", userId="ann", at=NOW.replace(day=9)),
        received_at=NOW,
    )
    jobs.run_stage("intake", NOW)

    def call(*arguments):
        outcome = CliRunner().invoke(command, [*arguments, "--workspace", str(workspace.pk)])
        return outcome.exit_code, outcome.output

    return call


def test_lists_every_metric_with_its_formula(run):
    code, said = run()

    assert code == 0
    for metric in metrics():
        assert f"{metric.name}  {metric.title}" in said
        assert str(metric.formula).split()[0] in said


def test_prints_values_with_none_for_what_is_not_known(run):
    code, said = run("mau", "--from", "2026-03-01", "--to", "2026-03-04", "--format", "json")

    assert code == 0
    assert [(r["period"], r["value"]) for r in json.loads(said)] == [
        ("2026-03-01", None),
        ("2026-03-02", None),
        ("2026-03-03", 1),
        ("2026-03-04", 1),
    ]


def test_writes_csv(run):
    code, said = run("active_people", "--from", "2026-02-01", "--by", "plan", "--format", "csv")

    assert code == 0
    assert list(csv.reader(io.StringIO(said))) == [
        ["period", "group", "value", "n", "low", "high", "so_far"],
        ["2026-02-01", "(none)", "", "0", "", "", "False"],
        ["2026-02-01", "Premium", "", "0", "", "", "False"],
        ["2026-03-01", "(none)", "1", "1", "", "", "True"],
        ["2026-03-01", "Premium", "1", "1", "", "", "True"],
    ]


def test_prints_a_table(run):
    code, said = run("feature_adoption", "--by", "event", "--from", "2026-03-01")

    assert code == 0
    assert "Exported" in said
    assert "1.000" in said


def test_money_is_a_table_in_the_currency_and_minor_units_for_programs(run):
    given_plan("fjord", "1234.50")

    code, said = run("mrr", "--from", "2026-03-01")
    _, exported = run("mrr", "--from", "2026-03-01", "--format", "csv")

    assert code == 0
    assert "USD" in said
    assert "1,234.50" in said
    assert list(csv.reader(io.StringIO(exported)))[1][2] == "123450"


def given_plan(account, amount):
    """An account pays so much a month from the second on."""
    begins = NOW.replace(day=2)
    item = Item(plan="basic", plan_name="Basic", unit_amount=Decimal(amount) * 100)
    billing.record_subscription_states(
        [
            SubscriptionState(
                external_id="s1", account=account, as_of=begins, started_at=begins, items=(item,), provenance="test",
                source="test", status=Status.ACTIVE, currency="USD",
            )
        ]
    )  # fmt: skip


def test_says_what_is_wrong(run):
    assert run("moons") == (1, "Error: There is no metric of this name; `tenure metrics` lists them.\n")
    code, said = run("mau", "--by", "colour")
    assert (code, said) == (1, "Error: `mau` can be split by: plan, touch_model, account, any trait of accounts.\n")
