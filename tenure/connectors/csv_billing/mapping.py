"""Which column means what, and what one row says; pure."""

import calendar
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from tenure.billing.types import Discount, Interval, Item, SpendRecord, Status, SubscriptionState, Tier, Unit
from tenure.connectors.csv_billing.types import SpendField, SubscriptionField
from tenure.connectors.csv_events.mapping import EARLIEST, read_moment
from tenure.connectors.csv_events.types import MappingWrong, Sheet
from tenure.kernel.money import Money, NotMoney, read_money, whole_minor

SOURCE = "csv"
F = TypeVar("F", bound=StrEnum)
S = SubscriptionField
_SUBSCRIPTION_NAMES: Mapping[SubscriptionField, Sequence[str]] = {
    S.ACCOUNT: ("account", "account_id", "customer", "customer_id", "company", "company_id", "group_id"),
    S.SUBSCRIPTION: ("subscription", "subscription_id", "subscription_external_id", "contract", "contract_id", "id"),
    S.PLAN: ("plan", "plan_name", "product", "price", "plan_id"),
    S.QUANTITY: ("quantity", "seats", "licences", "licenses", "units"),
    S.AMOUNT: ("amount", "total", "mrr"),
    S.UNIT_AMOUNT: ("unit_amount", "unit_price", "price_per_seat", "seat_price"),
    S.CURRENCY: ("currency", "currency_code"),
    S.INTERVAL: ("interval", "billing_interval", "billing_period", "period", "billing_cycle"),
    S.STARTED: ("started", "started_at", "start", "start_date", "created", "begin"),
    S.TRIAL_END: ("trial_end", "trial_ends", "trial_ends_at", "trial_until"),
    S.ENDED: ("ended", "ended_at", "end", "end_date", "churned_at"),
    S.CANCELLED: ("cancelled", "canceled", "cancelled_at", "canceled_at", "cancellation_date"),
    S.PERIOD_END: ("period_end", "current_period_end", "renews", "renews_at", "renewal_date", "paid_until"),
    S.STATUS: ("status", "state"),
    S.DISCOUNT: ("discount", "discount_percent", "percent_off"),
    S.DISCOUNT_UNTIL: ("discount_until", "discount_end", "discount_ends_at"),
    S.CHANGED: ("changed", "changed_at", "as_of", "valid_from", "updated_at"),
}
_SPEND_NAMES: Mapping[SpendField, Sequence[str]] = {
    SpendField.MONTH: ("month", "period"),
    SpendField.FIRST: ("first", "from", "since", "start", "start_date", "date", "day"),
    SpendField.LAST: ("last", "to", "until", "end", "end_date"),
    SpendField.AMOUNT: ("amount", "spend", "cost", "total"),
    SpendField.CURRENCY: ("currency", "currency_code"),
    SpendField.CHANNEL: ("channel", "campaign", "category", "source"),
}
_STATUSES = {s.value: s for s in Status} | {
    "canceled": Status.CANCELLED, "ended": Status.CANCELLED, "expired": Status.CANCELLED, "trial": Status.TRIALING,
    "in_trial": Status.TRIALING, "live": Status.ACTIVE, "paid": Status.ACTIVE, "past due": Status.PAST_DUE,
}  # fmt: skip
_INTERVALS = {
    "daily": Interval(unit=Unit.DAY), "weekly": Interval(unit=Unit.WEEK), "monthly": Interval(unit=Unit.MONTH),
    "quarterly": Interval(unit=Unit.QUARTER), "yearly": Interval(unit=Unit.YEAR), "annual": Interval(unit=Unit.YEAR),
    "annually": Interval(unit=Unit.YEAR), "half-yearly": Interval(unit=Unit.MONTH, count=6),
    "biannual": Interval(unit=Unit.MONTH, count=6), "biennial": Interval(unit=Unit.YEAR, count=2),
}  # fmt: skip


class Refused(Exception):
    """A row says something that cannot be used; carries the code of why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def subscription_columns(sheet: Sheet, mapping: str = "") -> dict[SubscriptionField, int]:
    """Say which column means what in a file of subscriptions; raises `MappingWrong`."""
    found = _columns(sheet, mapping, SubscriptionField, _SUBSCRIPTION_NAMES)
    _need(sheet, found, S.ACCOUNT, S.SUBSCRIPTION, S.STARTED)
    if S.UNIT_AMOUNT not in found:
        _need(sheet, found, S.AMOUNT)
    return found


def spend_columns(sheet: Sheet, mapping: str = "") -> dict[SpendField, int]:
    """Say which column means what in a file of spend; raises `MappingWrong`."""
    found = _columns(sheet, mapping, SpendField, _SPEND_NAMES)
    _need(sheet, found, SpendField.AMOUNT)
    if SpendField.FIRST not in found:
        _need(sheet, found, SpendField.MONTH)
    return found


class SubscriptionReader:
    """Turns rows of one file into states of subscriptions; raises `Refused` for a row that cannot be used.

    A row that says when it changed holds from then; one that does not is how things are now.
    """

    def __init__(
        self, columns: Mapping[SubscriptionField, int], *, file: str, currency: str, now: datetime, zone: tzinfo = UTC
    ) -> None:
        self._at, self._file, self._currency, self._now, self._zone = columns, file, currency, now, zone
        self._seen: set[tuple[str, str]] = set()

    def read(self, number: int, cells: Sequence[str]) -> SubscriptionState:
        """Return what a row says."""
        account, subscription = self._cell(cells, S.ACCOUNT), self._cell(cells, S.SUBSCRIPTION)
        if not account or not subscription:
            raise Refused("no_id", "The row names no account or no subscription.")
        if max(len(account), len(subscription)) > 255:
            raise Refused("id_too_long", "An id is longer than 255 characters.")
        changed = self._cell(cells, S.CHANGED)
        if (subscription, changed) in self._seen:
            said = f"{subscription} stands in the file before; a column `changed` can tell from when each row holds."
            raise Refused("subscription_twice", said)
        self._seen.add((subscription, changed))
        started, ended = self._moment(cells, S.STARTED), self._moment(cells, S.ENDED)
        trial_end, cancelled = self._moment(cells, S.TRIAL_END), self._moment(cells, S.CANCELLED)
        if started is None:
            raise Refused("no_start", "The row does not say when the subscription started.")
        if ended and ended < started:
            raise Refused("ends_before_it_starts", "It ended before it started.")
        as_of = self._moment(cells, S.CHANGED) or self._now
        status = self._status(cells, as_of, ended, trial_end)
        currency = (self._cell(cells, S.CURRENCY) or self._currency).upper()
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise Refused("currency_unknown", f"{currency[:20]!r} is not a currency with three letters.")
        return SubscriptionState(
            source=SOURCE,
            external_id=subscription,
            as_of=as_of,
            status=status,
            started_at=started,
            currency=currency,
            items=(self._item(cells, currency),),
            account=account,
            discounts=self._discounts(cells),
            trial_end=trial_end,
            current_period_end=self._moment(cells, S.PERIOD_END),
            cancel_at=ended if ended and status is not Status.CANCELLED else None,
            cancelled_at=cancelled,
            ended_at=ended if status is Status.CANCELLED else None,
            provenance=f"csv {self._file} row {number}"[-160:],
        )

    def _item(self, cells: Sequence[str], currency: str) -> Item:
        plan = self._cell(cells, S.PLAN) or "subscription"
        quantity = _number(self._cell(cells, S.QUANTITY) or "1", "quantity")
        each = self._cell(cells, S.UNIT_AMOUNT)
        try:
            amount = read_money(each or self._cell(cells, S.AMOUNT), currency)
        except NotMoney as error:
            raise Refused("amount_unreadable", str(error)) from error
        if not each and quantity:
            # What one bill comes to is said as a whole, so it is one flat price, whatever number of seats it buys.
            tier = Tier(up_to=None, flat_amount=amount)
            return Item(plan=plan, plan_name=plan, quantity=quantity, tiers=(tier,), interval=self._interval(cells))
        return Item(plan=plan, plan_name=plan, quantity=quantity, unit_amount=amount, interval=self._interval(cells))

    def _interval(self, cells: Sequence[str]) -> Interval:
        written = self._cell(cells, S.INTERVAL).lower() or "month"
        if written in _INTERVALS:
            return _INTERVALS[written]
        match = re.fullmatch(r"(?:every )?(\d{1,3})?[ _-]?(day|week|month|quarter|year)s?", written)
        if not match or match[1] == "0":
            raise Refused("interval_unknown", f"{written[:40]!r} is not an interval such as month, year or 3 months.")
        return Interval(unit=Unit(match[2]), count=int(match[1] or 1))

    def _discounts(self, cells: Sequence[str]) -> tuple[Discount, ...]:
        written = self._cell(cells, S.DISCOUNT).removesuffix("%").strip()
        if not written:
            return ()
        percent = _number(written, "discount")
        if not 0 <= percent <= 100:
            raise Refused("discount_unreadable", f"{written[:40]!r} is not a share between 0 and 100 %.")
        return (Discount(percent=percent, ends_at=self._moment(cells, S.DISCOUNT_UNTIL)),) if percent else ()

    def _status(
        self, cells: Sequence[str], as_of: datetime, ended: datetime | None, trial_end: datetime | None
    ) -> Status:
        written = self._cell(cells, S.STATUS).lower()
        if written and written not in _STATUSES:
            raise Refused("status_unknown", f"{written[:40]!r} is none of {', '.join(Status)}.")
        if ended and ended <= as_of:
            return Status.CANCELLED
        if written:
            return _STATUSES[written]
        return Status.TRIALING if trial_end and trial_end > as_of else Status.ACTIVE

    def _cell(self, cells: Sequence[str], field: SubscriptionField) -> str:
        return _cell(self._at, cells, field)

    def _moment(self, cells: Sequence[str], field: SubscriptionField) -> datetime | None:
        return _moment(_cell(self._at, cells, field), field, self._zone)


class SpendReader:
    """Turns rows of one file into what was spent; raises `Refused` for a row that cannot be used."""

    def __init__(self, columns: Mapping[SpendField, int], *, file: str, currency: str, zone: tzinfo = UTC) -> None:
        self._at, self._file, self._currency, self._zone = columns, file, currency, zone

    def read(self, number: int, cells: Sequence[str]) -> SpendRecord:
        """Return what a row says."""
        first, last = self._days(cells)
        currency = (_cell(self._at, cells, SpendField.CURRENCY) or self._currency).upper()
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise Refused("currency_unknown", f"{currency[:20]!r} is not a currency with three letters.")
        try:
            amount = whole_minor(read_money(_cell(self._at, cells, SpendField.AMOUNT), currency))
        except NotMoney as error:
            raise Refused("amount_unreadable", str(error)) from error
        if amount < 0:
            raise Refused("amount_unreadable", "What was spent is not less than nothing.")
        channel = _cell(self._at, cells, SpendField.CHANNEL)[:120]
        return SpendRecord(
            source=SOURCE,
            external_id=f"{first}:{last}:{channel}",
            first=first,
            last=last,
            amount=Money(amount=amount, currency=currency),
            channel=channel,
            provenance=f"csv {self._file} row {number}"[-160:],
        )

    def _days(self, cells: Sequence[str]) -> tuple[date, date]:
        month = _cell(self._at, cells, SpendField.MONTH)
        if month:
            read = re.fullmatch(r"(\d{4})[-/](\d{1,2})(?:[-/]\d{1,2})?", month)
            if not read or not 1 <= int(read[2]) <= 12 or not EARLIEST.year <= int(read[1]) <= 2200:
                raise Refused("month_unreadable", f"{month[:40]!r} is not a month such as 2026-03.")
            year, number = int(read[1]), int(read[2])
            return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
        first = _moment(_cell(self._at, cells, SpendField.FIRST), SpendField.FIRST, self._zone)
        if first is None:
            raise Refused("no_day", "The row does not say when it was spent.")
        last = _moment(_cell(self._at, cells, SpendField.LAST), SpendField.LAST, self._zone) or first
        days = first.astimezone(self._zone).date(), last.astimezone(self._zone).date()
        if days[1] < days[0] or days[1] - days[0] > timedelta(days=3660):
            raise Refused("days_out_of_order", "It ends before it begins, or lasts longer than ten years.")
        return days


def _columns(sheet: Sheet, mapping: str, fields: type[F], names: Mapping[F, Sequence[str]]) -> dict[F, int]:
    by_name = {re.sub(r"[\s\-]+", "_", name.lower()): number for number, name in enumerate(sheet.header)}
    found: dict[F, int] = {}
    for field in fields:
        known = next((by_name[n] for n in names[field] if n in by_name and by_name[n] not in found.values()), None)
        if known is not None:
            found[field] = known
    for part in filter(None, (p.strip() for p in mapping.split(","))):
        target, _, column = (x.strip() for x in part.partition("="))
        if target not in set(fields):
            raise MappingWrong(f"{target!r} is not a field. Fields: {', '.join(fields)}.")
        if column and column not in sheet.header:
            raise MappingWrong(f"There is no column {column!r}. The file has: {', '.join(sheet.header)}.")
        if column:
            found[fields(target)] = sheet.header.index(column)
        else:
            found.pop(fields(target), None)
    return found


def _need(sheet: Sheet, found: Mapping[F, int], *fields: F) -> None:
    for field in fields:
        if field not in found:
            raise MappingWrong(
                f"Which column is the {field}? Say --map {field}=COLUMN. The file has: {', '.join(sheet.header)}."
            )


def _cell(columns: Mapping[F, int], cells: Sequence[str], field: F) -> str:
    index = columns.get(field)
    return cells[index].strip() if index is not None and index < len(cells) else ""


def _moment(written: str, field: StrEnum, zone: tzinfo) -> datetime | None:
    if not written:
        return None
    moment = read_moment(written, zone)
    if moment is None or not EARLIEST.year <= moment.year <= 2200:
        raise Refused("moment_unreadable", f"{field}: {written[:60]!r} is not a date and time from 2000 on.")
    return moment


def _number(written: str, what: str) -> Decimal:
    try:
        number = Decimal(written.replace(",", ""))
    except InvalidOperation as error:
        raise Refused(f"{what}_unreadable", f"{written[:40]!r} is not a number.") from error
    if not number.is_finite() or not 0 <= number <= 10**9:
        raise Refused(f"{what}_unreadable", f"{written[:40]!r} is not a {what}.")
    return number
