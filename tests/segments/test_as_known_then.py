"""A condition selects of a past day whom it selected then, however late data arrived; or whom it would by now."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.kernel import clock
from tenure.kernel.as_of import AsOf
from tenure.segments import actions, queries
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tests.segments.given import DAY, NOW, catch_up, given_account, given_segment, given_use
from tests.segments.strategies import NOW as THEN
from tests.segments.strategies import conditions
from tests.segments.test_whole_way import ACCOUNTS, given_history
from tests.tracking.sending import group, identify, send, track

_number = count()


def given_news(at):
    """Have much arrive late, and much change: events of before, other plans, other people."""
    for n, key in enumerate(ACCOUNTS):
        before = THEN - timedelta(days=n % 9, hours=1)
        send(
            *(track("Login", userId=f"{key}-{n % 3}", context={"groupId": key}, at=before - timedelta(hours=h),
                    messageId=f"late{next(_number)}", properties={"format": "pdf", "rows": 42}) for h in range(3)),
            group(userId=f"{key}-0", groupId=key, traits={"plan": "Basic", "seats": 5}, at=at),
            identify(userId=f"{key}-1", traits={"plan": "Premium"}, at=at),
            received_at=at,
        )  # fmt: skip
    catch_up()


@pytest.mark.parametrize("subject", list(Subject))
def test_answers_as_it_did_then(at, workspace, subject):
    at(THEN)
    given_history(seed=3)
    later = THEN + timedelta(days=2, minutes=7)
    answered = []

    @settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(trees=st.lists(conditions(subject, with_segments=False), min_size=8, max_size=10))
    def ask(trees: Sequence[c.Condition]) -> None:
        asked = dict(enumerate(trees))
        now = queries.matching_each(asked, subject)
        answered.append((asked, [now.ids(key).tolist() for key in asked]))

    ask()
    at(later)
    given_news(later)

    for asked, expected in answered:
        then = queries.judged_each_as_of(asked, subject, AsOf.then(THEN))
        for key, tree in asked.items():
            assert then.ids(key).tolist() == expected[key], tree


def test_tells_what_was_known_then_from_what_is_known_now(at, workspace):
    at(NOW)
    fjord = given_account("fjord")
    at(NOW + 3 * DAY)
    given_use("fjord", at=NOW - DAY, times=3)
    catch_up()
    busy = {"kind": "performed", "event": "Login", "times": 3, "days": 7}

    assert queries.judged_as_of(busy, "account", AsOf.then(NOW)).to_pylist() == []
    assert queries.judged_as_of(busy, "account", AsOf.by_now(NOW, clock.now())).to_pylist() == [fjord]
    assert queries.judged_as_of(busy, "account", AsOf.by_now(NOW, clock.now()), [fjord + 1]).to_pylist() == []


def test_asks_named_segments_of_the_same_day(at, workspace):
    at(NOW)
    premium, pilot = given_segment(), actions.define_list("Pilot", subject=Subject.ACCOUNT)
    fjord, kestrel = given_account("fjord", plan="Premium"), given_account("kestrel", plan="Premium")
    actions.put_on_list(pilot.pk, [kestrel], by=None)
    at(NOW + DAY)
    given_account("fjord", plan="Basic")
    actions.put_on_list(pilot.pk, [fjord], by=None)
    both = {"kind": "all", "conditions": [{"kind": "in_segment", "segment_id": s.pk} for s in (premium, pilot)]}

    assert queries.accounts_matching(both).tolist() == [kestrel]
    assert queries.judged_as_of(both, "account", AsOf.then(NOW)).to_pylist() == [kestrel]
    in_premium = {"kind": "in_segment", "segment_id": premium.pk}
    assert queries.judged_as_of(in_premium, "account", AsOf.then(NOW)).to_pylist() == [fjord, kestrel]
