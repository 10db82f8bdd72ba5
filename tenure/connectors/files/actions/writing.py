"""Weighing rows against what is known, and saying what is new; a batch of rows in a fixed number of statements."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tenure.connectors.files.models import Import, Touched
from tenure.connectors.files.types import Done, Kind, RowRefused, Told
from tenure.customers import actions as customers
from tenure.customers import queries
from tenure.customers.queries import matching
from tenure.customers.types import Call, CallKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Seen = OrderedDict[str, dict[str, Any]]


class Heard(NamedTuple):
    """What a row tells of somebody that is new."""

    told: Told
    changes: dict[str, Any]


def weigh(kind: Kind, told: Sequence[Told], seen: Seen) -> tuple[list[Done], list[RowRefused]]:
    """Say of each row whether it is new, changes something or says what is known; some match several and are refused.

    `seen` is what earlier rows said, by key, of those not stored yet: it is read and added to.
    """
    found, several = _found(kind, told)
    known: dict[str, dict[str, Any]] = {}
    if ids := set(found.values()):
        subjects: Any = queries.accounts(ids) if kind is Kind.ACCOUNTS else queries.people(ids)
        by_id = dict(subjects.values_list("pk", "traits"))
        known = {key: by_id.get(id_, {}) for key, id_ in found.items()}
    places = _places(kind, told, found)
    done: list[Done] = []
    refused: list[RowRefused] = []
    for each in told:
        if each.key in several:
            particulars = {"count": several[each.key]}
            refused.append(RowRefused(each.number, "several_match", particulars, "", each.other_key, each.cells))
            continue
        before = seen.get(each.key, known.get(each.key))
        changes = {n: v for n, v in each.traits.items() if before is None or not _same(before.get(n), v)}
        joins = bool(each.account_id) and (each.key, each.account_id) not in places
        outcome = "new" if before is None else "changed" if changes or joins else "same"
        if joins:
            places.add((each.key, each.account_id))
        seen[each.key] = {**(before or {}), **each.traits}
        seen.move_to_end(each.key)
        done.append(Done(each, outcome, changes))  # type: ignore[arg-type]
    return done, refused


def write(of: Import, done: Sequence[Done]) -> None:
    """Say what the rows tell, in the current transaction, and note whom it was about."""
    news = [Heard(d.told, d.changes) for d in done if d.outcome != "same" and isinstance(d.told, Told)]
    if not news or of.said_at is None:
        return
    kind = Kind(of.kind)
    before, _ = _found(kind, [d.told for d in news])
    ids = _own_ids(kind, set(before.values()))
    accounts_before = matching.accounts_by_external_ids(d.told.account_id for d in news)
    begun = of.said_at - _EPOCH
    micros = (begun.days * 86_400 + begun.seconds) * 1_000_000 + begun.microseconds
    calls: list[Call] = []
    others: list[tuple[int, Heard, str]] = []
    for each in news:
        told = each.told
        source, at = f"{source_of(of)}{told.number}", micros + told.number
        known = before.get(told.key)
        own = ids.get(known) if known else told.external_id or told.other_key
        if known and told.external_id:
            own = told.external_id
        if own is None and known:
            others.append((known, each, source))
            continue
        if kind is Kind.ACCOUNTS:
            calls.append(Call(CallKind.GROUP, None, None, own, at, at, source, each.changes))
            continue
        calls.append(Call(CallKind.IDENTIFY, own, None, None, at, at, source, each.changes))
        if told.account_id:
            calls.append(Call(CallKind.GROUP, own, None, told.account_id, at, at, source, {}))
    customers.resolve_calls(calls)
    say = customers.set_traits_of_accounts if kind is Kind.ACCOUNTS else customers.set_traits_of_people
    for id_, each, source in others:
        say({id_: each.changes}, source=source, at=moment_of(of, each.told.number))
    _note(of, kind, news, before, accounts_before)


def source_of(of: Import) -> str:
    """Return how the sources of an import's rows begin."""
    return f"csv {of.file_name} row "


def moment_of(of: Import, number: int) -> datetime:
    """Return as of when a row is said: later rows win over earlier ones of the same file."""
    assert of.said_at is not None
    return of.said_at + timedelta(microseconds=number)


def storable(value: Any) -> Any:
    """Make cells fit a JSON column: PostgreSQL holds no NUL."""
    match value:
        case str():
            return value.replace("\x00", "").encode("utf-8", "replace").decode()
        case list():
            return [storable(each) for each in value]
        case dict():
            return {storable(str(name)): storable(each) for name, each in value.items()}
    return value


def _note(
    of: Import, kind: Kind, news: Sequence[Heard], before: Mapping[str, int], accounts_before: Mapping[str, int]
) -> None:
    after, _ = _found(kind, [d.told for d in news], by_new_id=True)
    was_made: dict[int, bool] = {}
    for each in news:
        if (id_ := after.get(each.told.key)) is not None:
            was_made[id_] = was_made.get(id_, False) or each.told.key not in before
    name = "account_id" if kind is Kind.ACCOUNTS else "person_id"
    touched = [Touched(of=of, was_made=made, **{name: id_}) for id_, made in sorted(was_made.items())]
    if kind is Kind.PEOPLE:
        named = {d.told.account_id for d in news if d.told.account_id} - set(accounts_before)
        touched += [
            Touched(of=of, account_id=id_, was_made=True)
            for id_ in sorted(set(matching.accounts_by_external_ids(named).values()))
        ]
    Touched.objects.bulk_create(touched, ignore_conflicts=True)


def _found(kind: Kind, told: Sequence[Told], *, by_new_id: bool = False) -> tuple[dict[str, int], dict[str, int]]:
    """Find the account or person of each row by its key; and how many match, where several do."""
    named = {t.external_id for t in told if t.external_id}
    others = {t.other_key for t in told if not t.external_id and t.other_key}
    several: dict[str, int] = {}
    if kind is Kind.ACCOUNTS:
        found = matching.accounts_by_external_ids(named)
        matched = matching.accounts_by_domains(others)
        by_own = matching.accounts_by_external_ids(others - set(matched)) if by_new_id or others else {}
    else:
        found = matching.people_by_external_ids(named)
        matched = {e.lower(): ids for e, ids in matching.people_by_emails(others).items()}
        by_own = matching.people_by_external_ids(others - set(matched)) if by_new_id or others else {}
    for key, ids in matched.items():
        if len(ids) == 1:
            found[f"\x00{key}"] = ids[0]
        else:
            several[f"\x00{key}"] = len(ids)
    found |= {f"\x00{key}": id_ for key, id_ in by_own.items()}
    return found, several


def _own_ids(kind: Kind, ids: set[int]) -> dict[int, str | None]:
    if not ids:
        return {}
    found: Any = queries.accounts(ids) if kind is Kind.ACCOUNTS else queries.people(ids)
    return dict(found.values_list("pk", "external_id"))


def _places(kind: Kind, told: Sequence[Told], found: Mapping[str, int]) -> set[tuple[str, str]]:
    """Return which of the rows' people are known to be at the accounts that the rows name."""
    if kind is Kind.ACCOUNTS or not any(t.account_id for t in told):
        return set()
    accounts = matching.accounts_by_external_ids(t.account_id for t in told)
    wanted = {found[t.key]: t.key for t in told if t.account_id and t.key in found}
    at = matching.accounts_of_each(list(wanted))
    return {
        (t.key, t.account_id) for t in told if t.key in found and accounts.get(t.account_id) in at.get(found[t.key], ())
    }


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
