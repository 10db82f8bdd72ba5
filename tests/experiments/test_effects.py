"""Assignments and the effect on retention, on a real database."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import altair as alt
import pytest

from tenure.customers.actions import resolve_calls
from tenure.customers.models import Account
from tenure.customers.types import Call, CallKind
from tenure.experiments import actions, queries
from tenure.experiments.announcements import AccountAssigned
from tenure.experiments.errors import HorizonUnusable
from tenure.experiments.models import Assignment
from tenure.experiments.types import Conclusion, Group
from tenure.kernel import tenancy
from tenure.stats.survival import TooFew
from tenure.workspaces import actions as workspaces
from tenure.workspaces.models import Workspace
from tests.given import given_member, given_workspace
from tests.web.visiting import read, read_csv, visit

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def start(at: Any) -> Any:
    at(START)
    return at


def micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def given_accounts(n: int, plan: str = "Pro") -> list[int]:
    """Make accounts that were customers when the watch begins."""
    first = micros(START - timedelta(days=1))
    taken = Account.objects.count()
    names = [f"account-{taken + i}" for i in range(n)]
    resolve_calls(
        [Call(CallKind.GROUP, f"{name}-u", None, name, first, first, "sdk", traits={"plan": plan}) for name in names]
    )
    return list(Account.objects.filter(external_id__in=names).order_by("pk").values_list("pk", flat=True))


def given_events(account_ids: list[int], event: str, day: float) -> None:
    at = micros(START + timedelta(days=day))
    names = dict(Account.objects.filter(pk__in=account_ids).values_list("pk", "external_id"))
    resolve_calls(
        [Call(CallKind.USE, f"{names[pk]}-u", None, names[pk], at, at, "sdk", event=event) for pk in account_ids]
    )


def after(days: float) -> datetime:
    return START + timedelta(days=days)


def of_group(group: Group) -> list[int]:
    return list(Assignment.objects.filter(group=group).order_by("account_id").values_list("account_id", flat=True))


def given_half_held_out(workspace: Workspace) -> None:
    workspaces.change_workspace(workspace, by=given_member(), holdout_share=0.5)


def test_draws_each_lot_once_and_says_so(workspace: Any, heard: list[Any], start: Any) -> None:
    account_ids = given_accounts(40)
    heard.clear()

    groups = actions.assign_accounts(account_ids[:20])
    again = actions.assign_accounts(account_ids, at=after(3))

    assert groups == {pk: again[pk] for pk in account_ids[:20]}
    assert [(type(a), a.account_id, a.group, a.at) for a in heard] == [
        (AccountAssigned, pk, again[pk].value, START if pk in groups else after(3)) for pk in account_ids
    ]
    assert queries.group_of(account_ids) == again
    assert queries.held_out_ids() == {pk for pk, group in again.items() if group == Group.HELD_OUT}
    assert queries.group_counts().treated + queries.group_counts().held_out == 40


def test_keeps_the_lot_when_the_share_changes(workspace: Any) -> None:
    account_ids = given_accounts(30)
    before = actions.assign_accounts(account_ids)

    given_half_held_out(workspace)

    assert actions.assign_accounts(account_ids) == before


def test_is_what_the_lot_of_the_workspace_says(workspace: Any) -> None:
    account_ids = given_accounts(50)

    groups = actions.assign_accounts(account_ids)

    fresh = Workspace.objects.get(pk=workspace.pk)
    for pk, group in groups.items():
        assert (group == Group.HELD_OUT) == queries.in_holdout(pk, fresh.holdout_salt, fresh.holdout_share)


def test_assigning_nobody_is_nothing(workspace: Any, heard: list[Any]) -> None:
    heard.clear()

    assert actions.assign_accounts([]) == {}
    assert heard == []


def test_assigning_costs_the_same_for_many(workspace: Any, django_assert_max_num_queries: Any) -> None:
    account_ids = given_accounts(120)

    with django_assert_max_num_queries(8):
        actions.assign_accounts(account_ids)


def test_sees_that_treated_accounts_stay(workspace: Any) -> None:
    given_half_held_out(workspace)
    actions.assign_accounts(given_accounts(200))
    treated, held_out = of_group(Group.TREATED), of_group(Group.HELD_OUT)
    given_events(treated[:5], "Subscription Cancelled", 40)
    given_events(held_out[:40], "Subscription Cancelled", 60)
    given_events(treated + held_out, "Opened", 200)

    found = queries.effect(now=after(200), horizon_days=90)

    assert (found.treated.accounts, found.treated.churned) == (len(treated), 5)
    assert (found.held_out.accounts, found.held_out.churned) == (len(held_out), 40)
    assert found.difference.first.share == pytest.approx(1 - 5 / len(treated))
    assert found.difference.second.share == pytest.approx(1 - 40 / len(held_out))
    assert found.conclusion == Conclusion.KEPT_MORE
    assert found.log_rank.p_value < 0.001
    assert not found.sample_ratio.mismatch
    words = queries.effect_words(found)
    points = f"{100 * found.difference.difference:.1f}"
    assert words.headline.startswith(f"After 90 days, treated accounts stayed more often: by {points} points (")
    assert words.details[0].startswith(f"Treated: {100 - 500 / len(treated):.1f}% still customers after 90 days (95%")
    assert f"5 of {len(treated)} accounts churned" in words.details[0]
    assert words.warnings == ()


def test_says_so_when_treated_accounts_leave_more(workspace: Any) -> None:
    given_half_held_out(workspace)
    actions.assign_accounts(given_accounts(160))
    given_events(of_group(Group.TREATED)[:40], "Subscription Cancelled", 20)
    given_events(of_group(Group.HELD_OUT), "Opened", 100)

    found = queries.effect(now=after(100), horizon_days=90)

    assert found.conclusion == Conclusion.KEPT_FEWER
    assert "stayed less often" in queries.effect_words(found).headline


def test_cannot_tell_and_says_what_is_missing(workspace: Any) -> None:
    actions.assign_accounts(given_accounts(30))
    given_events(of_group(Group.TREATED), "Opened", 100)

    nobody = queries.effect(now=after(100), horizon_days=180)
    few = queries.effect(now=after(100), horizon_days=90)

    assert (nobody.conclusion, nobody.difference.too_few) == (Conclusion.CANNOT_TELL, TooFew.NOBODY_WATCHED_SO_LONG)
    assert queries.effect_words(nobody).headline == (
        "Cannot tell yet: no account in the group “Held out” has been watched that long."
    )
    assert few.difference.too_few in {TooFew.FEW_AT_RISK, TooFew.NOBODY_WATCHED_SO_LONG}


def test_cannot_tell_while_hardly_anybody_has_churned(workspace: Any) -> None:
    given_half_held_out(workspace)
    actions.assign_accounts(given_accounts(80))
    given_events(of_group(Group.TREATED)[:1], "Subscription Cancelled", 20)
    given_events(of_group(Group.HELD_OUT), "Opened", 100)

    found = queries.effect(now=after(100), horizon_days=90)

    assert found.difference.too_few == TooFew.FEW_ENDED
    assert queries.effect_words(found).headline == (
        "Cannot tell yet: too few have churned; 1 account so far, and 5 are needed."
    )


def test_sees_no_difference_and_says_what_would_show(workspace: Any) -> None:
    given_half_held_out(workspace)
    actions.assign_accounts(given_accounts(120))
    for group in Group:
        given_events(of_group(group)[:6], "Subscription Cancelled", 20)
    given_events(of_group(Group.HELD_OUT), "Opened", 100)

    found = queries.effect(now=after(100), horizon_days=90)

    assert found.conclusion == Conclusion.NO_DIFFERENCE_SEEN
    words = queries.effect_words(found)
    assert words.headline.startswith("After 90 days no difference shows: it lies between −")
    assert f"about {100 * found.visible:.0f} points" in words.details[2]


def test_counts_the_first_churn_even_of_those_who_came_back(workspace: Any) -> None:
    actions.assign_accounts(given_accounts(1))
    account = Assignment.objects.get().account_id
    given_events([account], "Subscription Cancelled", 10)
    given_events([account], "Subscription Reactivated", 30)
    given_events([account], "Opened", 100)

    (watched,) = queries.watched_accounts(now=after(100))

    assert (watched.days, watched.churned) == (10.0, True)


def test_leaves_out_who_had_churned_before(workspace: Any) -> None:
    account_ids = given_accounts(10)
    given_events(account_ids[:3], "Subscription Cancelled", -0.5)
    actions.assign_accounts(account_ids)
    given_events(account_ids[3:], "Opened", 50)

    found = queries.effect(now=after(50), horizon_days=30)

    assert found.treated.accounts + found.held_out.accounts == 7
    assert found.already_churned == 3
    assert "3 accounts had churned before they were assigned and are left out." in queries.effect_words(found).how


def test_watches_only_as_long_as_data_came(workspace: Any) -> None:
    actions.assign_accounts(given_accounts(10))
    given_events(of_group(Group.TREATED), "Opened", 20)

    found = queries.effect(now=after(100), horizon_days=30)

    assert found.watched_until == after(20)
    assert found.difference.first.share is None
    assert queries.effect_words(found).warnings == (
        "Nothing has been received for 80 days; accounts count as watched only until then.",
    )


def test_looks_only_at_those_assigned_since(workspace: Any) -> None:
    actions.assign_accounts(given_accounts(10))
    late = given_accounts(5)
    actions.assign_accounts(late, at=after(30))
    given_events(late, "Opened", 60)

    found = queries.effect(since=after(10), now=after(60), horizon_days=30)

    assert found.treated.accounts + found.held_out.accounts == 5
    assert {w.account_id for w in queries.watched_accounts(since=after(10), now=after(60))} == set(late)


def test_warns_when_something_besides_the_lot_decides(workspace: Any) -> None:
    account_ids = given_accounts(60)
    actions.assign_accounts(account_ids)
    Assignment.objects.update(group=Group.HELD_OUT.value)

    found = queries.effect(now=after(10), horizon_days=30)

    assert found.sample_ratio.mismatch
    assert (
        queries.effect_words(found)
        .warnings[0]
        .startswith("The groups are not split as promised: 60 accounts are held out where 6 were to be expected.")
    )


def test_balance_shows_traits_of_both_groups(workspace: Any) -> None:
    given_half_held_out(workspace)
    actions.assign_accounts(given_accounts(40) + given_accounts(20, "Free"))
    given_events(of_group(Group.TREATED), "Opened", 5)

    balance = queries.balance("plan", now=after(10))

    assert {r.value: r.treated + r.held_out for r in balance.rows} == {"Pro": 40, "Free": 20}
    assert not balance.is_uneven


def test_chart_and_table_hold_both_curves(workspace: Any) -> None:
    given_half_held_out(workspace)
    actions.assign_accounts(given_accounts(60))
    given_events(of_group(Group.TREATED)[:4], "Subscription Cancelled", 20)
    given_events(of_group(Group.HELD_OUT), "Opened", 100)

    found = queries.effect(now=after(100), horizon_days=90)
    chart = queries.effect_chart(found)

    alt.Chart.from_dict(dict(chart.spec))
    assert chart.columns[0] == "Group"
    assert [row[:2] for row in chart.rows] == [
        ("Treated", "0"),
        ("Treated", "20"),
        ("Treated", "100"),
        ("Held out", "0"),
        ("Held out", "100"),
    ]
    assert chart.description == queries.effect_words(found).headline


def test_of_nobody_is_nothing_to_tell(workspace: Any) -> None:
    found = queries.effect(now=after(10))

    assert found.conclusion == Conclusion.CANNOT_TELL
    assert (found.treated.accounts, found.held_out.accounts) == (0, 0)
    assert queries.effect_chart(found).rows


@pytest.mark.parametrize("days", [0, 3_651])
def test_refuses_a_horizon_that_makes_no_sense(workspace: Any, days: int) -> None:
    with pytest.raises(HorizonUnusable):
        queries.effect(horizon_days=days)


def test_other_workspaces_are_not_seen(workspace: Any) -> None:
    actions.assign_accounts(given_accounts(5))

    with tenancy.scope(given_workspace("Other").pk):
        assert queries.watched_accounts(now=after(10)) == []


def test_a_point_of_a_curve_opens_those_that_had_left_by_then(workspace: Any, start: Any) -> None:
    given_half_held_out(workspace)
    actions.assign_accounts(given_accounts(40))
    treated = of_group(Group.TREATED)
    given_events(treated[:2], "Subscription Cancelled", 10)
    given_events(treated[2:3], "Subscription Cancelled", 40)
    given_events(treated + of_group(Group.HELD_OUT), "Opened", 60)
    start(after(60))
    browser = visit()

    page = read(browser.get("/effects/?horizon=30"))
    listed = read(browser.get("/effects/accounts/?group=treated&gone_by=10"))

    assert page.count("/effects/accounts/?group=treated&amp;gone_by=10") > 1, "the point, and the row of the table"
    assert re.findall(r'class="row-link" href="/accounts/(\d+)/"', listed) == [str(pk) for pk in treated[:2]]
    assert "left within 10 days" in listed
    rows = read_csv(browser.get("/effects/accounts.csv?group=treated&gone_by=40"))
    assert sorted(int(row[0]) for row in rows[1:]) == treated[:3]
