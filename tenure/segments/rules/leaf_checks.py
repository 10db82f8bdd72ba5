"""What single conditions ask of their fields: texts filled in, numbers in range, values that fit their operator."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from tenure.customers.types import Role
from tenure.segments.types import Subject
from tenure.segments.types.conditions import (
    BilledPlan,
    Churned,
    Filter,
    FirstPerformed,
    InSegment,
    InSequence,
    LastPerformed,
    LastSeen,
    Leaf,
    Listed,
    Mrr,
    Node,
    NotPerformed,
    Owner,
    OwnerOperator,
    People,
    Performed,
    Quantifier,
    RandomBucket,
    Renewal,
    SignedUp,
    Step,
    Subscription,
    Tickets,
    TicketWhat,
    TimeUnit,
    Trait,
    TraitChanged,
    TraitOperator,
    TraitWas,
    Usage,
    UsageChange,
    UsageMeasure,
    joined,
)
from tenure.segments.types.problems import Problem, ProblemCode

MOST_CHOICES = 500
MOST_FILTERS = 10
MOST_STEPS = 5
LONGEST_TEXT = 250
MOST_DAYS = 3_650
MOST_TIMES = 1_000_000_000
MOST_MONEY = 10**15
LONGEST_WITHIN = {TimeUnit.MINUTES: 100_000, TimeUnit.HOURS: 10_000, TimeUnit.DAYS: 366}
ROLES = tuple(role.value for role in Role)

ACCOUNT_ONLY: tuple[type[Node], ...] = (Churned, Owner, Subscription, BilledPlan, Mrr, Renewal, People)


def problems_of(leaf: Leaf, path: str, subject: Subject) -> Iterator[Problem]:
    """Say what is wrong with a condition whose fields are of their types."""
    if subject is not Subject.ACCOUNT and isinstance(leaf, ACCOUNT_ONLY):
        yield Problem(path=joined(path, "kind"), code=ProblemCode.NOT_FOR_SUBJECT)
        return
    match leaf:
        case Trait():
            yield from _text(leaf.name, joined(path, "name"))
            yield from _compared(leaf, joined(path, "value"))
        case TraitWas() | TraitChanged():
            yield from _history(leaf, path)
        case Performed() | NotPerformed() | FirstPerformed() | LastPerformed():
            yield from _performed(leaf, path)
        case InSequence():
            yield from _sequence(leaf, path)
        case Usage():
            yield from _measure(leaf, path, subject)
            yield from _within(leaf.amount, joined(path, "amount"), 0, MOST_TIMES)
            yield from _within(leaf.days, joined(path, "days"), 0, MOST_DAYS)
        case UsageChange():
            yield from _measure(leaf, path, subject)
            yield from _within(leaf.percent, joined(path, "percent"), 1, 1_000_000)
            yield from _within(leaf.days, joined(path, "days"), 1, MOST_DAYS // 2)
        case SignedUp() | LastSeen():
            yield from _within(leaf.days, joined(path, "days"), 0, MOST_DAYS)
        case Owner():
            yield from _owner(leaf, path)
        case BilledPlan():
            yield from _text(leaf.plan, joined(path, "plan"))
        case Mrr():
            yield from _within(leaf.amount, joined(path, "amount"), 0, MOST_MONEY)
            if len(leaf.currency) != 3 or not leaf.currency.isascii() or not leaf.currency.isupper():
                yield Problem(path=joined(path, "currency"), code=ProblemCode.CURRENCY_NEEDED)
        case Renewal():
            yield from _within(leaf.days, joined(path, "days"), 0, MOST_DAYS)
            if leaf.number is not None:
                yield from _within(leaf.number, joined(path, "number"), 1, 1_000)
        case Tickets():
            yield from _within(leaf.times, joined(path, "times"), 0, MOST_TIMES)
            if leaf.what is TicketWhat.OPEN and leaf.days is not None:
                yield Problem(path=joined(path, "days"), code=ProblemCode.VALUE_UNWANTED)
            yield from _optional_days(leaf.days, path)
        case People():
            yield from _people(leaf, path)
        case InSegment():
            if not 1 <= leaf.segment_id < 2**63:
                yield Problem(path=joined(path, "segment_id"), code=ProblemCode.SEGMENT_UNKNOWN)
        case RandomBucket():
            yield from _bucket(leaf, path)
        case Subscription() | Churned() | Listed():
            pass


def _performed(leaf: Performed | NotPerformed | FirstPerformed | LastPerformed, path: str) -> Iterator[Problem]:
    yield from _text(leaf.event, joined(path, "event"))
    yield from _filters(leaf.where, path)
    if isinstance(leaf, Performed):
        yield from _within(leaf.times, joined(path, "times"), 0, MOST_TIMES)
    yield from _optional_days(leaf.days, path)


def _filters(filters: Sequence[Filter], path: str) -> Iterator[Problem]:
    if len(filters) > MOST_FILTERS:
        yield Problem(path=joined(path, "where"), code=ProblemCode.TOO_MANY, params={"most": MOST_FILTERS})
    for i, each in enumerate(filters):
        at = joined(path, f"where[{i}]")
        yield from _text(each.property, joined(at, "property"))
        yield from _compared(each, joined(at, "value"))


def _sequence(leaf: InSequence, path: str) -> Iterator[Problem]:
    if not 2 <= len(leaf.steps) <= MOST_STEPS:
        params = {"low": 2, "high": MOST_STEPS}
        yield Problem(path=joined(path, "steps"), code=ProblemCode.STEPS_WRONG, params=params)
    for i, step in enumerate(leaf.steps):
        yield from _step(step, joined(path, f"steps[{i}]"))
    yield from _within(leaf.within, joined(path, "within"), 1, LONGEST_WITHIN[leaf.unit])
    yield from _optional_days(leaf.days, path)


def _step(step: Step, path: str) -> Iterator[Problem]:
    yield from _text(step.event, joined(path, "event"))
    yield from _filters(step.where, path)


def _history(leaf: TraitWas | TraitChanged, path: str) -> Iterator[Problem]:
    yield from _text(leaf.name, joined(path, "name"))
    if isinstance(leaf, TraitWas):
        if leaf.operator in (TraitOperator.IS_NOT_SET, TraitOperator.IS_NOT):
            yield Problem(path=joined(path, "operator"), code=ProblemCode.OPERATOR_UNFIT)
        else:
            yield from _compared(leaf, joined(path, "value"))
    else:
        for field in ("from_value", "to_value"):
            if getattr(leaf, field) is not None:
                yield from _single(getattr(leaf, field), joined(path, field))
    yield from _within(leaf.days, joined(path, "days"), 1, MOST_DAYS)


def _people(leaf: People, path: str) -> Iterator[Problem]:
    share = leaf.quantifier in (Quantifier.SHARE_AT_LEAST, Quantifier.SHARE_AT_MOST)
    yield from _within(leaf.number, joined(path, "number"), 0, 100 if share else MOST_TIMES)
    for i, role in enumerate(leaf.roles):
        if role not in ROLES:
            params = {"given": role[:60], "choices": ", ".join(ROLES)}
            yield Problem(path=joined(path, f"roles[{i}]"), code=ProblemCode.CHOICE_UNKNOWN, params=params)
    if share and leaf.condition is None:
        yield Problem(path=joined(path, "condition"), code=ProblemCode.VALUE_NEEDED)


def _owner(leaf: Owner, path: str) -> Iterator[Problem]:
    if leaf.operator is OwnerOperator.IS and leaf.member_id is None:
        yield Problem(path=joined(path, "member_id"), code=ProblemCode.VALUE_NEEDED)
    elif leaf.operator is OwnerOperator.IS:
        yield from _within(leaf.member_id or 0, joined(path, "member_id"), 1, 2**63 - 1)
    elif leaf.member_id is not None:
        yield Problem(path=joined(path, "member_id"), code=ProblemCode.VALUE_UNWANTED)


def _bucket(leaf: RandomBucket, path: str) -> Iterator[Problem]:
    yield from _text(leaf.salt, joined(path, "salt"))
    yield from _within(leaf.low, joined(path, "low"), 0, 99)
    yield from _within(leaf.high, joined(path, "high"), 1, 100)
    if leaf.low >= leaf.high:
        yield Problem(path=joined(path, "high"), code=ProblemCode.RANGE_BACKWARDS)


def _compared(leaf: Trait | TraitWas | Filter, at: str) -> Iterator[Problem]:
    value, operator = leaf.value, leaf.operator
    match operator:
        case TraitOperator.IS_SET | TraitOperator.IS_NOT_SET:
            if value is not None:
                yield Problem(path=at, code=ProblemCode.VALUE_UNWANTED)
        case TraitOperator.IS | TraitOperator.IS_NOT:
            yield from _single(value, at)
        case TraitOperator.CONTAINS | TraitOperator.STARTS_WITH:
            if not isinstance(value, str):
                yield Problem(path=at, code=ProblemCode.VALUE_NEEDED if value is None else ProblemCode.TYPE_WRONG)
            else:
                yield from _text(value, at)
        case TraitOperator.ONE_OF:
            if not isinstance(value, tuple) or not value:
                yield Problem(path=at, code=ProblemCode.LIST_NEEDED)
            elif len(value) > MOST_CHOICES:
                yield Problem(path=at, code=ProblemCode.TOO_MANY, params={"most": MOST_CHOICES})
            else:
                for i, each in enumerate(value):
                    yield from _single(each, f"{at}[{i}]")
        case TraitOperator.MORE_THAN | TraitOperator.LESS_THAN:
            yield from _number(value, at)
        case TraitOperator.BETWEEN:
            if not isinstance(value, tuple) or len(value) != 2:
                yield Problem(path=at, code=ProblemCode.LIST_NEEDED, params={"length": 2})
                return
            wrong = [*_number(value[0], f"{at}[0]"), *_number(value[1], f"{at}[1]")]
            yield from wrong
            if not wrong and float(value[0]) > float(value[1]):
                yield Problem(path=at, code=ProblemCode.RANGE_BACKWARDS)
        case TraitOperator.BEFORE | TraitOperator.AFTER:
            if not isinstance(value, str) or moment(value) is None:
                yield Problem(path=at, code=ProblemCode.DATE_NEEDED)
        case TraitOperator.WITHIN_LAST_DAYS | TraitOperator.MORE_THAN_DAYS_AGO | TraitOperator.WITHIN_NEXT_DAYS:
            if not isinstance(value, int) or isinstance(value, bool):
                yield Problem(path=at, code=ProblemCode.NUMBER_NEEDED)
            else:
                yield from _within(value, at, 0, MOST_DAYS)


def _single(value: object, at: str) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from _text(value, at)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number(value, at)
    elif value is None:
        yield Problem(path=at, code=ProblemCode.VALUE_NEEDED)
    elif isinstance(value, tuple):
        yield Problem(path=at, code=ProblemCode.TYPE_WRONG)


def _number(value: object, at: str) -> Iterator[Problem]:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or (isinstance(value, float) and not math.isfinite(value))
    ):
        yield Problem(path=at, code=ProblemCode.NUMBER_NEEDED)
    elif abs(value) > 1e15:
        yield Problem(path=at, code=ProblemCode.NUMBER_OUT_OF_RANGE, params={"low": -(10**15), "high": 10**15})


def _text(value: str, at: str) -> Iterator[Problem]:
    if not value.strip():
        yield Problem(path=at, code=ProblemCode.TEXT_MISSING)
    elif len(value) > LONGEST_TEXT:
        yield Problem(path=at, code=ProblemCode.TEXT_TOO_LONG, params={"most": LONGEST_TEXT})
    elif not storable(value):
        yield Problem(path=at, code=ProblemCode.TYPE_WRONG)


def storable(text: str) -> bool:
    """Tell whether the database can keep a text: no NUL, and no half of a character."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _within(value: int, at: str, low: int, high: int) -> Iterator[Problem]:
    if not low <= value <= high:
        yield Problem(path=at, code=ProblemCode.NUMBER_OUT_OF_RANGE, params={"low": low, "high": high})


def _optional_days(days: int | None, path: str) -> Iterator[Problem]:
    if days is not None:
        yield from _within(days, joined(path, "days"), 0, MOST_DAYS)


def _measure(leaf: Usage | UsageChange, path: str, subject: Subject) -> Iterator[Problem]:
    if subject is Subject.PERSON and leaf.measure is UsageMeasure.ACTIVE_PEOPLE:
        yield Problem(path=joined(path, "measure"), code=ProblemCode.NOT_FOR_SUBJECT)
    if leaf.event is not None:
        yield from _text(leaf.event, joined(path, "event"))


def microseconds_of(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    since = at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(text: str) -> datetime | None:
    """Read an ISO 8601 date or date and time; without an offset it is UTC. None when it is neither."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        if len(text) < 16:
            return None
        read = datetime.fromisoformat(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
