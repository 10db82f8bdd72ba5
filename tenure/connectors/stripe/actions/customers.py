"""Who is billed by Stripe, and which account that is: by what they carry, or by a member's hand."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from django.db import connection as database
from django.db import transaction
from django.db.models.functions import Lower

from tenure.billing.actions import record_customers
from tenure.billing.types import CustomerRecord
from tenure.connectors.stripe import wire
from tenure.connectors.stripe.actions.bodies import body_of, provenance
from tenure.connectors.stripe.errors import NoSuchStripeCustomer
from tenure.connectors.stripe.models import Connection, StripeCustomer, Told
from tenure.connectors.stripe.rules.matching import Index, match, plain, reference_of
from tenure.connectors.stripe.rules.records import ObjectTold, newest
from tenure.connectors.stripe.types import SOURCE, BillTo, Kind, MatchBy, Way
from tenure.customers import queries as accounts
from tenure.customers.actions import follow_merged, follow_parted
from tenure.customers.queries.matching import accounts_by_external_ids, accounts_of_mail_domains
from tenure.kernel import clock
from tenure.kernel.following import Place
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.customers.models import Account
    from tenure.workspaces.models import Member

_EPOCH = wire.at(0)
_PLACES = (Place("stripe_stripecustomer", "account_id"),)
MADE_AT_ONCE = 5_000
_STANDS = (MatchBy.HAND, MatchBy.MADE)


def take_down(connection: Connection, customer_ids: Iterable[str], now: datetime) -> None:
    """Keep what the newest telling says of these customers, and find the accounts of those who have none."""
    ids = sorted(set(customer_ids))
    if not ids:
        return
    told = (
        Told.objects.filter(
            connection=connection, customer_id__in=ids, kind__in=[Kind.CUSTOMER, Kind.CHECKOUT]
        )
        .exclude(read_at=None)
        .exclude(problem__startswith="unreadable")
    )  # fmt: skip
    who = newest(_objects(told, Kind.CUSTOMER))
    checkouts: dict[str, tuple[datetime, str]] = {}
    for found in newest(_objects(told, Kind.CHECKOUT)).values():
        checkout = found.object
        if isinstance(checkout, wire.Checkout) and checkout.client_reference_id:
            said = (found.as_of, checkout.client_reference_id[:500])
            of = wire.id_of(checkout.customer)
            checkouts[of] = max(checkouts.get(of, said), said)
    rows: list[tuple[object, ...]] = []
    for customer_id in ids:
        speaks = who.get(customer_id)
        customer = speaks.object if speaks else None
        as_of, reference = checkouts.get(customer_id, (None, ""))
        if isinstance(customer, wire.Customer) and speaks:
            metadata = {k: v for k, v in (customer.metadata or {}).items() if "\x00" not in k + v}
            name, email = _clean(customer.name, 500), _clean(customer.email, 320)
            rows.append((customer_id, name, email, metadata, reference, as_of, speaks.as_of, customer.deleted))
        else:
            rows.append((customer_id, "", "", {}, reference, as_of, _EPOCH, False))
    renamed = _store(connection, rows)
    match_customers(
        connection, StripeCustomer.objects.filter(connection=connection, customer_id__in=ids), now, renamed=renamed
    )


def match_customers(
    connection: Connection, some: Iterable[StripeCustomer], now: datetime, *, renamed: Collection[str] = ()
) -> int:
    """Find the accounts of customers anew, tell billing whose they are; returns how many got another account.

    Billing also hears of those who are `renamed` (ids of Stripe's), whose account stays.
    """
    listed = list(some)
    order = [MatchBy(way) for way in connection.match_order]
    index = _index(listed, connection.account_field)
    moved: list[StripeCustomer] = []
    differ: list[StripeCustomer] = []
    for customer in listed:
        if customer.matched_by in _STANDS and customer.account_id is not None:
            continue
        found = match(_bill_to(customer), order, connection.account_field, index)
        if found.account_id is None and customer.account_id is not None:
            continue  # what was known is not forgotten because it is no longer said
        if found.account_id != customer.account_id:
            customer.matched_at = now
            moved.append(customer)
        by = found.by or ""
        if (found.account_id, by, found.why_not) != (customer.account_id, customer.matched_by, customer.why_not):
            customer.account_id, customer.matched_by, customer.why_not = found.account_id, by, found.why_not
            differ.append(customer)
    StripeCustomer.objects.bulk_update(differ, ["account", "matched_by", "matched_at", "why_not"], batch_size=500)
    moved_ids = {c.pk for c in moved}
    _tell_billing([c for c in listed if c.pk in moved_ids or c.customer_id in renamed], now)
    return len(moved)


@transaction.atomic
def link_customer(customer: StripeCustomer, account: "Account", *, by: "Member") -> StripeCustomer:
    """Say by hand which account a customer is; what they pay follows at once."""
    customer = _locked(customer)
    now = clock.now()
    before = customer.account_id
    customer.account_id, customer.matched_by, customer.matched_at, customer.why_not = account.pk, MatchBy.HAND, now, ""
    customer.save(update_fields=["account", "matched_by", "matched_at", "why_not"])
    _tell_billing([customer], now)
    record_audit(
        "stripe.link_customer",
        by=by,
        subject=customer.name or customer.customer_id,
        details={"customer": customer.customer_id, "account_id": account.pk, "before": before},
    )
    return customer


@transaction.atomic
def make_account(customer: StripeCustomer, *, by: "Member") -> StripeCustomer:
    """Make an account of a customer who is none yet; its id is what the customer carries, or else Stripe's own."""
    customer = _locked(customer)
    now = clock.now()
    connection = Connection.objects.get(pk=customer.connection_id)
    carried = reference_of(_bill_to(customer), MatchBy.METADATA, connection.account_field) or customer.reference
    external_id = carried or customer.customer_id
    record_customers([_record(customer, external_id, now)])
    account = accounts.account_by_external_id(external_id)
    customer.account_id, customer.matched_by, customer.matched_at, customer.why_not = account.pk, MatchBy.MADE, now, ""
    customer.save(update_fields=["account", "matched_by", "matched_at", "why_not", "recorded_as_of"])
    record_audit(
        "stripe.make_account",
        by=by,
        subject=customer.name or customer.customer_id,
        details={"customer": customer.customer_id, "account_id": account.pk},
    )
    return customer


@transaction.atomic
def make_accounts(connection: Connection, *, by: "Member") -> int:
    """Make an account of every customer who is none yet, a few thousand at once; returns how many."""
    Connection.objects.select_for_update().get(pk=connection.pk)
    now = clock.now()
    unmatched = StripeCustomer.objects.filter(connection=connection, account=None, is_deleted=False).order_by("id")
    external_ids: dict[str, list[StripeCustomer]] = {}
    for customer in unmatched[:MADE_AT_ONCE]:
        carried = reference_of(_bill_to(customer), MatchBy.METADATA, connection.account_field) or customer.reference
        external_ids.setdefault(carried or customer.customer_id, []).append(customer)
    made = [(customer, id_) for id_, listed in external_ids.items() for customer in listed]
    record_customers([_record(customer, id_, now) for customer, id_ in made])
    found = accounts_by_external_ids(external_ids)
    for customer, id_ in made:
        customer.account_id, customer.matched_by, customer.matched_at, customer.why_not = (
            found[id_],
            MatchBy.MADE,
            now,
            "",
        )
    fields = ["account", "matched_by", "matched_at", "why_not", "recorded_as_of"]
    StripeCustomer.objects.bulk_update([customer for customer, _ in made], fields, batch_size=500)
    record_audit("stripe.make_accounts", by=by, subject=connection.name, details={"customers": len(made)})
    return len(made)


def follow_merges(merged: Iterable[int]) -> None:
    """Let customers whose account joined another follow it."""
    follow_merged("account", merged, _PLACES)


def follow_partings(parted: Iterable[int], of: Iterable[int]) -> None:
    """Give accounts that were parted again the customers that had been theirs."""
    follow_parted("account", parted, of, _PLACES)


def _locked(customer: StripeCustomer) -> StripeCustomer:
    Connection.objects.select_for_update().get(pk=customer.connection_id)
    found = StripeCustomer.objects.select_for_update().filter(pk=customer.pk).first()
    if found is None:
        raise NoSuchStripeCustomer
    return found


def _tell_billing(some: Sequence[StripeCustomer], now: datetime) -> None:
    """Tell billing whose the customers are; of those with no account it hears nothing, for it would make one."""
    wanted = [c.account_id for c in some if c.account_id is not None]
    if not wanted:
        return
    named = dict(accounts.accounts(wanted).values_list("pk", "external_id"))
    known = [(c, external_id) for c in some if (external_id := named.get(c.account_id or 0))]
    record_customers([_record(customer, external_id, now) for customer, external_id in known])
    StripeCustomer.objects.bulk_update([customer for customer, _ in known], ["recorded_as_of"], batch_size=500)


def _record(customer: StripeCustomer, external_id: str, now: datetime) -> CustomerRecord:
    """Say who a customer is as of now, and later than the last time, for what we know now holds."""
    last = customer.recorded_as_of
    customer.recorded_as_of = max(now, last + timedelta(microseconds=1)) if last else now
    return CustomerRecord(
        source=SOURCE,
        external_id=customer.customer_id,
        as_of=customer.recorded_as_of,
        account=external_id,
        email=customer.email,
        name=customer.name,
        provenance=f"stripe {customer.customer_id}",
    )


def _index(some: Sequence[StripeCustomer], account_field: str) -> Index:
    people = [_bill_to(c) for c in some]
    references = {reference_of(p, way, account_field) for p in people for way in (MatchBy.METADATA, MatchBy.REFERENCE)}
    names = {plain(p.name) for p in people if plain(p.name)}
    by_name: dict[str, list[int]] = {}
    found = accounts.accounts().exclude(external_id=None).annotate(lower=Lower("name")).filter(lower__in=names)
    for pk, name in found.values_list("pk", "name"):
        by_name.setdefault(plain(name), []).append(pk)
    by_mail = accounts_of_mail_domains(p.email for p in people)
    has_id = set(accounts.accounts(by_mail.values()).exclude(external_id=None).values_list("pk", flat=True))
    return Index(
        by_external_id=accounts_by_external_ids(references),
        by_mail={mail: pk for mail, pk in by_mail.items() if pk in has_id},
        by_name=by_name,
    )


def _bill_to(customer: StripeCustomer) -> BillTo:
    return BillTo(
        id=customer.customer_id,
        name=customer.name,
        email=customer.email,
        metadata=customer.metadata,
        reference=customer.reference,
    )


def _objects(told: Iterable[Told], kind: Kind) -> list[ObjectTold]:
    structure: type[wire.Customer] | type[wire.Checkout] = wire.Customer if kind is Kind.CUSTOMER else wire.Checkout
    return [
        ObjectTold(
            id=each.telling_id,
            created=int(each.created.timestamp()),
            is_snapshot=each.way == Way.LIST,
            object=_read(each, structure),
            provenance=provenance(each),
        )
        for each in told
        if each.kind == kind
    ]


def _read(told: Told, structure: type[wire.Customer] | type[wire.Checkout]) -> wire.Customer | wire.Checkout:
    """Read a telling; the event says of a deleted customer what the object itself does not."""
    read = wire.read(body_of(told), structure)
    if told.type == "customer.deleted" and isinstance(read, wire.Customer):
        return msgspec.structs.replace(read, deleted=True)
    return read


def _clean(text: str | None, longest: int) -> str:
    return (text or "").replace("\x00", "").strip()[:longest]


def _store(connection: Connection, rows: Sequence[Sequence[object]]) -> set[str]:
    """Write customers down and return those of whom something is news; one deleted in Stripe keeps the name it had."""
    with database.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO stripe_stripecustomer AS c
                (workspace_id, connection_id, customer_id, name, email, metadata, reference, reference_as_of, as_of,
                 is_deleted, matched_by, why_not)
            SELECT %s, %s, id, name, email, metadata::jsonb, reference, referred, as_of, deleted, '', ''
            FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
                        %s::timestamptz[], %s::boolean[])
                 AS t (id, name, email, metadata, reference, referred, as_of, deleted)
            ON CONFLICT (connection_id, customer_id) DO UPDATE SET
                name = CASE WHEN EXCLUDED.is_deleted THEN c.name ELSE EXCLUDED.name END,
                email = CASE WHEN EXCLUDED.is_deleted THEN c.email ELSE EXCLUDED.email END,
                metadata = CASE WHEN EXCLUDED.is_deleted THEN c.metadata ELSE EXCLUDED.metadata END,
                reference = EXCLUDED.reference, reference_as_of = EXCLUDED.reference_as_of,
                as_of = EXCLUDED.as_of, is_deleted = EXCLUDED.is_deleted
            WHERE (c.name, c.email, c.metadata, c.reference, c.as_of, c.is_deleted) IS DISTINCT FROM
                (EXCLUDED.name, EXCLUDED.email, EXCLUDED.metadata, EXCLUDED.reference, EXCLUDED.as_of,
                 EXCLUDED.is_deleted)
            RETURNING customer_id
            """,
            [
                connection.workspace_id,
                connection.pk,
                *([json.dumps(r[n]) if n == 3 else r[n] for r in rows] for n in range(8)),
            ],
        )
        return {id_ for (id_,) in cursor.fetchall()}
