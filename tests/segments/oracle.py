"""The slow obvious way to say whom a condition selects: Python over every trait and every event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from tenure.segments.types import conditions as c


@dataclass(frozen=True)
class Happening:
    account_id: int
    person_id: int
    event: str
    at: datetime


@dataclass(frozen=True)
class Known:
    """What is known of one account or person."""

    id: int
    traits: Mapping[str, Any] = field(default_factory=dict)
    signed_up_at: datetime | None = None
    last_seen_at: datetime | None = None
    churned_at: datetime | None = None
    owner_id: int | None = None
    happenings: Sequence[Happening] = ()


def holds(condition: c.Condition, known: Known, subject: str, now: datetime) -> bool:
    match condition:
        case c.All():
            return all(holds(each, known, subject, now) for each in condition.conditions)
        case c.AnyOf():
            return any(holds(each, known, subject, now) for each in condition.conditions)
        case c.Not():
            return not holds(condition.condition, known, subject, now)
        case c.Trait():
            return _trait(condition, known.traits.get(condition.name), now)
        case c.Performed():
            return _compared(_times(condition.event, condition.days, known, now), condition.operator, condition.times)
        case c.NotPerformed():
            return _times(condition.event, condition.days, known, now) == 0
        case c.LastPerformed():
            mine = [h.at for h in known.happenings if h.event == condition.event]
            return bool(mine) and now - max(mine) > timedelta(days=condition.days)
        case c.Usage():
            return _compared(
                _use(condition.measure, 0, condition.days, known, now), condition.operator, condition.amount
            )
        case c.UsageChange():
            recent = _use(condition.measure, 1, condition.days, known, now)
            earlier = _use(condition.measure, condition.days + 1, 2 * condition.days, known, now)
            if not earlier:
                return False
            if condition.direction is c.Direction.FELL:
                return (earlier - recent) * 100 >= earlier * condition.percent
            return (recent - earlier) * 100 >= earlier * condition.percent
        case c.SignedUp():
            return _aged(known.signed_up_at, condition.operator, condition.days, now)
        case c.LastSeen():
            return _aged(known.last_seen_at, condition.operator, condition.days, now)
        case c.Churned():
            return (known.churned_at is not None) is condition.value
        case c.Owner():
            if condition.operator is c.OwnerOperator.IS:
                return known.owner_id == condition.member_id
            return (known.owner_id is None) is (condition.operator is c.OwnerOperator.IS_NOT_SET)
        case c.RandomBucket():
            hashed = int.from_bytes(sha256(f"{condition.salt}:{subject}:{known.id}".encode()).digest()[:8])
            return condition.low * 2**64 <= hashed * 100 < condition.high * 2**64
    raise AssertionError(condition)


def _age_in_days(at: datetime, now: datetime) -> int:
    return (now.astimezone(UTC).date() - at.astimezone(UTC).date()).days


def _times(event: str, days: int | None, known: Known, now: datetime) -> int:
    mine = [h for h in known.happenings if h.event == event]
    return len(mine) if days is None else sum(0 <= _age_in_days(h.at, now) <= days for h in mine)


def _use(measure: c.UsageMeasure, youngest: int, oldest: int, known: Known, now: datetime) -> int:
    mine = [h for h in known.happenings if youngest <= _age_in_days(h.at, now) <= oldest]
    match measure:
        case c.UsageMeasure.EVENTS:
            return len(mine)
        case c.UsageMeasure.ACTIVE_PEOPLE:
            return len({h.person_id for h in mine})
        case c.UsageMeasure.ACTIVE_DAYS:
            return len({h.at.astimezone(UTC).date() for h in mine})


def _compared(n: int, operator: c.TimesOperator, times: int) -> bool:
    return {"at_least": n >= times, "at_most": n <= times, "exactly": n == times}[operator]


def _aged(at: datetime | None, operator: str, days: int, now: datetime) -> bool:
    if at is None:
        return False
    age = now - at
    match operator:
        case "more_than_days_ago":
            return age > timedelta(days=days)
        case "within_last_days":
            return timedelta(0) <= age <= timedelta(days=days)
        case "exactly_days_ago":
            return timedelta(days=days) <= age < timedelta(days=days + 1)
        case "within_next_days":
            return timedelta(0) <= -age <= timedelta(days=days)
    raise AssertionError(operator)


def _trait(leaf: c.Trait, value: Any, now: datetime) -> bool:
    wanted: Any = leaf.value
    match leaf.operator:
        case "is":
            return _same(value, wanted)
        case "is_not":
            return not _same(value, wanted)
        case "one_of":
            return any(_same(value, each) for each in wanted)
        case "contains":
            return _text(value) is not None and wanted.lower() in _text(value)
        case "starts_with":
            return _text(value) is not None and _text(value).startswith(wanted.lower())
        case "more_than":
            return _number(value) is not None and _number(value) > wanted
        case "less_than":
            return _number(value) is not None and _number(value) < wanted
        case "between":
            return _number(value) is not None and wanted[0] <= _number(value) <= wanted[1]
        case "is_set":
            return _text(value) is not None
        case "is_not_set":
            return _text(value) is None
        case "before":
            return _moment(value) is not None and _moment(value) < _moment(wanted)
        case "after":
            return _moment(value) is not None and _moment(value) > _moment(wanted)
        case _:
            return _aged(_moment(value), leaf.operator, wanted, now)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool):
        return _text(value) == str(wanted).lower()
    if isinstance(wanted, (int, float)):
        return _number(value) == wanted
    return _text(value) == wanted.lower()


def _text(value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat().lower()
    return str(value).lower()


def _number(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    try:
        read = datetime.fromisoformat(value.strip())
    except (AttributeError, ValueError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
