"""The first touch models and the first rules for VIPs can be taken back, as if nobody had begun with them."""

import re

import pytest
from django.utils import translation

from tenure.customers import queries as customers
from tenure.touch_models import actions, queries
from tenure.touch_models.errors import TouchModelsChangedMeanwhile
from tenure.touch_models.models import Standing
from tenure.vips import actions as vips
from tenure.vips import queries as vip_queries
from tenure.vips.errors import VipRulesChangedMeanwhile
from tests.given import given_member
from tests.segments.given import NOW, given_account
from tests.touch_models.given import THREE, given_models
from tests.web.visiting import read, visit


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def test_touch_models_are_gone_with_what_they_said():
    fjord = given_account("fjord", mrr=5)
    browser = visit()

    page = read(browser.post("/touch-models/begin/", follow=True))
    assert customers.account(fjord).traits["touch_model"] == "tech_touch"
    assert "/touch-models/begin/undo/" in page
    browser.post("/touch-models/begin/undo/")

    assert not queries.has_models()
    assert "touch_model" not in customers.account(fjord).traits
    assert not Standing.objects.exists()
    given_models()  # and one can begin again
    assert queries.models_of([fjord]) == {fjord: "tech_touch"}


def test_touch_models_stay_once_somebody_worked_with_them():
    fjord, ada = given_account("fjord", mrr=5), given_member("Ada")
    with pytest.raises(TouchModelsChangedMeanwhile):
        actions.take_back_beginning(by=ada)
    given_models()
    actions.lock_model(fjord, "high_touch", reason="A friend", by=ada)

    with pytest.raises(TouchModelsChangedMeanwhile):
        actions.take_back_beginning(by=ada)
    actions.end_lock(fjord, by=ada)
    given_models(THREE.replace("Tech-touch", "By itself"))
    with pytest.raises(TouchModelsChangedMeanwhile):
        actions.take_back_beginning(by=ada)

    assert queries.models_of([fjord]) == {fjord: "tech_touch"}


def test_rules_for_vips_are_gone_with_what_they_said():
    fjord = given_account("fjord", plan="Enterprise", mrr=90_000, brand_list="Fortune 500")
    browser = visit()

    page = read(browser.post("/vips/begin/", follow=True))
    before = customers.account(fjord).traits.get("vip")
    assert "/vips/begin/undo/" in page
    browser.post("/vips/begin/undo/")

    assert before
    assert not vip_queries.has_rules()
    assert "vip" not in customers.account(fjord).traits
    with pytest.raises(VipRulesChangedMeanwhile):
        vips.take_back_beginning(by=given_member("Ada"))


@pytest.mark.parametrize(
    ("language", "first", "promise"), [("zh-hans", "自我介绍", "专属"), ("zh-hant", "自我介紹", "專屬")]
)
def test_what_a_workspace_begins_with_is_in_its_reader_s_language(language, first, promise):
    with translation.override(language):
        titles = [step.title for plan in queries.suggested().plans for step in plan.steps]
        promises = [each for terms in vip_queries.suggested().terms for each in terms.includes]

    assert titles[0].startswith(first)
    assert promises[0].startswith(promise)
    assert [said for said in (*titles, *promises) if re.search("[A-Za-z]", said)] == []
