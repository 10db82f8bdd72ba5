"""The tables of the lake: raw events, and the rollups that almost everything reads."""

import pyarrow as pa

from tenure.lake.tables import LakeTable

_MOMENT = pa.timestamp("us", tz="UTC")

EVENTS = LakeTable(
    "events",
    pa.schema(
        [
            ("message_id", pa.string()),
            ("person_id", pa.int64()),
            ("account_id", pa.int64()),
            ("account_named", pa.bool_()),
            ("type", pa.string()),
            ("event", pa.string()),
            ("ts", _MOMENT),
            ("received_at", _MOMENT),
            ("source", pa.string()),
            ("properties", pa.string()),
            ("context", pa.string()),
            ("dt", pa.date32()),
        ]
    ),
    distinct=("message_id", "ts", "received_at"),
)
"""Every call as it came in. `person_id` is the trace it was made under and `account_id` where it counted then (0 for
none): both are brought up to date by whoever reads, see `queries.events`. `account_named`: the call itself said so."""

PERSON_DAY = LakeTable(
    "person_day",
    pa.schema(
        [
            ("account_id", pa.int64()),
            ("person_id", pa.int64()),
            ("event", pa.string()),
            ("n", pa.int64()),
            ("first_ts", _MOMENT),
            ("last_ts", _MOMENT),
            ("dt", pa.date32()),
        ]
    ),
    distinct=("first_ts", "last_ts"),
)
"""Use (track, page and screen calls) by person, account, event and UTC day; account 0 is use before anyone is known."""

ACCOUNT_DAY = LakeTable(
    "account_day",
    pa.schema([("account_id", pa.int64()), ("events", pa.int64()), ("active_people", pa.int64()), ("dt", pa.date32())]),
)
"""Use by account and UTC day; days without use have no row."""

SESSION_DAY = LakeTable(
    "session_day",
    pa.schema(
        [
            ("account_id", pa.int64()),
            ("person_id", pa.int64()),
            ("events", pa.int64()),
            ("sessions", pa.int64()),
            ("seconds", pa.int64()),
            ("first_ts", _MOMENT),
            ("last_ts", _MOMENT),
            ("dt", pa.date32()),
        ]
    ),
    distinct=("first_ts", "last_ts"),
)
"""Use by person, account and UTC day: sessions and whole seconds in them as the day alone tells them.

A session over midnight is in both days; whoever reads them joins it by the last moment of the one and the first of the
other. So a late call changes its own day only.
"""

_MONTH = pa.schema([("subject", pa.int64()), ("days", pa.int64()), ("first_day", pa.date32()), ("dt", pa.date32())])

PERSON_MONTH = LakeTable("person_month", _MONTH)
"""Who used the product on which days of a month: bit n of `days` is day n + 1, `dt` is the first day of the month.

Only months that are over are in it; a call that comes late takes its month out until it is folded again.
"""

ACCOUNT_MONTH = LakeTable("account_month", _MONTH)
"""At which accounts somebody used the product on which days of a month."""

MONTHS = {"person_id": PERSON_MONTH, "account_id": ACCOUNT_MONTH}
