"""What a workspace holds, row by row, in the form in which it can be imported again; memory stays bounded."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import msgspec

from tenure.billing import queries as billing
from tenure.billing.types import Item, SubscriptionState
from tenure.connectors.files.types import Kind
from tenure.conversations import queries as conversations
from tenure.customers import queries as customers
from tenure.customers.queries import matching
from tenure.kernel.money import in_units, minor_digits, whole_minor
from tenure.tracking import queries as tracking

EXPORTED = (Kind.ACCOUNTS, Kind.PEOPLE, Kind.EVENTS, Kind.SUBSCRIPTIONS, Kind.TICKETS)
AT_ONCE = 1_000
Record = dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Export:
    """What an export holds: the columns as CSV names them, and the rows. Traits are objects within a row."""

    kind: Kind
    columns: Sequence[str]
    records: Iterator[Record]

    def lines(self) -> Iterator[list[object]]:
        """Yield the rows as CSV has them, each trait in a column of its own."""
        for record in self.records:
            traits = record.get("traits", {})
            yield [_cell(record, traits, name) for name in self.columns]


def export(kind: Kind, *, since: date | None = None, until: date | None = None) -> Export:
    """Return everything of a kind; events and tickets between two days (UTC), both included.

    Times are when an event happened, and when a ticket was opened.
    """
    own: Sequence[str]
    match kind:
        case Kind.ACCOUNTS:
            own, made = _ACCOUNT, _accounts()
        case Kind.PEOPLE:
            own, made = _PERSON, _people()
        case Kind.EVENTS:
            own, made = _EVENT, _events(since, until)
        case Kind.SUBSCRIPTIONS:
            own, made = _SUBSCRIPTION, _subscriptions()
        case Kind.TICKETS:
            own, made = _TICKET, _tickets(since, until)
        case _:
            raise ValueError(f"{kind} are not exported")
    traits = []
    if kind in (Kind.ACCOUNTS, Kind.PEOPLE):
        of = "account" if kind is Kind.ACCOUNTS else "person"
        traits = [f"trait.{each.name}" for each in customers.observed_traits(of)]  # type: ignore[arg-type]
    return Export(kind=kind, columns=(*own, *traits), records=made)


_ACCOUNT = (
    "external_id", "name", "domain", "stage", "owner", "people", "signed_up_at", "first_seen_at", "last_seen_at",
    "churned_at",
)  # fmt: skip
_PERSON = ("user_id", "name", "email", "account_id", "first_seen_at", "last_seen_at")
_EVENT = (
    "message_id", "type", "event", "timestamp", "user_id", "anonymous_id", "account_id", "source", "properties",
)  # fmt: skip
_SUBSCRIPTION = (
    "account", "subscription", "source", "status", "plan", "quantity", "unit_amount", "amount", "currency", "interval",
    "started", "trial_end", "cancelled", "ended", "period_end", "changed",
)  # fmt: skip
_TICKET = (
    "external_id", "subject", "status", "priority", "channel", "account_id", "user_id", "email", "opened_at",
    "first_answered_at", "solved_at", "satisfaction", "source",
)  # fmt: skip


def _cell(record: Record, traits: Mapping[str, Any], name: str) -> object:
    value = traits.get(name.removeprefix("trait.")) if name.startswith("trait.") else record.get(name)
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value


def _accounts() -> Iterator[Record]:
    for a in customers.account_rows():
        yield {
            "external_id": a.external_id, "name": a.name, "domain": a.domain, "stage": a.stage.value, "owner": a.owner,
            "people": a.people, "signed_up_at": a.signed_up_at, "first_seen_at": a.first_seen_at,
            "last_seen_at": a.last_seen_at, "churned_at": a.churned_at, "traits": a.traits,
        }  # fmt: skip


def _people() -> Iterator[Record]:
    found = customers.people_rows()
    while some := list(islice(found, AT_ONCE)):
        homes = customers.accounts_of_people([p.pk for p in some])
        ids = _account_ids(homes.values())
        for p in some:
            yield {
                "user_id": p.external_id, "name": p.name, "email": p.email, "account_id": ids.get(homes.get(p.pk, 0)),
                "first_seen_at": p.first_seen_at, "last_seen_at": p.last_seen_at, "traits": p.traits,
            }  # fmt: skip


def _events(since: date | None, until: date | None) -> Iterator[Record]:
    found = iter(tracking.events_between(since, until))
    while some := list(islice(found, AT_ONCE)):
        users, visitors = _ids_of_people({e.person_id for e in some})
        accounts = _account_ids({e.account_id for e in some})
        for e in some:
            yield {
                "message_id": e.message_id, "type": e.type, "event": e.event, "timestamp": e.at.isoformat(),
                "user_id": users.get(e.person_id), "anonymous_id": visitors.get(e.person_id),
                "account_id": accounts.get(e.account_id), "source": e.source, "properties": _decoded(e.properties),
            }  # fmt: skip


def _subscriptions() -> Iterator[Record]:
    found = billing.newest_states()
    while some := list(islice(found, AT_ONCE)):
        ids = _account_ids({account for account, _ in some if account})
        for account, state in some:
            yield _subscription(state, ids.get(account or 0) or state.account)


def _subscription(state: SubscriptionState, account: str) -> Record:
    item = state.items[0] if state.items else None
    interval = item.interval if item else None
    return {
        "account": account, "subscription": state.external_id, "source": state.source, "status": state.status.value,
        "plan": (item.plan_name or item.plan) if item else "", "quantity": _number(item.quantity) if item else None,
        **_price(state, item), "currency": state.currency,
        "interval": f"{interval.count} {interval.unit.value}s" if interval else "",
        "started": _moment(state.started_at),
        "trial_end": _moment(state.trial_end), "cancelled": _moment(state.cancelled_at),
        "ended": _moment(state.ended_at or state.cancel_at), "period_end": _moment(state.current_period_end),
        "changed": _moment(state.as_of),
    }  # fmt: skip


def _price(state: SubscriptionState, item: Item | None) -> Record:
    """Say the price of each where that says it all, and what one bill comes to otherwise."""
    if item is not None and len(state.items) == 1 and not item.tiers:
        minor = item.unit_amount.scaleb(-minor_digits(state.currency))
        return {"unit_amount": format(minor.normalize(), "f"), "amount": None}
    bill = in_units(whole_minor(billing.bill_of(state)), state.currency)
    return {"unit_amount": None, "amount": format(bill.normalize(), "f")}


def _tickets(since: date | None, until: date | None) -> Iterator[Record]:
    found = conversations.tickets().select_related("person", "account")
    if since:
        found = found.filter(opened_at__gte=datetime.combine(since, time.min, UTC))
    if until:
        found = found.filter(opened_at__lt=datetime.combine(until + timedelta(days=1), time.min, UTC))
    for t in found.iterator(chunk_size=AT_ONCE):
        yield {
            "external_id": t.external_id, "subject": t.subject, "status": t.status, "priority": t.priority,
            "channel": t.channel, "account_id": t.account.external_id if t.account else None,
            "user_id": t.person.external_id if t.person else None, "email": t.person.email if t.person else None,
            "opened_at": t.opened_at, "first_answered_at": t.first_answered_at, "solved_at": t.solved_at,
            "satisfaction": t.satisfaction, "source": t.source,
        }  # fmt: skip


def _account_ids(ids: Any) -> dict[int, str]:
    wanted = {i for i in ids if i}
    return {pk: known for pk, known in customers.accounts(wanted).values_list("pk", "external_id") if known}


def _ids_of_people(ids: set[int]) -> tuple[dict[int, str], dict[int, str]]:
    known = customers.people(ids - {0}).values_list("pk", "external_id")
    users = {pk: external_id for pk, external_id in known if external_id}
    return users, matching.visitor_ids(ids - {0} - set(users))


def _decoded(document: str) -> Any:
    try:
        return msgspec.json.decode(document)
    except (ValueError, RecursionError):
        return {}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
