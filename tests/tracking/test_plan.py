"""The tracking plan: what is observed, what drifts, and what its rules let through."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.customers import queries as customers
from tenure.kernel import clock, jobs
from tenure.lake import engine
from tenure.tracking import queries
from tenure.tracking.actions.planning import acknowledge_drift, define_rule, remove_rule
from tenure.tracking.errors import RuleExists, RuleIncomplete
from tenure.tracking.models import IntakeBatch, Refusal
from tenure.tracking.queries.plan import hash_key
from tenure.tracking.rules.observing import is_stopped
from tenure.tracking.rules.screening import hashed, screen_from, through_batch, through_call
from tenure.tracking.types import Place, RuleGiven, RuleKind
from tenure.tracking.types.lake import EVENTS
from tenure.workspaces.queries import audit_trail
from tests.given import given_member
from tests.tracking.sending import NOW, group, hours, identify, send, track

KEY = b"k" * 32


def screen(*rules: RuleGiven):
    found = screen_from(rules, KEY)
    assert found is not None
    return found


def drop(field: str, **more: object) -> RuleGiven:
    return RuleGiven(kind=RuleKind.DROP, field=field, **more)


def hide(field: str, **more: object) -> RuleGiven:
    return RuleGiven(kind=RuleKind.HASH, field=field, **more)


def screened(calls: list[dict[str, object]], *rules: RuleGiven) -> list[dict[str, object]]:
    return json.loads(through_batch(json.dumps({"batch": calls}).encode(), screen(*rules)).content)["batch"]


def rows(workspace):
    return engine.run(engine.read(workspace.pk, EVENTS)).to_pylist()


def drain(at: datetime = NOW) -> None:
    jobs.run_stage("intake", at)


def test_drops_a_property_wherever_it_is_said():
    call = {
        "type": "identify",
        "userId": "maya",
        "traits": {"email": "m@fjord.example", "plan": "team"},
        "properties": {"email": "m@fjord.example"},
        "context": {"traits": {"email": "m@fjord.example"}, "ip": "10.0.0.1"},
    }

    assert screened([call], drop("email"), drop("ip", place=Place.CONTEXT)) == [
        {"type": "identify", "userId": "maya", "traits": {"plan": "team"}, "properties": {}, "context": {"traits": {}}}
    ]


def test_reaches_into_objects_and_lists_of_them():
    call = {"properties": {"address": {"city": "Oslo", "zip": 1}, "items": [{"owner": "m", "n": 1}, 7]}}

    assert screened([call], drop("address.city"), drop("items.owner")) == [
        {"properties": {"address": {"zip": 1}, "items": [{"n": 1}, 7]}}
    ]


def test_hashes_the_same_value_to_the_same_and_never_twice():
    calls = [{"properties": {"email": "m@fjord.example"}}, {"properties": {"email": "m@fjord.example", "n": 1}}]

    once = screened(calls, hide("email"))

    assert once[0]["properties"]["email"] == once[1]["properties"]["email"]
    assert once[0]["properties"]["email"].startswith("hmac_")
    assert screened(once, hide("email")) == once
    assert hashed("m@fjord.example", KEY) != hashed("m@fjord.example", b"other")
    assert hashed(None, KEY) is None


def test_is_not_fooled_by_the_way_a_name_is_written():
    raw = b'{"batch":[{"properties":{"em\\u0061il":"m@fjord.example"}}]}'

    assert through_batch(raw, screen(drop("email"))).content == b'{"batch":[{"properties":{}}]}'


def test_keeps_nothing_of_what_cannot_be_searched():
    rule = screen(drop("email"))

    assert through_call(b'{"properties":{"email":"m@fj', rule) == b""
    assert through_call(b"email=m@fjord.example", rule) == b""
    assert through_call(b'{"properties":{"n":1}}', rule) == b'{"properties":{"n":1}}'


def test_a_rule_for_one_event_spares_the_others():
    calls = [{"event": "A", "properties": {"x": 1}}, {"event": "B", "properties": {"x": 1}}]

    assert [c["properties"] for c in screened(calls, drop("x", event="A"))] == [{}, {"x": 1}]


names = st.sampled_from(["email", "name", "na\u00efve", "a b", 'quo"te', "\u4f60\u597d"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.dictionaries(names, inner, max_size=3) | st.lists(inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(names, values, max_size=4), max_size=4), names, st.booleans())
def test_leaves_everything_else_as_it_was(payloads, name, ascii_only):
    calls = [{"type": "track", "event": "E", "properties": p} for p in payloads]
    sent = json.dumps({"batch": calls}, ensure_ascii=ascii_only).encode()

    left = json.loads(through_batch(sent, screen(drop(name))).content)["batch"]

    assert left == [
        {**c, "properties": {k: v for k, v in p.items() if k != name}}
        for c, p in zip(calls, payloads, strict=True)
    ]  # fmt: skip


def test_rules_hold_for_what_is_stored_and_are_written_down(workspace):
    ada = given_member()
    define_rule(RuleGiven(kind=RuleKind.BLOCK, event="Noise"), by=ada)
    define_rule(RuleGiven(kind=RuleKind.RENAME, event="exported", new_name="Report exported"), by=ada)
    define_rule(RuleGiven(kind=RuleKind.DROP, field="email"), by=ada)

    send(
        track("Noise", userId="maya", messageId="n1", properties={"email": "m@fjord.example"}),
        track("exported", userId="maya", properties={"email": "m@fjord.example", "n": 1}),
    )
    drain()

    assert [(r["event"], r["properties"]) for r in rows(workspace)] == [("Report exported", '{"n":1}')]
    (refused,) = Refusal.objects.all()
    assert (refused.code, refused.message_id, b"fjord" in bytes(refused.raw)) == ("event_blocked", "n1", False)
    assert [e.action for e in audit_trail()[:3]] == ["tracking.define_rule"] * 3


@pytest.mark.parametrize(
    "given_",
    [
        RuleGiven(kind=RuleKind.BLOCK),
        RuleGiven(kind=RuleKind.RENAME, event="A", new_name="A"),
        RuleGiven(kind=RuleKind.DROP, event="A"),
        RuleGiven(kind=RuleKind.HASH, field="a..b"),
        RuleGiven(kind=RuleKind.BLOCK, event="x" * 256),
    ],
)
def test_refuses_half_a_rule(workspace, given_):
    with pytest.raises(RuleIncomplete):
        define_rule(given_, by=None)
    assert not queries.rules().exists()


def test_has_one_rule_about_one_thing(workspace):
    rule = define_rule(RuleGiven(kind=RuleKind.BLOCK, event="A"), by=None)
    with pytest.raises(RuleExists):
        define_rule(RuleGiven(kind=RuleKind.RENAME, event="A", new_name="B"), by=None)
    remove_rule(rule, by=None)

    define_rule(RuleGiven(kind=RuleKind.RENAME, event="A", new_name="B"), by=None)

    assert [r.kind for r in queries.rules()] == ["rename"]


def test_observes_events_and_the_types_of_their_properties(workspace, at):
    at(NOW)
    send(
        track("Exported", userId="maya", at=NOW - hours(30), properties={"pages": 3, "kind": "pdf"}),
        track("Exported", userId="tom", properties={"pages": 4.5, "kind": None}),
        identify(userId="maya", traits={"plan": "team"}),
    )
    drain()
    send(track("Exported", userId="maya", at=NOW - hours(60), properties={"pages": "many"}))
    drain()

    event, traits = queries.planned_events()
    assert (traits.name, traits.calls) == ("$identify", 1)
    assert (event.name, event.type, event.calls, event.people, event.properties) == ("Exported", "track", 3, 2, 2)
    assert (event.first_seen_at, event.last_seen_at) == (NOW - hours(60), NOW)
    pages, kind = queries.planned_properties("Exported")
    assert (pages.name, pages.types, pages.usual_type, pages.looked_at) == (
        "pages", {"number": 2, "text": 1}, "number", 3,
    )  # fmt: skip
    assert (kind.name, kind.types, kind.usual_type) == ("kind", {"null": 1, "text": 1}, "text")


def test_looks_at_a_sample_of_many(workspace, at):
    at(NOW)
    send(*(track("Many", userId="maya", messageId=f"m{n}", properties={"n": n}) for n in range(1_000)))
    drain()

    (event,) = queries.planned_events()
    (n,) = queries.planned_properties("Many")
    assert (event.calls, n.looked_at, n.seen) == (1_000, 100, 100)


def test_flags_what_is_new_once_it_has_learnt_what_is_usual(workspace, at):
    at(NOW)
    send(*(track("Exported", userId="maya", messageId=f"m{n}", properties={"pages": n}) for n in range(20)))
    drain()
    later = NOW + timedelta(days=4)
    assert list(queries.drifts()) == []

    send(
        track("Exported", userId="maya", at=later, properties={"pages": "3"}),
        track("Shared", userId="maya", at=later, properties={"n": 1}),
        received_at=later,
    )
    drain(later)
    send(track("Exported", userId="maya", at=later, properties={"pages": "4"}), received_at=later)
    drain(later)

    found = {(d.kind, d.event, d.property, d.was, d.now) for d in queries.drifts()}
    assert found == {("new_event", "Shared", "", "", ""), ("new_type", "Exported", "pages", "number", "text")}
    for drift in queries.drifts():
        acknowledge_drift(drift, by=given_member())
    assert list(queries.drifts()) == []


def test_flags_an_event_that_stopped_until_it_is_back(workspace, at):
    for day in range(10):
        moment = NOW + timedelta(days=day)
        send(track("Exported", userId="maya", at=moment), received_at=moment)
        drain(moment)
    jobs.run_stage("plan", NOW + timedelta(days=10))
    assert list(queries.drifts()) == []

    jobs.run_stage("plan", NOW + timedelta(days=13))
    (flag,) = queries.drifts()
    assert (flag.kind, flag.event, flag.was) == ("stopped", "Exported", "2026-03-19")
    acknowledge_drift(flag, by=given_member())
    jobs.run_stage("plan", NOW + timedelta(days=14))
    assert list(queries.drifts()) == []

    back = NOW + timedelta(days=15)
    send(track("Exported", userId="maya", at=back), received_at=back)
    drain(back)
    jobs.run_stage("plan", back)
    flag.refresh_from_db()
    assert flag.ended_at == back


@given(st.lists(st.integers(0, 27), min_size=1, unique=True).map(sorted), st.integers(0, 40))
def test_has_stopped_when_it_is_silent_for_twice_as_long_as_ever_before(numbers, ago):
    first = datetime(2026, 3, 1, tzinfo=UTC).date()
    days = [first + timedelta(days=n) for n in numbers]
    pauses = [b - a for a, b in pairwise(numbers)]

    expected = len(numbers) >= 5 and ago > 2 and all(ago > 2 * p for p in pauses)

    assert is_stopped(days, days[-1] + timedelta(days=ago)) is expected


def test_a_batch_blocked_whole_leaves_nothing_in_the_log(workspace):
    define_rule(RuleGiven(kind=RuleKind.BLOCK, event="Noise"), by=None)
    send(track("Noise", userId="maya"))

    assert not IntakeBatch.objects.exists()
    assert Refusal.objects.get().code == "event_blocked"


def hide_addresses(field: str) -> RuleGiven:
    return RuleGiven(kind=RuleKind.HASH, field=field, place=Place.ID)


def test_hashes_ids_that_are_addresses_as_it_hashes_the_address_elsewhere():
    address = "maya@fjord.example"
    calls = [
        {"userId": address, "traits": {"email": address}},
        {"userId": "u-7", "anonymousId": address},
        {"type": "alias", "userId": "u-7", "previousId": address},
        {"userId": 7},
        {"context": {"posthog": {"$user_id": address, "$device_id": "d1"}}},
    ]

    left = screened(calls, hide("email"), hide_addresses("userId"))

    code = hashed(address, KEY)
    assert left == [
        {"userId": code, "traits": {"email": code}},
        {"userId": "u-7", "anonymousId": address},
        {"type": "alias", "userId": "u-7", "previousId": code},
        {"userId": 7},
        {"context": {"posthog": {"$user_id": code, "$device_id": "d1"}}},
    ]
    assert screened(left, hide_addresses("userId"), hide_addresses("anonymousId"))[1]["anonymousId"] == code


def test_keeps_no_address_of_a_call_that_is_refused():
    raw = b'{"type":"track","userId":"maya@fjord.example"}'

    assert b"maya@" not in through_call(raw, screen(hide_addresses("userId")))
    assert through_call(b"userId=maya@fjord.example", screen(hide_addresses("userId"))) == b""


@pytest.mark.parametrize(
    "given_",
    [
        RuleGiven(kind=RuleKind.DROP, field="userId", place=Place.ID),
        RuleGiven(kind=RuleKind.HASH, field="groupId", place=Place.ID),
        RuleGiven(kind=RuleKind.HASH, field="userId", event="Exported", place=Place.ID),
    ],
)
def test_ids_are_hashed_in_all_calls_or_in_none(workspace, given_):
    with pytest.raises(RuleIncomplete):
        define_rule(given_, by=None)

    assert not queries.rules().exists()


def test_one_person_stays_one_when_their_address_is_hashed(workspace):
    define_rule(hide_addresses("userId"), by=None)
    define_rule(hide("email"), by=None)

    send(
        track("Exported", userId="maya@fjord.example", anonymousId="c1"),
        identify(userId="maya@fjord.example", traits={"email": "maya@fjord.example"}),
        track("Exported", anonymousId="c1"),
    )
    drain()

    code = hashed("maya@fjord.example", hash_key(workspace.pk))
    (person,) = customers.people().filter(is_anonymous=False)
    assert (person.external_id, person.traits) == (code, {"email": code})
    assert "maya@" not in str(rows(workspace))


floats = st.floats(allow_nan=False, allow_infinity=False)
any_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | floats | st.text(max_size=3),
    lambda inner: st.dictionaries(names, inner, max_size=3) | st.lists(inner, max_size=3),
    max_leaves=8,
)
rules_drawn = st.builds(
    RuleGiven,
    kind=st.sampled_from([RuleKind.DROP, RuleKind.HASH]),
    field=st.sampled_from(["email", "name", "a b", "address.name", "email.name"]),
    event=st.sampled_from(["", "E", "F"]),
    place=st.sampled_from([Place.PAYLOAD, Place.CONTEXT]),
)


def is_for_everything(rule: RuleGiven) -> bool:
    """Rules for a property of all calls come last."""
    return rule.place is Place.PAYLOAD and "." not in rule.field and not rule.event


def taken_out(call: dict[str, object], rule: RuleGiven) -> None:
    """The slow way: one rule, one call, whole values."""
    if rule.event and rule.event != call.get("event"):
        return
    parents = [["context"]] if rule.place is Place.CONTEXT else [["properties"], ["traits"], ["context", "traits"]]
    for parent in parents:
        _taken_out_of(call, [*parent, *rule.field.split(".")], rule)


def _taken_out_of(value: object, path: list[str], rule: RuleGiven) -> None:
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                _taken_out_of(item, path, rule)
    elif isinstance(value, dict) and path[0] in value:
        if len(path) > 1:
            _taken_out_of(value[path[0]], path[1:], rule)
        elif rule.kind is RuleKind.HASH:
            value[path[0]] = hashed(value[path[0]], KEY)
        else:
            del value[path[0]]


@given(
    st.lists(
        st.fixed_dictionaries(
            {"event": st.sampled_from(["E", "F"])},
            optional={
                "properties": st.dictionaries(names, any_values, max_size=4),
                "traits": st.dictionaries(names, any_values, max_size=4),
                "context": st.dictionaries(names | st.just("traits"), any_values, max_size=4),
            },
        ),
        max_size=4,
    ),
    st.lists(rules_drawn, min_size=1, max_size=4, unique_by=lambda r: (r.field, r.event, r.place)),
    st.booleans(),
)
def test_takes_out_what_the_slow_way_takes_out(calls, rules, ascii_only):
    sent = json.dumps({"batch": calls}, ensure_ascii=ascii_only).encode()

    left = json.loads(through_batch(sent, screen(*rules)).content)["batch"]

    for call in calls:
        for rule in sorted(rules, key=is_for_everything):
            taken_out(call, rule)
    assert left == calls


tricky = st.sampled_from(
    ["}", "{", "},{", "properties", "traits", ": {", "a,b", "", 7, None, True, [], ["}"], {}, {"email": 1}]
)
flat = st.dictionaries(st.sampled_from(["email", "seats", "properties", "traits", "n"]), tricky, max_size=4)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"event": st.sampled_from(["E", "properties", "traits"])},
            optional={
                "properties": flat | st.none(),
                "traits": flat | st.none(),
                "context": st.dictionaries(st.sampled_from(["traits", "properties", "n"]), flat, max_size=2),
                "n": tricky,
            },
        ),
        max_size=4,
    ),
    st.sampled_from([(drop("email"),), (hide("email"),), (drop("email"), hide("seats")), (drop("n"), drop("traits"))]),
)
def test_a_quick_look_takes_out_what_the_slow_way_takes_out(calls, rules):
    for separators in ((",", ":"), (", ", ": "), (" ,\n", " : ")):
        sent = json.dumps({"batch": calls}, separators=separators).encode()
        expected = json.loads(sent)["batch"]
        for call in expected:
            for rule in rules:
                taken_out(call, rule)

        assert json.loads(through_batch(sent, screen(*rules)).content)["batch"] == expected


@pytest.mark.parametrize(
    "raw",
    [
        b'{"batch":[{"properties":{"email":"m@fjord.example"},"properties":{}}]}',
        b'{"batch":[{"properties":{},"properties":{"email":"m@fjord.example"}}]}',
        b'{"batch":[{"properties":{"email":"m@fjord.example","email":"m@fjord.example"}}]}',
        b'{"batch":[{"properties":{"email":"m@fjord.example"}}],"batch":[{"event":"E"}]}',
        b'{"batch":[{"traits":{"email":"m@fjord.example"}}],"batch":[{"properties":{"n":1}}]}',
        b'{"batch":[{"event":"properties"},{"properties":{"email":"m@fjord.example"}}]}',
        b'{"batch":[{"context":{"traits":{"email":"m@fjord.example"}}}]}',
        b'{"batch":[{"properties":{"a":"}","email":"m@fjord.example"}}]}',
        b'{"batch":[{"properties":{"a":{"b":1},"email":"m@fjord.example"}}]}',
    ],
)
def test_nothing_is_hidden_by_saying_it_twice(raw):
    assert b"fjord" not in through_batch(raw, screen(drop("email"))).content


def test_observes_the_traits_of_people_and_accounts(workspace):
    send(
        identify(userId="maya", traits={"plan": "team", "seats": 3}),
        identify(userId="tomás", at=NOW - hours(30), traits={"plan": 7}),
        group(userId="maya", groupId="fjord", traits={"name": "Fjord"}),
        track("Exported", userId="maya", properties={"pages": 1}),
    )
    drain()

    with clock.simulated(NOW):
        found = {e.name: (e.type, e.calls, e.people, e.properties, e.rule_event) for e in queries.planned_events()}
    assert found == {
        "$identify": ("identify", 2, 2, 2, ""),
        "$group": ("group", 1, 1, 1, ""),
        "Exported": ("track", 1, 1, 1, "Exported"),
    }
    assert [(p.name, p.types, p.first_seen_at) for p in queries.planned_properties("$identify")] == [
        ("plan", {"number": 1, "text": 1}, NOW - hours(30)),
        ("seats", {"number": 1}, NOW - hours(30)),
    ]


def test_flags_a_trait_that_changes_its_type(workspace):
    for n in range(20):
        send(identify(userId=f"u{n}", at=NOW - hours(96) + hours(n / 60), traits={"seats": n}))
    drain(NOW - hours(90))
    send(identify(userId="maya", traits={"seats": "many"}))
    drain()

    assert [(d.kind, d.event, d.property, d.was, d.now) for d in queries.drifts()] == [
        ("new_type", "$identify", "seats", "number", "text")
    ]
