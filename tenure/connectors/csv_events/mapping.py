"""What one row of a file of events says; pure."""

import hashlib
import json
from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from dateutil import parser as dates

from tenure.connectors.csv_events.types import Calls, Columns, Field, Refused
from tenure.kernel.clock import EARLIEST

FUTURE_ALLOWED = timedelta(days=1)
SUBJECTS_REMEMBERED = 100_000
ROWS_REMEMBERED = 1 << 20
LARGEST_CALL = 32 * 1024
LONGEST_ID = 500

KNOWN_AS: Mapping[Field, str] = {
    Field.EVENT: "event event_name event_type action activity name 事件 事件名称 事件名稱 行为 行為",
    Field.TIMESTAMP: "timestamp time event_timestamp datetime date created_at occurred_at ts 时间 時間 日期 发生时间 "
    "發生時間",
    Field.USER_ID: "user_id userid user distinct_id customer_id client_id visitor_id uid 用户id 使用者id 用户编号 "
    "使用者編號 用户 使用者",
    Field.ANONYMOUS_ID: "anonymous_id anonymousid device_id cookie_id",
    Field.ACCOUNT_ID: "account_id group_id groupid account company_id company organization_id 客户编号 客戶編號 "
    "公司编号 公司編號",
    Field.MESSAGE_ID: "message_id messageid event_id uuid insert_id",
    Field.PROPERTIES: "properties",
}
"""What columns are called, lower case with underscores, the likeliest first."""


class Ordinals:
    """Counts how often each mark has come, in memory of one size: of very many marks the older ones are forgotten."""

    def __init__(self, slots: int = ROWS_REMEMBERED) -> None:
        self._mask, self._marks, self._counts = slots - 1, array("Q", bytes(8 * slots)), array("L", bytes(8 * slots))

    def next(self, mark: int) -> int:
        """Return which time this is that the mark comes, counted from 1."""
        mark = mark or 1
        for probe in range(8):
            slot = (mark + probe) & self._mask
            if self._marks[slot] == mark:
                self._counts[slot] += 1
                return self._counts[slot]
            if not self._marks[slot]:
                break
        else:
            slot = mark & self._mask
        self._marks[slot], self._counts[slot] = mark, 1
        return 1


class RowReader:
    """Turns the rows of one file into Segment calls; raises `Refused` for a row that cannot be used.

    Ids of messages come from what a row says and how often the same row came before, so that the same rows are the
    same messages in whatever file they arrive, and rows that look alike in one file are still counted each.
    """

    def __init__(self, header: Sequence[str], columns: Columns, *, now: datetime, zone: tzinfo = UTC) -> None:
        at = {name: place for place, name in enumerate(header)}
        self._names, self._event = columns.fields, columns.event
        self._at = {field: at[column] for field, column in columns.fields.items()}
        self._properties = {name: at[column] for name, column in columns.properties.items()}
        self._user_traits = {name: at[column] for name, column in columns.user_traits.items()}
        self._account_traits = {name: at[column] for name, column in columns.account_traits.items()}
        self._latest, self._zone = now + FUTURE_ALLOWED, zone
        self._ordinals = Ordinals()
        self._told: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def read(self, cells: Sequence[str], values: Sequence[Any]) -> Calls:
        """Return the calls of a row, given its cells as text and as they are to be kept."""
        named = self._cell(cells, Field.EVENT)
        event = named or self._event
        user, anonymous = self._cell(cells, Field.USER_ID), self._cell(cells, Field.ANONYMOUS_ID)
        if not event:
            raise Refused("no_event", self._name(Field.EVENT))
        if not (user or anonymous):
            raise Refused("no_id", self._name(Field.USER_ID))
        if max(len(user), len(anonymous), len(event)) > LONGEST_ID:
            raise Refused("id_too_long", most=LONGEST_ID)
        written = self._cell(cells, Field.TIMESTAMP)
        moment = read_moment(written, self._zone)
        if moment is None:
            raise Refused("timestamp_unreadable", self._name(Field.TIMESTAMP), value=written[:80])
        if not EARLIEST <= moment <= self._latest:
            raise Refused("timestamp_out_of_range", self._name(Field.TIMESTAMP), value=moment.isoformat())
        ids = {"userId": user or None, "anonymousId": anonymous or None}
        account = self._cell(cells, Field.ACCOUNT_ID)
        context = {"context": {"groupId": account}} if account else {}
        properties = self._properties_of(cells, values)
        message_id = self._cell(cells, Field.MESSAGE_ID) or self._message_id(cells if named else (*cells, event))
        stamp = {"timestamp": moment.isoformat(), **ids}
        calls: Calls = []
        if self._user_traits and user:
            calls += self._say("identify", user, self._user_traits, cells, stamp, context, message_id)
        if self._account_traits and account:
            group = {**context, "groupId": account}
            calls += self._say("group", account, self._account_traits, cells, stamp, group, message_id)
        calls.append(
            {"type": "track", "event": event, "messageId": message_id, **stamp, "properties": properties, **context}
        )
        return calls

    def _cell(self, cells: Sequence[str], field: Field) -> str:
        index = self._at.get(field)
        return cells[index].strip() if index is not None else ""

    def _name(self, field: Field) -> str:
        return self._names.get(field, "")

    def _properties_of(self, cells: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
        properties = {n: values[i] for n, i in self._properties.items() if values[i] is not None and values[i] != ""}
        index = self._at.get(Field.PROPERTIES)
        if index is not None and cells[index].strip():
            said = values[index]
            if not isinstance(said, dict):
                try:
                    said = json.loads(cells[index])
                except (ValueError, RecursionError):
                    said = None
            if not isinstance(said, dict):
                raise Refused("properties_unreadable", self._name(Field.PROPERTIES), value=cells[index][:60])
            properties = {**said, **properties}
        if sum(map(len, cells)) > LARGEST_CALL:
            raise Refused("row_too_long", most=LARGEST_CALL)
        return properties

    def _message_id(self, cells: Sequence[str]) -> str:
        mark = hashlib.blake2b("\x1f".join(cells).encode("utf-8", "replace"), digest_size=12).digest()
        return f"csv-{mark.hex()}-{self._ordinals.next(int.from_bytes(mark[:8], 'big'))}"

    def _say(
        self, kind: str, subject: str, columns: dict[str, int], cells: Sequence[str], stamp: dict[str, Any],
        context: dict[str, Any], message_id: str,
    ) -> Calls:  # fmt: skip
        """Say what a row tells of a user or account, unless the last row about it told the same."""
        values = tuple(cells[i] for i in columns.values())
        if self._told.get(f"{kind}:{subject}") == values:
            return []
        self._told[f"{kind}:{subject}"] = values
        if len(self._told) > SUBJECTS_REMEMBERED:
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
