"""From calls to memberships, against brute force over the same calls."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.segments import actions, queries
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tests.segments.given import catch_up
from tests.segments.oracle import Happening, Known, holds
from tests.segments.strategies import EVENTS, NOW, conditions
from tests.tracking.sending import group, identify, send, track

ACCOUNTS = tuple(f"account{n}" for n in range(12))
_number = count()


def given_history(seed: int) -> dict[Subject, list[Known]]:
    """Send what a dozen accounts of three people did and are; return the same as plain values."""
    dice = random.Random(seed)
    calls, did = [], []
    words: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for key in ACCOUNTS:
        traits = {"plan": dice.choice(["Premium", "premium", "Basic"]), "seats": dice.choice([5, 42, 0.1, -3.5])}
        traits["renews"] = (NOW + timedelta(days=dice.randint(-40, 40), hours=dice.randint(0, 23))).isoformat()
        calls.append(group(userId=f"{key}-0", groupId=key, traits=traits, at=NOW - timedelta(days=45)))
        said_of(words[key], NOW - timedelta(days=45), traits)
        if dice.random() < 0.5:
            at, later = (
                NOW - timedelta(days=dice.randint(1, 40), seconds=1),
                {"plan": dice.choice(["Premium", "Basic"])},
            )
            calls.append(group(userId=f"{key}-0", groupId=key, traits=later, at=at))
            said_of(words[key], at, later)
        for n in range(3):
            own = {"plan": dice.choice(["Premium", "Basic"]), "trial": dice.random() < 0.5}
            calls.append(identify(userId=f"{key}-{n}", traits=own, at=NOW - timedelta(days=45)))
            said_of(words[f"{key}-{n}"], NOW - timedelta(days=45), own)
            for _ in range(dice.randint(0, 12)):
                at = NOW - timedelta(seconds=dice.randint(60, 41 * 86_400))
                event = dice.choice((*EVENTS, "Other"))
                properties = {"format": dice.choice(["pdf", "PDF", "csv"]), "rows": dice.choice([5, 42, 5.5])}
                said = {"context": {"groupId": key}, "messageId": f"m{next(_number)}", "properties": properties}
                calls.append(track(event, userId=f"{key}-{n}", at=at, **said))
                did.append((key, f"{key}-{n}", event, at, properties))
    for start in range(0, len(calls), 40):
        send(*calls[start : start + 40], received_at=NOW)
        catch_up()

    names = {p.pk: p.external_id for p in customers.people()}
    accounts = {a.external_id or f"of one: {names[a.solo_person]}": a for a in customers.accounts()}
    people = {p.external_id: p for p in customers.people()}
    happened = [Happening(accounts[a].pk, people[p].pk, event, at, said) for a, p, event, at, said in did]
    known_people = {
        key: Known(
            id=p.pk,
            traits=p.traits,
            signed_up_at=p.first_seen_at,
            last_seen_at=p.last_seen_at,
            happenings=[h for h in happened if h.person_id == p.pk],
            words=words[key],
        )
        for key, p in people.items()
    }
    there = at_accounts(people)
    known_accounts = [
        Known(
            id=a.pk,
            traits=a.traits,
            signed_up_at=a.signed_up_at,
            last_seen_at=a.last_seen_at,
            happenings=[h for h in happened if h.account_id == a.pk],
            words=words[key.removeprefix("of one: ")],
            people=[(known_people[key.removeprefix("of one: ")], "user")]
            if a.is_solo
            else [(known_people[f"{key}-{n}"], "user") for n in range(3) if (a.pk, f"{key}-{n}") in there],
        )
        for key, a in accounts.items()
    ]
    return {Subject.ACCOUNT: known_accounts, Subject.PERSON: list(known_people.values())}


def said_of(words: dict[str, list[Any]], at: datetime, traits: dict[str, Any]) -> None:
    """Note what was said of traits, where it says anything new."""
    for name, value in traits.items():
        if not words[name] or words[name][-1][1] != value:
            words[name].append((at, value))


def at_accounts(people: dict[str, Any]) -> set[tuple[int, str]]:
    """Return who is where: of whom their product never said so is at an account of their own."""
    names = {p.pk: key for key, p in people.items()}
    places = customers.places().to_pylist()
    return {(row["account_id"], names[row["person_id"]]) for row in places if row["person_id"] in names}


@pytest.mark.parametrize("subject", list(Subject))
def test_selects_whom_brute_force_selects_now_and_as_time_goes(at, workspace, subject):
    at(NOW)
    known = given_history(seed=len(subject))[subject]

    @settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(trees=st.lists(conditions(subject, with_segments=False), min_size=6, max_size=10))
    def check(trees: Sequence[c.Condition]) -> None:
        made = [actions.define_segment(f"S{next(_number)}", subject=subject, condition=tree) for tree in trees]
        for later in (timedelta(0), timedelta(minutes=2), timedelta(days=3, minutes=1)):
            with clock.simulated(clock.now() + later):
                now = clock.now()
                actions.refresh_everybody(subject, now=now)
                for segment, tree in zip(made, trees, strict=True):
                    assert queries.member_ids(segment.pk) == {k.id for k in known if holds(tree, k, subject, now)}, tree
        for segment in made:
            actions.archive_segment(segment.pk, by=None)

    check()


def test_says_the_same_of_the_touched_as_of_everybody(at, workspace):
    at(NOW)
    trees = [
        c.Performed(event="Login", times=2, days=7),
        c.LastPerformed(event="Login", days=7),
        c.UsageChange(measure=c.UsageMeasure.ACTIVE_PEOPLE, percent=30, days=14),
        c.Usage(measure=c.UsageMeasure.ACTIVE_DAYS, amount=4, days=28),
    ]
    made = [actions.define_segment(f"T{n}", subject="account", condition=tree) for n, tree in enumerate(trees)]

    known = given_history(seed=7)[Subject.ACCOUNT]

    for segment, tree in zip(made, trees, strict=True):
        assert queries.member_ids(segment.pk) == {k.id for k in known if holds(tree, k, "account", NOW)}
