"""What is refused by name, what is still counted, and figures that are made in the database."""

from collections import defaultdict
from datetime import timedelta

import pytest

from tenure.customers import actions as owning
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.segments import actions as segments
from tenure.segments.errors import SegmentBuiltOn
from tenure.touch_models import actions, queries
from tenure.touch_models.errors import TouchModelsWrong
from tenure.touch_models.models import Standing
from tenure.touch_models.queries import churning
from tenure.touch_models.types import Existing
from tests.given import given_member
from tests.segments.given import DAY, NOW, given_account, given_segment, given_use, store_and_tell
from tests.touch_models.given import THREE, follow, given_models, given_mrr


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


_IS_NOW = {"kind": "trait", "name": "touch_model", "operator": "is", "value": "high_touch"}
_WAS = {**_IS_NOW, "kind": "trait_was", "days": 30}
_CHANGED = {"kind": "trait_changed", "name": "touch_model", "days": 30}


@pytest.mark.parametrize("condition", [_IS_NOW, _WAS, _CHANGED])
def test_a_model_asks_neither_what_it_is_nor_what_it_was(condition):
    plain = queries.json_form(queries.read_text(THREE))
    plain["models"][0]["enters"] = condition

    with pytest.raises(TouchModelsWrong) as refused:
        queries.read_json_form(plain)

    assert [(p.path, p.code) for p in refused.value.problems] == [("models[0].enters", "asks_itself")]


def test_a_segment_that_asks_for_the_model_is_refused_by_its_name():
    own = given_segment("Served by hand", kind="trait", name="touch_model", operator="is", value="high_touch")
    through = given_segment("Served well", kind="in_segment", segment_id=own.pk)
    plain = queries.json_form(queries.read_text(THREE))
    plain["models"][0]["stays"] = {"kind": "in_segment", "segment_id": through.pk}
    given_models()

    with pytest.raises(TouchModelsWrong) as refused:
        queries.read_json_form(plain)

    (problem,) = refused.value.problems
    assert (problem.path, problem.code, problem.params) == (
        "models[0].stays", "asks_itself_through", {"segment": "Served by hand"},
    )  # fmt: skip
    assert queries.definition().version == 1


def test_a_segment_that_asks_for_something_else_may_be_used():
    premium = given_segment()
    plain = queries.json_form(queries.read_text(THREE))
    plain["models"][0]["enters"] = {"kind": "in_segment", "segment_id": premium.pk}
    fjord = given_account("fjord", plan="Premium")
    segments.change_segment(premium.pk, name="Premium", condition=premium.condition, by=None)

    actions.change_definition(queries.read_json_form(plain), by=None)

    assert queries.models_of([fjord]) == {fjord: "high_touch"}


def test_a_segment_that_decides_the_model_is_not_archived():
    premium = given_segment()
    plain = queries.json_form(queries.read_text(THREE))
    plain["models"][0]["enters"] = {"kind": "in_segment", "segment_id": premium.pk}
    actions.change_definition(queries.read_json_form(plain), by=None)

    with pytest.raises(SegmentBuiltOn):
        segments.archive_segment(premium.pk, by=None)
    given_models()
    segments.archive_segment(premium.pk, by=None)

    premium.refresh_from_db()
    assert premium.archived_at == NOW


def test_accounts_locked_to_a_model_that_is_no_more_are_still_counted():
    fjord = given_account("fjord", mrr=5)
    given_models()
    actions.lock_model(fjord, "low_touch", reason="A friend", by=given_member())

    given_models(THREE.replace("low_touch", "pooled"))

    counts = {c.model.key: (c.accounts, c.locked, c.is_removed) for c in queries.model_counts()}
    assert counts == {
        "high_touch": (0, 0, False),
        "pooled": (0, 0, False),
        "tech_touch": (0, 0, False),
        "low_touch": (1, 1, True),
    }
    assert [s.account_id for s in queries.accounts_with("low_touch", locked=True).items] == [fjord]


def test_expected_churn_is_what_adding_up_account_by_account_says(at):
    ids = [given_account(f"a{n}", mrr=[5, 300, 2000][n % 3]) for n in range(9)]
    given_models()
    for day, n, mrr in ((20, 0, 300), (25, 1, 5), (40, 4, 2000), (45, 2, 5)):
        at(NOW + day * DAY)
        given_mrr(ids[n], mrr)
        follow()
    for day, n in ((30, 3), (50, 0), (55, 5)):
        at(NOW + day * DAY)
        given_use(f"a{n}", "Subscription Cancelled", at=clock.now())
        store_and_tell()
    at(NOW + 80 * DAY)

    rates = queries.expected_churn()

    seen = defaultdict(lambda: [set(), timedelta(0), 0])
    gone = customers.churned_spans(ids)
    for row in Standing.objects.order_by("pk"):
        until = row.left_at or clock.now()
        of = seen[row.model]
        of[0].add(row.account_id)
        away = timedelta(0)
        for left, back in gone.get(row.account_id, ()):
            of[2] += row.since <= left <= until
            away += max(timedelta(0), min(until, back or until) - max(row.since, left))
        of[1] += until - row.since - away
    assert {k: (r.accounts, r.account_days, r.churned) for k, r in rates.items()} == {
        key: (len(seen[key][0]), round(seen[key][1] / DAY), seen[key][2]) for key in rates
    }
    changes = {(c.source, c.target): (c.accounts, c.churn.accounts) for c in queries.changes_made()}
    assert changes == {
        ("tech_touch", "low_touch"): (1, 1),
        ("low_touch", "tech_touch"): (1, 1),
        ("low_touch", "high_touch"): (1, 1),
        ("high_touch", "tech_touch"): (1, 1),
    }
    assert churning.NOT_WATCHED.accounts == 0


def test_whoever_begins_second_finds_what_the_first_began():
    first = actions.begin(by=None)
    again = actions.begin(by=None)

    assert (again.pk, again.version) == (first.pk, 1)
    assert queries.definition().definition.existing is Existing.MOVE


def test_what_a_member_kept_goes_by_who_looked_after_it_then(at):
    ada, mei = given_member("Ada"), given_member("Mei")
    at(NOW - 400 * DAY)
    ids = [given_account(f"a{n}") for n in range(5)]
    owning.assign_owners(dict.fromkeys(ids[:4], ada.pk), by=ada)
    at(NOW - 100 * DAY)
    owning.assign_owners({ids[0]: mei.pk, ids[4]: ada.pk}, by=ada)
    given_use("a1", "Subscription Cancelled", at=clock.now())
    given_use("a0", "Subscription Cancelled", at=clock.now())
    given_use("a4", "Subscription Cancelled", at=clock.now())
    store_and_tell()
    at(NOW)

    of_ada, of_mei = queries.kept_by(ada.pk), queries.kept_by(mei.pk)

    assert (of_ada.kept, of_ada.of, of_ada.share) == (2, 4, 0.5)  # the one that Mei got and lost was Ada's then
    assert (of_mei.kept, of_mei.of, of_mei.share) == (0, 0, None)
    assert queries.kept_by(mei.pk, days=100).of == 0  # it had ended on that very moment
