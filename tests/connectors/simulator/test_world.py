"""The simulated world: the same for the same seed, and alive in the ways a real customer base is."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.connectors.simulator.types import WorldSpec
from tenure.connectors.simulator.world import World, batch_bodies
from tests.connectors.simulator.given import (
    NOBODY,
    UNTIL,
    given_everybody_held_out,
    given_world,
    history,
    use_by_day,
    use_of_places,
)


def _bytes(world: World) -> bytes:
    return b"\n".join(
        body
        for calls in history(world)
        for body in batch_bodies(calls, sent_at=datetime(2026, 11, 22, tzinfo=UTC), calls_a_batch=200)
    )


def test_is_the_same_to_the_byte_for_the_same_seed():
    spec = WorldSpec(seed=3, accounts=12, months=2, until=UNTIL)

    first, second = _bytes(World(spec)), _bytes(World(spec))

    assert first == second
    assert first != _bytes(World(WorldSpec(seed=4, accounts=12, months=2, until=UNTIL)))


def test_gives_every_call_an_id_of_its_own_and_its_place_in_time():
    calls = [call for week in history(given_world()) for call in week]

    assert len({call["messageId"] for call in calls}) == len(calls)
    stamps = [str(call["timestamp"]) for call in calls]
    assert stamps == sorted(stamps)
    assert stamps[0] >= "2025-11-22T00:00:00.000Z"
    assert stamps[-1] < "2026-11-22T00:00:00.000Z"


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 14 * 24 * 60), max_size=6))
def test_gives_every_call_once_wherever_the_stretches_are_cut(cuts):
    world = given_world(accounts=12, months=2, seed=5)
    begin = datetime(2026, 10, 20, tzinfo=UTC)
    borders = [begin, *(begin + timedelta(minutes=cut) for cut in sorted(cuts)), begin + timedelta(days=14)]

    pieces = [
        call["messageId"]
        for since, until in pairwise(borders)
        for call in world.calls_between(since, until, held_out=NOBODY)
    ]

    whole = world.calls_between(borders[0], borders[-1], held_out=NOBODY)
    assert pieces == [call["messageId"] for call in whole]


def test_is_as_big_as_a_company_with_four_hundred_customers():
    world = given_world(accounts=400)

    calls = Counter(call["type"] for week in history(world) for call in week)

    assert 350_000 < calls.total() < 500_000
    assert calls["track"] > 0.7 * calls.total()
    assert len(world.truth(NOBODY)) == 400
    present = [account for account in world.truth(NOBODY) if account.signs_up < world.begins]
    assert len(present) == 240


def test_rests_at_weekends_each_country_in_its_own():
    world = given_world(accounts=150)

    def by_weekday(*places: str) -> list[int]:
        use = use_of_places(world, *places)
        return [int(use[(day - world.begins.weekday()) % 7 :: 7].sum()) for day in range(7)]

    berlin, riyadh = by_weekday("DE"), by_weekday("SA", "EG", "IL")

    assert max(berlin[5:]) < 0.2 * min(berlin[:5])
    assert max(riyadh[4:6]) < 0.25 * min(riyadh[:3] + riyadh[6:])


@pytest.mark.parametrize(
    ("place", "holiday", "usual"),
    [
        ("GB", date(2025, 12, 25), date(2025, 12, 11)),
        ("CN", date(2026, 2, 18), date(2026, 2, 4)),
        ("CN", date(2026, 10, 1), date(2026, 9, 17)),
        ("US-west", date(2025, 11, 27), date(2025, 12, 4)),
    ],
)
def test_keeps_the_holidays(place, holiday, usual):
    world = given_world(accounts=150)

    use = use_of_places(world, place)

    assert use[(holiday - world.spec.first_day).days] < 0.35 * use[(usual - world.spec.first_day).days]


@pytest.mark.parametrize("care", ["treated", "held_out"])
def test_lets_accounts_fade_before_they_leave_and_falls_silent_after(care):
    world = given_world(accounts=150)
    held_out = given_everybody_held_out(world) if care == "held_out" else NOBODY
    use = use_by_day(world, held_out)

    left = 0
    kept, usual = 0.0, 0.0
    for account in world.truth(held_out):
        if account.churned is None:
            continue
        left += 1
        churned = (account.churned - world.begins).days
        assert use[account.external_id][churned + 2 :].sum() == 0
        if account.declines and not account.turned_round:
            onset = (account.declines[-1] - world.begins).days
            if onset > 56:
                usual += use[account.external_id][onset - 56 : onset].mean()
                kept += use[account.external_id][onset + 21 : onset + 42].mean()
    assert left >= 10
    assert usual > 10
    assert kept < 0.25 * usual


def test_saves_more_of_the_treated_and_nobody_before_the_first_decline():
    treated = held_out = years = 0
    for seed in range(4):
        world = given_world(accounts=400, seed=seed)
        everybody = given_everybody_held_out(world)
        cared_for = {account.external_id: account for account in world.truth(NOBODY)}
        left_alone = {account.external_id: account for account in world.truth(everybody)}
        for external_id, account in cared_for.items():
            other = left_alone[external_id]
            assert account.declines[:1] == other.declines[:1]
            if account.churned is not None:
                assert other.churned is not None
                assert other.churned <= account.churned
        present = [external_id for external_id, account in cared_for.items() if account.signs_up < world.begins]
        treated += sum(cared_for[external_id].churned is not None for external_id in present)
        held_out += sum(left_alone[external_id].churned is not None for external_id in present)
        years += len(present)

    assert 0.09 < treated / years < 0.15
    assert 0.19 < held_out / years < 0.28


def test_has_accounts_fading_today_whatever_the_seed():
    for seed in (1, 2, 3):
        world = given_world(accounts=20, seed=seed)
        for care in (NOBODY, given_everybody_held_out(world)):
            showcase = world.truth(care)[:5]

            ages = [(datetime(2026, 11, 22, tzinfo=UTC) - account.declines[-1]).days for account in showcase]
            assert ages == [16, 29, 19, 24, 20]
            assert all(account.churned is None for account in showcase)


def test_tells_who_everybody_is_in_many_scripts():
    world = given_world(accounts=400)
    names, people, groups = set(), set(), set()
    for week in history(world):
        for call in week:
            if call["type"] == "identify":
                traits: dict[str, str] = call["traits"]  # type: ignore[assignment]
                people.add(call["userId"])
                assert traits["email"].endswith(".example")
                assert traits["email"].isascii()
                names.add(traits["name"])
            elif call["type"] == "group" and "name" in call.get("traits", {}):  # type: ignore[operator]
                account: dict[str, object] = call["traits"]  # type: ignore[assignment]
                assert account["simulated"] is True
                assert str(account["domain"]).endswith(".example")
                groups.add(call["groupId"])
                names.add(str(account["name"]))

    assert len(groups) == 400
    assert len({account.domain for account in world.accounts}) == len(world.accounts)
    letters = "".join(names)
    for first, last in ("一龥", "ءي", "את", "가힣", "अह", "Ая"):
        assert any(first <= letter <= last for letter in letters), first
    assert any(ord(letter) >= 0x1F300 for letter in letters)


def test_never_speaks_of_people_before_they_are_known():
    known: set[object] = set()
    for week in history(given_world(accounts=150)):
        for call in week:
            if call["type"] == "identify":
                known.add(call["userId"])
            elif "userId" in call:
                assert call["userId"] in known, call


def test_sends_what_an_sdk_sends():
    world = given_world()
    sent_at = datetime(2026, 2, 1, 8, tzinfo=UTC)
    calls = world.calls_between(world.begins, world.begins + timedelta(days=3), held_out=NOBODY)

    bodies = list(batch_bodies(calls, sent_at=sent_at, calls_a_batch=100))

    decoded = [msgspec.json.decode(body) for body in bodies]
    assert [len(body["batch"]) for body in decoded[:-1]] == [100] * (len(decoded) - 1)
    assert sum(len(body["batch"]) for body in decoded) == len(calls)
    assert {body["sentAt"] for body in decoded} == {"2026-02-01T08:00:00Z"}
    for call in decoded[0]["batch"]:
        assert {"type", "messageId", "timestamp"} <= call.keys()
        assert "userId" in call or "anonymousId" in call


def test_goes_on_after_the_history():
    world = given_world()
    since = datetime(2026, 12, 7, tzinfo=UTC)

    calls = world.calls_between(since, since + timedelta(days=5), held_out=NOBODY)

    assert len(calls) > 500
    assert {str(call["timestamp"])[:7] for call in calls} == {"2026-12"}
