"""Conditions in words."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings

from tenure.segments.queries.evidence_words import value_words
from tenure.segments.queries.problem_words import problem_words
from tenure.segments.queries.sentences import phrase, sentence
from tenure.segments.rules.checking import read_condition
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tenure.segments.types.problems import Problem, ProblemCode
from tests.segments.strategies import conditions

PLAN = {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"}
QUIET = {"kind": "last_seen", "operator": "more_than_days_ago", "days": 14}


def said(raw, subject=Subject.ACCOUNT):
    return sentence(read_condition(raw, subject), subject, {7: "Ada"})


def test_read_as_people_speak():
    raw = {"kind": "all", "conditions": [PLAN, QUIET]}

    assert said(raw) == "accounts where plan is Premium and last seen more than 14 days ago"
    assert said(PLAN, Subject.PERSON) == "people where plan is Premium"


def test_bracket_what_belongs_together():
    either = {"kind": "any", "conditions": [QUIET, {"kind": "not", "condition": PLAN}]}

    assert said({"kind": "all", "conditions": [PLAN, either]}) == (
        "accounts where plan is Premium and (last seen more than 14 days ago or not (plan is Premium))"
    )


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({**PLAN, "operator": "one_of", "value": ["Premium", "Basic"]}, "plan is one of Premium, Basic"),
        ({**PLAN, "operator": "is_not_set", "value": None}, "plan is not known"),
        ({**PLAN, "value": True}, "plan is yes"),
        ({**PLAN, "name": "seats", "operator": "between", "value": [5, 10.5]}, "seats is between 5 and 10.5"),
        ({**PLAN, "name": "renews", "operator": "within_next_days", "value": 1}, "renews is within the next 1 day"),
        ({**PLAN, "name": "renews", "operator": "before", "value": "2026-03-04"}, "renews is before March 4, 2026"),
        ({"kind": "performed", "event": "Login"}, "“Login” happened, ever"),
        (
            {"kind": "performed", "event": "Login", "times": 3, "days": 7},
            "“Login” happened at least 3 times in the last 7 days",
        ),
        ({"kind": "not_performed", "event": "Login"}, "“Login” never happened"),
        ({"kind": "not_performed", "event": "Login", "days": 1}, "“Login” did not happen in the last 1 day"),
        ({"kind": "last_performed", "event": "Login", "days": 14}, "“Login” last happened more than 14 days ago"),
        (
            {"kind": "usage", "measure": "active_people", "amount": 3, "days": 7},
            "there were at least 3 active people in the last 7 days",
        ),
        (
            {"kind": "usage_change", "measure": "events", "percent": 30, "days": 14},
            "events fell by at least 30% over the last 14 days against the 14 before",
        ),
        ({"kind": "signed_up", "days": 14}, "signed up within the last 14 days"),
        ({"kind": "churned", "value": False}, "not churned"),
        ({"kind": "owner", "operator": "is", "member_id": 7}, "the owner is Ada"),
        ({"kind": "random_bucket", "salt": "spring", "high": 10}, "falls in 0–10% of the random split “spring”"),
    ],
)
def test_say_each_leaf(raw, words):
    assert phrase(read_condition(raw, Subject.ACCOUNT), {7: "Ada"}) == words


@settings(max_examples=100, deadline=None)
@given(conditions("account", with_segments=False))
def test_find_words_for_everything(condition):
    assert sentence(condition, Subject.ACCOUNT).startswith("accounts where ")


def test_find_words_for_every_problem():
    for code in ProblemCode:
        assert problem_words(Problem(path="", code=code, params={"most": 8}))


@pytest.mark.parametrize(
    ("leaf", "value", "words"),
    [
        (c.Trait(name="seats", operator=c.TraitOperator.IS_SET), 1200.0, "1,200"),
        (c.Trait(name="seats", operator=c.TraitOperator.IS_SET), None, "not known"),
        (c.Performed(event="Login"), 1, "1 time"),
        (c.LastSeen(days=3), 1_773_144_000_000_000, "March 10, 2026, noon"),
        (c.LastSeen(days=3), None, "never"),
        (c.UsageChange(measure=c.UsageMeasure.EVENTS, percent=5, days=7), -31.6, "−32%"),
        (c.UsageChange(measure=c.UsageMeasure.EVENTS, percent=5, days=7), None, "no use before"),
        (c.Owner(), 7, "Ada"),
        (c.Owner(), None, "nobody"),
        (c.RandomBucket(salt="x", high=5), 1234, "12.34%"),
    ],
)
def test_say_what_was_looked_at(leaf, value, words):
    assert value_words(leaf, value, {7: "Ada"}) == words


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        (
            c.UsageChange(measure=c.UsageMeasure.EVENTS, event="Export", percent=30, days=7),
            "uses of “Export” fell by at least 30% over the last 7 days against the 7 before",
        ),
        (
            c.Usage(measure=c.UsageMeasure.ACTIVE_PEOPLE, event="Export", amount=5, days=30),
            "there were at least 5 people with “Export” in the last 30 days",
        ),
        (
            c.Tickets(what=c.TicketWhat.OPEN, priorities=(c.TicketPriority.HIGH, c.TicketPriority.URGENT)),
            "at least 1 ticket of priority high or urgent open now",
        ),
        (
            c.People(number=2, roles=("buyer", "champion")),
            "there are at least 2 people with the role buyer or champion",
        ),
    ],
)
def test_say_what_is_asked_of_one_event_or_of_some(leaf, words):
    assert sentence(leaf, Subject.ACCOUNT) == f"accounts where {words}"


def test_say_moments_in_the_readers_time_zone():
    noon = 1_773_144_000_000_000
    renews = c.Trait(name="renews_at", operator=c.TraitOperator.WITHIN_NEXT_DAYS, value=60)

    with timezone.override(ZoneInfo("Asia/Taipei")):
        seen = value_words(c.LastSeen(days=3), noon)
        trait = value_words(renews, "2026-03-10T12:00:00+00:00")

    assert seen == trait == "March 10, 2026, 8 p.m."
    assert value_words(c.Trait(name="note", operator=c.TraitOperator.IS_SET), "2026-03-10") == "2026-03-10"
