"""The MRR pages and the Billing panel: numbers that open to their accounts, and who may say how they count."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tenure.billing import actions, queries
from tenure.billing.types import Recognition, Status
from tenure.customers.models import Account
from tenure.workspaces.queries import audit_trail
from tenure.workspaces.types import PermissionRole
from tests.billing.telling import day, state
from tests.web.visiting import read, read_csv, visit

NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)


@pytest.fixture
def billed(workspace, at):
    """One account grows, one leaves, one pays in euros."""
    at(NOW)
    over = {"status": Status.CANCELLED, "ended_at": day(70), "cancelled_at": day(70)}
    actions.record_subscription_states(
        [
            state(amount=10000, account="<b>grows", external_id="a"),
            state(40, amount=15000, plan="pro", account="<b>grows", external_id="a"),
            state(amount=20000, account="leaves", external_id="b"),
            state(70, amount=20000, account="leaves", external_id="b", **over),
            state(amount=8000, account="euro", external_id="c", currency="EUR"),
        ]
    )
    return {a.external_id: a.pk for a in Account.objects.all()}


@pytest.mark.parametrize("page", ["", "movements/"])
def test_an_empty_workspace_is_told_what_will_be_here(workspace, page):
    assert visit().get(f"/insights/mrr/{page}").status_code == 200


@pytest.mark.parametrize("page", ["", "movements/", "movements/export.csv", "export.csv"])
def test_odd_addresses_show_the_usual(billed, page):
    odd = {"months": "1e9", "kind": "sheep", "month": "2026-99"}

    assert visit().get(f"/insights/mrr/{page}", odd).status_code == 200


def test_shows_mrr_by_month_with_links_to_the_movements(billed):
    page = read(visit().get("/insights/mrr/"))

    assert "$240.40" in page
    assert "month=2026-03&amp;kind=churn" in page
    assert "&lt;b&gt;grows" in page
    assert "<b>grows" not in page


def test_movements_of_a_month_and_kind_can_be_listed_and_exported(billed):
    client = visit()

    page = read(client.get("/insights/mrr/movements/", {"month": "2026-03", "kind": "churn"}))
    rows = read_csv(client.get("/insights/mrr/movements/export.csv", {"kind": "expansion"}))

    assert "leaves" in page
    assert "grows" not in page
    assert rows[1][1:] == [
        "<b>grows", "2026-02-10T00:00:00+00:00", "expansion", "50.00", "150.00", "USD", "Basic", "Pro", "upgrade",
    ]  # fmt: skip
    assert len(rows) == 2


def test_months_are_exported_in_units_of_the_currency(billed):
    rows = read_csv(visit().get("/insights/mrr/export.csv"))

    assert rows[1] == ["2026-01-01", "0.00", "390.40", "0.00", "0.00", "0.00", "0.00", "390.40", "3", "3", "0", "USD"]
    assert rows[3][5:8] == ["0.00", "-200.00", "240.40"]


def test_an_accounts_page_shows_what_it_pays(billed):
    page = read(visit().get(f"/accounts/{billed['euro']}/"))

    assert "Billing" in page
    assert "$90.40" in page
    assert "€80" in page
    assert "MRR +$90.40: new, $90.40 now" not in page  # told by the stage, on the timeline


def test_the_timeline_says_what_happened_to_subscriptions(billed, run_stages):
    run_stages(NOW)

    page = read(visit().get(f"/accounts/{billed['<b>grows']}/"))

    assert "Upgraded from Basic to Pro" in page
    assert "MRR +$50: expansion, $150 now" in page
    assert "Pays now: Basic" in page


def test_administrators_say_how_it_counts(billed):
    client = visit(PermissionRole.ADMIN)

    client.post("/insights/mrr/counting/", {"recognition": "scheduled", "merge_minutes": "5", "rate_EUR": "2"})

    choices = queries.ledger_choices()
    assert (choices.recognition, choices.merge_minutes) == (Recognition.SCHEDULED, 5)
    assert queries.exchange_rates()[0].rate == Decimal(2)
    assert {e.action for e in audit_trail()} >= {"billing.choose_ledger", "billing.set_exchange_rate"}


@pytest.mark.parametrize(
    "odd", [{"merge_minutes": "-1"}, {"rate_EUR": "x"}, {"recognition": "never"}, {"rate_EUR": "0"}]
)
def test_what_cannot_be_chosen_changes_nothing(billed, odd):
    client = visit(PermissionRole.ADMIN)

    answer = client.post("/insights/mrr/counting/", {"recognition": "scheduled", "merge_minutes": "5", **odd})

    assert answer.status_code == 302
    assert queries.ledger_choices().recognition is Recognition.CANCELLED


def test_others_may_not_say_how_it_counts(billed):
    answer = visit(PermissionRole.MEMBER).post(
        "/insights/mrr/counting/", {"recognition": "scheduled", "merge_minutes": "5"}
    )

    assert answer.status_code == 403
    assert queries.ledger_choices().recognition is Recognition.CANCELLED


def test_mrr_is_split_and_every_group_opens(billed):
    account = Account.objects.get(pk=billed["euro"])
    account.traits |= {"region": "North"}
    account.save(update_fields=["traits"])
    client = visit()

    by_plan = read(client.get("/insights/mrr/", {"by": "plan"}))
    by_region = read(client.get("/insights/mrr/", {"by": "region"}))
    odd = read(client.get("/insights/mrr/", {"by": "<sheep>"}))
    behind = read(client.get("/insights/metrics/mrr/accounts/", {"period": "2026-05-01", "by": "plan", "group": "Pro"}))

    assert ">$150<" in by_plan
    assert "group=Pro" in by_plan
    assert "group=North" in by_region
    assert "&amp;group=" not in odd
    assert "&lt;b&gt;grows" in behind
    assert "euro" not in behind


def test_a_split_is_exported_whole(billed):
    header, *rows = read_csv(visit().get("/insights/mrr/export.csv", {"by": "currency"}))

    assert header[-2:] == ["currency", "moved"]
    may = {row[-2]: (row[header.index("mrr")], row[-1]) for row in rows if row[0] == "2026-05-01"}
    assert may == {"EUR": ("90.40", "0.00"), "USD": ("150.00", "0.00")}
