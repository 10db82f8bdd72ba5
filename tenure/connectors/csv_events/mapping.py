"""Which column means what, and what one row says; pure."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from dateutil import parser as dates

from tenure.connectors.csv_events.types import Columns, Field, MappingWrong, RefusedRow, Sheet

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FUTURE_ALLOWED = timedelta(days=1)
REMEMBERED = 1_000_000

_KNOWN_AS = {
    Field.EVENT: ("event", "event_name", "event_type", "action", "activity", "name"),
    Field.TIMESTAMP: ("timestamp", "time", "event_timestamp", "datetime", "date", "created_at", "occurred_at", "ts"),
    Field.USER_ID: ("user_id", "userid", "user", "distinct_id", "customer_id", "client_id", "visitor_id", "uid"),
    Field.ANONYMOUS_ID: ("anonymous_id", "anonymousid", "device_id", "cookie_id"),
    Field.ACCOUNT_ID: ("account_id", "group_id", "groupid", "account", "company_id", "company", "organization_id"),
    Field.MESSAGE_ID: ("message_id", "messageid", "event_id", "uuid", "insert_id"),
}


def guess(header: Sequence[str]) -> Columns:
    """Guess the mapping from the names of the columns."""
    by_name = {name.lower().replace(" ", "_").replace("-", "_"): name for name in header}
    found: dict[Field, str] = {}
    for field, names in _KNOWN_AS.items():
        column = next((by_name[n] for n in names if n in by_name and by_name[n] not in found.values()), None)
        if column:
            found[field] = column
    return Columns(fields=found, user_traits={}, account_traits={})


def read_mapping(text: str, sheet: Sheet) -> Columns:
    """Read `event=action,user_id=uid,user.email=mail`; the rest is guessed. Raises `MappingWrong`."""
    guessed = guess(sheet.header)
    fields, user_traits, account_traits = dict(guessed.fields), dict[str, str](), dict[str, str]()
    for part in filter(None, (p.strip() for p in text.split(","))):
        target, equals, column = (x.strip() for x in part.partition("="))
        if not equals:
            raise MappingWrong(f"{part!r}: write field=column, for example event=action.")
        if column and column not in sheet.header:
            raise MappingWrong(f"There is no column {column!r}. The file has: {', '.join(sheet.header)}.")
        kind, _, trait = target.partition(".")
        if trait and kind in {"user", "account"}:
            (user_traits if kind == "user" else account_traits)[trait] = column
        elif target in set(Field):
            if column:
                fields[Field(target)] = column
            else:
                fields.pop(Field(target), None)
        else:
            known = ", ".join([*Field, "user.TRAIT", "account.TRAIT"])
            raise MappingWrong(f"{target!r} is not a field. Fields: {known}.")
    if missing := [f for f in (Field.EVENT, Field.TIMESTAMP) if f not in fields]:
        raise MappingWrong(
            f"Which column is the {missing[0]}? Say --map {missing[0]}=COLUMN. The file has: {', '.join(sheet.header)}."
        )
    if not {Field.USER_ID, Field.ANONYMOUS_ID} & set(fields):
        raise MappingWrong(
            f"Which column is the user? Say --map user_id=COLUMN. The file has: {', '.join(sheet.header)}."
        )
    return Columns(fields=fields, user_traits=user_traits, account_traits=account_traits)


class RowReader:
    """Turns the rows of one file into Segment calls, or says why not.

    Ids of messages come from what a row says and how often the same row came before, so that the same rows are the
    same messages in whatever file they arrive, and rows that look alike in one file are still counted each.
    """

    def __init__(self, sheet: Sheet, columns: Columns, *, now: datetime, zone: tzinfo = UTC) -> None:
        self._header = sheet.header
        self._at = {field: sheet.header.index(column) for field, column in columns.fields.items()}
        self._user_traits = {t: sheet.header.index(c) for t, c in columns.user_traits.items()}
        self._account_traits = {t: sheet.header.index(c) for t, c in columns.account_traits.items()}
        taken = columns.spoken_for()
        self._properties = [(i, name) for i, name in enumerate(sheet.header) if name and name not in taken]
        self._latest, self._zone = now + FUTURE_ALLOWED, zone
        self._seen: OrderedDict[bytes, int] = OrderedDict()
        self._told: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def read(self, number: int, cells: list[str]) -> list[dict[str, Any]] | RefusedRow:
        """Return the calls of a row: the event, after what is newly said of its user and account."""

        def refuse(code: str, reason: str) -> RefusedRow:
            return RefusedRow(number=number, code=code, reason=reason, cells=tuple(cells))

        if len(cells) != len(self._header):
            return refuse("wrong_number_of_cells", f"{len(cells)} cells where the header has {len(self._header)}.")
        event = self._cell(cells, Field.EVENT)
        user, anonymous = self._cell(cells, Field.USER_ID), self._cell(cells, Field.ANONYMOUS_ID)
        if not event:
            return refuse("no_event", "The row names no event.")
        if not (user or anonymous):
            return refuse("no_id", "The row names no user.")
        if max(len(user), len(anonymous), len(event)) > 500:
            return refuse("id_too_long", "An id or event name is longer than 500 characters.")
        written = self._cell(cells, Field.TIMESTAMP)
        moment = read_moment(written, self._zone)
        if moment is None:
            return refuse("timestamp_unreadable", f"{written[:80]!r} is not a date and time.")
        if not EARLIEST <= moment <= self._latest:
            return refuse("timestamp_out_of_range", f"{moment.isoformat()} is before 2000 or in the future.")
        ids = {"userId": user or None, "anonymousId": anonymous or None}
        account = self._cell(cells, Field.ACCOUNT_ID)
        context = {"context": {"groupId": account}} if account else {}
        message_id = self._cell(cells, Field.MESSAGE_ID) or self._message_id(cells)
        stamp = {"timestamp": moment.isoformat(), **ids}
        calls: list[dict[str, Any]] = []
        if self._user_traits and user:
            calls += self._say("identify", user, self._user_traits, cells, stamp, context, message_id)
        if self._account_traits and account:
            group = {**context, "groupId": account}
            calls += self._say("group", account, self._account_traits, cells, stamp, group, message_id)
        properties = {name: cells[i] for i, name in self._properties if cells[i] != ""}
        calls.append(
            {"type": "track", "event": event, "messageId": message_id, **stamp, "properties": properties, **context}
        )
        return calls

    def _cell(self, cells: list[str], field: Field) -> str:
        index = self._at.get(field)
        return cells[index].strip() if index is not None else ""

    def _message_id(self, cells: list[str]) -> str:
        mark = hashlib.blake2b("\x1f".join(cells).encode("utf-8", "replace"), digest_size=12).digest()
        ordinal = self._seen.pop(mark, 0) + 1
        self._seen[mark] = ordinal
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return f"csv-{mark.hex()}-{ordinal}"

    def _say(
        self, kind: str, subject: str, columns: dict[str, int], cells: list[str], stamp: dict[str, Any],
        context: dict[str, Any], message_id: str,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Say what a row tells of a user or account, unless the last row about it told the same."""
        values = tuple(cells[i] for i in columns.values())
        if self._told.get(f"{kind}:{subject}") == values:
            return []
        self._told[f"{kind}:{subject}"] = values
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        traits = {name: value for name, value in zip(columns, values, strict=True) if value != ""}
        return [{"type": kind, "messageId": f"{message_id}-{kind}", **stamp, "traits": traits, **context}]


def read_moment(text: str, zone: tzinfo = UTC) -> datetime | None:
    """Read ISO 8601, seconds or milliseconds since 1970, or what people write; naive times are in `zone`."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            number = float(text)
            moment = datetime.fromtimestamp(number / 1000 if abs(number) > 1e11 else number, UTC)
        except (ValueError, OverflowError, OSError):
            try:
                moment = dates.parse(text)
            except (ValueError, OverflowError, TypeError):
                return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
