"""What one row of a file of subscriptions or of spend says; pure."""

import calendar
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from tenure.billing.types import Discount, Interval, Item, SpendRecord, Status, SubscriptionState, Tier, Unit
from tenure.connectors.csv_billing.types import SpendField, SubscriptionField
from tenure.connectors.csv_events.mapping import Ordinals, read_moment
from tenure.connectors.csv_events.types import Refused
from tenure.kernel.clock import EARLIEST
from tenure.kernel.money import Money, NotMoney, read_money, whole_minor

SOURCE = "csv"
S = SubscriptionField
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


class SubscriptionReader:
    """Turns rows of one file into states of subscriptions; raises `Refused` for a row that cannot be used.

    A row that says when it changed holds from then; one that does not is how things are now.
    """

    def __init__(
        self, columns: Mapping[SubscriptionField, int], *, source: str, currency: str, now: datetime, zone: tzinfo = UTC
    ) -> None:
        self._at, self._source, self._currency, self._now, self._zone = columns, source, currency, now, zone
        self._seen = Ordinals()

    def read(self, number: int, cells: Sequence[str]) -> SubscriptionState:
        """Return what a row says."""
        account, subscription = self._cell(cells, S.ACCOUNT), self._cell(cells, S.SUBSCRIPTION)
        if not account or not subscription:
            raise Refused("no_subscription")
        if max(len(account), len(subscription)) > 255:
            raise Refused("id_too_long", most=255)
        changed = self._cell(cells, S.CHANGED)
        mark = hashlib.blake2b(f"{subscription}\x1f{changed}".encode("utf-8", "replace"), digest_size=8).digest()
        if self._seen.next(int.from_bytes(mark, "big")) > 1:
            raise Refused("subscription_twice", S.SUBSCRIPTION, value=subscription)
        started, ended = self._moment(cells, S.STARTED), self._moment(cells, S.ENDED)
        trial_end, cancelled = self._moment(cells, S.TRIAL_END), self._moment(cells, S.CANCELLED)
        if started is None:
            raise Refused("no_start", S.STARTED)
        if ended and ended < started:
            raise Refused("ends_before_it_starts", S.ENDED)
        as_of = self._moment(cells, S.CHANGED) or self._now
        status = self._status(cells, as_of, ended, trial_end)
        currency = (self._cell(cells, S.CURRENCY) or self._currency).upper()
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise Refused("currency_unknown", "currency", value=currency[:20])
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
            provenance=f"{self._source} row {number}"[-160:],
        )

    def _item(self, cells: Sequence[str], currency: str) -> Item:
        plan = self._cell(cells, S.PLAN) or "subscription"
        quantity = _number(self._cell(cells, S.QUANTITY) or "1", "quantity")
        each = self._cell(cells, S.UNIT_AMOUNT)
        written = each or self._cell(cells, S.AMOUNT)
        try:
            amount = read_money(written, currency)
        except NotMoney as error:
            raise Refused("amount_unreadable", S.UNIT_AMOUNT if each else S.AMOUNT, value=written[:60]) from error
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
            raise Refused("interval_unknown", S.INTERVAL, value=written[:40])
        return Interval(unit=Unit(match[2]), count=int(match[1] or 1))

    def _discounts(self, cells: Sequence[str]) -> tuple[Discount, ...]:
        written = self._cell(cells, S.DISCOUNT).removesuffix("%").strip()
        if not written:
            return ()
        percent = _number(written, "discount")
        if not 0 <= percent <= 100:
            raise Refused("discount_unreadable", S.DISCOUNT, value=written[:40])
        return (Discount(percent=percent, ends_at=self._moment(cells, S.DISCOUNT_UNTIL)),) if percent else ()

    def _status(
        self, cells: Sequence[str], as_of: datetime, ended: datetime | None, trial_end: datetime | None
    ) -> Status:
        written = self._cell(cells, S.STATUS).lower()
        if written and written not in _STATUSES:
            raise Refused("status_unknown", S.STATUS, value=written[:40], known=", ".join(Status))
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

    def __init__(self, columns: Mapping[SpendField, int], *, source: str, currency: str, zone: tzinfo = UTC) -> None:
        self._at, self._source, self._currency, self._zone = columns, source, currency, zone

    def read(self, number: int, cells: Sequence[str]) -> SpendRecord:
        """Return what a row says."""
        first, last = self._days(cells)
        currency = (_cell(self._at, cells, SpendField.CURRENCY) or self._currency).upper()
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise Refused("currency_unknown", "currency", value=currency[:20])
        written = _cell(self._at, cells, SpendField.AMOUNT)
        try:
            amount = whole_minor(read_money(written, currency))
        except NotMoney as error:
            raise Refused("amount_unreadable", SpendField.AMOUNT, value=written[:60]) from error
        if amount < 0:
            raise Refused("amount_negative", SpendField.AMOUNT, value=written[:60])
        channel = _cell(self._at, cells, SpendField.CHANNEL)[:120]
        return SpendRecord(
            source=SOURCE,
            external_id=f"{first}:{last}:{channel}",
            first=first,
            last=last,
            amount=Money(amount=amount, currency=currency),
            channel=channel,
            provenance=f"{self._source} row {number}"[-160:],
        )

    def _days(self, cells: Sequence[str]) -> tuple[date, date]:
        month = _cell(self._at, cells, SpendField.MONTH)
        if month:
            read = re.fullmatch(r"(\d{4})[-/](\d{1,2})(?:[-/]\d{1,2})?", month)
            if not read or not 1 <= int(read[2]) <= 12 or not EARLIEST.year <= int(read[1]) <= 2200:
                raise Refused("month_unreadable", SpendField.MONTH, value=month[:40])
            year, number = int(read[1]), int(read[2])
            return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
        first = _moment(_cell(self._at, cells, SpendField.FIRST), SpendField.FIRST, self._zone)
        if first is None:
            raise Refused("no_day", SpendField.FIRST)
        last = _moment(_cell(self._at, cells, SpendField.LAST), SpendField.LAST, self._zone) or first
        days = first.astimezone(self._zone).date(), last.astimezone(self._zone).date()
        if days[1] < days[0] or days[1] - days[0] > timedelta(days=3660):
            raise Refused("days_out_of_order", SpendField.LAST)
        return days


def _cell(columns: Mapping[Any, int], cells: Sequence[str], field: StrEnum) -> str:
    index = columns.get(field)
    return cells[index].strip() if index is not None and index < len(cells) else ""


def _moment(written: str, field: StrEnum, zone: tzinfo) -> datetime | None:
    if not written:
        return None
    moment = read_moment(written, zone)
    if moment is None or not EARLIEST.year <= moment.year <= 2200:
        raise Refused("moment_unreadable", field, value=written[:60])
    return moment


def _number(written: str, what: str) -> Decimal:
    try:
        number = Decimal(written.replace(",", ""))
    except InvalidOperation as error:
        raise Refused(f"{what}_unreadable", what, value=written[:40]) from error
    if not number.is_finite() or not 0 <= number <= 10**9:
        raise Refused(f"{what}_unreadable", what, value=written[:40])
    return number
