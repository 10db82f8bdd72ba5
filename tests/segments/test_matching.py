"""Conditions that other domains keep are judged as segments are."""

import pytest

from tenure.segments import queries
from tenure.segments.errors import ConditionWrong
from tenure.segments.types import Subject
from tests.segments.given import NOW, given_account

PREMIUM = {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"}
LARGE = {"kind": "trait", "name": "seats", "operator": "more_than", "value": 10}


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def test_finds_the_accounts_of_all_or_of_some():
    fjord = given_account("fjord", plan="Premium")
    kestrel = given_account("kestrel", plan="premium")
    given_account("northwind", plan="Basic")

    assert queries.accounts_matching(PREMIUM).tolist() == [fjord, kestrel]
    assert queries.accounts_matching(PREMIUM, [kestrel]).tolist() == [kestrel]
    assert queries.accounts_matching(PREMIUM, []).tolist() == []


def test_judges_several_at_once_and_says_why():
    fjord = given_account("fjord", plan="Premium", seats=12)
    kestrel = given_account("kestrel", plan="Basic", seats=40)

    found = queries.matching_each({1: PREMIUM, 2: LARGE}, Subject.ACCOUNT)

    assert (found.ids(1).tolist(), found.ids(2).tolist()) == ([fjord], [fjord, kestrel])
    said = {id_: [(r.value, r.held) for r in reasons] for id_, reasons in found.reasons(2, [fjord, kestrel, 0]).items()}
    assert said == {fjord: [(12.0, True)], kestrel: [(40.0, True)]}


def test_refuses_what_segments_refuse():
    with pytest.raises(ConditionWrong):
        queries.accounts_matching({"kind": "horoscope"})
