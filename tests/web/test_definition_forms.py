"""The forms of stages, touch models, books and rules for VIPs: they say what the text says, and can all be changed."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tenure.lifecycle import queries as lifecycle
from tenure.touch_models import actions as touch_model_actions
from tenure.touch_models import queries as touch_models
from tenure.touch_models.types.books import Of
from tenure.vips import queries as vips
from tests.given import given_member, given_user
from tests.lifecycle.given import given_lifecycle
from tests.segments.given import NOW, given_account
from tests.touch_models.given import given_models
from tests.touch_models.test_books import BOOKS
from tests.vips.given import given_rules
from tests.web.filling import fields_of
from tests.web.visiting import read, visit

PLAN = """
- from: low_touch
  to: tech_touch
  expected_churn: 12
  steps:
  - {after_days: 3, kind: message, title: Say how to reach us, message: "Dear friends,\\nhere we are."}
"""


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def everything():
    for name in ("Ada", "Mei"):
        given_member(name, user=given_user(f"{name.lower()}@halyard.example"))
    fjord = given_account("fjord", mrr=2500, plan="Premium")
    given_lifecycle()
    given_models(f"{touch_models.text_of(touch_models.suggested())}{PLAN}")
    given_rules()
    touch_model_actions.change_books(touch_models.read_books(BOOKS), by=None)
    return fjord


VERSIONS: dict[str, Callable[[], int]] = {
    "/lifecycle/edit/": lambda: lifecycle.lifecycle().version,
    "/touch-models/edit/": lambda: touch_models.definition().version,
    "/vips/rules/edit/": lambda: vips.rules().version,
    "/books/edit/": lambda: touch_models.books().version,
}
TEXTS: dict[str, Callable[[], str]] = {
    "/lifecycle/edit/": lambda: lifecycle.text_of(lifecycle.lifecycle().machine),
    "/touch-models/edit/": lambda: touch_models.text_of(touch_models.definition().definition),
    "/vips/rules/edit/": lambda: vips.text_of(vips.rules().definition),
    "/books/edit/": lambda: touch_models.books_text_of(touch_models.books().books),
}


def ordered(browser: Any, address: str, fields: dict[str, Any], op: str) -> dict[str, Any]:
    """Press a button of the form; returns the fields as they are then."""
    return fields_of(browser.post(address, fields | {"op": op}))


def test_says_all_that_is_in_force_turns_into_text_and_back_and_saving_it_changes_nothing(everything):
    browser = visit()

    for address, version in VERSIONS.items():
        before, text = version(), TEXTS[address]()
        fields = fields_of(browser.get(address))
        as_text = ordered(browser, address, fields, "text")
        again = ordered(browser, address, as_text, "form")
        saved = browser.post(address, fields | {"op": "save"})

        assert fields["mode"] == "form"
        assert (as_text["mode"], as_text["text"].strip()) == ("text", text.strip())
        assert again | {"csrfmiddlewaretoken": ""} == fields | {"csrfmiddlewaretoken": ""}
        assert saved.status_code == 302
        assert version() == before
        assert TEXTS[address]() == text


def test_changes_a_touch_model_with_its_rule_channels_and_place(everything):
    browser = visit()
    fields = fields_of(browser.get("/touch-models/edit/"))
    fields |= {
        "c_models_0_enters.0:value": "3000",
        "models.1.forbidden": ["phone", "sms"],
        "models.1.minimum_days": "21",
        "models.0.skills": "enterprise, Migration",
        "existing": "keep",
    }

    fields = ordered(browser, "/touch-models/edit/", fields, "begin:models.1.stays")
    fields |= {"c_models_1_stays.0:name": "plan", "c_models_1_stays.0:operator": "is_set"}
    saved = browser.post("/touch-models/edit/", fields | {"op": "save"}, follow=True)

    made = touch_models.definition().definition
    assert made.models[0].skills == ("enterprise", "migration")
    assert "value: 3000" in touch_models.text_of(made)
    assert (made.models[1].forbidden, made.models[1].minimum_days) == (("phone", "sms"), 21)
    assert "trait: plan" in touch_models.text_of(made)
    assert made.existing == "keep"
    (undo,) = re.findall(r'action="(/touch-models/versions/1/restore/)"', read(saved))
    browser.post(undo)
    assert touch_models.definition().definition.models[0].skills == ()


def test_takes_a_condition_away(everything):
    browser = visit()

    fields = fields_of(browser.get("/touch-models/edit/"))
    fields = ordered(browser, "/touch-models/edit/", fields, "leave_out:models.0.stays")
    browser.post("/touch-models/edit/", fields | {"op": "save"})

    assert "c_models_0_stays:kind" not in fields
    assert touch_models.definition().definition.models[0].stays is None


def test_puts_a_value_that_was_seen_into_a_list_of_values(everything):
    browser = visit()
    fields = fields_of(browser.get("/vips/rules/edit/"))
    fields |= {"c_reasons_0_when.0:name": "plan", "c_reasons_0_when.0:operator": "one_of"}
    fields = ordered(browser, "/vips/rules/edit/", fields | {"c_reasons_0_when.0:value": "Basic"}, "again")

    fields = ordered(browser, "/vips/rules/edit/", fields, "put:c_reasons_0_when.0:Premium: two years.")

    assert fields["c_reasons_0_when.0:value"].split("\n") == ["Basic", "Premium: two years."]


def test_asks_once_for_what_all_parts_offer(everything, django_assert_max_num_queries):
    browser = visit()
    fields = fields_of(browser.get("/books/edit/"))
    many = {f"members.{n}.{name}": value for n in range(40) for name, value in (("email", "ada@halyard.example"),)}

    with django_assert_max_num_queries(40):
        page = read(browser.post("/books/edit/", fields | many | {"members:count": "40", "op": "again"}))

    assert page.count('<datalist id="offered_') == 1
    assert page.count("Europe/Berlin") == 1


def test_adds_a_model_whose_key_comes_from_its_name_and_moves_it_up(everything):
    browser = visit()
    fields = ordered(browser, "/touch-models/edit/", fields_of(browser.get("/touch-models/edit/")), "add:models")
    fields = ordered(browser, "/touch-models/edit/", fields | {"models.3.name": "Named friends"}, "again")

    fields = ordered(browser, "/touch-models/edit/", fields, "up:models.3")
    fields = ordered(browser, "/touch-models/edit/", fields, "begin:models.2.enters")
    fields |= {"c_models_2_enters.0:name": "friend", "c_models_2_enters.0:operator": "is_set"}
    saved = browser.post("/touch-models/edit/", fields | {"op": "save"})

    assert saved.status_code == 302
    assert touch_models.definition().definition.keys == ("high_touch", "low_touch", "named_friends", "tech_touch")


def test_says_beside_each_field_what_is_wrong_and_keeps_what_was_typed(everything):
    browser = visit()
    fields = fields_of(browser.get("/touch-models/edit/"))
    fields |= {"models.0.minimum_days": "many", "plans.0.steps.0.title": " ", "c_models_0_enters.0:value": "much"}

    refused = browser.post("/touch-models/edit/", fields | {"op": "save"})
    seen = read(browser.post("/touch-models/preview/", fields))

    assert refused.status_code == 422
    assert touch_models.definition().version == 1
    page = read(refused)
    assert 'href="#models_0_minimum_days"' in page
    assert 'href="#plans_0_steps_0_title"' in page
    assert 'href="#c_models_0_enters_0_value"' in page
    assert fields_of(refused)["models.0.minimum_days"] == "many"
    assert "Still to mend" in seen
    assert "A whole number is needed here." in seen


def test_shows_who_would_move_before_it_is_saved(everything):
    browser = visit()
    fields = fields_of(browser.get("/touch-models/edit/"))

    same = read(browser.post("/touch-models/preview/", fields))
    strict = {"c_models_0_enters.0:value": "9000", "c_models_0_stays.0:value": "9000", "models.0.minimum_days": ""}
    moved = read(browser.post("/touch-models/preview/", fields | strict))

    assert "No account would move." in same
    assert "High-touch → Low-touch" in moved
    assert "Fjord" in moved


def test_builds_a_stage_and_the_way_to_it(everything):
    browser = visit()
    fields = ordered(browser, "/lifecycle/edit/", fields_of(browser.get("/lifecycle/edit/")), "add:stages")
    fields = ordered(browser, "/lifecycle/edit/", fields | {"stages.3.name": "休眠"}, "again")
    fields = ordered(browser, "/lifecycle/edit/", fields, "add:transitions")

    fields |= {"transitions.3.from": "gone", "transitions.3.to": "stage_4", "transitions.3.after_days": "30"}
    browser.post("/lifecycle/edit/", fields | {"op": "save"})

    machine = lifecycle.lifecycle().machine
    assert (machine.stages[3].key, machine.stages[3].name) == ("stage_4", "休眠")
    assert machine.transitions[3].after_days == 30
    assert lifecycle.lifecycle().version == 3


def test_removes_a_transition_with_its_condition(everything):
    browser = visit()

    fields = ordered(browser, "/lifecycle/edit/", fields_of(browser.get("/lifecycle/edit/")), "remove:transitions.1")

    assert fields["transitions:count"] == "2"
    assert fields["transitions.1.from"] == "gone"
    assert fields["c_transitions_1_when.0:negated"] == "1"
    assert "c_transitions_2_when:kind" not in fields


def test_writes_terms_and_proof_for_a_level(everything):
    browser = visit()
    fields = fields_of(browser.get("/vips/rules/edit/"))
    fields |= {
        "terms.0.who": "Customers on Enterprise",
        "terms.0.lasts_days": "180",
        "terms.0.includes": "One person\n\nOne number",
        "reasons.0.evidence": "mrr，seats",
    }

    browser.post("/vips/rules/edit/", fields | {"op": "save"})

    made = vips.rules().definition
    assert made.reasons[0].evidence == ("mrr", "seats")
    terms = made.terms_of("gold")
    assert terms is not None
    assert (terms.who, terms.lasts_days) == ("Customers on Enterprise", 180)
    assert terms.includes == ("One person", "One number")


def test_gives_a_pooled_book_its_members_models_and_target_and_takes_it_back(everything):
    browser, before = visit(), touch_models.books().books
    fields = ordered(browser, "/books/edit/", fields_of(browser.get("/books/edit/")), "add:pooled")
    n = int(fields["pooled:count"]) - 1
    fields |= {
        f"pooled.{n}.name": "Everybody else",
        f"pooled.{n}.models": ["tech_touch"],
        f"pooled.{n}.members": ["ada@halyard.example", "mei@halyard.example"],
        f"pooled.{n}.keep_percent": "90",
        f"pooled.{n}.of": "revenue",
    }

    seen = read(browser.post("/books/preview/", fields))
    browser.post("/books/edit/", fields | {"op": "save"})

    pool = touch_models.books().books.pooled[n]
    assert (pool.name, pool.models, pool.keep_percent, pool.of) == ("Everybody else", ("tech_touch",), 90, Of.REVENUE)
    assert pool.members == ("ada@halyard.example", "mei@halyard.example")
    assert "Everybody else" in seen
    browser.post("/books/versions/1/restore/")
    assert touch_models.books().books == before


def test_somebody_elses_change_is_not_written_over_unseen(everything):
    browser = visit()
    fields = fields_of(browser.get("/vips/rules/edit/"))
    browser.post("/vips/rules/edit/", fields | {"levels.0.name": "Diamond", "op": "save"})

    late = browser.post("/vips/rules/edit/", fields | {"levels.0.name": "Platinum", "op": "save"})

    assert late.status_code == 422
    assert "Somebody else changed the rules meanwhile." in read(late)
    assert fields_of(late)["levels.0.name"] == "Platinum"
    assert vips.rules().definition.levels[0].name == "Diamond"
