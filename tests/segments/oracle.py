"""The slow obvious way to say whom a condition selects: Python over every trait and every event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

from tenure.segments.types import conditions as c


@dataclass(frozen=True)
class Happening:
    account_id: int
    person_id: int
    event: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Billed:
    """What an account pays for: MRR in minor units by currency, all of it at fixed rates in each."""

    status: str
    plans: tuple[str, ...]
    mrr: Mapping[str, int]
    renews_at: datetime | None = None
    renewal: int | None = None


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
    words: Mapping[str, Sequence[tuple[datetime, Any]]] = field(default_factory=dict)
    """What was said of traits, in order."""
    billed: Billed | None = None
    tickets: Sequence[tuple[str, datetime, str]] = ()
    """Those opened, solved and open, when, and of what priority."""
    people: Sequence[tuple["Known", str]] = ()
    """Who is at the account, with their role there."""
    segments: frozenset[int] = frozenset()
    """Which segments it is said to be in."""
    definitions: Mapping[int, c.Condition] = field(default_factory=dict)
    """What other segments select."""


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
        case c.TraitWas():
            begin = now - timedelta(days=condition.days)
            spells = _spells(known.words.get(condition.name, ()))
            return any(
                since <= now and (until is None or until > begin) and _trait(condition, value, now)
                for since, until, value in spells
            )
        case c.TraitChanged():
            said = known.words.get(condition.name, ())
            return any(
                timedelta(0) <= now - at <= timedelta(days=condition.days)
                and _text(before) is not None
                and _text(after) != _text(before)
                and (condition.from_value is None or _same(before, condition.from_value))
                and (condition.to_value is None or _same(after, condition.to_value))
                for (_, before), (at, after) in pairwise(said)
            )
        case c.Performed():
            n = len(_happened(condition.event, condition.where, condition.days, known, now))
            return _compared(n, condition.operator, condition.times)
        case c.NotPerformed():
            return not _happened(condition.event, condition.where, condition.days, known, now)
        case c.FirstPerformed() | c.LastPerformed():
            mine = [h.at for h in _happened(condition.event, condition.where, None, known, now)]
            edge = min if isinstance(condition, c.FirstPerformed) else max
            return bool(mine) and _aged(edge(mine), condition.operator, condition.days, now)
        case c.InSequence():
            return _sequence(condition, known, subject, now)
        case c.Subscription():
            return (known.billed.status if known.billed else "none") == condition.status
        case c.BilledPlan():
            return known.billed is not None and condition.plan.lower() in [p.lower() for p in known.billed.plans]
        case c.Mrr():
            if condition.currency not in ("USD", "EUR"):
                return False
            paid = known.billed.mrr[condition.currency] if known.billed else 0
            return _compared(paid, condition.operator, condition.amount)
        case c.Renewal():
            return _renewal(condition, known.billed, now)
        case c.Tickets():
            wanted = condition.priorities or tuple(c.TicketPriority)
            those = [at for what, at, priority in known.tickets if what == condition.what and priority in wanted]
            if condition.what == "open":
                return _compared(len(those), condition.operator, condition.times)
            mine = [at for at in those if at <= now]
            if condition.days is not None:
                mine = [at for at in mine if _age_in_days(at, now) <= condition.days]
            return _compared(len(mine), condition.operator, condition.times)
        case c.People():
            asked = [p for p, role in known.people if not condition.roles or role in condition.roles]
            n = sum(condition.condition is None or holds(condition.condition, p, "person", now) for p in asked)
            match condition.quantifier:
                case "share_at_least":
                    return bool(asked) and n * 100 >= condition.number * len(asked)
                case "share_at_most":
                    return bool(asked) and n * 100 <= condition.number * len(asked)
            return _compared(n, c.TimesOperator(condition.quantifier), condition.number)
        case c.InSegment():
            if condition.segment_id in known.definitions:
                return holds(known.definitions[condition.segment_id], known, subject, now)
            return condition.segment_id in known.segments
        case c.Usage():
            used = _use(condition.measure, condition.event, 0, condition.days, known, now)
            return _compared(used, condition.operator, condition.amount)
        case c.UsageChange():
            recent = _use(condition.measure, condition.event, 1, condition.days, known, now)
            earlier = _use(condition.measure, condition.event, condition.days + 1, 2 * condition.days, known, now)
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


def _happened(
    event: str, where: Sequence[c.Filter], days: int | None, known: Known, now: datetime
) -> Sequence[Happening]:
    mine = [h for h in known.happenings if _is(h, event, where, now)]
    return mine if days is None else [h for h in mine if 0 <= _age_in_days(h.at, now) <= days]


def _is(happening: Happening, event: str, where: Sequence[c.Filter], now: datetime) -> bool:
    said = happening.properties
    return happening.event == event and all(_trait(f, _as_json(said.get(f.property)), now) for f in where)


def _as_json(value: Any) -> Any:
    """Return a property as the lake keeps it: its JSON as text."""
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _sequence(leaf: c.InSequence, known: Known, subject: str, now: datetime) -> bool:
    """Try every way of picking one event for each step."""
    whole = timedelta(**{leaf.unit: leaf.within})
    people = {h.person_id for h in known.happenings} if leaf.by == "person" and subject == "account" else {None}
    for person in people:
        mine = [h for h in known.happenings if person is None or h.person_id == person]
        ways = [[h.at] for h in mine if _is(h, leaf.steps[0].event, leaf.steps[0].where, now)]
        for step in leaf.steps[1:]:
            ways = [
                [*way, h.at] for way in ways for h in mine if h.at > way[-1] and _is(h, step.event, step.where, now)
            ]
        ends = [way[-1] for way in ways if way[-1] - way[0] <= whole]
        if ends and (leaf.days is None or _aged(max(ends), "within_last_days", leaf.days, now)):
            return True
    return False


def _spells(words: Sequence[tuple[datetime, Any]]) -> Sequence[tuple[datetime, datetime | None, Any]]:
    ends = [*(at for at, _ in words[1:]), None]
    return [(at, until, value) for (at, value), until in zip(words, ends, strict=False)]


def _renewal(leaf: c.Renewal, billed: Billed | None, now: datetime) -> bool:
    if billed is None or billed.renews_at is None or (leaf.number is not None and leaf.number != billed.renewal):
        return False
    ahead = billed.renews_at - now
    days = timedelta(days=leaf.days)
    match leaf.operator:
        case "within_next_days":
            return timedelta(0) <= ahead <= days
        case "exactly_in_days":
            return (billed.renews_at.astimezone(UTC).date() - now.astimezone(UTC).date()).days == leaf.days
        case "more_than_days_ahead":
            return ahead > days
    raise AssertionError(leaf.operator)


def _use(measure: c.UsageMeasure, event: str | None, youngest: int, oldest: int, known: Known, now: datetime) -> int:
    mine = [h for h in known.happenings if youngest <= _age_in_days(h.at, now) <= oldest and event in (None, h.event)]
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


def _trait(leaf: Any, value: Any, now: datetime) -> bool:
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
