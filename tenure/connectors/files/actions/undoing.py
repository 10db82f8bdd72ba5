"""Taking an import back: what it said, where nothing newer said otherwise, and whom it made, where nobody met them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from django.db import transaction
from django.db.models import Max

from tenure.billing import actions as billing
from tenure.billing import queries as told_before
from tenure.billing.types import TRAITS_BILLED
from tenure.connectors.company_facts import actions as company_facts
from tenure.connectors.csv_billing.mapping import SOURCE
from tenure.connectors.files.actions import replacing
from tenure.connectors.files.actions.taking.cells import said_by
from tenure.connectors.files.actions.taking.companies import CompaniesTaker
from tenure.connectors.files.actions.taking.spend import SpendTaker
from tenure.connectors.files.actions.writing import source_of
from tenure.connectors.files.announcements import LinesWithdrawn
from tenure.connectors.files.errors import ImportNotReady
from tenure.connectors.files.models import Import, Replaced, Touched
from tenure.connectors.files.types import Kind, Status
from tenure.conversations import actions as conversations
from tenure.customers import actions as customers
from tenure.customers import queries
from tenure.customers.types import Words
from tenure.kernel import clock, keeping, tenancy
from tenure.kernel.outbox import announce
from tenure.tracking import actions as tracking
from tenure.tracking import queries as use
from tenure.tracking.errors import IntakeIsBusy
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

Subject = Literal["person", "account"]
AT_ONCE = 500
OTHERS = ("billing", "channels", "conversations", "playbooks", "signals", "vips")
"""Domains in which somebody or something has to do with an account or person, once there is a row about them.

A journey is none: what it did to somebody is a message, a task or a run.
"""
BY_MEMBERS = {
    "health": {"health_override", "health_judgement"},
    "lifecycle": {"lifecycle_placement"},
    "touch_models": {"touch_models_lock"},
}
"""Where in others a member has said something of an account."""
CONCLUDED = ("activity", "computed", "conversations", "health", "lifecycle", "risk", "touch_models")
"""Sources of what we concluded ourselves, of everybody there is."""
REMEMBERED = {"billing_ledgerthen"}
"""Rows there that only remember what was known once."""
_EVER, _NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@transaction.atomic
def undo_import(of: Import, *, by: "Member | None") -> Import:
    """Begin to take an import back; a stage does it.

    Raises `ImportNotReady` unless it is done.
    """
    of = Import.objects.select_for_update().get(pk=of.pk)
    if of.status not in (Status.DONE, Status.FAILED) or of.said_at is None:
        raise ImportNotReady
    of.status = Status.UNDOING.value
    of.save(update_fields=["status"])
    record_audit("imports.undo", by=by, subject=of.file_name, details={"import_id": of.pk, "kind": of.kind})
    return of


@transaction.atomic
def undo_some(pk: int) -> int:
    """Take back a portion: what is no trait first, then people, then accounts; returns how much was looked at.

    0 while what it said has not arrived everywhere yet, and once nothing is left to do.
    """
    of = Import.objects.select_for_update(skip_locked=True).filter(pk=pk, status=Status.UNDOING).first()
    if of is None or of.said_at is None:
        return 0
    kind = Kind(of.kind)
    if kind is Kind.EVENTS and not of.undoing.get("are_gone"):
        return _withdraw_events(of)
    if kind is Kind.TICKETS and (count := conversations.withdraw_tickets(said_by(of), limit=AT_ONCE)):
        of.taken_back += count
        of.save(update_fields=["taken_back"])
        return count
    if kind in (Kind.SPEND, Kind.COMPANIES) and (count := _give_back(of, kind)):
        return count
    for subject in ("person", "account"):
        portion = list(
            Touched.objects.filter(of=of, is_undone=False, **{f"{subject}__isnull": False}).order_by("pk")[:AT_ONCE]
        )
        if portion:
            _undo(of, kind, subject, portion)
            return len(portion)
    of.status, of.undone_at = Status.UNDONE.value, clock.now()
    of.save(update_fields=["status", "undone_at"])
    return 1


def _give_back(of: Import, kind: Kind) -> int:
    """Say again what was said before the import, of spend or of companies; the accounts of these come after it."""
    taker = CompaniesTaker(of) if kind is Kind.COMPANIES else SpendTaker(of)
    if isinstance(taker, CompaniesTaker) and not of.undoing.get("accounts_are_noted"):
        assert of.said_at is not None
        told = queries.accounts_told(company_facts.source_of(taker.source), of.said_at)
        noted = [Touched(of=of, account_id=account, was_made=False) for account in sorted(told)]
        Touched.objects.bulk_create(noted, batch_size=2_000, ignore_conflicts=True)
        of.undoing = {"accounts_are_noted": True}
        of.save(update_fields=["undoing"])
    portion = list(Replaced.objects.filter(of=of).order_by("-pk")[:AT_ONCE])
    if portion:
        again = replacing.given_back(of, portion, taker.said_now(row.key for row in portion))
        taker.say_again(again)
        of.taken_back += len(again)
        of.save(update_fields=["taken_back"])
    return len(portion)


def _undo(of: Import, kind: Kind, subject: Subject, portion: Sequence[Touched]) -> None:
    Touched.objects.filter(pk__in=[t.pk for t in portion]).update(is_undone=True)
    match kind:
        case Kind.EVENTS:
            _undo_seen(of, subject, portion)
        case Kind.SUBSCRIPTIONS:
            _undo_states(of, portion)
        case Kind.COMPANIES:
            _undo_facts(of, portion)
        case _:
            _undo_words(of, subject, portion)
    of.save(update_fields=["taken_back", "removed", "kept"])


def _undo_words(of: Import, subject: Subject, portion: Sequence[Touched]) -> None:
    """Take back what was said of accounts and people."""
    assert of.said_at is not None
    source = said_by(of) if of.kind == Kind.TICKETS else source_of(of)
    words = Words(source=source, first_at=of.said_at, last_at=of.said_at + timedelta(microseconds=of.last_number))
    made = {id_ for t in portion if t.was_made and (id_ := _id(t, subject))}
    gone = set(customers.remove_untouched(subject, made - _met(subject, made), words, concluded_by=CONCLUDED))
    left = [id_ for t in portion if (id_ := _id(t, subject)) and id_ not in gone]
    changed = customers.take_back_words(subject, left, words)
    known_since = made - gone
    gone |= set(_remove_unknown(subject, known_since - _met(subject, known_since)))
    _hand_over(of, subject, made - gone)
    of.taken_back += changed if of.kind != Kind.TICKETS else 0
    of.removed += len(gone)
    of.kept += len(made - gone)


def _undo_facts(of: Import, portion: Sequence[Touched]) -> None:
    """Take back what accounts were told of their companies, also those that came after the import."""
    assert of.said_at is not None
    source = company_facts.source_of(CompaniesTaker(of).source)
    ids = [t.account_id for t in portion if t.account_id]
    customers.take_back_words("account", ids, Words(source=source, first_at=of.said_at, last_at=of.said_at))


def _hand_over(of: Import, subject: Subject, ids: set[int]) -> None:
    """Let those who are known from other imports too be made by these: they go with the last of them."""
    others = Touched.objects.filter(is_undone=False, was_made=False, **{f"{subject}_id__in": ids}).exclude(of=of)
    others.update(was_made=True)


def _withdraw_events(of: Import) -> int:
    """Take the events out of the lake once all have come there, after noting whom and which days they touch."""
    source = said_by(of)
    if use.is_waiting_from(source):
        return 0
    if "days" not in of.undoing:
        traces = use.traces_of_source(source)
        for column, seen in (("person_id", traces.people), ("account_id", traces.accounts)):
            Touched.objects.bulk_create(
                [
                    Touched(of=of, was_made=True, first_seen_at=first, last_seen_at=last, **{column: id_})
                    for id_, (first, last) in sorted(seen.items())
                ],
                batch_size=2_000,
                ignore_conflicts=True,
            )
        of.undoing = {"days": [day.isoformat() for day in traces.days]}
        of.save(update_fields=["undoing"])
        return 1
    days = [date.fromisoformat(day) for day in of.undoing["days"]]
    try:
        tracking.withdraw_events(source, days)
    except IntakeIsBusy:
        return 0
    touched = Touched.objects.filter(of=of).order_by("pk")
    tracking.tell_withdrawn(
        days,
        account_ids=touched.exclude(account=None).values_list("account_id", flat=True),
        person_ids=touched.exclude(person=None).values_list("person_id", flat=True),
    )
    of.taken_back, of.undoing = of.new, {**of.undoing, "are_gone": True}
    of.save(update_fields=["undoing", "taken_back"])
    return 1


def _undo_seen(of: Import, subject: Subject, portion: Sequence[Touched]) -> None:
    """Let people and accounts be as they were without the events; who is known from nothing else goes."""
    by_id = {id_: t for t in portion if (id_ := _id(t, subject))}
    customers.take_back_words(subject, by_id, Words(source=said_by(of), first_at=_EVER, last_at=_NEVER))
    left = use.people_seen_at(by_id) if subject == "person" else use.seen_at(by_id)
    until = Touched.objects.filter(of=of).aggregate(last=Max("last_seen_at"))["last"]
    customers.narrow_seen(
        subject,
        {
            id_: customers.Unseen(
                gone_first=t.first_seen_at,
                gone_last=t.last_seen_at,
                left_first=left.get(id_, (None, None))[0],
                left_last=left.get(id_, (None, None))[1],
                until=until,
            )
            for id_, t in by_id.items()
            if t.first_seen_at
        },
    )
    unheard = set(by_id) - set(left)
    of.removed += len(_remove_unknown(subject, unheard - _met(subject, unheard)))


def _undo_states(of: Import, portion: Sequence[Touched]) -> None:
    """Take states of subscriptions back from the ledger, and off the timelines what was announced because of them."""
    accounts = {t.account_id for t in portion if t.account_id}
    accounts |= set(queries.merged_accounts(accounts).values())
    keys = told_before.states_told_by(SOURCE, f"{said_by(of)} row ", accounts)
    untold = billing.withdraw_subscription_states(keys)
    if untold:
        lines = [(mark.announced, mark.account_id, mark.at) for mark in untold]
        announce(LinesWithdrawn(workspace_id=tenancy.current_workspace_id(), at=clock.now(), lines=lines))
    made = {t.account_id for t in portion if t.account_id and t.was_made}
    gone = _remove_unknown("account", made - _met("account", made), apart_from=TRAITS_BILLED)
    of.taken_back += len(keys)
    of.removed += len(gone)
    of.kept += len(made) - len(gone)


def forget_lines(said: list[LinesWithdrawn]) -> None:
    """Take lines off the timelines; it comes after what put them there."""
    tracking.forget_timeline_lines([line for each in said for line in each.lines])


def _remove_unknown(subject: Subject, ids: Iterable[int], apart_from: Iterable[str] = ()) -> list[int]:
    """Remove those of whom no trait is known any more, whenever they were heard of first."""
    nothing = Words(source="", first_at=_EVER, last_at=_EVER - timedelta(days=1))
    return customers.remove_untouched(subject, ids, nothing, apart_from=apart_from, concluded_by=CONCLUDED)


def _met(kind: str, ids: Iterable[int]) -> set[int]:
    wanted = set(ids)
    found: set[int] = set()
    for app in (*OTHERS, *BY_MEMBERS):
        for table, row in keeping.rows_about(app, {f"customers.{kind}": wanted}):
            if table not in REMEMBERED and table in BY_MEMBERS.get(app, {table}):
                found |= {value for value in row.values() if isinstance(value, int) and value in wanted}
    return found


def _id(touched: Touched, subject: Subject) -> int | None:
    return touched.person_id if subject == "person" else touched.account_id
