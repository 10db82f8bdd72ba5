"""The same calls in any order, in any batches and however often, come to the same: checked against a slow retelling."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.customers import queries as customers
from tenure.customers.models import Account, Affiliation, Person, TraitChange
from tenure.kernel import jobs, tenancy
from tenure.lake import engine
from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY
from tests.given import given_workspace
from tests.tracking.retelling import Told, World
from tests.tracking.sending import send_raw

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
NOW = BEGIN + timedelta(days=4)

users = st.sampled_from(["maya", "tomás", "ann"])
visitors = st.sampled_from(["c1", "c2"])
groups = st.sampled_from(["fjord", "kestrel"])
events = st.sampled_from(["Exported", "Invited", "Subscription Cancelled", "Subscription Started"])
traits = st.dictionaries(
    st.sampled_from(["plan", "role", "seats"]), st.sampled_from(["a", "b", 7, True, None]), max_size=2
)


def told(type_: str, **parts: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(type_), **parts})


calls = st.one_of(
    told("track", event=events, user=users),
    told("track", event=events, user=users, group=groups),
    told("track", event=events, anonymous=visitors),
    told("track", event=events, anonymous=visitors, user=users),
    told("page", event=st.just("Viewed Pricing Page"), anonymous=visitors),
    told("identify", user=users, traits=traits),
    told("identify", user=users, anonymous=visitors, traits=traits),
    told("group", user=users, group=groups, traits=traits),
    told("group", group=groups, traits=traits),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Told], list[list[int]]]:
    """Draw calls at distinct times, and batches in which each is delivered at least once, in any order."""
    said = draw(st.lists(calls, min_size=1, max_size=14))
    seconds = draw(st.lists(st.integers(0, 3 * 86_400), min_size=len(said), max_size=len(said), unique=True))
    history = [
        Told(at=BEGIN + timedelta(seconds=s), **{**c, "traits": tuple(c.get("traits", {}).items())})
        for c, s in zip(said, seconds, strict=True)
    ]
    order = draw(st.permutations(range(len(said))))
    again = draw(st.lists(st.sampled_from(range(len(said))), max_size=4))
    cuts = draw(st.lists(st.integers(1, 5), min_size=1, max_size=20))
    batches, rest = [], [*order, *again]
    for size in cuts:
        if rest:
            batches.append(rest[:size])
            rest = rest[size:]
    return history, [*batches, rest]


def as_sent(number: int, c: Told) -> dict[str, Any]:
    call: dict[str, Any] = {"type": c.type, "timestamp": c.at.isoformat(), "messageId": f"m{number}"}
    if c.user:
        call["userId"] = c.user
    if c.anonymous:
        call["anonymousId"] = c.anonymous
    if c.type == "group":
        call["groupId"] = c.group
    elif c.group:
        call["context"] = {"groupId": c.group}
    if c.type == "track":
        call["event"] = c.event
    if c.type == "page":
        call["name"] = "Pricing"
    if c.type in {"identify", "group"}:
        call["traits"] = dict(c.traits)
    return call


def person_names() -> dict[int, str]:
    from tenure.customers.models import Identity

    return {i.person_id: i.value if i.kind == "user_id" else f"visitor:{i.value}" for i in Identity.objects.all()}


def account_names() -> dict[int, str | None]:
    people = person_names()
    names: dict[int, str | None] = {a.pk: a.external_id for a in Account.objects.filter(is_solo=False)}
    names |= {f.account_id: f"solo:{people[f.person_id]}" for f in Affiliation.objects.filter(account__is_solo=True)}
    return names | {0: None}


def counted(workspace_id: int) -> tuple[dict[Any, Any], dict[Any, Any]]:
    accounts, people = account_names(), person_names()
    days = {
        (r["dt"], accounts[r["account_id"]], people[r["person_id"]], r["event"]): (r["n"], r["first_ts"], r["last_ts"])
        for r in engine.run(engine.read(workspace_id, PERSON_DAY)).to_pylist()
    }
    by_account = {
        (r["dt"], accounts[r["account_id"]]): (r["events"], r["active_people"])
        for r in engine.run(engine.read(workspace_id, ACCOUNT_DAY)).to_pylist()
    }
    return days, by_account


# Without shrinking: each try goes through PostgreSQL and the lake, and shrinking takes minutes to say little.
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories())
def test_ends_in_the_same_state(db, lake, drawn):
    history, batches = drawn
    world = World(history)
    workspace = given_workspace()

    with tenancy.scope(workspace.pk):
        for batch in batches:
            if batch:
                send_raw(msgspec.json.encode({"batch": [as_sent(n, history[n]) for n in batch]}), len(batch), NOW)
                jobs.run_stage("intake", NOW)

        days, by_account = counted(workspace.pk)
        assert days == world.person_days()
        assert by_account == world.account_days()

        names = account_names()
        assert {p.external_id: p.traits for p in customers.people()} == world.people()
        assert {names[a.pk]: a.traits for a in customers.accounts()} == world.accounts()
        lives = {names[a.pk]: (a.churned_at, a.returned_at) for a in customers.accounts()}
        assert {a: lives[a] for a in world.lives()} == world.lives()
        seen = {names[a.pk]: (a.first_seen_at, a.last_seen_at) for a in customers.accounts()}
        assert seen == world.seen()
        joined = {(who, group): since for who, places in world.joined.items() for group, since in places.items()}
        people = person_names()
        affiliations = Affiliation.objects.filter(account__is_solo=False)
        assert {(people[f.person_id], names[f.account_id]): f.since for f in affiliations} == joined
        for subject in [*customers.people(), *customers.accounts().filter(is_solo=False)]:
            kind = "person" if isinstance(subject, Person) else "account"
            latest = {c.name: c.value for c in TraitChange.objects.filter(**{kind: subject}).order_by("at", "pk")}
            assert {k: v for k, v in latest.items() if v is not None} == subject.traits, (
                "history ends with what is known"
            )
