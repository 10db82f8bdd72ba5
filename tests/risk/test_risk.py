"""From kept weeks to chances: learnt, kept with their record, said in words, or refused."""

from datetime import date, timedelta
from typing import Any

import pytest

from tenure.billing import actions as billing
from tenure.customers import queries as customers
from tenure.customers.models import Account
from tenure.kernel import jobs
from tenure.risk import actions, queries
from tenure.risk.announcements import RiskChanged
from tenure.risk.errors import RiskChoicesUnusable
from tenure.risk.models import AccountRisk, RiskModel
from tenure.risk.types import Choices, ChurnKind, RiskBand
from tenure.snapshots import actions as snapshots
from tests.billing.telling import state
from tests.given import given_member
from tests.risk.world import FIRST, NOW, WEEK, kept, told
from tests.tracking.sending import group, send, track


@pytest.fixture
def a_year(workspace: Any, at: Any) -> None:
    at(NOW)
    told()
    kept()


def test_learns_who_leaves_and_foretells_everybody(a_year, heard):
    model = actions.learn_again(NOW)
    heard.clear()
    done = actions.foretell_all(NOW)

    assert (model.version, model.kind, model.refusal, model.told_later) == (1, "contract", "", True)
    low, value = model.quality["auc"]["low"], model.quality["auc"]["value"]
    assert 0.6 < low < value <= 1
    there = customers.accounts().filter(churned_at=None).count()
    assert done == AccountRisk.objects.count() == there
    found = list(queries.risks())
    assert [r.chance for r in found] == sorted((r.chance for r in found), reverse=True)
    first = queries.risk_of(found[0].account_id)
    assert first.band is not RiskBand.USUAL
    assert first.low <= first.chance <= first.high
    hazard = queries.hazard_of(model)
    assert len(first.reasons) == len(hazard.parts)
    assert first.reasons[0].times > 1
    assert all(r.words for r in first.reasons)
    said = {a.account_id: (a.previous_band, a.band) for a in heard if isinstance(a, RiskChanged)}
    assert said == {r.account_id: ("", r.band) for r in found if r.band != "usual"}
    account = Account.objects.get(pk=first.account_id)
    assert account.traits["churn_risk"] == round(first.chance, 3)
    assert account.traits["churn_risk_band"] == first.band


def test_the_same_again_says_nothing_new(a_year, heard):
    actions.learn_again(NOW)
    actions.foretell_all(NOW)
    before = list(AccountRisk.objects.order_by("account_id").values("account_id", "chance", "band", "since"))
    heard.clear()

    actions.foretell_all(NOW)

    assert list(AccountRisk.objects.order_by("account_id").values("account_id", "chance", "band", "since")) == before
    assert [a for a in heard if isinstance(a, RiskChanged)] == []


@pytest.mark.parametrize("days", [0, 2])
def test_an_account_that_is_imported_today_has_its_chance_today(a_year, at, days):
    """On the first day nothing was known when it began; two days later everybody else was."""
    actions.learn_again(NOW)
    others = actions.foretell_all(NOW)
    today = at(NOW + timedelta(days=days, hours=3))
    calls = [
        track("Exported", userId="new-0", context={"groupId": "new"}, at=today - timedelta(days=n))
        for n in range(1, 60)
    ]
    send(group(groupId="new", userId="new-0", at=NOW - 9 * WEEK), *calls, received_at=today)
    jobs.run_stage("intake", today)

    done = actions.foretell_all(today)

    assert done == others + 1
    found = queries.risk_of(customers.account_by_external_id("new").pk)
    assert found is not None
    assert found.foretold_at == today
    assert any(r.words == "Not used for 1 day" or r.feature == "days_since_use" for r in found.reasons)


def test_accounts_known_before_their_subscriptions_are_foretold_all_the_same(workspace, at):
    """The demo tells of accounts as they came, and of what they pay all at once: of that nothing was known then."""
    at(NOW)
    told(60)
    kept()
    actions.learn_again(NOW)
    today = at(NOW + timedelta(days=1))
    there = [a for a in customers.accounts() if a.churned_at is None]
    states = [state(300, external_id=f"sub_{a.pk}", account=a.external_id, quantity=1) for a in there]
    billing.record_subscription_states(states)
    actions.foretell_all(today)

    assert AccountRisk.objects.count() == len(there) > 20


def test_what_was_learnt_is_kept_by_version(a_year):
    first = actions.learn_again(NOW)
    second = actions.learn_again(NOW + WEEK)

    assert [m.version for m in queries.all_models()] == [2, 1]
    assert first.quality["auc"] == RiskModel.objects.get(version=1).quality["auc"]
    assert queries.model_in_force().pk == second.pk


def test_use_that_ends_is_leaving_too(workspace, at):
    at(NOW)
    told(cancels=False)
    kept()

    assert queries.choices().kind is ChurnKind.USE
    model = actions.learn_again(NOW)

    assert (model.kind, model.refusal) == ("use", "")
    assert model.quality["auc"]["low"] > 0.6
    ends = queries.churned_after(queries.choices(), NOW)
    stopped = {customers.account_by_external_id(f"a{n}").pk for n in range(90)} - {
        a.pk for a in customers.accounts() if a.last_seen_at > NOW - 5 * WEEK
    }
    assert stopped <= ends.keys()


def test_claims_nothing_when_too_few_left(workspace, at):
    at(NOW)
    told(30, leaves=0.2)
    kept()
    customers_before = list(Account.objects.order_by("pk").values_list("traits", flat=True))

    model = actions.learn_again(NOW)

    assert model.refusal == "too_few_left"
    assert actions.foretell_all(NOW) == 0
    panel = queries.panel_of(customers.account_by_external_id("a1").pk)
    assert panel.risk is None
    assert panel.refused.startswith("Too little to learn from:")
    assert list(Account.objects.order_by("pk").values_list("traits", flat=True)) == customers_before


def test_a_model_that_no_longer_claims_takes_its_chances_back(a_year):
    actions.learn_again(NOW)
    actions.foretell_all(NOW)
    assert AccountRisk.objects.exists()
    RiskModel.objects.create(
        version=2, kind="contract", horizon_days=90, gap_days=30, learnt_at=NOW, refusal="too_few_left", left=3
    )

    actions.foretell_all(NOW)

    assert not AccountRisk.objects.exists()
    assert not Account.objects.filter(traits__has_key="churn_risk").exists()


def test_a_member_says_what_leaving_is(workspace, at):
    at(NOW)
    ada = given_member()

    actions.choose(kind=ChurnKind.USE, horizon_days=60, gap_days=21, by=ada)

    chosen = queries.choices()
    assert (chosen.kind, chosen.horizon_days, chosen.gap_days, chosen.is_chosen) == (ChurnKind.USE, 60, 21, True)
    with pytest.raises(RiskChoicesUnusable):
        actions.choose(kind=ChurnKind.USE, horizon_days=5, gap_days=21, by=ada)
    assert queries.choices() == chosen


def test_background_work_keeps_learns_and_foretells(workspace, at, run_stages):
    at(NOW)
    told(60)

    for stage in ("snapshots", "risk.learn", "risk.foretell"):
        jobs.run_stage(stage, NOW)

    assert RiskModel.objects.count() == 1
    assert AccountRisk.objects.count() > 10
    assert jobs.run_stage("risk.learn", NOW) == 0
    assert jobs.run_stage("risk.foretell", NOW) <= 1
    assert FIRST < NOW


def test_who_has_left_already_can_not_leave_again(workspace, at):
    at(NOW)
    told(cancels=False)
    kept()

    short, long = (
        queries.person_periods(Choices(kind=ChurnKind.USE, horizon_days=90, gap_days=gap, is_chosen=True), NOW)
        for gap in (14, 60)
    )

    assert short.days.size
    assert short.values["days_since_use"].max() < 14
    assert short.left_within(28).any()
    assert 28 < long.values["days_since_use"].max() < 60
    assert long.left_within(28).any(), "those who have been silent for five weeks can still end"


def test_an_end_that_is_told_late_makes_nobody_stay(workspace, at):
    for week in range(9):
        monday = at(FIRST + week * WEEK)
        calls = [track("Exported", userId=f"{a}-0", context={"groupId": a}, at=monday) for a in ("fjord", "kestrel")]
        send(*(group(groupId=a, userId=f"{a}-0", at=monday) for a in ("fjord", "kestrel")), *calls, received_at=monday)
        jobs.run_stage("intake", monday)
    ended, later = FIRST + 7 * WEEK, FIRST + 8 * WEEK + timedelta(days=1)
    for week in (4, 8):
        snapshots.take_week((FIRST + week * WEEK).date(), FIRST + week * WEEK + timedelta(hours=3))
    at(later)
    cancelled = track("Subscription Cancelled", userId="fjord-0", context={"groupId": "fjord"}, at=ended)
    send(cancelled, received_at=later)
    jobs.run_stage("intake", later)

    rows = queries.person_periods(queries.choices(), later)

    fjord = customers.account_by_external_id("fjord").pk
    assert [(a == fjord, d) for a, d in zip(rows.accounts.tolist(), rows.days.tolist(), strict=True)] == [
        (True, rows.days.min()),
        (False, rows.days.min()),
        (False, rows.days.min() + 28),
    ]
    assert rows.left_within(28).tolist() == [True, False, False]
    told_on = (later.date() - date(1970, 1, 1)).days
    assert rows.until(told_on).left_within(28).tolist() == [False, False, False], "ended by then, but nobody knew"
    assert rows.until(told_on + 1).left_within(28).tolist() == [True, False, False]


def test_a_list_does_not_fetch_what_was_learnt_with_every_row(a_year):
    actions.learn_again(NOW)
    actions.foretell_all(NOW)

    found = list(queries.risks()[:5])

    assert all(each.model.get_deferred_fields() == {"content", "quality", "left_out"} for each in found)
    assert [queries.in_words(each, "USD").model_version for each in found] == [1] * 5
