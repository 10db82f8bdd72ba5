"""Values of snapshots, and the table of the lake that keeps them."""

import dataclasses
import enum
from datetime import UTC, date, datetime, time, timedelta

import pyarrow as pa

from tenure.lake.tables import LakeTable

WEEK = timedelta(days=7)
PERIOD = 28
"""Days of the windows use is counted in, four weeks, so that every weekday counts alike."""
LOOK_BACK = 3 * PERIOD
A_YEAR = 13 * PERIOD
FAILED_DAYS = 90
SETTLED = timedelta(hours=2)
"""A week is taken when it has been over for so long and nothing of it waits to be stored."""
AS_ONE = 100
"""Minor units of MRR that count as one in its changes, to which one is added before they are divided: about as little
money in cents as in yen or fils, so that a change says the same in every currency. Kept weeks rest on it."""


class Known(enum.StrEnum):
    """How the past was read: THEN, as it was known on the day; BY_NOW, from a history that was told later."""

    THEN = "then"
    BY_NOW = "by_now"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Feature:
    """One number of a snapshot; `group` says where it comes from."""

    name: str
    group: str


FEATURES = (
    Feature(name="days_since_use", group="use"),
    Feature(name="use_change", group="use"),
    Feature(name="people_change", group="use"),
    Feature(name="active_people", group="use"),
    Feature(name="active_days", group="use"),
    Feature(name="stopped_people", group="use"),
    Feature(name="age_days", group="account"),
    Feature(name="breadth_change", group="use"),
    Feature(name="breadth", group="use"),
    Feature(name="top_person_share", group="use"),
    Feature(name="new_people", group="use"),
    Feature(name="events_a_person", group="use"),
    Feature(name="last_week_share", group="use"),
    Feature(name="seats_used", group="money"),
    Feature(name="mrr", group="money"),
    Feature(name="mrr_change", group="money"),
    Feature(name="days_to_renewal", group="money"),
    Feature(name="past_due", group="money"),
    Feature(name="payments_failed", group="money"),
    Feature(name="health_score", group="trait"),
    Feature(name="nps", group="trait"),
    Feature(name="use_quarter_change", group="use"),
    Feature(name="people_quarter_change", group="use"),
    Feature(name="days_overdue", group="money"),
    Feature(name="mrr_year_change", group="money"),
    Feature(name="tickets_opened", group="tickets"),
    Feature(name="tickets_unhappy", group="tickets"),
    Feature(name="discount_share", group="money"),
    Feature(name="days_to_discount_end", group="money"),
)
"""What is kept of an account; what foretells churn nearly everywhere comes first: of few churns only that is learnt."""
NAMES = tuple(feature.name for feature in FEATURES)
TRAITS = tuple(feature.name for feature in FEATURES if feature.group == "trait")

_MOMENT = pa.timestamp("us", tz="UTC")
ACCOUNT_WEEK = LakeTable(
    "account_week",
    pa.schema(
        [
            ("account_id", pa.int64()),
            ("known_at", _MOMENT),
            ("is_paying", pa.bool_()),
            *((name, pa.float64()) for name in NAMES),
            ("dt", pa.date32()),
        ]
    ),
)
"""A customer at the beginning of a Monday (UTC), `dt`, by what was known at `known_at`; a missing number is null.

A number that is kept since lately is null in the weeks before.
"""


def begin_of(day: date) -> datetime:
    """Return the moment a snapshot of a day is of: its first."""
    return datetime.combine(day, time.min, UTC)


def monday_of(moment: datetime) -> date:
    """Return the last Monday that has begun (UTC)."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())
